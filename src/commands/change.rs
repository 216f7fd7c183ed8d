//! Changes to a document and its pages: as they would be, and carried out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dossier;
use crate::commands::document::{DocumentOrder, DocumentWork, change};
use crate::commands::text::{TurnOrder, turn};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::{DocumentFault, FieldFault};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::geometry::Turn;
use crate::model::record::{DocumentName, Record, RecordDocument};
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// A change, after looking at one version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangeOrder {
    /// The document.
    pub document: DocumentName,
    /// The version that was looked at; if it is not the newest, nothing is done.
    pub version: u32,
    /// What is to be done.
    pub work: Work,
}

/// What is done to a document. Pages are counted from 1, as they stand in its sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// It, or one of its pages, goes elsewhere or stands otherwise.
    Document(DocumentWork),
    /// Pages are turned clockwise, and read anew.
    Turn {
        /// The pages.
        pages: Vec<u32>,
        /// How far, in degrees: 90, 180 or 270.
        by: Turn,
    },
}

/// How things would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Preview {
    /// The documents that there would be.
    pub documents: Vec<PreviewDocument>,
    /// Pages of the document that would be out of the dossier.
    pub out: Vec<u32>,
}

/// A document that there would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreviewDocument {
    /// Its dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its number; none if it would be given one.
    pub ordinal: Option<u32>,
    /// Its pages.
    pub pages: Vec<PreviewPage>,
}

/// A page as it stands now, and how it would be turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PreviewPage {
    /// The document in which it stands now.
    pub ordinal: u32,
    /// Its number there.
    pub page: u32,
    /// How far it would be turned, in degrees.
    pub degrees: u16,
}

/// The versions that a change made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Changed {
    /// The new versions, that of the document's own record first.
    pub records: Vec<Record>,
    /// Documents that were made or came to another dossier.
    pub made: Vec<DocumentName>,
}

/// How things would be after `order`.
///
/// # Errors
/// [`FailureCode::NotFound`], [`FailureCode::Conflict`], or [`FailureCode::DocumentInvalid`] if it cannot be.
pub(crate) fn preview(repository: &Repository, order: &ChangeOrder) -> Result<Preview, Failure> {
    let name = &order.document;
    let place = || Place::Document { code: name.code.to_string(), ordinal: name.ordinal };
    let dossier = dossier::find(repository, name.code.as_str())?;
    let found = dossier::document_of(&dossier.versions, name.ordinal);
    let (record, document) = found.ok_or_else(|| Failure::new(FailureCode::NotFound).at(place()))?;
    if record.version != order.version {
        let fault = FieldFault::VersionIsNow { seen: order.version, now: record.version };
        return Err(Failure::new(FailureCode::Conflict).at(place()).because(fault));
    }
    let invalid = |fault: DocumentFault| Failure::new(FailureCode::DocumentInvalid).at(place()).because(fault);
    After { record, document }.of(&order.work).map_err(invalid)
}

/// Carries `order` out in the name that `repository` was opened in.
///
/// # Errors
/// As [`preview`], or why it is not done; nothing is changed then.
pub(crate) fn carry_out(
    repository: &Repository,
    settings: &Settings,
    order: &ChangeOrder,
    progress: &dyn Progress,
) -> Result<Changed, Failure> {
    let (document, version) = (order.document.clone(), Some(order.version));
    match &order.work {
        Work::Document(work) => {
            let order = DocumentOrder { document, kind: None, version, work: work.clone() };
            let done = change(repository, settings, &order, progress)?;
            Ok(Changed { records: done.records, made: done.made })
        }
        Work::Turn { pages, by } => {
            let order = TurnOrder { document, kind: None, version, pages: pages.clone(), turn: *by };
            Ok(Changed { records: vec![turn(repository, settings, &order, progress)?], made: Vec::new() })
        }
    }
}

/// A document of which is told what would become of it.
struct After<'a> {
    record: &'a Record,
    document: &'a RecordDocument,
}

impl After<'_> {
    fn of(&self, work: &Work) -> Result<Preview, DocumentFault> {
        match work {
            Work::Turn { pages, by } => self.turned(pages, *by),
            Work::Document(work) => self.changed(work),
        }
    }

    fn last(&self) -> u32 {
        self.document.file.pages
    }

    fn page(&self, page: u32) -> Result<PreviewPage, DocumentFault> {
        self.page_of(self.document, page)
    }

    fn page_of(&self, document: &RecordDocument, page: u32) -> Result<PreviewPage, DocumentFault> {
        let last = document.file.pages;
        let is_there = (1..=last).contains(&page);
        is_there
            .then_some(PreviewPage { ordinal: document.ordinal, page, degrees: 0 })
            .ok_or(DocumentFault::NoSuchPage { page, last })
    }

    fn all(&self, document: &RecordDocument) -> Result<Vec<PreviewPage>, DocumentFault> {
        (1..=document.file.pages).map(|page| self.page_of(document, page)).collect()
    }

    fn with(&self, ordinal: Option<u32>, pages: Vec<PreviewPage>) -> PreviewDocument {
        PreviewDocument { code: self.record.dossier_code.clone(), kind: self.record.kind, ordinal, pages }
    }

    fn alone(&self, pages: Vec<PreviewPage>) -> Preview {
        Preview { documents: vec![self.with(Some(self.document.ordinal), pages)], out: Vec::new() }
    }

    fn other(&self, ordinal: u32) -> Result<&RecordDocument, DocumentFault> {
        let found = self.record.documents.iter().find(|one| one.ordinal == ordinal && ordinal != self.document.ordinal);
        found.ok_or(DocumentFault::SameDocument)
    }

    fn turned(&self, turned: &[u32], by: Turn) -> Result<Preview, DocumentFault> {
        if turned.is_empty() || by == Turn::None {
            return Err(DocumentFault::NothingChanged);
        }
        turned.iter().try_for_each(|page| self.page(*page).map(drop))?;
        let mut pages = self.all(self.document)?;
        pages.iter_mut().filter(|one| turned.contains(&one.page)).for_each(|one| one.degrees = by.degrees());
        Ok(self.alone(pages))
    }

    fn changed(&self, work: &DocumentWork) -> Result<Preview, DocumentFault> {
        let (own, last) = (Some(self.document.ordinal), self.last());
        let all = || self.all(self.document);
        match work {
            DocumentWork::Move { to, kind } => {
                let kind = kind.unwrap_or(self.record.kind);
                if *to == self.record.dossier_code && kind == self.record.kind {
                    return Err(DocumentFault::SameDocument);
                }
                let moved = PreviewDocument { code: to.clone(), kind, ordinal: None, pages: all()? };
                Ok(Preview { documents: vec![moved], out: Vec::new() })
            }
            DocumentWork::Void => Ok(Preview { documents: Vec::new(), out: (1..=last).collect() }),
            DocumentWork::Restore => Ok(self.alone(all()?)),
            DocumentWork::Split(before) => self.split(before),
            DocumentWork::Merge(others) => self.merged(others),
            DocumentWork::Reorder(order) => self.reordered(order),
            DocumentWork::MovePage { page, to, before } => self.page_moved(*page, *to, *before),
            DocumentWork::RemovePage(page) => {
                let left = self.without(*page)?;
                Ok(Preview { documents: vec![self.with(own, left)], out: vec![*page] })
            }
        }
    }

    fn split(&self, before: &[u32]) -> Result<Preview, DocumentFault> {
        let (own, last) = (Some(self.document.ordinal), self.last());
        let in_order = before.iter().zip(before.iter().skip(1)).all(|(one, next)| one < next);
        if before.is_empty() || !in_order || before.iter().any(|page| !(2..=last).contains(page)) {
            return Err(DocumentFault::NoSplit { last });
        }
        let starts = [1].iter().chain(before).copied();
        let ends = before.iter().copied().chain([last.saturating_add(1)]);
        let parts = starts.zip(ends).map(|(from, to)| (from..to).map(|page| self.page(page)).collect());
        let parts: Vec<Vec<PreviewPage>> = parts.collect::<Result<_, _>>()?;
        let numbered = [own].into_iter().chain(std::iter::repeat(None)).zip(parts);
        Ok(Preview { documents: numbered.map(|(ordinal, pages)| self.with(ordinal, pages)).collect(), out: Vec::new() })
    }

    fn merged(&self, others: &[u32]) -> Result<Preview, DocumentFault> {
        let mut pages = self.all(self.document)?;
        for (at, ordinal) in others.iter().enumerate() {
            if others.iter().take(at).any(|before| before == ordinal) {
                return Err(DocumentFault::SameDocument);
            }
            pages.extend(self.all(self.other(*ordinal)?)?);
        }
        if others.is_empty() {
            return Err(DocumentFault::SameDocument);
        }
        Ok(self.alone(pages))
    }

    fn reordered(&self, order: &[u32]) -> Result<Preview, DocumentFault> {
        let last = self.last();
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(1..=last) {
            return Err(DocumentFault::NotAnOrder { last });
        }
        if order.is_sorted() {
            return Err(DocumentFault::NothingChanged);
        }
        Ok(self.alone(order.iter().map(|page| self.page(*page)).collect::<Result<_, _>>()?))
    }

    fn page_moved(&self, page: u32, to: u32, before: Option<u32>) -> Result<Preview, DocumentFault> {
        let moved = self.page(page)?;
        let other = self.other(to)?;
        let mut there = self.all(other)?;
        let end = other.file.pages.saturating_add(1);
        let before = before.unwrap_or(end);
        if !(1..=end).contains(&before) {
            return Err(DocumentFault::NoSuchPage { page: before, last: other.file.pages });
        }
        there.insert((before.saturating_sub(1) as usize).min(there.len()), moved);
        let left = self.without(page)?;
        Ok(Preview { documents: vec![self.with(Some(self.document.ordinal), left), self.with(Some(to), there)], out: Vec::new() })
    }

    fn without(&self, page: u32) -> Result<Vec<PreviewPage>, DocumentFault> {
        self.page(page)?;
        if self.last() == 1 {
            return Err(DocumentFault::OnlyPage);
        }
        let mut pages = self.all(self.document)?;
        pages.retain(|one| one.page != page);
        Ok(pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
    use crate::repository::{Mode, Repository};

    /// A dossier with a document of three pages and one of one page.
    fn sealed() -> Repository {
        let repository = MemoryRepository::new().open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai", "ba"]);
        repository
    }

    /// Numbers of documents with those of their pages.
    type Documents = Vec<(Option<u32>, Vec<u32>)>;

    fn of(work: Work) -> Result<Documents, FailureCode> {
        let repository = sealed();
        let document = DocumentName { code: code(CODE), ordinal: 1 };
        let shown = preview(&repository, &ChangeOrder { document, version: 1, work }).map_err(|failure| failure.code)?;
        Ok(shown.documents.iter().map(|one| (one.ordinal, one.pages.iter().map(|page| page.page).collect())).collect())
    }

    #[test]
    fn a_preview_tells_where_each_page_would_be_and_refuses_what_cannot_be() {
        let work = Work::Document;
        assert_eq!(of(work(DocumentWork::Split(vec![2]))), Ok(vec![(Some(1), vec![1]), (None, vec![2, 3])]));
        assert_eq!(of(work(DocumentWork::Reorder(vec![3, 1, 2]))), Ok(vec![(Some(1), vec![3, 1, 2])]));
        assert_eq!(of(work(DocumentWork::RemovePage(2))), Ok(vec![(Some(1), vec![1, 3])]));
        assert_eq!(of(work(DocumentWork::Void)), Ok(vec![]));
        assert_eq!(of(Work::Turn { pages: vec![2], by: Turn::Left }), Ok(vec![(Some(1), vec![1, 2, 3])]));
        for wrong in [
            work(DocumentWork::Split(vec![1])),
            work(DocumentWork::Split(vec![3, 2])),
            work(DocumentWork::Split(vec![])),
            work(DocumentWork::Reorder(vec![1, 2])),
            work(DocumentWork::Reorder(vec![1, 2, 3])),
            work(DocumentWork::Reorder(vec![1, 1, 2])),
            work(DocumentWork::RemovePage(4)),
            work(DocumentWork::Merge(vec![1])),
            work(DocumentWork::Merge(vec![])),
            work(DocumentWork::MovePage { page: 1, to: 9, before: None }),
            Work::Turn { pages: vec![4], by: Turn::Left },
            Work::Turn { pages: vec![1], by: Turn::None },
        ] {
            assert_eq!(of(wrong.clone()), Err(FailureCode::DocumentInvalid), "{wrong:?}");
        }
    }

    #[test]
    fn what_was_looked_at_has_to_be_the_newest() {
        let document = DocumentName { code: code(CODE), ordinal: 1 };
        let order = ChangeOrder { document, version: 2, work: Work::Document(DocumentWork::Void) };
        assert_eq!(preview(&sealed(), &order).unwrap_err().code, FailureCode::Conflict);
    }
}
