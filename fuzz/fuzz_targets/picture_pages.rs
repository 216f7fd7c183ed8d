//! A JPEG or PNG either is refused or is read, sealed and shown again pixel for pixel; barcodes
//! that are seen on it are text with a place on the page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sohoa::model::scan::MediaType;
use sohoa::stages::intake::{BarcodeSettings, DecodedPage, find_barcodes};
use sohoa_fuzz::{catch_what_the_program_catches, check_pages};

/// Larger pictures are not searched: a minute has to be enough for many.
const SEARCHED_PIXELS: u32 = 1 << 16;

fuzz_target!(init: catch_what_the_program_catches(), |bytes: &[u8]| {
    check_pages(bytes, &[MediaType::Jpeg, MediaType::Png], check_barcodes);
});

fn check_barcodes(page: &DecodedPage) {
    let (width, height) = (page.raster.width(), page.raster.height());
    if width.saturating_mul(height) > SEARCHED_PIXELS {
        return;
    }
    for barcode in find_barcodes(&page.raster, &BarcodeSettings::default()) {
        let slack = 2.0;
        let inside = |at: f32, side: u32| (-slack..=side as f32 + slack).contains(&at);
        assert!(barcode.place.0.iter().all(|corner| inside(corner.x, width) && inside(corner.y, height)), "{barcode:?}");
    }
}
