//! Searching: the best pages for a condition, how they were found, and what else there is.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{FuzzyTermQuery, Query as Search};
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

use super::query::{Builder, Tolerance, wanted_anywhere};
use super::snippet::{self, Snippet, Wanted};
use super::words::{Form, forms};
use super::{Index, IndexEntry, Tones, damaged, guarded};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Cause;
use crate::model::ids::RecordId;
use crate::model::query::{Condition, Words, WordsForm};
use crate::model::vietnamese::meant_by_keys;
use crate::repository::error::RepositoryError;

/// No list of hits is longer, and none begins further down.
const MAX_HITS: usize = 10_000;
/// Values counted of each facet.
const FACET_VALUES: u32 = 20;
/// Words from which pages with most of them are better than nothing.
const MIN_PARTLY: usize = 3;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// What fits best first.
    #[default]
    Relevance,
    /// The newest date of issue first, pages without one last.
    Date,
    /// By dossier code.
    Code,
}

/// Whether all hits are counted, which takes a look at each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counting {
    /// No.
    #[default]
    None,
    /// All of them, and by kind, type, agency and year.
    Facets,
}

/// What to look for, and what to give back.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What a page has to be like.
    pub condition: Condition,
    /// Whether tones count.
    pub tones: Tones,
    /// Most hits to return.
    pub limit: usize,
    /// Hits to leave out before them.
    pub offset: usize,
    /// Their order.
    pub sort: SortBy,
    /// Whether all of them are counted.
    pub counting: Counting,
}

impl Query {
    /// Looks for the best `limit` pages.
    pub fn new(condition: Condition, limit: usize) -> Self {
        Self { condition, tones: Tones::Any, limit, offset: 0, sort: SortBy::Relevance, counting: Counting::None }
    }
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Its record.
    pub record: RecordId,
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its document's number in the dossier.
    pub ordinal: u32,
    /// The sealed file it is in.
    pub file_name: String,
    /// Its place in that file, from 1.
    pub page: u32,
    /// Its document's title, if one was read.
    pub title: Option<String>,
    /// Greater is better; comparable within one search only, and 0 where the order is another.
    pub score: f32,
    /// Why it was found.
    pub snippet: Snippet,
}

/// How well hits fit what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// They are all that was asked for.
    Exact,
    /// No page is; these have words that differ by a letter.
    Similar,
    /// No page is; these have most of the words.
    Partial,
}

/// A word that was taken for another, or may have been meant as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meant {
    /// What was typed.
    pub typed: String,
    /// What is in the repository.
    pub meant: String,
}

/// How many hits have each value.
pub type Facets = BTreeMap<String, Vec<FacetValue>>;

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// Such as `quyet_dinh` or `2025`.
    pub value: String,
    /// Pages with it.
    pub pages: u64,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// How well the hits fit.
    pub fit: Fit,
    /// Words that were typed as keys of an input method, and what they were taken for.
    pub understood: Vec<Meant>,
    /// Words that the repository does not have, and the nearest that it has.
    pub did_you_mean: Vec<Meant>,
    /// All pages that fit, if they were to be counted.
    pub total: Option<usize>,
    /// By kind, type, agency and year, if they were to be counted.
    pub facets: Option<Facets>,
    /// The pages asked for, best first.
    pub hits: Vec<Hit>,
    /// The words that were looked for, as understood and as [`searched_forms`] writes them.
    #[serde(skip)]
    pub words: BTreeSet<String>,
}

/// The words of a text as the index compares them, without marks.
pub fn searched_forms(text: &str) -> Vec<String> {
    forms(text, Form::Folded)
}

impl Answer {
    /// The answer of an empty repository.
    pub fn nothing() -> Self {
        let (understood, did_you_mean) = (Vec::new(), Vec::new());
        Self { fit: Fit::Exact, understood, did_you_mean, total: None, facets: None, hits: Vec::new(), words: BTreeSet::new() }
    }
}

impl Index {
    /// Answers `query`. Where no page is all that was asked for, pages with similar words are
    /// returned, or else with most of the words; the answer says so.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn search(&self, query: &Query) -> Result<Answer, RepositoryError> {
        let searcher = self.reader.searcher();
        let mut condition = query.condition.clone();
        let mut understood = Vec::new();
        self.understand(&searcher, &mut condition, &mut understood)?;
        let unknown = self.unknown_words(&searcher, &condition)?;
        let mut fits = vec![(Fit::Exact, Tolerance::None), (Fit::Similar, Tolerance::Letter(unknown.clone()))];
        if is_plain(&condition) {
            fits.push((Fit::Partial, Tolerance::Words));
        }
        let mut answer = Answer { understood, ..Answer::nothing() };
        let wanted = wanted_anywhere(&condition);
        answer.words = wanted.iter().flat_map(|wanted| wanted.folded.iter().cloned()).collect();
        for (fit, tolerance) in fits {
            let builder = Builder { fields: &self.fields, tones: query.tones, tolerance };
            let search = builder.search(&condition);
            let found = self.top(&searcher, &*search, query)?;
            let any =
                !found.is_empty() || !self.top(&searcher, &*search, &Query { limit: 1, offset: 0, ..query.clone() })?.is_empty();
            if !any && fit != Fit::Partial {
                continue;
            }
            answer.fit = fit;
            answer.hits = self.hits(&searcher, found, &wanted, query.sort)?;
            if query.counting == Counting::Facets {
                let (total, facets) = self.count(&searcher, &*search)?;
                (answer.total, answer.facets) = (Some(total), Some(facets));
            }
            break;
        }
        if answer.fit != Fit::Exact || answer.hits.is_empty() {
            for typed in unknown {
                let meant = self.nearest(&searcher, &typed)?;
                answer.did_you_mean.extend(meant.map(|meant| Meant { typed, meant }));
            }
        }
        Ok(answer)
    }

    fn top(&self, searcher: &Searcher, search: &dyn Search, query: &Query) -> Result<Vec<(f32, DocAddress)>, RepositoryError> {
        let (limit, offset) = (query.limit.min(MAX_HITS), query.offset);
        if limit == 0 || offset >= MAX_HITS {
            return Ok(Vec::new());
        }
        let top = TopDocs::with_limit(limit).and_offset(offset);
        guarded(&self.folder, || match query.sort {
            SortBy::Relevance => searcher.search(search, &top.order_by_score()),
            SortBy::Date => {
                let found = searcher.search(search, &top.order_by_fast_field::<u64>("issued", Order::Desc))?;
                Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
            }
            SortBy::Code => {
                let found = searcher.search(search, &top.order_by_string_fast_field("code", Order::Asc))?;
                Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
            }
        })
    }

    fn hits(
        &self,
        searcher: &Searcher,
        found: Vec<(f32, DocAddress)>,
        wanted: &[Wanted],
        sort: SortBy,
    ) -> Result<Vec<Hit>, RepositoryError> {
        let mut hits = Vec::with_capacity(found.len());
        for (score, address) in found {
            let entry: TantivyDocument = guarded(&self.folder, || searcher.doc(address))?;
            hits.push(self.hit(&entry, score, wanted)?);
        }
        if sort != SortBy::Date {
            // Equal ones in an order that does not depend on how the index grew.
            hits.sort_by(|a, b| {
                let place = |hit: &Hit| (hit.dossier_code.clone(), hit.kind, hit.ordinal, hit.page);
                b.score.total_cmp(&a.score).then_with(|| place(a).cmp(&place(b)))
            });
        }
        Ok(hits)
    }

    fn hit(&self, entry: &TantivyDocument, score: f32, wanted: &[Wanted]) -> Result<Hit, RepositoryError> {
        let fields = &self.fields;
        let (text, label) = (self.text(entry, fields.text)?, self.text(entry, fields.label)?);
        let snippet = snippet::around_matches(text, wanted)
            .or_else(|| snippet::around_matches(label, wanted))
            .unwrap_or_else(|| snippet::beginning(text));
        let IndexEntry { record, ordinal, page } = self.index_entry(entry)?;
        let kind = self.text(entry, fields.kind)?;
        Ok(Hit {
            record,
            dossier_code: self.text(entry, fields.code)?.parse().map_err(|e| damaged(&self.folder, Cause::said(e)))?,
            kind: [RecordKind::Dossier, RecordKind::Result]
                .into_iter()
                .find(|known| known.as_str() == kind)
                .ok_or_else(|| damaged(&self.folder, Cause::said(kind)))?,
            ordinal,
            file_name: self.text(entry, fields.file_name)?.to_owned(),
            page,
            title: self.text(entry, fields.title).ok().map(str::to_owned),
            score,
            snippet,
        })
    }

    fn count(&self, searcher: &Searcher, search: &dyn Search) -> Result<(usize, Facets), RepositoryError> {
        let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": FACET_VALUES } });
        let names = ["kind", "document_type", "issuing_body", "year", "waits"];
        let wanted: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), terms(name))).collect();
        let wanted: Aggregations = serde_json::from_value(wanted.into()).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let collector = AggregationCollector::from_aggs(wanted, Default::default());
        let (total, counted) = guarded(&self.folder, || searcher.search(search, &(Count, collector)))?;
        let counted = serde_json::to_value(counted).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let values = |name: &str| {
            let buckets = counted.get(name).and_then(|facet| facet.get("buckets")).and_then(serde_json::Value::as_array);
            buckets.into_iter().flatten().filter_map(|bucket| {
                let key = bucket.get("key")?;
                let value =
                    key.as_str().map_or_else(|| key.as_f64().map(|number| format!("{number:.0}")), |text| Some(text.to_owned()));
                Some(FacetValue { value: value?, pages: bucket.get("doc_count")?.as_u64()? })
            })
        };
        Ok((total, names.iter().map(|name| ((*name).to_owned(), values(name).collect())).collect()))
    }

    /// Takes words that the repository does not have for what the keys of an input method make of
    /// them, and notes which.
    fn understand(
        &self,
        searcher: &Searcher,
        condition: &mut Condition,
        understood: &mut Vec<Meant>,
    ) -> Result<(), RepositoryError> {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter_mut().try_for_each(|part| self.understand(searcher, part, understood))
            }
            Condition::Not(part) => self.understand(searcher, part, understood),
            Condition::Text(words) | Condition::In(_, words) if words.form != WordsForm::Beginning => {
                let mut typed = Vec::new();
                for word in words.typed.split_whitespace() {
                    let meant = if self.has_word(searcher, word)? { None } else { meant_by_keys(word) };
                    if let Some(meant) = &meant {
                        understood.push(Meant { typed: word.to_owned(), meant: meant.clone() });
                    }
                    typed.push(meant.unwrap_or_else(|| word.to_owned()));
                }
                if !understood.is_empty() {
                    words.typed = typed.join(" ");
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether some page or label has all the pieces of `word`, with any marks.
    fn has_word(&self, searcher: &Searcher, word: &str) -> Result<bool, RepositoryError> {
        for piece in forms(word, Form::Folded) {
            let mut known = 0;
            for field in [self.fields.texts.folded, self.fields.labels.folded] {
                known += guarded(&self.folder, || searcher.doc_freq(&Term::from_field_text(field, &piece)))?;
            }
            if known == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The words of the query that no page has, without their marks.
    fn unknown_words(&self, searcher: &Searcher, condition: &Condition) -> Result<BTreeSet<String>, RepositoryError> {
        let mut unknown = BTreeSet::new();
        for wanted in wanted_anywhere(condition) {
            for word in wanted.folded {
                let is_word = word.chars().all(char::is_alphabetic);
                if is_word && !self.has_word(searcher, &word)? {
                    unknown.insert(word);
                }
            }
        }
        Ok(unknown)
    }

    /// The most common word of the repository, without its marks, that differs from `word` by a letter.
    fn nearest(&self, searcher: &Searcher, word: &str) -> Result<Option<String>, RepositoryError> {
        let folded = self.fields.texts.folded;
        let automaton = guarded(&self.folder, || FuzzyTermQuery::new(Term::from_field_text(folded, word), 1, true).automaton())?;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        guarded(&self.folder, || {
            for segment in searcher.segment_readers() {
                let inverted = segment.inverted_index(folded)?;
                let mut terms = inverted.terms().search(&automaton).into_stream()?;
                while terms.advance() {
                    let found = String::from_utf8_lossy(terms.key()).into_owned();
                    *counts.entry(found).or_default() += u64::from(terms.value().doc_freq);
                }
            }
            Ok(())
        })?;
        Ok(counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0))).map(|(found, _)| found))
    }
}

/// Whether a condition is words alone, of which one may have been misread.
fn is_plain(condition: &Condition) -> bool {
    let is_words = |part: &Condition| matches!(part, Condition::Text(Words { form: WordsForm::Word, .. }));
    match condition {
        Condition::All(parts) => parts.len() >= MIN_PARTLY && parts.iter().all(is_words),
        _ => false,
    }
}
