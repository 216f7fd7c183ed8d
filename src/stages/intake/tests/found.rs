//! What scanners and offices do that the standards only just allow.

use pdf_writer::{Content, Name};

use super::fixtures::*;
use super::real::*;
use super::*;
use crate::model::geometry::Turn;
use crate::model::raster::{Channels, Encoding};

#[test]
fn layers_are_drawn_one_over_the_other() {
    for name in ["colour-stencil", "mask", "soft-mask", "soft-mask-jbig2"] {
        let (decoded, encoded) = first_page(&fixture(&format!("layers-{name}.pdf")));
        assert_eq!((decoded.raster.width(), decoded.raster.height()), SIZE, "{name}");
        let layers = |sample: &[u8]| if sample == [0; 3] { [20, 30, 160] } else { [250, 240, 200] };
        let expected: Vec<u8> = Shown::Bilevel.samples().chunks(3).flat_map(layers).collect();
        let (mean, most) = difference(&in_colour(&decoded.raster), &expected);
        assert!(most <= 6, "{name}: apart by {mean}, at most {most}");
        assert_eq!(in_colour(&decode::decode(&encoded.image).unwrap()), in_colour(&decoded.raster), "{name}");
    }
}

#[test]
fn mirrored_images_are_turned_round() {
    let mirrored: Vec<u8> = Shown::Bilevel.samples().chunks(60 * 3).flat_map(|row| row.rchunks(3).flatten().copied()).collect();
    for (orientation, turn) in [(2, Turn::None), (4, Turn::Half), (5, Turn::Left), (7, Turn::Right)] {
        let (decoded, encoded) = first_page(&fixture(&format!("orientation-{orientation}.tif")));
        assert_eq!(in_colour(&decoded.raster), mirrored, "{orientation}");
        assert_eq!(decoded.geometry.turn, turn, "{orientation}");
        assert_eq!(decode::decode(&encoded.image).unwrap(), decoded.raster, "{orientation}");
    }
    let plain = jpeg(&page(60, 40, true));
    let (straight, _) = first_page(&plain);
    let (decoded, encoded) = first_page(&with_orientation(&plain, 2));
    let expected: Vec<u8> = straight.raster.samples().chunks(60).flat_map(|row| row.iter().rev().copied()).collect();
    assert_eq!(decoded.raster.samples(), expected);
    assert_eq!(encoded.image.encoding, Encoding::Flate);
}

#[test]
fn colours_stored_apart_are_joined() {
    for name in ["rgb-planes", "rgb-planes-strips"] {
        check(&format!("{name}.tif"), 0, Shown::Rgb, None);
    }
    let tiled = open(&fixture("rgb-planes-tiled.tif"));
    assert_eq!(tiled.decode(0).unwrap_err().code().as_str(), "image-unsupported");
}

#[test]
fn odd_tiffs_show_their_page() {
    check("gray-alpha.tif", 0, Shown::Gray, None);
    check("palette-8-bit-map.tif", 0, Shown::Gray, None);
    let (decoded, encoded) = first_page(&fixture("old-jpeg.tif"));
    let (mean, _) = difference(&in_colour(&decoded.raster), &Shown::Gray.samples());
    assert!(mean < 6.0, "{mean}");
    assert_eq!(encoded.image.encoding, Encoding::Jpeg);
}

#[test]
fn reduced_copies_are_no_pages() {
    let file = fixture("thumbnails.tif");
    // The same by the tag that came before: 255, a short, 2.
    let (newer, older) = ([254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0], [255, 0, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0]);
    let place = file.windows(12).position(|entry| entry == newer).unwrap();
    let mut by_older = file.clone();
    by_older[place..place + 12].copy_from_slice(&older);
    for file in [file, by_older] {
        let scan = open(&file);
        assert_eq!(scan.summary().pages, 2);
        for ordinal in [0, 1] {
            assert_eq!(in_colour(&scan.decode(ordinal).unwrap().raster), Shown::Bilevel.samples());
        }
    }
}

#[test]
fn a_drawn_page_of_as_many_points_as_pixels_is_a4() {
    let raster = page(300, 420, true);
    let (top, bottom) = raster.samples().split_at(300 * 210);
    let strip = |samples: &[u8]| PdfImage::flate(&Raster::new(300, 210, Channels::Gray, samples.to_vec()).unwrap());
    let sides = |points_per_pixel: f32| {
        let (width, height) = (300.0 * points_per_pixel, 210.0 * points_per_pixel);
        let mut content = Content::new();
        for (name, y) in [(b"I0", height), (b"I1", 0.0)] {
            content.save_state().transform([width, 0.0, 0.0, height, 0.0, y]).x_object(Name(name)).restore_state();
        }
        let images = vec![strip(top), strip(bottom)];
        let file = pdf(&[PdfPage { size: (width, height * 2.0), rotate: 0, content: content.finish().into_vec(), images }]);
        let (decoded, _) = first_page(&file);
        let inches = |pixels: u32, dpi: f32| pixels as f32 / dpi;
        let resolution = decoded.geometry.resolution;
        (inches(decoded.raster.width(), resolution.x), inches(decoded.raster.height(), resolution.y))
    };
    let (width, height) = sides(10.0);
    assert!((height - 297.0 / 25.4).abs() < 0.1 && (width / height - 300.0 / 420.0).abs() < 0.01, "{width} × {height}");
    // A page of 14 inches is what it says.
    assert!((sides(2.4).1 - 14.0).abs() < 0.1);
}

#[test]
fn pngs_with_slight_faults_are_read() {
    check("bad-text-checksum.png", 0, Shown::Gray, None);
    check("interlaced-16-bit.png", 0, Shown::Rgb, None);
}

#[test]
fn an_arithmetic_jpeg_is_refused_by_its_kind() {
    let mut file = fixture("gray.jpg");
    let frame = file.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    file[frame + 1] = 0xC9;
    assert_eq!(code(OpenScan::open(file, &IntakeLimits::default())), "image-unsupported");
}

#[test]
fn pages_of_mixed_sizes_keep_each_its_own() {
    // A3 on its side, A4 and A5, at 50 dpi, as one feeder takes them in.
    let sizes = [(827, 583), (413, 583), (291, 413)];
    let scans: Vec<PdfPage> =
        sizes.iter().map(|&(width, height)| PdfPage::scan(PdfImage::jpeg(&page(width, height, true)), 50.0)).collect();
    let scan = open(&pdf(&scans));
    for (ordinal, (width, height)) in (0..).zip(sizes) {
        let decoded = scan.decode(ordinal).unwrap();
        assert_eq!((decoded.raster.width(), decoded.raster.height()), (width, height));
        assert!((decoded.geometry.resolution.x - 50.0).abs() < 0.5, "{:?}", decoded.geometry);
    }
}
