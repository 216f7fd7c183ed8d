//! Layout: finds the lines of text on a [`PreparedPage`] and cuts each out as an image of its own.
//!
//! The engine reads a line that it is given more surely than one that it has to find: its own
//! layout is made for books. Office pages have few shapes, and those are looked for here: ink →
//! rules → letters → segments of lines → reading order.

mod chain;
mod cut;
mod ink;
mod order;
mod rules;
mod segment;

use self::cut::Cutter;
use crate::model::page::{LineImage, PreparedPage};
use crate::model::raster::Raster;

/// Samples darker than this are ink.
const INK: u8 = 130;

/// Finds the lines of `page`.
pub fn find_lines(page: &PreparedPage) -> Vec<LineImage> {
    let mut samples = page.image.samples().to_vec();
    let rules = rules::take_out(&mut samples, page.image.width() as usize, page.dpi);
    let Some(image) = Raster::new(page.image.width(), page.image.height(), page.image.channels(), samples) else { return vec![] };
    let components = ink::components(&ink::runs(&image, INK));
    let found = chain::segments(&components, &rules, page.dpi);
    let cutter = Cutter::new(&image, &components, &found.segments, &found.large);
    let order = order::reading_order(&found.segments, &rules);
    let lines = order.into_iter().filter_map(|(number, begins_block)| {
        let line = cutter.cut(number, found.segments.get(number)?)?;
        Some(LineImage { begins_block, ..line })
    });
    lines.collect()
}
