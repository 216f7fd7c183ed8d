//! Searching: the best pages for a condition, how they were found, and what else there is.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

use super::budget::Budget;
use super::query::{Compiler, Spelling, Tolerance, has_spelling, wanted_anywhere};
use super::snippet::{self, Snippet, Wanted};
use super::terms::nearest_terms;
use super::top::{self, Scored};
use super::words::{Form, forms};
use super::{Index, IndexEntry, Tones, damaged, guarded, stored};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::RecordId;
use crate::model::mask::Masking;
use crate::model::query::{Condition, Words, WordsForm};
use crate::model::vietnamese::{is_syllable, meant_by_keys};
use crate::repository::error::RepositoryError;

/// No list of hits is longer, and none begins further down: as many as a sheet of a spreadsheet has rows.
const MAX_HITS: usize = 1_048_576;
/// Unpacked blocks of what is kept of pages that are held while hits are read.
const STORE_BLOCKS: usize = 10;
/// Values counted of each facet.
const FACET_VALUES: u32 = 20;
/// Lifts pages that hold every word as typed, marks included, above all others. What words count
/// stays far below.
const AS_TYPED: f32 = 1000.0;
/// Words from which pages with most of them are better than nothing.
const MIN_PARTLY: usize = 3;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
    /// Whether personal data in snippets and facts are shown.
    pub masking: Masking,
}

impl Query {
    /// Looks for the best `limit` pages.
    pub fn new(condition: Condition, limit: usize) -> Self {
        Self {
            condition,
            tones: Tones::Any,
            limit,
            offset: 0,
            sort: SortBy::Relevance,
            counting: Counting::None,
            masking: Masking::Shown,
        }
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
    /// Its place in its sealed file, from 1.
    pub page: u32,
    /// Greater is better; comparable within one search only, and 0 where the order is another.
    pub score: f32,
}

/// How well hits fit what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// They are all that was asked for.
    Exact,
    /// They are, but none has all the words with the marks that were typed.
    OtherMarks,
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
    /// Whether the budget was enough to look at all that could fit. If not, hits are the best of what
    /// was looked at, and totals are the least that there is.
    pub whole: bool,
    /// All pages that fit, if they were to be counted.
    pub total: Option<usize>,
    /// By kind, type, agency and year, if they were to be counted.
    pub facets: Option<Facets>,
    /// The pages asked for, best first.
    pub hits: Vec<Hit>,
    /// The words that were looked for, as understood and as [`searched_forms`] writes them.
    #[serde(skip)]
    pub words: BTreeSet<String>,
    /// The same as they stand together.
    #[serde(skip)]
    pub wanted: Vec<Wanted>,
}

/// The words of a text as the index compares them, without marks.
pub fn searched_forms(text: &str) -> Vec<String> {
    forms(text, Form::Folded)
}

impl Answer {
    /// The answer of an empty repository.
    pub fn nothing() -> Self {
        Self {
            fit: Fit::Exact,
            understood: Vec::new(),
            did_you_mean: Vec::new(),
            whole: true,
            total: None,
            facets: None,
            hits: Vec::new(),
            words: BTreeSet::new(),
            wanted: Vec::new(),
        }
    }

    /// The piece of a hit's text, or else of its label, that shows why it was found.
    pub fn snippet(&self, text: &str, label: &str) -> Snippet {
        snippet::around_matches(text, &self.wanted)
            .or_else(|| snippet::around_matches(label, &self.wanted))
            .unwrap_or_else(|| snippet::beginning(text))
    }
}

impl Index {
    /// Answers `query`, as far as `budget` allows. Where no page is all that was asked for, pages with
    /// similar words are returned, or else with most of the words; the answer says so.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn search(&self, query: &Query, budget: &Budget<'_>) -> Result<Answer, RepositoryError> {
        let searcher = self.reader.searcher();
        let mut condition = query.condition.clone();
        let mut understood = Vec::new();
        self.understand(&searcher, &mut condition, &mut understood)?;
        let unknown = self.unknown_words(&searcher, &condition)?;
        let mut fits = vec![(Fit::Exact, Tolerance::None), (Fit::Similar, Tolerance::Letter(unknown.clone()))];
        if is_plain(&condition) {
            fits.push((Fit::Partial, Tolerance::Words));
        }
        let wanted = wanted_anywhere(&condition);
        let words = wanted.iter().flat_map(|wanted| wanted.folded.iter().cloned()).collect();
        let mut answer = Answer { understood, words, wanted, ..Answer::nothing() };
        for (fit, tolerance) in fits {
            let compiler = Compiler::new(&searcher, &self.fields, query.tones, tolerance);
            let found = self.found(&searcher, &compiler, &condition, query, budget)?;
            answer.whole &= found.whole;
            if !found.any && fit != Fit::Partial && answer.whole {
                continue;
            }
            answer.fit = match fit {
                _ if !found.any => answer.fit,
                Fit::Exact if !found.as_typed => Fit::OtherMarks,
                fit => fit,
            };
            answer.hits = self.hits(&searcher, found.pages)?;
            if query.counting == Counting::Facets {
                let (total, facets, whole) = self.count(&searcher, &compiler, &condition, budget)?;
                (answer.total, answer.facets) = (Some(total), Some(facets));
                answer.whole &= whole;
            }
            break;
        }
        if !matches!(answer.fit, Fit::Exact | Fit::OtherMarks) || answer.hits.is_empty() {
            for typed in unknown {
                let nearest = guarded(&self.folder, || nearest_terms(&searcher, self.fields.texts.folded, &typed))?;
                answer.did_you_mean.extend(nearest.into_iter().next().map(|(meant, _)| Meant { typed, meant }));
            }
        }
        Ok(answer)
    }

    /// The pages asked for, in their order.
    fn found(
        &self,
        searcher: &Searcher,
        compiler: &Compiler<'_>,
        condition: &Condition,
        query: &Query,
        budget: &Budget<'_>,
    ) -> Result<Pages, RepositoryError> {
        let (limit, offset) = (query.limit.min(MAX_HITS), query.offset);
        let best = |most, spelling| {
            let make = |segment: &_| compiler.pages(segment, condition, spelling);
            guarded(&self.folder, || top::best(searcher, &make, most, budget))
        };
        if query.sort == SortBy::Relevance && limit > 0 && offset < MAX_HITS {
            let most = limit.saturating_add(offset).min(searcher.num_docs().try_into().unwrap_or(usize::MAX)).max(1);
            let (mut pages, mut whole, mut as_typed) = (Vec::new(), true, true);
            // What is as it was typed comes first; only where there is not enough of it, the rest is
            // looked at.
            if query.tones == Tones::Any && has_spelling(condition) {
                (pages, whole) = best(most, Spelling::Typed)?;
                pages.iter_mut().for_each(|(score, _)| *score += AS_TYPED);
                as_typed = !pages.is_empty();
            }
            if whole && pages.len() < most {
                let typed: BTreeSet<DocAddress> = pages.iter().map(|(_, page)| *page).collect();
                let (rest, all) = best(most, Spelling::Every)?;
                pages.extend(rest.into_iter().filter(|(_, page)| !typed.contains(page)));
                pages.truncate(most);
                whole = all;
            }
            let any = !pages.is_empty();
            return Ok(Pages { pages: pages.into_iter().skip(offset).collect(), any, as_typed, whole });
        }
        let (pages, whole) = self.in_order(searcher, compiler, condition, query, budget)?;
        let as_typed = match query.tones == Tones::Any && has_spelling(condition) {
            true => !best(1, Spelling::Typed)?.0.is_empty(),
            false => true,
        };
        if !pages.is_empty() || !whole {
            return Ok(Pages { any: !pages.is_empty(), pages, as_typed, whole });
        }
        let (first, whole) = best(1, Spelling::Every)?;
        Ok(Pages { pages: Vec::new(), any: !first.is_empty(), as_typed, whole })
    }

    fn in_order(
        &self,
        searcher: &Searcher,
        compiler: &Compiler<'_>,
        condition: &Condition,
        query: &Query,
        budget: &Budget<'_>,
    ) -> Result<(Vec<Scored>, bool), RepositoryError> {
        let (limit, offset) = (query.limit.min(MAX_HITS), query.offset);
        if limit == 0 || offset >= MAX_HITS {
            return Ok((Vec::new(), true));
        }
        let most = searcher.num_docs().try_into().unwrap_or(usize::MAX).max(1);
        let top = TopDocs::with_limit(limit.min(most)).and_offset(offset);
        let make = |segment: &_| compiler.fitting(segment, condition);
        guarded(&self.folder, || {
            let (addresses, whole): (Vec<DocAddress>, bool) = match query.sort {
                SortBy::Relevance => (Vec::new(), true),
                SortBy::Date => {
                    let by_date = top.order_by_fast_field::<u64>("issued", Order::Desc);
                    let (found, whole) = top::all(searcher, &make, &by_date, budget)?;
                    (found.into_iter().map(|(_, address)| address).collect(), whole)
                }
                SortBy::Code => {
                    let by_code = top.order_by_string_fast_field("code", Order::Asc);
                    let (found, whole) = top::all(searcher, &make, &by_code, budget)?;
                    (found.into_iter().map(|(_, address)| address).collect(), whole)
                }
            };
            Ok((addresses.into_iter().map(|address| (0.0, address)).collect(), whole))
        })
    }

    fn hits(&self, searcher: &Searcher, found: Vec<Scored>) -> Result<Vec<Hit>, RepositoryError> {
        let mut hits = Vec::with_capacity(found.len());
        let mut stores = BTreeMap::new();
        for (score, address) in found {
            let entry = guarded(&self.folder, || {
                let store = match stores.entry(address.segment_ord) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => {
                        place.insert(searcher.segment_reader(address.segment_ord).get_store_reader(STORE_BLOCKS)?)
                    }
                };
                let is_whole = stored::is_whole(&store.get_document_bytes(address.doc_id)?);
                if is_whole { store.get::<TantivyDocument>(address.doc_id).map(Some) } else { Ok(None) }
            })?;
            let entry = entry.ok_or_else(|| damaged(&self.folder, StorageFault::IndexCorrupt))?;
            hits.push(self.hit(&entry, score)?);
        }
        // Equal ones stay in the order of the index: sorted within one list, they would be repeated or
        // left out where the next one begins.
        Ok(hits)
    }

    fn hit(&self, entry: &TantivyDocument, score: f32) -> Result<Hit, RepositoryError> {
        let fields = &self.fields;
        let IndexEntry { record, ordinal, page, .. } = self.index_entry(entry)?;
        let kind = self.text(entry, fields.kind)?;
        Ok(Hit {
            record,
            dossier_code: self.text(entry, fields.code)?.parse().map_err(|e| damaged(&self.folder, Cause::said(e)))?,
            kind: [RecordKind::Dossier, RecordKind::Result]
                .into_iter()
                .find(|known| known.as_str() == kind)
                .ok_or_else(|| damaged(&self.folder, Cause::said(kind)))?,
            ordinal,
            page,
            score,
        })
    }

    fn count(
        &self,
        searcher: &Searcher,
        compiler: &Compiler<'_>,
        condition: &Condition,
        budget: &Budget<'_>,
    ) -> Result<(usize, Facets, bool), RepositoryError> {
        let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": FACET_VALUES } });
        let names = ["kind", "document_type", "issuing_body", "year", "waits"];
        let wanted: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), terms(name))).collect();
        let wanted: Aggregations = serde_json::from_value(wanted.into()).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let collector = AggregationCollector::from_aggs(wanted, Default::default());
        let make = |segment: &_| compiler.fitting(segment, condition);
        let ((total, counted), whole) = guarded(&self.folder, || top::all(searcher, &make, &(Count, collector), budget))?;
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
        Ok((total, names.iter().map(|name| ((*name).to_owned(), values(name).collect())).collect(), whole))
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

    /// Whether some page or label has all the pieces of `word`, with any marks; as it was typed, where
    /// no word of Vietnamese is spelled so: `ñai` of an old font is not `nai`.
    fn has_word(&self, searcher: &Searcher, word: &str) -> Result<bool, RepositoryError> {
        let form = if word.is_ascii() || is_syllable(word) { Form::Folded } else { Form::Exact };
        for piece in forms(word, form) {
            let mut known = 0;
            for field in [self.fields.texts.of_form(form), self.fields.others.of_form(form)] {
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
}

/// What was found.
struct Pages {
    /// Those asked for.
    pages: Vec<Scored>,
    /// Whether there are any, wherever the list begins.
    any: bool,
    /// Whether some have the marks that were typed, if any were.
    as_typed: bool,
    /// Whether all were looked at.
    whole: bool,
}

/// Whether a condition is words alone, of which one may have been misread.
fn is_plain(condition: &Condition) -> bool {
    let is_words = |part: &Condition| matches!(part, Condition::Text(Words { form: WordsForm::Word, .. }));
    match condition {
        Condition::All(parts) => parts.len() >= MIN_PARTLY && parts.iter().all(is_words),
        _ => false,
    }
}
