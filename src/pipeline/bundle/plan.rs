//! What goes into a bundle, and into which part: made from manifests alone, so that it comes out the same
//! whenever it is made.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use time::OffsetDateTime;

use super::listing::{Cut, LeftOut, Listing};
use super::{BundleForm, BundleOrder, no_manifest, sha256_of, unreadable};
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::Sha256;
use crate::model::piece::PageRange;
use crate::model::record::StoredFile;
use crate::model::scan::MediaType;
use crate::model::signing::signature_file_name;
use crate::pipeline::pieces;
use crate::pipeline::signing::public_file;
use crate::repository::{ManifestRow, ManifestState, Repository};
use crate::stages::publish::{self, PublishedFile};

/// Where the bytes of an item come from.
pub(super) enum Content {
    /// A file of the repository.
    Blob(StoredFile),
    /// Pages of one.
    Pages(StoredFile, PageRange),
    /// A manifest.
    Manifest(ManifestRow),
    /// What is given.
    Text(String),
}

/// A file in a bundle.
pub(super) struct Item {
    /// Its path in `data/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: Sha256,
    pub content: Content,
}

/// All that goes in.
pub(super) struct Plan {
    pub first: u64,
    pub last: u64,
    pub parts: Vec<Vec<Item>>,
    pub manifests: u64,
    pub records: u64,
    pub files: u64,
    pub bytes: u64,
    /// Files that cannot be given in pieces that are small enough.
    pub left_out: Vec<Failure>,
    /// When the newest manifest was made, which a bag bears as its date.
    pub made_at: OffsetDateTime,
    /// Stands for all of it.
    pub digest: Sha256,
}

impl Plan {
    pub(super) fn of(repository: &Repository, order: &BundleOrder<'_>) -> Result<Self, Failure> {
        let mut rows = repository.catalog.manifests()?;
        rows.retain(|row| row.state == ManifestState::Released && row.sequence >= order.first);
        rows.retain(|row| order.last.is_none_or(|last| row.sequence <= last));
        let (Some(oldest), Some(newest)) = (rows.first(), rows.last()) else { return Err(no_manifest(order.first)) };
        if oldest.sequence != order.first || order.last.is_some_and(|last| last != newest.sequence) {
            return Err(no_manifest(order.last.unwrap_or(order.first)));
        }
        let (first, last, made_at) = (oldest.sequence, newest.sequence, newest.created_at);
        let mut items = signatures(repository, first, last)?;
        let (mut records, manifests) = (0, rows.len() as u64);
        let mut gathered = Gathered::new(repository, order.file_bytes);
        for row in rows {
            let mut named = Vec::new();
            if let Some(reader) = repository.catalog.manifest_reader(row.sequence)? {
                let read = publish::read(reader, &mut |record| {
                    records += 1;
                    for document in record.documents {
                        let sources = [document.source].into_iter().chain(document.more_sources);
                        named.push((document.file, Kind::Sealed));
                        named.extend(sources.map(|file| (file, Kind::Scan)));
                    }
                });
                read.map_err(|error| unreadable(&row.file_name, error))?;
            }
            let (path, bytes, sha256) = (format!("manifests/{}", row.file_name), row.bytes_len, row.sha256);
            items.push(Item { path, bytes, sha256, content: Content::Manifest(row) });
            for (file, kind) in named {
                gathered.take(file, kind, &mut items)?;
            }
        }
        let (files, left_out) = gathered.finish(&mut items);
        let bytes = items.iter().map(|item| item.bytes).sum();
        let parts = split(items, order.part_bytes);
        let digest = digest_of(&parts, order.form);
        Ok(Self { first, last, parts, manifests, records, files, bytes, left_out, made_at, digest })
    }
}

/// Signatures of these manifests, and the keys that made them.
fn signatures(repository: &Repository, first: u64, last: u64) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    let mut used = BTreeSet::new();
    for one in repository.catalog.signatures()? {
        if one.consumer.is_none() && (first..=last).contains(&one.sequence) {
            let name = signature_file_name(&publish::file_name(one.sequence));
            items.push(text_item(format!("manifests/{name}"), one.text));
            used.insert(one.key);
        }
    }
    let keys = repository.catalog.keys()?.into_iter().filter(|key| used.contains(&key.id));
    items.extend(keys.map(|key| text_item(format!("keys/{}.pub", key.id), public_file(&key))));
    Ok(items)
}

fn text_item(path: String, text: String) -> Item {
    Item { path, bytes: text.len() as u64, sha256: sha256_of(&text), content: Content::Text(text) }
}

/// What a file is to its document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The sealed file.
    Sealed,
    /// A scan that it was made of, which is given as it is however large it is.
    Scan,
}

/// Gathers files, each once, in pieces where they are too large.
struct Gathered<'a> {
    repository: &'a Repository,
    most: Option<u64>,
    known: BTreeSet<String>,
    files: u64,
    listing: Listing,
    failures: Vec<Failure>,
}

impl<'a> Gathered<'a> {
    fn new(repository: &'a Repository, most: Option<u64>) -> Self {
        let listing = Listing::new(most.unwrap_or_default());
        Self { repository, most, known: BTreeSet::new(), files: 0, listing, failures: Vec::new() }
    }

    fn take(&mut self, file: PublishedFile, kind: Kind, items: &mut Vec<Item>) -> Result<(), Failure> {
        let PublishedFile { name, media_type, bytes, pages, sha256, blake3, .. } = file;
        let path = publish::bundle_path(sha256, media_type);
        let most = self.most.filter(|most| kind == Kind::Sealed && bytes > *most);
        // The same file can be in several versions of a record.
        if !self.known.insert(path.clone()) {
            return Ok(());
        }
        let stored = StoredFile { name, media_type, bytes, pages, sha256, blake3, origin: None };
        let Some(most) = most else {
            self.files += 1;
            items.push(Item { path, bytes, sha256, content: Content::Blob(stored) });
            return Ok(());
        };
        match pieces::of(self.repository, &stored, most) {
            Ok(made) => {
                self.files += made.len() as u64;
                items.extend(made.iter().map(|piece| Item {
                    path: publish::bundle_path(piece.sha256, MediaType::Pdf),
                    bytes: piece.bytes,
                    sha256: piece.sha256,
                    content: Content::Pages(stored.clone(), piece.pages),
                }));
                self.listing.files.push(Cut::of(&stored, made));
            }
            Err(failure) if failure.code == FailureCode::PageOverLimit => {
                self.listing.left_out.push(LeftOut::of(&stored));
                self.failures.push(failure);
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    /// How many files there are, and which are not; what is in pieces is listed.
    fn finish(self, items: &mut Vec<Item>) -> (u64, Vec<Failure>) {
        if self.most.is_some() {
            items.insert(0, text_item("pieces.json".to_owned(), self.listing.text()));
        }
        (self.files, self.failures)
    }
}

/// Fills one part after the other; what is larger than a part has one to itself.
fn split(items: Vec<Item>, limit: Option<u64>) -> Vec<Vec<Item>> {
    let limit = limit.unwrap_or(u64::MAX);
    let mut parts: Vec<Vec<Item>> = Vec::new();
    let mut size = 0_u64;
    for item in items {
        match parts.last_mut() {
            Some(part) if size.saturating_add(item.bytes) <= limit => {
                size = size.saturating_add(item.bytes);
                part.push(item);
            }
            _ => {
                size = item.bytes;
                parts.push(vec![item]);
            }
        }
    }
    parts
}

fn digest_of(parts: &[Vec<Item>], form: BundleForm) -> Sha256 {
    let mut hasher = Hasher::new();
    hasher.update(match form {
        BundleForm::Folder => b"folder\n".as_slice(),
        BundleForm::Zip => b"zip\n",
    });
    for part in parts {
        for Item { path, bytes, sha256, .. } in part {
            hasher.update(format!("{sha256} {bytes} {path}\n"));
        }
        hasher.update("\n");
    }
    Sha256::from_bytes(hasher.finalize().into())
}

/// The last part of a path.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
