use super::testing::{DPI, Dice, Sheet, bounds, letters};
use super::*;
use crate::model::geometry::{Affine, Point};

fn found(page: &PreparedPage) -> PageLayout {
    find_lines(page, &[], &LayoutSettings::default())
}

/// The lines of a page; fails if they are unknown.
fn lines(layout: PageLayout) -> Vec<LineImage> {
    match layout {
        PageLayout::Lines(lines) => lines,
        PageLayout::Unknown => panic!("no lines can be seen"),
    }
}

/// What must be true of the lines of any page.
fn check(page: &PreparedPage) {
    let PageLayout::Lines(lines) = found(page) else { return };
    assert!(lines.first().is_none_or(|line| line.begins_block));
    let (width, height) = (page.image.width() as f32, page.image.height() as f32);
    for line in &lines {
        assert!(line.x >= 0.0 && line.x + line.image.width() as f32 <= width, "{} + {}", line.x, line.image.width());
        assert!(line.y > -height && line.y < height && line.image.height() as f32 <= 3.0 * height, "{}", line.y);
        assert!(line.slope.abs() <= 0.05);
        assert!(line.image.samples().iter().any(|&sample| sample < PreparedPage::INK), "a line without ink");
    }
}

#[test]
fn lines_are_found_in_reading_order_without_the_rules_around_them() {
    let sheet = Sheet::new(700, 300)
        .frame(bounds(20, 20, 660, 260), 3)
        .ink(&[bounds(330, 20, 3, 260)])
        .ink(&letters(360, 120, 20))
        .ink(&letters(40, 80, 18))
        .ink(&letters(40, 120, 10));
    let lines = lines(found(&sheet.page()));
    let places: Vec<_> = lines.iter().map(|line| (line.x, line.y, line.begins_block)).collect();
    assert_eq!(places, [(33.0, 51.0, true), (33.0, 91.0, false), (353.0, 91.0, true)]);
    let ink = |line: &LineImage| line.image.samples().iter().filter(|&&sample| sample == 0).count();
    let drawn = |count: i32| letters(0, 0, count).iter().map(|letter| (letter.width() * letter.height()) as usize).sum::<usize>();
    assert_eq!(lines.iter().map(ink).collect::<Vec<_>>(), [18, 10, 20].map(drawn));
}

#[test]
fn a_blank_page_has_no_lines_whatever_is_on_it() {
    let page = PreparedPage { blank: true, ..Sheet::new(400, 100).ink(&letters(20, 60, 20)).page() };
    assert_eq!(found(&page), PageLayout::Lines(vec![]));
    let engine = LayoutSettings { line_finder: LineFinder::Engine };
    assert_eq!(find_lines(&page, &[], &engine), PageLayout::Lines(vec![]));
}

#[test]
fn the_engine_is_asked_where_it_is_to_look_for_itself_or_the_page_is_in_colour() {
    let page = Sheet::new(400, 100).ink(&letters(20, 60, 20)).page();
    assert_eq!(lines(found(&page)).len(), 1);
    let engine = LayoutSettings { line_finder: LineFinder::Engine };
    assert_eq!(find_lines(&page, &[], &engine), PageLayout::Unknown);
    let colour = Raster::new(2, 1, Channels::Rgb, vec![0; 6]).unwrap();
    assert_eq!(found(&PreparedPage { image: colour, ..page }), PageLayout::Unknown);
}

#[test]
fn white_pages_have_no_lines_and_black_ones_nothing_that_can_be_told_apart() {
    for (width, height) in [(1, 1), (1, 200), (200, 1), (300, 200)] {
        let white = Sheet::new(width, height);
        assert_eq!(found(&white.page()), PageLayout::Lines(vec![]));
    }
    let black = Sheet::new(300, 200).ink(&[bounds(0, 0, 300, 200)]);
    assert_eq!(found(&black.page()), PageLayout::Unknown);
}

#[test]
fn grain_is_not_read_but_a_line_among_it_is() {
    let mut dice = Dice::new(11);
    let grain: Vec<_> = (0..160)
        .map(|_| {
            let size = (6 + dice.roll(10), 8 + dice.roll(30));
            dice.place((1000, 700), size)
        })
        .collect();
    let sheet = Sheet::new(1000, 800).ink(&grain);
    // A few blots may stand level by chance.
    assert!(lines(found(&sheet.page())).len() <= 3);
    let with_line = lines(found(&sheet.ink(&letters(100, 760, 30)).page()));
    let last = with_line.last().unwrap();
    assert_eq!((last.x, last.image.width()), (93.0, 30 * 14 - 4 + 14));
}

#[test]
fn what_lies_inside_a_barcode_is_painted_out_wherever_the_page_was_turned_from() {
    // Modules of letters' size in rows, as a line finder sees a matrix code.
    let code = bounds(500, 40, 150, 150);
    let modules: Vec<_> = (0..6).flat_map(|row| letters(505, 65 + 24 * row, 10)).collect();
    let page = Sheet::new(700, 300).ink(&modules).ink(&letters(20, 120, 20)).page();
    assert_ne!(lines(found(&page)).len(), 1);
    // The stored image is twice as large and upside down.
    let to_source = Affine { matrix: [-2.0, 0.0, 0.0, -2.0, 1400.0, 600.0] };
    let corner = |x: i32, y: i32| to_source.apply(Point { x: x as f32, y: y as f32 });
    let place = Quad([
        corner(code.left, code.top),
        corner(code.right, code.top),
        corner(code.right, code.bottom),
        corner(code.left, code.bottom),
    ]);
    let page = PreparedPage { to_source, ..page };
    let rest = lines(find_lines(&page, &[place], &LayoutSettings::default()));
    assert_eq!(rest.iter().map(|line| line.x).collect::<Vec<_>>(), [13.0]);
    // A place that is no place changes nothing.
    let nowhere = Quad([f32::NAN, -1e9, 1e9, f32::INFINITY].map(|x| Point { x, y: -50.0 }));
    assert_eq!(find_lines(&page, &[nowhere], &LayoutSettings::default()), found(&page));
}

#[test]
fn no_sheet_of_boxes_and_specks_is_too_odd() {
    let mut dice = Dice::new(2026);
    for _ in 0..400 {
        let mut sheet = Sheet::new(1 + dice.roll(200), 1 + dice.roll(200));
        let largest = 1 + dice.roll(60);
        for _ in 0..dice.roll(80) {
            let (left, top) = (dice.roll(sheet.width), dice.roll(sheet.height));
            let area = bounds(left - 2, top - 2, 1 + dice.roll(largest), 1 + dice.roll(largest));
            let grey = dice.roll(256) as u8;
            sheet.paint(area, grey);
        }
        let dpi = [1.0, 60.0, DPI, 600.0][dice.roll(4) as usize];
        check(&PreparedPage { dpi, ..sheet.page() });
    }
}

#[test]
fn no_sheet_of_noise_is_too_odd() {
    let mut dice = Dice::new(77);
    for _ in 0..100 {
        let mut sheet = Sheet::new(1 + dice.roll(200), 1 + dice.roll(200));
        let dark = dice.roll(256);
        sheet.samples.fill_with(|| if dice.roll(256) < dark { 0 } else { 255 });
        let dpi = [20.0, 60.0, DPI][dice.roll(3) as usize];
        check(&PreparedPage { dpi, ..sheet.page() });
    }
}
