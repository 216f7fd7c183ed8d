//! What is wrong with a file that is written: sealed, exported or printed.

use super::{Names, faults};

faults! {
    /// What is wrong with a file that is written: sealed, exported or printed.
    SealFault {
        NoPagesToSeal = "the document has no pages";
        PageSize { page: u64, width: i64, height: i64 } = "page {page} would measure {width} × {height} points; PDF/A allows 3 to 14400";
        ImageSize { page: u64 } = "the image of page {page} cannot be embedded: its size is zero or too large";
        ImageColour { page: u64 } = "the image of page {page} cannot be embedded: its compression does not go with its colours";
        ImageHeader { page: u64 } = "the image of page {page} cannot be embedded: its header is damaged";
        ImageMismatch { page: u64 } = "the image of page {page} cannot be embedded: its header gives another size, depth or number of colours";
        ImageForm { page: u64 } = "the image of page {page} cannot be embedded: it is of a form that PDF/A-2 does not allow";
        TooLarge = "the document is too large for one PDF/A file";
        TooManyCharacters = "the document has more than 65,534 different characters";
        ScanDate = "the scanning date lies outside the years 0 to 9999";
        NotReadBack { said: String } = "the file cannot be read: {said}";
        PageCountDiffers { expected: u64, found: u64 } = "the file has {found} pages in place of {expected}";
        PageOverLimit { page: u64, bytes: u64, most: u64 } = "page {page} alone takes {bytes} bytes, and a file may have {most}";
        OtherImage { page: u64 } = "page {page} does not hold the image that was sealed";
        OtherTurn { page: u64 } = "page {page} is not turned as it was sealed";
        OtherText { page: u64 } = "page {page} does not hold the text that was sealed";
        NotWritten { said: String } = "the manifest cannot be written as canonical JSON: {said}";
        NotAManifest { said: String } = "not a manifest: {said}";
        AgainstSchema { violations: Names } = "it does not fit the schema: {violations}";
        NotCanonical = "its bytes are not canonical JSON (RFC 8785)";
        SheetFont { said: String } = "the built-in font cannot be read: {said}";
        TooManySheets = "too many sheets";
    }
}
