//! Which dossiers have to be sealed together.

use std::collections::{BTreeMap, BTreeSet};

use super::take_in::TakenScan;
use crate::model::codes::DossierCode;
use crate::model::dossier::{DraftDocument, RecordKind};
use crate::model::ids::{BlobId, DocumentId};
use crate::repository::Entry;

/// A document whose dossier is known.
#[derive(Debug, Clone)]
pub(super) struct PlacedDocument {
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// What is to be sealed.
    pub document: DraftDocument,
    /// BLAKE3 of the pixels of its pages; none if that of one is not known.
    pub pixels: Option<Vec<BlobId>>,
}

/// A file whose dossiers are known.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// What is to be sealed; at least one.
    pub documents: Vec<PlacedDocument>,
    /// Where it came from.
    pub scan: TakenScan,
    /// Its line in the ledger, without what is yet to be sealed.
    pub entry: Entry,
}

impl Placed {
    /// The dossiers that it has papers of, each once.
    pub(super) fn codes(&self) -> impl Iterator<Item = &DossierCode> {
        self.documents.iter().map(|placed| &placed.code).collect::<BTreeSet<_>>().into_iter()
    }

    /// Whether it brought this document of this dossier.
    pub(super) fn holds(&self, code: &DossierCode, document: DocumentId) -> bool {
        self.documents.iter().any(|placed| placed.code == *code && placed.document.id == document)
    }

    /// What two files have in common of which the second brings nothing new.
    pub(super) fn identity(&self) -> Vec<(DossierCode, RecordKind, DocumentId)> {
        self.documents.iter().map(|placed| (placed.code.clone(), placed.kind, placed.document.id)).collect()
    }
}

/// Dossiers that share files, directly or through others, and these files.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// The dossiers.
    pub codes: BTreeSet<DossierCode>,
    /// The files, in the order in which they came.
    pub files: Vec<Placed>,
}

/// Groups `files`, so that no dossier and no file is in two groups. Groups come in the order of the
/// last file that joined dossiers to them, or brought their only one.
pub(super) fn group(files: Vec<Placed>) -> Vec<Group> {
    // Dossiers that were joined point to one another, the last of them to itself.
    let mut number_of: BTreeMap<DossierCode, usize> = BTreeMap::new();
    let mut joined: Vec<usize> = Vec::new();
    let mut homes = Vec::with_capacity(files.len());
    // The place of the last file of each dossier that all others point to.
    let mut last: Vec<usize> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let mut home = None;
        for code in file.codes() {
            let next = joined.len();
            let number = *number_of.entry(code.clone()).or_insert(next);
            if number == next {
                joined.push(next);
                last.push(place);
            }
            let found = root(&mut joined, number);
            let first = *home.get_or_insert(found);
            if let (true, Some(points)) = (first != found, joined.get_mut(first)) {
                *points = found;
            }
            home = Some(found);
        }
        if let Some(seen) = home.and_then(|home| last.get_mut(home)) {
            *seen = place;
        }
        homes.push(home);
    }
    // By the last file, as told; several groups have none in common.
    let mut groups: BTreeMap<(usize, usize), Group> = BTreeMap::new();
    let key = |joined: &mut [usize], number: usize| {
        let home = root(joined, number);
        (last.get(home).copied().unwrap_or_default(), home)
    };
    for (code, number) in number_of {
        groups.entry(key(&mut joined, number)).or_default().codes.insert(code);
    }
    for (file, home) in files.into_iter().zip(homes) {
        if let Some(group) = home.and_then(|home| groups.get_mut(&key(&mut joined, home))) {
            group.files.push(file);
        }
    }
    groups.into_values().collect()
}

/// The one that `number` leads to. The way there is made shorter for the next time.
fn root(joined: &mut [usize], mut number: usize) -> usize {
    while let Some(&next) = joined.get(number).filter(|&&next| next != number) {
        let after = joined.get(next).copied().unwrap_or(next);
        if let Some(points) = joined.get_mut(number) {
            *points = after;
        }
        number = next;
    }
    number
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use time::OffsetDateTime;

    use super::*;
    use crate::model::ids::{PageId, Sha256};
    use crate::model::scan::{MediaType, ScanSummary};
    use crate::pipeline::plan::InboxFile;
    use crate::repository::{FileStamp, StoredBlob};
    use crate::stages::assemble::{InboxRules, InboxSettings};

    fn file(name: &str, codes: &[&str]) -> Placed {
        let page = PageId { scan: BlobId::of(name.as_bytes()), ordinal: 0 };
        let document = |code: &&str| PlacedDocument {
            code: code.parse().unwrap(),
            kind: RecordKind::Dossier,
            document: DraftDocument {
                id: DocumentId::of_pages(&[page]),
                source_path: name.into(),
                scanned_at: OffsetDateTime::UNIX_EPOCH,
                wanted_ordinal: None,
                pages: vec![page],
                blank_pages: vec![],
                readings: vec![],
            },
            pixels: None,
        };
        let scan = TakenScan {
            file: InboxFile {
                path: PathBuf::from(name),
                relative: name.into(),
                bytes: 1,
                modified: OffsetDateTime::UNIX_EPOCH,
                stamp: FileStamp { bytes: 1, modified_ns: 0, changed_ns: 0, inode: 0 },
                placement: InboxRules::new(&InboxSettings::default()).unwrap().place(name),
            },
            blob: StoredBlob { id: page.scan, sha256: Sha256::from_bytes([0; 32]), bytes: 1 },
            summary: ScanSummary {
                media_type: MediaType::Tiff,
                pages: 1,
                signatures: vec![],
                attachments: vec![],
                notes: vec![],
            },
        };
        let entry = Entry {
            path: name.into(),
            scan: None,
            assignment: None,
            pages: 1,
            outcomes: vec![],
            failure: None,
            moved_to: None,
            poor_pages: vec![],
        };
        Placed { documents: codes.iter().map(document).collect(), scan, entry }
    }

    fn grouped(files: Vec<Placed>) -> Vec<(Vec<String>, Vec<String>)> {
        let text = |group: Group| {
            let codes = group.codes.into_iter().map(String::from).collect();
            (codes, group.files.into_iter().map(|file| file.scan.file.relative).collect())
        };
        group(files).into_iter().map(text).collect()
    }

    #[test]
    fn dossiers_are_together_only_where_a_file_holds_papers_of_both() {
        let found = grouped(vec![file("1", &["A"]), file("2", &["B", "C"]), file("3", &["B"]), file("4", &["A"])]);
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(found, [(texts(&["B", "C"]), texts(&["2", "3"])), (texts(&["A"]), texts(&["1", "4"]))]);
    }

    #[test]
    fn a_file_joins_groups_that_were_apart() {
        let found = grouped(vec![file("1", &["A"]), file("2", &["B"]), file("3", &["C"]), file("4", &["C", "A", "C"])]);
        let codes: Vec<_> = found.iter().map(|(codes, files)| (codes.join(""), files.join(""))).collect();
        assert_eq!(codes, [("B".to_owned(), "2".to_owned()), ("AC".to_owned(), "134".to_owned())]);
    }
}
