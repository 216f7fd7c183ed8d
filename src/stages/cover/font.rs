//! The font of the sheets: a part of Arimo with all letters of Vietnamese, embedded, because no
//! font that every reader has knows them. `font/OFL.txt` is its licence.

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Name, Pdf, Rect, Ref, Str};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::CoverError;

/// The font's name among a page's resources.
pub(super) const NAME: Name<'static> = Name(b"F");
const BASE_NAME: Name<'static> = Name(b"SOHOAA+Arimo");
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
static FILE: &[u8] = include_bytes!("font/arimo-subset.ttf");

/// The objects that the font is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct FontRefs {
    pub font: Ref,
    descendant: Ref,
    descriptor: Ref,
    to_unicode: Ref,
    program: Ref,
}

impl FontRefs {
    pub(super) fn take(number: &mut impl FnMut() -> Ref) -> Self {
        Self { font: number(), descendant: number(), descriptor: number(), to_unicode: number(), program: number() }
    }
}

/// The font, read.
pub(super) struct SheetFont {
    font: FontRef<'static>,
    units: f32,
}

impl SheetFont {
    pub(super) fn load() -> Result<Self, CoverError> {
        let font = FontRef::new(FILE).map_err(|error| CoverError::Font(error.to_string()))?;
        let units = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Ok(Self { font, units })
    }

    fn glyph(&self, character: char) -> GlyphId {
        self.font.charmap().map(character).unwrap_or_default()
    }

    /// Width of a glyph as a share of the font size.
    fn advance(&self, glyph: GlyphId) -> f32 {
        let metrics = self.font.glyph_metrics(Size::unscaled(), LocationRef::default());
        metrics.advance_width(glyph).unwrap_or_default() / self.units
    }

    /// Width of `text` at font size 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars().map(|character| self.advance(self.glyph(character))).sum()
    }

    /// `text` as the bytes that a page shows it by.
    pub(super) fn encode(&self, text: &str) -> Vec<u8> {
        text.chars().flat_map(|character| (self.glyph(character).to_u32() as u16).to_be_bytes()).collect()
    }

    /// Writes the font with all its glyphs; it is small.
    pub(super) fn write(&self, pdf: &mut Pdf, refs: FontRefs) {
        pdf.type0_font(refs.font)
            .base_font(BASE_NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(refs.descendant)
            .to_unicode(refs.to_unicode);
        let mut glyphs: Vec<(u16, char)> = self
            .font
            .charmap()
            .mappings()
            .filter_map(|(code, glyph)| Some((u16::try_from(glyph.to_u32()).ok()?, char::from_u32(code)?)))
            .collect();
        glyphs.sort_unstable();
        glyphs.dedup_by_key(|(glyph, _)| *glyph);
        let mut cid = pdf.cid_font(refs.descendant);
        cid.subtype(CidFontType::Type2)
            .base_font(BASE_NAME)
            .system_info(IDENTITY)
            .font_descriptor(refs.descriptor)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        let mut cmap = UnicodeCmap::<u16>::new(Name(b"SohoaSheets"), IDENTITY);
        for (glyph, character) in glyphs {
            widths.consecutive(glyph, [1000.0 * self.advance(GlyphId::from(glyph))]);
            cmap.pair(glyph, character);
        }
        drop(widths);
        drop(cid);
        pdf.stream(refs.to_unicode, cmap.finish().as_slice());

        let metrics = self.font.metrics(Size::unscaled(), LocationRef::default());
        let scaled = |value: f32| 1000.0 * value / self.units;
        let bounds = metrics.bounds.unwrap_or_default();
        pdf.font_descriptor(refs.descriptor)
            .name(BASE_NAME)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(scaled(bounds.x_min), scaled(bounds.y_min), scaled(bounds.x_max), scaled(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(scaled(metrics.ascent))
            .descent(scaled(metrics.descent))
            .cap_height(scaled(metrics.cap_height.unwrap_or(metrics.ascent)))
            .stem_v(80.0)
            .font_file2(refs.program);
        let length = i32::try_from(FILE.len()).unwrap_or_default();
        pdf.stream(refs.program, FILE).pair(Name(b"Length1"), length);
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn the_font_has_every_letter_of_vietnamese_and_of_codes() {
        let font = SheetFont::load().unwrap();
        let mut letters: String = (' '..='~').collect();
        for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars() {
            for tone in ["", "\u{300}", "\u{301}", "\u{309}", "\u{303}", "\u{323}"] {
                letters.extend(format!("{vowel}{tone}").nfc());
            }
        }
        letters.push_str("đĐ–");
        for letter in letters.chars() {
            assert_ne!(font.glyph(letter), GlyphId::NOTDEF, "{letter}");
            assert!(font.advance(font.glyph(letter)) > 0.1, "{letter}");
        }
    }
}
