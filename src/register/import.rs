//! Importing a file into the register: all rows that can be read or none, and each one that cannot told.
//!
//! The file is read once, and what it says is laid down row by row in a file of our own; only then are the
//! rows put into the catalog, in one transaction. So a file of any size takes little memory, and others can
//! write while it is understood.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use serde::Serialize;
use time::OffsetDateTime;

use super::bad::BadRow;
use super::config::RegisterConfig;
use super::gathering::{Gathered, Gathering, Stopped, key_of};
use super::order::ImportOrder;
use crate::model::failure::cause::{Names, RegisterFault};
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::ids::Sha256;
use crate::model::register::{ImportCounts, RegisterList, RegisterRow};
use crate::repository::{RegisterImport, Repository, RepositoryError, sha256_of};
use crate::settings::Settings;
use crate::stages::table::read::{MAX_CELL_MIB, ReadError, ReadFormat, read_rows};

/// The largest file that is looked at.
const MAX_MIB: u64 = 1024;
/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Imported {
    /// The name of the file.
    pub file: String,
    /// The list that its rows belong to.
    pub list: RegisterList,
    /// The layout that it was understood by.
    pub layout: String,
    /// Rows below the titles.
    pub rows: u64,
    /// What was put into the list.
    #[serde(flatten)]
    pub counts: ImportCounts,
    /// Rows that say what a row before them says.
    pub repeated: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Which, and why; of very many the first.
    pub bad_rows: Vec<BadRow>,
    /// Columns that nothing is known by.
    pub ignored_columns: Vec<String>,
}

/// Whether there is a file that could be imported.
///
/// # Errors
/// [`FailureCode::RegisterUnreadable`] if it does not open.
pub(crate) fn expect_file(path: &Path) -> Result<(), Failure> {
    let unreadable = |error| Failure::new(FailureCode::RegisterUnreadable).at_file(path.display()).because(error);
    File::open(path).map(drop).map_err(unreadable)
}

/// Imports a file.
///
/// # Errors
/// [`FailureCode::RegisterUnreadable`] where the file is no table of a layout that is known, and then nothing is
/// written; what the settings or the repository say.
pub(crate) fn import(
    repository: &Repository,
    settings: &Settings,
    order: &ImportOrder,
    at: OffsetDateTime,
) -> Result<Imported, Failure> {
    let path = &order.file;
    let unreadable = |cause: Cause| Failure::new(FailureCode::RegisterUnreadable).at_file(path.display()).because(cause);
    let config = RegisterConfig::load(settings)?;
    if let Some(name) = &order.layout
        && !config.layouts.iter().any(|layout| layout.name == *name)
    {
        let known = Names::of(config.layouts.iter().map(|layout| &layout.name));
        return Err(unreadable(RegisterFault::LayoutNotThere { layout: name.clone(), known }.into()));
    }
    let (mut file, sha256) = opened(path).map_err(unreadable)?;
    let format = format_of(&mut file).map_err(unreadable)?;
    let failed = |error: io::Error| Failure::from(RepositoryError::io(repository.root(), &error));
    let mut spool = tempfile::tempfile_in(repository.scratch_dir()?).map_err(failed)?;
    let offset = settings.general.local(at).offset();
    let mut gathering = Gathering::new(&config, order, format, offset, &spool);
    let read = read_rows(file, format, order.sheet.as_deref(), &mut |row| gathering.see(row));
    read.map_err(|error| {
        unreadable(match error {
            ReadError::Unreadable(said) => RegisterFault::NotATable { said }.into(),
            ReadError::QuoteOpen => RegisterFault::QuoteOpen { mib: MAX_CELL_MIB as u64 }.into(),
            ReadError::NoSuchSheet(sheets) => RegisterFault::SheetNotThere { sheets: Names(sheets) }.into(),
        })
    })?;
    let gathered = gathering.finish().map_err(|stopped| match stopped {
        Stopped::Spool(error) => failed(error),
        Stopped::Layout(fault) => unreadable(fault.into()),
    })?;
    spool.rewind().map_err(failed)?;
    let Gathered { list, layout, told, ignored, rows, repeated, refused, mut bad } = gathered;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let import = RegisterImport { list, told: Some(&told), file: &name, sha256, at };
    let mut lines = BufReader::new(spool).lines();
    let mut next = std::iter::from_fn(|| {
        loop {
            let line = match lines.next()? {
                Ok(line) => line,
                Err(error) => return Some(Err(RepositoryError::io(repository.root(), &error))),
            };
            let (number, content) = line.split_once(' ').unwrap_or_default();
            let row = match RegisterRow::read(list, content) {
                Ok(row) => row,
                Err(error) => {
                    let place = repository.root().display().to_string();
                    return Some(Err(RepositoryError::Damaged { place, cause: Cause::said(error) }));
                }
            };
            match refused.get(&key_of(&row.key())) {
                Some(line) => bad.add(number.parse().unwrap_or(0), None, RegisterFault::OtherLineRefused { line: *line }),
                None => return Some(Ok(row)),
            }
        }
    });
    let counts = repository.catalog.import_register(&import, &mut next)?;
    let (refused, bad_rows) = bad.finish();
    Ok(Imported { file: name, list, layout, rows, counts, repeated, refused, bad_rows, ignored_columns: ignored })
}

/// The file at its start, and the hash of what is in it.
fn opened(path: &Path) -> Result<(File, Sha256), Cause> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() > MAX_MIB << 20 {
        return Err(RegisterFault::FileTooLarge { mib: MAX_MIB }.into());
    }
    let (sha256, _) = sha256_of(&file)?;
    file.rewind()?;
    Ok((file, sha256))
}

/// What the first bytes say that the file is.
fn format_of(file: &mut File) -> Result<ReadFormat, Cause> {
    let mut head = Vec::new();
    file.take(512).read_to_end(&mut head).and_then(|_| file.rewind())?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    if head.starts_with(b"PK\x03\x04") {
        return Ok(ReadFormat::Xlsx);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(RegisterFault::OldWorkbook.into());
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(RegisterFault::FileNotUtf8.into());
    }
    Ok(if text.starts_with(b"{") { ReadFormat::JsonLines } else { ReadFormat::Csv })
}
