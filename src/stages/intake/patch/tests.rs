use std::path::Path;

use super::*;
use crate::stages::intake::{IntakeLimits, OpenScan};

/// Paper of 8.27 × 11.69 inches with a patch of 2.5 inches on it, drawn at any turn.
struct Sheet {
    wide: &'static str,
    /// Inches from the left and the top of the upright sheet to the middle of the patch.
    at: (f32, f32),
    quarter_turns: u32,
    skew_degrees: f32,
    dpi: f32,
    grain: u32,
    levels: (u8, u8),
}

impl Default for Sheet {
    fn default() -> Self {
        Self { wide: "NWNW", at: (4.0, 1.0), quarter_turns: 0, skew_degrees: 0.0, dpi: 200.0, grain: 0, levels: (20, 240) }
    }
}

impl Sheet {
    /// Whether a place lies on a bar; inches from the middle of the patch, bars lying across.
    fn is_bar(&self, x: f32, y: f32) -> bool {
        let mut top = -0.4;
        let inside = self.wide.chars().any(|bar| {
            let height = if bar == 'W' { 0.2 } else { 0.08 };
            let hit = (top..top + height).contains(&y);
            top += height + 0.08;
            hit
        });
        inside && x.abs() < 1.25
    }

    fn draw(&self) -> (Vec<u8>, (u32, u32)) {
        let (page_width, page_height) = (8.27_f32, 11.69_f32);
        let (wide, high) =
            if self.quarter_turns.is_multiple_of(2) { (page_width, page_height) } else { (page_height, page_width) };
        let (width, height) = ((wide * self.dpi) as u32, (high * self.dpi) as u32);
        let (sin, cos) = self.skew_degrees.to_radians().sin_cos();
        let mut random = 0x2545_f491_u32;
        let mut samples = Vec::with_capacity((width * height) as usize);
        for row in 0..height {
            for column in 0..width {
                let (x, y) = ((column as f32 + 0.5) / self.dpi, (row as f32 + 0.5) / self.dpi);
                let (x, y) = match self.quarter_turns {
                    0 => (x, y),
                    1 => (page_width - y, x),
                    2 => (page_width - x, page_height - y),
                    _ => (y, page_height - x),
                };
                let (x, y) = (x - self.at.0, y - self.at.1);
                let ink = self.is_bar(x * cos + y * sin, y * cos - x * sin);
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                let flipped = random % 1000 < self.grain;
                samples.push(if ink != flipped { self.levels.0 } else { self.levels.1 });
            }
        }
        (samples, (width, height))
    }

    fn found(&self) -> Vec<String> {
        let (samples, size) = self.draw();
        find_patches(&samples, size).into_iter().map(|barcode| barcode.symbology).collect()
    }
}

#[test]
fn t_and_2_are_found_at_all_turns_and_the_others_are_not_mistaken_for_them() {
    for quarter_turns in 0..4 {
        for (wide, expected) in
            [("NWNW", Some("PatchT")), ("WNNW", Some("Patch2")), ("WWNN", None), ("WNWN", None), ("NWWN", None), ("NNWW", None)]
        {
            let sheet = Sheet { wide, quarter_turns, dpi: 150.0, ..Sheet::default() };
            let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(sheet.found(), expected, "{wide} turned {quarter_turns} times");
        }
    }
    let middle = Sheet { at: (4.135, 5.845), quarter_turns: 2, ..Sheet::default() };
    assert_eq!(middle.found(), ["PatchT"], "no edge is nearer");
}

#[test]
fn skew_grain_resolution_and_faint_ink_do_not_hide_a_patch() {
    for skew_degrees in [-5.0, -2.0, 5.0] {
        for quarter_turns in [0, 3] {
            let sheet = Sheet { skew_degrees, quarter_turns, ..Sheet::default() };
            assert_eq!(sheet.found(), ["PatchT"], "{skew_degrees}°, turned {quarter_turns} times");
        }
    }
    for (dpi, grain, levels) in [(100.0, 0, (0, 255)), (150.0, 10, (0, 255)), (200.0, 15, (0, 255)), (300.0, 10, (90, 210))] {
        let sheet = Sheet { wide: "WNNW", skew_degrees: 1.0, dpi, grain, levels, ..Sheet::default() };
        assert_eq!(sheet.found(), ["Patch2"], "{dpi} dpi, {grain} ‰ grain, {levels:?}");
    }
    assert_eq!(Sheet { levels: (128, 150), ..Sheet::default() }.found(), Vec::<String>::new(), "too faint to be sure");
}

#[test]
fn the_place_is_that_of_the_bars() {
    let (samples, size) = Sheet::default().draw();
    let found = find_patches(&samples, size);
    let corners = found[0].place.0;
    let within = |value: f32, inches: f32| (value / 200.0 - inches).abs() < 0.05;
    let (left, right) =
        (corners.map(|c| c.x).into_iter().fold(f32::MAX, f32::min), corners.map(|c| c.x).into_iter().fold(0.0, f32::max));
    let (top, bottom) =
        (corners.map(|c| c.y).into_iter().fold(f32::MAX, f32::min), corners.map(|c| c.y).into_iter().fold(0.0, f32::max));
    assert!(within(left, 2.75) && within(right, 5.25) && within(top, 0.6) && within(bottom, 1.4), "{corners:?}");
}

#[test]
fn real_pages_and_odd_pictures_show_no_patch() {
    let mut pages = 0;
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scans")) {
        let entry = entry.unwrap();
        let Ok(scan) = std::fs::read(entry.path())
            .map_err(|_| ())
            .and_then(|bytes| OpenScan::open(bytes, &IntakeLimits::default()).map_err(|_| ()))
        else {
            continue;
        };
        for ordinal in 0..scan.summary().pages {
            let raster = scan.decode(ordinal).unwrap().raster;
            let gray: Vec<u8> = raster.samples().chunks_exact(raster.channels().count()).map(|pixel| pixel[0]).collect();
            assert_eq!(find_patches(&gray, (raster.width(), raster.height())), [], "{} page {ordinal}", entry.path().display());
            pages += 1;
        }
    }
    assert!(pages >= 31, "{pages}");
    for (width, height) in [(1, 1), (1, 3000), (7, 9)] {
        for sample in [0, 128, 255] {
            assert_eq!(find_patches(&vec![sample; (width * height) as usize], (width, height)), []);
        }
    }
    // A form of ruled lines, a ladder of thick bars and a barcode of many.
    let (width, height) = (800_u32, 1100_u32);
    let drawn = |ink: &dyn Fn(u32, u32) -> bool| -> Vec<u8> {
        (0..width * height).map(|at| if ink(at % width, at / width) { 0 } else { 255 }).collect()
    };
    let pictures: [Vec<u8>; 4] = [
        drawn(&|x, y| y % 40 < 2 || x % 100 < 2),
        drawn(&|_, y| (100..900).contains(&y) && y % 16 < 8),
        drawn(&|x, y| (100..300).contains(&y) && (100..700).contains(&x) && ((x / 8).wrapping_mul(2_654_435_761) >> 20) % 3 == 0),
        drawn(&|_, y| [100..120, 128..136, 144..152, 160..180].iter().any(|bar| bar.contains(&y)) || y > 190),
    ];
    for picture in &pictures {
        assert_eq!(find_patches(picture, (width, height)), []);
    }
}

/// A sheet of 200 dpi with these patches, and what `draw` adds: whether ink is at a place in inches.
fn with_more(patches: &[(f32, f32)], draw: impl Fn(f32, f32) -> bool) -> Vec<String> {
    let sheets: Vec<Sheet> = patches.iter().map(|&at| Sheet { at, dpi: 100.0, ..Sheet::default() }).collect();
    let (mut samples, (width, height)) = sheets[0].draw();
    for (place, sample) in samples.iter_mut().enumerate() {
        let (x, y) = ((place as u32 % width) as f32 / 100.0, (place as u32 / width) as f32 / 100.0);
        if draw(x, y) || sheets.iter().any(|sheet| sheet.is_bar(x - sheet.at.0, y - sheet.at.1)) {
            *sample = 20;
        }
    }
    let raster = crate::model::raster::Raster::new(width, height, crate::model::raster::Channels::Gray, samples).unwrap();
    let settings = crate::stages::intake::BarcodeSettings { formats: vec![], ..Default::default() };
    crate::stages::intake::find_barcodes(&raster, &settings).into_iter().map(|one| one.symbology).collect()
}

/// Handwriting, pictures and print that no reader read weighed nothing, and their page was left out.
#[test]
fn a_page_with_more_on_it_than_a_sheet_parts_nothing() {
    let strokes = |x: f32, y: f32| ((x * 9.0 + (y * 7.0).sin()) % 1.0) < 0.25 && (y * 3.0) % 1.0 < 0.6;
    let top = [(4.0, 1.0)];
    assert_eq!(with_more(&top, |_, _| false), ["PatchT"]);
    assert_eq!(with_more(&top, |x, y| y > 3.0 && (1.0..7.5).contains(&x) && strokes(x, y)), [""; 0], "a written page");
    let picture = |x: f32, y: f32| ((x * 37.0).sin() * (y * 29.0).cos()) > 0.2;
    assert_eq!(with_more(&top, |x, y| (2.0..6.5).contains(&x) && (3.0..8.0).contains(&y) && picture(x, y)), [""; 0], "a picture");
    // What sheets bear: a patch at each end, large letters, a shadow at the edge.
    let large = |x: f32, y: f32| (1.5..6.8).contains(&x) && (5.0..6.0).contains(&y) && (x * 2.0) % 1.0 < 0.3;
    let shadow = |x: f32, _: f32| x > 7.6;
    let found = with_more(&[(4.0, 1.0), (4.0, 10.6)], |x, y| large(x, y) || shadow(x, y));
    assert!(found.contains(&"PatchT".to_owned()), "{found:?}");
}
