//! What is wrong with a scan, a page of it or a picture on it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Names, faults};

/// A kind of file or of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ScanFormat {
    /// PDF.
    #[serde(rename = "PDF")]
    Pdf,
    /// TIFF.
    #[serde(rename = "TIFF")]
    Tiff,
    /// PNG.
    #[serde(rename = "PNG")]
    Png,
    /// JPEG.
    #[serde(rename = "JPEG")]
    Jpeg,
    /// JPEG 2000.
    #[serde(rename = "JPEG 2000")]
    Jpeg2000,
    /// JBIG2.
    #[serde(rename = "JBIG2")]
    Jbig2,
    /// Group 3 and 4 fax.
    #[serde(rename = "CCITT")]
    Fax,
}

impl fmt::Display for ScanFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pdf => "PDF",
            Self::Tiff => "TIFF",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Jbig2 => "JBIG2",
            Self::Fax => "CCITT",
        })
    }
}

faults! {
    /// What is wrong with a scan, a page of it or a picture on it.
    ScanFault {
        Content { kind: String } = "the content is {kind}";
        TooManyBytes { bytes: u64, limit_mib: u64 } = "{bytes} bytes, more than {limit_mib} MiB";
        AnotherPdf { offset: u64 } = "another PDF begins at byte {offset}";
        Portfolio { files: Names } = "a portfolio of these files: {files}";
        NoAppearance { kind: String } = "{kind} without an appearance";
        FontsMissing { names: Names } = "fonts that are not in the file: {names}";
        PagesOverLimit { pages: u64, limit: u32 } = "{pages} pages or more, over the limit of {limit}";
        PixelsOverLimit { width: u64, height: u64, setting: String, limit: u32 } = "{width} × {height} pixels, more than limits.{setting} = {limit}";
        BytesOverLimit { bytes: u64, setting: String, limit_mib: u64 } = "{bytes} bytes or more once decoded, over limits.{setting} = {limit_mib} MiB";
        DeeperThan { limit: u32 } = "deeper than {limit} levels";
        ObjectsOverLimit { limit: u32 } = "more than {limit} objects are drawn";
        LinkTo { target: String } = "it leads to {target}";
        DecoderPanicked { said: String } = "a decoder panicked: {said}";
        Decoder { format: ScanFormat, said: String } = "{format}: {said}";
        Library { said: String } = "the page's pixels cannot be worked on: {said}";
        Inflate { said: String } = "Flate: {said}";
        CutShort { format: ScanFormat } = "{format} data cut short";
        NoHeader { format: ScanFormat } = "{format} without a header";
        TooLargePicture { format: ScanFormat } = "{format} too large";
        NoPixels { format: ScanFormat } = "{format} with fewer pixels than stated";
        NotOfFormat { format: ScanFormat } = "not {format}";
        NoImage { format: ScanFormat } = "{format} without an image";
        OtherSize { format: ScanFormat } = "{format} of another size than stated";
        FaxRows { rows: u32, stated: u32 } = "CCITT data end after {rows} of {stated} rows";
        FaxFault { rows: u32, stated: u32, said: String } = "CCITT data: {rows} of {stated} rows, then {said}";
        ImageEmpty = "an image has fewer pixels than stated";
        ImageOtherSize = "the image has another size than its page says";
        ImageUndecodable = "an image of the page cannot be decoded";
        ImageMissing = "the image of the page is missing";
        ImageRows { rows: u32, stated: u32 } = "an image ends after {rows} of {stated} rows";
        ImageDataCutShort = "the data of an image are cut short";
        ImageDataTooLong = "an image holds far more data than pixels";
        MaskUndecodable = "the mask of the page cannot be decoded";
        GlobalsMissing = "JBIG2 globals are missing";
        GlobalsUnreadable = "JBIG2 globals cannot be read";
        NoSheetOfPaper { width: u32, height: u32, points_across: u64, points_down: u64 } = "{width} × {height} pixels, {points_across} × {points_down} points: no sheet of paper";
        PageMissing { page: u32, pages: u32 } = "page {page} of {pages} does not exist";
        PageAbsent = "the page is missing";
        PageNoArea = "the page has no area";
        ContentsMissing = "the contents of the page are missing";
        ContentsDamaged = "the contents of the page are damaged";
        ObjectMissing { object: String } = "object {object} of the page is missing";
        NoStructure = "no PDF structure that can be read or repaired";
        NoPageTree = "PDF cut short: its page tree is missing";
        PagesFound { found: u32, counted: i64 } = "{found} of {counted} pages were found";
        LastAdditionCutOff = "objects follow the last cross-reference table: what was added last is cut off";
        PiecesMissing = "TIFF of which strips or tiles are missing";
        PiecesBeyondFile = "TIFF whose strips or tiles reach beyond the file";
        PiecesNoSize = "TIFF whose tiles have no size";
        PiecesDoNotFit = "TIFF whose strips or tiles do not fit together";
        PiecesOverlap = "TIFF whose strips or tiles overlap";
        PagesInCircle = "TIFF whose pages run in a circle";
        DirectoryLost = "TIFF whose directory cannot be found";
        PaletteTooShort = "TIFF whose palette is too short";
        StripNoJpeg = "TIFF strip that is no JPEG";
        PlanesOtherSize = "TIFF whose colour planes are of another size than its page";
        SeveralFrames = "JPEG of several frames";
        AnotherPicture = "the file holds another picture behind those that are read: several files in one";
        CodedDataEndEarly = "the coded data of the image end before the image does";
        CodeInNoTable = "the coded data of the image hold a code that is in no table";
        CodedDataGoOn = "coded data go on after the end of the image";
        BlockRunsOver = "a block of the image runs over";
        RestartsOutOfOrder = "the restart markers of the image are out of order";
        LevelsRunAway = "the levels of the image run away";
        NoTable = "JPEG whose scan refers to tables that are not there";
        ScanFitsNoFrame = "JPEG with a scan that fits no frame";
        PartNeverCoded = "JPEG of which a part was never coded";
        OnePageNotCut = "a file of one page is not cut";
        CutPages { wanted: u64, found: u32 } = "{wanted} pages were cut out as {found}";
        CutLooksOtherwise { page: u32 } = "page {page} looks otherwise once it is cut out";
        TooManyPieces = "TIFF whose pages lie in too many pieces";
        PagesShareBytes = "TIFF whose pages share their bytes";
        TiffOver4Gib = "TIFF of more than 4 GiB";
        PagesNotApart = "PDF whose pages cannot be cut apart";
        UnusualJpeg = "JPEG that is lossless, arithmetic, 12-bit or of unusual colour";
        DrawnJpeg = "JPEG whose colours are coded one after the other, or whose height is told late, in a drawn page";
        UnusualColour { format: ScanFormat } = "{format} of unusual colour";
        FourColoursApart = "JPEG of four colours that are coded one after the other";
        FourColoursNoInks = "TIFF with a JPEG of four colours that are no plain inks";
        OneBitFlate = "Flate with one bit a pixel";
        Unsupported { format: ScanFormat, said: String } = "{format} not supported: {said}";
        JpegForEachColour = "TIFF with a JPEG for each colour";
        FaxOfManyBits = "TIFF fax of more than one bit a pixel";
        OldJpegNotWhole = "TIFF with a JPEG of the old kind that is not whole";
        PlanesInTiles = "TIFF with separate colour planes in tiles";
        PaletteDepth = "TIFF with a palette of unusual depth";
        NumbersNoColours = "TIFF of numbers that are no colours";
    }
}
