//! Every kind of file, cut and bent in many places: a refusal or a page of the stated size, and
//! never a crash.

use image::{DynamicImage, GrayImage};

use super::fixtures::*;
use super::*;

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let (gray, bilevel) = (page(96, 128, true), page(96, 128, false));
    let group4 = encode::losslessly(&bilevel).unwrap().bytes;
    let scans = [PdfImage::jpeg(&gray), PdfImage::group4(&bilevel), PdfImage::flate(&gray)];
    let lzw = {
        let mut file = std::io::Cursor::new(Vec::new());
        let mut encoder =
            ::tiff::encoder::TiffEncoder::new(&mut file).unwrap().with_compression(::tiff::encoder::Compression::Lzw);
        encoder.write_image::<::tiff::encoder::colortype::Gray8>(96, 128, gray.samples()).unwrap();
        file.into_inner()
    };
    vec![
        ("jpeg", jpeg(&gray)),
        ("png", png(&DynamicImage::ImageLuma8(GrayImage::from_raw(96, 128, gray.samples().to_vec()).unwrap()))),
        ("fax tiff", tiff(&[tiff_page(&bilevel, 4, 0, vec![group4])])),
        ("jpeg tiff", tiff(&[tiff_page(&gray, 7, 1, vec![jpeg(&gray)])])),
        ("lzw tiff", lzw),
        ("pdf", pdf(&scans.map(|image| PdfPage::scan(image, 100.0)))),
    ]
}

/// Reads all that is to be had of `file`; gives the first refusal.
fn read_all(file: Vec<u8>) -> Result<Vec<Raster>, IntakeError> {
    let limits = IntakeLimits { page_megapixels: 4, ..IntakeLimits::default() };
    let scan = OpenScan::open(file, &limits)?;
    let mut pages = Vec::new();
    for ordinal in 0..scan.summary().pages {
        let decoded = scan.decode(ordinal);
        if let (Ok(decoded), Ok(encoded)) = (&decoded, scan.encode(ordinal)) {
            assert_eq!((decoded.raster.width(), decoded.raster.height()), (encoded.image.width, encoded.image.height));
        }
        pages.push(decoded?.raster);
    }
    Ok(pages)
}

#[test]
fn a_file_cut_short_is_refused_or_whole() {
    for (name, file) in samples() {
        let whole = read_all(file.clone()).unwrap();
        for part in 0..20 {
            match read_all(file[..file.len() * part / 20].to_vec()) {
                Err(_) => {}
                Ok(pages) => assert_eq!(pages, whole, "{name} cut at {part}/20"),
            }
        }
    }
}

#[test]
fn a_bent_file_never_crashes() {
    for (_, file) in samples() {
        let step = (file.len() / 60).max(1);
        for at in (0..file.len()).step_by(step) {
            for flip in [0xFF, 0x01] {
                let mut bent = file.clone();
                bent[at] ^= flip;
                // Header damage shows as an error; pixel damage is still a page.
                let _outcome = read_all(bent);
            }
        }
    }
}
