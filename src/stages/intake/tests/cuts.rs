//! Pages cut out of stacks: theirs whole, nothing of the others.

use std::io::Cursor;

use ::tiff::encoder::colortype::Gray8;
use ::tiff::encoder::{Compression, TiffEncoder};

use super::fixtures::{PdfImage, PdfPage, jpeg, of_objects, page, pdf, stream};
use super::*;
use crate::model::geometry::Turn;

fn holds(file: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(file, part).is_some()
}

/// Three pages with one list of resources between them, as scanners' programs write it, a link from the
/// first to the last, and a field that lies on both.
fn stack() -> (Vec<u8>, Vec<Vec<u8>>) {
    let images: Vec<Vec<u8>> = (0..3).map(|number| jpeg(&page(200 + number * 10, 280, true))).collect();
    let image = |number: usize| {
        let entries = format!(
            "/Subtype/Image/Width {}/Height 280/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode",
            200 + number * 10
        );
        stream(&entries, &images[number])
    };
    let form_of = |number: usize| if number == 1 { String::new() } else { format!(" /Fm{number} Do") };
    let contents = |number: usize| stream("", format!("q 200 0 0 280 0 0 cm /Im#3{number} Do Q{}", form_of(number)).as_bytes());
    let form = |number: usize| {
        stream("/Subtype/Form/BBox[0 0 9 9]", format!("/G{number} gs 0 0 5 5 re f % form-of-{number}").as_bytes())
    };
    let page = |contents: usize, annotations: &str| {
        format!("<</Type/Page/Parent 2 0 R/Contents {contents} 0 R/Annots[{annotations}]>>").into_bytes()
    };
    let shown = stream("/Subtype/Form/BBox[0 0 20 10]", b"BT (Citizen) Tj ET 0 0 3 3 re f");
    let objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[15 0 R]>>/Outlines<</Title(secret-outline)>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3/MediaBox[0 0 200.5 280]/Rotate 90/Resources 6 0 R>>".to_vec(),
        page(10, "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest[5 0 R/Fit]>> 16 0 R"),
        page(11, ""),
        page(12, "17 0 R"),
        b"<</XObject<</Im0 7 0 R/Im1 8 0 R/Im2 9 0 R/Fm0 13 0 R/Fm2 14 0 R>>/ExtGState<</G0<</CA 0.5>>/G2<</CA 0.25>>>>>>"
            .to_vec(),
        image(0),
        image(1),
        image(2),
        contents(0),
        contents(1),
        contents(2),
        form(0),
        form(2),
        b"<</FT/Tx/T(name)/V(Citizen)/Kids[16 0 R 17 0 R]>>".to_vec(),
        b"<</Type/Annot/Subtype/Widget/Rect[20 20 40 30]/P 3 0 R/Parent 15 0 R/AP<</N 18 0 R>>>>".to_vec(),
        b"<</Type/Annot/Subtype/Widget/Rect[20 20 40 30]/P 5 0 R/Parent 15 0 R/AP<</N 18 0 R>>/Contents(secret-note)>>".to_vec(),
        shown,
    ];
    (of_objects(&objects), images)
}

#[test]
fn a_cut_of_a_pdf_holds_its_pages_byte_for_byte_and_nothing_of_the_others() {
    let (file, images) = stack();
    let cut = open(&file).cut(&[0]).unwrap();
    assert!(holds(&cut, &images[0]) && holds(&cut, b"form-of-0") && holds(&cut, b"/CA 0.5"));
    assert!(holds(&cut, b"/Rotate 90") && holds(&cut, b"200.5") && holds(&cut, b"/FT /Tx"));
    for other in [&images[1][..], &images[2], b"form-of-2", b"/CA 0.25", b"secret-outline", b"secret-note"] {
        assert!(!holds(&cut, other), "{}", String::from_utf8_lossy(&other[..other.len().min(20)]));
    }
    assert_eq!(cut, open(&file).cut(&[0]).unwrap(), "the same cut has the same bytes");
    let two = open(&file).cut(&[2, 1]).unwrap();
    assert!(holds(&two, &images[2]) && holds(&two, &images[1]) && !holds(&two, &images[0]));
    let (whole, two) = (open(&file), open(&two));
    for (place, ordinal) in [(0, 2), (1, 1)] {
        assert_eq!(two.decode(place).unwrap(), whole.decode(ordinal).unwrap());
    }
    assert!(open(&file).cut(&[3]).is_err());
}

#[test]
fn what_stands_before_the_start_of_a_jpeg_stays_there_in_a_cut() {
    let raster = page(200, 280, true);
    let late = [b"\n", &jpeg(&raster)[..]].concat();
    let image = PdfImage { data: late.clone(), ..PdfImage::jpeg(&raster) };
    let file = pdf(&[PdfPage::scan(image, 100.0), PdfPage::scan(PdfImage::jpeg(&raster), 100.0)]);
    assert!(holds(&open(&file).cut(&[0]).unwrap(), &late));
}

fn tiff_of(pages: &[Raster], compression: Compression, big: bool) -> Vec<u8> {
    fn write<K: ::tiff::encoder::TiffKind>(
        mut encoder: TiffEncoder<&mut Cursor<Vec<u8>>, K>,
        pages: &[Raster],
        compression: Compression,
    ) {
        encoder = encoder.with_compression(compression);
        for page in pages {
            let mut image = encoder.new_image::<Gray8>(page.width(), page.height()).unwrap();
            image.rows_per_strip(64).unwrap();
            image.write_data(page.samples()).unwrap();
        }
    }
    let mut file = Cursor::new(Vec::new());
    if big {
        write(TiffEncoder::new_big(&mut file).unwrap(), pages, compression);
    } else {
        write(TiffEncoder::new(&mut file).unwrap(), pages, compression);
    }
    file.into_inner()
}

#[test]
fn a_cut_of_a_tiff_has_the_strips_of_its_pages_and_no_others() {
    let pages: Vec<Raster> = (0..3).map(|number| page(300 + number, 200, number != 1)).collect();
    for (compression, big) in [(Compression::Lzw, false), (Compression::Uncompressed, true), (Compression::Packbits, false)] {
        let file = tiff_of(&pages, compression, big);
        let whole = open(&file);
        let cut = whole.cut(&[2, 0]).unwrap();
        let again = open(&cut);
        assert_eq!(again.summary().pages, 2);
        for (place, ordinal) in [(0, 2), (1, 0)] {
            assert_eq!(again.decode(place).unwrap(), whole.decode(ordinal).unwrap());
        }
        if big {
            let rows = |number: usize| &pages[number].samples()[..64 * pages[number].width() as usize];
            assert!(holds(&cut, rows(2)) && holds(&cut, rows(0)) && !holds(&cut, rows(1)));
        }
        assert!(cut.len() < file.len());
    }
}

/// A TIFF of pages of 64 × 64 with orientation, resolution, colour profile and camera's notes each.
fn noted_tiff(pages: usize) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let entry = |tag: u16, kind: u16, count: usize, value: usize| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &number(count), &number(value)].concat()
    };
    let directory = |file: &mut Vec<u8>, entries: &[Vec<u8>]| {
        let place = file.len();
        file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        file.extend(entries.concat());
        file.extend([0; 4]);
        place
    };
    let value = |file: &mut Vec<u8>, bytes: &[u8]| {
        file.extend(bytes);
        file.len() - bytes.len()
    };
    for page in 0..pages {
        let strip = value(&mut file, &[200 + u8::try_from(page).unwrap(); 64 * 64]);
        let dpi = value(&mut file, &[number(150 + page), number(1)].concat());
        let mut text = |what: &str| value(&mut file, format!("{what}-of-{page}!").as_bytes());
        let (profile, comment, area, known) = (text("icc!"), text("exif"), text("gps!"), text("how!"));
        let understood = directory(&mut file, &[entry(1, 2, 10, known)]);
        let notes = directory(&mut file, &[entry(37510, 7, 10, comment), entry(40965, 4, 1, understood)]);
        let places = directory(&mut file, &[entry(28, 7, 10, area)]);
        let entries = [
            entry(256, 4, 1, 64),
            entry(257, 4, 1, 64),
            entry(258, 3, 1, 8),
            entry(259, 3, 1, 1),
            entry(262, 3, 1, 1),
            entry(273, 4, 1, strip),
            entry(274, 3, 1, 6),
            entry(277, 3, 1, 1),
            entry(278, 4, 1, 64),
            entry(279, 4, 1, 64 * 64),
            entry(282, 5, 1, dpi),
            entry(283, 5, 1, dpi),
            entry(296, 3, 1, 2),
            entry(34665, 4, 1, notes),
            entry(34675, 7, 10, profile),
            entry(34853, 4, 1, places),
        ];
        let place = directory(&mut file, &entries);
        file[link..link + 4].copy_from_slice(&number(place));
        link = file.len() - 4;
    }
    file
}

#[test]
fn what_a_page_of_a_tiff_says_of_itself_goes_with_it_and_nothing_of_the_others() {
    let file = noted_tiff(3);
    let (whole, cut) = (open(&file), open(&file).cut(&[1]).unwrap());
    for what in ["icc!", "exif", "gps!", "how!"] {
        assert!(holds(&cut, format!("{what}-of-1!").as_bytes()), "{what}");
        assert!(!holds(&cut, format!("{what}-of-0!").as_bytes()) && !holds(&cut, format!("{what}-of-2!").as_bytes()), "{what}");
    }
    let page = open(&cut).decode(0).unwrap();
    assert_eq!(page, whole.decode(1).unwrap());
    assert_eq!((page.geometry.turn, page.geometry.resolution.x), (Turn::Right, 151.0));
    // The copies are reached: a cut of the cut has them still.
    let again = open(&cut).cut(&[0]).unwrap();
    assert!(holds(&again, b"exif-of-1!") && holds(&again, b"how!-of-1!"));
    // Notes that lie beyond the file hinder nobody.
    let mut lost = file.clone();
    let notes = memchr::memmem::rfind(&file, &34665_u16.to_le_bytes()).unwrap();
    lost[notes + 8..notes + 12].fill(0xff);
    assert!(open(&lost).cut(&[2]).is_ok());
}

#[test]
fn a_page_that_reaches_into_another_is_not_cut_out_of_a_tiff() {
    let pages: Vec<Raster> = (0..2).map(|number| page(64, 64 + number, true)).collect();
    let file = tiff_of(&pages, Compression::Uncompressed, false);
    let cut = open(&file).cut(&[0]);
    assert!(cut.is_ok());
    // The first strip of 4,096 bytes is said to be longer.
    let mut reaching = file.clone();
    let place = memchr::memmem::find(&file, &[0x17, 1, 4, 0, 1, 0, 0, 0, 0, 0x10, 0, 0]).unwrap();
    reaching[place + 9] = 0x11;
    assert!(matches!(open(&reaching).cut(&[0]), Err(IntakeError::ImageUnsupported(_))));
}

#[test]
fn a_file_of_one_picture_is_not_cut() {
    assert!(open(&jpeg(&page(200, 280, true))).cut(&[0]).is_err());
}
