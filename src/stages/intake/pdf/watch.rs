//! What a page draws, without drawing it.

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings,
    Paint, SoftMask, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Rect, Shape};
use hayro_syntax::object::Stream;
use hayro_syntax::page::Page;

use crate::model::geometry::Turn;

/// A4 in points, for pages without a size.
const A4: Rect = Rect::new(0.0, 0.0, 595.0, 842.0);

/// An image on a page.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// From image pixels (y down) to page units (y up).
    matrix: Affine,
    /// Pixels across, by its dictionary.
    pub(super) width: u32,
    /// Pixels down, by its dictionary.
    pub(super) height: u32,
    /// Pixels across and down of the finer of it and its mask: in mixed raster content a few coarse
    /// pixels of ink are painted through a mask that has the letters.
    pub(super) finest: (u32, u32),
    /// Whether it is painted through a one-bit mask.
    pub(super) stencil: bool,
    /// Whether neither clip, mask nor blending changes what it shows.
    pub(super) plain: bool,
    /// How many other marks were made before it.
    pub(super) marks_before: usize,
}

impl Placed {
    /// The part of the page that it covers.
    pub(super) fn bounds(&self) -> Rect {
        self.matrix.transform_rect_bbox(Rect::new(0.0, 0.0, self.width.into(), self.height.into()))
    }

    /// Lengths of its sides in page units, along its own rows and columns.
    pub(super) fn extent(&self) -> (f64, f64) {
        let [a, b, c, d, ..] = self.matrix.as_coeffs();
        (a.hypot(b) * f64::from(self.width), c.hypot(d) * f64::from(self.height))
    }

    /// The quarter turn in which it lies on the page; `None` if it lies askew or mirrored.
    pub(super) fn turn(&self) -> Option<Turn> {
        let [a, b, c, d, ..] = self.matrix.as_coeffs();
        let slight = 0.005 * a.hypot(b).max(c.hypot(d));
        let (along, across) = (b.abs() < slight && c.abs() < slight, a.abs() < slight && d.abs() < slight);
        match (along, across) {
            (true, false) if a > 0.0 && d < 0.0 => Some(Turn::None),
            (true, false) if a < 0.0 && d > 0.0 => Some(Turn::Half),
            (false, true) if b < 0.0 && c < 0.0 => Some(Turn::Right),
            (false, true) if b > 0.0 && c > 0.0 => Some(Turn::Left),
            _ => None,
        }
    }
}

/// All that a page draws.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) images: Vec<Placed>,
    /// Lines, areas and glyphs that can be seen; white ones only if something lies under them.
    pub(super) marks: usize,
}

fn finest(image: &Image<'_, '_>) -> (u32, u32) {
    let size = (image.width(), image.height());
    let Image::Raster(raster) = image else { return size };
    let dict = raster.stream().dict();
    let masks = [b"SMask".as_slice(), b"Mask"].into_iter().filter_map(|key| dict.get::<Stream<'_>>(key));
    masks.fold(size, |(width, height), mask| {
        let side = |key: &[u8]| mask.dict().get::<u32>(key).unwrap_or(0);
        (width.max(side(b"Width")), height.max(side(b"Height")))
    })
}

struct Watcher<'w> {
    seen: Seen,
    /// `None` for a clip that is no upright rectangle.
    clips: Vec<Option<Rect>>,
    /// Whether each open group leaves colours as they are.
    groups: Vec<bool>,
    on_image: &'w mut dyn FnMut(&Image<'_, '_>),
}

/// The visible part of a page, in its own units.
pub(super) fn page_area(page: &Page<'_>) -> Rect {
    let area = if has_empty_crop(page) { page.media_box() } else { page.intersected_crop_box() };
    let area = Rect::new(area.x0, area.y0, area.x1, area.y1);
    if area.width() < 1.0 || area.height() < 1.0 { A4 } else { area }
}

/// Whether a page of some size has an empty crop box, which some programs write for none.
pub(super) fn has_empty_crop(page: &Page<'_>) -> bool {
    let (whole, crop) = (page.media_box(), page.crop_box());
    whole.width() >= 1.0 && whole.height() >= 1.0 && (crop.width() < 1.0 || crop.height() < 1.0)
}

/// Whether what is cut out of the sheet lies on it: a page cut out of nothing shows nothing, and programs do
/// not agree on what to show instead.
pub(super) fn has_area(page: &Page<'_>) -> bool {
    let (whole, shown) = (page.media_box(), page.intersected_crop_box());
    let is_sheet = whole.width() >= 1.0 && whole.height() >= 1.0;
    !is_sheet || has_empty_crop(page) || (shown.width() >= 1.0 && shown.height() >= 1.0)
}

/// Interprets `page` and hands each image to `on_image` in the order of drawing.
pub(super) fn watch(page: &Page<'_>, on_image: &mut dyn FnMut(&Image<'_, '_>)) -> Seen {
    let cache = InterpreterCache::new();
    let mut context = Context::new(Affine::IDENTITY, page_area(page), &cache, page.xref(), InterpreterSettings::default());
    let mut watcher = Watcher { seen: Seen::default(), clips: Vec::new(), groups: Vec::new(), on_image };
    interpret_page(page, &mut context, &mut watcher);
    watcher.seen
}

impl Watcher<'_> {
    /// Whether a clip cuts off more than a hair of `bounds`.
    fn cuts(&self, bounds: Rect) -> bool {
        let whole = |clip: &Option<Rect>| clip.is_some_and(|clip| clip.intersect(bounds).area() >= bounds.area() * 0.95);
        !self.clips.iter().all(whole)
    }

    fn mark(&mut self, paint: &Paint<'_>) {
        let white = match paint {
            Paint::Color(colour) => matches!(colour.to_rgba().to_rgba8(), [255, 255, 255, _] | [.., 0]),
            Paint::Pattern(_) => false,
        };
        if !(white && self.seen.images.is_empty() && self.seen.marks == 0) {
            self.seen.marks += 1;
        }
    }
}

impl<'a> Device<'a> for Watcher<'_> {
    fn draw_path(&mut self, _: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.mark(&props.paint);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let bounds = clip.path.bounding_box();
        let is_rectangle = (clip.path.area().abs() - bounds.area()).abs() <= 0.001 * bounds.area();
        self.clips.push(is_rectangle.then_some(bounds));
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend_mode: BlendMode) {
        self.groups.push(opacity >= 1.0 && mask.is_none() && blend_mode == BlendMode::Normal);
    }

    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if !matches!(mode, DrawMode::Invisible) {
            self.mark(&props.paint);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let mut placed = Placed {
            matrix: props.transform,
            width: image.width(),
            height: image.height(),
            finest: finest(&image),
            stencil: matches!(image, Image::Stencil(_)),
            plain: false,
            marks_before: self.seen.marks,
        };
        let own_colours = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal && !self.groups.contains(&false);
        placed.plain = own_colours && !self.cuts(placed.bounds());
        self.seen.images.push(placed);
        (self.on_image)(&image);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }
}
