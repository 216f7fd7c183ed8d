//! Whole pages through the stage: drawn ones, whose truth is known to the pixel, and a real crop.

use super::*;
use crate::model::geometry::{Point, Resolution};

const PAPER: u8 = 225;

/// A page to draw on, 8 bits grey.
#[derive(Clone)]
struct Sheet {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, samples: vec![PAPER; width * height] }
    }

    /// Fills the rectangle with its upper left corner at (x, y).
    fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, level: u8) {
        for row in y..(y + height).min(self.height) {
            self.samples[row * self.width + x..row * self.width + (x + width).min(self.width)].fill(level);
        }
    }

    /// A row of boxes the size of letters that runs down by `slope` to the right.
    fn line(&mut self, y: usize, slope: f32, level: u8) {
        for (letter, x) in (200..self.width - 200).step_by(16).enumerate() {
            if letter % 6 != 5 {
                let drop = (x as f32 - self.width as f32 / 2.0) * slope;
                self.fill(x, (y as f32 + drop).round() as usize, 3, 20, level);
                self.fill(x + 7, (y as f32 + drop).round() as usize, 3, 20, level);
            }
        }
    }

    fn turned(&self, turn: Turn) -> Self {
        let (width, height) =
            if matches!(turn, Turn::None | Turn::Half) { (self.width, self.height) } else { (self.height, self.width) };
        let samples = (0..width * height).map(|i| {
            let (x, y) = (i % width, i / width);
            let (sx, sy) = match turn {
                Turn::None => (x, y),
                Turn::Right => (y, self.height - 1 - x),
                Turn::Half => (self.width - 1 - x, self.height - 1 - y),
                Turn::Left => (self.width - 1 - y, x),
            };
            self.samples[sy * self.width + sx]
        });
        Self { width, height, samples: samples.collect() }
    }

    fn raster(&self) -> Raster {
        Raster::new(self.width as u32, self.height as u32, Channels::Gray, self.samples.clone()).unwrap()
    }
}

fn geometry(dpi: f32, turn: Turn) -> PageGeometry {
    PageGeometry { resolution: Resolution::square(dpi), turn }
}

fn default_of(sheet: &Sheet, dpi: f32) -> PreparedPage {
    prepare(&sheet.raster(), &geometry(dpi, Turn::None), &PrepareSettings::default()).unwrap()
}

/// The middle of the one large solid square on a prepared page.
fn find_square(page: &PreparedPage) -> Point {
    let image = &page.image;
    let solid = Bits::darker(image.samples(), image.width(), PreparedPage::INK).components();
    let square = solid.into_iter().max_by_key(|c| c.width * c.height).unwrap();
    Point { x: square.x as f32 + square.width as f32 / 2.0, y: square.y as f32 + square.height as f32 / 2.0 }
}

#[test]
fn places_lead_back_to_the_stored_image_for_each_turn_scale_and_skew() {
    let slope = 1.4_f32.to_radians().tan();
    let mut upright = Sheet::new(1240, 1754);
    for y in (150..1500).step_by(45) {
        upright.line(y, slope, 40);
    }
    upright.fill(1000, 1590, 60, 60, 20);
    for (dpi, asked) in [(150.0, Turn::None), (300.0, Turn::None), (200.0, Turn::Right), (300.0, Turn::Half), (200.0, Turn::Left)]
    {
        // The file asks for the turn that undoes how the sheet lay.
        let lay = Turn::ALL.into_iter().find(|lay| lay.then(asked) == Turn::None).unwrap();
        let stored = upright.turned(lay);
        let settings = PrepareSettings { upright: Upright::TrustFile, ..PrepareSettings::default() };
        let page = prepare(&stored.raster(), &geometry(dpi, asked), &settings).unwrap();
        assert_eq!(page.turn, asked);
        // The sheet is 7 cm wide at 300 dpi: steps of one pixel leave that much doubt.
        assert!((page.skew_degrees - 1.4).abs() < 0.15, "{dpi} {asked:?}: skew {}", page.skew_degrees);
        let expected = {
            let mut only = Sheet::new(1240, 1754);
            only.fill(1000, 1590, 60, 60, 20);
            let only = only.turned(lay);
            let inked =
                || only.samples.iter().enumerate().filter(|(_, v)| **v == 20).map(|(i, _)| (i % only.width, i / only.width));
            let mean = |value: fn((usize, usize)) -> usize| inked().map(value).sum::<usize>() as f32 / 3600.0 + 0.5;
            Point { x: mean(|p| p.0), y: mean(|p| p.1) }
        };
        let found = page.to_source.apply(find_square(&page));
        assert!(
            (found.x - expected.x).abs() < 1.0 && (found.y - expected.y).abs() < 1.0,
            "{dpi} {asked:?}: {found:?}, not {expected:?}"
        );
    }
}

#[test]
fn fax_pixels_become_square() {
    let mut sheet = Sheet::new(1728, 1078);
    sheet.fill(800, 500, 100, 50, 20);
    let fax = PageGeometry { resolution: Resolution { x: 204.0, y: 98.0 }, turn: Turn::None };
    let page = prepare(&sheet.raster(), &fax, &PrepareSettings::default()).unwrap();
    assert!((page.image.height() as f32 - 2200.0).abs() < 2.0);
    assert!((page.dpi - 200.0).abs() < 1.0);
    let found = page.to_source.apply(find_square(&page));
    assert!((found.x - 850.0).abs() < 1.0 && (found.y - 525.0).abs() < 1.0, "{found:?}");
}

fn crop() -> Sheet {
    let bytes = include_bytes!("../../../tests/fixtures/read/paragraph-200dpi.jpg");
    let crop = image::load_from_memory(bytes).unwrap().to_luma8();
    Sheet { width: crop.width() as usize, height: crop.height() as usize, samples: crop.into_raw() }
}

#[test]
fn vietnamese_text_is_turned_upright_from_any_side() {
    for lay in Turn::ALL {
        let page = default_of(&crop().turned(lay), 200.0);
        assert_eq!(lay.then(page.turn), Turn::None, "lay {lay:?}");
        assert!(page.image.width() > page.image.height());
    }
}

#[test]
fn the_turn_of_the_file_comes_first() {
    let settings = PrepareSettings::default();
    for asked in Turn::ALL {
        let page = prepare(&crop().raster(), &geometry(200.0, asked), &settings).unwrap();
        assert_eq!(page.turn, Turn::None, "asked for {asked:?}");
    }
}

#[test]
fn a_page_that_does_not_say_keeps_the_turn_of_its_file() {
    let mut sheet = Sheet::new(1654, 2339);
    sheet.fill(500, 500, 200, 200, 20);
    let page = prepare(&sheet.raster(), &geometry(200.0, Turn::Half), &PrepareSettings::default()).unwrap();
    assert_eq!((page.turn, page.blank), (Turn::Half, false));
}

/// Paper as it comes from a scanner: uneven light, grain, black borders, holes, a fold, dust, and
/// print that shines through.
fn dirty_paper() -> Sheet {
    let mut sheet = Sheet::new(1654, 2339);
    let mut state = 1_u32;
    for (i, sample) in sheet.samples.iter_mut().enumerate() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = (215 - (i % 1654) / 60 + (state >> 29) as usize) as u8;
    }
    for y in (300..1800).step_by(50) {
        for x in (250..1400).step_by(14) {
            // Softened by the paper it shines through.
            for (dy, dx) in (0..22_usize).flat_map(|dy| (0..12_usize).map(move |dx| (dy, dx))) {
                let depth = [7, 14, 20, 25][dx.min(11 - dx).min(dy).min(21 - dy).min(3)];
                sheet.samples[(y + dy - 2) * 1654 + x + dx - 2] -= depth;
            }
        }
    }
    sheet.fill(0, 0, 1654, 24, 8);
    sheet.fill(1630, 0, 24, 2339, 12);
    for y in [780, 1500] {
        for (row, half) in (0..46).map(|row| (row, ((23.0_f32).powi(2) - (row as f32 - 22.5).powi(2)).sqrt() as usize)) {
            sheet.fill(92 - half, y + row, 2 * half, 1, 10);
        }
    }
    sheet.fill(60, 1170, 1540, 3, 150);
    for (x, y) in [(400, 400), (900, 1300), (1200, 2000), (700, 2100)] {
        sheet.fill(x, y, 4, 4, 60);
    }
    sheet
}

#[test]
fn a_dirty_blank_page_is_blank() {
    assert!(default_of(&dirty_paper(), 200.0).blank);
    assert!(default_of(&Sheet::new(1654, 2339), 200.0).blank);
}

#[test]
fn one_faint_line_or_a_page_number_is_not_blank() {
    let mut faint = dirty_paper();
    for x in (600..840).step_by(15) {
        faint.fill(x, 2000, 3, 20, 150);
    }
    assert!(!default_of(&faint, 200.0).blank, "faint line");
    let mut number = Sheet::new(1654, 2339);
    number.fill(820, 120, 12, 20, 60);
    assert!(!default_of(&number, 200.0).blank, "page number");
}

#[test]
fn a_page_of_pale_print_is_not_blank_and_print_that_shines_through_is() {
    let mut pale = Sheet::new(1654, 2339);
    for y in (300..1800).step_by(50) {
        pale.line(y, 0.0, 200);
    }
    assert!(!default_of(&pale, 200.0).blank, "sharp");
    let (width, source) = (pale.width, pale.samples.clone());
    for (i, sample) in pale.samples.iter_mut().enumerate().skip(5 * width).take(1900 * width) {
        let around = (0..9).flat_map(|dy| (0..9).map(move |dx| (i + dx - 4) + dy * width - 4 * width));
        *sample = (around.map(|place| u32::from(source[place])).sum::<u32>() / 81) as u8;
    }
    assert!(default_of(&pale, 200.0).blank, "softened by the sheet");
}

/// Noise breaks up the shapes of pale letters, and yet they can be read.
#[test]
fn pale_print_under_the_noise_of_a_sensor_is_not_blank_and_noise_alone_is() {
    let noisy = |mut sheet: Sheet| {
        let mut state = 9_u32;
        for sample in &mut sheet.samples {
            let mut sum = 0;
            for _ in 0..4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += (state >> 24) as i32;
            }
            // A deviation of four levels.
            *sample = (i32::from(*sample) - 4 + (sum - 510) * 4 / 148).clamp(0, 255) as u8;
        }
        sheet
    };
    let mut pale = Sheet::new(1654, 2339);
    for y in (300..1800).step_by(50) {
        pale.line(y, 0.0, 195);
    }
    assert!(!default_of(&noisy(pale), 200.0).blank);
    assert!(default_of(&noisy(Sheet::new(1654, 2339)), 200.0).blank);
    assert!(default_of(&noisy(dirty_paper()), 200.0).blank, "softened by the sheet");
}

#[test]
fn a_page_with_nothing_but_coloured_ink_is_not_blank() {
    let page = |ink: [u8; 3]| {
        let mut samples = [236, 233, 225].repeat(1654 * 2339);
        for (y, x) in (1500..1530).flat_map(|y| (900..1100).map(move |x| (y, x))) {
            samples[(y * 1654 + x) * 3..][..3].copy_from_slice(&ink);
        }
        let raster = Raster::new(1654, 2339, Channels::Rgb, samples).unwrap();
        prepare(&raster, &geometry(200.0, Turn::None), &PrepareSettings::default()).unwrap().blank
    };
    assert!(!page([215, 45, 50]), "a red stamp");
    assert!(!page([40, 70, 190]), "blue handwriting");
    assert!(page([238, 232, 205]), "a yellowed spot");
}

/// A sheet scanned in black and white with the threshold in its noise: dark corners, grain, and
/// print that shines through as denser grain.
fn grainy_sheet() -> Sheet {
    let mut sheet = Sheet::new(1654, 2339);
    let mut state = 5_u32;
    for (i, sample) in sheet.samples.iter_mut().enumerate() {
        let (x, y) = (i % 1654, i / 1654);
        let shadow = (x as f32 / 1654.0 + y as f32 / 2339.0 - 1.0).max(0.0);
        let shines = y % 50 < 20 && x % 16 < 6 && (300..1500).contains(&y);
        let density = 0.12 + 0.6 * shadow + if shines { 0.35 } else { 0.0 };
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = if (state >> 8) as f32 / 16_777_216.0 < density { 0 } else { 255 };
    }
    sheet
}

#[test]
fn grain_is_blank_and_a_page_number_in_it_is_not() {
    let mut sheet = grainy_sheet();
    assert!(default_of(&sheet, 200.0).blank);
    sheet.fill(830, 150, 6, 26, 0);
    sheet.fill(845, 150, 6, 26, 0);
    assert!(!default_of(&sheet, 200.0).blank);
}

#[test]
fn faint_print_comes_out_black_on_white() {
    let mut sheet = Sheet::new(1654, 2339);
    for y in (200..2000).step_by(45) {
        sheet.line(y, 0.0, 160);
    }
    let image = default_of(&sheet, 200.0).image;
    let at = |x: usize, y: usize| image.samples()[y * image.width() as usize + x];
    assert!(at(201, 210) < 40, "ink {}", at(201, 210));
    assert!(at(100, 100) > 245, "paper {}", at(100, 100));
}

#[test]
fn grain_of_a_bilevel_copy_is_smoothed_away() {
    let mut sheet = Sheet::new(1654, 2339);
    let mut state = 7_u32;
    for sample in &mut sheet.samples {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *sample = if state >> 24 < 13 { 0 } else { 255 };
    }
    for y in (200..2000).step_by(45) {
        sheet.line(y, 0.0, 0);
    }
    let page = default_of(&sheet, 200.0);
    let left = Bits::darker(page.image.samples(), page.image.width(), PreparedPage::INK).components().len();
    assert!(left < 8000, "{left} specks are left of 190,000");
}

#[test]
fn hostile_sizes_and_flat_pages_do_no_harm() {
    let sides = [(1, 1), (1, 5000), (5000, 1), (3, 9), (9, 9), (40, 2000), (700, 900)];
    for (width, height) in sides {
        for level in [0, 128, 255] {
            let samples = vec![level; width * height];
            for dpi in [0.0, 72.0, 200.0, 1e9, f32::NAN] {
                let sheet = Sheet { width, height, samples: samples.clone() };
                let page = default_of(&sheet, dpi);
                assert!(page.dpi.is_finite() && page.dpi > 0.0, "{width}×{height} at {dpi}: {}", page.dpi);
            }
        }
    }
}
