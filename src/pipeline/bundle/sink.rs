//! Where a bag is written to: a folder, or a ZIP file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256 as Hasher, Sha512 as LongHasher};
use tempfile::NamedTempFile;
use time::OffsetDateTime;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::new_file;
use super::plan::Item;
use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::pipeline::hand_out::unwritable;
use crate::repository::sync_dir;

/// ZIP files cannot hold larger ones in the old form.
const OLD_ZIP_UP_TO: u64 = u32::MAX as u64;

/// Hashes of a file in a bag.
#[derive(Debug, Clone)]
pub(super) struct Hashes {
    pub sha256: Sha256,
    /// In hexadecimal digits.
    pub sha512: String,
}

impl Hashes {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut hashing = Hashing::new(io::sink());
        let _ = hashing.write_all(bytes);
        hashing.finish()
    }
}

/// Fills a file, which is given.
type Fill<'a> = dyn FnMut(&mut dyn Write) -> Result<(), Failure> + 'a;

/// Takes the files of a bag one after the other.
pub(super) trait Sink {
    /// The hashes of a file that lies there whole already.
    fn hashes_there(&self, path: &str, item: &Item) -> Option<Hashes>;

    /// Takes a file and tells the hashes of what was written.
    fn file(&mut self, path: &str, bytes: u64, fill: &mut Fill<'_>) -> Result<Hashes, Failure>;
}

/// A folder.
pub(super) struct FolderSink {
    folder: PathBuf,
}

impl FolderSink {
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// One that is only looked at.
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn finish(self) {
        let _ = sync_dir(&self.folder);
    }
}

impl Sink for FolderSink {
    fn hashes_there(&self, path: &str, item: &Item) -> Option<Hashes> {
        let path = self.folder.join(path);
        if fs::symlink_metadata(&path).ok()?.len() != item.bytes {
            return None;
        }
        let mut hashing = Hashing::new(io::sink());
        io::copy(&mut File::open(path).ok()?.take(item.bytes), &mut hashing).ok()?;
        Some(hashing.finish()).filter(|hashes| hashes.sha256 == item.sha256)
    }

    fn file(&mut self, path: &str, _: u64, fill: &mut Fill<'_>) -> Result<Hashes, Failure> {
        let path = self.folder.join(path);
        let failed = |error: io::Error| unwritable(&path, &error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut hashing = Hashing::new(BufWriter::new(new_file(&path).map_err(failed)?));
        fill(&mut hashing)?;
        hashing.flush().map_err(failed)?;
        hashing.to.get_ref().sync_all().map_err(failed)?;
        if let Some(folder) = path.parent() {
            let _ = sync_dir(folder);
        }
        Ok(hashing.finish())
    }
}

/// A ZIP file with one folder at its top, as BagIt wants it. Scans and PDFs are packed already, so nothing is
/// packed again.
pub(super) struct ZipSink {
    zip: ZipWriter<BufWriter<NamedTempFile>>,
    top: String,
    /// All files bear one time, so that the same bundle has the same bytes.
    time: DateTime,
}

impl ZipSink {
    pub(super) fn new(file: BufWriter<NamedTempFile>, top: &str, at: OffsetDateTime) -> Self {
        let year = u16::try_from(at.year()).unwrap_or(1980);
        let time = DateTime::from_date_and_time(year, at.month().into(), at.day(), at.hour(), at.minute(), at.second());
        Self { zip: ZipWriter::new(file), top: top.to_owned(), time: time.unwrap_or_default() }
    }

    pub(super) fn finish(self) -> io::Result<NamedTempFile> {
        self.zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Sink for ZipSink {
    fn hashes_there(&self, _: &str, _: &Item) -> Option<Hashes> {
        None
    }

    fn file(&mut self, path: &str, bytes: u64, fill: &mut Fill<'_>) -> Result<Hashes, Failure> {
        let failed = |error: io::Error| unwritable(Path::new(path), &error);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(self.time)
            .unix_permissions(0o644)
            .large_file(bytes >= OLD_ZIP_UP_TO);
        self.zip.start_file(format!("{}/{path}", self.top), options).map_err(|error| failed(error.into()))?;
        let mut hashing = Hashing::new(&mut self.zip);
        fill(&mut hashing)?;
        Ok(hashing.finish())
    }
}

/// Hashes what is written.
struct Hashing<W> {
    to: W,
    sha256: Hasher,
    sha512: LongHasher,
}

impl<W> Hashing<W> {
    fn new(to: W) -> Self {
        Self { to, sha256: Hasher::new(), sha512: LongHasher::new() }
    }

    fn finish(self) -> Hashes {
        let sha512 = self.sha512.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Hashes { sha256: Sha256::from_bytes(self.sha256.finalize().into()), sha512 }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        let taken = bytes.get(..written).unwrap_or_default();
        self.sha256.update(taken);
        self.sha512.update(taken);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
