//! Sets refused files aside, each with its reason beside it: a text for people and programs, and so the one
//! place of the pipeline that has words.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::model::failure::{Cause, Effect, Failure, FailureCode, Language, Place, Retry};
use crate::model::ids::BatchId;
use crate::repository::{Repository, RepositoryError, sync_dir};
use crate::words;

/// What stands behind a file's name to make the name of its reason.
const REASON_SUFFIX: &str = ".reason.json";

/// What is put behind the name of a refused file that ends like the name of a reason: staff put
/// files back into the inbox together with their reasons.
const REFUSED_SUFFIX: &str = ".refused";

/// What is longer after the last dot of a name is no ending, in bytes.
const LONGEST_ENDING: usize = 16;

/// The longest file name that Linux file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// What `<name>.reason.json` says.
#[derive(Debug, Serialize)]
struct Reason<'a> {
    code: FailureCode,
    retry: Retry,
    /// The file's path in the inbox.
    file: &'a str,
    place: String,
    cause: String,
    /// Where, by its kind.
    at: Option<&'a Place>,
    /// Why, by its code with values.
    why: Option<&'a Cause>,
    message: Texts,
    remedy: Texts,
    batch: BatchId,
    refused_at: String,
    /// Where the file is moved to; null if it stays where it is.
    moves_to: Option<String>,
}

#[derive(Debug, Serialize)]
struct Texts {
    vi: &'static str,
    en: &'static str,
}

impl Texts {
    fn of(code: FailureCode, words: fn(FailureCode, Language) -> &'static str) -> Self {
        Self { vi: words(code, Language::Vi), en: words(code, Language::En) }
    }
}

/// A refused file and the place chosen for it.
#[derive(Debug)]
pub(crate) struct Quarantined {
    from: PathBuf,
    to: PathBuf,
    moves: bool,
}

impl Quarantined {
    /// Chooses `quarantine/<code>/<path in the inbox>` for a refused file, with a number added to
    /// the name if another file lies there, and writes the reason beside it.
    ///
    /// # Errors
    /// When the reason cannot be written.
    pub(crate) fn prepare(
        repository: &Repository,
        file: &Path,
        relative: &Path,
        failure: &Failure,
        batch: BatchId,
        at: OffsetDateTime,
    ) -> Result<Self, RepositoryError> {
        let wanted = repository.quarantine_dir().join(failure.code.as_str()).join(relative);
        let to = free_name(&wanted);
        let name = relative.to_string_lossy();
        let moves = failure.code.effect() == Effect::Refuses;
        let reason = Reason {
            code: failure.code,
            retry: failure.code.retry(),
            file: &name,
            place: failure.place.as_ref().map(Place::to_string).unwrap_or_default(),
            cause: failure.cause.as_ref().map(ToString::to_string).unwrap_or_default(),
            at: failure.place.as_ref(),
            why: failure.cause.as_deref(),
            message: Texts::of(failure.code, words::message),
            remedy: Texts::of(failure.code, words::remedy),
            batch,
            refused_at: at.format(&Rfc3339).unwrap_or_default(),
            moves_to: moves.then(|| to.display().to_string()),
        };
        let beside = reason_path(&to);
        let reason = serde_json::to_vec_pretty(&reason).map_err(|error| RepositoryError::io(&beside, &error.into()))?;
        repository.write_file(&beside, &reason)?;
        Ok(Self { from: file.to_owned(), to, moves })
    }

    /// Where the file will lie, if it is moved.
    pub(crate) fn destination(&self) -> Option<&Path> {
        self.moves.then_some(self.to.as_path())
    }

    /// Moves the file. Links are moved as links.
    ///
    /// # Errors
    /// When the inbox does not allow it; the file is still there then.
    pub(crate) fn carry_out(&self) -> io::Result<()> {
        if !self.moves {
            return Ok(());
        }
        match fs::rename(&self.from, &self.to) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => move_across(&self.from, &self.to),
            outcome => outcome,
        }
    }
}

/// Copies to another file system and removes the original only once the copy is on disk.
fn move_across(from: &Path, to: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(from)?;
    if metadata.is_symlink() {
        unix::fs::symlink(fs::read_link(from)?, to)?;
    } else if metadata.is_file() {
        let copied = fs::copy(from, to).and_then(|_| File::open(to)?.sync_all());
        if copied.is_err() {
            // Half a copy helps nobody, and the file is still in the inbox.
            let _ = fs::remove_file(to);
        }
        copied?;
        to.parent().map_or(Ok(()), sync_dir).map_err(io::Error::other)?;
    } else {
        return Err(io::Error::from(io::ErrorKind::CrossesDevices));
    }
    fs::remove_file(from)
}

fn reason_path(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default();
    let mut reason = name.to_owned();
    if name.len() + REASON_SUFFIX.len() > LONGEST_NAME {
        // No room for the suffix: enough of the name to know it by, and its hash to tell it apart.
        let start: String = name.to_string_lossy().chars().take(40).collect();
        let hash = blake3::hash(name.as_encoded_bytes()).to_hex();
        reason = format!("{start}~{}", hash.get(..16).unwrap_or_default()).into();
    }
    reason.push(REASON_SUFFIX);
    file.with_file_name(reason)
}

/// A place where nothing lies: the wanted one, or one with a number in its name.
fn free_name(wanted: &Path) -> PathBuf {
    let taken = |path: &Path| fs::symlink_metadata(path).is_ok();
    let mut name = wanted.file_name().unwrap_or_default().to_owned();
    // A refused file must never bear a name that the reason of another would be written to.
    if name.as_encoded_bytes().ends_with(REASON_SUFFIX.as_bytes()) {
        name = with_suffix(&name, REFUSED_SUFFIX);
    }
    let first = wanted.with_file_name(&name);
    if !taken(&first) {
        return first;
    }
    let path = Path::new(&name);
    let ending = path.extension().filter(|ending| ending.len() <= LONGEST_ENDING);
    let stem = if ending.is_some() { path.file_stem().unwrap_or_default() } else { &name };
    (2_u32..)
        .map(|number| {
            let mut suffix = OsString::from(format!(".{number}"));
            if let Some(ending) = ending {
                suffix.push(".");
                suffix.push(ending);
            }
            wanted.with_file_name(with_suffix(stem, &suffix))
        })
        .find(|path| !taken(path))
        .unwrap_or(first)
}

/// Puts `suffix` behind `name`, of which the end goes where both together are too long.
fn with_suffix(name: &OsStr, suffix: impl AsRef<OsStr>) -> OsString {
    let suffix = suffix.as_ref();
    let bytes = name.as_bytes();
    let mut room = LONGEST_NAME.saturating_sub(suffix.len()).min(bytes.len());
    // Not in the middle of a letter.
    while bytes.get(room).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) && room > 0 {
        room -= 1;
    }
    let mut longer = OsStr::from_bytes(bytes.get(..room).unwrap_or_default()).to_owned();
    longer.push(suffix);
    longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;

    /// An inbox, and the repository that its refused files go to.
    struct Place {
        inbox: tempfile::TempDir,
        repository: Repository,
        _shared: MemoryRepository,
    }

    impl Place {
        fn new() -> Self {
            let shared = MemoryRepository::new();
            Self { inbox: tempfile::tempdir().unwrap(), repository: shared.open(Mode::Create), _shared: shared }
        }

        fn file(&self, name: &str) -> PathBuf {
            self.inbox.path().join(name)
        }

        /// Where files refused for `code` lie.
        fn aside(&self, code: FailureCode) -> PathBuf {
            self.repository.quarantine_dir().join(code.as_str())
        }

        fn refuse(&self, name: &str, code: FailureCode) -> Quarantined {
            let failure = Failure::new(code).at_file(name);
            let (inside, time) = (Path::new(name), OffsetDateTime::UNIX_EPOCH);
            let chosen = Quarantined::prepare(&self.repository, &self.file(name), inside, &failure, BatchId(1), time).unwrap();
            chosen.carry_out().unwrap();
            chosen
        }
    }

    #[test]
    fn two_files_of_one_name_are_both_kept() {
        let place = Place::new();
        let inbox = place.file("a");
        fs::create_dir(&inbox).unwrap();
        for content in ["first", "second"] {
            fs::write(inbox.join("x.jpg"), content).unwrap();
            place.refuse("a/x.jpg", FailureCode::FileDamaged);
        }
        let aside = place.aside(FailureCode::FileDamaged).join("a");
        assert_eq!(fs::read_to_string(aside.join("x.jpg")).unwrap(), "first");
        assert_eq!(fs::read_to_string(aside.join("x.2.jpg")).unwrap(), "second");
        let reason: serde_json::Value = serde_json::from_slice(&fs::read(aside.join("x.2.jpg.reason.json")).unwrap()).unwrap();
        assert_eq!(reason["code"], "file-damaged");
        assert_eq!(reason["file"], "a/x.jpg");
        assert!(!reason["remedy"]["vi"].as_str().unwrap().is_empty());
    }

    #[test]
    fn an_unreadable_file_stays_with_its_reason_written_down() {
        let place = Place::new();
        fs::write(place.file("x.jpg"), "x").unwrap();
        let chosen = place.refuse("x.jpg", FailureCode::FileUnreadable);
        assert_eq!(chosen.destination(), None);
        assert!(place.file("x.jpg").exists());
        assert!(place.aside(FailureCode::FileUnreadable).join("x.jpg.reason.json").exists());
    }

    #[test]
    fn the_longest_name_has_a_reason_too() {
        let place = Place::new();
        let name = "ế".repeat(83) + ".jpeg";
        fs::write(place.file(&name), "x").unwrap();
        place.refuse(&name, FailureCode::FileDamaged);
        let names = fs::read_dir(place.aside(FailureCode::FileDamaged)).unwrap().count();
        assert_eq!(names, 2);
    }

    #[test]
    fn the_longest_name_is_kept_twice() {
        let place = Place::new();
        for name in ["ế".repeat(83) + ".jpeg", format!("a.{}", "x".repeat(253)), "ế".repeat(85)] {
            for content in ["first", "second"] {
                fs::write(place.file(&name), content).unwrap();
                place.refuse(&name, FailureCode::FileDamaged);
            }
        }
        let aside = fs::read_dir(place.aside(FailureCode::FileDamaged)).unwrap();
        let names: Vec<String> = aside.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(names.len(), 12, "{names:?}");
        assert_eq!(names.iter().filter(|name| name.ends_with(REASON_SUFFIX)).count(), 6, "{names:?}");
        assert!(names.iter().any(|name| name.ends_with("ế.2.jpeg")), "{names:?}");
    }

    #[test]
    fn a_refused_file_never_lies_where_a_reason_is_written() {
        let place = Place::new();
        for name in ["x.jpg.reason.json", "x.jpg"] {
            fs::write(place.file(name), name).unwrap();
            place.refuse(name, FailureCode::FileDamaged);
        }
        let aside = place.aside(FailureCode::FileDamaged);
        assert_eq!(fs::read_to_string(aside.join("x.jpg.reason.json.refused")).unwrap(), "x.jpg.reason.json");
        assert_eq!(fs::read_to_string(aside.join("x.jpg")).unwrap(), "x.jpg");
        assert!(fs::read_to_string(aside.join("x.jpg.reason.json")).unwrap().contains("\"file\": \"x.jpg\""));
    }

    #[test]
    fn a_link_is_moved_as_a_link() {
        let place = Place::new();
        unix::fs::symlink("/etc/hostname", place.file("x.jpg")).unwrap();
        place.refuse("x.jpg", FailureCode::LinkOutside);
        let moved = place.aside(FailureCode::LinkOutside).join("x.jpg");
        assert_eq!(fs::read_link(moved).unwrap(), Path::new("/etc/hostname"));
    }
}
