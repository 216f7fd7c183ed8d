//! Pages whose red stamps are made blue: the bench has no scans of blue ones.

use std::fs;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use super::inbox::BenchInbox;

/// What the red ink of stamps lets through of green and blue, against red.
const RED_INK: f32 = 0.21;
/// What navy ink lets through of red, green and blue.
const NAVY_INK: [f32; 3] = [0.16, 0.2, 0.47];
/// Pixels in which red is stronger than the other colours by this share have red ink.
const REDDISH: f32 = 0.25;
/// A page with fewer reddish pixels than one in so many has no red seal.
const FEWEST: usize = 1000;

/// Copies those pages of `inbox` that have red stamps into `folder`, with navy ones and their truth.
/// None if there is no such page.
pub fn with_navy_stamps(inbox: &BenchInbox, folder: &Path, work: &Path) -> Option<BenchInbox> {
    let mut found = false;
    for page in &inbox.files {
        let Some(navy) = image::open(page).ok().and_then(|image| image.as_rgb8().and_then(navy_stamps)) else { continue };
        let parent = folder.join(page.parent()?.file_name()?);
        fs::create_dir_all(&parent).expect("room for the pages");
        let copy = fs::File::create(parent.join(page.with_extension("jpg").file_name()?)).expect("room for the page");
        JpegEncoder::new_with_quality(copy, 85).encode_image(&navy).expect("room for the page");
        let truth = page.with_extension("json");
        // A page without a truth is read and not judged, as everywhere in the bench.
        let _ = fs::copy(&truth, parent.join(truth.file_name()?));
        found = true;
    }
    found.then(|| BenchInbox::copy(folder, work))
}

/// The page with navy ink where it has red ink; None if it has too little for a seal.
fn navy_stamps(page: &RgbImage) -> Option<RgbImage> {
    let mut navy = page.clone();
    let mut inked = 0;
    for Rgb(pixel) in navy.pixels_mut() {
        let [red, green, blue] = pixel.map(f32::from);
        let missing = 1.0 - green.max(blue) / red.max(1.0);
        if missing > REDDISH {
            inked += 1;
        }
        // Red ink hardly darkens red, so that is the light that comes from paper and print below.
        let cover = (missing / (1.0 - RED_INK)).clamp(0.0, 1.0);
        *pixel = NAVY_INK.map(|through| (red * (1.0 - cover + cover * through)) as u8);
    }
    (inked * FEWEST > page.as_raw().len() / 3).then_some(navy)
}
