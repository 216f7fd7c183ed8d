//! Files that went wrong once, and others of their kinds; `tests/fixtures/cases/README.md` says what they are.

use super::fixtures::{tiff, tiff_page};
use super::*;
use crate::model::raster::Raster;
use crate::model::text::plain_text;

fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fonts that stand in, from where Debian puts them.
fn fonts() -> SubstituteFonts {
    SubstituteFonts::new(|name| std::fs::read(format!("/usr/share/fonts/truetype/croscore/{name}")).ok())
}

/// What becomes of a file when its first page is decoded and sealed.
fn outcome(file: Vec<u8>) -> &'static str {
    let read = OpenScan::open(file, &IntakeLimits::default()).and_then(|scan| scan.decode(0).map(drop));
    read.err().map_or("good", |error| error.code().as_str())
}

fn text(name: &str) -> String {
    let scan = OpenScan::open(file(name), &IntakeLimits::default()).unwrap().with_fonts(fonts());
    let page = scan.decode(0).unwrap();
    plain_text(&scan.embedded_text(0, &page.raster).lines)
}

/// Where the coded data of the first scan begin.
fn coded(jpeg: &[u8]) -> usize {
    let start = jpeg.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap() + 2;
    start + usize::from(u16::from_be_bytes([jpeg[start], jpeg[start + 1]]))
}

#[test]
fn a_jpeg_with_holes_is_refused_and_not_filled() {
    for name in ["cut-with-eoi.jpg", "lo-khong-mau.jpg"] {
        assert_eq!(outcome(file(&format!("cases/05-jpeg-holes/{name}"))), "page-damaged", "{name}");
    }
    let sound = file("intake/rgb.jpg");
    assert_eq!(outcome(sound.clone()), "good");
    let (from, to) = (coded(&sound), sound.len() - 2);
    let third = (to - from) / 3;
    let mut zeros = sound.clone();
    zeros[from + third..from + third + 400].fill(0);
    let mut missing = sound.clone();
    missing.drain(from + third..from + third + 333);
    let mut twice = sound.clone();
    twice.splice(from + third..from + third, sound[from..from + 200].to_vec());
    let cut = [&sound[..from + third], &[0xFF, 0xD9]].concat();
    let mut noise = sound.clone();
    for (place, byte) in noise.iter_mut().enumerate().skip(from + third).take(300) {
        *byte = (place * 37 % 251) as u8;
    }
    for (name, damaged) in [("zeros", zeros), ("missing", missing), ("twice", twice), ("cut", cut), ("noise", noise)] {
        assert_eq!(outcome(damaged), "page-damaged", "{name}");
    }
}

#[test]
fn a_jpeg_that_lost_an_interval_between_restarts_is_refused() {
    let sound = file("intake/restarts.jpg");
    assert_eq!(outcome(sound.clone()), "good");
    let restarts: Vec<usize> =
        (coded(&sound)..sound.len() - 1).filter(|&at| sound[at] == 0xFF && (0xD0..0xD8).contains(&sound[at + 1])).collect();
    let mut lost = sound.clone();
    lost.drain(restarts[1]..restarts[2]);
    assert_eq!(outcome(lost), "page-damaged");
    let mut swapped = sound;
    swapped[restarts[1] + 1] ^= 1;
    assert_eq!(outcome(swapped), "page-damaged");
}

#[test]
fn a_progressive_jpeg_cut_between_its_scans_is_refused() {
    for name in ["intake/progressive.jpg", "intake/gray-progressive.jpg"] {
        let sound = file(name);
        assert_eq!(outcome(sound.clone()), "good");
        let scans: Vec<usize> = (0..sound.len() - 1).filter(|&at| sound[at..at + 2] == [0xFF, 0xDA]).collect();
        for &scan in &scans[1..] {
            // Tables for the next scan stand before it and do no harm.
            let cut = [&sound[..scan], &[0xFF, 0xD9]].concat();
            assert_eq!(outcome(cut), "page-damaged", "{name}");
        }
        let mut hole = sound.clone();
        let at = coded(&sound) + 40;
        hole.drain(at..at + 30);
        assert_eq!(outcome(hole), "page-damaged", "{name}");
    }
}

/// Whether djpeg, which says what it had to make up, has nothing to say.
fn djpeg_is_content(jpeg: &[u8]) -> bool {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut djpeg = Command::new("djpeg");
    let mut child = djpeg.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.as_mut().expect("libjpeg-turbo-progs is needed: make test installs it");
    // It may give up before it has read all.
    let _ = child.stdin.take().unwrap().write_all(jpeg);
    let mut said = String::new();
    std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut said).unwrap();
    child.wait().unwrap().success() && said.is_empty()
}

#[test]
fn whatever_djpeg_had_to_make_up_is_refused() {
    let mut seen = 0;
    for name in ["rgb.jpg", "gray.jpg", "restarts.jpg", "progressive.jpg"] {
        let sound = file(&format!("intake/{name}"));
        assert!(djpeg_is_content(&sound), "{name}");
        let (from, to) = (coded(&sound), sound.len() - 2);
        for trial in 0..16 {
            let at = from + (to - from) * (2 * trial + 1) / 33;
            let length = [1, 7, 64, 300][trial % 4].min(to - at);
            let mut damaged = sound.clone();
            match trial / 4 {
                0 => drop(damaged.drain(at..at + length)),
                1 => damaged[at..at + length].fill(0),
                2 => damaged[at..at + length].iter_mut().for_each(|byte| *byte ^= 0x5A),
                _ => drop(damaged.drain(at..to)),
            }
            if !djpeg_is_content(&damaged) {
                seen += 1;
                let outcome = outcome(damaged);
                assert!(matches!(outcome, "page-damaged" | "file-damaged" | "image-unsupported"), "{name} {trial}: {outcome}");
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn good_jpegs_of_every_kind_are_still_taken() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/intake");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "jpg") {
            assert_eq!(outcome(std::fs::read(&path).unwrap()), "good", "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 8);
    // Some scanners fill up the last block of what they send.
    let mut padded = file("intake/gray.jpg");
    let end = padded.len() - 2;
    padded.splice(end..end, [0; 8]);
    assert_eq!(outcome(padded), "good");
}

#[test]
fn colours_coded_one_after_the_other_are_read() {
    let (decoded, encoded) = first_page(&file("cases/11-non-interleaved-jpeg/roi-rac.jpg"));
    let samples = decoded.raster.samples();
    let mean = samples.iter().map(|&sample| u64::from(sample)).sum::<u64>() / samples.len() as u64;
    assert!(mean > 180, "a page of paper, not of green stripes: {mean}");
    assert_eq!(encoded.image.encoding, crate::model::raster::Encoding::Jpeg);
}

#[test]
fn a_height_told_late_is_the_height_of_the_page() {
    let (decoded, encoded) = first_page(&file("cases/12-dnl-jpeg/hp-adf-65535.jpg"));
    assert_eq!((decoded.raster.width(), decoded.raster.height()), (1240, 1754));
    // Other readers know nothing of such heights.
    assert_eq!(&encoded.image.bytes[89 + 5..89 + 7], 1754_u16.to_be_bytes());
    // Without a word on it the data tell, to the block.
    let untold = file("cases/12-dnl-jpeg/hp-adf-65535.jpg");
    let untold = [&untold[..untold.len() - 8], &[0xFF, 0xD9]].concat();
    assert_eq!(first_page(&untold).0.raster.height(), 1760);
}

#[test]
fn white_space_before_a_jpeg_is_passed() {
    let (decoded, _) = first_page(&file("cases/15-newline-before-soi/xuong-dong-truoc-jpeg.pdf"));
    assert_eq!((decoded.raster.width(), decoded.raster.height()), (1000, 1414));
    let jpeg = file("intake/gray.jpg");
    let alone = first_page(&[b"\r\n".as_slice(), &jpeg].concat());
    assert_eq!(alone.0, first_page(&jpeg).0);
    assert!(alone.1.image.bytes.starts_with(&[0xFF, 0xD8]));
}

#[test]
fn a_tiff_that_says_rgb_around_ycbcr_has_its_own_colours() {
    let (decoded, _) = first_page(&file("cases/10-tiff-rgb-tag-ycbcr/rgb-tag-ycbcr-data.tif"));
    // Paper is white in all channels alike, and not pink.
    let mut apart: Vec<u8> = decoded.raster.samples().chunks_exact(3).map(|pixel| pixel[0].abs_diff(pixel[1])).collect();
    apart.sort_unstable();
    assert!(apart[apart.len() / 2] < 12, "{}", apart[apart.len() / 2]);
}

#[test]
fn a_pdf_whose_last_addition_lost_its_end_is_refused() {
    assert_eq!(open(&file("cases/04-incremental-cut/ba-trang-du.pdf")).summary().pages, 3);
    assert_eq!(outcome(file("cases/04-incremental-cut/ba-trang-cut-xref.pdf")), "file-damaged");
    // Wherever it was cut, no page is lost without a word.
    let whole = file("cases/04-incremental-cut/ba-trang-du.pdf");
    let first = memchr::memmem::find(&whole, b"%%EOF").unwrap() + 6;
    for part in 1..10 {
        let at = first + (whole.len() - first) * part / 10;
        assert_eq!(code(OpenScan::open(whole[..at].to_vec(), &IntakeLimits::default())), "file-damaged", "{part}");
    }
}

#[test]
fn a_pdf_that_lost_its_last_bytes_only_has_all_its_pages_or_is_refused() {
    let whole = file("cases/04-incremental-cut/ba-trang-du.pdf");
    for lost in 1..60 {
        let opened = OpenScan::open(whole[..whole.len() - lost].to_vec(), &IntakeLimits::default());
        assert!(opened.is_err() || opened.is_ok_and(|scan| scan.summary().pages == 3), "{lost}");
    }
}

#[test]
fn two_pdfs_in_one_file_are_refused() {
    assert_eq!(outcome(file("cases/06-two-pdfs-in-one/hai-pdf-noi.pdf")), "pdf-several");
}

#[test]
fn attached_papers_are_refused_or_named() {
    assert_eq!(outcome(file("cases/07-portfolio-attachment-xfa/ho-so-portfolio.pdf")), "pdf-portfolio");
    let summary = open(&file("cases/07-portfolio-attachment-xfa/quyet-dinh-kem-phu-luc.pdf")).summary();
    assert_eq!(summary.attachments.len(), 1, "{summary:?}");
}

#[test]
fn what_was_filled_in_is_never_lost_without_a_word() {
    assert_eq!(outcome(file("cases/08-no-appearance/to-khai-dien-san.pdf")), "pdf-no-appearance");
}

#[test]
fn text_under_correction_fluid_is_no_text() {
    let read = text("cases/02-whiteout-number/tay-xoa-go-lai.pdf");
    assert!(read.contains("Số: 78/QĐ-UBND") && read.contains("20.500.000"), "{read}");
    assert!(!read.contains("45/QĐ") && !read.contains("15.000.000"), "{read}");
}

#[test]
fn the_letter_oi_is_read_as_the_u_with_horn_that_it_shows() {
    let read = text("cases/09-oi-for-u-horn/word-cu-ua.pdf");
    assert!(read.contains("Người sử dụng đất được cấp") && !read.contains(['ƣ', 'Ƣ']), "{read}");
}

#[test]
fn headings_set_apart_are_words() {
    let read = text("cases/14-letter-spacing/gian-chu.pdf");
    assert!(read.contains("ĐIỀU KHOẢN VÀ ĐIỀU KIỆN"), "{read}");
}

#[test]
fn letters_of_fonts_that_are_not_there_are_drawn_or_missed() {
    let file = file("cases/18-fonts-not-embedded/cid-identity-not-embedded.pdf");
    let ink = |fonts: SubstituteFonts| {
        let scan = OpenScan::open(file.clone(), &IntakeLimits::default()).unwrap().with_fonts(fonts);
        scan.decode(0).map(|page| page.raster.samples().iter().filter(|&&sample| sample < 128).count())
    };
    assert_eq!(ink(SubstituteFonts::default()).unwrap_err().code().as_str(), "pdf-fonts-missing");
    assert!(ink(fonts()).unwrap() > 1000, "fonts-croscore is needed: make test installs it");
}

#[test]
fn letters_that_a_table_of_codes_lacks_are_missed() {
    for name in ["jp-ucs2.pdf", "jp-utf16.pdf"] {
        let scan = OpenScan::open(file(&format!("cases/18-fonts-not-embedded/{name}")), &IntakeLimits::default());
        let read = scan.unwrap().with_fonts(fonts()).decode(0);
        assert_eq!(read.unwrap_err().code().as_str(), "pdf-fonts-missing", "{name}: gaps for the letters of Vietnamese");
    }
}

/// A page of white paper with black bars and one in green, and a JPEG of its YCbCr that says nothing of itself.
fn green_on_white() -> (Raster, Vec<u8>) {
    use crate::model::raster::Channels;
    let grey = fixtures::page(64, 48, false);
    let coloured = |(place, &sample): (usize, &u8)| if place % 64 > 48 && sample == 0 { [0, 160, 40] } else { [sample; 3] };
    let samples = grey.samples().iter().enumerate().flat_map(coloured).collect();
    let raster = Raster::new(64, 48, Channels::Rgb, samples).unwrap();
    let file = fixtures::jpeg(&raster);
    // Without its JFIF marker.
    let length = usize::from(u16::from_be_bytes([file[4], file[5]]));
    assert_eq!(file[2..4], [0xFF, 0xE0]);
    let silent = [&file[..2], &file[4 + length..]].concat();
    (raster, silent)
}

/// The mean distance of the samples of two pages.
fn apart(one: &Raster, other: &Raster) -> f64 {
    assert_eq!((one.width(), one.height(), one.channels()), (other.width(), other.height(), other.channels()));
    let sum: u64 = one.samples().iter().zip(other.samples()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.samples().len() as f64
}

/// In one strip the colours were those of the JPEG, in the next those of the tag.
#[test]
fn strips_of_one_page_have_the_same_colours_whatever_each_says() {
    use crate::model::raster::Channels;
    let (page, silent) = green_on_white();
    let strip = |from: usize, says: bool| {
        let half = Raster::new(64, 24, Channels::Rgb, page.samples()[from * 64 * 3..(from + 24) * 64 * 3].to_vec()).unwrap();
        let file = fixtures::jpeg(&half);
        let length = usize::from(u16::from_be_bytes([file[4], file[5]]));
        if says { file } else { [&file[..2], &file[4 + length..]].concat() }
    };
    const RGB: u32 = 2;
    const YCBCR: u32 = 6;
    for photometric in [RGB, YCBCR] {
        for says in [[true, false], [false, true], [true, true], [false, false]] {
            let strips = vec![strip(0, says[0]), strip(24, says[1])];
            let (decoded, _) = first_page(&tiff(&[tiff_page(&page, 7, photometric, strips)]));
            assert!(apart(&decoded.raster, &page) < 8.0, "{photometric} {says:?}: {}", apart(&decoded.raster, &page));
        }
        let (decoded, encoded) = first_page(&tiff(&[tiff_page(&page, 7, photometric, vec![silent.clone()])]));
        assert!(apart(&decoded.raster, &page) < 8.0, "{photometric}");
        assert_eq!(encoded.image.encoding, crate::model::raster::Encoding::Jpeg);
    }
}

#[test]
fn strips_that_are_red_green_and_blue_stay_so() {
    // Taken for brightness and two colours they would be green and pink.
    let (page, _) = green_on_white();
    let encoded = cjpeg(&page, &["-rgb"]);
    assert!(encoded.windows(5).any(|part| part == b"Adobe"));
    for photometric in [2, 6] {
        let (decoded, _) = first_page(&tiff(&[tiff_page(&page, 7, photometric, vec![encoded.clone()])]));
        assert!(apart(&decoded.raster, &page) < 8.0, "{photometric}: {}", apart(&decoded.raster, &page));
    }
}

/// A page as libjpeg encodes it.
fn cjpeg(page: &Raster, arguments: &[&str]) -> Vec<u8> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("cjpeg")
        .args(["-quality", "92"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("libjpeg-turbo-progs is needed: make test installs it");
    let kind = if page.channels() == crate::model::raster::Channels::Rgb { "P6" } else { "P5" };
    let head = format!("{kind} {} {} 255\n", page.width(), page.height());
    child.stdin.take().unwrap().write_all(&[head.as_bytes(), page.samples()].concat()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// Each colour in a scan of its own, with and without restarts, at whole and at half size of the colours.
#[test]
fn colours_that_another_program_coded_apart_are_read() {
    let (page, _) = green_on_white();
    let folder = tempfile::tempdir().unwrap();
    let scans = folder.path().join("scans");
    std::fs::write(&scans, "0;\n1;\n2;\n").unwrap();
    let scans = scans.to_str().unwrap();
    for more in [&["-sample", "1x1"][..], &["-sample", "2x2"], &["-sample", "2x1", "-restart", "3B"]] {
        let file = cjpeg(&page, &[&["-scans", scans], more].concat());
        assert!(djpeg_is_content(&file));
        let (decoded, _) = first_page(&file);
        assert!(apart(&decoded.raster, &page) < 16.0, "{more:?}: {}", apart(&decoded.raster, &page));
        // A colour that is not there is no grey page.
        let last = file.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
        assert_eq!(outcome([&file[..last], &[0xFF, 0xD9]].concat()), "page-damaged", "{more:?}");
    }
}

/// The number of lines behind the data, in a file of another program than the given one.
#[test]
fn a_height_told_behind_the_data_is_held_against_them() {
    let page = fixtures::page(64, 48, true);
    for arguments in [&[][..], &["-restart", "2"]] {
        let sound = cjpeg(&page, arguments);
        let frame = sound.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        let told = |height: u16, lines: Option<u16>| {
            let mut file = sound.clone();
            file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
            let end = file.len() - 2;
            if let Some(lines) = lines {
                let [high, low] = lines.to_be_bytes();
                file.splice(end..end, [0xFF, 0xDC, 0, 4, high, low]);
            }
            file
        };
        for height in [0, 0xFFFF] {
            let (decoded, _) = first_page(&told(height, Some(48)));
            assert_eq!((decoded.raster.height(), decoded.raster.width()), (48, 64), "{arguments:?} {height}");
            assert_eq!(first_page(&told(height, None)).0.raster.height(), 48, "{arguments:?} {height}: six rows of blocks");
            assert_ne!(outcome(told(height, Some(96))), "good", "{arguments:?} {height}: more lines than there are");
        }
    }
}
