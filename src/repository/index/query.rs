//! From a condition to what tantivy looks for.

use std::collections::BTreeSet;
use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query as Search, RangeQuery, RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use time::Date;

use super::codes::number_of;
use super::schema::{Fields, Pair};
use super::snippet::Wanted;
use super::words::{Form, forms};
use crate::model::query::{CodeFact, Condition, Span, TextFact, Words, WordsForm, squeeze};
use crate::model::vietnamese::is_syllable;

/// Lifts pages that hold every word as typed, marks included, above all others. Scores of BM25
/// stay far below.
const AS_TYPED: f32 = 1000.0;
/// Words next to each other and in order count for more: most Vietnamese words have several
/// syllables, and each of them alone is common.
const NEIGHBOURS: f32 = 2.0;
/// A match in code, number or title against one in the text.
const LABEL: f32 = 3.0;
/// A word that differs by a letter against the word itself.
const SIMILAR: f32 = 0.3;
/// Letters from which one of them may be wrong: shorter syllables are all alike.
const MIN_SIMILAR: usize = 4;
/// Letters and digits from which one of a code may be wrong.
const MIN_SIMILAR_CODE: usize = 6;

/// Whether the tones that were typed have to stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tones {
    /// Words with other marks are found too, below.
    #[default]
    Any,
    /// Only what has the marks that were typed, and no others.
    Exact,
}

/// How much of what was typed may be missing or different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Nothing.
    None,
    /// One letter of these words, without marks; of every long word if there are none.
    Letter(BTreeSet<String>),
    /// A third of the words.
    Words,
}

/// Builds searches over the fields of an index.
pub(super) struct Builder<'a> {
    pub(super) fields: &'a Fields,
    pub(super) tones: Tones,
    pub(super) tolerance: Tolerance,
}

impl Builder<'_> {
    /// The search for `condition`, with what lifts the best pages above the others.
    pub(super) fn search(&self, condition: &Condition) -> Box<dyn Search> {
        let mut clauses = vec![(Occur::Must, self.condition(condition))];
        if !looks_at_pages(condition) {
            // A fact is one of the whole document: its first page stands for it.
            clauses.push((Occur::Must, silent(term(Term::from_field_u64(self.fields.page, 1)))));
        }
        let wanted = wanted_together(condition);
        let parts: Vec<Wanted> = wanted.iter().map(|words| wanted_of(words)).filter(|part| !part.folded.is_empty()).collect();
        if parts.iter().any(|part| part.exact != part.folded) {
            let typed = parts.iter().map(|part| (Occur::Must, self.as_typed(part))).collect();
            clauses.push((Occur::Should, Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::new(typed)), AS_TYPED))));
        }
        for (one, next) in parts.iter().zip(parts.iter().skip(1)) {
            let pair: Vec<String> = one.folded.iter().chain(&next.folded).cloned().collect();
            clauses.push((Occur::Should, Box::new(BoostQuery::new(row(self.fields.texts.folded, &pair, 0), NEIGHBOURS))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn condition(&self, condition: &Condition) -> Box<dyn Search> {
        let fields = self.fields;
        match condition {
            Condition::All(parts) if self.tolerance == Tolerance::Words => {
                let each: Vec<_> = parts.iter().map(|part| (Occur::Should, self.condition(part))).collect();
                let needed = (each.len() * 2).div_ceil(3);
                Box::new(BooleanQuery::with_minimum_required_clauses(each, needed))
            }
            Condition::All(parts) => self.all(parts),
            Condition::Any(parts) => Box::new(BooleanQuery::union(parts.iter().map(|part| self.condition(part)).collect())),
            Condition::Not(_) => self.all(std::slice::from_ref(condition)),
            Condition::Text(words) => self.text(words),
            Condition::In(fact, words) => self.fact(*fact, words),
            Condition::Code(fact, words) => self.code(*fact, words),
            Condition::Issued(span) => days(fields.issued, span),
            Condition::Dated(span) => days(fields.dates, span),
            Condition::Page(span) => range(fields.page, span.from.map(u64::from), span.to.map(u64::from)),
            Condition::Confidence(span) => range(fields.confidence, span.from.map(u64::from), span.to.map(u64::from)),
            Condition::Kind(kind) => silent(term(Term::from_field_text(fields.kind, kind.as_str()))),
            Condition::Waits => silent(term(Term::from_field_u64(fields.waits, 1))),
        }
    }

    fn all(&self, parts: &[Condition]) -> Box<dyn Search> {
        let mut clauses = Vec::with_capacity(parts.len() + 1);
        for part in parts {
            clauses.push(match part {
                Condition::Not(part) => (Occur::MustNot, self.condition(part)),
                part => (Occur::Must, self.condition(part)),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, silent(Box::new(AllQuery))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Words in the text or the label of a page.
    fn text(&self, words: &Words) -> Box<dyn Search> {
        let fields = self.fields;
        let code = squeeze(&words.typed);
        let label = |pair: Pair| -> Box<dyn Search> { Box::new(BoostQuery::new(self.words(pair, words), LABEL)) };
        let mut ways = vec![self.words(fields.texts, words), label(fields.labels)];
        // `QĐUBND` for `QĐ-UBND` too: what is no word may be a code.
        let is_code = code.bytes().any(|b| b.is_ascii_digit()) || !is_syllable(&words.typed);
        match words.form {
            WordsForm::Word if is_code => ways.extend(self.code_in(fields.codes, &code)),
            WordsForm::Beginning if is_code => ways.push(beginning(fields.codes, &code)),
            // A code between quotes has no tones that could count.
            WordsForm::Phrase { gaps: 0 } if is_code && !words.typed.contains(char::is_whitespace) => {
                ways.extend(self.code_in(fields.codes, &code));
            }
            _ => {}
        }
        Box::new(BooleanQuery::union(ways))
    }

    /// Words in one text, in the form they ask for.
    fn words(&self, pair: Pair, words: &Words) -> Box<dyn Search> {
        let part = wanted_of(words);
        // A phrase holds its tones; one that was typed without any stands for every spelling.
        let form = match (self.tones, words.form) {
            (Tones::Exact, _) => Form::Exact,
            (Tones::Any, WordsForm::Phrase { .. } | WordsForm::Beginning) if part.exact != part.folded => Form::Exact,
            _ => Form::Folded,
        };
        let (field, terms) = (pair.of_form(form), if form == Form::Exact { &part.exact } else { &part.folded });
        match words.form {
            WordsForm::Beginning => match terms.as_slice() {
                [] => Box::new(EmptyQuery),
                [only] => beginning(field, only),
                several => {
                    Box::new(PhrasePrefixQuery::new(several.iter().map(|word| Term::from_field_text(field, word)).collect()))
                }
            },
            WordsForm::Phrase { gaps } => row(field, terms, gaps),
            WordsForm::Word => match terms.as_slice() {
                [only] if self.may_differ(only) => similar(field, only),
                _ => row(field, terms, 0),
            },
        }
    }

    fn may_differ(&self, word: &str) -> bool {
        let Tolerance::Letter(only) = &self.tolerance else { return false };
        word.chars().count() >= MIN_SIMILAR && word.chars().all(char::is_alphabetic) && (only.is_empty() || only.contains(word))
    }

    fn fact(&self, fact: TextFact, words: &Words) -> Box<dyn Search> {
        let fields = self.fields;
        match fact {
            TextFact::DocumentType => {
                // The types of the settings have keys without marks.
                let folded = forms(&words.typed, Form::Folded);
                match (words.form, folded.as_slice()) {
                    (WordsForm::Beginning, [only]) => beginning(fields.types.folded, only),
                    _ => row(fields.types.folded, &folded, 0),
                }
            }
            TextFact::Symbol => {
                // `QĐUBND` and `QĐ-UBND` are one symbol.
                let code = squeeze(&words.typed);
                let whole: Vec<Box<dyn Search>> =
                    vec![self.words(fields.symbols, words), equal(fields.number, &format!("/{code}"))];
                Box::new(BooleanQuery::union(whole))
            }
            TextFact::IssuingBody => self.words(fields.bodies, words),
            TextFact::Title => self.words(fields.titles, words),
            TextFact::Owner => {
                let part = wanted_of(words);
                let exact = part.exact != part.folded && (self.tones == Tones::Exact || words.form != WordsForm::Word);
                let (form, terms) = if exact { (Form::Exact, &part.exact) } else { (Form::Folded, &part.folded) };
                let field = fields.owners.of_form(form);
                if let (WordsForm::Beginning, [only]) = (words.form, terms.as_slice()) {
                    return beginning(field, only);
                }
                let names = terms.iter().map(|name| (Occur::Must, row(field, std::slice::from_ref(name), 0))).collect();
                Box::new(BooleanQuery::new(names))
            }
        }
    }

    fn code(&self, fact: CodeFact, words: &Words) -> Box<dyn Search> {
        let fields = self.fields;
        let (field, code) = match fact {
            CodeFact::Any => (fields.codes, squeeze(&words.typed)),
            CodeFact::Number => (fields.number, number_key(&words.typed)),
            CodeFact::OwnerNumber => (fields.owner_number, squeeze(&words.typed)),
            CodeFact::DossierCode => (fields.code_parts, squeeze(&words.typed)),
        };
        match words.form {
            WordsForm::Beginning => beginning(field, &code),
            _ => self.code_in(field, &code).unwrap_or_else(|| Box::new(EmptyQuery)),
        }
    }

    fn code_in(&self, field: Field, code: &str) -> Option<Box<dyn Search>> {
        if code.is_empty() {
            return None;
        }
        let may_differ = matches!(self.tolerance, Tolerance::Letter(_)) && code.len() >= MIN_SIMILAR_CODE;
        Some(if may_differ { similar(field, code) } else { equal(field, code) })
    }

    /// A part typed with marks has to have them; one without stands for every spelling.
    fn as_typed(&self, part: &Wanted) -> Box<dyn Search> {
        let (form, words) = if part.exact == part.folded { (Form::Folded, &part.folded) } else { (Form::Exact, &part.exact) };
        let ways = [self.fields.texts, self.fields.labels].map(|pair| row(pair.of_form(form), words, 0));
        Box::new(BooleanQuery::union(ways.into()))
    }
}

/// A number as it is compared: without zeros before it, its symbol after it.
pub(super) fn number_key(typed: &str) -> String {
    let key = squeeze(typed);
    let short = key.trim_start_matches('0');
    if short.is_empty() { key } else { short.to_owned() }
}

/// Whether something of the condition is about pages and not only about whole documents.
fn looks_at_pages(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(looks_at_pages),
        Condition::Not(part) => looks_at_pages(part),
        Condition::Text(_)
        | Condition::Code(CodeFact::Any, _)
        | Condition::Dated(_)
        | Condition::Page(_)
        | Condition::Confidence(_) => true,
        Condition::In(..) | Condition::Code(..) | Condition::Issued(_) | Condition::Kind(_) | Condition::Waits => false,
    }
}

/// Words of the text that all have to be there, in the order of the query.
fn wanted_together(condition: &Condition) -> Vec<&Words> {
    match condition {
        Condition::All(parts) => parts.iter().flat_map(wanted_together).collect(),
        Condition::Text(words) if words.form != WordsForm::Beginning => vec![words],
        _ => Vec::new(),
    }
}

/// Words of the text that may be there, to be shown where they stand.
pub(super) fn wanted_anywhere(condition: &Condition) -> Vec<Wanted> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(wanted_anywhere).collect(),
        Condition::Text(words) | Condition::In(_, words) | Condition::Code(_, words) => vec![wanted_of(words)],
        _ => Vec::new(),
    }
}

fn wanted_of(words: &Words) -> Wanted {
    Wanted { exact: forms(&words.typed, Form::Exact), folded: forms(&words.typed, Form::Folded) }
}

fn term(term: Term) -> Box<dyn Search> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn equal(field: Field, text: &str) -> Box<dyn Search> {
    term(Term::from_field_text(field, text))
}

/// A condition that says nothing of how well a page fits.
fn silent(search: Box<dyn Search>) -> Box<dyn Search> {
    Box::new(ConstScoreQuery::new(search, 0.0))
}

/// One word, or several in a row with at most `gaps` others between.
fn row(field: Field, words: &[String], gaps: u32) -> Box<dyn Search> {
    let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
    match <[Term; 1]>::try_from(terms) {
        Ok([term]) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
        Err(terms) if terms.is_empty() => Box::new(EmptyQuery),
        Err(terms) => {
            let mut phrase = PhraseQuery::new(terms);
            phrase.set_slop(gaps);
            Box::new(phrase)
        }
    }
}

fn beginning(field: Field, word: &str) -> Box<dyn Search> {
    match RegexQuery::from_pattern(&format!("{}.*", regex::escape(word)), field) {
        Ok(search) => Box::new(search),
        // Letters and digits alone always make a pattern.
        Err(_) => Box::new(EmptyQuery),
    }
}

/// The word, or below it one that differs by a letter.
fn similar(field: Field, word: &str) -> Box<dyn Search> {
    let fuzzy = FuzzyTermQuery::new(Term::from_field_text(field, word), 1, true);
    let ways: Vec<Box<dyn Search>> = vec![equal(field, word), Box::new(BoostQuery::new(Box::new(fuzzy), SIMILAR))];
    Box::new(BooleanQuery::union(ways))
}

fn days(field: Field, span: &Span<Date>) -> Box<dyn Search> {
    range(field, span.from.map(number_of), span.to.map(number_of))
}

fn range(field: Field, from: Option<u64>, to: Option<u64>) -> Box<dyn Search> {
    let bound = |value: Option<u64>| value.map_or(Bound::Unbounded, |value| Bound::Included(Term::from_field_u64(field, value)));
    if from.is_none() && to.is_none() {
        return Box::new(EmptyQuery);
    }
    silent(Box::new(RangeQuery::new(bound(from), bound(to))))
}
