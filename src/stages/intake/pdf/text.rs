//! The text that a page of a PDF carries, as far as a reader of the page can see it.
//!
//! Invisible text (an earlier OCR), text under an image or an opaque area, text in the colour of its paper,
//! text too small to be read and text that leaves no trace in the picture are left out: nobody proofreads
//! what nobody sees. Characters without a meaning, which fonts
//! without a table of Unicode give, take their word with them.

use std::collections::HashMap;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps, InterpreterCache, Paint,
    SoftMask, interpret_page,
};
use hayro::kurbo::{self, Affine, BezPath, Point, Rect, Shape};
use hayro_syntax::page::Page;

use super::super::carried::{CarriedText, Standing};
use super::fonts::SubstituteFonts;
use super::ink::{self, Ink, LetterPlace};
use super::over::{Clip, Group, Over, is_inside};
use super::piece::{Piece, TextFont, WORD_GAP};
use super::text_lines::lines_of;
use super::watch::page_area;
use crate::model::raster::Raster;
use crate::model::vietnamese::LegacyEncoding;

/// Glyphs of one page beyond which its text is left alone. A dense page has 6,000.
const GLYPHS: usize = 50_000;
/// Glyphs that are held against images, all images together, before the same is done.
const COVERED: usize = 20_000_000;
/// The same for areas, of which a drawing has many.
const PAINTED: usize = 200_000_000;
/// Areas and strokes thinner than this, in pixels, cover no letter that could be read.
const THIN: f64 = 3.0;
/// A letter is covered where these places over the middle of its baseline are, in units of its em: what
/// strikes it out or underlines it covers one of them at most.
const LOW: f64 = 100.0;
const HIGH: f64 = 550.0;
/// Height of a capital over its baseline, in the same units.
const CAPITAL: f64 = 700.0;
/// Smaller letters, in pixels to the em, nobody can read.
const SMALLEST: f64 = 8.0;
/// Letters pressed together to less than this part of their height are none that can be read.
const NARROWEST: f64 = 0.2;
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
/// Raised and lowered signs stay with their word.
const RAISED: f64 = 0.45;
/// What is in groups less opaque than this leaves no trace, whatever its colour.
const CLEAR: f32 = 0.1;
/// What lies under something of this opacity, or less, can be seen through it.
const HALF_CLEAR: f32 = 0.5;
/// Difference between the darkest and the lightest sample that can be seen.
const VISIBLE: u8 = 30;

/// Reads the visible text of `page`, of which `picture` is the stored image. The words lie in its
/// pixels; lines are in plain order, from top to bottom and left to right.
pub(super) fn text(page: &Page<'_>, picture: &Raster, fonts: &SubstituteFonts) -> CarriedText {
    let area = page_area(page);
    let scale = (f64::from(picture.width()) / area.width(), f64::from(picture.height()) / area.height());
    let to_pixels = Affine::scale_non_uniform(scale.0, -scale.1) * Affine::translate((-area.x0, -area.y1));
    let cache = InterpreterCache::new();
    let mut context = Context::new(Affine::IDENTITY, area, &cache, page.xref(), fonts.settings());
    let mut collector = Collector::new(to_pixels, picture);
    interpret_page(page, &mut context, &mut collector);
    if collector.glyphs.len() >= GLYPHS || collector.held >= COVERED || collector.painted >= PAINTED {
        tracing::debug!("a page with more glyphs or images than print has: its text is left alone");
        return CarriedText::default();
    }
    let doubtful = collector.doubtful;
    let mut glyphs = collector.glyphs;
    let words = weigh_unseen(&mut glyphs);
    let seen = glyphs.iter().filter(|glyph| !glyph.hidden && !glyph.unseen && !glyph.is_blank());
    let standing = Standing::of(seen.filter(|glyph| shows(picture, glyph.place())).map(|glyph| glyph.quarter));
    if doubtful {
        tracing::debug!("a page with letters that something may hide: its text is left alone");
        return CarriedText { lines: Vec::new(), standing };
    }
    if words == Words::Split {
        tracing::debug!("a page with words of which some letters show: its text is left alone");
        return CarriedText { lines: Vec::new(), standing };
    }
    let pieces = pieces(glyphs);
    CarriedText { lines: lines_of(pieces, |place| shows(picture, place)), standing }
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

/// What is to be seen of the words of a page.
#[derive(Debug, PartialEq, Eq)]
enum Words {
    /// All of each or nothing.
    Whole,
    /// Of some, some letters.
    Split,
}

/// Hides what cannot be seen, word by word: where most letters of one show, so do the others, which may have
/// thin strokes, but not a figure, for which another may have been put.
fn weigh_unseen(glyphs: &mut [Placed]) -> Words {
    let mut words = Words::Whole;
    for word in glyphs.chunk_by_mut(|one, next| one.run == next.run && !one.is_blank() && !next.is_blank()) {
        let looked_at = || word.iter().filter(|glyph| !glyph.hidden && !glyph.is_blank());
        let unseen = looked_at().filter(|glyph| glyph.unseen).count();
        let shown = looked_at().count() - unseen;
        let is_figure = |glyph: &Placed| glyph.unseen && glyph.text.contains(char::is_numeric);
        let most_show = shown > unseen && !looked_at().any(is_figure);
        if unseen > 0 && shown > 0 && !most_show {
            words = Words::Split;
        }
        if !most_show {
            word.iter_mut().for_each(|glyph| glyph.hidden |= glyph.unseen);
        }
    }
    words
}

/// A glyph in pixels of the picture.
struct Placed {
    text: String,
    font: TextFont,
    start: Point,
    end: Point,
    /// Over the middle of its baseline, low and high.
    body: (Point, Point),
    em: f64,
    /// Quarter turns, clockwise, of the direction in which it is read.
    quarter: u8,
    hidden: bool,
    /// Whether it leaves no trace of its ink in the picture.
    unseen: bool,
    /// Which of the runs of the page it is of.
    run: usize,
}

impl Placed {
    fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }

    /// From its baseline up to the height of small letters.
    fn place(&self) -> Rect {
        Rect::from_points(self.start, self.end).union_pt(self.body.1)
    }
}

struct Collector<'p> {
    to_pixels: Affine,
    picture: &'p Raster,
    glyphs: Vec<Placed>,
    /// How many runs of glyphs were drawn.
    runs: usize,
    /// By text and cell, for those that are drawn twice: where, and which glyph.
    cells: HashMap<(String, i64, i64), Vec<(Point, usize)>>,
    /// How many glyphs were held against images, and against areas.
    held: usize,
    painted: usize,
    /// In pixels.
    clips: Vec<Clip>,
    groups: Vec<Group>,
    /// Whether something was drawn over letters that hides them or does not, which cannot be told.
    doubtful: bool,
}

impl<'p> Collector<'p> {
    /// How opaque all open groups leave what is drawn now.
    fn opacity(&self) -> f32 {
        self.groups.iter().map(|group| group.opacity.clamp(0.0, 1.0)).product()
    }

    fn keeps_colours(&self) -> bool {
        self.groups.iter().all(|group| group.keeps_colours)
    }

    fn new(to_pixels: Affine, picture: &'p Raster) -> Self {
        let (glyphs, cells, clips, groups) = (Vec::new(), HashMap::new(), Vec::new(), Vec::new());
        Self { to_pixels, picture, glyphs, runs: 0, cells, held: 0, painted: 0, clips, groups, doubtful: false }
    }

    /// Adds a glyph, in its ink if that can be told.
    fn add(&mut self, glyph: &Glyph<'_>, transform: Affine, font: TextFont, ink: Option<Ink>, hidden: bool) {
        if self.glyphs.len() >= GLYPHS {
            return;
        }
        let [a, b, c, d, ..] = transform.as_coeffs();
        let (em, angle) = (c.hypot(d) * EM, b.atan2(a).to_degrees());
        let quarters = (angle / 90.0).round();
        let is_pressed = a.hypot(b) * EM < NARROWEST * em;
        if !em.is_finite() || em < SMALLEST || is_pressed || (angle - quarters * 90.0).abs() > ASLANT {
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
        let over = |height: f64| transform * Point::new(advance / 2.0, height);
        let body = (over(LOW), over(HIGH));
        let text = text_of(glyph, font.encoding);
        let is_blank = text.chars().all(char::is_whitespace);
        let place = LetterPlace { start, end, top: transform * Point::new(0.0, CAPITAL), em };
        let is_clipped = self.clips.iter().any(|clip| !clip.bounds.contains(body.0.midpoint(body.1)));
        let hidden = hidden || is_clipped;
        let unseen = !hidden && !is_blank && ink.is_some_and(|ink| !ink::shows(self.picture, &place, ink));
        if self.is_twice(&text, start, em) {
            return;
        }
        let (quarter, run) = (quarters.rem_euclid(4.0) as u8, self.runs);
        self.glyphs.push(Placed { text, font, start, end, body, em, quarter, hidden, unseen, run });
    }

    fn is_twice(&mut self, text: &str, at: Point, em: f64) -> bool {
        let (column, row) = ((at.x / CELL) as i64, (at.y / CELL) as i64);
        let near = (-1..=1).flat_map(|across| (-1..=1).map(move |down| (column + across, row + down)));
        let twice = near.filter_map(|(column, row)| self.cells.get(&(text.to_owned(), column, row))).flatten();
        // One that was painted over was written once more, not twice.
        let is_seen = |glyph: usize| self.glyphs.get(glyph).is_some_and(|glyph| !glyph.hidden && !glyph.unseen);
        if twice.into_iter().any(|&(other, glyph)| other.distance(at) < TWICE * em && is_seen(glyph)) {
            return true;
        }
        let number = self.glyphs.len();
        self.cells.entry((text.to_owned(), column, row)).or_default().push((at, number));
        false
    }

    /// Hides what lies under an area of the page, in pixels. Where the area need not be opaque, nobody knows.
    fn cover(&mut self, area: &BezPath, rule: FillRule, is_opaque: bool) {
        let bounds = self.clips.iter().fold(area.bounding_box(), |bounds, clip| bounds.intersect(clip.bounds));
        if bounds.width().min(bounds.height()) < THIN {
            return;
        }
        self.painted = self.painted.saturating_add(self.glyphs.len());
        if self.painted >= PAINTED {
            return;
        }
        let clips = &self.clips;
        let inside = |at: Point| bounds.contains(at) && is_inside(area, rule, at) && clips.iter().all(|clip| clip.holds(at));
        for glyph in self.glyphs.iter_mut().filter(|glyph| !glyph.hidden) {
            let is_covered = inside(glyph.body.0) && inside(glyph.body.1);
            glyph.hidden = is_covered && is_opaque;
            self.doubtful |= is_covered && !is_opaque && !glyph.unseen && !glyph.is_blank();
        }
    }

    /// Whether what is drawn now hides what lies under it; nothing where it never does, as ink that is seen through.
    fn hides(&self, drawn: Over) -> Option<bool> {
        let is = |over: Over| drawn == over || self.groups.iter().any(|group| group.over == over);
        (!is(Over::SeenThrough)).then(|| !is(Over::MayHide))
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

fn font_of(run: &GlyphRun<'_, '_>) -> TextFont {
    let outline = |glyph: &Glyph<'_>| match glyph {
        Glyph::Outline(glyph) => glyph.font_data(),
        Glyph::Type3(_) => None,
    };
    let Some(data) = run.glyphs().iter().find_map(|glyph| outline(glyph)) else { return TextFont::default() };
    let encoding = data.postscript_name.as_deref().and_then(LegacyEncoding::of_font);
    TextFont { encoding, id: (*data.data).as_ref().as_ptr().addr() }
}

impl<'a> Device<'a> for Collector<'_> {
    /// An opaque area hides the text under it: correction fluid of programs that edit PDFs.
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let opacity = match &props.paint {
            Paint::Color(colour) => f32::from(colour.to_rgba().to_rgba8()[3]) / f32::from(u8::MAX),
            Paint::Pattern(_) => 1.0,
        };
        let drawn = Over::of(opacity, props.soft_mask.is_some(), props.blend_mode);
        let Some(hides) = self.hides(drawn) else { return };
        let is_opaque = hides && matches!(props.paint, Paint::Color(_));
        let to_pixels = self.to_pixels * props.transform;
        match mode {
            DrawMode::Fill(rule) | DrawMode::FillAndStroke(rule, _) => self.cover(&(to_pixels * path.clone()), *rule, is_opaque),
            DrawMode::Stroke(stroke) => {
                let scale = to_pixels.determinant().abs().sqrt();
                if f64::from(stroke.line_width) * scale >= THIN {
                    let style = kurbo::Stroke::new(stroke.line_width.into());
                    let outline = kurbo::stroke(path.iter(), &style, &kurbo::StrokeOpts::default(), 0.5 / scale);
                    self.cover(&(to_pixels * outline), FillRule::NonZero, is_opaque);
                }
            }
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let bounds = clip.path.bounding_box();
        let is_rectangle = (clip.path.area().abs() - bounds.area()).abs() <= 0.001 * bounds.area();
        let shape = (!is_rectangle).then(|| (self.to_pixels * clip.path.clone(), clip.fill));
        self.clips.push(Clip { bounds: self.to_pixels.transform_rect_bbox(bounds), shape });
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend_mode: BlendMode) {
        let keeps_colours = mask.is_none() && blend_mode == BlendMode::Normal;
        self.groups.push(Group { opacity, keeps_colours, over: Over::of(opacity, mask.is_some(), blend_mode) });
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let own_colours = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal && self.keeps_colours();
        let opacity = self.opacity();
        let ink = match &props.paint {
            Paint::Color(colour) => {
                let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
                Some(Ink([red, green, blue, (f32::from(alpha) * opacity) as u8]))
            }
            Paint::Pattern(_) => None,
        };
        let hidden = matches!(ink, Some(Ink([.., 0]))) || matches!(mode, DrawMode::Invisible) || opacity < CLEAR;
        let font = font_of(run);
        self.runs = self.runs.saturating_add(1);
        for glyph in run.glyphs() {
            // What a glyph of this kind shows is drawn in colours of its own.
            let ink = ink.filter(|_| own_colours && matches!(**glyph, Glyph::Outline(_)));
            self.add(glyph, self.to_pixels * props.transform * glyph.transform(), font, ink, hidden);
        }
    }

    /// An image hides the text under it, unless that shows through as well as the image itself. One that is paint in the
    /// shape of a mask may, as far as can be told, and one that lets some of it through.
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let drawn = Over::of(1.0, props.soft_mask.is_some(), props.blend_mode);
        if drawn == Over::SeenThrough || self.opacity() <= HALF_CLEAR {
            return;
        }
        self.held = self.held.saturating_add(self.glyphs.len());
        if self.held >= COVERED {
            return;
        }
        let pixels = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let place = self.to_pixels * props.transform;
        if matches!(image, Image::Stencil(_)) || self.hides(drawn) == Some(false) {
            self.cover(&(place * pixels.to_path(0.1)), FillRule::NonZero, false);
            return;
        }
        let place = place.transform_rect_bbox(pixels);
        for glyph in &mut self.glyphs {
            glyph.hidden |= place.contains(glyph.start.midpoint(glyph.end));
        }
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }
}

/// Joins glyphs that follow one another, as they were drawn, up to the next gap.
fn pieces(glyphs: Vec<Placed>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut open, mut after_space) = (false, true);
    for glyph in glyphs.into_iter().filter(|glyph| !glyph.hidden) {
        if glyph.text.chars().all(char::is_whitespace) {
            (open, after_space) = (false, true);
            continue;
        }
        let (start, end) = (turned(glyph.start, glyph.quarter), turned(glyph.end, glyph.quarter));
        match pieces.last_mut().filter(|_| open) {
            Some(last)
                if last.quarter == glyph.quarter
                    && last.font == glyph.font
                    && (start.y - last.baseline).abs() < RAISED * last.em
                    && (-0.5 * last.em..WORD_GAP * last.em.max(glyph.em)).contains(&(start.x - last.right)) =>
            {
                last.text.push_str(&glyph.text);
                last.right = last.right.max(end.x);
            }
            _ => pieces.push(Piece {
                text: glyph.text,
                font: glyph.font,
                quarter: glyph.quarter,
                left: start.x,
                right: end.x,
                baseline: start.y,
                em: glyph.em,
                after_space,
            }),
        }
        (open, after_space) = (true, false);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of words of which the letters in brackets leave no trace in the picture.
    fn left(text: &str) -> (Words, String) {
        let mut unseen = false;
        let mut glyphs = Vec::new();
        for c in text.chars() {
            match c {
                '[' => unseen = true,
                ']' => unseen = false,
                c => glyphs.push(Placed {
                    text: c.into(),
                    font: TextFont::default(),
                    start: Point::ORIGIN,
                    end: Point::ORIGIN,
                    body: (Point::ORIGIN, Point::ORIGIN),
                    em: 10.0,
                    quarter: 0,
                    hidden: false,
                    unseen,
                    run: 0,
                }),
            }
        }
        let words = weigh_unseen(&mut glyphs);
        (words, glyphs.into_iter().filter(|glyph| !glyph.hidden).map(|glyph| glyph.text).collect())
    }

    #[test]
    fn letters_are_hidden_by_the_word() {
        assert_eq!(left("Quy[ế]t định"), (Words::Whole, "Quyết định".into()), "a thin letter");
        assert_eq!(left("Quyết [định]"), (Words::Whole, "Quyết ".into()), "a word that was painted over");
        assert_eq!(left("Qu[yết] định").0, Words::Split, "most of a word does not show");
        assert_eq!(left("2[0]25").0, Words::Split, "a figure for which another may have been put");
    }
}
