//! What waits, a line for each document and file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::commands::pending::{Found, Listed, PendingCursor, PendingKind, PendingOrder, kind_of, listed};
use crate::model::codes::DossierCode;
use crate::model::failure::Failure;
use crate::model::ids::{BatchId, BlobId};
use crate::model::record::DocumentName;
use crate::model::register::{Difference, DossierDifferences};
use crate::repository::{OpenField, Repository, WaitingFile};
use crate::settings::Settings;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct QueueOrder {
    /// These kinds; all where none is told.
    pub kinds: Vec<PendingKind>,
    /// Most facts and files that are looked at.
    pub limit: usize,
    /// Behind what the list before named as `next`.
    pub after: Option<PendingCursor>,
}

/// What waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Queue {
    /// How many facts and files wait, by kind; of all lists together.
    pub counts: BTreeMap<PendingKind, u64>,
    /// All together.
    pub total: u64,
    /// Whole days since the first of this list came up.
    pub oldest_days: Option<i64>,
    /// Those that have waited longest first.
    pub items: Vec<QueueItem>,
    /// Where the next list begins, if there is one.
    pub next: Option<PendingCursor>,
}

/// Something that one person sees to at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum QueueItem {
    /// A document with facts that wait.
    Document {
        /// Which.
        document: DocumentName,
        /// The key of its type, if that is known.
        document_type: Option<String>,
        /// How many facts of it wait.
        open: u32,
        /// Whole days since the first of them came up.
        days: i64,
    },
    /// A file in an inbox, or one that was set aside.
    File {
        /// Its bytes, if they could be stored.
        scan: Option<BlobId>,
        /// The batch that let it wait.
        batch: BatchId,
        /// Its path in the inbox.
        path: String,
        /// Why it waits.
        kind: PendingKind,
        /// Its pages.
        pages: u64,
        /// Whole days since it came.
        days: i64,
    },
    /// A dossier whose papers and the register disagree.
    Dossier {
        /// Which.
        code: DossierCode,
        /// In what.
        differences: Vec<Difference>,
        /// Whether there are papers of it.
        has_papers: bool,
        /// Whole days since its papers came, or since it was received.
        days: i64,
    },
}

impl QueueItem {
    /// The document, if it is one.
    pub(crate) fn document(&self) -> Option<&DocumentName> {
        match self {
            Self::Document { document, .. } => Some(document),
            Self::File { .. } | Self::Dossier { .. } => None,
        }
    }

    /// The bytes of the file, if it is one.
    pub(crate) fn scan(&self) -> Option<BlobId> {
        match self {
            Self::Document { .. } | Self::Dossier { .. } => None,
            Self::File { scan, .. } => *scan,
        }
    }
}

impl Queue {
    /// What comes behind the document or file that `is_it` knows; the first if it is not there, none if
    /// nothing else waits.
    pub(crate) fn behind(&self, is_it: impl Fn(&QueueItem) -> bool) -> Option<&QueueItem> {
        let at = self.items.iter().position(&is_it);
        let from = at.map_or(0, |at| at + 1);
        self.items.iter().skip(from).chain(self.items.iter().take(from)).find(|item| !is_it(item))
    }

    /// What stands before it; none for the first.
    pub(crate) fn before(&self, is_it: impl Fn(&QueueItem) -> bool) -> Option<&QueueItem> {
        let at = self.items.iter().position(is_it)?;
        self.items.get(at.checked_sub(1)?)
    }
}

/// Lists what waits.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) fn queue(repository: &Repository, settings: &Settings, order: &QueueOrder) -> Result<Queue, Failure> {
    let QueueOrder { kinds, limit, after } = order.clone();
    let Listed { counts, found, next } =
        listed(repository, settings, &PendingOrder { kinds, limit, after, ..PendingOrder::default() })?;
    let now = settings.general.now();
    let days = |since: time::OffsetDateTime| (now - since).whole_days().max(0);
    let mut oldest_days = None;
    let mut items: Vec<QueueItem> = Vec::new();
    for found in found {
        match found {
            Found::Field(OpenField { since, code, ordinal, document_type, .. }) => {
                oldest_days.get_or_insert(days(since));
                let document = DocumentName { code, ordinal };
                match place_of(&mut items, &document) {
                    Some(open) => *open += 1,
                    None => items.push(QueueItem::Document { document, document_type, open: 1, days: days(since) }),
                }
            }
            Found::File(file) => {
                oldest_days.get_or_insert(days(file.since));
                let kind = kind_of(&file);
                let WaitingFile { since, batch, path, scan, pages, .. } = file;
                items.push(QueueItem::File { scan, batch, path, kind, pages, days: days(since) });
            }
            Found::Dossier(since, DossierDifferences { dossier_code: code, differences }) => {
                oldest_days.get_or_insert(days(since));
                let has_papers = !differences.iter().any(|one| matches!(one, Difference::NoPapers { .. }));
                items.push(QueueItem::Dossier { code, differences, has_papers, days: days(since) });
            }
        }
    }
    Ok(Queue { total: counts.values().sum(), counts, oldest_days, items, next })
}

/// The count of a document that is in the list already.
fn place_of<'a>(items: &'a mut [QueueItem], wanted: &DocumentName) -> Option<&'a mut u32> {
    items.iter_mut().find_map(|item| match item {
        QueueItem::Document { document, open, .. } if document == wanted => Some(open),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_is_never_what_is_looked_at() {
        let document = |ordinal| QueueItem::Document {
            document: DocumentName { code: "H38.16-230706-0012".parse().unwrap(), ordinal },
            document_type: None,
            open: 1,
            days: 0,
        };
        let items = vec![document(1), document(2), document(3)];
        let queue = Queue { counts: BTreeMap::new(), total: 3, oldest_days: None, items, next: None };
        let ordinal = |item: Option<&QueueItem>| item.and_then(QueueItem::document).map(|document| document.ordinal);
        let is = |wanted: u32| move |item: &QueueItem| item.document().is_some_and(|document| document.ordinal == wanted);
        assert_eq!([1, 2, 3, 9].map(|at| ordinal(queue.behind(is(at)))), [Some(2), Some(3), Some(1), Some(1)]);
        assert_eq!([1, 2, 9].map(|at| ordinal(queue.before(is(at)))), [None, Some(1), None]);
        let alone = Queue { items: vec![document(1)], ..queue };
        assert_eq!(ordinal(alone.behind(is(1))), None);
    }
}
