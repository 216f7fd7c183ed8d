//! What the fuzz targets share: the limits they work under, and what must hold of any page.

use std::panic;

use sohoa::model::geometry::Quad;
use sohoa::model::ids::Sha256;
use sohoa::model::raster::Raster;
use sohoa::model::scan::MediaType;
use sohoa::stages::intake::{DecodedPage, EncodedPage, IntakeLimits, OpenScan, sniff};
use sohoa::stages::seal::{DocumentMetadata, SealError, SealPage, SealSettings, SealedDocument, page_count, read_back, seal};
use time::OffsetDateTime;

/// Pages of one file that are looked at.
const PAGES: u32 = 4;

/// To be called once by each target. What a parser of other hands throws is caught where the program
/// calls it and costs one page: libFuzzer's own hook, which ends the process at every panic, would
/// call it a finding. A panic in code of ours is one, though the program would catch it as well.
pub fn catch_what_the_program_catches() {
    panic::set_hook(Box::new(|info| {
        if !info.location().is_some_and(|at| at.file().contains("/registry/src/")) {
            eprintln!("{info}");
            std::process::abort();
        }
    }));
}

/// Does what a worker does with a panic in a parser that is not ours: nothing comes of the call.
pub fn as_a_worker<T>(step: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(panic::AssertUnwindSafe(step)).ok()
}

/// Small, so that many inputs are tried in a minute.
pub fn limits() -> IntakeLimits {
    IntakeLimits { file_mib: 1, pages_per_file: 50, page_megapixels: 1, ..IntakeLimits::default() }
}

/// Opens `bytes` if they are of one of `kinds` and says what must hold of the first pages; gives
/// `look` the pixels of each.
pub fn check_pages(bytes: &[u8], kinds: &[MediaType], mut look: impl FnMut(&DecodedPage)) {
    if !sniff(bytes).is_ok_and(|kind| kinds.contains(&kind)) {
        return;
    }
    let Some(Ok(scan)) = as_a_worker(|| OpenScan::open(bytes.to_vec(), &limits())) else { return };
    for ordinal in 0..scan.summary().pages.min(PAGES) {
        let Some(decoded) = as_a_worker(|| scan.decode(ordinal)) else { continue };
        let Some(encoded) = as_a_worker(|| scan.encode(ordinal)) else { continue };
        let Ok(decoded) = decoded else { continue };
        let encoded = encoded.expect("a page that can be read can be sealed");
        check_page(&decoded, &encoded);
        check_text(&scan, ordinal, &decoded);
        look(&decoded);
    }
}

fn check_page(decoded: &DecodedPage, encoded: &EncodedPage) {
    let raster = &decoded.raster;
    let (width, height) = (raster.width(), raster.height());
    assert_eq!(decoded.geometry, encoded.geometry, "reading and sealing see the same page");
    assert_eq!((encoded.image.width, encoded.image.height), (width, height), "a page has the size it states");
    let pixels = u64::from(width) * u64::from(height);
    assert!(pixels <= u64::from(limits().page_megapixels) * 1_000_000, "a page of {pixels} pixels is within the limits");
    assert_eq!(raster.samples().len() as u64, pixels * raster.channels().count() as u64);
    let resolution = decoded.geometry.resolution;
    assert!([resolution.x, resolution.y].iter().all(|dpi| dpi.is_finite() && *dpi > 0.0), "{resolution:?}");

    let page =
        SealPage { image: encoded.image.clone(), geometry: encoded.geometry, turn: encoded.geometry.turn, lines: Vec::new() };
    // A page may be too small or too large for PDF/A; what is sealed must be right.
    let Ok(SealedDocument { bytes, proofs, .. }) = seal([Ok::<_, SealError>(page)], &metadata(), &SealSettings::default()) else {
        return;
    };
    read_back(&bytes, &proofs).expect("a sealed page reads back");
    assert_eq!(page_count(&bytes).ok(), Some(1));
    let again = OpenScan::open(bytes, &IntakeLimits::default()).expect("a sealed file can be taken in");
    let shown = again.decode(0).expect("a sealed page can be decoded");
    assert_eq!((shown.raster.width(), shown.raster.height()), (width, height));
    assert!(colours(&shown.raster).eq(colours(raster)), "a sealed page shows the pixels of its scan");
}

/// Words that a page carries itself stand on it.
fn check_text(scan: &OpenScan, ordinal: u32, page: &DecodedPage) {
    let (width, height) = (page.raster.width() as f32, page.raster.height() as f32);
    for word in scan.embedded_text(ordinal, &page.raster).lines.iter().flat_map(|line| &line.words) {
        assert!(!word.text.trim().is_empty());
        let Quad(corners) = word.place;
        assert!(corners.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite()), "{word:?}");
        assert!(corners.iter().any(|corner| corner.x <= width && corner.y <= height), "{word:?}");
    }
}

/// The colour of each pixel: a page without colours is sealed as a grey one.
fn colours(raster: &Raster) -> impl Iterator<Item = [u8; 3]> {
    let count = raster.channels().count();
    raster.samples().chunks_exact(count).map(move |pixel| [pixel[0], pixel[count / 2], pixel[count - 1]])
}

fn metadata() -> DocumentMetadata {
    DocumentMetadata {
        title: "H38.16-230706-0012.001.pdf".to_owned(),
        dossier_code: "H38.16-230706-0012".parse().expect("it is a code"),
        file_name: "H38.16-230706-0012.001.pdf".to_owned(),
        scanned_at: OffsetDateTime::UNIX_EPOCH,
        source_sha256: Sha256::from_bytes([7; 32]),
        source_name: "scan.pdf".to_owned(),
    }
}
