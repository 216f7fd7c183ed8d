//! From a condition to the clauses that run over a segment.

mod alike;
mod parts;
mod scope;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::SegmentPostings;
use tantivy::query::{Bm25Weight, EnableScoring, PhrasePrefixQuery, PhraseQuery, Query as Search, RangeQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, Term};
use time::Date;

use self::parts::{has_marks, looks_at_pages, wanted_of, wanted_together};
pub(super) use self::parts::{has_spelling, wanted_anywhere};
pub use self::scope::Versions;
use super::clause::{All, Any, AtLeast, Bits, Checker, Clause, Cursor, Every, Nothing, Phrase, Set, Union, Word};
use super::codes::number_of;
use super::schema::{Fields, Pair};
use super::snippet::Wanted;
use super::terms::{beginning_with, look_alikes};
use super::words::{Form, forms};
use crate::model::query::{CodeFact, Condition, Span, TextFact, Words, WordsForm, squeeze};
use crate::model::vietnamese::is_syllable;

/// Words next to each other and in order count for more: most Vietnamese words have several
/// syllables, and each of them alone is common.
const NEIGHBOURS: f32 = 2.0;
/// A match in code, number or title against one in the text.
const LABEL: f32 = 3.0;
/// What only another reader read against what stands in the text.
const OTHER_READING: f32 = 0.3;
/// A word that begins as asked.
const BEGINNING: f32 = 1.0;
/// Letters and digits from which one of a code may be wrong.
const MIN_SIMILAR_CODE: usize = 6;
/// Lists of pages that are read side by side; the rest, which are shorter, are made into one.
const LISTS: usize = 16;
/// What the score of a word that stands once on a page of usual length is of the most it can be.
const ONCE: f32 = 2.2;

/// Whether the tones that were typed have to stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tones {
    /// Words with other marks are found too, below.
    #[default]
    Any,
    /// Only what has the marks that were typed, and no others.
    Exact,
}

/// Which spelling of the words that all have to be there is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// With the marks that were typed, where there are any.
    Typed,
    /// Every one.
    Every,
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

type Made = tantivy::Result<Box<dyn Clause>>;

/// Makes clauses for the segments of an index.
pub(super) struct Compiler<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    tones: Tones,
    versions: Versions,
    tolerance: Tolerance,
    /// What was found out about words, for the next segment.
    weights: Mutex<HashMap<Vec<Term>, Bm25Weight>>,
    nearest: Mutex<BTreeMap<(u32, String), Vec<String>>>,
}

/// Clauses that stand together.
#[derive(Default)]
struct Gathered {
    required: Vec<Box<dyn Clause>>,
    excluded: Vec<Box<dyn Clause>>,
    lifting: Vec<Box<dyn Clause>>,
}

impl Gathered {
    fn joined(mut self, segment: &SegmentReader) -> Box<dyn Clause> {
        if self.required.is_empty() {
            self.required.push(Box::new(Every::new(segment.max_doc())));
        }
        if self.required.len() == 1 && self.excluded.is_empty() && self.lifting.is_empty() {
            return self.required.pop().unwrap_or_else(|| Box::new(Nothing));
        }
        Box::new(All::new(self.required, self.excluded, self.lifting))
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn new(
        searcher: &'a Searcher,
        fields: &'a Fields,
        (tones, versions): (Tones, Versions),
        tolerance: Tolerance,
    ) -> Self {
        Self { searcher, fields, tones, versions, tolerance, weights: Mutex::default(), nearest: Mutex::default() }
    }

    /// The pages that fit `condition`, for those who do not ask how well.
    pub(super) fn fitting(&self, segment: &SegmentReader, condition: &Condition) -> Made {
        let mut gathered = self.gathered(segment, condition, Spelling::Every)?;
        gathered.lifting.clear();
        Ok(gathered.joined(segment))
    }

    /// The pages that fit `condition`, with what lifts the best above the others.
    pub(super) fn pages(&self, segment: &SegmentReader, condition: &Condition, spelling: Spelling) -> Made {
        let mut gathered = self.gathered(segment, condition, spelling)?;
        let parts: Vec<Wanted> = wanted_together(condition).into_iter().map(wanted_of).collect();
        for (one, next) in parts.iter().zip(parts.iter().skip(1)) {
            for one in self.taken_for(one)? {
                for next in self.taken_for(next)? {
                    let pair: Vec<String> = one.iter().chain(&next).cloned().collect();
                    if pair.len() > 1 {
                        gathered.lifting.push(self.row(segment, self.fields.texts.folded, &pair, 0, NEIGHBOURS)?);
                    }
                }
            }
        }
        Ok(gathered.joined(segment))
    }

    fn gathered(&self, segment: &SegmentReader, condition: &Condition, spelling: Spelling) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered::default();
        self.gather(segment, condition, spelling, &mut gathered)?;
        if !looks_at_pages(condition) {
            // A fact is one of the whole document: its first page stands for it.
            gathered.required.push(self.silent(segment, &Term::from_field_u64(self.fields.page, 1))?);
        }
        gathered.excluded.append(&mut self.out_of_scope(segment)?);
        Ok(gathered)
    }

    fn gather(
        &self,
        segment: &SegmentReader,
        condition: &Condition,
        spelling: Spelling,
        into: &mut Gathered,
    ) -> tantivy::Result<()> {
        match condition {
            Condition::All(parts) if self.tolerance == Tolerance::Words => {
                let each: Vec<_> = parts.iter().map(|part| self.clause(segment, part)).collect::<Result<_, _>>()?;
                let needed = (each.len() * 2).div_ceil(3);
                into.required.push(Box::new(AtLeast::new(each, needed)));
            }
            Condition::All(parts) => {
                for part in parts {
                    self.gather(segment, part, spelling, into)?;
                }
            }
            Condition::Not(part) => into.excluded.push(self.clause(segment, part)?),
            Condition::Text(words) => {
                into.required.push(self.text(segment, words, spelling)?);
                // Types stand there without marks.
                let folded = forms(&words.typed, Form::Folded);
                if words.form != WordsForm::Beginning {
                    into.lifting.push(self.row(segment, self.fields.labels.folded, &folded, 0, LABEL)?);
                }
            }
            _ => into.required.push(self.clause(segment, condition)?),
        }
        Ok(())
    }

    fn clause(&self, segment: &SegmentReader, condition: &Condition) -> Made {
        let fields = self.fields;
        match condition {
            Condition::All(_) | Condition::Not(_) | Condition::Text(_) => {
                let mut gathered = Gathered::default();
                self.gather(segment, condition, Spelling::Every, &mut gathered)?;
                Ok(gathered.joined(segment))
            }
            Condition::Any(parts) => {
                let each = parts.iter().map(|part| self.clause(segment, part)).collect::<Result<_, _>>()?;
                Ok(Box::new(Any::new(each)))
            }
            Condition::In(fact, words) => self.fact(segment, *fact, words),
            Condition::Code(fact, words) => self.code(segment, *fact, words),
            Condition::Numbered(span) => {
                self.range(segment, fields.number_value, span.from.map(u64::from), span.to.map(u64::from))
            }
            Condition::Issued(span) => self.days(segment, fields.issued, span),
            Condition::Dated(span) => self.days(segment, fields.dates, span),
            Condition::Page(span) => self.range(segment, fields.page, span.from.map(u64::from), span.to.map(u64::from)),
            Condition::Confidence(span) => {
                self.range(segment, fields.confidence, span.from.map(u64::from), span.to.map(u64::from))
            }
            Condition::Kind(kind) => self.silent(segment, &Term::from_field_text(fields.kind, kind.as_str())),
            Condition::Waits => self.silent(segment, &Term::from_field_u64(fields.waits, 1)),
            Condition::State(state) => self.of_state(segment, *state),
        }
    }

    /// Words in the text or the label of a page.
    fn text(&self, segment: &SegmentReader, words: &Words, spelling: Spelling) -> Made {
        let fields = self.fields;
        let mut ways = vec![self.words(segment, (fields.texts, Some(fields.others)), words, spelling, 1.0)?];
        let code = squeeze(&words.typed);
        // `QĐUBND` for `QĐ-UBND` too: what is no word may be a code.
        let is_code = code.bytes().any(|b| b.is_ascii_digit()) || !is_syllable(&words.typed);
        let is_number = code.bytes().all(|b| b.is_ascii_digit());
        // The marks of a number's letters do not count.
        let is_as_typed = !has_marks(words) || code.bytes().any(|b| b.is_ascii_digit());
        if is_code && !code.is_empty() && (spelling == Spelling::Every || is_as_typed) {
            match words.form {
                WordsForm::Word => ways.push(self.code_in(segment, fields.codes, &code)?),
                WordsForm::Beginning => ways.push(self.beginning(segment, fields.codes, &code)?),
                // A code between quotes has no tones that could count.
                WordsForm::Phrase { gaps: 0 } if is_number || !words.typed.contains(char::is_whitespace) => {
                    ways.push(self.code_in(segment, fields.codes, &code)?);
                }
                WordsForm::Phrase { .. } => {}
            }
        }
        Ok(match <[Box<dyn Clause>; 1]>::try_from(ways) {
            Ok([only]) => only,
            Err(ways) => Box::new(Any::new(ways)),
        })
    }

    /// Words in one text, in the form they ask for; also where another reader read them, if it is told
    /// where that stands.
    fn words(
        &self,
        segment: &SegmentReader,
        (pair, others): (Pair, Option<Pair>),
        words: &Words,
        spelling: Spelling,
        boost: f32,
    ) -> Made {
        let part = wanted_of(words);
        // A phrase holds its tones; one that was typed without any stands for every spelling.
        let form = match (self.tones, words.form) {
            (Tones::Exact, _) => Form::Exact,
            _ if part.exact == part.folded => Form::Folded,
            (Tones::Any, WordsForm::Phrase { .. } | WordsForm::Beginning) => Form::Exact,
            _ if spelling == Spelling::Typed => Form::Exact,
            _ => Form::Folded,
        };
        let (field, terms) = (pair.of_form(form), if form == Form::Exact { &part.exact } else { &part.folded });
        match (words.form, terms.as_slice()) {
            (_, []) => Ok(Box::new(Nothing)),
            (WordsForm::Beginning, [only]) => self.beginning(segment, field, only),
            (WordsForm::Beginning, several) => {
                let terms = several.iter().map(|word| Term::from_field_text(field, word)).collect();
                self.matching(segment, &PhrasePrefixQuery::new(terms), BEGINNING)
            }
            (WordsForm::Phrase { gaps }, _) => self.row(segment, field, terms, gaps, boost),
            (WordsForm::Word, [only]) => {
                let word = self.word(segment, (field, others.map(|pair| pair.of_form(form))), only, boost)?;
                if !self.may_differ(only) {
                    return Ok(word);
                }
                Ok(Box::new(Any::new(vec![word, self.similar(segment, field, only)?])))
            }
            (WordsForm::Word, _) => self.row(segment, field, terms, 0, boost),
        }
    }

    fn fact(&self, segment: &SegmentReader, fact: TextFact, words: &Words) -> Made {
        let fields = self.fields;
        // Quotes hold words together that a field is asked for; a letter may be wrong in them too.
        let is_loose = matches!(self.tolerance, Tolerance::Letter(_)) && words.form != WordsForm::Beginning;
        let found = |pair: Pair| match is_loose {
            true => self.all_alike(segment, pair.folded, &forms(&words.typed, Form::Folded)),
            false => self.words(segment, (pair, None), words, Spelling::Every, 1.0),
        };
        match fact {
            TextFact::DocumentType if is_loose => found(fields.types),
            TextFact::Owner if is_loose => found(fields.owners),
            TextFact::DocumentType => {
                // The types of the settings have keys without marks.
                let folded = forms(&words.typed, Form::Folded);
                match (words.form, folded.as_slice()) {
                    (WordsForm::Beginning, [only]) => self.beginning(segment, fields.types.folded, only),
                    _ => self.row(segment, fields.types.folded, &folded, 0, 1.0),
                }
            }
            TextFact::Symbol => {
                // `QĐUBND` and `QĐ-UBND` are one symbol.
                let whole = self.equal(segment, fields.number, &format!("/{}", squeeze(&words.typed)))?;
                Ok(Box::new(Any::new(vec![found(fields.symbols)?, whole])))
            }
            TextFact::IssuingBody => found(fields.bodies),
            TextFact::Title => found(fields.titles),
            TextFact::Site => found(fields.sites),
            TextFact::Owner => {
                let part = wanted_of(words);
                let exact = part.exact != part.folded && (self.tones == Tones::Exact || words.form != WordsForm::Word);
                let (form, terms) = if exact { (Form::Exact, &part.exact) } else { (Form::Folded, &part.folded) };
                let field = fields.owners.of_form(form);
                if let (WordsForm::Beginning, [only]) = (words.form, terms.as_slice()) {
                    return self.beginning(segment, field, only);
                }
                if terms.is_empty() {
                    return Ok(Box::new(Nothing));
                }
                let names = terms.iter().map(|name| self.word(segment, (field, None), name, 1.0)).collect::<Result<_, _>>()?;
                Ok(Box::new(All::new(names, Vec::new(), Vec::new())))
            }
        }
    }

    fn code(&self, segment: &SegmentReader, fact: CodeFact, words: &Words) -> Made {
        let fields = self.fields;
        let (field, code) = match fact {
            CodeFact::Any => (fields.codes, squeeze(&words.typed)),
            CodeFact::Number => (fields.number, number_key(&words.typed)),
            CodeFact::OwnerNumber => (fields.owner_number, squeeze(&words.typed)),
            CodeFact::DossierCode => (fields.code_parts, squeeze(&words.typed)),
        };
        match words.form {
            _ if code.is_empty() => Ok(Box::new(Nothing)),
            WordsForm::Beginning => self.beginning(segment, field, &code),
            _ => self.code_in(segment, field, &code),
        }
    }

    fn code_in(&self, segment: &SegmentReader, field: Field, code: &str) -> Made {
        let equal = self.equal(segment, field, code)?;
        let is_long = code.len() >= MIN_SIMILAR_CODE || look_alikes(code).next().is_some();
        if !matches!(self.tolerance, Tolerance::Letter(_)) || !is_long {
            return Ok(equal);
        }
        Ok(Box::new(Any::new(vec![equal, self.similar(segment, field, code)?])))
    }

    /// Pages with this very text in a field; rarer ones count more.
    fn equal(&self, segment: &SegmentReader, field: Field, text: &str) -> Made {
        let term = Term::from_field_text(field, text);
        let Some(pages) = self.postings(segment, &term)? else { return Ok(Box::new(Nothing)) };
        let counts = self.weight(std::slice::from_ref(&term))?.max_score() / ONCE;
        Ok(Box::new(Set::new(Box::new(pages), counts)))
    }

    /// A condition that says nothing of how well a page fits.
    fn silent(&self, segment: &SegmentReader, term: &Term) -> Made {
        Ok(match self.postings(segment, term)? {
            Some(pages) => Box::new(Set::new(Box::new(pages), 0.0)),
            None => Box::new(Nothing),
        })
    }

    fn postings(&self, segment: &SegmentReader, term: &Term) -> tantivy::Result<Option<SegmentPostings>> {
        Ok(segment.inverted_index(term.field())?.read_postings(term, IndexRecordOption::Basic)?)
    }

    fn cursor(&self, segment: &SegmentReader, field: Field, word: &str, boost: f32) -> tantivy::Result<Option<Cursor>> {
        let term = Term::from_field_text(field, word);
        let inverted = segment.inverted_index(field)?;
        let Some(postings) = inverted.read_block_postings(&term, IndexRecordOption::WithFreqs)? else { return Ok(None) };
        Ok(Some(Cursor::new(postings, norms(segment, field)?, self.weight(&[term])?.boost_by(boost))))
    }

    fn word(&self, segment: &SegmentReader, (field, other): (Field, Option<Field>), word: &str, boost: f32) -> Made {
        let printed = self.cursor(segment, field, word, boost)?;
        let pages = match other {
            Some(other) => self.postings(segment, &Term::from_field_text(other, word))?,
            None => None,
        };
        let other = match pages {
            Some(pages) => {
                let counts = self.weight(&[Term::from_field_text(field, word)])?.max_score() / ONCE;
                Some((pages, counts * OTHER_READING * boost))
            }
            None => None,
        };
        Ok(if printed.is_none() && other.is_none() { Box::new(Nothing) } else { Box::new(Word::new(printed, other)) })
    }

    /// One word, or several in a row with at most `gaps` others between.
    fn row(&self, segment: &SegmentReader, field: Field, words: &[String], gaps: u32, boost: f32) -> Made {
        if let [only] = words {
            return self.word(segment, (field, None), only, boost);
        }
        let mut cursors = Vec::with_capacity(words.len());
        for word in words {
            let Some(cursor) = self.cursor(segment, field, word, 1.0)? else { return Ok(Box::new(Nothing)) };
            cursors.push(cursor);
        }
        if cursors.is_empty() {
            return Ok(Box::new(Nothing));
        }
        let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
        let weight = self.weight(&terms)?.boost_by(boost);
        let mut phrase = PhraseQuery::new(terms);
        phrase.set_slop(gaps);
        let places = phrase.weight(EnableScoring::enabled_from_searcher(self.searcher))?;
        Ok(Box::new(Phrase::new(cursors, weight, Checker::new(places, segment, boost))))
    }

    fn weight(&self, terms: &[Term]) -> tantivy::Result<Bm25Weight> {
        if let Some(weight) = self.weights.lock().unwrap_or_else(PoisonError::into_inner).get(terms) {
            return Ok(weight.clone());
        }
        let weight = Bm25Weight::for_terms(self.searcher, terms)?;
        self.weights.lock().unwrap_or_else(PoisonError::into_inner).insert(terms.to_vec(), weight.clone());
        Ok(weight)
    }

    fn beginning(&self, segment: &SegmentReader, field: Field, word: &str) -> Made {
        let inverted = segment.inverted_index(field)?;
        let mut terms = beginning_with(&inverted, word)?;
        terms.sort_by_key(|term| std::cmp::Reverse(term.doc_freq));
        let mut lists: Vec<Box<dyn DocSet>> = Vec::new();
        let mut bits = Bits::new(segment.max_doc());
        for (place, term) in terms.iter().enumerate() {
            let mut pages = inverted.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
            if place < LISTS {
                lists.push(Box::new(pages));
            } else {
                bits.add(&mut pages);
            }
        }
        if terms.len() > LISTS {
            lists.push(Box::new(bits));
        }
        Ok(Box::new(Set::new(Box::new(Union::new(lists)), BEGINNING)))
    }

    fn days(&self, segment: &SegmentReader, field: Field, span: &Span<Date>) -> Made {
        self.range(segment, field, span.from.map(number_of), span.to.map(number_of))
    }

    fn range(&self, segment: &SegmentReader, field: Field, from: Option<u64>, to: Option<u64>) -> Made {
        let bound =
            |value: Option<u64>| value.map_or(Bound::Unbounded, |value| Bound::Included(Term::from_field_u64(field, value)));
        if from.is_none() && to.is_none() {
            return Ok(Box::new(Nothing));
        }
        self.matching(segment, &RangeQuery::new(bound(from), bound(to)), 0.0)
    }

    /// What tantivy finds, all counting the same.
    fn matching(&self, segment: &SegmentReader, search: &dyn Search, counts: f32) -> Made {
        let weight = search.weight(EnableScoring::disabled_from_searcher(self.searcher))?;
        Ok(Box::new(Set::new(Box::new(weight.scorer(segment, 1.0)?), counts)))
    }
}

fn norms(segment: &SegmentReader, field: Field) -> tantivy::Result<FieldNormReader> {
    segment.get_fieldnorms_reader(field)
}

/// A number as it is compared: without zeros before it, its symbol after it.
pub(super) fn number_key(typed: &str) -> String {
    let key = squeeze(typed);
    let short = key.trim_start_matches('0');
    if short.is_empty() { key } else { short.to_owned() }
}
