//! PDF.

use pdf_writer::{Content, Name, Str};

use super::fixtures::*;
use super::*;
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::{Channels, ColourModel, Encoding};

fn close(resolution: Resolution, dpi: f32) -> bool {
    (resolution.x - dpi).abs() < 0.5 && (resolution.y - dpi).abs() < 0.5
}

fn gradient(width: u32, height: u32) -> Raster {
    let samples = (0..width * height).flat_map(|i| [(i % 251) as u8, (i % 13 * 9) as u8, 90]).collect();
    Raster::new(width, height, Channels::Rgb, samples).unwrap()
}

#[test]
fn a_scanned_jpeg_passes_byte_for_byte() {
    for raster in [page(160, 220, true), gradient(100, 140)] {
        let (decoded, encoded) = first_page(&pdf(&[PdfPage::scan(PdfImage::jpeg(&raster), 150.0)]));
        assert_eq!(encoded.image.bytes, jpeg(&raster));
        assert_eq!(encoded.image.encoding, Encoding::Jpeg);
        assert_eq!(decoded.raster, codec::jpeg::decode(&jpeg(&raster)).unwrap());
        assert!(close(decoded.geometry.resolution, 150.0), "{:?}", decoded.geometry);
    }
}

#[test]
fn an_empty_crop_box_cuts_nothing_off_a_scan() {
    let raster = page(160, 220, true);
    let file = pdf(&[PdfPage::scan(PdfImage::jpeg(&raster), 150.0)]);
    let at = file.windows(9).position(|piece| piece == b"/MediaBox").unwrap();
    let file = [&file[..at], b"/CropBox[0 0 0 0]", &file[at..]].concat();
    let (decoded, encoded) = first_page(&file);
    assert_eq!(encoded.image.bytes, jpeg(&raster));
    assert!(close(decoded.geometry.resolution, 150.0), "{:?}", decoded.geometry);
}

#[test]
fn a_jpeg_in_a_layer_of_flate_passes_byte_for_byte() {
    let raster = gradient(100, 140);
    let scan = |image| pdf(&[PdfPage::scan(image, 150.0)]);
    let (decoded, encoded) = first_page(&scan(PdfImage::jpeg_in_flate(&jpeg(&raster), &raster)));
    assert_eq!((encoded.image.bytes, encoded.image.encoding), (jpeg(&raster), Encoding::Jpeg));
    assert_eq!(decoded.raster, codec::jpeg::decode(&jpeg(&raster)).unwrap());

    // The JPEG's own header is looked at through the layer, before anything is decoded.
    let mut vast = jpeg(&raster);
    let frame = vast.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    vast[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let file = scan(PdfImage::jpeg_in_flate(&vast, &raster));
    assert!(matches!(open(&file).decode(0), Err(IntakeError::ImageTooLarge { width: 65_535, .. })));

    let cut = PdfImage::jpeg_in_flate(&jpeg(&raster), &raster);
    let file = scan(PdfImage { data: cut.data[..cut.data.len() / 2].to_vec(), ..cut });
    assert!(matches!(open(&file).decode(0), Err(IntakeError::PageDamaged(_))));
}

#[test]
fn a_scanned_fax_passes_byte_for_byte() {
    let raster = page(160, 220, false);
    for inverted in [false, true] {
        let image = PdfImage { inverted, ..PdfImage::group4(&raster) };
        let data = image.data.clone();
        let (decoded, encoded) = first_page(&pdf(&[PdfPage::scan(image, 200.0)]));
        assert_eq!(encoded.image.bytes, data);
        assert_eq!((encoded.image.colour, encoded.image.inverted), (ColourModel::Bilevel, inverted));
        assert!(decoded.raster.samples().iter().zip(raster.samples()).all(|(a, b)| (a == b) != inverted));
    }
}

#[test]
fn flate_images_are_packed_again_without_loss() {
    for raster in [page(90, 60, true), gradient(70, 50), page(90, 60, false)] {
        let (decoded, encoded) = first_page(&pdf(&[PdfPage::scan(PdfImage::flate(&raster), 100.0)]));
        assert_eq!(decoded.raster, raster);
        assert_eq!(decode::decode(&encoded.image).unwrap(), raster);
    }
}

#[test]
fn rotation_is_reported_and_not_done() {
    let raster = page(160, 220, true);
    for (rotate, turn) in [(90, Turn::Right), (180, Turn::Half), (-90, Turn::Left)] {
        let scan = PdfPage { rotate, ..PdfPage::scan(PdfImage::jpeg(&raster), 150.0) };
        let (decoded, encoded) = first_page(&pdf(&[scan]));
        assert_eq!(decoded.geometry.turn, turn);
        assert_eq!((decoded.raster.width(), encoded.image.bytes), (160, jpeg(&raster)));
    }
}

#[test]
fn an_image_that_lies_turned_on_its_page_is_turned_by_the_geometry() {
    let raster = page(160, 220, true);
    let scan = PdfPage::scan(PdfImage::jpeg(&raster), 100.0);
    let (width, height) = (scan.size.1, scan.size.0);
    let mut content = Content::new();
    // Rows of the image run down the page: it was turned to the right.
    content.transform([0.0, -height, width, 0.0, 0.0, height]).x_object(Name(b"I0"));
    let turned = PdfPage { size: (width, height), content: content.finish().into_vec(), ..scan };
    let (decoded, encoded) = first_page(&pdf(&[turned]));
    assert_eq!(decoded.geometry.turn, Turn::Right);
    assert!(close(decoded.geometry.resolution, 100.0));
    assert_eq!(encoded.image.bytes, jpeg(&raster));
}

#[test]
fn strips_are_drawn_at_their_own_resolution() {
    let raster = page(120, 160, true);
    let (top, bottom) = raster.samples().split_at(120 * 80);
    let strip = |samples: &[u8]| PdfImage::flate(&Raster::new(120, 80, Channels::Gray, samples.to_vec()).unwrap());
    let mut content = Content::new();
    for (name, y) in [(b"I0", 57.6), (b"I1", 0.0)] {
        content.save_state().transform([86.4, 0.0, 0.0, 57.6, 0.0, y]).x_object(Name(name)).restore_state();
    }
    let images = vec![strip(top), strip(bottom)];
    let file = pdf(&[PdfPage { size: (86.4, 115.2), rotate: 90, content: content.finish().into_vec(), images }]);
    let (decoded, encoded) = first_page(&file);
    assert!(close(decoded.geometry.resolution, 100.0));
    assert_eq!(decoded.geometry.turn, Turn::Right);
    assert_eq!(encoded.image.colour, ColourModel::Gray);
    let gray: Vec<u8> = decoded.raster.samples().chunks(3).map(|pixel| pixel[0]).collect();
    let worst = gray.iter().zip(raster.samples()).map(|(a, b)| a.abs_diff(*b)).max();
    assert_eq!(worst, Some(0));
}

#[test]
fn what_else_is_seen_on_the_page_is_drawn() {
    let raster = page(160, 220, true);
    let mut scan = PdfPage::scan(PdfImage::jpeg(&raster), 150.0);
    scan.content.extend_from_slice(b" 1 0 0 rg 10 10 30 30 re f");
    let (decoded, encoded) = first_page(&pdf(&[scan]));
    assert_eq!(encoded.image.colour, ColourModel::Rgb);
    let at = |x: usize, y: usize| &decoded.raster.samples()[(y * decoded.raster.width() as usize + x) * 3..][..3];
    // Lines beside the image are drawn at 300 dpi at least.
    assert!(close(decoded.geometry.resolution, 300.0));
    assert_eq!(at(100, decoded.raster.height() as usize - 100), [255, 0, 0]);
}

#[test]
fn what_the_image_hides_does_not_count() {
    let raster = page(160, 220, true);
    let mut scan = PdfPage::scan(PdfImage::jpeg(&raster), 150.0);
    scan.content.splice(0..0, *b"1 0 0 rg 10 10 30 30 re f ");
    assert_eq!(first_page(&pdf(&[scan])).1.image.bytes, jpeg(&raster));
}

#[test]
fn blank_pages_are_pages() {
    let blank = PdfPage { size: (144.0, 72.0), rotate: 0, content: Vec::new(), images: Vec::new() };
    let (decoded, encoded) = first_page(&pdf(&[blank]));
    assert_eq!((decoded.raster.width(), decoded.raster.height()), (600, 300));
    assert!(decoded.raster.samples().iter().all(|&sample| sample == 255));
    assert_eq!(encoded.image.colour, ColourModel::Bilevel);
}

#[test]
fn contents_without_a_byte_are_a_blank_page_and_lost_ones_are_not() {
    let file = |length: u32| {
        let objects = [
            "1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj".to_owned(),
            "2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj".to_owned(),
            "3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 144 72] /Resources <<>> /Contents 4 0 R>> endobj".to_owned(),
            format!("4 0 obj <</Length {length} /Filter /FlateDecode>> stream\n\nendstream endobj"),
        ];
        format!("%PDF-1.4\n{}\ntrailer <</Root 1 0 R /Size 5>>\n%%EOF", objects.join("\n")).into_bytes()
    };
    let (decoded, _) = first_page(&file(0));
    assert!(decoded.raster.samples().iter().all(|&sample| sample == 255));
    assert!(matches!(open(&file(300)).decode(0), Err(IntakeError::PageDamaged(_))));
}

#[test]
fn a_lost_or_broken_image_is_no_blank_page() {
    let raster = page(160, 220, true);
    let faults: [fn(&mut PdfPage); 4] = [
        |page| page.images.clear(),
        |page| page.images[0].data.truncate(900),
        |page| page.images[0].data = b"nothing".to_vec(),
        |page| page.images[0].width = 0,
    ];
    for (number, fault) in faults.iter().enumerate() {
        for image in [PdfImage::jpeg(&raster), PdfImage::flate(&raster)] {
            let mut scan = PdfPage::scan(image, 150.0);
            fault(&mut scan);
            let scan = open(&pdf(&[scan]));
            assert_eq!(scan.decode(0).unwrap_err().code().as_str(), "page-damaged", "fault {number}");
            assert_eq!(scan.encode(0).unwrap_err().code().as_str(), "page-damaged", "fault {number}");
        }
    }
}

#[test]
fn a_fax_cut_short_is_damaged() {
    let raster = page(160, 220, false);
    let mut image = PdfImage::group4(&raster);
    image.data.truncate(image.data.len() / 2);
    let scan = open(&pdf(&[PdfPage::scan(image, 150.0)]));
    assert_eq!(scan.decode(0).unwrap_err().code().as_str(), "page-damaged");
}

#[test]
fn a_pdf_with_a_password_is_refused() {
    let file = pdf(&[PdfPage::scan(PdfImage::jpeg(&page(60, 80, true)), 100.0)]);
    let text = String::from_utf8_lossy(&file).into_owned();
    let key = "00".repeat(32);
    let entry = format!("/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<00> <00>] /Root");
    let at = text.rfind("/Root").unwrap();
    let tail = text[at..].replacen("/Root", &entry, 1);
    let cut = file.windows(5).rposition(|part| part == b"/Root").unwrap();
    let encrypted = [&file[..cut], tail.as_bytes()].concat();
    assert_eq!(code(OpenScan::open(encrypted, &IntakeLimits::default())), "pdf-encrypted");
}

#[test]
fn a_pdf_of_which_pages_are_missing_is_damaged() {
    let raster = page(160, 220, true);
    let scans: Vec<_> = (0..3).map(|_| PdfPage::scan(PdfImage::jpeg(&raster), 150.0)).collect();
    let file = pdf(&scans);
    let text = file.windows(8).position(|part| part == b"/Count 3").unwrap();
    let mut miscounted = file.clone();
    miscounted[text + 7] = b'4';
    assert_eq!(code(OpenScan::open(miscounted, &IntakeLimits::default())), "file-damaged");
    let limits = IntakeLimits { pages_per_file: 2, ..IntakeLimits::default() };
    assert_eq!(code(OpenScan::open(file, &limits)), "too-many-pages");
}

#[test]
fn invisible_text_does_not_count() {
    let raster = page(160, 220, true);
    let mut scan = PdfPage::scan(PdfImage::jpeg(&raster), 150.0);
    let mut text = Content::new();
    text.begin_text().set_text_rendering_mode(pdf_writer::types::TextRenderingMode::Invisible);
    text.set_font(Name(b"F0"), 10.0).show(Str(b"word")).end_text();
    scan.content.push(b'\n');
    scan.content.extend(text.finish().into_vec());
    assert_eq!(first_page(&pdf(&[scan])).1.image.bytes, jpeg(&raster));
}

#[test]
fn a_pdf_cut_before_its_image_is_a_damaged_file() {
    let raster = page(160, 220, true);
    let file = pdf(&[PdfPage::scan(PdfImage::jpeg(&raster), 150.0)]);
    let image = file.windows(3).rposition(|part| part == [0xFF, 0xD8, 0xFF]).unwrap();
    for cut in [image - 100, image + 400] {
        let outcome = OpenScan::open(file[..cut].to_vec(), &IntakeLimits::default()).and_then(|scan| scan.decode(0));
        assert_eq!(outcome.unwrap_err().code().as_str(), "file-damaged", "cut at {cut}");
    }
}
