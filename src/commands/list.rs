//! Listing dossiers, however many there are.

use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::record::Record;
use crate::repository::Repository;

/// Records that are read from the catalog at once.
const AT_ONCE: usize = 500;

/// Which dossiers are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListOrder {
    /// Those that come after this one; from the first on if none is told.
    pub after: Option<After>,
    /// Most records in the list.
    pub limit: Option<usize>,
}

/// A place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct After {
    /// The code of a dossier, in whatever letters.
    pub code: String,
    /// Which record of it; all of them if none is told.
    pub kind: Option<RecordKind>,
}

/// The newest versions of all records, by code and kind, in pieces: few are held in memory at a time. After
/// a failure there are no more.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    repository: &'a Repository,
    after: Option<(String, Option<RecordKind>)>,
    left: usize,
}

/// Lists what is in the repository.
pub(crate) fn list<'a>(repository: &'a Repository, order: &ListOrder) -> Listing<'a> {
    let after = order.after.as_ref().map(|after| (after.code.to_ascii_uppercase(), after.kind));
    Listing { repository, after, left: order.limit.unwrap_or(usize::MAX) }
}

impl Iterator for Listing<'_> {
    type Item = Result<Vec<Record>, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let piece = match self.repository.catalog.current_records(self.after.as_ref(), self.left.min(AT_ONCE)) {
            Ok(piece) => piece,
            Err(error) => {
                self.left = 0;
                return Some(Err(error.into()));
            }
        };
        match piece.last() {
            Some(last) => {
                self.after = Some((last.dossier_code.to_string(), Some(last.kind)));
                self.left = self.left.saturating_sub(piece.len());
                Some(Ok(piece))
            }
            None => {
                self.left = 0;
                None
            }
        }
    }
}
