//! What goes into a bundle, and into which part: made from manifests alone, so that it comes out the same
//! whenever it is made.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use time::OffsetDateTime;

use super::{BundleForm, BundleOrder, no_manifest, sha256_of, unreadable};
use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::model::record::StoredFile;
use crate::model::signing::signature_file_name;
use crate::pipeline::signing::public_file;
use crate::repository::{ManifestRow, ManifestState, Repository};
use crate::stages::publish::{self, PublishedFile};

/// Where the bytes of an item come from.
pub(super) enum Content {
    /// A file of the repository.
    Blob(StoredFile),
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
        let (mut records, mut files, manifests) = (0, 0, rows.len() as u64);
        let mut known = BTreeSet::new();
        for row in rows {
            let mut named = Vec::new();
            if let Some(reader) = repository.catalog.manifest_reader(row.sequence)? {
                let read = publish::read(reader, &mut |record| {
                    records += 1;
                    named.extend(record.into_files());
                });
                read.map_err(|error| unreadable(&row.file_name, error))?;
            }
            let (path, bytes, sha256) = (format!("manifests/{}", row.file_name), row.bytes_len, row.sha256);
            items.push(Item { path, bytes, sha256, content: Content::Manifest(row) });
            for file in named {
                let item = item_of(file);
                // The same file can be in several versions of a record.
                if known.insert(item.path.clone()) {
                    files += 1;
                    items.push(item);
                }
            }
        }
        let bytes = items.iter().map(|item| item.bytes).sum();
        let parts = split(items, order.part_bytes);
        let digest = digest_of(&parts, order.form);
        Ok(Self { first, last, parts, manifests, records, files, bytes, made_at, digest })
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

fn item_of(file: PublishedFile) -> Item {
    let PublishedFile { name, media_type, bytes, pages, sha256, blake3, .. } = file;
    let stored = StoredFile { name, media_type, bytes, pages, sha256, blake3, origin: None };
    Item { path: publish::bundle_path(sha256, media_type), bytes, sha256, content: Content::Blob(stored) }
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
