//! The text that a page of a PDF carries, as far as a reader of the page can see it.
//!
//! Invisible text (an earlier OCR), text under an image and text that leaves no trace in the picture
//! are left out: nobody proofreads what nobody sees. Characters without a meaning, which fonts
//! without a table of Unicode give, take their word with them.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings,
    Paint, SoftMask, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use hayro_syntax::page::Page;

use super::text_lines::{Piece, lines_of};
use super::watch::page_area;
use crate::model::raster::Raster;
use crate::model::text::Line;
use crate::model::vietnamese::LegacyEncoding;

/// Glyphs of one page beyond which its text is left alone. A dense page has 6,000.
const GLYPHS: usize = 50_000;
/// Glyphs that are held against images, all images together, before the same is done.
const COVERED: usize = 20_000_000;
/// Smaller letters, in pixels to the em, nobody can read.
const SMALLEST: f64 = 3.0;
/// Glyphs so many pixels off the picture's corner are not on it, whatever it shows.
const FAR: f64 = 1e6;
/// Glyph space has so many units to the em.
const EM: f64 = 1000.0;
/// The same glyph once more within this part of an em makes it bold, not double.
const TWICE: f64 = 0.15;
/// Width in pixels of the cells in which such glyphs are looked for.
const CELL: f64 = 16.0;
/// How far from upright text may stand, in degrees: stamps across a page are no part of its lines.
const ASLANT: f64 = 6.0;
/// A gap wider than this part of an em parts words.
pub(super) const WORD_GAP: f64 = 0.18;
/// Raised and lowered signs stay with their word.
const RAISED: f64 = 0.45;
/// Difference between the darkest and the lightest sample that can be seen.
const VISIBLE: u8 = 30;

/// Reads the visible text of `page`, of which `picture` is the stored image. The words lie in its
/// pixels; lines are in plain order, from top to bottom and left to right.
pub(super) fn lines(page: &Page<'_>, picture: &Raster) -> Vec<Line> {
    let area = page_area(page);
    let scale = (f64::from(picture.width()) / area.width(), f64::from(picture.height()) / area.height());
    let to_pixels = Affine::scale_non_uniform(scale.0, -scale.1) * Affine::translate((-area.x0, -area.y1));
    let cache = InterpreterCache::new();
    let mut context = Context::new(Affine::IDENTITY, area, &cache, page.xref(), InterpreterSettings::default());
    let mut collector = Collector { to_pixels, ..Collector::default() };
    interpret_page(page, &mut context, &mut collector);
    if collector.glyphs.len() >= GLYPHS || collector.held >= COVERED {
        tracing::debug!("a page with more glyphs or images than print has: its text is left alone");
        return Vec::new();
    }
    let pieces = pieces(collector.glyphs);
    lines_of(pieces, |place| shows(picture, place))
}

/// Whether something can be seen at a place of the picture.
fn shows(picture: &Raster, place: Rect) -> bool {
    let (width, channels) = (picture.width() as usize, picture.channels().count());
    let clamp = |at: f64, end: u32| at.clamp(0.0, f64::from(end)) as usize;
    let columns = clamp(place.x0, picture.width())..clamp(place.x1.ceil(), picture.width());
    let rows = clamp(place.y0, picture.height())..clamp(place.y1.ceil(), picture.height());
    let rows = picture.samples().chunks_exact(width * channels).take(rows.end).skip(rows.start);
    let samples = rows.filter_map(|row| row.get(columns.start * channels..columns.end * channels)).flatten();
    let (least, most) = samples.fold((u8::MAX, u8::MIN), |(least, most), &sample| (least.min(sample), most.max(sample)));
    most.saturating_sub(least) >= VISIBLE
}

/// A glyph in pixels of the picture.
struct Placed {
    text: String,
    encoding: Option<LegacyEncoding>,
    start: Point,
    end: Point,
    em: f64,
    /// Quarter turns, clockwise, of the direction in which it is read.
    quarter: u8,
    hidden: bool,
}

#[derive(Default)]
struct Collector {
    to_pixels: Affine,
    glyphs: Vec<Placed>,
    /// By text and cell, for those that are drawn twice.
    cells: HashMap<(String, i64, i64), Vec<Point>>,
    /// How many glyphs were held against images.
    held: usize,
}

impl Collector {
    fn add(&mut self, glyph: &Glyph<'_>, transform: Affine, encoding: Option<LegacyEncoding>, hidden: bool) {
        if self.glyphs.len() >= GLYPHS {
            return;
        }
        let [a, b, c, d, ..] = transform.as_coeffs();
        let (em, angle) = (c.hypot(d) * EM, b.atan2(a).to_degrees());
        let quarters = (angle / 90.0).round();
        if !em.is_finite() || em < SMALLEST || (angle - quarters * 90.0).abs() > ASLANT {
            return;
        }
        let advance = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width(),
            Glyph::Type3(glyph) => glyph.advance_width(),
        };
        let advance = f64::from(advance.unwrap_or(0.0)).clamp(0.0, 4.0 * EM);
        let (start, end) = (transform * Point::ORIGIN, transform * Point::new(advance, 0.0));
        if [start.x, start.y, end.x, end.y].iter().any(|at| !(-FAR..FAR).contains(at)) {
            return;
        }
        let text = text_of(glyph, encoding);
        if self.is_twice(&text, start, em) {
            return;
        }
        self.glyphs.push(Placed { text, encoding, start, end, em, quarter: quarters.rem_euclid(4.0) as u8, hidden });
    }

    fn is_twice(&mut self, text: &str, at: Point, em: f64) -> bool {
        let (column, row) = ((at.x / CELL) as i64, (at.y / CELL) as i64);
        let near = (-1..=1).flat_map(|across| (-1..=1).map(move |down| (column + across, row + down)));
        let twice = near.filter_map(|(column, row)| self.cells.get(&(text.to_owned(), column, row))).flatten();
        if twice.into_iter().any(|other| other.distance(at) < TWICE * em) {
            return true;
        }
        self.cells.entry((text.to_owned(), column, row)).or_default().push(at);
        false
    }
}

/// What a glyph means; the replacement character where its font does not tell.
fn text_of(glyph: &Glyph<'_>, encoding: Option<LegacyEncoding>) -> String {
    match glyph.as_unicode() {
        // The soft hyphen is a letter in TCVN3, but fonts call its glyph a hyphen.
        Some(BfString::Char('-' | '\u{2010}')) if encoding.is_some() && glyph.char_code() == 0xad => '\u{ad}'.into(),
        Some(BfString::Char(c)) => c.into(),
        Some(BfString::String(text)) => text,
        None => match (encoding, u8::try_from(glyph.char_code())) {
            // These fonts were made before there was anything but one byte a letter.
            (Some(_), Ok(code)) => char::from(code).into(),
            _ => char::REPLACEMENT_CHARACTER.into(),
        },
    }
}

fn encoding_of(run: &GlyphRun<'_, '_>) -> Option<LegacyEncoding> {
    run.glyphs().iter().find_map(|glyph| match &**glyph {
        Glyph::Outline(glyph) => LegacyEncoding::of_font(&glyph.font_data()?.postscript_name?),
        Glyph::Type3(_) => None,
    })
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let clear = matches!(&props.paint, Paint::Color(colour) if colour.to_rgba().to_rgba8()[3] == 0);
        let hidden = clear || matches!(mode, DrawMode::Invisible);
        let encoding = encoding_of(run);
        for glyph in run.glyphs() {
            self.add(glyph, self.to_pixels * props.transform * glyph.transform(), encoding, hidden);
        }
    }

    /// An image hides the text under it.
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if matches!(image, Image::Stencil(_)) || props.blend_mode != BlendMode::Normal {
            return;
        }
        self.held = self.held.saturating_add(self.glyphs.len());
        if self.held >= COVERED {
            return;
        }
        let pixels = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let place = (self.to_pixels * props.transform).transform_rect_bbox(pixels);
        for glyph in &mut self.glyphs {
            glyph.hidden |= place.contains(glyph.start.midpoint(glyph.end));
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// Joins glyphs that follow one another, as they were drawn, up to the next gap.
fn pieces(glyphs: Vec<Placed>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    for glyph in glyphs.into_iter().filter(|glyph| !glyph.hidden) {
        if glyph.text.chars().all(char::is_whitespace) {
            open = false;
            continue;
        }
        let (start, end) = (turned(glyph.start, glyph.quarter), turned(glyph.end, glyph.quarter));
        match pieces.last_mut().filter(|_| open) {
            Some(last)
                if last.quarter == glyph.quarter
                    && last.encoding == glyph.encoding
                    && (start.y - last.baseline).abs() < RAISED * last.em
                    && (-0.5 * last.em..WORD_GAP * last.em.max(glyph.em)).contains(&(start.x - last.right)) =>
            {
                last.text.push_str(&glyph.text);
                last.right = last.right.max(end.x);
            }
            _ => pieces.push(Piece {
                text: glyph.text,
                encoding: glyph.encoding,
                quarter: glyph.quarter,
                left: start.x,
                right: end.x,
                baseline: start.y,
                em: glyph.em,
            }),
        }
        open = true;
    }
    pieces
}

/// A point of the picture as it lies when what is read in this direction is turned upright.
fn turned(point: Point, quarter: u8) -> Point {
    match quarter {
        1 => Point::new(point.y, -point.x),
        2 => Point::new(-point.x, -point.y),
        3 => Point::new(-point.y, point.x),
        _ => point,
    }
}
