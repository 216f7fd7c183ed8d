//! Searching: the best pages for a condition, how they were found, and what else there is.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Value;
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

use super::answer::{Answer, Counting, FacetValue, Facets, Fit, Hit, Meant, Query, SortBy};
use super::budget::Budget;
use super::by_dossier::{ByDossier, CountByDossier};
use super::entry::site_of;
use super::query::{Compiler, Spelling, Tolerance, has_spelling, wanted_anywhere};
use super::snippet::Wanted;
use super::terms::nearest_terms;
use super::top::{self, Scored};
use super::versions::state_number;
use super::words::{Form, forms};
use super::{Index, IndexEntry, Tones, Versions, damaged, guarded, stored};
use crate::model::document_state::DocumentState;
use crate::model::dossier::RecordKind;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
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
/// The facet of sites, and how many of these are counted, each under all its names.
const SITE: &str = "site";
const SITE_NAMES: u32 = 1000;
/// Dossiers from which hits are not counted by what the register says of each.
const MAX_DOSSIERS: usize = 20_000;
/// Lifts pages that hold every word as typed, marks included, above all others. What words count
/// stays far below.
const AS_TYPED: f32 = 1000.0;
/// Words from which pages with most of them are better than nothing.
const MIN_PARTLY: usize = 3;
/// Digits from which a number may be one of a person: a digit that is missing is none that differs.
const MIN_PERSONAL: usize = 8;

impl Index {
    /// Answers `query`, as far as `budget` allows. Where no page is all that was asked for, pages with
    /// similar words are returned, or else with most of the words; the answer says so.
    ///
    /// # Errors
    /// `Damaged` if the index does not read, or what the disk says.
    pub fn search(&self, query: &Query, budget: &Budget<'_>) -> Result<Answer, RepositoryError> {
        let searcher = self.reader.searcher();
        let mut condition = query.condition.clone();
        let scope = (query.tones, if condition.names_state() { Versions::All } else { query.versions });
        let plain = Compiler::new(&searcher, &self.fields, scope, Tolerance::None);
        let mut understood = Vec::new();
        self.understand(&plain, &mut condition, &mut understood)?;
        let unknown = self.unknown_words(&plain, &condition)?;
        let mut fits = vec![(Fit::Exact, Tolerance::None)];
        // By what differs in a digit a number could be found out that is not shown.
        if query.masking == Masking::Shown || !has_long_number(&condition) {
            fits.push((Fit::Similar, Tolerance::Letter(unknown.clone())));
        }
        if is_plain(&condition) {
            fits.push((Fit::Partial, Tolerance::Words));
        }
        let wanted = wanted_anywhere(&condition);
        let words = wanted.iter().flat_map(|wanted| wanted.folded.iter().cloned()).collect();
        let mut answer = Answer { understood, words, wanted, ..Answer::nothing() };
        for (fit, tolerance) in fits {
            let compiler = Compiler::new(&searcher, &self.fields, scope, tolerance);
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
            if query.counting != Counting::None {
                let with_dossiers = query.counting == Counting::Register;
                let counted = self.count(&searcher, &compiler, (&condition, with_dossiers), budget)?;
                let Counted { total, facets, by_dossier, whole } = counted;
                (answer.total, answer.facets, answer.by_dossier) = (Some(total), Some(facets), by_dossier);
                answer.whole &= whole;
            }
            break;
        }
        if !matches!(answer.fit, Fit::Exact | Fit::OtherMarks) || answer.hits.is_empty() {
            for typed in unknown {
                let nearest = self.nearest_that_stands(&plain, &searcher, &typed)?;
                answer.did_you_mean.extend(nearest.map(|meant| Meant { typed, meant }));
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
            state: self.state(entry)?,
            score,
        })
    }

    fn state(&self, entry: &TantivyDocument) -> Result<DocumentState, RepositoryError> {
        let number = entry.get_first(self.fields.state).and_then(|value| value.as_u64());
        let known = DocumentState::ALL.into_iter().find(|state| state_number(*state) == number);
        known.ok_or_else(|| damaged(&self.folder, StorageFault::IndexCorrupt))
    }

    fn count(
        &self,
        searcher: &Searcher,
        compiler: &Compiler<'_>,
        (condition, with_dossiers): (&Condition, bool),
        budget: &Budget<'_>,
    ) -> Result<Counted, RepositoryError> {
        let size = |field: &str| if field == SITE { SITE_NAMES } else { FACET_VALUES };
        let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": size(field) } });
        let names = ["kind", "document_type", "issuing_body", "year", "waits", SITE];
        let wanted: serde_json::Map<_, _> = names.iter().map(|name| ((*name).to_owned(), terms(name))).collect();
        let wanted: Aggregations = serde_json::from_value(wanted.into()).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let collector = AggregationCollector::from_aggs(wanted, Default::default());
        let make = |segment: &_| compiler.fitting(segment, condition);
        let collectors = (Count, collector, with_dossiers.then_some(CountByDossier { most: MAX_DOSSIERS }));
        let ((total, counted, by_dossier), whole) = guarded(&self.folder, || top::all(searcher, &make, &collectors, budget))?;
        let counted = serde_json::to_value(counted).map_err(|e| damaged(&self.folder, Cause::said(e)))?;
        let values = |name: &str| {
            let buckets = counted.get(name).and_then(|facet| facet.get("buckets")).and_then(serde_json::Value::as_array);
            buckets.into_iter().flatten().filter_map(|bucket| {
                let key = bucket.get("key")?;
                let value =
                    key.as_str().map_or_else(|| key.as_f64().map(|number| format!("{number:.0}")), |text| Some(text.to_owned()));
                Some(FacetValue { value: value?, name: None, pages: bucket.get("doc_count")?.as_u64()? })
            })
        };
        let mut facets: Facets = names.iter().map(|name| ((*name).to_owned(), values(name).collect())).collect();
        if let Some(sites) = facets.get_mut(SITE) {
            *sites = by_code(std::mem::take(sites));
        }
        Ok(Counted { total, facets, by_dossier: by_dossier.flatten(), whole })
    }

    /// Takes words that the repository does not have for what the keys of an input method make of
    /// them, and notes which.
    fn understand(
        &self,
        compiler: &Compiler<'_>,
        condition: &mut Condition,
        understood: &mut Vec<Meant>,
    ) -> Result<(), RepositoryError> {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter_mut().try_for_each(|part| self.understand(compiler, part, understood))
            }
            Condition::Not(part) => self.understand(compiler, part, understood),
            Condition::Text(words) | Condition::In(_, words) if words.form != WordsForm::Beginning => {
                let mut typed = Vec::new();
                for word in words.typed.split_whitespace() {
                    let meant = if self.has_word(compiler, word)? { None } else { meant_by_keys(word) };
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
    fn has_word(&self, compiler: &Compiler<'_>, word: &str) -> Result<bool, RepositoryError> {
        let form = if word.is_ascii() || is_syllable(word) { Form::Folded } else { Form::Exact };
        for piece in forms(word, form) {
            let fields = [self.fields.texts.of_form(form), self.fields.others.of_form(form)];
            let mut terms = fields.map(|field| Term::from_field_text(field, &piece)).into_iter();
            let known = guarded(&self.folder, || terms.try_fold(false, |known, term| Ok(known || compiler.stands(&term)?)))?;
            if !known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The most common word that differs from `typed` by a letter and stands on a page that may be found: what
    /// only papers have that were withdrawn is not told, nor is a number, which may be a person's or a key.
    fn nearest_that_stands(
        &self,
        compiler: &Compiler<'_>,
        searcher: &Searcher,
        typed: &str,
    ) -> Result<Option<String>, RepositoryError> {
        let field = self.fields.texts.folded;
        guarded(&self.folder, || {
            for (meant, _) in nearest_terms(searcher, field, typed)? {
                let is_word = meant.chars().all(char::is_alphabetic);
                if is_word && meant != typed && compiler.stands(&Term::from_field_text(field, &meant))? {
                    return Ok(Some(meant));
                }
            }
            Ok(None)
        })
    }

    /// The words of the query that no page has, without their marks.
    fn unknown_words(&self, compiler: &Compiler<'_>, condition: &Condition) -> Result<BTreeSet<String>, RepositoryError> {
        let mut unknown = BTreeSet::new();
        for wanted in wanted_anywhere(condition) {
            for word in wanted.folded {
                let is_word = word.chars().all(char::is_alphabetic);
                if is_word && !self.has_word(compiler, &word)? {
                    unknown.insert(word);
                }
            }
        }
        Ok(unknown)
    }
}

/// Sites by their codes, the most first, with the name that most pages have: one may be called otherwise by and by.
fn by_code(values: Vec<FacetValue>) -> Vec<FacetValue> {
    let mut sites: BTreeMap<String, FacetValue> = BTreeMap::new();
    // Of each code the name with most pages comes first.
    for FacetValue { value, pages, .. } in values {
        let (code, name) = site_of(&value);
        let new = || FacetValue { value: code.to_owned(), name: Some(name.to_owned()), pages: 0 };
        sites.entry(code.to_owned()).or_insert_with(new).pages += pages;
    }
    let mut sites: Vec<FacetValue> = sites.into_values().collect();
    sites.sort_by(|a, b| b.pages.cmp(&a.pages).then_with(|| a.value.cmp(&b.value)));
    sites.truncate(FACET_VALUES as usize);
    sites
}

/// All that was found, counted.
struct Counted {
    total: usize,
    facets: Facets,
    by_dossier: ByDossier,
    /// Whether all were looked at.
    whole: bool,
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

/// Whether some number of the condition has so many digits that it may be one of a person, whatever it is grouped by.
fn has_long_number(condition: &Condition) -> bool {
    let digits = |wanted: &Wanted| wanted.folded.concat().bytes().filter(u8::is_ascii_digit).count();
    wanted_anywhere(condition).iter().map(digits).sum::<usize>() >= MIN_PERSONAL
}

/// Whether a condition is words alone, of which one may have been misread.
fn is_plain(condition: &Condition) -> bool {
    let is_words = |part: &Condition| matches!(part, Condition::Text(Words { form: WordsForm::Word, .. }));
    match condition {
        Condition::All(parts) => parts.len() >= MIN_PARTLY && parts.iter().all(is_words),
        _ => false,
    }
}
