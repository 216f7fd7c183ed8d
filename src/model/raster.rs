//! Page images, decoded and encoded.

use super::geometry::{Resolution, Turn};

/// How many samples a pixel has in a [`Raster`], 8 bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// One: 0 is black, 255 white.
    Gray,
    /// Three: red, green, blue.
    Rgb,
}

impl Channels {
    /// Bytes a pixel.
    pub const fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
        }
    }
}

/// Decoded pixels, row after row from the top without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    channels: Channels,
    samples: Vec<u8>,
}

impl Raster {
    /// Takes `samples` of `width` × `height` pixels; `None` if their number does not fit or a
    /// side is zero.
    pub fn new(width: u32, height: u32, channels: Channels, samples: Vec<u8>) -> Option<Self> {
        let expected = (width as usize).checked_mul(height as usize)?.checked_mul(channels.count())?;
        (expected > 0 && samples.len() == expected).then_some(Self { width, height, channels, samples })
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Samples a pixel.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// All samples, row after row.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// Gives the samples away.
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }
}

/// The colours of an [`EncodedImage`], as far as a PDF must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColourModel {
    /// One bit a pixel.
    Bilevel,
    /// Eight-bit grey.
    Gray,
    /// Eight-bit red, green, blue.
    Rgb,
}

/// The compression of an [`EncodedImage`], each one a filter that PDF/A-2 allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoding {
    /// A whole JPEG file (`DCTDecode`).
    Jpeg,
    /// CCITT Group 4 (`CCITTFaxDecode`, K = −1).
    CcittG4 {
        /// Whether a 1 bit is black (PDF's `BlackIs1`).
        black_is_1: bool,
        /// Whether each row starts on a byte (PDF's `EncodedByteAlign`).
        byte_aligned: bool,
    },
    /// JBIG2 as PDF embeds it (`JBIG2Decode`), with the segments shared between pages.
    Jbig2 {
        /// The `JBIG2Globals` stream, if the image has one.
        globals: Option<Vec<u8>>,
    },
    /// A whole JPEG 2000 file (`JPXDecode`).
    Jpeg2000,
    /// zlib-compressed samples, row after row, most significant bit first, without predictor
    /// (`FlateDecode`).
    Flate,
}

/// A page image as it will lie in the sealed file: the very bytes of the scan where PDF can hold
/// them, a lossless copy where it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedImage {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Colours.
    pub colour: ColourModel,
    /// Whether the samples are the wrong way round (PDF's `Decode [1 0 …]`).
    pub inverted: bool,
    /// Compression of `bytes`.
    pub encoding: Encoding,
    /// The compressed image.
    pub bytes: Vec<u8>,
}

/// What is known of a page before its pixels are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageGeometry {
    /// Pixels per inch; a stated or, where the file does not say, an assumed one.
    pub resolution: Resolution,
    /// The turn that the file itself asks for (`/Rotate`, EXIF).
    pub turn: Turn,
}
