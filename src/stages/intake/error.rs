//! Why a file or a page of it can not be taken in.

use thiserror::Error;

use crate::model::failure::FailureCode;

/// A refusal, of a whole file or of one page.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IntakeError {
    /// There are no bytes.
    #[error("the file has 0 bytes")]
    FileEmpty,
    /// The content is none of the kinds that are taken in.
    #[error("the content is not PDF, TIFF, JPEG or PNG")]
    FileUnknownType,
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
    /// The file as a whole is broken.
    #[error("{0}")]
    FileDamaged(String),
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
    #[error("{bytes} bytes or more once decoded, over {limit_mib} MiB")]
    DecodedTooLarge {
        /// Bytes counted until counting stopped.
        bytes: u64,
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
    ImageUnsupported(String),
    /// One page is broken, or is not there.
    #[error("{0}")]
    PageDamaged(String),
}

impl IntakeError {
    /// The code under which staff see it.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::FileEmpty => FailureCode::FileEmpty,
            Self::FileUnknownType => FailureCode::FileUnknownType,
            Self::FileTooLarge { .. } => FailureCode::FileTooLarge,
            Self::PdfEncrypted => FailureCode::PdfEncrypted,
            Self::FileDamaged(_) => FailureCode::FileDamaged,
            Self::NoPages => FailureCode::NoPages,
            Self::TooManyPages { .. } => FailureCode::TooManyPages,
            Self::ImageTooLarge { .. } => FailureCode::ImageTooLarge,
            Self::DecodedTooLarge { .. } => FailureCode::DecodedTooLarge,
            Self::NestingTooDeep { .. } => FailureCode::NestingTooDeep,
            Self::TooManyObjects { .. } => FailureCode::TooManyObjects,
            Self::ImageUnsupported(_) => FailureCode::ImageUnsupported,
            Self::PageDamaged(_) => FailureCode::PageDamaged,
        }
    }

    /// Raises a fault of a page to one of its file: its only page, or a file that was cut short.
    pub(super) fn of_whole_file(self) -> Self {
        match self {
            Self::PageDamaged(cause) => Self::FileDamaged(cause),
            other => other,
        }
    }
}

/// A page fault in the words of whatever found it.
pub(super) fn damaged(cause: impl std::fmt::Display) -> IntakeError {
    IntakeError::PageDamaged(cause.to_string())
}

/// A kind of image that is not read.
pub(super) fn unsupported(cause: impl std::fmt::Display) -> IntakeError {
    IntakeError::ImageUnsupported(cause.to_string())
}
