//! Drawing a page that is not one image.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use hayro_syntax::page::Page;

use super::super::error::{IntakeError, damaged};
use super::super::limits::IntakeLimits;
use super::super::picture::{A4_LONG_SIDE, DOUBTFUL_DPI, LONGEST_IF_DOUBTFUL, Picture, Sheet, geometry};
use super::fonts::SubstituteFonts;
use super::watch::{self, Seen};
use super::{image, page_turn, user_unit};
use crate::model::failure::cause::ScanFault;
use crate::model::geometry::Resolution;
use crate::model::raster::{Channels, Raster};

/// For pages without images, and the least for pages with text.
const TEXT_DPI: f64 = 300.0;

/// What images may ask for.
const IMAGE_DPI: std::ops::RangeInclusive<f64> = 72.0..=600.0;

/// Images smaller than this part of the page have no say.
const COUNTS: f64 = 0.05;

/// Draws `page` as it is stored, without its `/Rotate`, which becomes the turn.
pub(super) fn sheet(page: &Page<'_>, seen: &Seen, limits: &IntakeLimits, fonts: &SubstituteFonts) -> Result<Sheet, IntakeError> {
    let area = watch::page_area(page);
    let unit = believed_unit(page, seen);
    let dpi = resolution(seen, area.area(), unit);
    let scale = dpi / 72.0 * unit;
    let (width, height) = ((area.width() * scale).round().max(1.0), (area.height() * scale).round().max(1.0));
    limits.check_image(width as u64, height as u64)?;
    let mut proof = Ok(());
    watch::watch(page, &mut |drawn| {
        if proof.is_ok() {
            proof = image::prove(drawn, limits);
        }
    });
    proof?;
    let to_pixels =
        Affine::scale_non_uniform(width / area.width(), -height / area.height()) * Affine::translate((-area.x0, -area.y1));
    let raster = draw(page, (width as u16, height as u16), to_pixels, fonts)?;
    let (width, height) = (raster.width(), raster.height());
    let geometry = geometry(Some(Resolution::square(dpi as f32)), width, height, page_turn(page));
    Ok(Sheet { picture: Picture::Pixels(raster), geometry })
}

/// How many points a unit of the page is long. A page that was made as many points long as its
/// images have pixels is as long as A4, as in [`geometry`].
fn believed_unit(page: &Page<'_>, seen: &Seen) -> f64 {
    let unit = user_unit(page);
    let area = watch::page_area(page);
    let longest = area.width().max(area.height());
    let dpi = image_dpi(seen, area.area(), unit);
    let doubtful = dpi > 0.0 && dpi < f64::from(DOUBTFUL_DPI) && longest * unit > f64::from(LONGEST_IF_DOUBTFUL) * 72.0;
    if doubtful { f64::from(A4_LONG_SIDE) * 72.0 / longest } else { unit }
}

/// The largest resolution of the images that count, or 0.
fn image_dpi(seen: &Seen, page_area: f64, unit: f64) -> f64 {
    let dpi = |placed: &watch::Placed| {
        let (across, down) = placed.extent();
        (f64::from(placed.finest.0) / across).max(f64::from(placed.finest.1) / down) * 72.0 / unit
    };
    let images = seen.images.iter().filter(|placed| placed.bounds().area() >= page_area * COUNTS);
    images.map(dpi).filter(|dpi| dpi.is_finite()).fold(0.0, f64::max)
}

/// The resolution to draw at.
fn resolution(seen: &Seen, page_area: f64, unit: f64) -> f64 {
    let largest = image_dpi(seen, page_area, unit);
    let least = if seen.marks > 0 || largest == 0.0 { TEXT_DPI } else { 0.0 };
    largest.max(least).clamp(*IMAGE_DPI.start(), *IMAGE_DPI.end())
}

fn draw(page: &Page<'_>, (width, height): (u16, u16), to_pixels: Affine, fonts: &SubstituteFonts) -> Result<Raster, IntakeError> {
    let lost = Arc::new(AtomicBool::new(false));
    let sink = Arc::clone(&lost);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                sink.store(true, Ordering::Relaxed);
            }
        }),
        ..fonts.settings()
    };
    let mut context = RenderContext::new(width, height);
    render_into(page, &RenderCache::new(), &settings, &RenderSettings::default(), &mut context, to_pixels);
    context.flush();
    let mut pixmap = Pixmap::new(width, height);
    let paper = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), paper);
    if lost.load(Ordering::Relaxed) {
        return Err(damaged(ScanFault::ImageUndecodable));
    }
    // On white paper every pixel is opaque, so that premultiplied colours are plain ones.
    let mut samples = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for pixel in pixmap.data() {
        samples.extend_from_slice(&[pixel.r, pixel.g, pixel.b]);
    }
    Raster::new(width.into(), height.into(), Channels::Rgb, samples).ok_or_else(|| damaged(ScanFault::PageNoArea))
}
