//! What of a bundle is in pieces, for its receiver: `data/pieces.json`.

use serde::Serialize;

use crate::model::ids::Sha256;
use crate::model::piece::Piece;
use crate::model::record::StoredFile;
use crate::model::scan::MediaType;
use crate::stages::publish;

/// All that is in pieces.
#[derive(Debug, Serialize)]
pub(super) struct Listing {
    format: u32,
    /// Most bytes in a sealed file.
    file_bytes: u64,
    /// Sealed files that manifests name and that are here in pieces.
    pub files: Vec<Cut>,
    /// Those that are not here at all, because a page alone is larger.
    pub left_out: Vec<LeftOut>,
}

/// A sealed file in pieces.
#[derive(Debug, Serialize)]
pub(super) struct Cut {
    name: String,
    sha256: Sha256,
    bytes: u64,
    pages: u32,
    pieces: Vec<Placed>,
}

/// A piece with its path below `data/`.
#[derive(Debug, Serialize)]
struct Placed {
    path: String,
    #[serde(flatten)]
    piece: Piece,
}

/// A sealed file that is not here.
#[derive(Debug, Serialize)]
pub(super) struct LeftOut {
    name: String,
    sha256: Sha256,
    bytes: u64,
}

impl Listing {
    pub(super) fn new(file_bytes: u64) -> Self {
        Self { format: 1, file_bytes, files: Vec::new(), left_out: Vec::new() }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl Cut {
    pub(super) fn of(file: &StoredFile, pieces: Vec<Piece>) -> Self {
        let placed = |piece: Piece| Placed { path: publish::bundle_path(piece.sha256, MediaType::Pdf), piece };
        let StoredFile { name, sha256, bytes, pages, .. } = file.clone();
        Self { name, sha256, bytes, pages, pieces: pieces.into_iter().map(placed).collect() }
    }
}

impl LeftOut {
    pub(super) fn of(file: &StoredFile) -> Self {
        Self { name: file.name.clone(), sha256: file.sha256, bytes: file.bytes }
    }
}
