//! The scan that a worker has open: one page after the other is asked of it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::model::failure::{Failure, FailureCode};
use crate::model::scan::MediaType;
use crate::repository::RepositoryError;
use crate::stages::intake::{self, IntakeError, IntakeLimits, OpenScan, SubstituteFonts};

/// Opens scans, and keeps the last one.
pub(super) struct OpenScans {
    limits: IntakeLimits,
    fonts_folder: PathBuf,
    last: Option<(PathBuf, OpenScan)>,
    /// Read when the first PDF is opened.
    fonts: Option<SubstituteFonts>,
}

impl OpenScans {
    /// None is open yet. `fonts_folder` holds fonts in the place of those that PDFs lack.
    pub(super) fn new(limits: IntakeLimits, fonts_folder: PathBuf) -> Self {
        Self { limits, fonts_folder, last: None, fonts: None }
    }

    /// The scan at `path`.
    ///
    /// # Errors
    /// Why it cannot be read or taken in.
    pub(super) fn open(&mut self, path: &Path) -> Result<&OpenScan, Failure> {
        let cached = self.last.as_ref().is_some_and(|(open, _)| open == path);
        if !cached {
            // The old scan goes before the new one comes: two large files need not fit.
            self.last = None;
            let mut bytes = Vec::new();
            File::open(path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(|error| RepositoryError::io(path, &error))?;
            let fonts = matches!(intake::sniff(&bytes), Ok(MediaType::Pdf)).then(|| self.fonts());
            let scan = OpenScan::open(bytes, &self.limits).map_err(|error| Failure::new(error.code()).because(error))?;
            let scan = scan.with_fonts(fonts.unwrap_or_default());
            self.last = Some((path.to_owned(), scan));
        }
        match &self.last {
            Some((_, scan)) => Ok(scan),
            None => Err(Failure::new(FailureCode::FileDamaged)),
        }
    }

    /// Takes something out of the scan at `path`, and lets go of the scan if a decoder panicked over it.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub(super) fn page<T>(&mut self, path: &Path, take: impl FnOnce(&OpenScan) -> Result<T, IntakeError>) -> Result<T, Failure> {
        let taken = take(self.open(path)?);
        if matches!(taken, Err(IntakeError::Panicked(_))) {
            self.close();
        }
        taken.map_err(|error| Failure::new(error.code()).because(error))
    }

    /// Lets go of the scan: a decoder that panicked may have left anything behind in it.
    pub(super) fn close(&mut self) {
        self.last = None;
    }

    fn fonts(&mut self) -> SubstituteFonts {
        let folder = &self.fonts_folder;
        self.fonts.get_or_insert_with(|| SubstituteFonts::new(|name| std::fs::read(folder.join(name)).ok())).clone()
    }
}
