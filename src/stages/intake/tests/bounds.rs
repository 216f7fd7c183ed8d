//! Each limit by a small file that goes beyond it, and beside it one that does not.

use image::{DynamicImage, GrayImage};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref};

use super::fixtures::*;
use super::*;

/// What becomes of the first page of `file` under `limits`.
fn outcome(file: Vec<u8>, limits: &IntakeLimits) -> String {
    match OpenScan::open(file, limits).and_then(|scan| scan.decode(0)) {
        Ok(_) => "read".to_owned(),
        Err(error) => format!("{} {error}", error.code()),
    }
}

#[track_caller]
fn expect(file: &[u8], limits: &IntakeLimits, code: &str, setting: &str) {
    let outcome = outcome(file.to_vec(), limits);
    assert!(outcome.starts_with(code) && outcome.contains(setting), "{outcome}");
    assert_eq!(self::outcome(file.to_vec(), &IntakeLimits::default()), "read");
}

fn white_png(width: u32, height: u32) -> Vec<u8> {
    png(&DynamicImage::ImageLuma8(GrayImage::from_pixel(width, height, image::Luma([255]))))
}

#[test]
fn pixels_are_bounded_by_number_and_by_side() {
    let limits = IntakeLimits { page_megapixels: 1, ..IntakeLimits::default() };
    expect(&white_png(1001, 1000), &limits, "image-too-large", "limits.page_megapixels = 1");
    assert_eq!(outcome(white_png(1000, 1000), &limits), "read");
    let limits = IntakeLimits { side_pixels: 900, ..IntakeLimits::default() };
    expect(&white_png(10, 901), &limits, "image-too-large", "limits.side_pixels = 900");
    expect(&jpeg(&page(901, 10, true)), &limits, "image-too-large", "limits.side_pixels = 900");
    assert_eq!(outcome(white_png(10, 900), &limits), "read");
    // The longest side there can be, by default.
    let longest = outcome(white_png(65_536, 1), &IntakeLimits::default());
    assert!(longest.contains("limits.side_pixels = 65535"), "{longest}");
}

#[test]
fn jpeg_2000_has_a_limit_of_its_own() {
    // The header alone: a code stream of one grey component, 1024 by 1024, in one tile.
    let size = [1024_u32, 1024, 0, 0, 1024, 1024, 0, 0].map(u32::to_be_bytes).concat();
    let siz = [&[0xFF, 0x51, 0, 41, 0, 0][..], &size, &[0, 1, 7, 1, 1]].concat();
    let cod = [0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1];
    let qcd = [0xFF, 0x5C, 0, 4, 0x40, 0x40];
    let tile = [0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xFF, 0x93];
    let data = [&[0xFF, 0x4F][..], &siz, &cod, &qcd, &tile, &[0xFF, 0xD9]].concat();
    assert_eq!(jpeg2000::info(&data).map(|info| (info.width, info.height)).unwrap(), (1024, 1024));
    let image =
        PdfImage { width: 1024, height: 1024, data, filter: Some(Filter::JpxDecode), ..PdfImage::jpeg(&page(8, 8, true)) };
    let file = pdf(&[PdfPage::scan(image, 300.0)]);
    let limits = IntakeLimits { jpeg2000_megapixels: 1, ..IntakeLimits::default() };
    let refused = outcome(file.clone(), &limits);
    assert!(refused.contains("image-too-large") && refused.contains("limits.jpeg2000_megapixels = 1"), "{refused}");
    let by_default = outcome(file, &IntakeLimits::default());
    assert!(!by_default.contains("image-too-large"), "{by_default}");
}

/// A page that draws nothing but the contents given, packed as `filters` say.
fn contents(data: &[u8], filters: &[&[u8]]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids([Ref::new(3)]).count(1);
    let mut page = pdf.page(Ref::new(3));
    page.parent(Ref::new(2)).media_box(Rect::new(0.0, 0.0, 72.0, 72.0)).contents(Ref::new(4));
    page.resources();
    page.finish();
    let mut stream = pdf.stream(Ref::new(4), data);
    stream.insert(Name(b"Filter")).array().items(filters.iter().map(|filter| Name(filter)));
    stream.finish();
    pdf.finish()
}

#[test]
fn compressed_contents_are_bounded_by_what_they_unfold_to() {
    let limits = IntakeLimits { contents_mib: 1, ..IntakeLimits::default() };
    let mut long = b"0 0 10 10 re f ".to_vec();
    long.resize(1_100_000, b' ');
    let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let packed: [(Vec<u8>, &[&[u8]]); 3] = [
        (zlib(&long), &[b"FlateDecode"]),
        (zlib(&zlib(&long)), &[b"FlateDecode", b"FlateDecode"]),
        ({ lzw }.encode(&long).unwrap(), &[b"LZWDecode"]),
    ];
    for (data, filters) in packed {
        assert!(data.len() < 20_000);
        expect(&contents(&data, filters), &limits, "decoded-too-large", "1 MiB");
    }
    let short = zlib(&long[..1_000_000]);
    assert_eq!(outcome(contents(&short, &[b"FlateDecode"]), &limits), "read");
}

#[test]
fn compressed_pixels_are_bounded_by_what_they_unfold_to() {
    let limits = IntakeLimits { decoded_mib: 1, ..IntakeLimits::default() };
    let raster = page(1100, 1000, true);
    expect(&white_png(1100, 1000), &limits, "decoded-too-large", "1 MiB");
    expect(&pdf(&[PdfPage::scan(PdfImage::flate(&raster), 300.0)]), &limits, "decoded-too-large", "1 MiB");
    let strip = zlib(raster.samples());
    expect(&tiff(&[tiff_page(&raster, 8, 1, vec![strip])]), &limits, "decoded-too-large", "1 MiB");
    assert_eq!(outcome(white_png(1000, 1000), &limits), "read");
}

#[test]
fn filters_over_one_stream_are_bounded() {
    let limits = IntakeLimits { nesting: 3, ..IntakeLimits::default() };
    let mut data = b"0 0 10 10 re f".to_vec();
    for _ in 0..4 {
        data = zlib(&data);
    }
    expect(&contents(&data, &[b"FlateDecode".as_slice(); 4]), &limits, "nesting-too-deep", "3 levels");
}

/// A page that draws a form `times` times, which draws the next one as often, `levels` deep; the
/// last one draws itself if it is a `circle`, else a square.
fn forms(levels: i32, times: usize, circle: bool) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.catalog(Ref::new(1)).pages(Ref::new(2));
    pdf.pages(Ref::new(2)).kids([Ref::new(3)]).count(1);
    let area = Rect::new(0.0, 0.0, 72.0, 72.0);
    let form = |level: i32| Ref::new(4 + level);
    let mut page = pdf.page(Ref::new(3));
    page.parent(Ref::new(2)).media_box(area).contents(form(0));
    page.resources().x_objects().pair(Name(b"F"), form(1));
    page.finish();
    let draw = b"/F Do ".repeat(times);
    pdf.stream(form(0), &draw);
    for level in 1..=levels {
        let last = level == levels;
        let data: &[u8] = if last && !circle { b"0 0 10 10 re f" } else { &draw };
        let mut object = pdf.form_xobject(form(level), data);
        object.bbox(area);
        object.resources().x_objects().pair(Name(b"F"), form(if last { level } else { level + 1 }));
    }
    pdf.finish()
}

#[test]
fn forms_within_forms_are_bounded_in_depth_and_number() {
    let limits = IntakeLimits { nesting: 3, objects_per_page: 50, ..IntakeLimits::default() };
    assert_eq!(outcome(forms(3, 3, false), &limits), "read");
    expect(&forms(4, 1, false), &limits, "nesting-too-deep", "3 levels");
    expect(&forms(3, 4, false), &limits, "too-many-objects", "50 objects");
    // A form that draws itself is not found within itself; one that branches would hardly end.
    let endless = outcome(forms(1, 1, true), &IntakeLimits::default());
    assert!(endless.starts_with("page-damaged"), "{endless}");
    let wide = outcome(forms(14, 10, false), &IntakeLimits::default());
    assert!(wide.starts_with("too-many-objects"), "{wide}");
}
