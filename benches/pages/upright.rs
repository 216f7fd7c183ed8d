//! Whether pages are brought upright, however the paper lay, and what deciding it costs.

use std::fs;
use std::path::{Path, PathBuf};

use sohoa::model::geometry::{Resolution, Turn};
use sohoa::model::raster::{PageGeometry, Raster};
use sohoa::reading::CpuClock;
use sohoa::stages::intake::{DecodedPage, OpenScan};
use sohoa::stages::prepare::{PrepareSettings, Upright, prepare};

use super::accuracy::Truth;
use super::program::settings;

/// Turns the stored image of every written page by all four quarters and prints how often the
/// right turn is found. The cost of a decision is what cleaning the page takes more than where it
/// is told the right turn.
pub fn report(files: &[PathBuf], root: &Path) {
    let settings = settings(&[]);
    let detect = PrepareSettings { upright: Upright::Detect, ..settings.prepare.clone() };
    let told = PrepareSettings { upright: Upright::TrustFile, ..settings.prepare.clone() };
    let (mut decisions, mut right, mut micros) = (0, 0, 0);
    let mut wrong = Vec::new();
    for file in files {
        let Some(truth) = Truth::beside(file).filter(|truth| !truth.blank) else { continue };
        let bytes = fs::read(file).expect("a file that is still there");
        let stored = OpenScan::open(bytes, &settings.limits).and_then(|scan| scan.decode(0)).expect("a page");
        for turn in Turn::ALL {
            let page = turned(&stored, turn);
            let needed = Turn::try_from((720 - truth.rotation - turn.degrees()) % 360).expect("a quarter turn");
            let mut clock = CpuClock::start();
            let found = prepare(&page.raster, &page.geometry, &detect).expect("a page that can be cleaned").turn;
            let deciding = clock.lap();
            prepare(&page.raster, &PageGeometry { turn: needed, ..page.geometry }, &told).expect("a page that can be cleaned");
            micros += deciding as i64 - clock.lap() as i64;
            decisions += 1;
            right += usize::from(found == needed);
            if found != needed {
                let name = file.strip_prefix(root).unwrap_or(file).display();
                wrong.push(format!(
                    "  {name} stored at {}°: turned by {}° instead of {}°",
                    turn.degrees(),
                    found.degrees(),
                    needed.degrees()
                ));
            }
        }
    }
    if decisions > 0 {
        let seconds = micros as f64 / 1e6 / f64::from(decisions);
        println!("\nupright: {right} of {decisions} right (each page at 0°, 90°, 180°, 270°), {seconds:.3} CPU s a decision");
        wrong.iter().for_each(|line| println!("{line}"));
    }
}

/// The page as it would be stored if the paper had lain turned clockwise.
fn turned(page: &DecodedPage, turn: Turn) -> DecodedPage {
    let raster = &page.raster;
    let (width, height, count) = (raster.width() as usize, raster.height() as usize, raster.channels().count());
    let lying = matches!(turn, Turn::Right | Turn::Left);
    let (across, down) = if lying { (height, width) } else { (width, height) };
    let mut samples = Vec::with_capacity(raster.samples().len());
    for y in 0..down {
        for x in 0..across {
            let (from_x, from_y) = match turn {
                Turn::None => (x, y),
                Turn::Right => (y, height - 1 - x),
                Turn::Half => (width - 1 - x, height - 1 - y),
                Turn::Left => (width - 1 - y, x),
            };
            let at = (from_y * width + from_x) * count;
            samples.extend_from_slice(&raster.samples()[at..at + count]);
        }
    }
    let Resolution { x, y } = page.geometry.resolution;
    let resolution = if lying { Resolution { x: y, y: x } } else { Resolution { x, y } };
    DecodedPage {
        raster: Raster::new(across as u32, down as u32, raster.channels(), samples).expect("as many pixels as before"),
        geometry: PageGeometry { resolution, turn: Turn::None },
    }
}
