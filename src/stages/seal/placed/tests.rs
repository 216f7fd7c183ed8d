//! Words and lines on paper.

use super::*;
use crate::model::geometry::{Point, Resolution, Turn};

fn quad(left: f32, top: f32, right: f32, bottom: f32) -> Quad {
    Quad([(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y }))
}

/// A page of 720 × 720 points at 72 and 144 dpi.
fn plane(turn: Turn) -> PagePlane {
    PagePlane::new((720, 1440), Resolution { x: 72.0, y: 144.0 }, turn)
}

fn placed(lines: &[Vec<(&str, Quad)>], plane: &PagePlane) -> Vec<PlacedLine> {
    let lines = lines.iter().map(|line| line.iter().map(|(text, quad)| ((*text).to_owned(), quad)).collect());
    place(lines.collect(), plane)
}

fn line(words: &[(&str, Quad)]) -> PlacedLine {
    placed(&[words.to_vec()], &plane(Turn::None)).remove(0)
}

#[test]
fn words_are_placed_in_points_with_y_up() {
    let line = line(&[("xy", quad(100.0, 200.0, 150.0, 240.0))]);
    assert_eq!((line.words[0].left, line.words[0].width, line.direction), (100.0, 50.0, [1.0, 0.0]));
    // The y hangs below.
    let em = 20.0 / (0.46 + 0.21);
    assert!((line.size - SIZE * em).abs() < 1e-9 && (line.baseline - 600.0 - DESCENT * em).abs() < 1e-9, "{line:?}");
}

#[test]
fn all_words_of_a_line_stand_on_the_baseline_that_most_stand_on() {
    // ngày hangs, “ and - float, xã and 4 stand.
    let words = [
        ("ngày", quad(0.0, 0.0, 40.0, 50.0)),
        ("“", quad(50.0, 0.0, 56.0, 10.0)),
        ("4", quad(60.0, 2.0, 70.0, 40.0)),
        ("-", quad(80.0, 18.0, 90.0, 22.0)),
        ("xã", quad(100.0, 2.0, 130.0, 40.0)),
        ("tạ,", quad(140.0, 2.0, 170.0, 52.0)),
    ];
    assert_eq!(line(&words).baseline, 700.0);
    let hanging = [words[0], words[5]];
    assert!((line(&hanging).baseline - 700.0).abs() < 2.0, "{}", line(&hanging).baseline);
    assert_eq!(line(&words[3..4]).baseline, 709.0);
}

#[test]
fn a_page_that_lies_askew_is_levelled() {
    let reading_plane = PagePlane::new((720, 720), Resolution::square(72.0), Turn::None);
    // Falls by 30 in 720; once the boxes lean with it, once they are upright.
    let fall = |x: f32| (x - 360.0) / 24.0;
    for leaning in [1.0, 0.0] {
        let word = |x: f32, top: f32| {
            let [left, right] = [x, x + 40.0].map(|x| leaning * fall(x) + (1.0 - leaning) * fall(x.max(0.0)));
            let (left, right) = if leaning == 0.0 { (fall(x + 20.0), fall(x + 20.0)) } else { (left, right) };
            let corners = [(x, top + left), (x + 40.0, top + right), (x + 40.0, top + 12.0 + right), (x, top + 12.0 + left)];
            ("nam", Quad(corners.map(|(x, y)| Point { x, y })))
        };
        let full = |top: f32| (0..12).map(|n| word(60.0 * n as f32, top)).collect::<Vec<_>>();
        let lines = placed(&[full(100.0), full(120.0), vec![word(600.0, 140.0)], vec![word(60.0, 140.0)]], &reading_plane);
        let bases: Vec<f64> = lines.iter().map(|line| line.baseline.round()).collect();
        assert_eq!(bases, [608.0, 588.0, 568.0, 568.0], "{leaning}");
        assert!(lines.iter().all(|line| line.direction == [1.0, 0.0]));
    }
}

#[test]
fn a_strong_slant_is_kept() {
    let plane = PagePlane::new((720, 720), Resolution::square(72.0), Turn::None);
    let slanted = Quad([(0.0, 100.0), (100.0, 200.0), (100.0, 220.0), (0.0, 120.0)].map(|(x, y)| Point { x, y }));
    let line = placed(&[vec![("x", slanted)]], &plane).remove(0);
    assert!((line.direction[1] + 0.5_f64.sqrt()).abs() < 1e-6, "{line:?}");
    let origin = [0, 1].map(|axis| line.words[0].left * line.direction[axis] + line.baseline * left_of(line.direction)[axis]);
    assert!((origin[0]).abs() < 1e-6 && (origin[1] - 600.0).abs() < 1e-6, "{origin:?}");
}

#[test]
fn places_that_make_no_sense_stay_finite() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1e30] {
        let line = placed(&[vec![("x", quad(value, value, value, value))]], &plane(Turn::Left)).remove(0);
        assert_eq!(line.direction, [0.0, -1.0]);
        assert!(line.words[0].left.is_finite() && line.baseline.is_finite() && line.size > 0.0, "{line:?}");
        assert!(line.words[0].width > 0.0);
    }
}

#[test]
fn a_box_much_higher_than_wide_does_not_swallow_the_blanks() {
    let size = line(&[("TRUNG", quad(0.0, 0.0, 50.0, 800.0))]).size;
    assert!(size < 25.0, "{size}");
}

#[test]
fn lines_over_one_another_are_kept_apart() {
    // Grain makes boxes of 14 point print twice as high; a stamp's text lies over the second line.
    let words = |top: f32, bottom: f32| vec![("giao", quad(60.0, top, 90.0, bottom)), ("khai", quad(96.0, top, 130.0, bottom))];
    let grainy = [words(80.0, 140.0), words(105.0, 165.0), vec![("UBND", quad(70.0, 130.0, 110.0, 168.0))]];
    let plane = PagePlane::new((720, 1440), Resolution { x: 72.0, y: 144.0 }, Turn::None);
    let lines = placed(&grainy, &plane);
    for (number, line) in lines.iter().enumerate() {
        for other in &lines[..number] {
            let distance = (line.baseline - other.baseline).abs();
            assert!(distance > 0.5 * line.size.max(other.size), "{lines:#?}");
        }
    }
    // What stands beside another line shares its baseline, or keeps its own.
    for (lower, apart) in [(4.0, 0.0), (40.0, 20.0)] {
        let beside = placed(&[words(80.0, 110.0), vec![("UBND", quad(300.0, 80.0 + lower, 350.0, 110.0 + lower))]], &plane);
        assert!((beside[0].baseline - beside[1].baseline - apart).abs() < 0.01, "{beside:?}");
    }
}

#[test]
fn lines_of_about_one_size_have_one() {
    let of_height = |(top, height): (f32, f32)| vec![("nam", quad(0.0, top, 600.0, top + 2.0 * 0.46 * height))];
    let heights = [(0.0, 10.0), (200.0, 30.0), (400.0, 11.0), (600.0, 10.6), (800.0, 21.0), (1000.0, 31.0)];
    let lines = placed(&heights.map(of_height), &plane(Turn::None));
    let sizes: Vec<f64> = lines.iter().map(|line| (line.size / SIZE).round()).collect();
    assert_eq!(sizes, [11.0, 31.0, 11.0, 11.0, 21.0, 31.0]);
}
