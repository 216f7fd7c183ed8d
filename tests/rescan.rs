//! Pages too poor to stand for their paper: they wait for a person, and the others go on.

use std::fs;

use crate::support::{CODE_A, CODE_B, Place, Ran, exceptions, expect_ledger};

/// A page of A4 at 100 dpi with rows of bars like letters, out of focus by `blur` pixels.
pub fn page(number: u32, blur: f32) -> Vec<u8> {
    let mut page = image::GrayImage::from_pixel(827, 1169, image::Luma([235]));
    for row in 0..30 {
        for letter in 0..33 {
            let (x, y) = (80 + letter * 20, 90 + row * 32);
            // One row spells the number in bits.
            if row == 3 && number >> (letter.min(31)) & 1 == 0 {
                continue;
            }
            for (dx, dy) in (0..10).flat_map(|dx| (0..12).map(move |dy| (dx, dy))) {
                page.put_pixel(x + dx, y + dy, image::Luma([30]));
            }
        }
    }
    if blur > 0.0 {
        page = image::imageops::blur(&page, blur);
    }
    let mut bytes = Vec::new();
    page.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

/// An inbox with two good pages and one out of focus, run once.
fn place_with_a_poor_page() -> (Place, serde_json::Value) {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &page(1, 0.0));
    place.put(&format!("{CODE_A}/2.png"), &page(2, 3.5));
    place.put(&format!("{CODE_B}/1.png"), &page(3, 0.8));
    let report = place.run().expect_code(3).json();
    (place, report)
}

#[test]
fn a_hopeless_page_waits_with_its_picture_and_the_good_ones_are_sealed() {
    let (place, report) = place_with_a_poor_page();
    expect_ledger(&report, 3, 2, 0, 1, 0);
    assert_eq!(report["dossiers"].as_array().unwrap().len(), 2, "{report:#}");
    let poor = format!("{CODE_A}/2.png");
    assert_eq!(exceptions(&report).into_iter().collect::<Vec<_>>(), [(poor.clone(), "rescan".to_owned())]);
    assert!(place.inbox().join(&poor).exists(), "the paper stays where it is");
    let told = &report["exceptions"][0]["poor_pages"][0];
    assert_eq!((&told["page"], &told["shortcomings"][0]["measure"]), (&1.into(), &"blur".into()), "{told:#}");
    let (value, limit) = (&told["shortcomings"][0]["value"], &told["shortcomings"][0]["limit"]);
    assert!(value.as_f64().unwrap() > limit.as_f64().unwrap(), "{told:#}");
    let picture = told["picture"].as_str().unwrap();
    assert!(std::path::Path::new(picture).starts_with(place.repository().join("exceptions")));
    let drawn = image::open(picture).unwrap();
    assert_eq!(drawn.width().max(drawn.height()), 1169, "a small page is not enlarged");

    // Staff read it in their language.
    for (language, reason, label) in [("vi", "độ nhòe (mm)", "ảnh:"), ("en", "blur (mm)", "picture:")] {
        let text = place.sohoa(&["report", "--lang", language]).expect_code(0).stdout;
        assert!(text.contains("[rescan]") && text.contains(reason), "{text}");
        assert!(text.contains(&format!("{label} {picture}")), "{text}");
    }
    place.sohoa(&["verify"]).expect_code(0);

    // The next night it waits again: nothing is read or drawn anew.
    let before = fs::metadata(picture).unwrap().modified().unwrap();
    let again = place.run().expect_code(3).json();
    expect_ledger(&again, 1, 0, 0, 1, 0);
    assert_eq!(again["cost"]["pages_read"], 0);
    assert_eq!(again["exceptions"][0]["poor_pages"], report["exceptions"][0]["poor_pages"]);
    assert_eq!(fs::metadata(picture).unwrap().modified().unwrap(), before);
}

#[test]
fn a_person_accepts_a_poor_page_by_moving_it() {
    let (place, _) = place_with_a_poor_page();
    let accepted = place.inbox().join(CODE_A).join("Chấp-nhận");
    fs::create_dir(&accepted).unwrap();
    fs::rename(place.inbox().join(CODE_A).join("2.png"), accepted.join("2.png")).unwrap();
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 0, "it was read in the first run");
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let current = shown["records"].as_array().unwrap().iter().find(|record| record["current"] == true).unwrap();
    let pages: Vec<_> = current["files"].as_array().unwrap().iter().map(|file| &file["pages"][0]).collect();
    assert_eq!(pages[0]["shortcomings"], serde_json::json!([]));
    assert_eq!(pages[1]["shortcomings"][0]["measure"], "blur", "{:#}", pages[1]);
    assert!(pages[0]["quality"]["contrast"].as_f64().unwrap() > 0.5, "{:#}", pages[0]);
    let text = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains("trang 1 dưới ngưỡng chất lượng ảnh: độ nhòe"), "{text}");
    place.run().expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_better_scan_or_a_lower_floor_ends_the_waiting() {
    let (place, _) = place_with_a_poor_page();
    let mut lower = place.run_command(&[]);
    let report = Ran::from(lower.env("SOHOA__QUALITY__MOST_BLUR_MM", "50").output().unwrap()).expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 0, "a floor is no part of the recipe");

    let (place, _) = place_with_a_poor_page();
    place.put(&format!("{CODE_A}/2.png"), &page(2, 0.5));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
}
