//! Text and signatures of born-digital files; `tests/fixtures/digital/README.md` says what they are.

use time::macros::datetime;

use super::*;
use crate::model::geometry::{Rect, Turn};
use crate::model::signature::{Signature, SignatureIntegrity::*};
use crate::model::text::{Line, TextSource, plain_text};

fn file(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/digital");
    std::fs::read(folder.join(name)).unwrap()
}

fn text(name: &str) -> (DecodedPage, Vec<Line>) {
    let scan = open(&file(name));
    let page = scan.decode(0).unwrap();
    let lines = scan.embedded_text(0, &page.raster).lines;
    (page, lines)
}

fn signatures(name: &str) -> Vec<Signature> {
    open(&file(name)).summary().signatures
}

/// The text of the decision that most files show.
const DECISION: [&str; 8] = [
    "ỦY BAN NHÂN DÂN",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "XÃ SA MÙ",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 123/QĐ-UBND",
    "Sa Mù, ngày 05 tháng 3 năm 2026",
    "QUYẾT ĐỊNH",
    "Về việc giao đất ở cho hộ gia đình",
];

#[test]
fn a_born_digital_page_gives_its_words_where_they_are_drawn() {
    let (page, lines) = text("born-digital.pdf");
    let read: Vec<String> = lines.iter().map(Line::text).collect();
    assert_eq!(read[..8], DECISION);
    assert!(
        read.contains(&"Điều 1. Giao cho hộ ông Lò Văn Thử Nghiệm sử dụng 250 m² đất ở tại thôn Mẫu.".to_owned()),
        "{read:?}"
    );
    for word in lines.iter().flat_map(|line| &line.words) {
        assert_eq!(word.source, TextSource::Embedded);
        let place = Rect::around(word.place.0).unwrap();
        let (mut ink, mut all) = (0, 0);
        for y in place.y as usize..(place.y + place.height) as usize {
            for x in place.x as usize..(place.x + place.width) as usize {
                all += 1;
                ink += usize::from(page.raster.samples()[(y * page.raster.width() as usize + x) * 3] < 128);
            }
        }
        assert!(ink * 50 > all && ink * 2 < all, "{} at {place:?}: {ink} of {all}", word.text);
    }
}

#[test]
fn fonts_of_tcvn3_give_the_letters_that_they_show() {
    let (_, lines) = text("tcvn3.pdf");
    let read: Vec<String> = lines.iter().map(Line::text).collect();
    assert_eq!(read[..8], DECISION);
    assert!(read[11].starts_with("Điều 1. Giao cho hộ ông Lò Văn Thử Nghiệm"), "{read:?}");
}

#[test]
fn what_annotations_show_is_drawn_and_read() {
    let with = text("signed.pdf");
    let read = plain_text(&with.1);
    assert!(read.contains("Số: 123/QĐ-UBND\n") && read.contains("Sa Mù, ngày 05 tháng 3 năm 2026\n"), "{read}");
    let scan = text("scan-annotated.pdf");
    assert_eq!(plain_text(&scan.1), "Số: 123/QĐ-UBND\nSa Mù, ngày 05 tháng 3 năm 2026\n", "a hidden one is not");
    // Red as in the appearance, where the scan has nothing.
    let place = Rect::around(scan.1[0].words[0].place.0).unwrap();
    let red = (place.y as usize..(place.y + place.height) as usize).any(|y| {
        (place.x as usize..(place.x + place.width) as usize).any(|x| {
            let at = (y * scan.0.raster.width() as usize + x) * 3;
            scan.0.raster.samples()[at] > 150 && scan.0.raster.samples()[at + 1] < 60
        })
    });
    assert!(red, "the appearance is on the picture");
}

#[test]
fn invisible_text_of_an_earlier_ocr_is_left_alone() {
    assert_eq!(text("scan-nonsense-layer.pdf").1, []);
    assert_eq!(text("scan-good-layer.pdf").1, []);
}

#[test]
fn an_intact_signature_tells_who_and_when() {
    let [signature] = signatures("signed.pdf").try_into().unwrap();
    assert_eq!(signature.signer.as_deref(), Some("Nguyễn Văn Thử (chứng thư thử nghiệm)"));
    assert_eq!((signature.integrity, signature.covers_file), (Intact, true));
    assert!(signature.signed_at.unwrap() > datetime!(2026-01-01 00:00 UTC));
}

#[test]
fn every_kind_of_signature_is_checked() {
    for (name, signer) in [
        ("signed-pss.pdf", "Ký PSS Thử nghiệm"),
        ("signed-ecdsa-384.pdf", "Ký P-384"),
        ("signed-streamed.pdf", "Văn thư Thử nghiệm"),
        ("signed-encrypted.pdf", "Nguyễn Văn Thử (chứng thư thử nghiệm)"),
    ] {
        let [signature] = signatures(name).try_into().unwrap();
        assert_eq!((signature.integrity, signature.covers_file), (Intact, true), "{name}");
        assert_eq!(signature.signer.as_deref(), Some(signer), "{name}");
    }
}

#[test]
fn what_cannot_be_verified_is_neither_intact_nor_altered() {
    let [signature] = signatures("signed-pss-long-salt.pdf").try_into().unwrap();
    assert_eq!((signature.integrity, signature.covers_file), (Unknown, true));
    assert_eq!(signature.signer.as_deref(), Some("Ký PSS Thử nghiệm"));
}

#[test]
fn bytes_changed_after_signing_are_noticed() {
    let [signature] = signatures("signed-altered.pdf").try_into().unwrap();
    assert_eq!((signature.integrity, signature.covers_file), (Altered, true));
    // Whatever byte of the signed range it is.
    let mut bytes = file("signed.pdf");
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    assert_eq!(open(&bytes).summary().signatures[0].integrity, Altered);
}

#[test]
fn what_was_added_after_signing_is_told_apart_from_a_change() {
    let [signature] = signatures("signed-added-to.pdf").try_into().unwrap();
    assert_eq!((signature.integrity, signature.covers_file), (Intact, false));
    let [first, second] = signatures("signed-twice.pdf").try_into().unwrap();
    assert_eq!((first.integrity, first.covers_file), (Intact, false), "the second signature was added");
    assert_eq!((second.integrity, second.covers_file), (Intact, true));
    assert_eq!(second.signer.as_deref(), Some("Văn thư Thử nghiệm"));
}

#[test]
fn a_time_stamp_counts_for_more_than_the_signers_clock() {
    let stamped_at = Some(datetime!(2026-03-05 02:30 UTC));
    let [signature] = signatures("signed-stamped.pdf").try_into().unwrap();
    assert_eq!((signature.integrity, signature.signed_at), (Intact, stamped_at));
    let [_, stamp] = signatures("document-time-stamp.pdf").try_into().unwrap();
    assert_eq!((stamp.integrity, stamp.covers_file, stamp.signed_at), (Intact, true, stamped_at));
    assert_eq!(stamp.signer.as_deref(), Some("Dịch vụ dấu thời gian thử nghiệm"));
}

#[test]
fn a_damaged_signature_never_refuses_the_file() {
    let [signature] = signatures("signed-damaged.pdf").try_into().unwrap();
    assert_eq!((signature.integrity, signature.covers_file), (Unknown, true));
    // Every byte of the message in turn: nothing panics, and none of them passes for intact.
    let bytes = file("signed-ecdsa-384.pdf");
    let start = bytes.windows(2).position(|pair| pair == b"<3").unwrap() + 1;
    for place in (start..start + 1400).step_by(7) {
        let mut bytes = bytes.clone();
        bytes[place] = if bytes[place] == b'0' { b'1' } else { b'0' };
        assert_eq!(open(&bytes).summary().signatures.len(), 1, "{place}");
    }
    let text = String::from_utf8_lossy(&bytes);
    let range = text.find("/ByteRange").unwrap();
    let mut bytes = bytes.clone();
    let digit = range + text[range..].find(|c: char| c.is_ascii_digit()).unwrap();
    bytes[digit] = b'9';
    let [signature] = open(&bytes).summary().signatures.try_into().unwrap();
    assert_ne!(signature.integrity, Intact);
    assert!(!signature.covers_file);
}

/// What a page with these contents says; `/F` is a font that is drawn, `/G` a state that is nearly clear, `/H`
/// one that is half clear, `/X` a group that says "mot".
fn carried(content: &str) -> CarriedText {
    let group = "BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET";
    let file = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj \
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 4 0 R>>\
         /ExtGState<</G<</ca 0.05>>/H<</ca 0.3>>>>/XObject<</X 6 0 R>>>>/Contents 5 0 R>>endobj \
         4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj \
         5 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
         6 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 300 300]/Group<</S/Transparency>>\
         /Resources<</Font<</F 4 0 R>>>>/Length {}>>stream\n{group}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        content.len(),
        group.len()
    );
    let scan = OpenScan::open(file.into_bytes(), &IntakeLimits::default()).unwrap();
    let page = scan.decode(0).unwrap();
    scan.embedded_text(0, &page.raster)
}

fn text_of(content: &str) -> Vec<String> {
    carried(content).lines.iter().map(Line::text).collect()
}

#[test]
fn letters_that_nobody_can_see_are_no_part_of_a_page() {
    let shown = "BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET";
    for unseen in [
        "BT /F 1 Tf 1 0 0 1 40 100 Tm (mot) Tj ET",
        "BT /F 12 Tf 0.01 0 0 1 40 100 Tm (mot) Tj ET",
        "1 g BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET 0 g",
        "1 g BT /F 12 Tf 1 0 0 1 40 200 Tm (mot) Tj ET 0 g",
        "/G gs BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET",
        "/G gs /X Do",
        "40 103 m 70 103 l S /G gs /X Do",
        "BT /F 12 Tf 1 0 0 1 400 100 Tm (mot) Tj ET",
        "q 0 150 300 150 re W n BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET Q",
        "0 g 30 90 100 30 re f BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET",
        "BT /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj ET 1 g 30 90 100 30 re f 0 g",
        "BT 3 Tr /F 12 Tf 1 0 0 1 40 100 Tm (mot) Tj 0 Tr ET",
    ] {
        assert_eq!(text_of(&format!("q {unseen} Q {shown}")), ["hai ba"], "{unseen}");
        assert_eq!(text_of(&format!("{shown} q {unseen} Q")), ["hai ba"], "{unseen}");
    }
}

#[test]
fn letters_in_any_ink_that_shows_are() {
    for content in [
        "1 0 0 rg BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "1 1 0 rg BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "0.6 g BT /F 6 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "BT /F 4 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "/H gs BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "0 0 1 rg 30 190 100 30 re f 1 g BT /F 14 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET",
        "1 g BT 2 Tr 2 w 1 G /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj 0 Tr 0 g 1 0 0 1 40 200 Tm (hai ba) Tj ET",
    ] {
        assert_eq!(text_of(content), ["hai ba"], "{content}");
    }
}

#[test]
fn a_half_clear_word_is_text_and_bars_none() {
    let shown = "BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET";
    assert_eq!(text_of(&format!("{shown} q /H gs /X Do Q")), ["hai ba", "mot"]);
    for mark in ["BT /F 90 Tf 1 0 0 1 30 170 Tm (MW) Tj ET", "BT /F 60 Tf 0.7 0.7 -0.7 0.7 40 150 Tm (MAU) Tj ET"] {
        for content in [format!("{shown} q /H gs {mark} Q"), format!("q /H gs {mark} Q {shown}")] {
            assert!(text_of(&content).contains(&"hai ba".to_owned()), "{content}: {:?}", text_of(&content));
        }
    }
}

#[test]
fn visible_letters_say_how_a_page_stands() {
    let standing = |content: &str| carried(content).standing;
    let some = |turn, letters| Some(Standing { turn, letters });
    let level = "BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj ET";
    let rising = "BT /F 12 Tf 0 1 -1 0 40 40 Tm (mot hai ba) Tj ET";
    assert_eq!(standing(level), some(Turn::None, 5));
    assert_eq!(standing(&format!("{level} {rising}")), some(Turn::Right, 8));
    assert_eq!(standing(&format!("{level} BT 3 Tr ET {rising}")), some(Turn::None, 5), "an earlier OCR");
    assert_eq!(standing(&format!("{level} /G gs {rising}")), some(Turn::None, 5), "nearly clear");
    assert_eq!(standing(&format!("{rising} 1 g 0 0 100 150 re f 0 g {level}")), some(Turn::None, 5), "painted over");
    assert_eq!(standing(&format!("{level} BT /F 12 Tf -1 0 0 -1 200 100 Tm (bahai) Tj ET")), None, "as many either way");
    assert_eq!(standing(""), None);
}

#[test]
fn letters_far_off_the_page_are_no_part_of_its_text() {
    let far = "9".repeat(38);
    let content = format!("BT /F 12 Tf 1 0 0 1 40 200 Tm (hai ba) Tj 1 0 0 1 {far} -{far} Tm (xa) Tj ET");
    let file = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj \
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>endobj \
         4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj \
         5 0 obj<</Length {}>>stream\n{content}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        content.len()
    );
    let scan = OpenScan::open(file.into_bytes(), &IntakeLimits::default()).unwrap();
    let page = scan.decode(0).unwrap();
    let words: Vec<String> = scan.embedded_text(0, &page.raster).lines.iter().map(Line::text).collect();
    assert_eq!(words, ["hai ba"]);
}
