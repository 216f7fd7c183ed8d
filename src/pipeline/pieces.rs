//! Sealed files in pieces of consecutive pages, for those who take no file as large (ADR 38).
//!
//! Pieces are kept nowhere: they are made of the sealed file whenever they are wanted, and are the same each time.

use super::hand_out::proven_copy;
use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::model::piece::{PageRange, Piece};
use crate::model::record::StoredFile;
use crate::repository::Repository;
use crate::stages::seal;
use sha2::{Digest, Sha256 as Hasher};

/// The pieces of at most `most` bytes that `file` is given in.
///
/// # Errors
/// [`PageOverLimit`](crate::model::failure::FailureCode::PageOverLimit) if a page alone is larger; or the file is not
/// what was sealed.
pub(crate) fn of(repository: &Repository, file: &StoredFile, most: u64) -> Result<Vec<Piece>, Failure> {
    let sealed = read(repository, file)?;
    let mut pieces = Vec::new();
    let made = seal::pieces(&sealed, file.sha256, most, &mut |pages, bytes| {
        let sha256 = Sha256::from_bytes(Hasher::digest(&bytes).into());
        pieces.push(Piece { pages, name: pages.name_in(&file.name), bytes: bytes.len() as u64, sha256 });
    });
    made.map_err(|error| Failure::from(error).at_file(&file.name))?;
    Ok(pieces)
}

/// The bytes of one of them.
///
/// # Errors
/// The file is not what was sealed, or has no such pages.
pub(crate) fn bytes_of(repository: &Repository, file: &StoredFile, pages: PageRange) -> Result<Vec<u8>, Failure> {
    let sealed = read(repository, file)?;
    seal::piece(&sealed, file.sha256, pages).map_err(|error| Failure::from(error).at_file(&file.name))
}

fn read(repository: &Repository, file: &StoredFile) -> Result<Vec<u8>, Failure> {
    let mut sealed = Vec::new();
    proven_copy(repository, file, &mut sealed)?;
    Ok(sealed)
}
