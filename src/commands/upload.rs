//! Bringing files into an inbox for those who have no share. A file is seen by a batch when all of it is
//! there, under a name that leads nowhere.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use schemars::JsonSchema;
use serde::Serialize;
use tempfile::NamedTempFile;
use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization;

use crate::model::codes::DossierCode;
use crate::model::failure::cause::SettleFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::BlobId;
use crate::repository::{Repository, sync_dir};
use crate::settings::Settings;
use crate::stages::assemble::InboxRules;
use crate::stages::intake::sniff;

/// Longest stem of a name, in characters: file systems take 255 bytes.
const LONGEST: usize = 60;
/// Names that are tried where files of the same name lie there.
const TRIED: u32 = 99;
/// Bytes by which the kind of a file is known.
const HEAD: usize = 8 * 1024;
/// Endings of the kinds that are taken in.
const ENDINGS: [&str; 6] = ["pdf", "tif", "tiff", "jpg", "jpeg", "png"];
/// Begins the name of a file that is not whole: it is hidden from batches.
const UNFINISHED: &str = ".sohoa-";

/// What nothing was written to for so long is no file on its way.
const LEFT_OVER: Duration = Duration::from_secs(2 * 3600);

/// A file that is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UploadOrder {
    /// What it is called, as a browser or program says.
    pub name: String,
    /// The dossier whose papers it holds, if that is told.
    pub code: Option<DossierCode>,
}

/// A file that was brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Uploaded {
    /// Its path in the inbox.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its bytes, by which the next run knows it.
    pub scan: BlobId,
}

/// A file on its way into the inbox. Given up before its end, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Upload {
    file: NamedTempFile,
    folder: PathBuf,
    inside: String,
    name: String,
    head: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
    most: u64,
}

impl Upload {
    /// Begins to bring a file into `console.upload_inbox`.
    ///
    /// # Errors
    /// [`FailureCode::InboxMissing`] if there is none, [`FailureCode::NameInvalid`] if the name is of no kind that
    /// is taken in, [`FailureCode::SettleInvalid`] if the code is no dossier's; or what the disk says.
    pub(crate) fn begin(settings: &Settings, order: &UploadOrder) -> Result<Self, Failure> {
        let inbox = settings.console.upload_inbox.trim();
        let missing = || Failure::new(FailureCode::InboxMissing).at(Place::setting("console.upload_inbox"));
        if inbox.is_empty() || !Path::new(inbox).is_dir() {
            return Err(missing());
        }
        let rules = InboxRules::new(&settings.inbox)?;
        let name = safe_name(&order.name).filter(|name| !rules.is_ignored(name));
        let name =
            name.ok_or_else(|| Failure::new(FailureCode::NameInvalid).at(Place::Typed { text: shortened(&order.name) }))?;
        // Whoever changed what is left alone must not let batches take up what is not whole.
        if !rules.is_ignored(&format!("{UNFINISHED}x")) {
            return Err(Failure::new(FailureCode::SettingsInvalid).at(Place::setting("inbox.ignore")));
        }
        let mut folder = PathBuf::from(inbox);
        let mut inside = String::new();
        if let Some(code) = &order.code {
            if !rules.codes_in(code.as_str()).contains(code) {
                let fault = SettleFault::NoDossierCode { dossier: code.to_string() };
                return Err(Failure::new(FailureCode::CodeInvalid).because(fault));
            }
            inside = format!("{code}/");
            folder.push(code.as_str());
        }
        // A folder is made for what is whole; until then the file lies beside it.
        let at = if folder.is_dir() { &folder } else { Path::new(inbox) };
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(at).map_err(|error| disk(at, error))?;
        let most = settings.limits.file_mib.saturating_mul(1 << 20);
        Ok(Self { file, folder, inside, name, head: Vec::new(), hasher: blake3::Hasher::new(), bytes: 0, most })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`FailureCode::FileTooLarge`], or what the disk says.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        if self.bytes > self.most {
            return Err(Failure::new(FailureCode::FileTooLarge).at(Place::file(&self.name)));
        }
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(room));
        self.hasher.update(piece);
        self.file.write_all(piece).map_err(|error| disk(&self.folder, error))
    }

    /// Lets batches see the file. None that lies there is overwritten.
    ///
    /// # Errors
    /// [`FailureCode::FileUnknownType`] and its like if its bytes are of no kind that is taken in; or what the disk
    /// says.
    pub(crate) fn finish(self) -> Result<Uploaded, Failure> {
        let Self { file, folder, inside, name, head, hasher, bytes, .. } = self;
        sniff(&head).map_err(|error| Failure::from(error).at(Place::file(&name)))?;
        file.as_file().sync_all().map_err(|error| disk(&folder, error))?;
        share(&file).map_err(|error| disk(&folder, error))?;
        std::fs::create_dir_all(&folder).map_err(|error| disk(&folder, error))?;
        let scan = BlobId::from_bytes(*hasher.finalize().as_bytes());
        let mut file = file;
        for number in 1..=TRIED {
            let name = numbered(&name, number);
            match file.persist_noclobber(folder.join(&name)) {
                Ok(_) => {
                    sync_dir(&folder)?;
                    return Ok(Uploaded { path: format!("{inside}{name}"), bytes, scan });
                }
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
                Err(error) => return Err(disk(&folder, error.error)),
            }
        }
        Err(Failure::new(FailureCode::NameInvalid).at(Place::file(&name)))
    }
}

/// Tells in an act what was brought, by whom `repository` was opened for.
///
/// # Errors
/// What the repository says.
pub(crate) fn tell_brought(repository: &Repository, brought: &Uploaded, at: OffsetDateTime) -> Result<(), Failure> {
    Ok(repository.catalog.tell_brought(brought.scan, &brought.path, brought.bytes, at)?)
}

/// Removes what was left in the inbox by a server that was ended while files came: of the age of no upload
/// that can still be under way.
///
/// # Errors
/// What the disk says.
pub(crate) fn sweep(settings: &Settings) -> io::Result<usize> {
    let inbox = settings.console.upload_inbox.trim();
    if inbox.is_empty() || !Path::new(inbox).is_dir() {
        return Ok(0);
    }
    let mut swept = 0;
    let mut folders = vec![PathBuf::from(inbox)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            // Uploads lie in the inbox or in the folder of a dossier in it.
            if kind.is_dir() && folder == Path::new(inbox) {
                folders.push(entry.path());
            } else if kind.is_file() && is_left_over(&entry)? {
                std::fs::remove_file(entry.path())?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

fn is_left_over(entry: &std::fs::DirEntry) -> io::Result<bool> {
    let is_ours = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
    let age = SystemTime::now().duration_since(entry.metadata()?.modified()?).unwrap_or_default();
    Ok(is_ours && age > LEFT_OVER)
}

/// Lets the group of the inbox read the file, as it may read others: the batch may run under another account.
fn share(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o640))
}

fn disk(path: &Path, error: io::Error) -> Failure {
    Failure::new(FailureCode::StorageFailed).at(Place::file(path.display())).because(error)
}

fn shortened(name: &str) -> String {
    name.chars().take(120).collect()
}

/// A name that is one of a file and of nothing else; none if its ending is of no kind that is taken in.
fn safe_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?.nfc().collect::<String>();
    let (stem, ending) = last.rsplit_once('.')?;
    let ending = ending.trim().to_ascii_lowercase();
    if !ENDINGS.contains(&ending.as_str()) {
        return None;
    }
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')' | ',') { c } else { '_' };
    let stem: String = stem.chars().map(kept).collect();
    let stem = stem.trim_matches(|c: char| c == '.' || c.is_whitespace()).chars().take(LONGEST).collect::<String>();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    Some(format!("{}.{ending}", if stem.is_empty() { "scan" } else { stem }))
}

/// The name with a number, where others of this name lie there.
fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if number > 1 => format!("{stem} ({number}).{ending}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n";

    fn settings(inbox: &Path) -> Settings {
        let mut settings = Settings::default();
        settings.console.upload_inbox = inbox.display().to_string();
        settings
    }

    fn order(name: &str) -> UploadOrder {
        UploadOrder { name: name.into(), code: None }
    }

    fn bring(settings: &Settings, order: &UploadOrder, pieces: &[&[u8]]) -> Result<Uploaded, FailureCode> {
        let mut upload = Upload::begin(settings, order).map_err(|failure| failure.code)?;
        pieces.iter().try_for_each(|piece| upload.write(piece)).map_err(|failure| failure.code)?;
        upload.finish().map_err(|failure| failure.code)
    }

    fn files(folder: &Path) -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<String> = files.collect();
        files.sort();
        files
    }

    #[test]
    fn a_name_is_that_of_a_file_and_leads_nowhere() {
        let safe = |name: &str| safe_name(name).unwrap_or_default();
        assert_eq!(safe("../../etc/Giấy tờ.PDF"), "Giấy tờ.pdf");
        assert_eq!(safe("C:\\scan\\a.tif"), "a.tif");
        assert_eq!(safe("\"><script>alert(1)</script>.png"), "script_.png");
        assert_eq!(safe(".hidden.jpg"), "hidden.jpg");
        assert_eq!(safe("a\u{202e}fdp.png"), "a_fdp.png");
        assert_eq!(safe("a\n\0b.png"), "a__b.png");
        assert_eq!(safe("...pdf"), "scan.pdf");
        assert!(safe(&format!("{}.pdf", "ế".repeat(300))).len() < 200);
        for wrong in ["", "a", "a.exe", "a.pdf.exe", "pdf", "a.", ".pdf/", "a.html"] {
            assert_eq!(safe_name(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_file_is_seen_when_it_is_whole_and_overwrites_none() {
        let inbox = tempfile::tempdir().unwrap();
        let settings = settings(inbox.path());
        let mut half = Upload::begin(&settings, &order("a.pdf")).unwrap();
        half.write(PDF).unwrap();
        let rules = InboxRules::new(&settings.inbox).unwrap();
        assert!(files(inbox.path()).iter().all(|name| rules.is_ignored(name)), "a batch sees nothing of it");
        drop(half);
        assert_eq!(files(inbox.path()), [""; 0]);
        assert_eq!(bring(&settings, &order("a.pdf"), &[PDF, b"1"]).unwrap().path, "a.pdf");
        assert_eq!(bring(&settings, &order("a.pdf"), &[PDF, b"22"]).unwrap().path, "a (2).pdf");
        assert_eq!(files(inbox.path()), ["a (2).pdf", "a.pdf"]);
        assert_eq!(std::fs::read(inbox.path().join("a.pdf")).unwrap(), [PDF, b"1"].concat());
        let code = Some("H38.16-230706-0012".parse().unwrap());
        let of_dossier = UploadOrder { code, ..order("b.pdf") };
        let mut half = Upload::begin(&settings, &of_dossier).unwrap();
        half.write(PDF).unwrap();
        drop(half);
        assert_eq!(files(inbox.path()), ["a (2).pdf", "a.pdf"], "a folder is made for what is whole");
        let brought = bring(&settings, &of_dossier, &[PDF, b"1"]).unwrap();
        assert_eq!(brought.path, "H38.16-230706-0012/b.pdf");
        assert_eq!(brought.scan, BlobId::of(&[PDF, b"1"].concat()));
    }

    #[test]
    fn what_a_server_left_behind_is_swept_and_what_is_under_way_is_not() {
        let inbox = tempfile::tempdir().unwrap();
        let folder = inbox.path().join("H38.16-230706-0012");
        std::fs::create_dir(&folder).unwrap();
        let old = SystemTime::now() - Duration::from_secs(3 * 3600);
        let left = [inbox.path().join(".sohoa-1"), folder.join(".sohoa-2"), inbox.path().join("a.pdf")];
        for path in &left {
            std::fs::write(path, PDF).unwrap();
            std::fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
        }
        std::fs::write(inbox.path().join(".sohoa-3"), PDF).unwrap();
        assert_eq!(sweep(&settings(inbox.path())).unwrap(), 2);
        assert_eq!(files(inbox.path()), [".sohoa-3", "H38.16-230706-0012", "a.pdf"]);
        assert_eq!(sweep(&Settings::default()).unwrap(), 0);
    }

    #[test]
    fn what_is_too_large_or_of_another_kind_leaves_nothing_behind() {
        let inbox = tempfile::tempdir().unwrap();
        let mut settings = settings(inbox.path());
        settings.limits.file_mib = 1;
        let large = vec![0; 1 << 20];
        assert_eq!(bring(&settings, &order("a.pdf"), &[PDF, &large]), Err(FailureCode::FileTooLarge));
        assert_eq!(bring(&settings, &order("a.pdf"), &[b"<html>"]), Err(FailureCode::FileUnknownType));
        assert_eq!(bring(&settings, &order("a.pdf"), &[]), Err(FailureCode::FileEmpty));
        assert_eq!(bring(&settings, &order("a.exe"), &[PDF]), Err(FailureCode::NameInvalid));
        settings.inbox.ignore.clear();
        assert_eq!(bring(&settings, &order("a.pdf"), &[PDF]), Err(FailureCode::SettingsInvalid));
        settings.console.upload_inbox.clear();
        assert_eq!(bring(&settings, &order("a.pdf"), &[PDF]), Err(FailureCode::InboxMissing));
        assert_eq!(files(inbox.path()), [""; 0]);
    }
}
