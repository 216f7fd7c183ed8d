//! JPEG, PNG and TIFF.

use image::{DynamicImage, GrayImage, RgbaImage};

use super::fixtures::*;
use super::*;
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::{Channels, ColourModel, Encoding};

#[test]
fn a_jpeg_passes_byte_for_byte() {
    let file = jpeg(&page(160, 220, true));
    let (decoded, encoded) = first_page(&file);
    assert_eq!(encoded.image.bytes, file);
    assert_eq!((encoded.image.encoding, encoded.image.colour), (Encoding::Jpeg, ColourModel::Gray));
    assert_eq!(decoded.geometry.resolution, Resolution::square(200.0));
    assert_eq!(decoded.geometry.turn, Turn::None);
}

#[test]
fn exif_orientation_becomes_the_turn() {
    let plain = jpeg(&page(60, 40, true));
    for (orientation, turn) in [(1, Turn::None), (3, Turn::Half), (6, Turn::Right), (8, Turn::Left), (7, Turn::Right)] {
        let (decoded, _) = first_page(&with_orientation(&plain, orientation));
        assert_eq!(decoded.geometry.turn, turn, "{orientation}");
        assert_eq!((decoded.raster.width(), decoded.raster.height()), (60, 40));
    }
}

#[test]
fn a_page_without_sensible_resolution_is_taken_for_a4() {
    let file = png(&DynamicImage::ImageLuma8(GrayImage::new(1654, 2339)));
    let (decoded, _) = first_page(&file);
    assert!((decoded.geometry.resolution.y - 200.0).abs() < 0.1);
}

#[test]
fn a_black_and_white_png_becomes_group_4() {
    let raster = page(90, 70, false);
    let file = png(&DynamicImage::ImageLuma8(GrayImage::from_raw(90, 70, raster.samples().to_vec()).unwrap()));
    let (decoded, encoded) = first_page(&file);
    assert_eq!(decoded.raster, raster);
    assert_eq!(encoded.image.colour, ColourModel::Bilevel);
    assert_eq!(decode::decode(&encoded.image).unwrap(), raster);
}

#[test]
fn what_is_transparent_shows_white_paper() {
    let image = RgbaImage::from_raw(2, 1, vec![200, 0, 0, 0, 200, 10, 0, 255]).unwrap();
    let (decoded, encoded) = first_page(&png(&DynamicImage::ImageRgba8(image)));
    assert_eq!(decoded.raster.samples(), [255, 255, 255, 200, 10, 0]);
    assert_eq!((encoded.image.colour, encoded.image.encoding), (ColourModel::Rgb, Encoding::Flate));
}

#[test]
fn sizes_are_refused_by_the_header_alone() {
    let mut file = png(&DynamicImage::ImageLuma8(GrayImage::new(4, 4)));
    file[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    assert_eq!(code(OpenScan::open(file, &IntakeLimits::default())), "image-too-large");
    let tiny = IntakeLimits { file_mib: 0, ..IntakeLimits::default() };
    assert_eq!(code(OpenScan::open(vec![1], &tiny)), "file-too-large");
    let wide = tiff_page(&page(8, 8, false), 4, 0, vec![vec![0; 8]]);
    let tags =
        wide.tags.iter().map(|&(tag, value)| if matches!(tag, 256 | 257 | 278) { (tag, 60_000) } else { (tag, value) }).collect();
    let scan = open(&tiff(&[TiffPage { tags, ..wide }]));
    assert_eq!(scan.decode(0).unwrap_err().code().as_str(), "image-too-large");
}

#[test]
fn empty_and_foreign_files_have_their_codes() {
    let limits = IntakeLimits::default();
    assert_eq!(code(OpenScan::open(Vec::new(), &limits)), "file-empty");
    assert_eq!(code(OpenScan::open(b"Xin chao".to_vec(), &limits)), "file-unknown-type");
}

fn group4(raster: &Raster) -> Vec<u8> {
    encode::losslessly(raster).unwrap().bytes
}

#[test]
fn a_fax_tiff_in_one_strip_passes_byte_for_byte() {
    let raster = page(120, 90, false);
    let strip = group4(&raster);
    let file = tiff(&[tiff_page(&raster, 4, 0, vec![strip.clone()]), tiff_page(&raster, 4, 1, vec![strip.clone()])]);
    let scan = open(&file);
    assert_eq!(
        scan.summary(),
        ScanSummary { media_type: MediaType::Tiff, pages: 2, signatures: vec![], attachments: vec![], notes: vec![] }
    );
    let (decoded, encoded) = first_page(&file);
    assert_eq!(encoded.image.bytes, strip);
    assert_eq!(decoded.raster, raster);
    assert_eq!(decoded.geometry.resolution, Resolution { x: 204.0, y: 98.0 });
    // The second page says that what the fax calls black is white.
    let second = scan.decode(1).unwrap().raster;
    assert!(second.samples().iter().zip(raster.samples()).all(|(a, b)| *a == !b));
    assert!(scan.encode(1).unwrap().image.inverted);
}

#[test]
fn reversed_bits_are_put_in_order() {
    let raster = page(64, 30, false);
    let strip = group4(&raster);
    let mut fax = tiff_page(&raster, 4, 0, vec![strip.iter().map(|byte| byte.reverse_bits()).collect()]);
    fax.tags.push((266, 2));
    let (decoded, encoded) = first_page(&tiff(&[fax]));
    assert_eq!((decoded.raster, encoded.image.bytes), (raster, strip));
}

#[test]
fn fax_strips_are_joined() {
    let raster = page(80, 60, false);
    let half = |samples: &[u8]| group4(&Raster::new(80, 30, Channels::Gray, samples.to_vec()).unwrap());
    let (top, bottom) = raster.samples().split_at(80 * 30);
    let file = tiff(&[tiff_page(&raster, 4, 0, vec![half(top), half(bottom)])]);
    let (decoded, encoded) = first_page(&file);
    assert_eq!(decoded.raster, raster);
    assert_eq!(encoded.image.colour, ColourModel::Bilevel);
}

#[test]
fn group_3_is_read() {
    // Two rows of eight pixels: end of line, 8 white; end of line, 4 white, 4 black.
    let bits = "000000000001 10011 000000000001 1011 011 000000000001".replace(' ', "");
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|part| part.iter().enumerate().fold(0, |byte, (place, bit)| byte | ((bit - b'0') << (7 - place))))
        .collect();
    let raster = Raster::new(8, 2, Channels::Gray, [[255; 8], [255, 255, 255, 255, 0, 0, 0, 0]].concat()).unwrap();
    // Two rows at 98 dpi would be no sheet of paper.
    let (decoded, _) = first_page(&tiff(&[TiffPage { dpi: (1, 1), ..tiff_page(&raster, 3, 0, vec![bytes]) }]));
    assert_eq!(decoded.raster, raster);
}

#[test]
fn jpeg_in_tiff_becomes_a_whole_jpeg() {
    let raster = page(64, 48, true);
    let file = jpeg(&raster);
    let (decoded, encoded) = first_page(&tiff(&[tiff_page(&raster, 7, 1, vec![file.clone()])]));
    assert_eq!(encoded.image.bytes, file);
    assert_eq!(decoded.raster, codec::jpeg::decode(&file).unwrap());
    // The same with the tables apart, as libtiff writes it.
    let tables: Vec<u8> = [&file[..2], &segments(&file, &[0xDB, 0xC4]), &[0xFF, 0xD9]].concat();
    let image: Vec<u8> = [&file[..2], &segments(&file, &[0xC0]), &file[scan_start(&file)..]].concat();
    let apart = TiffPage { tables, ..tiff_page(&raster, 7, 1, vec![image]) };
    let (joined, encoded) = first_page(&tiff(&[apart]));
    assert_eq!(joined.raster, decoded.raster);
    assert_eq!(encoded.image.encoding, Encoding::Jpeg);
}

fn scan_start(file: &[u8]) -> usize {
    file.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap()
}

fn segments(file: &[u8], codes: &[u8]) -> Vec<u8> {
    let (mut at, mut found) = (2, Vec::new());
    while file[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        if codes.contains(&file[at + 1]) {
            found.extend_from_slice(&file[at..end]);
        }
        at = end;
    }
    found
}

#[test]
fn plain_and_deflated_tiffs_are_read() {
    let raster = page(33, 21, true);
    let (top, bottom) = raster.samples().split_at(33 * 11);
    let strips = vec![top.to_vec(), bottom.to_vec()];
    let (decoded, encoded) = first_page(&tiff(&[tiff_page(&raster, 1, 1, strips)]));
    assert_eq!(decoded.raster, raster);
    assert_eq!(encoded.image.encoding, Encoding::Flate);
    let (decoded, _) = first_page(&tiff(&[tiff_page(&raster, 8, 1, vec![zlib(raster.samples())])]));
    assert_eq!(decoded.raster, raster);
    let inverted: Vec<u8> = raster.samples().iter().map(|sample| !sample).collect();
    let (decoded, _) = first_page(&tiff(&[tiff_page(&raster, 1, 0, vec![inverted])]));
    assert_eq!(decoded.raster, raster);
}

#[test]
fn one_bit_tiffs_are_read_in_both_senses() {
    let raster = page(19, 5, false);
    let pack = |flip: u8| -> Vec<u8> {
        let row = |row: &[u8]| {
            row.chunks(8)
                .map(|part| part.iter().enumerate().fold(0, |byte, (i, s)| byte | ((s & 1) << (7 - i))) ^ flip)
                .collect::<Vec<u8>>()
        };
        raster.samples().chunks(19).flat_map(row).collect()
    };
    for (photometric, flip) in [(1, 0), (0, 0xFF)] {
        let mut plain = tiff_page(&raster, 1, photometric, vec![pack(flip)]);
        plain.tags.retain(|&(tag, _)| tag != 258);
        let (decoded, encoded) = first_page(&tiff(&[plain]));
        assert_eq!(decoded.raster, raster, "photometric {photometric}");
        assert_eq!(encoded.image.colour, ColourModel::Bilevel);
    }
}

#[test]
fn a_circle_of_pages_ends() {
    let raster = page(8, 8, true);
    let mut file = tiff(&[tiff_page(&raster, 1, 1, vec![raster.samples().to_vec()])]);
    let first = file[4..8].to_vec();
    let end = file.len();
    file[end - 4..].copy_from_slice(&first);
    assert_eq!(code(OpenScan::open(file, &IntakeLimits::default())), "file-damaged");
}

#[test]
fn pages_are_counted_against_the_limit() {
    let raster = page(8, 8, true);
    let pages: Vec<_> = (0..4).map(|_| tiff_page(&raster, 1, 1, vec![raster.samples().to_vec()])).collect();
    let limits = IntakeLimits { pages_per_file: 3, ..IntakeLimits::default() };
    assert_eq!(code(OpenScan::open(tiff(&pages), &limits)), "too-many-pages");
    assert_eq!(open(&tiff(&pages)).decode(4).unwrap_err().code().as_str(), "page-damaged");
}

#[test]
fn barcodes_are_found_in_all_four_turns() {
    for (format, text) in
        [(zxingcpp::BarcodeFormat::QRCode, "000.18.07.H38-230222-8470"), (zxingcpp::BarcodeFormat::Code128, "H38-230222-8470")]
    {
        let symbol = zxingcpp::create(format).from_str(text).unwrap();
        let drawn = symbol.to_image_with(&zxingcpp::write().scale(4).add_quiet_zones(true)).unwrap();
        let drawn = GrayImage::from_raw(drawn.width() as u32, drawn.height() as u32, drawn.data()).unwrap();
        let mut sheet = GrayImage::from_pixel(1000, 1400, image::Luma([255]));
        image::imageops::replace(&mut sheet, &drawn, 100, 200);
        let turned = [
            sheet.clone(),
            image::imageops::rotate90(&sheet),
            image::imageops::rotate180(&sheet),
            image::imageops::rotate270(&sheet),
        ];
        for (turn, sheet) in turned.into_iter().enumerate() {
            let raster = Raster::new(sheet.width(), sheet.height(), Channels::Gray, sheet.into_raw()).unwrap();
            // Once at full size, once at half.
            for half_size_above in [5000, 100] {
                let settings = BarcodeSettings { half_size_above, ..BarcodeSettings::default() };
                let found = find_barcodes(&raster, &settings);
                assert_eq!(found.iter().map(|code| code.text.as_str()).collect::<Vec<_>>(), [text], "turn {turn}");
                let corner = found[0].place.0[0];
                let (x, y) = match turn {
                    0 => (corner.x, corner.y),
                    1 => (corner.y, 1400.0 - corner.x),
                    2 => (1000.0 - corner.x, 1400.0 - corner.y),
                    _ => (1000.0 - corner.y, corner.x),
                };
                assert!((95.0..180.0).contains(&x) && (195.0..430.0).contains(&y), "{format:?} turn {turn}: {x} {y}");
            }
        }
    }
}

#[test]
fn unknown_symbologies_find_nothing() {
    let settings = BarcodeSettings { formats: vec!["Runes".into()], ..BarcodeSettings::default() };
    assert!(find_barcodes(&page(50, 50, false), &settings).is_empty());
}

#[test]
fn a_second_picture_in_a_file_is_no_page_lost() {
    let picture = page(96, 128, true);
    let gray = |raster: &Raster| GrayImage::from_raw(raster.width(), raster.height(), raster.samples().to_vec());
    let as_png = |raster: &Raster| png(&gray(raster).unwrap().into());
    let as_tiff = |raster: &Raster| tiff(&[tiff_page(raster, 1, 1, vec![raster.samples().to_vec()])]);
    let kinds = [("jpeg", jpeg(&picture)), ("png", as_png(&picture)), ("tiff", as_tiff(&picture))];
    let document = pdf(&[PdfPage::scan(PdfImage::jpeg(&picture), 100.0)]);
    let gif = [b"GIF89a".as_slice(), &[96, 0, 128, 0], &[0; 40]].concat();
    let others = kinds.iter().map(|(name, file)| (*name, file)).chain([("pdf", &document), ("gif", &gif)]);
    let others: Vec<(&str, &Vec<u8>)> = others.collect();
    let open = |parts: &[&[u8]]| OpenScan::open(parts.concat(), &IntakeLimits::default());
    for (first, file) in &kinds {
        for (second, behind) in &others {
            for between in [b"".as_slice(), b"\r\n--part\r\n", &[0; 700]] {
                let outcome = open(&[file, between, behind]).err();
                let expected = Some(IntakeError::ImageUnsupported(ScanFault::AnotherPicture));
                assert_eq!(outcome, expected, "{second} behind {first}");
            }
        }
        // One that was cut off was a page as well.
        assert!(open(&[file, &jpeg(&picture)[..700]]).is_err(), "half a page behind {first}");
        assert!(open(&[file, &as_png(&picture)[..90]]).is_err(), "half a page behind {first}");
        // Previews and what is no picture.
        let small = page(20, 30, true);
        for rest in [jpeg(&small), as_png(&small), vec![0; 5000], vec![0xFF; 5000], b"\xff\xd8\xff of something else".to_vec()] {
            assert!(open(&[file, &rest]).is_ok(), "{first}: {:?}", &rest[..9]);
        }
        assert!(open(&[file, b"II*\0\xff\xff\xff\xff MM\0* \x89PNG\r\n\x1a\n %PDF-x"]).is_ok(), "{first}");
    }
    // Other views that a phone lists.
    let (first, second) = (&kinds[0].1, &kinds[0].1);
    let listed = [&first[..2], &[0xFF, 0xE2, 0, 8], b"MPF\0II", &first[2..]].concat();
    assert!(open(&[&listed, second]).is_ok());
    assert!(open(&[&listed, &kinds[1].1]).is_err());
}

/// What a strip holds is of its page, whatever it looks like.
#[test]
fn a_picture_within_a_picture_is_none_of_its_own() {
    let picture = page(96, 128, true);
    let mut samples = vec![200; 600 * 40];
    let inner = jpeg(&picture);
    samples[5000..5000 + inner.len()].copy_from_slice(&inner);
    let raster = Raster::new(600, 40, Channels::Gray, samples.clone()).unwrap();
    let file = tiff(&[tiff_page(&raster, 1, 1, vec![samples])]);
    assert!(OpenScan::open(file, &IntakeLimits::default()).is_ok());
}

/// A film behind a picture, as phones write it, begins like one here and there.
#[test]
fn bytes_that_only_begin_like_a_picture_are_none() {
    let file = jpeg(&page(96, 128, true));
    let outcome = |behind: &[u8]| OpenScan::open([file.as_slice(), behind].concat(), &IntakeLimits::default()).err();
    let frame = |precision: u8, components: u8, parts: &[u8]| {
        let length = (8 + parts.len() as u16).to_be_bytes();
        [[0xFF, 0xC0].as_slice(), &length, &[precision, 3, 0, 3, 0, components], parts].concat()
    };
    let begun = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2];
    let sound = frame(8, 1, &[1, 0x11, 0]);
    let expected = Some(IntakeError::ImageUnsupported(ScanFault::AnotherPicture));
    assert_eq!(outcome(&[&begun[..], &sound].concat()), expected);
    assert_eq!(outcome(&[&begun[..], &[0xFF; 3], &sound].concat()), expected, "fill bytes");
    let noise = [0x41, 0x9C, 0x07, 0x00, 0xFF, 0x00, 0x33];
    for (name, bytes) in [
        ("stray bytes before a frame", [&begun[..], &noise, &sound].concat()),
        ("noise at once", [&begun[..3], &noise, &sound].concat()),
        ("no frame has this precision", [&begun[..], &frame(0x6B, 1, &[1, 0x11, 0])].concat()),
        ("no frame has so many components", [&begun[..], &frame(8, 9, &[1; 27])].concat()),
        ("a frame of another length", [&begun[..], &frame(8, 3, &[1, 0x11, 0, 7])].concat()),
        ("factors that none has", [&begun[..], &frame(8, 1, &[1, 0x90, 0])].concat()),
        ("a restart in a header", [&begun[..], &[0xFF, 0xD3], &sound].concat()),
    ] {
        assert_eq!(outcome(&bytes), None, "{name}");
    }
}

/// What a TIFF's directories lead to is its own, also where they do not say how long it is or other tags are damaged.
#[test]
fn pictures_that_directories_lead_to_are_none_besides() {
    let raster = page(96, 128, true);
    let inner = jpeg(&page(96, 127, true));
    let plain = || tiff_page(&raster, 1, 1, vec![raster.samples().to_vec()]);
    let bare = tiff(&[plain()]).len() as u32;
    let outcome = |tags: &[(u16, u32)], behind: &[u8]| {
        let mut page = plain();
        page.tags.extend(tags);
        OpenScan::open([tiff(&[page]), behind.to_vec()].concat(), &IntakeLimits::default()).err()
    };
    let another = Some(IntakeError::ImageUnsupported(ScanFault::AnotherPicture));
    // Each tag adds an entry of 12 bytes.
    let with = |tags: u32| bare + 12 * tags;
    assert_eq!(outcome(&[(700, 0)], &inner), another, "nothing leads to it");
    assert_eq!(outcome(&[(513, with(1))], &inner), None, "without a length");
    for length in [0, 1, inner.len() as u32, u32::MAX] {
        assert_eq!(outcome(&[(513, with(2)), (514, length)], &inner), None, "{length} bytes long");
    }
    // A directory below the page's, with one strip.
    let at = with(1);
    let strip = at + 2 + 24 + 4;
    let entry = |tag: u16, value: u32| [tag.to_le_bytes().as_slice(), &[4, 0, 1, 0, 0, 0], &value.to_le_bytes()].concat();
    let below = [[2, 0].as_slice(), &entry(273, strip), &entry(279, inner.len() as u32), &[0; 4], &inner].concat();
    assert_eq!(outcome(&[(330, at)], &below), None, "below the page");
    assert_eq!(outcome(&[(700, at)], &below), another);
}

/// Padding before the end marker is harmless in images of every kind.
#[test]
fn a_progressive_image_may_be_padded_at_its_end() {
    let file = real::fixture("progressive.jpg");
    let (image, end) = file.split_at(file.len() - 2);
    assert_eq!(end, [0xFF, 0xD9]);
    let decode = |between: &[u8]| open(&[image, between, end].concat()).decode(0).map(drop);
    assert_eq!((decode(&[]), decode(&[0; 3])), (Ok(()), Ok(())));
    assert!(decode(&[0x12, 0x34]).is_err());
}

/// Decoders pass over what stands there; it is coded data that a marker was written into.
#[test]
fn bytes_behind_a_marker_too_many_are_no_padding() {
    let file = jpeg(&page(96, 128, true));
    let (image, end) = file.split_at(file.len() - 2);
    let decode = |between: &[u8]| open(&[image, between, end].concat()).decode(0).map(drop);
    assert_eq!((decode(&[]), decode(&[0xFF, 0xD0]), decode(&[0, 0, 0])), (Ok(()), Ok(()), Ok(())));
    assert_eq!(decode(&[0xFF, 0xD0, 0x12, 0x34]).unwrap_err().code().as_str(), "page-damaged");
}
