//! An index in memory, for tests. Of the language of queries it knows words, kinds of papers and what
//! joins them, and it ranks nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{OpenIndex, Search};
use crate::model::document_state::DocumentState;
use crate::model::failure::cause::StorageFault;
use crate::model::query::Condition;
use crate::model::record::Record;
use crate::repository::catalog::Catalog;
use crate::repository::error::RepositoryError;
use crate::repository::index::{
    Answer, Budget, Hit, IndexEntry, ListedPage, Query, Versions, digests_of, listed_pages, recipes_of, searched_forms,
};

/// A page with its words.
#[derive(Debug, Clone)]
struct Page {
    entry: IndexEntry,
    hit: Hit,
    words: Vec<String>,
}

/// The pages of the current records up to a change.
#[derive(Debug, Clone, Default)]
pub(in crate::repository) struct Kept {
    change: i64,
    pages: BTreeMap<(String, String), Vec<Page>>,
}

/// All who open it share what is kept; none before it was made.
#[derive(Debug)]
pub(in crate::repository) struct MemorySearch {
    pub kept: Arc<Mutex<Option<Arc<Kept>>>>,
    pub writes: bool,
}

impl MemorySearch {
    fn kept(&self) -> Option<Arc<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fill(&self, kept: Option<Arc<Kept>>, catalog: &dyn Catalog) -> Result<(), RepositoryError> {
        if !self.writes {
            return Err(RepositoryError::read_only(&self.place()));
        }
        let mut next = kept.as_deref().cloned().unwrap_or_default();
        let newest = catalog.max_change()?;
        if next.change > newest {
            let cause = StorageFault::IndexAhead { change: next.change, newest };
            return Err(RepositoryError::Damaged { place: "memory".into(), cause: cause.into() });
        }
        for (change, code, kind) in catalog.names_changed_since(next.change, usize::MAX)? {
            next.change = change;
            let versions = catalog.readable_versions(&code, &kind)?;
            next.pages.insert((code, kind), pages_of(catalog, &versions)?);
        }
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(next));
        Ok(())
    }
}

/// The pages of a record, given all its versions, the newest last.
fn pages_of(catalog: &dyn Catalog, versions: &[Record]) -> Result<Vec<Page>, RepositoryError> {
    let (mut pages, mut next) = (Vec::new(), None);
    for record in versions.iter().rev() {
        let recipes = recipes_of(catalog, record)?;
        let digests = digests_of(catalog, record, &recipes)?;
        for listed in listed_pages(record, &digests, next.as_ref().map(|(record, digests)| (*record, digests))) {
            let page = listed.document.pages[usize::try_from(listed.place).unwrap()];
            let (read, digest) = catalog.page_with_digest(page, recipes[&listed.document.ordinal])?.unzip();
            let entry = ListedPage { read: digest, ..listed }.entry(record);
            let hit = Hit {
                record: record.id,
                dossier_code: record.dossier_code.clone(),
                kind: record.kind,
                ordinal: listed.document.ordinal,
                page: entry.page,
                state: listed.state,
                score: 1.0,
            };
            pages.push(Page { entry, hit, words: read.map(|read| searched_forms(&read.text())).unwrap_or_default() });
        }
        next = Some((record, digests));
    }
    Ok(pages)
}

fn fits(condition: &Condition, page: &Page) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|one| fits(one, page)),
        Condition::Any(any) => any.iter().any(|one| fits(one, page)),
        Condition::Not(other) => !fits(other, page),
        Condition::Text(words) => searched_forms(&words.typed).iter().all(|word| page.words.contains(word)),
        Condition::Kind(kind) => page.hit.kind == *kind,
        Condition::State(state) => page.hit.state == *state,
        other => panic!("the index in memory does not know {other:?}"),
    }
}

impl Search for MemorySearch {
    fn is_there(&self) -> bool {
        self.kept().is_some()
    }

    fn place(&self) -> PathBuf {
        Path::new("memory").into()
    }

    fn open(&self) -> Result<Box<dyn OpenIndex>, RepositoryError> {
        let kept = self.kept();
        let missing = || RepositoryError::Damaged { place: "memory".into(), cause: StorageFault::IndexUntold.into() };
        Ok(Box::new(Opened(kept.ok_or_else(missing)?)))
    }

    fn catch_up(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError> {
        self.fill(self.kept(), catalog)
    }

    fn rebuild(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError> {
        self.fill(None, catalog)
    }
}

struct Opened(Arc<Kept>);

impl Opened {
    fn pages(&self) -> impl Iterator<Item = &Page> {
        self.0.pages.values().flatten()
    }
}

impl OpenIndex for Opened {
    fn search(&self, query: &Query, _: &Budget<'_>) -> Result<Answer, RepositoryError> {
        let all = query.versions == Versions::All || query.condition.names_state();
        let searched = self.pages().filter(|page| all || page.hit.state == DocumentState::Current);
        let found = searched.filter(|page| fits(&query.condition, page)).map(|page| page.hit.clone());
        Ok(Answer { hits: found.skip(query.offset).take(query.limit).collect(), ..Answer::nothing() })
    }

    fn is_complete(&self, catalog: &dyn Catalog) -> Result<bool, RepositoryError> {
        Ok(self.0.change == catalog.max_change()?)
    }

    fn each_entry(&self, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError> {
        self.pages().for_each(|page| each(page.entry.clone()));
        Ok(())
    }

    fn damaged_files(&self) -> Result<BTreeSet<PathBuf>, RepositoryError> {
        Ok(BTreeSet::new())
    }
}
