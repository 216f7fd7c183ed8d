//! Pages without a letter: what they cost and how many words are read into them.

use std::fs;
use std::path::Path;

use image::GrayImage;
use sohoa::model::page::RecognisedPage;

use super::inbox::BenchInbox;
use super::program::{pages_read, run};

const SEED: u64 = 0x5EED;
const DPI: [u32; 2] = [200, 300];

/// Draws an A4 page of this width and height at this resolution.
type Draw = fn(u32, u32, u32) -> GrayImage;

const PAGES: [(&str, Draw); 4] =
    [("greys", greys), ("black or white", black_or_white), ("hatching", hatching), ("photograph", photograph)];

/// Runs the program over each page alone and prints CPU time of the whole run, words read, and
/// what became of the page.
pub fn report(work: &Path) {
    println!("\n{:<26}{:>10}{:>9}  became", "page", "CPU s", "words");
    for (name, draw) in PAGES {
        for dpi in DPI {
            let (width, height) = (dpi * 827 / 100, dpi * 1169 / 100);
            let name = format!("{name}, {dpi} dpi");
            let folder = work.join("noise").join(&name);
            fs::create_dir_all(&folder).expect("room for the page");
            // No resolution is stated: an image without one is taken for A4.
            draw(width, height, dpi).save(folder.join("page.png")).expect("room for the page");
            let inbox = BenchInbox::copy(&folder, &work.join("noise-inbox").join(&name));
            let repository = work.join("noise-repository").join(&name);
            let report = run(&repository, &inbox, 1, &[]);
            let read = pages_read(&repository, &inbox.files, &[]);
            let words: usize = read.iter().filter_map(|read| read.page.as_ref()).map(count_words).sum();
            let fates = ["sealed", "separators", "blank", "waiting", "refused"];
            let fate = fates.into_iter().find(|fate| report["ledger"][fate] == 1).unwrap_or("?");
            println!("{name:<26}{:>10.2}{words:>9}  {fate}", report["cost"]["cpu_seconds"].as_f64().unwrap_or(f64::NAN));
        }
    }
}

fn count_words(page: &RecognisedPage) -> usize {
    page.lines.iter().map(|line| line.words.len()).sum()
}

/// Every pixel any grey.
fn greys(width: u32, height: u32, _dpi: u32) -> GrayImage {
    let mut state = SEED;
    GrayImage::from_fn(width, height, |_, _| image::Luma([next(&mut state) as u8]))
}

/// Every pixel black or white.
fn black_or_white(width: u32, height: u32, _dpi: u32) -> GrayImage {
    let mut state = SEED;
    GrayImage::from_fn(width, height, |_, _| image::Luma([if next(&mut state) & 1 == 0 { 0 } else { 255 }]))
}

/// Two sets of slanting strokes across each other, a millimetre apart.
fn hatching(width: u32, height: u32, dpi: u32) -> GrayImage {
    let gap = dpi / 25;
    let stroke = gap / 4 + 1;
    GrayImage::from_fn(width, height, |x, y| {
        let ink = (x + y) % gap < stroke || (2 * x + 3 * height - 3 * y) % (2 * gap) < stroke;
        image::Luma([if ink { 30 } else { 235 }])
    })
}

/// Clouds from large to small, as light and texture are in a photograph.
fn photograph(width: u32, height: u32, dpi: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        let octaves = (0..8u32).map(|octave| {
            let cell = (2.0 * dpi as f32) / (1 << octave) as f32;
            cloud(octave, x as f32 / cell, y as f32 / cell) * 0.6f32.powi(octave as i32)
        });
        // The octaves' weights add up to nearly 2.5.
        image::Luma([(octaves.sum::<f32>() / 2.46 * 255.0) as u8])
    })
}

/// Random greys from 0 to 1 at whole places, blended between them.
fn cloud(octave: u32, x: f32, y: f32) -> f32 {
    let corner = |dx: u64, dy: u64| {
        let mut state = SEED ^ (u64::from(octave) << 56) ^ ((x as u64 + dx) << 28) ^ (y as u64 + dy);
        (next(&mut state) & 0xFFFF) as f32 / 65535.0
    };
    let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
    let (right, down) = (smooth(x.fract()), smooth(y.fract()));
    let blend = |a: f32, b: f32, share: f32| a + (b - a) * share;
    blend(blend(corner(0, 0), corner(1, 0), right), blend(corner(0, 1), corner(1, 1), right), down)
}

/// The next number of SplitMix64: the same page on every machine.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
