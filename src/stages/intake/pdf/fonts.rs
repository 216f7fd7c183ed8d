//! Fonts in the place of those that a PDF names but does not hold.
//!
//! Viewers take a font of the machine instead. The fonts that come with the renderer lack most Vietnamese
//! letters and leave gaps, so others of the same widths are used: Tinos, Arimo and Cousine. A page of which a
//! letter cannot be drawn even so is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use hayro::hayro_interpret::font::{FontData, FontQuery, Glyph, GlyphId, GlyphRun, StandardFont};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings,
    Paint, SoftMask, interpret_page,
};
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use hayro_syntax::object::{Array, Dict, Name, Stream};
use hayro_syntax::page::{Page, Resources};
use skrifa::MetadataProvider;

use super::super::error::IntakeError;
use super::watch::page_area;
use crate::model::vietnamese::LegacyEncoding;

/// Forms within forms in which fonts are looked for.
const DEPTH: u32 = 4;

/// The bit of a font's flags that says that it has signs of its own.
const SYMBOLIC: u32 = 4;
/// Parts of the names of fonts that show signs or bars, whatever they say of themselves.
const SIGN_FONTS: [&str; 9] =
    ["wingdings", "webdings", "marlett", "barcode", "idautomation", "code39", "code128", "3of9", "free3of"];

/// Fonts of the machine that stand in for others.
#[derive(Clone, Default)]
pub struct SubstituteFonts(Arc<BTreeMap<&'static str, FontData>>);

impl SubstituteFonts {
    /// Their files, as Debian's package fonts-croscore has them.
    pub const FILES: [&'static str; 12] = [
        "Arimo-Regular.ttf",
        "Arimo-Bold.ttf",
        "Arimo-Italic.ttf",
        "Arimo-BoldItalic.ttf",
        "Cousine-Regular.ttf",
        "Cousine-Bold.ttf",
        "Cousine-Italic.ttf",
        "Cousine-BoldItalic.ttf",
        "Tinos-Regular.ttf",
        "Tinos-Bold.ttf",
        "Tinos-Italic.ttf",
        "Tinos-BoldItalic.ttf",
    ];

    /// Those of the [files](Self::FILES) that `read` gives.
    pub fn new(read: impl Fn(&str) -> Option<Vec<u8>>) -> Self {
        let font = |name: &'static str| Some((name, Arc::new(read(name)?) as FontData));
        Self(Arc::new(Self::FILES.into_iter().filter_map(font).collect()))
    }

    fn of(&self, font: StandardFont) -> (FontData, u32) {
        let file = match font {
            StandardFont::Helvetica => "Arimo-Regular.ttf",
            StandardFont::HelveticaBold => "Arimo-Bold.ttf",
            StandardFont::HelveticaOblique => "Arimo-Italic.ttf",
            StandardFont::HelveticaBoldOblique => "Arimo-BoldItalic.ttf",
            StandardFont::Courier => "Cousine-Regular.ttf",
            StandardFont::CourierBold => "Cousine-Bold.ttf",
            StandardFont::CourierOblique => "Cousine-Italic.ttf",
            StandardFont::CourierBoldOblique => "Cousine-BoldItalic.ttf",
            StandardFont::TimesRoman => "Tinos-Regular.ttf",
            StandardFont::TimesBold => "Tinos-Bold.ttf",
            StandardFont::TimesItalic => "Tinos-Italic.ttf",
            StandardFont::TimesBoldItalic => "Tinos-BoldItalic.ttf",
            // Symbols, which the renderer has itself.
            _ => "",
        };
        self.0.get(file).map_or_else(|| font.get_font_data(), |data| (Arc::clone(data), 0))
    }

    /// Settings under which pages are interpreted with these fonts.
    pub(super) fn settings(&self) -> InterpreterSettings {
        let fonts = self.clone();
        InterpreterSettings {
            font_resolver: Arc::new(move |query| {
                Some(fonts.of(match query {
                    FontQuery::Standard(font) => *font,
                    FontQuery::Fallback(query) => query.pick_standard_font(),
                }))
            }),
            ..InterpreterSettings::default()
        }
    }

    /// Whether `data` is one of these fonts, and whether it has a letter.
    fn has_letter(&self, data: &FontData, letter: char) -> Option<bool> {
        let bytes = (**data).as_ref();
        self.0.values().any(|own| std::ptr::eq((**own).as_ref().as_ptr(), bytes.as_ptr())).then(|| {
            let found = skrifa::FontRef::new(bytes).ok().and_then(|font| font.charmap().map(letter));
            found.is_some_and(|glyph| glyph.to_u32() != 0)
        })
    }
}

/// Fonts of a page that the file does not hold.
#[derive(Debug, Default, PartialEq)]
struct Missing {
    /// Their names.
    names: Vec<String>,
    /// One of them has an order of glyphs of its own.
    composite: bool,
    /// One of them shows other letters than its text says.
    legacy: Option<String>,
}

/// Refuses a page on which a letter of a font that is not there cannot be drawn.
pub(super) fn check(page: &Page<'_>, fonts: &SubstituteFonts) -> Result<(), IntakeError> {
    let mut missing = Missing::default();
    missing.look_through(page.resources(), DEPTH);
    for annotation in page.raw().get::<Array<'_>>(b"Annots".as_slice()).iter().flat_map(|list| list.iter::<Dict<'_>>()) {
        let shown = annotation.get::<Dict<'_>>(b"AP".as_slice()).and_then(|states| states.get::<Stream<'_>>(b"N".as_slice()));
        if let Some(own) = shown.and_then(|form| form.dict().get::<Dict<'_>>(b"Resources".as_slice())) {
            missing.look_through(&Resources::new(own), DEPTH);
        }
    }
    if missing.names.is_empty() {
        return Ok(());
    }
    let area = page_area(page);
    let cache = InterpreterCache::new();
    let mut context = Context::new(Affine::IDENTITY, area, &cache, page.xref(), fonts.settings());
    let mut letters = Letters { fonts, missing: &missing, lost: Vec::new() };
    interpret_page(page, &mut context, &mut letters);
    if letters.lost.iter().any(|place| area.contains(*place)) {
        missing.names.truncate(5);
        return Err(IntakeError::FontsMissing { names: missing.legacy.map_or(missing.names, |name| vec![name]) });
    }
    Ok(())
}

impl Missing {
    fn look_through(&mut self, resources: &Resources<'_>, depth: u32) {
        for name in resources.fonts.keys() {
            if let Some(font) = resources.fonts.get::<Dict<'_>>(name.as_ref()) {
                self.look_at(&font);
            }
        }
        if depth == 0 {
            return;
        }
        for name in resources.x_objects.keys() {
            let form = resources.x_objects.get::<Stream<'_>>(name.as_ref());
            if let Some(own) = form.and_then(|form| form.dict().get::<Dict<'_>>(b"Resources".as_slice())) {
                self.look_through(&Resources::new(own), depth - 1);
            }
        }
    }

    fn look_at(&mut self, font: &Dict<'_>) {
        let name = |key: &[u8]| font.get::<Name<'_>>(key).map(|name| name.as_str().to_owned()).unwrap_or_default();
        let kind = name(b"Subtype");
        if kind == "Type3" {
            return;
        }
        let descendant = font.get::<Array<'_>>(b"DescendantFonts".as_slice()).and_then(|list| list.iter::<Dict<'_>>().next());
        let descriptor = descendant.as_ref().unwrap_or(font).get::<Dict<'_>>(b"FontDescriptor".as_slice());
        let embedded = |descriptor: &Dict<'_>| {
            [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
                .into_iter()
                .any(|key| descriptor.get::<Stream<'_>>(key).is_some())
        };
        if descriptor.as_ref().is_some_and(embedded) {
            return;
        }
        let name = name(b"BaseFont");
        self.composite |= kind == "Type0";
        let flags = descriptor.and_then(|descriptor| descriptor.get::<u32>(b"Flags".as_slice())).unwrap_or(0);
        let own_signs = kind != "Type0" && flags & SYMBOLIC != 0 && !font.contains_key(b"Encoding".as_slice());
        if (own_signs || shows_signs(&name)) && !is_renderers_sign_font(&name) {
            self.legacy = Some(name.clone());
        }
        if LegacyEncoding::of_font(&name).is_some() {
            self.legacy = Some(name.clone());
        }
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

/// Whether a font of this name shows signs or bars in the place of letters.
fn shows_signs(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SIGN_FONTS.iter().any(|part| name.contains(part))
}

/// The two standard fonts of signs, which the renderer has.
fn is_renderers_sign_font(name: &str) -> bool {
    let name = name.split('+').next_back().unwrap_or(name);
    matches!(name, "Symbol" | "ZapfDingbats")
}

/// Whether `data` is one of the fonts that come with the renderer.
fn is_renderers(data: &FontData) -> bool {
    use StandardFont::{
        Courier, CourierBold, CourierBoldOblique, CourierOblique, Helvetica, HelveticaBold, HelveticaBoldOblique,
        HelveticaOblique, TimesBold, TimesBoldItalic, TimesItalic, TimesRoman,
    };
    let all = [
        Courier,
        CourierBold,
        CourierBoldOblique,
        CourierOblique,
        Helvetica,
        HelveticaBold,
        HelveticaBoldOblique,
        HelveticaOblique,
        TimesBold,
        TimesBoldItalic,
        TimesItalic,
        TimesRoman,
    ];
    let start = (**data).as_ref().as_ptr();
    all.into_iter().any(|font| std::ptr::eq((*font.get_font_data().0).as_ref().as_ptr(), start))
}

/// Looks for letters that are not drawn as they are meant.
struct Letters<'f> {
    fonts: &'f SubstituteFonts,
    missing: &'f Missing,
    lost: Vec<Point>,
}

impl Letters<'_> {
    fn is_lost(&self, glyph: &Glyph<'_>) -> bool {
        let Glyph::Outline(glyph) = glyph else { return false };
        let letter = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => Some(letter),
            Some(BfString::String(_)) | None => None,
        };
        let is_blank = letter.is_some_and(|letter| letter.is_whitespace() || letter.is_control());
        if self.missing.composite {
            // The number of a glyph means something in the font that is missing only.
            if let Some(data) = glyph.font_data() {
                // The table of codes does not have this one: a letter of Vietnamese under a table of
                // Japanese. Its meaning is that of code 0, which may be a blank.
                let is_substitute = self.fonts.has_letter(&data.data, '\0').is_some() || is_renderers(&data.data);
                if glyph.char_code() == 0 && is_substitute {
                    return true;
                }
                if is_blank {
                    return false;
                }
                let drawn = letter.map_or_else(
                    || self.fonts.has_letter(&data.data, '\0').map(|_| false),
                    |letter| self.fonts.has_letter(&data.data, letter),
                );
                if let Some(drawn) = drawn {
                    return !drawn;
                }
                // The renderer's own fonts have few letters beyond these.
                if is_renderers(&data.data) {
                    return letter.is_none_or(|letter| !letter.is_ascii());
                }
            }
        }
        if is_blank {
            return false;
        }
        let gap = glyph.glyph_id() == GlyphId::NOTDEF && glyph.outline().elements().is_empty();
        gap && letter.is_some_and(char::is_alphanumeric)
    }
}

impl<'a> Device<'a> for Letters<'_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let clear = matches!(&props.paint, Paint::Color(colour) if colour.to_rgba().to_rgba8()[3] == 0);
        if clear || matches!(mode, DrawMode::Invisible) {
            return;
        }
        for glyph in run.glyphs() {
            if self.missing.legacy.is_some() || self.is_lost(glyph) {
                self.lost.push(props.transform * glyph.transform() * Point::ORIGIN);
            }
        }
    }

    /// What lies under an image need not be drawn: text of an earlier OCR.
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if matches!(image, Image::Raster(_)) && props.blend_mode == BlendMode::Normal {
            let pixels = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
            let place = props.transform.transform_rect_bbox(pixels);
            self.lost.retain(|lost| !place.contains(*lost));
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
