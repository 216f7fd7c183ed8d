//! Why a file or a page of it cannot be taken in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::failure::{Failure, FailureCode, Names};

/// A refusal, of a whole file or of one page.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum IntakeError {
    /// There are no bytes.
    #[error("the file has 0 bytes")]
    FileEmpty,
    /// The content is none of the kinds that are taken in.
    #[error("the content is not PDF, TIFF, JPEG or PNG")]
    FileUnknownType,
    /// An image of a kind that is not taken in, by its name.
    #[error("the content is {0}")]
    ForeignImage(&'static str),
    /// What an office program writes, by the name of its kind.
    #[error("the content is {0}")]
    OfficeDocument(&'static str),
    /// Files packed into one, by the name of their packer.
    #[error("the content is {0}")]
    Archive(&'static str),
    /// There are more bytes than allowed.
    #[error("{bytes} bytes, more than {limit_mib} MiB")]
    FileTooLarge {
        /// Size of the file.
        bytes: u64,
        /// The limit, in MiB.
        limit_mib: u64,
    },
    /// A PDF that does not open without a password.
    #[error("the PDF does not open without a password")]
    PdfEncrypted,
    /// Several PDFs stand one after the other in one file, and readers see the last one only.
    #[error("another PDF begins at byte {offset}")]
    SeveralPdfs {
        /// Where.
        offset: u64,
    },
    /// A PDF whose papers are files within it; its page says so only.
    #[error("a portfolio of {} files: {}", files.len(), files.join(", "))]
    PdfPortfolio {
        /// Their names.
        files: Vec<String>,
    },
    /// A form that is made while it is shown, by Adobe's programs only.
    #[error("a form of XFA, whose pages are not in the file")]
    PdfXfa,
    /// A filled field or a note of which the file does not say how it looks.
    #[error("{kind} without an appearance")]
    NoAppearance {
        /// Its kind.
        kind: String,
    },
    /// Letters of fonts that the file names and does not hold.
    #[error("fonts that are not in the file: {}", names.join(", "))]
    FontsMissing {
        /// Names of the fonts.
        names: Vec<String>,
    },
    /// The file as a whole is broken.
    #[error("{0}")]
    FileDamaged(ScanFault),
    /// The file is sound, but holds no page.
    #[error("the file holds no page")]
    NoPages,
    /// There are more pages than allowed.
    #[error("{pages} pages or more, over the limit of {limit}")]
    TooManyPages {
        /// Pages counted until counting stopped.
        pages: u64,
        /// The limit.
        limit: u32,
    },
    /// A page has more pixels than allowed.
    #[error("{width} × {height} pixels, more than limits.{setting} = {limit}")]
    ImageTooLarge {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
        /// Which limit.
        setting: &'static str,
        /// The limit, in the unit of its setting.
        limit: u32,
    },
    /// Compressed data unfold to more than allowed.
    #[error("{bytes} bytes or more once decoded, over limits.{setting} = {limit_mib} MiB")]
    DecodedTooLarge {
        /// Bytes counted until counting stopped.
        bytes: u64,
        /// Which limit.
        setting: &'static str,
        /// The limit, in MiB.
        limit_mib: u64,
    },
    /// Forms lie within forms, or filters over filters, deeper than allowed.
    #[error("deeper than {limit} levels")]
    NestingTooDeep {
        /// The limit.
        limit: u32,
    },
    /// A page draws more images and forms than allowed.
    #[error("more than {limit} objects are drawn")]
    TooManyObjects {
        /// The limit.
        limit: u32,
    },
    /// A compression or colour type that is not read.
    #[error("{0}")]
    ImageUnsupported(ScanFault),
    /// One page is broken, or is not there.
    #[error("{0}")]
    PageDamaged(ScanFault),
    /// A decoder met something that nobody had thought of and gave up in the middle. What it was
    /// working on is not to be used again.
    #[error("a decoder panicked: {0}")]
    Panicked(String),
}

impl IntakeError {
    /// The code under which staff see it.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::FileEmpty => FailureCode::FileEmpty,
            Self::FileUnknownType => FailureCode::FileUnknownType,
            Self::ForeignImage(_) => FailureCode::FileForeignImage,
            Self::OfficeDocument(_) => FailureCode::FileOfficeDocument,
            Self::Archive(_) => FailureCode::FileArchive,
            Self::FileTooLarge { .. } => FailureCode::FileTooLarge,
            Self::PdfEncrypted => FailureCode::PdfEncrypted,
            Self::SeveralPdfs { .. } => FailureCode::PdfSeveral,
            Self::PdfPortfolio { .. } => FailureCode::PdfPortfolio,
            Self::PdfXfa => FailureCode::PdfXfa,
            Self::NoAppearance { .. } => FailureCode::PdfNoAppearance,
            Self::FontsMissing { .. } => FailureCode::PdfFontsMissing,
            Self::FileDamaged(_) => FailureCode::FileDamaged,
            Self::NoPages => FailureCode::NoPages,
            Self::TooManyPages { .. } => FailureCode::TooManyPages,
            Self::ImageTooLarge { .. } => FailureCode::ImageTooLarge,
            Self::DecodedTooLarge { .. } => FailureCode::DecodedTooLarge,
            Self::NestingTooDeep { .. } => FailureCode::NestingTooDeep,
            Self::TooManyObjects { .. } => FailureCode::TooManyObjects,
            Self::ImageUnsupported(_) => FailureCode::ImageUnsupported,
            Self::PageDamaged(_) | Self::Panicked(_) => FailureCode::PageDamaged,
        }
    }

    /// Why, as far as the code does not say it.
    pub fn cause(self) -> Option<ScanFault> {
        Some(match self {
            Self::FileEmpty | Self::FileUnknownType | Self::PdfEncrypted | Self::PdfXfa | Self::NoPages => return None,
            Self::ForeignImage(kind) | Self::OfficeDocument(kind) | Self::Archive(kind) => {
                ScanFault::Content { kind: kind.to_owned() }
            }
            Self::FileTooLarge { bytes, limit_mib } => ScanFault::TooManyBytes { bytes, limit_mib },
            Self::SeveralPdfs { offset } => ScanFault::AnotherPdf { offset },
            Self::PdfPortfolio { files } => ScanFault::Portfolio { files: Names(files) },
            Self::NoAppearance { kind } => ScanFault::NoAppearance { kind },
            Self::FontsMissing { names } => ScanFault::FontsMissing { names: Names(names) },
            Self::TooManyPages { pages, limit } => ScanFault::PagesOverLimit { pages, limit },
            Self::ImageTooLarge { width, height, setting, limit } => {
                ScanFault::PixelsOverLimit { width, height, setting: setting.to_owned(), limit }
            }
            Self::DecodedTooLarge { bytes, setting, limit_mib } => {
                ScanFault::BytesOverLimit { bytes, setting: setting.to_owned(), limit_mib }
            }
            Self::NestingTooDeep { limit } => ScanFault::DeeperThan { limit },
            Self::TooManyObjects { limit } => ScanFault::ObjectsOverLimit { limit },
            Self::Panicked(said) => ScanFault::DecoderPanicked { said },
            Self::FileDamaged(fault) | Self::PageDamaged(fault) | Self::ImageUnsupported(fault) => fault,
        })
    }

    /// Raises a fault of a page to one of its file: its only page, or a file that was cut short.
    pub(super) fn of_whole_file(self) -> Self {
        match self {
            Self::PageDamaged(cause) => Self::FileDamaged(cause),
            Self::Panicked(said) => Self::FileDamaged(ScanFault::DecoderPanicked { said }),
            other => other,
        }
    }
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Self {
        let failure = Self::new(error.code());
        match error.cause() {
            Some(fault) => failure.because(fault),
            None => failure,
        }
    }
}

/// Runs `work`, of which a decoder of other hands is a part, and turns its panic into a refusal: one
/// broken page is no reason to lose the worker and to try the page again in another.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, IntakeError>) -> Result<T, IntakeError> {
    // What `work` borrowed may be half changed; the error tells the caller to let go of it.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(IntakeError::Panicked(text.unwrap_or_default().to_owned()))
    })
}

/// A fault of one page.
pub(super) fn damaged(fault: ScanFault) -> IntakeError {
    IntakeError::PageDamaged(fault)
}

/// A kind of image that is not read.
pub(super) fn unsupported(fault: ScanFault) -> IntakeError {
    IntakeError::ImageUnsupported(fault)
}

/// What a decoder of other hands said.
pub(super) fn decoder(format: ScanFormat, said: impl std::fmt::Display) -> IntakeError {
    IntakeError::PageDamaged(ScanFault::Decoder { format, said: said.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_refusal_with_its_own_words() {
        let empty: [u8; 0] = [];
        let outcome = guarded(|| Ok(empty.iter().copied().reduce(u8::max).expect("a sample")));
        let error = outcome.unwrap_err();
        assert_eq!(error, IntakeError::Panicked("a sample".into()));
        assert_eq!(error.code(), FailureCode::PageDamaged);
        assert_eq!(error.of_whole_file().code(), FailureCode::FileDamaged);
        let width = std::hint::black_box(0_u32);
        assert!(matches!(guarded(|| Ok(80 / width)), Err(IntakeError::Panicked(cause)) if cause.contains("divide by zero")));
    }
}
