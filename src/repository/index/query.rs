//! From what a person types to what tantivy looks for.

use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as Search, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::schema::Fields;
use super::snippet::Wanted;
use super::words::{Form, forms};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;

/// Words of a query beyond these are not looked at: nobody types them.
const MAX_WORDS: usize = 64;
/// Lifts pages that hold every word as typed, marks included, above all others. Scores of BM25
/// stay far below.
const AS_TYPED: f32 = 1000.0;
/// Words next to each other and in order count for more: most Vietnamese words have several
/// syllables, and each of them alone is common.
const NEIGHBOURS: f32 = 2.0;
/// A match in code, number or title against one in the text.
const LABEL: f32 = 3.0;

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Words, with or without diacritics; a phrase in quotes has to stand there as a whole, and
    /// so has a code such as `15/QĐ-UBND`. Any text is allowed.
    pub text: String,
    /// Most hits to return.
    pub limit: usize,
    /// Only this dossier.
    pub dossier_code: Option<DossierCode>,
    /// Only dossiers or only results.
    pub kind: Option<RecordKind>,
}

impl Query {
    /// Looks for `text` everywhere.
    pub fn new(text: &str, limit: usize) -> Self {
        Self { text: text.to_owned(), limit, dossier_code: None, kind: None }
    }
}

/// Whether every part of the query has to be on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    All,
    /// Most of them: one word may have been misread.
    Most,
}

/// The parts of a query: words, and phrases of several.
pub(super) fn parts(text: &str) -> Vec<Wanted> {
    let mut parts = Vec::new();
    let mut words = 0;
    for (number, piece) in text.split(['"', '“', '”']).enumerate() {
        // Pieces between quotes have odd numbers. A quote without its partner means nothing.
        let quoted = number % 2 == 1;
        let units: Vec<&str> = if quoted { vec![piece] } else { piece.split_whitespace().collect() };
        for unit in units {
            let mut part = Wanted { exact: forms(unit, Form::Exact), folded: forms(unit, Form::Folded) };
            let room = MAX_WORDS.saturating_sub(words);
            part.exact.truncate(room);
            part.folded.truncate(room);
            words += part.folded.len();
            if !part.folded.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    parts
}

/// Builds the search; none if the query has no words.
pub(super) fn build(query: &Query, parts: &[Wanted], fields: &Fields, strictness: Strictness) -> Option<Box<dyn Search>> {
    let needed = match strictness {
        Strictness::All => parts.len(),
        Strictness::Most => (parts.len() * 2).div_ceil(3),
    };
    let each = parts.iter().map(|part| (Occur::Should, any_form(part, fields))).collect();
    let mut clauses: Vec<(Occur, Box<dyn Search>)> =
        vec![(Occur::Must, Box::new(BooleanQuery::with_minimum_required_clauses(each, needed)))];
    if parts.is_empty() {
        return None;
    }
    if parts.iter().any(|part| part.exact != part.folded) {
        let as_typed = parts.iter().map(|part| (Occur::Must, as_typed(part, fields))).collect();
        clauses.push((Occur::Should, Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(as_typed)), AS_TYPED))));
    }
    for (one, next) in parts.iter().zip(parts.iter().skip(1)) {
        let pair: Vec<String> = one.folded.iter().chain(&next.folded).cloned().collect();
        clauses.push((Occur::Should, Box::new(BoostQuery::new(run(fields.text_folded, &pair), NEIGHBOURS))));
    }
    let only = |field, value: &str| -> (Occur, Box<dyn Search>) {
        let term = TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic);
        (Occur::Must, Box::new(ConstScoreQuery::new(Box::new(term), 0.0)))
    };
    clauses.extend(query.dossier_code.as_ref().map(|code| only(fields.code, code.as_str())));
    clauses.extend(query.kind.map(|kind| only(fields.kind, kind.as_str())));
    Some(Box::new(BooleanQuery::new(clauses)))
}

fn any_form(part: &Wanted, fields: &Fields) -> Box<dyn Search> {
    let label = BoostQuery::new(run(fields.label_folded, &part.folded), LABEL);
    Box::new(BooleanQuery::union(vec![run(fields.text_folded, &part.folded), Box::new(label)]))
}

/// A part typed with marks has to have them; one without stands for every spelling.
fn as_typed(part: &Wanted, fields: &Fields) -> Box<dyn Search> {
    if part.exact == part.folded {
        return any_form(part, fields);
    }
    Box::new(BooleanQuery::union(vec![run(fields.text_exact, &part.exact), run(fields.label_exact, &part.exact)]))
}

/// One word, or several in a row.
fn run(field: tantivy::schema::Field, words: &[String]) -> Box<dyn Search> {
    let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
    match <[Term; 1]>::try_from(terms) {
        Ok([term]) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
        Err(terms) => Box::new(PhraseQuery::new(terms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_codes_make_phrases() {
        let folded = |text| parts(text).into_iter().map(|part| part.folded.join(" ")).collect::<Vec<_>>();
        assert_eq!(folded("Số 15/QĐ-UBND \"giao đất\" ngay"), ["so", "15 qd ubnd", "giao dat", "ngay"]);
        assert_eq!(folded("mở \"ngoặc hờ"), ["mo", "ngoac ho"]);
        assert_eq!(folded("\" ( : ) ^ ~ * \\"), [""; 0]);
        assert_eq!(parts(&(0..500).map(|n| format!("w{n} ")).collect::<String>()).len(), MAX_WORDS);
    }
}
