//! Looks through an inbox and decides, without opening a file, what a run takes up.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use walkdir::{DirEntry, WalkDir};

use crate::model::failure::{Failure, FailureCode};
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::assemble::{InboxRules, Placement};

/// A file that a run takes up.
#[derive(Debug, Clone)]
pub struct InboxFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path in the inbox, with `/` between folders.
    pub relative: String,
    /// Its size.
    pub bytes: u64,
    /// When the scanner wrote it.
    pub modified: OffsetDateTime,
    /// What its folders and name say.
    pub placement: Placement,
}

/// Something in the inbox that is refused before it is opened.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path in the inbox; what is not UTF-8 in it is replaced.
    pub relative: String,
    /// Why.
    pub failure: Failure,
}

/// What a run will do with an inbox.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Taken up, in natural order of their paths (2 before 10).
    pub files: Vec<InboxFile>,
    /// Refused.
    pub rejected: Vec<Rejected>,
    /// Left for the next run: temporary, hidden or still growing files, and links to files that
    /// are in the inbox themselves.
    pub left: Vec<String>,
}

/// Plans a run over `inbox`. `excluded` (the repository) is not looked into, should it lie in there.
///
/// Waits up to `inbox.settle_seconds` when a file was written just now, to see whether it grows.
///
/// # Errors
/// [`FailureCode::InboxMissing`] when the inbox is not a folder that can be opened,
/// [`FailureCode::InboxInRepository`] when it is a repository or part of this one.
pub fn plan(inbox: &Path, excluded: &Path, rules: &InboxRules, settings: &Settings) -> Result<Plan, Failure> {
    let missing = |cause: String| Failure::new(FailureCode::InboxMissing).at(inbox.display()).because(cause);
    let root = fs::canonicalize(inbox).map_err(|error| missing(error.to_string()))?;
    fs::read_dir(&root).map_err(|error| missing(error.to_string()))?;
    let excluded = fs::canonicalize(excluded).ok();
    if excluded.as_ref().is_some_and(|repository| root.starts_with(repository)) || Repository::is_at(&root) {
        return Err(Failure::new(FailureCode::InboxInRepository).at(root.display()));
    }

    let mut looker = Looker { root: &root, rules, file_mib: settings.limits.file_mib, plan: Plan::default(), young: Vec::new() };
    let now = SystemTime::now();
    let settle = Duration::from_secs_f64(settings.inbox.settle_seconds);
    let walk = WalkDir::new(&root).min_depth(1).follow_links(false).sort_by_file_name();
    let enter = |entry: &DirEntry| {
        let hidden = entry.file_type().is_dir() && entry.file_name().to_str().is_some_and(|name| rules.is_ignored(name));
        // Somebody else's repository is no scan either.
        let repository = entry.file_type().is_dir() && Repository::is_at(entry.path());
        !hidden && !repository && excluded.as_deref() != Some(entry.path())
    };
    for entry in walk.into_iter().filter_entry(enter) {
        match entry {
            Ok(entry) => looker.look(&entry, now, settle),
            Err(error) => {
                let path = error.path().unwrap_or(&root).to_owned();
                looker.reject(&path, FailureCode::FolderUnreadable, &error.to_string());
            }
        }
    }
    Ok(looker.finish(settle))
}

struct Looker<'a> {
    root: &'a Path,
    rules: &'a InboxRules,
    file_mib: u64,
    plan: Plan,
    /// Files written so recently that they may still grow, as they were when first seen.
    young: Vec<(InboxFile, SystemTime)>,
}

impl Looker<'_> {
    fn look(&mut self, entry: &DirEntry, now: SystemTime, settle: Duration) {
        let path = entry.path();
        if entry.path_is_symlink() {
            return self.look_at_link(path);
        }
        if entry.file_type().is_dir() {
            return;
        }
        let Some(name) = entry.file_name().to_str() else {
            return self.reject(path, FailureCode::NameInvalid, "");
        };
        if self.rules.is_ignored(name) {
            return self.plan.left.push(self.relative(path));
        }
        if !entry.file_type().is_file() {
            return self.reject(path, FailureCode::FileNotRegular, "");
        }
        match entry.metadata().map_err(std::io::Error::from).and_then(|metadata| Ok((metadata.modified()?, metadata))) {
            Ok((modified, metadata)) => {
                let file = self.file(path, &metadata, modified);
                let age = now.duration_since(modified).unwrap_or_default();
                if age < settle { self.young.push((file, modified)) } else { self.accept(file) }
            }
            Err(error) => self.reject(path, FailureCode::FileUnreadable, &error.to_string()),
        }
    }

    fn look_at_link(&mut self, path: &Path) {
        match fs::canonicalize(path) {
            // Its target is taken up by itself.
            Ok(target) if target.starts_with(self.root) => self.plan.left.push(self.relative(path)),
            Ok(target) => self.reject(path, FailureCode::LinkOutside, &target.display().to_string()),
            Err(error) => self.reject(path, FailureCode::LinkOutside, &error.to_string()),
        }
    }

    fn file(&self, path: &Path, metadata: &Metadata, modified: SystemTime) -> InboxFile {
        let relative = self.relative(path);
        InboxFile {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: OffsetDateTime::from(modified),
            placement: self.rules.place(&relative),
            relative,
        }
    }

    fn accept(&mut self, file: InboxFile) {
        if file.bytes == 0 {
            self.reject(&file.path, FailureCode::FileEmpty, "");
        } else if file.bytes > self.file_mib.saturating_mul(1024 * 1024) {
            self.reject(&file.path, FailureCode::FileTooLarge, &format!("{} MiB", file.bytes / (1024 * 1024)));
        } else {
            self.plan.files.push(file);
        }
    }

    fn reject(&mut self, path: &Path, code: FailureCode, cause: &str) {
        let relative = self.relative(path);
        let failure = Failure::new(code).at(&relative).because(cause);
        self.plan.rejected.push(Rejected { path: path.to_owned(), relative, failure });
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().into_owned()
    }

    /// Looks once more at files that were young, after giving them time to grow.
    fn finish(mut self, settle: Duration) -> Plan {
        let young = std::mem::take(&mut self.young);
        if !young.is_empty() {
            thread::sleep(settle);
        }
        for (file, modified) in young {
            let still = fs::symlink_metadata(&file.path)
                .and_then(|metadata| Ok(metadata.len() == file.bytes && metadata.modified()? == modified));
            if matches!(still, Ok(true)) { self.accept(file) } else { self.plan.left.push(file.relative) }
        }
        self.plan.files.sort_by(|a, b| alphanumeric_sort::compare_str(&a.relative, &b.relative));
        self.plan.rejected.sort_by(|a, b| a.relative.cmp(&b.relative));
        self.plan.left.sort();
        self.plan
    }
}
