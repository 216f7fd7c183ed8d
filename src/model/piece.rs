//! Pieces of sealed files, for those who take no file as large.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::Sha256;

/// Consecutive pages, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PageRange {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
}

impl PageRange {
    /// How many pages these are.
    pub fn count(self) -> u32 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }

    /// The name of these pages as a file of their own: `CODE.001.trang-1-12.pdf` of `CODE.001.pdf`.
    pub fn name_in(self, sealed: &str) -> String {
        format!("{}.trang-{self}.pdf", sealed.strip_suffix(".pdf").unwrap_or(sealed))
    }
}

impl fmt::Display for PageRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

/// A file with consecutive pages of a sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// Which pages of the sealed file.
    #[serde(flatten)]
    pub pages: PageRange,
    /// The name it goes by.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_named_by_its_pages() {
        let [several, one] = [PageRange { from: 1, to: 12 }, PageRange { from: 7, to: 7 }];
        assert_eq!((several.count(), one.count()), (12, 1));
        assert_eq!(several.name_in("H38.16-230706-0012.001.pdf"), "H38.16-230706-0012.001.trang-1-12.pdf");
        assert_eq!(one.name_in("x"), "x.trang-7.pdf");
    }
}
