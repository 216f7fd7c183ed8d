//! One file on its way through the workers.

use std::path::{Path, PathBuf};
use std::time::Instant;

use sohoa::model::failure::{Failure, FailureCode};
use sohoa::model::ids::{BlobId, PageId, Sha256};
use sohoa::pipeline::step::{PageToSeal, SealOrder};
use sohoa::pipeline::worker::WorkerPool;
use sohoa::stages::seal::DocumentMetadata;
use time::OffsetDateTime;

/// What became of a file.
pub struct Trial {
    pub file: PathBuf,
    /// Pages counted; 0 if it did not open.
    pub pages: u32,
    /// Wall time of all its work.
    pub seconds: f64,
    /// Why it was refused, if it was.
    pub failure: Option<Failure>,
}

impl Trial {
    pub fn is_crash(&self) -> bool {
        self.code() == Some(FailureCode::WorkerCrashed)
    }

    pub fn is_hang(&self) -> bool {
        self.code() == Some(FailureCode::PageDeadline)
    }

    /// Whether the program failed, and not the file.
    pub fn is_fault(&self) -> bool {
        let own = [FailureCode::SealFailed, FailureCode::SealUnproven, FailureCode::EngineFailed, FailureCode::EngineMissing];
        self.is_crash() || self.is_hang() || self.code().is_some_and(|code| own.contains(&code))
    }

    pub fn code(&self) -> Option<FailureCode> {
        self.failure.as_ref().map(|failure| failure.code)
    }
}

/// Opens `file`, reads its pages up to the first that is refused, and seals it to `output`.
pub fn run(pool: &WorkerPool, file: &Path, output: &Path) -> Trial {
    let start = Instant::now();
    let mut pages = 0;
    let outcome = pool.open(file.to_owned()).and_then(|(summary, _)| {
        pages = summary.pages;
        seal(pool, file, pages, output)
    });
    Trial { file: file.to_owned(), pages, seconds: start.elapsed().as_secs_f64(), failure: outcome.err() }
}

fn seal(pool: &WorkerPool, file: &Path, pages: u32, output: &Path) -> Result<(), Failure> {
    let scan = BlobId::of(file.as_os_str().as_encoded_bytes());
    let mut read = Vec::new();
    for ordinal in 0..pages {
        let page = pool.read(file.to_owned(), ordinal)?;
        let place = PageId { scan, ordinal };
        read.push(PageToSeal { scan: file.to_owned(), page: place, turn: page.turn, lines: page.lines });
    }
    let metadata = DocumentMetadata {
        title: String::new(),
        dossier_code: "BENCH-000001".parse().expect("a code"),
        file_name: "BENCH-000001.001.pdf".into(),
        scanned_at: OffsetDateTime::UNIX_EPOCH,
        source_sha256: Sha256::from_bytes([0; 32]),
        source_name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    pool.seal(SealOrder { pages: read, metadata, signature: None, output: output.to_owned() })?;
    Ok(())
}
