//! Small pages of every encoding, for the tests of this folder and for the outside validator:
//! `.ci/verapdf/validate target/verapdf-samples/*.pdf` after the tests have run.

use std::path::Path;

use fax::{Color, VecWriter, encoder::Encoder};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use time::macros::datetime;

use super::deflate::deflate;
use super::error::ImageFault;
use super::page_image::layer;
use super::*;
use crate::model::confidence::Confidence;
use crate::model::geometry::{Affine, Rect, Resolution};
use crate::model::raster::{ColourModel, Encoding};
use crate::model::text::{SecondReading, TextSource, Word};

const WIDTH: u32 = 480;
const HEIGHT: u32 = 360;
const TEXT: [&str; 3] =
    ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: 12/QĐ-UBND - Quyết định", "về việc đường Nguyễn Huệ 𠀋 (một)"];

/// Metadata of a sealed file.
pub(super) fn metadata() -> DocumentMetadata {
    DocumentMetadata {
        title: "Quyết định về việc cấp giấy chứng nhận".to_owned(),
        dossier_code: "H38.23-260412-1763".parse().unwrap(),
        file_name: "H38.23-260412-1763.001.pdf".to_owned(),
        scanned_at: datetime!(2026-04-12 09:30:00 +7),
        source_sha256: Sha256::from_bytes([0xab; 32]),
        source_name: "quét 001.jpg".to_owned(),
    }
}

/// Whether this pixel is ink: three bars where the three lines of text stand.
fn ink(x: u32, y: u32) -> bool {
    (40..440).contains(&x) && y % 100 >= 40 && y % 100 < 70 && x % 20 < 14
}

fn g4() -> Vec<u8> {
    let mut encoder = Encoder::new(VecWriter::new());
    for y in 0..HEIGHT {
        encoder.encode_line((0..WIDTH).map(|x| if ink(x, y) { Color::Black } else { Color::White }), WIDTH).unwrap();
    }
    encoder.finish().unwrap().finish()
}

fn jpeg(colour: ExtendedColorType, channels: usize) -> Vec<u8> {
    let pixel = |index: u32| if ink(index % WIDTH, index / WIDTH) { [20, 40, 90] } else { [250, 245, 240] };
    let samples: Vec<u8> = (0..WIDTH * HEIGHT).flat_map(|index| pixel(index).into_iter().take(channels)).collect();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80).encode(&samples, WIDTH, HEIGHT, colour).unwrap();
    bytes
}

fn packed_rows() -> Vec<u8> {
    let byte =
        |index: u32| (0..8).fold(0u8, |byte, bit| byte << 1 | u8::from(!ink(index % (WIDTH / 8) * 8 + bit, index / (WIDTH / 8))));
    (0..WIDTH / 8 * HEIGHT).map(byte).collect()
}

/// A JBIG2 segment: its number, kind, page and data (ITU-T T.88, 7.2).
fn segment(number: u32, kind: u8, page: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.extend([kind, 0, page]);
    bytes.extend((data.len() as u32).to_be_bytes());
    bytes.extend(data);
    bytes
}

/// A JBIG2 page whose one region is coded like Group 4, and a comment as shared segment.
fn jbig2() -> (Vec<u8>, Vec<u8>) {
    let sizes = [WIDTH, HEIGHT, 0, 0].map(u32::to_be_bytes).concat();
    let page = [sizes.as_slice(), &[0, 0, 0]].concat();
    let region = [sizes.as_slice(), &[0], &[1], &g4()].concat();
    let comment = [[0x20, 0, 0, 0].as_slice(), b"by\0tests\0\0"].concat();
    ([segment(1, 48, 1, &page), segment(2, 39, 1, &region)].concat(), segment(0, 62, 0, &comment))
}

fn image(colour: ColourModel, encoding: Encoding, bytes: Vec<u8>) -> EncodedImage {
    EncodedImage { width: WIDTH, height: HEIGHT, colour, inverted: false, encoding, bytes }
}

fn jp2(colour: ColourModel, bytes: &[u8]) -> EncodedImage {
    EncodedImage { width: 64, height: 48, colour, inverted: false, encoding: Encoding::Jpeg2000, bytes: bytes.to_vec() }
}

/// One image of each encoding, by name.
pub(super) fn images() -> Vec<(&'static str, EncodedImage)> {
    let (segments, globals) = jbig2();
    let fax = |black_is_1| Encoding::CcittG4 { black_is_1, byte_aligned: false };
    vec![
        ("jpeg-grey", image(ColourModel::Gray, Encoding::Jpeg, jpeg(ExtendedColorType::L8, 1))),
        ("jpeg-rgb", image(ColourModel::Rgb, Encoding::Jpeg, jpeg(ExtendedColorType::Rgb8, 3))),
        ("g4", image(ColourModel::Bilevel, fax(false), g4())),
        ("g4-inverted", EncodedImage { inverted: true, ..image(ColourModel::Bilevel, fax(true), g4()) }),
        ("jbig2", image(ColourModel::Bilevel, Encoding::Jbig2 { globals: None }, segments.clone())),
        ("jbig2-globals", image(ColourModel::Bilevel, Encoding::Jbig2 { globals: Some(globals) }, segments)),
        ("flate-bilevel", image(ColourModel::Bilevel, Encoding::Flate, deflate(&packed_rows(), 6))),
        ("flate-rgb", image(ColourModel::Rgb, Encoding::Flate, deflate(&vec![200; (WIDTH * HEIGHT * 3) as usize], 6))),
        ("jpeg2000-grey", jp2(ColourModel::Gray, include_bytes!("fixtures/grey.jp2"))),
        ("jpeg2000-rgb", jp2(ColourModel::Rgb, include_bytes!("fixtures/rgb.jp2"))),
    ]
}

/// [`TEXT`] where the bars are, on an image that is upright after `turn` and `skew` (as a slope).
fn lines(image: &EncodedImage, turn: Turn, skew: f32) -> Vec<Line> {
    let (width, height) = (image.width as f32, image.height as f32);
    let to_stored = match turn {
        Turn::None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        Turn::Right => [0.0, -1.0, 1.0, 0.0, 0.0, height],
        Turn::Half => [-1.0, 0.0, 0.0, -1.0, width, height],
        Turn::Left => [0.0, 1.0, -1.0, 0.0, width, 0.0],
    };
    let map = Affine { matrix: [1.0, skew, -skew, 1.0, 0.0, 0.0] }.then(&Affine { matrix: to_stored });
    let across = if matches!(turn, Turn::Right | Turn::Left) { height } else { width };
    let unit = across * 0.8 / 36.0;
    let line = |(row, text): (usize, &&str)| {
        let mut x = across * 0.1;
        let words = text.split(' ').map(|text| {
            let place =
                Rect { x, y: unit * (3.0 + 4.0 * row as f32), width: text.chars().count() as f32 * unit, height: unit * 2.0 };
            x += place.width + unit;
            Word {
                text: text.to_owned(),
                confidence: Confidence::NONE,
                place: place.corners(&map),
                source: TextSource::Ocr,
                engine: None,
                second: SecondReading::None,
            }
        });
        Line { words: words.collect(), begins_block: row == 1 }
    };
    TEXT.iter().enumerate().map(line).collect()
}

fn page(image: EncodedImage, turn: Turn, skew: f32) -> SealPage {
    let geometry = PageGeometry { resolution: Resolution { x: 150.0, y: 150.0 }, turn: Turn::None };
    SealPage { lines: lines(&image, turn, skew), image, geometry, turn }
}

/// The document of one encoding: the page at all four turns, skewed, and without text.
pub(super) fn pages(image: &EncodedImage) -> Vec<SealPage> {
    let mut pages: Vec<_> = Turn::ALL.into_iter().map(|turn| page(image.clone(), turn, 0.0)).collect();
    pages.push(page(image.clone(), Turn::None, 0.05));
    pages.push(SealPage { lines: Vec::new(), ..page(image.clone(), Turn::Half, 0.0) });
    pages
}

fn sealed(pages: Vec<SealPage>) -> Result<SealedDocument, SealError> {
    seal(pages.into_iter().map(Ok), &metadata(), &SealSettings::default())
}

/// A grey page that is upright after `turn`.
pub(super) fn page_of(turn: Turn) -> SealPage {
    page(images().remove(0).1, turn, 0.0)
}

fn grey_page() -> SealPage {
    page_of(Turn::None)
}

#[test]
fn every_encoding_is_read_back_and_left_for_the_validator() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/verapdf-samples");
    std::fs::create_dir_all(&folder).unwrap();
    let mut everything = Vec::new();
    for (name, image) in images() {
        let pages = pages(&image);
        everything.push(pages[0].clone());
        let document = sealed(pages).unwrap();
        read_back(&document.bytes, &document.proofs).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(page_count(&document.bytes).unwrap(), 6);
        let embedded = if image.encoding == Encoding::Jpeg { layer(&image.bytes) } else { image.bytes };
        assert!(document.bytes.windows(embedded.len()).any(|window| window == embedded), "{name}");
        std::fs::write(folder.join(format!("{name}.pdf")), document.bytes).unwrap();
    }
    let blank = sealed(vec![SealPage { lines: Vec::new(), ..grey_page() }]).unwrap();
    std::fs::write(folder.join("no-text.pdf"), blank.bytes).unwrap();
    let settings = SealSettings { agency: "Trung tâm Phục vụ hành chính công".to_owned(), ..SealSettings::default() };
    let mixed = seal(everything.into_iter().map(Ok::<_, SealError>), &metadata(), &settings).unwrap();
    std::fs::write(folder.join("mixed.pdf"), mixed.bytes).unwrap();
}

#[test]
fn a_jpeg_is_put_into_a_layer_only_where_that_saves_something() {
    let holds = |image: &EncodedImage, compression: u8| {
        let settings = SealSettings { compression, ..SealSettings::default() };
        let document = seal([Ok::<_, SealError>(page(image.clone(), Turn::None, 0.0))], &metadata(), &settings).unwrap();
        read_back(&document.bytes, &document.proofs).unwrap();
        document.bytes.windows(image.bytes.len()).any(|window| window == image.bytes)
    };
    let plain = images().remove(0).1;
    assert!(!holds(&plain, 6) && holds(&plain, 0));
    // A tail of noise leaves nothing to save.
    let noise = (0_u32..1 << 16).flat_map(|n| blake3::hash(&n.to_be_bytes()).as_bytes().to_vec());
    let dense = EncodedImage { bytes: plain.bytes.iter().copied().chain(noise).collect(), ..plain };
    assert!(holds(&dense, 6));
}

#[test]
fn stray_bytes_between_the_segments_of_a_jpeg_do_no_harm() {
    let plain = images().remove(0).1;
    let bytes = [&plain.bytes[..2], b"\0stray\xff\0", &plain.bytes[2..]].concat();
    let document = sealed(vec![page(EncodedImage { bytes, ..plain }, Turn::None, 0.0)]).unwrap();
    read_back(&document.bytes, &document.proofs).unwrap();
}

#[test]
fn a_page_proves_its_words_in_order() {
    let document = sealed(vec![grey_page()]).unwrap();
    assert_eq!(document.proofs[0].text, TEXT.join(" "));
}

#[test]
fn the_same_input_gives_the_same_bytes_and_another_one_another_identifier() {
    let document = sealed(vec![grey_page()]).unwrap();
    assert_eq!(document, sealed(vec![grey_page()]).unwrap());
    let identifier = |bytes: &[u8]| bytes.windows(4).rposition(|window| window == b"/ID ").map(|at| bytes[at..at + 40].to_vec());
    assert!(identifier(&document.bytes).is_some());
    let titled = DocumentMetadata { title: "Khác".to_owned(), ..metadata() };
    let other = seal([Ok::<_, SealError>(grey_page())], &titled, &SealSettings::default()).unwrap();
    assert_ne!(identifier(&document.bytes), identifier(&other.bytes));
}

#[test]
fn another_image_text_or_turn_is_not_taken_for_the_sealed_one() {
    let document = sealed(vec![grey_page()]).unwrap();
    let proof = document.proofs[0].clone();
    let wrong = [
        (PageProof { image: BlobId::of(b"other"), ..proof.clone() }, "image"),
        (PageProof { image_globals: Some(BlobId::of(b"other")), ..proof.clone() }, "image"),
        (PageProof { text: proof.text.replace("một", "hai"), ..proof.clone() }, "text"),
        (PageProof { turn: Turn::Half, ..proof.clone() }, "turned"),
    ];
    for (proof, what) in wrong {
        assert!(read_back(&document.bytes, &[proof]).unwrap_err().to_string().contains(what), "{what}");
    }
    assert!(matches!(read_back(&document.bytes, &[]), Err(ReadBackError::Pages { expected: 0, found: 1 })));
}

#[test]
fn a_file_cut_short_is_reported_wherever_it_is_cut() {
    let document = sealed(vec![page(images().remove(2).1, Turn::None, 0.0)]).unwrap();
    let length = document.bytes.len();
    // The last line break may go without harm.
    for cut in (0..length - 6).step_by(length / 200) {
        assert!(read_back(&document.bytes[..cut], &document.proofs).is_err(), "{cut}");
    }
    for rubbish in [b"".as_slice(), b"%PDF-1.7", b"startxref\n0\n%%EOF", &[0xff; 5000]] {
        assert!(read_back(rubbish, &document.proofs).is_err() && page_count(rubbish).is_err());
    }
}

#[test]
fn flipped_bytes_never_break_the_reader_and_never_pass_in_the_image() {
    let [jpeg, fax] = [0, 2].map(|index| images().remove(index).1);
    for (embedded, image) in [(layer(&jpeg.bytes), jpeg), (fax.bytes.clone(), fax)] {
        let document = sealed(vec![page(image, Turn::None, 0.0)]).unwrap();
        let start = document.bytes.windows(embedded.len()).position(|window| window == embedded).unwrap();
        let inside = start..start + embedded.len();
        for at in (0..document.bytes.len()).step_by(37) {
            let mut bytes = document.bytes.clone();
            bytes[at] ^= 0x15;
            let result = read_back(&bytes, &document.proofs);
            assert!(result.is_err() || !inside.contains(&at), "{at}");
        }
    }
}

#[test]
fn what_cannot_be_sealed_is_refused_with_a_reason() {
    assert_eq!(sealed(Vec::new()), Err(SealError::NoPages));
    for dpi in [0.0, -1.0, f32::NAN, f32::INFINITY, 1.0, 1e9] {
        let mut page = grey_page();
        page.geometry.resolution = Resolution::square(dpi);
        assert!(matches!(sealed(vec![page]), Err(SealError::PageSize { page: 1, .. })), "{dpi}");
    }
    let fault = |image: EncodedImage| match sealed(vec![grey_page(), page(image, Turn::None, 0.0)]) {
        Err(SealError::Image { page: 2, reason }) => reason,
        other => panic!("{:?}", other.map(|document| document.bytes.len())),
    };
    let [jpeg, jpeg2000] = [0, 8].map(|index| images().remove(index).1);
    assert_eq!(fault(EncodedImage { width: 0, ..jpeg.clone() }), ImageFault::Size);
    assert_eq!(fault(EncodedImage { width: u32::MAX, ..jpeg.clone() }), ImageFault::Size);
    assert_eq!(fault(EncodedImage { bytes: Vec::new(), ..jpeg.clone() }), ImageFault::Size);
    assert_eq!(fault(EncodedImage { colour: ColourModel::Rgb, ..jpeg.clone() }), ImageFault::Mismatch);
    assert_eq!(fault(EncodedImage { height: 10, ..jpeg.clone() }), ImageFault::Mismatch);
    assert_eq!(fault(EncodedImage { colour: ColourModel::Bilevel, ..jpeg.clone() }), ImageFault::Colour);
    assert_eq!(fault(EncodedImage { bytes: jpeg.bytes[..12].to_vec(), ..jpeg.clone() }), ImageFault::Header);
    assert_eq!(fault(EncodedImage { inverted: true, ..jpeg2000.clone() }), ImageFault::Colour);
    assert_eq!(fault(EncodedImage { colour: ColourModel::Rgb, ..jpeg2000.clone() }), ImageFault::Mismatch);
    // Without its boxes the codestream does not say what its colours are.
    assert_eq!(fault(EncodedImage { bytes: jpeg2000.bytes[85..].to_vec(), ..jpeg2000 }), ImageFault::Header);
}

#[test]
fn a_tag_that_is_no_language_is_refused() {
    for language in ["", "-", "vi_VN", "vi VN", "tiếng-việt", "9"] {
        let settings = SealSettings { language: language.to_owned(), ..SealSettings::default() };
        let result = seal([Ok::<_, SealError>(grey_page())], &metadata(), &settings);
        assert_eq!(result, Err(SealError::Language(language.to_owned())));
    }
}
