//! The font of visible marks: those letters of Arimo that a mark shows, embedded. `cover/font/OFL.txt` is
//! its licence.
//!
//! Letters keep the numbers that they have in the whole font, so that nothing but outlines has to be left out.

use std::collections::{BTreeMap, BTreeSet};

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Str};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::types::Tag;
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::deflate::deflate;
use super::error::SealError;
use super::font_file::font_file;

const BASE_NAME: Name<'static> = Name(b"SOHOAM+Arimo");
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Stands for a character that the font has not: PDF/A allows no glyph for "missing" (6.2.11.8).
const UNKNOWN: char = '?';
static FILE: &[u8] = include_bytes!("../cover/font/arimo-subset.ttf");

/// The objects that the font is made of, in this order.
pub(super) const OBJECTS: usize = 5;

/// The font, and the letters that were shown with it.
pub(super) struct Letters {
    font: FontRef<'static>,
    units: f32,
    used: BTreeMap<u16, char>,
}

impl Letters {
    pub(super) fn load() -> Result<Self, SealError> {
        let font = FontRef::new(FILE).map_err(|error| SealError::Font(error.to_string()))?;
        let units = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Ok(Self { font, units, used: BTreeMap::new() })
    }

    fn glyph(&self, character: char) -> (u16, char) {
        let number = |character| self.font.charmap().map(character).filter(|glyph| *glyph != GlyphId::NOTDEF);
        let (glyph, shown) = number(character).map_or_else(|| (number(UNKNOWN), UNKNOWN), |glyph| (Some(glyph), character));
        (glyph.and_then(|glyph| u16::try_from(glyph.to_u32()).ok()).unwrap_or_default(), shown)
    }

    /// Width of a glyph as a share of the font size.
    fn advance(&self, glyph: u16) -> f32 {
        let metrics = self.font.glyph_metrics(Size::unscaled(), LocationRef::default());
        metrics.advance_width(GlyphId::from(glyph)).unwrap_or_default() / self.units
    }

    /// Width of `text` at font size 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.chars().map(|character| self.advance(self.glyph(character).0)).sum()
    }

    /// `text` as the bytes that it is shown by.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let glyphs: Vec<(u16, char)> = text.chars().map(|character| self.glyph(character)).collect();
        self.used.extend(glyphs.iter().copied());
        glyphs.into_iter().flat_map(|(glyph, _)| glyph.to_be_bytes()).collect()
    }

    /// Writes the font with the letters that were shown; `numbers` are those of its objects, and the first is
    /// what pages name.
    pub(super) fn write(&self, numbers: [Ref; OBJECTS], compression: u8) -> Result<[(Ref, Chunk); OBJECTS], SealError> {
        let [font, descendant, descriptor, to_unicode, program] = numbers;
        let alone = |number: Ref, write: &dyn Fn(&mut Chunk)| {
            let mut chunk = Chunk::new();
            write(&mut chunk);
            (number, chunk)
        };
        let file = self.program().ok_or_else(|| SealError::Font("its tables are damaged".to_owned()))?;
        let mut cmap = UnicodeCmap::<u16>::new(Name(b"SohoaMark"), IDENTITY);
        self.used.iter().for_each(|(glyph, character)| cmap.pair(*glyph, *character));
        let cmap = deflate(cmap.finish().as_slice(), compression);
        let packed = deflate(&file, compression);
        Ok([
            alone(font, &|chunk| {
                let mut writer = chunk.type0_font(font);
                writer.base_font(BASE_NAME).encoding_predefined(Name(b"Identity-H"));
                writer.descendant_font(descendant).to_unicode(to_unicode);
            }),
            alone(descendant, &|chunk| {
                let mut cid = chunk.cid_font(descendant);
                cid.subtype(CidFontType::Type2).base_font(BASE_NAME).system_info(IDENTITY).font_descriptor(descriptor);
                cid.cid_to_gid_map_predefined(Name(b"Identity"));
                let mut widths = cid.widths();
                for glyph in self.used.keys() {
                    widths.consecutive(*glyph, [1000.0 * self.advance(*glyph)]);
                }
                widths.finish();
            }),
            alone(descriptor, &|chunk| self.describe(chunk, descriptor, program)),
            alone(to_unicode, &|chunk| {
                chunk.stream(to_unicode, &cmap).filter(Filter::FlateDecode);
            }),
            alone(program, &|chunk| {
                let mut stream = chunk.stream(program, &packed);
                stream.filter(Filter::FlateDecode);
                stream.pair(Name(b"Length1"), i32::try_from(file.len()).unwrap_or_default());
            }),
        ])
    }

    fn describe(&self, chunk: &mut Chunk, descriptor: Ref, program: Ref) {
        let metrics = self.font.metrics(Size::unscaled(), LocationRef::default());
        let scaled = |value: f32| 1000.0 * value / self.units;
        let bounds = metrics.bounds.unwrap_or_default();
        chunk
            .font_descriptor(descriptor)
            .name(BASE_NAME)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(scaled(bounds.x_min), scaled(bounds.y_min), scaled(bounds.x_max), scaled(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(scaled(metrics.ascent))
            .descent(scaled(metrics.descent))
            .cap_height(scaled(metrics.cap_height.unwrap_or(metrics.ascent)))
            .stem_v(80.0)
            .font_file2(program);
    }

    /// The font's file with the outlines of the letters that were shown, and of what these are made of.
    fn program(&self) -> Option<Vec<u8>> {
        let table = |name: &[u8; 4]| self.font.table_data(Tag::new(name)).map(|data| data.as_bytes());
        let mut head = table(b"head")?.to_vec();
        head.get_mut(8..12)?.fill(0);
        let outlines = Outlines { glyf: table(b"glyf")?, loca: table(b"loca")?, is_long: number(&head, 50)? == 1 };
        let mut wanted: BTreeSet<u16> = BTreeSet::from([0]);
        let mut open: Vec<u16> = self.used.keys().copied().collect();
        while let Some(glyph) = open.pop() {
            if wanted.insert(glyph) {
                open.extend(outlines.parts(glyph)?);
            }
        }
        let count = outlines.loca.len() / if outlines.is_long { 4 } else { 2 };
        let (mut glyf, mut loca) = (Vec::new(), 0_u32.to_be_bytes().to_vec());
        for glyph in 0..u16::try_from(count).ok()?.checked_sub(1)? {
            if wanted.contains(&glyph) {
                glyf.extend(outlines.of(glyph)?);
                glyf.resize(glyf.len().next_multiple_of(4), 0);
            }
            loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
        }
        // What is told of places is four bytes long now.
        head.get_mut(50..52)?.copy_from_slice(&[0, 1]);
        let copied = |name| table(name).map(<[u8]>::to_vec);
        let (hhea, hmtx, maxp) = (copied(b"hhea")?, copied(b"hmtx")?, copied(b"maxp")?);
        Some(font_file(&[(b"glyf", glyf), (b"head", head), (b"hhea", hhea), (b"hmtx", hmtx), (b"loca", loca), (b"maxp", maxp)]))
    }
}

/// Outlines of a TrueType file.
struct Outlines<'a> {
    glyf: &'a [u8],
    loca: &'a [u8],
    is_long: bool,
}

impl<'a> Outlines<'a> {
    fn of(&self, glyph: u16) -> Option<&'a [u8]> {
        let place = |glyph: usize| match self.is_long {
            true => Some(usize::from(number(self.loca, 4 * glyph)?) << 16 | usize::from(number(self.loca, 4 * glyph + 2)?)),
            false => Some(2 * usize::from(number(self.loca, 2 * glyph)?)),
        };
        self.glyf.get(place(glyph.into())?..place(usize::from(glyph) + 1)?)
    }

    /// The glyphs that one is put together from; none where it is drawn itself.
    fn parts(&self, glyph: u16) -> Option<Vec<u16>> {
        const WORDS: u16 = 0x1;
        const ONE_SCALE: u16 = 0x8;
        const MORE: u16 = 0x20;
        const TWO_SCALES: u16 = 0x40;
        const MATRIX: u16 = 0x80;
        let outline = self.of(glyph)?;
        let mut parts = Vec::new();
        // An empty one has no count of contours; a negative count says that it is put together.
        if number(outline, 0).is_none_or(|contours| contours < 0x8000) {
            return Some(parts);
        }
        let mut at = 10;
        loop {
            let flags = number(outline, at)?;
            parts.push(number(outline, at + 2)?);
            let has = |flag, bytes| if flags & flag == 0 { 0 } else { bytes };
            at += 4 + 2 + has(WORDS, 2) + has(ONE_SCALE, 2) + has(TWO_SCALES, 4) + has(MATRIX, 8);
            if flags & MORE == 0 {
                return Some(parts);
            }
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_of_few_letters_is_small_and_draws_them_as_before() {
        let text = "Ký bởi: Nguyễn Văn Ế";
        let mut letters = Letters::load().unwrap();
        letters.encode(text);
        let file = letters.program().unwrap();
        assert!(file.len() < FILE.len() / 2, "{}", file.len());
        let small = FontRef::new(&file).unwrap();
        let drawn = |font: &FontRef<'_>, glyph: u16| {
            let mut pen = skrifa::outline::pen::SvgPen::new();
            let glyph = font.outline_glyphs().get(GlyphId::from(glyph)).unwrap();
            glyph.draw((Size::unscaled(), LocationRef::default()), &mut pen).unwrap();
            pen.to_string()
        };
        for (glyph, character) in &letters.used {
            assert_eq!(drawn(&small, *glyph), drawn(&letters.font, *glyph), "{character}");
        }
        let other = letters.glyph('Z').0;
        assert_ne!(drawn(&small, other), drawn(&letters.font, other), "a letter that is not shown is left out");
    }

    #[test]
    fn what_the_font_has_not_is_shown_as_unknown() {
        let mut letters = Letters::load().unwrap();
        assert_eq!(letters.encode("中\u{7}"), letters.encode("??"));
        assert_ne!(letters.encode("?"), [0, 0]);
    }
}
