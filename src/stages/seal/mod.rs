//! Sealing: one searchable PDF/A-2u made of page images and the text read on them.
//!
//! ```text
//! SealPage ─ image ───────► page_image: byte for byte ┐
//!          ─ placed ─ text_layer ► invisible words over the ink ├─ writer ─► bytes + PageProof per page
//! DocumentMetadata ─ xmp ─► metadata packet              ┘                        │
//!          font, icc: the two resources PDF/A asks for                            │
//!                                        read_back (a parser of other hands) ◄────┘
//! SignatureOrder ─ signature, mark, letters ► room for a signature behind all of it
//! sealed file ─ pieces ─► some of its pages as a PDF/A-2u of their own
//! ```
//!
//! The output depends on the input alone: its dates are the scan's, its file identifier is a hash
//! of its content, so sealing the same document again gives the same bytes.
//!
//! | ISO 19005-2 | what it asks | where it is met |
//! |---|---|---|
//! | 6.1.2, 6.1.3 | binary header, file identifier | `writer` |
//! | 6.1.13 | page sides of 3 to 14,400 units | `plane::PagePlane` |
//! | 6.2.3, 6.2.4.3 | an output intent for device colours | `icc`, `writer` |
//! | 6.2.8.3 | JPEG 2000: channels, depth, colour boxes | `headers` |
//! | 6.2.11 | embedded font, consistent widths, Unicode for every code | `font` |
//! | 6.3.2, 6.3.3, 6.4.1 | a field that prints, with an appearance of its own | `signature`, `mark` |
//! | 6.6.2, 6.6.4 | XMP with schema descriptions, version identification | `xmp` |

mod deflate;
mod em;
mod error;
mod font;
mod font_file;
mod headers;
mod icc;
mod letters;
mod mark;
mod page_image;
mod pieces;
mod placed;
mod plane;
mod read_back;
#[cfg(test)]
mod samples;
mod signature;
mod spread;
mod text_layer;
mod writer;
mod xmp;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::DossierCode;
use crate::model::geometry::Turn;
use crate::model::ids::{BlobId, Sha256};
use crate::model::raster::{EncodedImage, PageGeometry};
use crate::model::signature::SignatureSlot;
use crate::model::text::Line;

pub use error::{ReadBackError, SealError};
pub use mark::{Corner, Mark};
pub use pieces::{PieceError, piece, pieces};
pub use read_back::{page_count, read_back};
pub use signature::SignatureOrder;
pub use writer::{seal, seal_for};
pub use xmp::scanned_at;

/// Says how sealed files describe themselves. Every field is part of the output's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SealSettings {
    /// Language of the documents, as a BCP 47 tag (`/Lang`, `dc:language`).
    pub language: String,
    /// The agency that digitised the papers (`dc:publisher`); left out if empty.
    pub agency: String,
    /// Effort of compressing text and metadata, from 0 (none) to 9 (smallest). Images stay as they
    /// are; from 1 on, a JPEG is put into a layer of Flate where that makes it smaller.
    pub compression: u8,
}

impl Default for SealSettings {
    fn default() -> Self {
        Self { language: "vi-VN".to_owned(), agency: String::new(), compression: 6 }
    }
}

impl SealSettings {
    /// Whether `language` has the form of a BCP 47 tag: parts of one to eight letters and digits,
    /// joined by hyphens, the first beginning with a letter.
    pub fn has_language_tag(&self) -> bool {
        let tag = self.language.as_bytes();
        let fits = |part: &[u8]| (1..=8).contains(&part.len()) && part.iter().all(u8::is_ascii_alphanumeric);
        tag.split(|byte| *byte == b'-').all(fits) && tag.first().is_some_and(u8::is_ascii_alphabetic)
    }
}

/// One page to seal.
#[derive(Debug, Clone, PartialEq)]
pub struct SealPage {
    /// The image, embedded as it is.
    pub image: EncodedImage,
    /// Gives the pixels per inch, and thus the page's size. Its own turn is not looked at.
    pub geometry: PageGeometry,
    /// The turn that shows the stored image upright, all turns taken together.
    pub turn: Turn,
    /// Lines in reading order; places are pixels of the stored image.
    pub lines: Vec<Line>,
}

/// What the sealed file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMetadata {
    /// The document's title, as people call it. The file name stands in for an empty one.
    pub title: String,
    /// The dossier it belongs to.
    pub dossier_code: DossierCode,
    /// The name the sealed file will have, such as `CODE.001.pdf`.
    pub file_name: String,
    /// When it was scanned: the file's dates.
    #[serde(with = "time::serde::rfc3339")]
    pub scanned_at: OffsetDateTime,
    /// SHA-256 of the scan.
    pub source_sha256: Sha256,
    /// The scan's name in the inbox.
    pub source_name: String,
}

/// What [`read_back`] must find again on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageProof {
    /// BLAKE3 of the image's bytes, without a layer that the file puts round them.
    pub image: BlobId,
    /// BLAKE3 of the JBIG2 segments that lie outside the image, if it has some.
    pub image_globals: Option<BlobId>,
    /// The turn of the page.
    pub turn: Turn,
    /// The words in reading order, parted by single spaces.
    pub text: String,
}

/// A sealed file and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDocument {
    /// The whole PDF/A-2u file.
    pub bytes: Vec<u8>,
    /// One proof a page, in order.
    pub proofs: Vec<PageProof>,
    /// Where a signature belongs, if there is room for one.
    pub slot: Option<SignatureSlot>,
}
