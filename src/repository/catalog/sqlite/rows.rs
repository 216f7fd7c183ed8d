//! Between values of the model and columns.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::{Row, RowIndex, ffi};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::repository::error::RepositoryError;

/// The largest content that is unpacked. A page of noise has some 4,000 words and takes 1 MiB.
const MAX_UNPACKED: u64 = 256 << 20;

impl From<rusqlite::Error> for RepositoryError {
    /// Leaves the place empty: the catalog fills in its own path.
    fn from(error: rusqlite::Error) -> Self {
        let (place, cause) = (String::new(), error.to_string());
        let Some(code) = error.sqlite_error() else {
            return match error {
                // A column does not hold what we ever write into it.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..) => Self::Damaged { place, cause },
                _ => Self::Storage { place, cause },
            };
        };
        match code.code {
            ffi::ErrorCode::DiskFull => Self::DiskFull { place, cause },
            // Another process did not let go of the file for all the time that was waited.
            ffi::ErrorCode::DatabaseBusy => Self::Conflict { place, cause },
            ffi::ErrorCode::DatabaseCorrupt | ffi::ErrorCode::NotADatabase => Self::Damaged { place, cause },
            // SQLite has a code of its own only for ENOSPC: a used-up quota and a limit on the
            // file's size come as a failed write. So does a dying disk, which `cause` and the
            // system's log then tell.
            _ if matches!(code.extended_code, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::DiskFull { place, cause }
            }
            _ => Self::Storage { place, cause },
        }
    }
}

/// For a column whose content does not make sense.
pub(super) fn corrupt(cause: impl ToString) -> RepositoryError {
    RepositoryError::Damaged { place: String::new(), cause: cause.to_string() }
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, RepositoryError> {
    serde_json::to_string(value).map_err(|e| RepositoryError::Storage { place: String::new(), cause: e.to_string() })
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, RepositoryError> {
    serde_json::from_str(text).map_err(corrupt)
}

/// Reads the name of a variant as the model writes it in JSON.
pub(super) fn from_name<T: DeserializeOwned>(name: String) -> Result<T, RepositoryError> {
    serde_json::from_value(serde_json::Value::String(name)).map_err(corrupt)
}

pub(super) fn to_time(time: OffsetDateTime) -> Result<String, RepositoryError> {
    time.to_offset(UtcOffset::UTC)
        .format(&Rfc3339)
        .map_err(|e| RepositoryError::Storage { place: String::new(), cause: e.to_string() })
}

pub(super) fn from_time(text: &str) -> Result<OffsetDateTime, RepositoryError> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(corrupt)
}

/// Reads a count; a negative one is none of ours.
pub(super) fn count(row: &Row<'_>, column: impl RowIndex + std::fmt::Display) -> Result<u64, RepositoryError> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| corrupt(format!("column {column} holds {value}")))
}

/// SQLite counts in signed 64 bits.
pub(super) fn to_count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn pack(content: &[u8]) -> Result<Vec<u8>, RepositoryError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|e| RepositoryError::Storage { place: String::new(), cause: e.to_string() })
}

pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, RepositoryError> {
    let mut content = Vec::new();
    // One byte more tells what is too large from what is just as large.
    DeflateDecoder::new(packed).take(MAX_UNPACKED + 1).read_to_end(&mut content).map_err(corrupt)?;
    if content.len() as u64 > MAX_UNPACKED {
        return Err(corrupt(format!("it unpacks to more than {MAX_UNPACKED} bytes")));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureCode;

    #[test]
    fn errors_of_sqlite_get_the_code_that_tells_what_to_do() {
        for (code, expected) in [
            (ffi::SQLITE_FULL, FailureCode::DiskFull),
            (ffi::SQLITE_IOERR_WRITE, FailureCode::DiskFull),
            (ffi::SQLITE_CORRUPT, FailureCode::RepositoryDamaged),
            (ffi::SQLITE_NOTADB, FailureCode::RepositoryDamaged),
            (ffi::SQLITE_IOERR_READ, FailureCode::StorageFailed),
            (ffi::SQLITE_BUSY, FailureCode::Conflict),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(RepositoryError::from(error).code(), expected, "{code}");
        }
    }

    #[test]
    fn what_is_packed_comes_back_and_damage_is_told() {
        let text = "quyết định ".repeat(1000);
        let packed = pack(text.as_bytes()).unwrap();
        assert!(packed.len() < text.len() / 10);
        assert_eq!(unpack(&packed).unwrap(), text.as_bytes());
        assert_eq!(unpack(&[0xff; 9]).unwrap_err().code(), FailureCode::RepositoryDamaged);
    }
}
