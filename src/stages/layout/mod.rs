//! Layout: finds the lines of text on a [`PreparedPage`] and cuts each out as an image of its own.
//!
//! An engine reads a line that it is given more surely than one that it has to find: Tesseract's
//! own layout is made for books. The pages of offices are made of fewer things, and those are
//! looked for here, in this order: ink, rules, letters, lines, reading order. Everything is
//! measured against the letters themselves, so that one page may hold large and small print.

mod bridges;
mod chain;
mod credible;
mod cut;
mod ink;
mod marks;
mod order;
mod rules;
mod segment;
mod settings;
#[cfg(test)]
mod testing;

use self::credible::Verdict;
use self::cut::Cutter;
pub(crate) use self::settings::LayoutSettings;
use crate::model::geometry::{Quad, Rect};
use crate::model::page::{LineFinder, LineImage, PageLayout, PreparedPage};
use crate::model::raster::{Channels, Raster};

/// Finds the lines of `page`. Nothing is looked for inside `barcodes`, which are places in the
/// stored image.
///
/// [`PageLayout::Unknown`] if the settings leave the matter to the engine, or if there is ink in
/// which no lines can be seen.
pub(crate) fn find_lines(page: &PreparedPage, barcodes: &[Quad], settings: &LayoutSettings) -> PageLayout {
    if page.blank {
        return PageLayout::Lines(Vec::new());
    }
    if settings.line_finder == LineFinder::Engine || page.image.channels() != Channels::Gray {
        return PageLayout::Unknown;
    }
    let (width, height) = (page.image.width(), page.image.height());
    let mut samples = page.image.samples().to_vec();
    // Bars go as rules; what is left of a barcode lies within its place.
    let rules = rules::take_out(&mut samples, width as usize, page.dpi);
    for barcode in barcodes {
        paint_out(&mut samples, page, barcode);
    }
    let Some(image) = Raster::new(width, height, Channels::Gray, samples) else { return PageLayout::Unknown };
    let components = bridges::cut(ink::components(&ink::runs(&image, PreparedPage::INK)), page.dpi);
    let mut found = chain::segments(&components, &rules, page.dpi);
    let square_inches = width as f32 * height as f32 / page.dpi.powi(2);
    match credible::judge(&found.segments, found.letters, &components, page.dpi, square_inches) {
        Verdict::Text => {}
        Verdict::Noise => found.segments.retain(credible::looks_like_text),
        Verdict::Unclear => return PageLayout::Unknown,
    }
    let cutter = Cutter::new(&image, &components, &found.segments, &found.large);
    let order = order::reading_order(&found.segments, &rules);
    let lines = order.into_iter().filter_map(|(number, begins_block)| {
        let line = cutter.cut(number, found.segments.get(number)?)?;
        Some(LineImage { begins_block, ..line })
    });
    PageLayout::Lines(lines.collect())
}

/// Paints the upright box around a place in the stored image white.
fn paint_out(samples: &mut [u8], page: &PreparedPage, place: &Quad) {
    let Some(to_page) = page.to_source.inverse() else { return };
    let Some(area) = Rect::around(place.0.map(|corner| to_page.apply(corner))) else { return };
    let (width, height) = (page.image.width(), page.image.height());
    let span = |from: f32, extent: f32, end: u32| {
        let inside = |at: f32| at.clamp(0.0, end as f32) as usize;
        inside(from)..inside(from + extent)
    };
    let (columns, rows) = (span(area.x, area.width, width), span(area.y, area.height, height));
    for row in samples.chunks_exact_mut(width as usize).take(rows.end).skip(rows.start) {
        if let Some(span) = row.get_mut(columns.clone()) {
            span.fill(u8::MAX);
        }
    }
}

#[cfg(test)]
mod tests;
