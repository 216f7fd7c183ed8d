//! What can go wrong when a document is sealed or read back.

use thiserror::Error;

use crate::model::failure::cause::{SealFault, SettingFault};
use crate::model::failure::{Cause, Failure, FailureCode, Place};

/// Says why a document could not be sealed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SealError {
    /// A PDF has at least one page.
    #[error("the document has no pages")]
    NoPages,
    /// The page's size on paper is not between 3 and 14,400 points.
    #[error("page {page} would measure {width} × {height} points; PDF/A allows 3 to 14400")]
    PageSize {
        /// Counted from 1.
        page: usize,
        /// Points across, rounded.
        width: i64,
        /// Points down, rounded.
        height: i64,
    },
    /// The image's bytes are not what PDF/A-2 can hold, or not what the page says they are.
    #[error("the image of page {page} cannot be embedded: {reason}")]
    Image {
        /// Counted from 1.
        page: usize,
        /// What is wrong with it.
        reason: ImageFault,
    },
    /// More pages or bytes than a PDF/A can number.
    #[error("the document is too large for one PDF/A file")]
    TooLarge,
    /// A font has 65,535 codes.
    #[error("the document has more than 65,534 different characters")]
    TooManyCharacters,
    /// The setting is not a language tag.
    #[error("'{0}' is not a BCP 47 language tag")]
    Language(String),
    /// A date that XMP cannot write.
    #[error("the scanning date lies outside the years 0 to 9999")]
    Date,
    /// The built-in font of marks cannot be read.
    #[error("the built-in font cannot be read: {0}")]
    Font(String),
}

impl SealError {
    /// The failure this is to staff.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::NoPages => FailureCode::NoPages,
            Self::Image { .. } => FailureCode::ImageUnsupported,
            Self::Language(_) => FailureCode::SettingsInvalid,
            Self::PageSize { .. } | Self::TooLarge | Self::TooManyCharacters | Self::Date | Self::Font(_) => {
                FailureCode::SealFailed
            }
        }
    }

    /// Why, by its code.
    pub fn cause(&self) -> Cause {
        let fault = match self {
            Self::Language(tag) => return SettingFault::NotALanguageTag { tag: tag.clone() }.into(),
            Self::NoPages => SealFault::NoPagesToSeal,
            Self::PageSize { page, width, height } => SealFault::PageSize { page: *page as u64, width: *width, height: *height },
            Self::Image { page, reason } => {
                let page = *page as u64;
                match reason {
                    ImageFault::Size => SealFault::ImageSize { page },
                    ImageFault::Colour => SealFault::ImageColour { page },
                    ImageFault::Header => SealFault::ImageHeader { page },
                    ImageFault::Mismatch => SealFault::ImageMismatch { page },
                    ImageFault::Form => SealFault::ImageForm { page },
                }
            }
            Self::TooLarge => SealFault::TooLarge,
            Self::TooManyCharacters => SealFault::TooManyCharacters,
            Self::Date => SealFault::ScanDate,
            Self::Font(said) => SealFault::SheetFont { said: said.clone() },
        };
        fault.into()
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        let failure = Self::new(error.code());
        let failure = if matches!(error, SealError::Language(_)) { failure.at(Place::setting("seal.language")) } else { failure };
        failure.because(error.cause())
    }
}

/// What is wrong with an image.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
pub enum ImageFault {
    /// No pixels, no bytes, or more of them than PDF can number.
    #[error("its size is zero or too large")]
    Size,
    /// The compression cannot hold these colours.
    #[error("its compression does not go with its colours")]
    Colour,
    /// The image's own header is missing or cut short.
    #[error("its header is damaged")]
    Header,
    /// The image's own header contradicts the page.
    #[error("its header gives another size, depth or number of colours")]
    Mismatch,
    /// A form of JPEG or JPEG 2000 that PDF/A-2 does not allow, or readers do not read.
    #[error("it is of a form that PDF/A-2 does not allow")]
    Form,
}

/// Says why a sealed file is not what was sealed.
#[derive(Debug, Error)]
pub enum ReadBackError {
    /// The second parser could not read it.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// Pages are missing, or there are too many.
    #[error("the file has {found} pages in place of {expected}")]
    Pages {
        /// Pages sealed.
        expected: usize,
        /// Pages found.
        found: usize,
    },
    /// A page does not hold one image with the bytes that were sealed.
    #[error("page {page} does not hold the image that was sealed")]
    Image {
        /// Counted from 1.
        page: usize,
    },
    /// A page is turned otherwise.
    #[error("page {page} is not turned as it was sealed")]
    Turn {
        /// Counted from 1.
        page: usize,
    },
    /// A page's text is another one.
    #[error("page {page} does not hold the text that was sealed")]
    Text {
        /// Counted from 1.
        page: usize,
    },
}

impl ReadBackError {
    /// The failure this is to staff.
    pub fn code(&self) -> FailureCode {
        FailureCode::SealUnproven
    }

    /// Why, by its code.
    pub fn cause(&self) -> SealFault {
        match self {
            Self::Unreadable(said) => SealFault::NotReadBack { said: said.clone() },
            Self::Pages { expected, found } => SealFault::PageCountDiffers { expected: *expected as u64, found: *found as u64 },
            Self::Image { page } => SealFault::OtherImage { page: *page as u64 },
            Self::Turn { page } => SealFault::OtherTurn { page: *page as u64 },
            Self::Text { page } => SealFault::OtherText { page: *page as u64 },
        }
    }
}

impl From<ReadBackError> for Failure {
    fn from(error: ReadBackError) -> Self {
        Self::new(error.code()).because(error.cause())
    }
}
