//! Files by the encoders that scanners and offices use; see `tests/fixtures/intake/README.md`.

use std::mem::discriminant;
use std::path::Path;

use super::*;
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::{Channels, Encoding};

pub(super) const SIZE: (u32, u32) = (60, 80);
const FAX: Encoding = Encoding::CcittG4 { black_is_1: false, byte_aligned: false };
const JBIG2: Encoding = Encoding::Jbig2 { globals: None };

pub(super) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake").join(name)).unwrap()
}

/// The page that a fixture shows, as `make.py` draws it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    Bilevel,
    Gray,
    Rgb,
}

impl Shown {
    fn pixel(self, x: u32, y: u32) -> [u8; 3] {
        match self {
            _ if x < 3 || y < 3 || x + 3 >= SIZE.0 || (x / 7 + y / 5).is_multiple_of(4) && x > y / 2 => [0; 3],
            Self::Bilevel => [255; 3],
            Self::Gray => [180 + ((x + 2 * y) % 60) as u8; 3],
            Self::Rgb => [250 - 2 * x as u8, 100 + y as u8, 90],
        }
    }

    pub(super) fn samples(self) -> Vec<u8> {
        (0..SIZE.1).flat_map(|y| (0..SIZE.0).flat_map(move |x| self.pixel(x, y))).collect()
    }
}

pub(super) fn in_colour(raster: &Raster) -> Vec<u8> {
    match raster.channels() {
        Channels::Gray => raster.samples().iter().flat_map(|&sample| [sample; 3]).collect(),
        Channels::Rgb => raster.samples().to_vec(),
    }
}

/// Mean and largest difference.
pub(super) fn difference(one: &[u8], other: &[u8]) -> (f32, u8) {
    assert_eq!(one.len(), other.len());
    let apart = |(a, b): (&u8, &u8)| a.abs_diff(*b);
    let sum: u32 = one.iter().zip(other).map(apart).map(u32::from).sum();
    (sum as f32 / one.len() as f32, one.iter().zip(other).map(apart).max().unwrap_or(0))
}

/// Reads a page both ways: it shows what it should, and what goes into the archive is the same.
pub(super) fn check(name: &str, ordinal: u32, shown: Shown, kept: Option<&Encoding>) -> PageGeometry {
    let file = fixture(name);
    let scan = open(&file);
    let decoded = scan.decode(ordinal).unwrap_or_else(|error| panic!("{name}: {error}"));
    let encoded = scan.encode(ordinal).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((decoded.raster.width(), decoded.raster.height()), SIZE, "{name}");
    assert_eq!((encoded.image.width, encoded.image.height), SIZE, "{name}");
    assert_eq!(decoded.geometry, encoded.geometry, "{name}");
    let (mean, most) = difference(&in_colour(&decoded.raster), &shown.samples());
    let lossy = name.contains("jpeg") || name.ends_with("jpg");
    assert!(if lossy { mean < 6.0 } else { most == 0 }, "{name}: apart by {mean}, at most {most}");
    let archived = decode::decode(&encoded.image).unwrap();
    assert_eq!(in_colour(&archived), in_colour(&decoded.raster), "{name}: the archive differs");
    match kept {
        Some(encoding) => {
            assert_eq!(discriminant(&encoded.image.encoding), discriminant(encoding), "{name}");
            let bytes = &encoded.image.bytes;
            assert!(file.windows(bytes.len()).any(|part| part == bytes), "{name}: bytes were not passed on");
        }
        None => {
            let packed = if matches!(shown, Shown::Bilevel) { FAX } else { Encoding::Flate };
            assert_eq!(discriminant(&encoded.image.encoding), discriminant(&packed), "{name}");
        }
    }
    decoded.geometry
}

/// Pillow leaves the header that each page had as a file of its own before the page: no other file stands behind.
#[test]
fn pages_that_pillow_wrote_are_all_read() {
    let file = fixture("pillow-pages.tif");
    assert_eq!(file.windows(4).filter(|bytes| bytes == b"II*\0").count(), 3);
    assert_eq!(open(&file).summary().pages, 3);
    for ordinal in 0..3 {
        check("pillow-pages.tif", ordinal, Shown::Bilevel, Some(&FAX));
    }
    let twice = OpenScan::open([file.as_slice(), &file].concat(), &IntakeLimits::default());
    assert_eq!(twice.err(), Some(IntakeError::ImageUnsupported(ScanFault::AnotherPicture)));
}

#[test]
fn bilevel_pdfs_show_their_page() {
    for name in ["g4", "g4-black-is-1", "g4-aligned", "inline-g4", "stencil"] {
        check(&format!("{name}.pdf"), 0, Shown::Bilevel, Some(&FAX));
    }
    for name in ["jbig2-mmr", "jbig2-generic", "stencil-jbig2"] {
        check(&format!("{name}.pdf"), 0, Shown::Bilevel, Some(&JBIG2));
    }
    for name in ["g3-1d", "g3-2d", "g3-fill", "raw-1-bit"] {
        check(&format!("{name}.pdf"), 0, Shown::Bilevel, None);
    }
}

#[test]
fn jbig2_keeps_its_symbols_in_globals() {
    let (expected, _) = first_page(&fixture("symbols.png"));
    for name in ["jbig2-symbols.pdf", "jbig2-symbols-deflated.pdf"] {
        let (decoded, encoded) = first_page(&fixture(name));
        assert_eq!(decoded.raster, expected.raster, "{name}");
        let Encoding::Jbig2 { globals: Some(globals) } = &encoded.image.encoding else { panic!("{name}: no globals") };
        assert_eq!(globals.get(..6), Some([0; 6].as_slice()), "{name}: the segment of a symbol dictionary, inflated");
    }
}

#[test]
fn gray_and_colour_pdfs_show_their_page() {
    for (name, shown, kept) in [
        ("jpx-gray", Shown::Gray, Some(Encoding::Jpeg2000)),
        ("jpx-rgb", Shown::Rgb, Some(Encoding::Jpeg2000)),
        ("jpx-own-colours", Shown::Rgb, Some(Encoding::Jpeg2000)),
        ("jpx-code-stream", Shown::Gray, None),
        ("png-predictor-gray", Shown::Gray, None),
        ("png-predictor-rgb", Shown::Rgb, None),
        ("tiff-predictor-gray", Shown::Gray, None),
        ("tiff-predictor-rgb", Shown::Rgb, None),
        ("indexed", Shown::Gray, None),
        ("gray-16-bit", Shown::Gray, None),
        ("jpeg", Shown::Gray, Some(Encoding::Jpeg)),
        ("jpeg-icc", Shown::Gray, Some(Encoding::Jpeg)),
        ("jpeg-inverted", Shown::Gray, Some(Encoding::Jpeg)),
        ("jpeg-deflated", Shown::Gray, Some(Encoding::Jpeg)),
        ("strips", Shown::Gray, None),
    ] {
        check(&format!("{name}.pdf"), 0, shown, kept.as_ref());
    }
}

#[test]
fn ink_over_a_background_is_drawn_together() {
    for name in ["mrc-g4.pdf", "mrc-jbig2.pdf"] {
        let (decoded, encoded) = first_page(&fixture(name));
        assert_eq!((decoded.raster.width(), decoded.raster.height()), SIZE, "{name}");
        let ink = Shown::Bilevel.samples().into_iter().map(|sample| sample.min(220)).collect::<Vec<_>>();
        let (mean, most) = difference(&in_colour(&decoded.raster), &ink);
        assert!(most <= 3, "{name}: {mean} {most}");
        assert_eq!(in_colour(&decode::decode(&encoded.image).unwrap()), in_colour(&decoded.raster));
    }
}

#[test]
fn a_soft_mask_shows_white_paper() {
    let (decoded, _) = first_page(&fixture("soft-mask.pdf"));
    let whole = Shown::Rgb.samples();
    for (place, (found, drawn)) in in_colour(&decoded.raster).chunks(3).zip(whole.chunks(3)).enumerate() {
        let expected = if place % 60 < 30 { &[255; 3] } else { drawn };
        assert_eq!(found, expected, "pixel {place}");
    }
}

#[test]
fn cmyk_keeps_its_colours() {
    for name in ["jpeg-cmyk.pdf", "cmyk.jpg", "cmyk.tif", "cmyk-flate.pdf"] {
        let (decoded, encoded) = first_page(&fixture(name));
        let samples = in_colour(&decoded.raster);
        let at = |x: usize, y: usize| &samples[(y * 60 + x) * 3..][..3];
        assert!(at(8, 20).iter().all(|&sample| sample < 60), "{name}: black is {:?}", at(8, 20));
        assert!(at(50, 20)[0] > 200 && at(50, 20)[1] < 90 && at(50, 20)[2] < 90, "{name}: red is {:?}", at(50, 20));
        assert!(at(50, 70).iter().all(|&sample| sample > 245), "{name}: white is {:?}", at(50, 70));
        assert_eq!(encoded.image.encoding, Encoding::Flate, "{name}");
    }
}

#[test]
fn inks_of_a_jpeg_are_turned_round_only_where_adobes_programs_wrote_it() {
    let mut file = fixture("cmyk.jpg");
    let marker = file.windows(2).position(|pair| pair == [0xFF, 0xEE]).unwrap();
    let length = usize::from(u16::from_be_bytes([file[marker + 2], file[marker + 3]]));
    file.drain(marker..marker + 2 + length);
    let samples = in_colour(&first_page(&file).0.raster);
    let at = |x: usize, y: usize| &samples[(y * 60 + x) * 3..][..3];
    assert!(at(50, 70).iter().all(|&sample| sample < 10), "all inks are {:?}", at(50, 70));
}

#[test]
fn odd_pages_show_their_image() {
    for name in ["media-box-offset", "media-box-reversed", "media-box-missing", "media-box-inherited", "user-unit", "rotate-90"] {
        let geometry = check(&format!("{name}.pdf"), 0, Shown::Gray, None);
        let (turn, dpi) = match name {
            "rotate-90" => (Turn::Right, 100.0),
            // On A4 the image has 7 dpi, and twice as large 50: the first is not believed.
            "media-box-missing" => (Turn::None, 80.0 * 25.4 / 297.0),
            "user-unit" => (Turn::None, 50.0),
            _ => (Turn::None, 100.0),
        };
        assert_eq!(geometry.turn, turn, "{name}");
        assert!((geometry.resolution.x - dpi).abs() < 0.1, "{name}: {:?}", geometry.resolution);
    }
    let (text, _) = first_page(&fixture("text-only.pdf"));
    assert_eq!((text.raster.width(), text.raster.height()), (600, 600));
    let ink = in_colour(&text.raster).chunks(3).filter(|pixel| pixel[0] < 128).count();
    assert!((3000..20_000).contains(&ink), "{ink} pixels of ink");
}

#[test]
fn every_way_to_store_a_pdf_is_read() {
    for name in
        ["object-streams", "linearized", "linearized-object-streams", "owner-password-aes", "owner-password-rc4", "updated"]
    {
        let name = format!("{name}.pdf");
        assert_eq!(open(&fixture(&name)).summary().pages, 2, "{name}");
        check(&name, 0, Shown::Gray, None);
        if name == "updated.pdf" {
            check(&name, 1, Shown::Gray, None);
        } else {
            let encoded = open(&fixture(&name)).encode(1).unwrap();
            let decoded = open(&fixture(&name)).decode(1).unwrap();
            assert_eq!(in_colour(&decoded.raster), Shown::Bilevel.samples(), "{name}");
            assert_eq!(encoded.image.encoding, FAX, "{name}");
            assert_eq!(decode::decode(&encoded.image).unwrap(), decoded.raster, "{name}");
        }
    }
    assert_eq!(code(OpenScan::open(fixture("user-password.pdf"), &IntakeLimits::default())), "pdf-encrypted");
}

#[test]
fn bilevel_tiffs_show_their_page() {
    for name in ["g4", "g4-black-is-0"] {
        check(&format!("{name}.tif"), 0, Shown::Bilevel, Some(&FAX));
    }
    for name in [
        "g3-1d",
        "g3-2d",
        "g3-fill",
        "g3-2d-strips",
        "g4-strips",
        "g4-lsb",
        "g4-tiled",
        "huffman",
        "bilevel-lsb",
        "bilevel-packbits",
        "bilevel-lzw",
        "bilevel-lzw-lsb",
        "bilevel-black-is-0",
        "bilevel-tiled",
    ] {
        let geometry = check(&format!("{name}.tif"), 0, Shown::Bilevel, None);
        assert_eq!(geometry.resolution, Resolution::square(200.0), "{name}");
    }
    let fine = check("g3-fine.tif", 0, Shown::Bilevel, None);
    assert_eq!(fine.resolution, Resolution { x: 204.0, y: 98.0 });
    for (orientation, turn) in [(3, Turn::Half), (6, Turn::Right), (8, Turn::Left)] {
        assert_eq!(check(&format!("orientation-{orientation}.tif"), 0, Shown::Bilevel, Some(&FAX)).turn, turn);
    }
}

#[test]
fn gray_and_colour_tiffs_show_their_page() {
    for name in [
        "gray-lzw",
        "gray-packbits",
        "gray-big-endian",
        "gray-big",
        "gray-big-big-endian",
        "gray-16-bit",
        "palette",
        "white-is-zero",
    ] {
        check(&format!("{name}.tif"), 0, Shown::Gray, None);
    }
    for name in ["rgb-lzw-predictor", "rgb-tiled", "rgb-alpha"] {
        check(&format!("{name}.tif"), 0, Shown::Rgb, None);
    }
    check("gray-jpeg-strips.tif", 0, Shown::Gray, None);
    check("rgb-jpeg-ycc-strips.tif", 0, Shown::Rgb, None);
    check("rgb-jpeg-tiled.tif", 0, Shown::Rgb, None);
    for (name, shown) in [("gray-jpeg.tif", Shown::Gray), ("rgb-jpeg.tif", Shown::Rgb), ("rgb-jpeg-ycc.tif", Shown::Rgb)] {
        let (decoded, encoded) = first_page(&fixture(name));
        let (mean, _) = difference(&in_colour(&decoded.raster), &shown.samples());
        assert!(mean < 6.0, "{name}: {mean}");
        assert_eq!(encoded.image.encoding, Encoding::Jpeg, "{name}");
        assert_eq!(decode::decode(&encoded.image).unwrap(), decoded.raster, "{name}");
    }
    assert_eq!(open(&fixture("pages.tif")).summary().pages, 2);
    check("pages.tif", 0, Shown::Bilevel, Some(&FAX));
    check("pages.tif", 1, Shown::Gray, None);
}

#[test]
fn jpegs_show_their_page() {
    for (name, shown, dpi) in [
        ("progressive", Shown::Rgb, Some(200.0)),
        ("gray-progressive", Shown::Gray, Some(200.0)),
        ("rgb", Shown::Rgb, Some(200.0)),
        ("gray", Shown::Gray, Some(200.0)),
        ("restarts", Shown::Rgb, Some(200.0)),
        ("no-density", Shown::Rgb, None),
        ("no-jfif", Shown::Rgb, None),
        ("adobe-rgb", Shown::Rgb, None),
    ] {
        let geometry = check(&format!("{name}.jpg"), 0, shown, Some(&Encoding::Jpeg));
        assert_eq!(geometry.resolution, Resolution::square(dpi.unwrap_or(80.0 / (297.0 / 25.4))), "{name}");
    }
    let mut trailing = fixture("gray.jpg");
    trailing.extend_from_slice(&[0x55; 300]);
    let (decoded, _) = first_page(&trailing);
    assert_eq!(decoded.raster, first_page(&fixture("gray.jpg")).0.raster);
    for name in ["progressive.jpg", "restarts.jpg"] {
        let file = fixture(name);
        let cut = file[..file.len() * 2 / 3].to_vec();
        assert_eq!(code(OpenScan::open(cut, &IntakeLimits::default())), "file-damaged", "{name}");
    }
}

#[test]
fn pngs_show_their_page() {
    assert_eq!(check("bilevel.png", 0, Shown::Bilevel, None).resolution.x.round(), 200.0);
    for name in ["palette.png", "gray-16-bit.png", "gamma.png", "interlaced.png"] {
        check(name, 0, Shown::Gray, None);
    }
    let whole = Shown::Gray.samples();
    for (name, clear) in [("alpha.png", true), ("clear-colour.png", false)] {
        let (decoded, _) = first_page(&fixture(name));
        for (place, (found, drawn)) in in_colour(&decoded.raster).chunks(3).zip(whole.chunks(3)).enumerate() {
            let hidden = if clear { place % 60 < 30 } else { drawn == [0; 3] };
            assert_eq!(found, if hidden { &[255; 3] } else { drawn }, "{name}: pixel {place}");
        }
    }
    let file = fixture("interlaced.png");
    assert_eq!(code(OpenScan::open(file[..file.len() / 2].to_vec(), &IntakeLimits::default())), "file-damaged");
}
