//! Looks through an inbox and decides, without opening a file, what a run takes up.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use rayon::prelude::*;
use time::{OffsetDateTime, PrimitiveDateTime};
use walkdir::{DirEntry, WalkDir};

use crate::model::failure::cause::ScanFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::repository::{FileStamp, Repository};
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
    /// What shows whether it is still the same.
    pub stamp: FileStamp,
    /// What its folders and name say.
    pub placement: Placement,
}

impl InboxFile {
    /// Whether the file is still as it was seen.
    pub fn is_unchanged(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|metadata| stamp_of(&metadata) == self.stamp)
    }
}

/// What shows whether a file is still the same.
pub fn stamp_of(metadata: &fs::Metadata) -> FileStamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        bytes: metadata.len(),
        modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed_ns: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

/// Something in the inbox that is refused before it is opened.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Where it lies.
    pub path: PathBuf,
    /// Its path in the inbox; bytes that are not UTF-8 stand in it as `\xE9`, so that no two files
    /// have one line in the ledger.
    pub relative: String,
    /// Why.
    pub failure: Failure,
}

/// What lies in an inbox. Whether a file has settled is not decided yet.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Files that names and types do not speak against.
    pub files: Vec<InboxFile>,
    /// Refused for their names or types.
    pub rejected: Vec<Rejected>,
    /// Never taken up: temporary and hidden files, and links to files that are in the inbox
    /// themselves.
    pub left: Vec<String>,
    /// All folders that were looked into, with what shows that a name in them has come, gone or changed.
    pub folders: Vec<(PathBuf, FileStamp)>,
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
/// As for [`survey`].
pub fn plan(inbox: &Path, excluded: &Path, rules: &InboxRules, settings: &Settings) -> Result<Plan, Failure> {
    let survey = survey(inbox, excluded, rules)?;
    let now = SystemTime::now();
    let settle = Duration::from_secs_f64(settings.inbox.settle_seconds);
    let is_young = |file: &InboxFile| now.duration_since(file.modified.into()).unwrap_or_default() < settle;
    if survey.files.iter().any(is_young) {
        thread::sleep(settle);
    }
    Ok(survey.into_plan(settings.limits.file_mib, |file| !is_young(file) || file.is_unchanged()))
}

/// Looks through `inbox` once, without waiting. `excluded` (the repository) is not looked into.
///
/// # Errors
/// [`FailureCode::InboxMissing`] when the inbox is not a folder that can be opened, or is one no
/// longer when all of it was seen; [`FailureCode::InboxInRepository`] when it is a repository or
/// part of this one.
pub fn survey(inbox: &Path, excluded: &Path, rules: &InboxRules) -> Result<Survey, Failure> {
    let places = Places::of(inbox, excluded)?;
    let folder = fs::symlink_metadata(&places.root).map_err(|error| places.missing(error.into()))?;
    let mut looker = Looker::new(&places, rules);
    looker.survey.folders.push((places.root.clone(), stamp_of(&folder)));
    looker.walk(&places.root, &|_| false)?;
    looker.end()
}

/// The same after an earlier look, of which stands what its folders show to be as it was: names are read where
/// a folder has changed or was not `is_listed` for sure, and files are looked at there, and where they are not
/// `is_done` with. A file that is done with and is written anew in place shows in no folder.
///
/// # Errors
/// As for [`survey`].
pub(super) fn survey_again(
    (inbox, excluded): (&Path, &Path),
    rules: &InboxRules,
    before: &Survey,
    is_listed: &dyn Fn(&Path) -> bool,
    is_done: &dyn Fn(&Path) -> bool,
) -> Result<Survey, Failure> {
    let places = Places::of(inbox, excluded)?;
    let known: HashSet<&Path> = before.folders.iter().map(|(path, _)| path.as_path()).collect();
    if !known.contains(places.root.as_path()) {
        return survey(inbox, excluded, rules);
    }
    let mut looker = Looker::new(&places, rules);
    let (mut same, mut changed): (HashSet<&Path>, Vec<&Path>) = (HashSet::new(), Vec::new());
    for (path, stamp) in &before.folders {
        match fs::symlink_metadata(path) {
            Ok(folder) if folder.is_dir() => {
                let now = stamp_of(&folder);
                if now == *stamp && is_listed(path) {
                    same.insert(path);
                } else if *path == places.root || !Repository::is_at(path) {
                    changed.push(path);
                } else {
                    continue;
                }
                looker.survey.folders.push((path.clone(), now));
            }
            Err(error) if is_lost_share(&error) => return Err(places.missing(error.into())),
            // It is gone or something else, which its own folder shows.
            _ => {}
        }
    }
    for path in &changed {
        looker.walk(path, &|folder| known.contains(folder))?;
    }
    let stands = |path: &Path| path.parent().is_some_and(|folder| same.contains(folder)) && !changed.contains(&path);
    for file in before.files.iter().filter(|file| stands(&file.path)) {
        if is_done(&file.path) {
            looker.known.push(file.clone());
        } else if let Ok(found) = fs::symlink_metadata(&file.path)
            && let (true, Ok(modified)) = (found.is_file(), found.modified())
        {
            let (stamp, modified) = (stamp_of(&found), date(modified));
            looker.known.push(InboxFile { bytes: stamp.bytes, modified, stamp, ..file.clone() });
        }
    }
    looker.survey.rejected.extend(before.rejected.iter().filter(|one| stands(&one.path)).cloned());
    looker.survey.left.extend(before.left.iter().filter(|left| stands(&places.root.join(left))).cloned());
    looker.end()
}

/// An inbox, and what is not to be looked into.
struct Places<'a> {
    inbox: &'a Path,
    root: PathBuf,
    excluded: Option<PathBuf>,
}

impl<'a> Places<'a> {
    fn of(inbox: &'a Path, excluded: &Path) -> Result<Self, Failure> {
        let missing = |error: io::Error| missing(inbox, error.into());
        let root = fs::canonicalize(inbox).map_err(missing)?;
        fs::read_dir(&root).map_err(missing)?;
        let excluded = fs::canonicalize(excluded).ok();
        if excluded.as_ref().is_some_and(|repository| root.starts_with(repository)) || Repository::is_at(&root) {
            return Err(Failure::new(FailureCode::InboxInRepository).at_file(root.display()));
        }
        Ok(Self { inbox, root, excluded })
    }

    fn missing(&self, cause: Cause) -> Failure {
        missing(self.inbox, cause)
    }
}

fn missing(inbox: &Path, cause: Cause) -> Failure {
    Failure::new(FailureCode::InboxMissing).at_file(inbox.display()).because(cause)
}

/// A file of which nothing but its being there is known.
struct Seen {
    path: PathBuf,
    relative: String,
    modified: OffsetDateTime,
    stamp: FileStamp,
}

/// Whether an error speaks of the network or the mount and not of one file or folder.
fn is_lost_share(error: &io::Error) -> bool {
    let lost = [
        Errno::ESTALE,
        Errno::ENOTCONN,
        Errno::EHOSTDOWN,
        Errno::EHOSTUNREACH,
        Errno::ENETDOWN,
        Errno::ENETUNREACH,
        Errno::ETIMEDOUT,
        Errno::ECONNABORTED,
        Errno::ECONNRESET,
        Errno::ESHUTDOWN,
        Errno::ENODEV,
    ];
    error.raw_os_error().is_some_and(|code| lost.contains(&Errno::from_raw(code)))
}

/// The date of a file. File systems hold years that no calendar of ours knows; they become the
/// first or the last day that it does.
fn date(modified: SystemTime) -> OffsetDateTime {
    let nanoseconds = match modified.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanoseconds| -nanoseconds),
    };
    let furthest = if nanoseconds < 0 { PrimitiveDateTime::MIN } else { PrimitiveDateTime::MAX };
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(furthest.assume_utc())
}

struct Looker<'a> {
    places: &'a Places<'a>,
    root: &'a Path,
    rules: &'a InboxRules,
    seen: Vec<Seen>,
    /// Files of which all is known.
    known: Vec<InboxFile>,
    survey: Survey,
}

impl<'a> Looker<'a> {
    fn new(places: &'a Places<'a>, rules: &'a InboxRules) -> Self {
        Self { places, root: &places.root, rules, seen: Vec::new(), known: Vec::new(), survey: Survey::default() }
    }

    /// Looks at all below a folder, but for folders that `is_looked_at` otherwise.
    fn walk(&mut self, start: &Path, is_looked_at: &dyn Fn(&Path) -> bool) -> Result<(), Failure> {
        let (rules, excluded) = (self.rules, self.places.excluded.as_deref());
        let walk = WalkDir::new(start).min_depth(1).follow_links(false).sort_by_file_name();
        let enter = |entry: &DirEntry| {
            // The folder to begin with was looked at.
            if entry.depth() == 0 || !entry.file_type().is_dir() {
                return excluded != Some(entry.path());
            }
            let hidden = entry.file_name().to_str().is_some_and(|name| rules.is_ignored(name));
            // Somebody else's repository is no scan either.
            !hidden && !Repository::is_at(entry.path()) && excluded != Some(entry.path()) && !is_looked_at(entry.path())
        };
        for entry in walk.into_iter().filter_entry(enter) {
            match entry {
                Ok(entry) => self.look(&entry),
                Err(error) => {
                    let path = error.path().unwrap_or(self.root).to_owned();
                    let said = Cause::said(&error);
                    match error.into_io_error() {
                        // Somebody moved it while we looked.
                        Some(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Some(error) if is_lost_share(&error) => return Err(self.places.missing(said)),
                        _ => self.reject(&path, FailureCode::FolderUnreadable, Some(said)),
                    }
                }
            }
        }
        Ok(())
    }

    /// What was seen.
    fn end(self) -> Result<Survey, Failure> {
        // A share that went away in the middle left only a part to be seen.
        fs::read_dir(self.root).map_err(|error| self.places.missing(error.into()))?;
        let Self { rules, seen, known, mut survey, .. } = self;
        // What names say takes longer to find out than what lies there.
        let place = |Seen { path, relative, modified, stamp }| {
            let placement = rules.place(&relative);
            InboxFile { path, relative, bytes: stamp.bytes, modified, stamp, placement }
        };
        survey.files = seen.into_par_iter().map(place).collect();
        survey.files.extend(known);
        survey.folders.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(survey)
    }

    fn look(&mut self, entry: &DirEntry) {
        let path = entry.path();
        if entry.path_is_symlink() {
            return self.look_at_link(path);
        }
        if entry.file_type().is_dir() {
            // Its names are read after this.
            let stamp = entry.metadata().map(|metadata| stamp_of(&metadata));
            return self.survey.folders.extend(stamp.ok().map(|stamp| (path.to_owned(), stamp)));
        }
        // The folders too: files are known again by their whole path.
        if path.strip_prefix(self.root).unwrap_or(path).to_str().is_none() {
            return self.reject(path, FailureCode::NameInvalid, None);
        }
        if self.rules.is_ignored(&entry.file_name().to_string_lossy()) {
            return self.survey.left.push(self.relative(path));
        }
        if !entry.file_type().is_file() {
            return self.reject(path, FailureCode::FileNotRegular, None);
        }
        match entry.metadata().map_err(io::Error::from).and_then(|metadata| Ok((stamp_of(&metadata), metadata.modified()?))) {
            Ok((stamp, modified)) => {
                let relative = self.relative(path);
                self.seen.push(Seen { path: path.to_owned(), relative, modified: date(modified), stamp });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.reject(path, FailureCode::FileUnreadable, Some(error.into())),
        }
    }

    fn look_at_link(&mut self, path: &Path) {
        match fs::canonicalize(path) {
            // Its target is taken up by itself.
            Ok(target) if target.starts_with(self.root) => self.survey.left.push(self.relative(path)),
            Ok(target) => {
                let target = target.display().to_string();
                self.reject(path, FailureCode::LinkOutside, Some(ScanFault::LinkTo { target }.into()));
            }
            Err(error) => self.reject(path, FailureCode::LinkOutside, Some(error.into())),
        }
    }

    fn reject(&mut self, path: &Path, code: FailureCode, cause: Option<Cause>) {
        let relative = self.relative(path);
        self.survey.rejected.push(rejected(path.to_owned(), relative, code, cause));
    }

    fn relative(&self, path: &Path) -> String {
        let mut relative = String::new();
        for chunk in path.strip_prefix(self.root).unwrap_or(path).as_os_str().as_bytes().utf8_chunks() {
            relative.push_str(chunk.valid());
            for byte in chunk.invalid() {
                relative.push_str(&format!("\\x{byte:02X}"));
            }
        }
        relative
    }
}

fn rejected(path: PathBuf, relative: String, code: FailureCode, cause: Option<Cause>) -> Rejected {
    let failure = Failure { cause: cause.map(Box::new), ..Failure::new(code).at_file(&relative) };
    Rejected { path, relative, failure }
}

impl Survey {
    /// Takes up the files that have settled and have a size that can be right; `file_mib` is the
    /// largest, in MiB.
    pub fn into_plan(self, file_mib: u64, is_settled: impl Fn(&InboxFile) -> bool) -> Plan {
        let mut plan = Plan { files: Vec::new(), rejected: self.rejected, left: self.left };
        for file in self.files {
            if !is_settled(&file) {
                plan.left.push(file.relative);
            } else if file.bytes == 0 {
                plan.rejected.push(rejected(file.path, file.relative, FailureCode::FileEmpty, None));
            } else if file.bytes > file_mib.saturating_mul(1024 * 1024) {
                let cause = ScanFault::TooManyBytes { bytes: file.bytes, limit_mib: file_mib };
                plan.rejected.push(rejected(file.path, file.relative, FailureCode::FileTooLarge, Some(cause.into())));
            } else {
                plan.files.push(file);
            }
        }
        plan.files.par_sort_by(|a, b| alphanumeric_sort::compare_str(&a.relative, &b.relative));
        plan.rejected.sort_by(|a, b| a.relative.cmp(&b.relative));
        plan.left.sort();
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_beyond_the_calendar_is_its_last_day() {
        let moment = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(date(moment(1_750_000_000)).unix_timestamp(), 1_750_000_000);
        assert_eq!(date(moment(1 << 50)).year(), 9999);
        assert_eq!(date(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).unix_timestamp(), -1);
    }

    #[test]
    fn a_share_that_is_gone_is_told_from_a_folder_that_is_closed() {
        assert!(is_lost_share(&io::Error::from_raw_os_error(Errno::ESTALE as i32)));
        assert!(is_lost_share(&io::Error::from_raw_os_error(Errno::EHOSTDOWN as i32)));
        assert!(!is_lost_share(&io::Error::from_raw_os_error(Errno::EACCES as i32)));
        assert!(!is_lost_share(&io::Error::other("no number")));
    }
}
