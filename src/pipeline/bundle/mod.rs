//! Manifests and their files as one bag (BagIt, RFC 8493) in a folder or a ZIP file, or as several where one
//! would be too large.
//!
//! What goes in, and into which part, is settled by the manifests alone, so a bundle that was broken off
//! is gone on with: parts that are done are proven and stay. Files are hashed while they are copied, and a
//! part has its name once all of it is there. That it is handed out is an act before anything of it is.

mod bag;
mod listing;
mod plan;
mod sink;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};
use time::OffsetDateTime;

use super::hand_out::{nameless, proven_copy, taken, unwritable};
use super::pieces;
use crate::model::act::Bundle;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::ids::Sha256;
use crate::repository::{Repository, digest_of, sync_dir};
use plan::{Content, Item, Plan};
use sink::{FolderSink, Sink, ZipSink};

/// How a bundle is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BundleForm {
    /// A folder.
    Folder,
    /// A ZIP file with the folder in it.
    Zip,
}

/// What is to be bundled.
#[derive(Debug, Clone)]
pub(crate) struct BundleOrder<'a> {
    /// The folder, or the ZIP file; several get a number before their ending.
    pub to: &'a Path,
    /// How it is packed.
    pub form: BundleForm,
    /// The first manifest.
    pub first: u64,
    /// The last one; the newest if none is named.
    pub last: Option<u64>,
    /// Most bytes in a part; a file that is larger has a part to itself.
    pub part_bytes: Option<u64>,
    /// Most bytes in a sealed file; one that is larger is given in pieces of consecutive pages.
    pub file_bytes: Option<u64>,
}

/// What was bundled.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Bundled {
    /// Where the parts lie.
    pub parts: Vec<PathBuf>,
    /// Names and hashes of the parts, for the receiver.
    pub list: PathBuf,
    /// Manifests in it.
    pub manifests: u64,
    /// Records in it.
    pub records: u64,
    /// Files of documents in it.
    pub files: u64,
    /// Bytes of all that is in it.
    pub bytes: u64,
    /// Files that are not in it, because a page alone is larger than a file may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Failure>,
}

/// The list beside a bundle: whoever gets it can tell whether all parts came as they were made.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    format: u32,
    /// Stands for what goes into which part.
    plan: Sha256,
    /// The last manifest in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<u64>,
    /// How many parts there will be.
    count: usize,
    /// Those that are done.
    parts: Vec<ListedPart>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedPart {
    name: String,
    /// Of a ZIP file; a folder has its own lists of hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Sha256>,
}

/// Makes a bundle, or goes on with one that was broken off.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is no such manifest; [`FailureCode::RepositoryDamaged`] if a file is not
/// what was sealed; [`FailureCode::FileUnwritable`] or [`FailureCode::DiskFull`] if the folder does not take
/// it or something else lies there.
pub(crate) fn bundle(repository: &Repository, order: &BundleOrder<'_>, at: OffsetDateTime) -> Result<Bundled, Failure> {
    let there = Names::of(order, 1).read_list()?;
    let unfinished = there.as_ref().filter(|list| list.parts.len() < list.count);
    // Manifests that came after it was begun belong to another bundle.
    let last = order.last.or_else(|| unfinished.and_then(|list| list.last));
    let order = &BundleOrder { last, ..order.clone() };
    let plan = Plan::of(repository, order)?;
    let names = Names::of(order, plan.parts.len());
    fs::create_dir_all(&names.folder).map_err(|error| unwritable(&names.folder, &error))?;
    let mut list = match there {
        Some(list) if list.plan == plan.digest && list.count == plan.parts.len() => list,
        Some(_) => return Err(taken(&names.list)),
        None => {
            if let Some(there) = names.parts.iter().find(|part| fs::symlink_metadata(part).is_ok()) {
                return Err(taken(there));
            }
            let told = Bundle {
                to: order.to.display().to_string(),
                first: plan.first,
                last: plan.last,
                records: plan.records,
                files: plan.files,
                digest: plan.digest,
            };
            repository.catalog.tell_bundled(at, told)?;
            let (format, last, count, parts) = (1, Some(plan.last), plan.parts.len(), Vec::new());
            let list = List { format, plan: plan.digest, last, count, parts };
            names.write_list(&list)?;
            list
        }
    };
    for (number, path) in names.parts.iter().enumerate() {
        let part = Part { repository, plan: &plan, number, path };
        let listed = list.parts.get(number);
        let is_there = match order.form {
            // It may have got its name just before the program died.
            BundleForm::Folder => part.is_whole_folder(),
            BundleForm::Zip => listed.is_some_and(|listed| part.is_file(listed.sha256)),
        };
        let sha256 = match order.form {
            _ if is_there => listed.and_then(|listed| listed.sha256),
            BundleForm::Folder => part.write_folder().map(|()| None)?,
            BundleForm::Zip => part.write_zip().map(Some)?,
        };
        if listed.is_none() {
            list.parts.push(ListedPart { name: plan::name_of(path), sha256 });
            names.write_list(&list)?;
        }
    }
    let Plan { manifests, records, files, bytes, left_out, .. } = plan;
    Ok(Bundled { parts: names.parts, list: names.list, manifests, records, files, bytes, left_out })
}

/// Where parts and list lie.
struct Names {
    folder: PathBuf,
    parts: Vec<PathBuf>,
    list: PathBuf,
}

impl Names {
    fn of(order: &BundleOrder<'_>, count: usize) -> Self {
        let folder = order.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let name = plan::name_of(order.to);
        let (stem, ending) = match order.form {
            BundleForm::Folder => (name.as_str(), ""),
            BundleForm::Zip => (name.strip_suffix(".zip").unwrap_or(&name), ".zip"),
        };
        let numbered = |number: usize| folder.join(format!("{stem}.{:03}{ending}", number + 1));
        let parts = match count {
            1 => vec![folder.join(format!("{stem}{ending}"))],
            count => (0..count).map(numbered).collect(),
        };
        let list = folder.join(format!("{stem}.bundle.json"));
        Self { folder, parts, list }
    }

    fn read_list(&self) -> Result<Option<List>, Failure> {
        match fs::read(&self.list) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| taken(&self.list)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unwritable(&self.list, &error)),
        }
    }

    fn write_list(&self, list: &List) -> Result<(), Failure> {
        let failed = |error: io::Error| unwritable(&self.list, &error);
        let mut file = nameless(&self.folder).map_err(failed)?;
        let text = serde_json::to_string_pretty(list).map_err(|error| failed(error.into()))?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&self.list).map_err(|error| failed(error.error))?;
        let _ = sync_dir(&self.folder);
        Ok(())
    }
}

/// One part that is being made.
struct Part<'a> {
    repository: &'a Repository,
    plan: &'a Plan,
    number: usize,
    path: &'a Path,
}

impl Part<'_> {
    fn items(&self) -> &[Item] {
        self.plan.parts.get(self.number).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the ZIP file lies there with these bytes.
    fn is_file(&self, sha256: Option<Sha256>) -> bool {
        digest_of(self.path).is_ok_and(|there| Some(there.sha256) == sha256)
    }

    /// Whether the folder lies there with all that belongs in it and nothing else: it got its name last.
    fn is_whole_folder(&self) -> bool {
        let sink = FolderSink::of(self.path);
        let (mut bag, mut expected) = (bag::Bag::default(), BTreeMap::new());
        for item in self.items() {
            let path = format!("data/{}", item.path);
            let Some(hashes) = sink.hashes_there(&path, item) else { return false };
            bag.payload(&path, item.bytes, hashes);
            expected.insert(PathBuf::from(path), None);
        }
        // Another version of the program may have begun it.
        let info = fs::read_to_string(self.path.join(bag::INFO)).unwrap_or_default();
        let agent = info.lines().next().and_then(|line| line.strip_prefix(bag::AGENT)).unwrap_or(bag::VERSION);
        let tags = bag.tag_files(self.plan, self.number, agent);
        expected.extend(tags.into_iter().map(|(path, text)| (PathBuf::from(path), Some(text))));
        let mut found = 0;
        for entry in walkdir::WalkDir::new(self.path).min_depth(1) {
            let Ok(entry) = entry else { return false };
            if entry.file_type().is_dir() {
                continue;
            }
            let text = entry.path().strip_prefix(self.path).ok().and_then(|path| expected.get(path));
            let is_as_it_should = match text {
                Some(Some(text)) => fs::read(entry.path()).is_ok_and(|bytes| bytes == text.as_bytes()),
                Some(None) => entry.file_type().is_file(),
                None => false,
            };
            if !is_as_it_should {
                return false;
            }
            found += 1;
        }
        found == expected.len()
    }

    /// Makes it beside its place, where a folder that was broken off may lie, and gives it its name. That folder
    /// bears the plan in its name, lest files of another one get in.
    fn write_folder(&self) -> Result<(), Failure> {
        let beside = self.beside();
        let failed = |error: io::Error| unwritable(self.path, &error);
        let mut sink = FolderSink::new(&beside).map_err(failed)?;
        self.write(&mut sink)?;
        sink.finish();
        if fs::symlink_metadata(self.path).is_ok() {
            return Err(taken(self.path));
        }
        fs::rename(&beside, self.path).map_err(failed)?;
        let _ = self.path.parent().map(sync_dir);
        Ok(())
    }

    fn beside(&self) -> PathBuf {
        let plan: String = self.plan.digest.to_string().chars().take(16).collect();
        self.path.with_file_name(format!(".{}.{plan}.part", plan::name_of(self.path)))
    }

    fn write_zip(&self) -> Result<Sha256, Failure> {
        let failed = |error: io::Error| unwritable(self.path, &error);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let file = nameless(folder).map_err(failed)?;
        let top = plan::name_of(self.path);
        let top = top.strip_suffix(".zip").unwrap_or(&top);
        let mut sink = ZipSink::new(BufWriter::new(file), top, self.plan.made_at);
        self.write(&mut sink)?;
        let file = sink.finish().map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let made = digest_of(file.path()).map_err(failed)?;
        match file.persist_noclobber(self.path) {
            Ok(_) => {}
            // It got its name, and the program died before that was noted.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                if !digest_of(self.path).is_ok_and(|there| there == made) {
                    return Err(taken(self.path));
                }
            }
            Err(error) => return Err(failed(error.error)),
        }
        let _ = sync_dir(folder);
        Ok(made.sha256)
    }

    /// Writes the payload and then what the bag says of it.
    fn write(&self, sink: &mut dyn Sink) -> Result<(), Failure> {
        let mut bag = bag::Bag::default();
        for item in self.items() {
            let path = format!("data/{}", item.path);
            let hashes = match sink.hashes_there(&path, item) {
                Some(hashes) => hashes,
                None => sink.file(&path, item.bytes, &mut |to| self.content(item, to))?,
            };
            if hashes.sha256 != item.sha256 {
                return Err(Failure::new(FailureCode::RepositoryDamaged).at_file(&item.path));
            }
            bag.payload(&path, item.bytes, hashes);
        }
        for (path, text) in bag.tag_files(self.plan, self.number, bag::VERSION) {
            sink.file(&path, text.len() as u64, &mut |to| {
                to.write_all(text.as_bytes()).map_err(|error| unwritable(Path::new(&path), &error))
            })?;
        }
        Ok(())
    }

    fn content(&self, item: &Item, to: &mut dyn Write) -> Result<(), Failure> {
        match &item.content {
            Content::Blob(file) => proven_copy(self.repository, file, to),
            Content::Pages(file, pages) => {
                let bytes = pieces::bytes_of(self.repository, file, *pages)?;
                to.write_all(&bytes).map_err(|error| unwritable(Path::new(&item.path), &error))
            }
            Content::Manifest(row) => Ok(self.repository.catalog.copy_manifest(row, to)?),
            Content::Text(text) => to.write_all(text.as_bytes()).map_err(|error| unwritable(Path::new(&item.path), &error)),
        }
    }
}

/// There is no manifest of this number.
fn no_manifest(sequence: u64) -> Failure {
    Failure::new(FailureCode::NotFound).at(Place::Typed { text: sequence.to_string() })
}

fn sha256_of(text: &str) -> Sha256 {
    Sha256::from_bytes(Hasher::digest(text.as_bytes()).into())
}

/// What a manifest that does not read says.
fn unreadable(name: &str, said: impl std::fmt::Display) -> Failure {
    Failure::new(FailureCode::RepositoryDamaged).at_file(name).because(Cause::said(said))
}

/// Opens a file of the sink's own.
fn new_file(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests;
