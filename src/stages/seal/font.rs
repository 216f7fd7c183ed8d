//! The font of the invisible text: one code for each character that the document uses, and blanks of
//! many widths, so that a blank can be as wide as the gap it stands for.
//!
//! Each character is a line from corner to corner of its box: it has an extent, without which
//! PDFium reads nothing on a page that lies on its side, and no area that could be painted.
//!
//! The program of the font is a TrueType file made here. Codes are glyph numbers (`Identity-H`,
//! identity from character to glyph), so the file has one glyph for each of them.

use std::collections::HashMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::deflate::deflate;
use super::error::SealError;
use super::font_file::{font_file, words};

/// Width of every glyph but some blanks, in thousandths of the font size.
pub(super) const GLYPH_WIDTH: u16 = 500;
/// Width of the narrowest blank; the next ones are each a twentieth wider.
const NARROWEST_BLANK: u16 = 40;
/// A wider blank than this there is not.
const WIDEST_BLANK: u16 = 30_000;
/// Height of the box above the baseline that readers mark, in thousandths of the font size. With
/// the size that lines are given it reaches as high as marked capitals do.
const ASCENT: i16 = 700;
/// Depth of that box: to the ends of descenders.
const DESCENT: i16 = -170;
const NAME: Name<'static> = Name(b"SohoaInvisible");
const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Stands for a hyphen and the blank after it. It is no character, so no text has it.
const LAST_HYPHEN: char = '\u{fdd0}';
/// That blank, which lines are not broken at: PDFium looks for hyphens behind plain ones. No text has
/// it either, for any white space is made a plain blank.
pub(super) const LAST_BLANK: char = '\u{a0}';

/// A character and the width it is shown with.
type Glyph = (char, u16);

/// The codes of the glyphs, given out in the order in which they come.
#[derive(Debug, Default)]
pub(super) struct CharacterCodes {
    codes: HashMap<Glyph, u16>,
    glyphs: Vec<Glyph>,
}

impl CharacterCodes {
    /// The code of `character`, counted from 1; 0 is the glyph for "missing".
    pub(super) fn code(&mut self, character: char) -> Result<u16, SealError> {
        self.code_of((character, GLYPH_WIDTH))
    }

    /// The code and the width of the blank that is nearest to `wanted` thousandths of the font
    /// size.
    pub(super) fn blank(&mut self, wanted: f64) -> Result<(u16, u16), SealError> {
        let mut width = NARROWEST_BLANK;
        // Half a step more, so that the nearest of two is taken.
        while f64::from(width) * 1.025 < wanted && width < WIDEST_BLANK {
            width += width / 20;
        }
        Ok((self.code_of((' ', width))?, width))
    }

    /// The code of a hyphen at the end of a line: it means itself and the blank after it.
    pub(super) fn last_hyphen(&mut self) -> Result<u16, SealError> {
        self.code_of((LAST_HYPHEN, GLYPH_WIDTH))
    }

    fn code_of(&mut self, glyph: Glyph) -> Result<u16, SealError> {
        if let Some(code) = self.codes.get(&glyph) {
            return Ok(*code);
        }
        let code = u16::try_from(self.glyphs.len() + 1).ok().filter(|code| *code < u16::MAX);
        let code = code.ok_or(SealError::TooManyCharacters)?;
        self.codes.insert(glyph, code);
        self.glyphs.push(glyph);
        Ok(code)
    }

    /// Whether no glyph has come yet.
    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    fn pairs(&self) -> impl Iterator<Item = (u16, Glyph)> {
        (1..).zip(self.glyphs.iter().copied())
    }
}

/// The objects a font is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct FontRefs {
    /// What pages name.
    pub(super) font: Ref,
    /// The font with the codes.
    pub(super) descendant: Ref,
    /// Its measures.
    pub(super) descriptor: Ref,
    /// From codes to Unicode.
    pub(super) to_unicode: Ref,
    /// The TrueType file.
    pub(super) program: Ref,
}

/// Writes the font for these characters.
pub(super) fn write(pdf: &mut Pdf, refs: FontRefs, codes: &CharacterCodes, compression: u8) {
    pdf.type0_font(refs.font)
        .base_font(NAME)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(refs.descendant)
        .to_unicode(refs.to_unicode);
    let mut descendant = pdf.cid_font(refs.descendant);
    descendant
        .subtype(CidFontType::Type2)
        .base_font(NAME)
        .system_info(IDENTITY)
        .font_descriptor(refs.descriptor)
        .default_width(f32::from(GLYPH_WIDTH))
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = descendant.widths();
    for (code, (_, width)) in codes.pairs().filter(|(_, (_, width))| *width != GLYPH_WIDTH) {
        widths.consecutive(code, [f32::from(width)]);
    }
    widths.finish();
    descendant.finish();
    pdf.font_descriptor(refs.descriptor)
        .name(NAME)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(0.0, f32::from(DESCENT), f32::from(GLYPH_WIDTH), f32::from(ASCENT)))
        .italic_angle(0.0)
        .ascent(f32::from(ASCENT))
        .descent(f32::from(DESCENT))
        .cap_height(f32::from(ASCENT))
        .stem_v(80.0)
        .font_file2(refs.program);

    let mut cmap = UnicodeCmap::<u16>::new(Name(b"SohoaToUnicode"), IDENTITY);
    for (code, (character, _)) in codes.pairs() {
        match character {
            LAST_HYPHEN => cmap.pair_with_multiple(code, ['-', LAST_BLANK]),
            _ => cmap.pair(code, character),
        }
    }
    let cmap = deflate(cmap.finish().as_slice(), compression);
    pdf.stream(refs.to_unicode, &cmap).filter(Filter::FlateDecode);

    let program = true_type(&codes.glyphs.iter().map(|(_, width)| *width).collect::<Vec<_>>());
    let packed = deflate(&program, compression);
    let mut stream = pdf.stream(refs.program, &packed);
    stream.filter(Filter::FlateDecode);
    stream.pair(Name(b"Length1"), program.len() as i32);
}

/// The outline of every glyph that is not empty: one contour of two points.
fn outline() -> Vec<u8> {
    let [ascent, descent, height] = [ASCENT, DESCENT, ASCENT - DESCENT].map(i16::cast_unsigned);
    let mut glyph: Vec<u8> = words([1, 0, descent, GLYPH_WIDTH, ascent]).collect(); // contours, box
    glyph.extend(words([1, 0])); // last point, no instructions
    glyph.extend([1, 1]); // both points on the curve, long steps
    glyph.extend(words([0, GLYPH_WIDTH, descent, height])); // steps across and up
    glyph
}

/// A TrueType file: the empty glyph for "missing", then one of each of `widths`, which is empty
/// where the width is a blank's.
fn true_type(widths: &[u16]) -> Vec<u8> {
    let glyphs = widths.len() as u16 + 1;
    let widest = widths.iter().copied().fold(GLYPH_WIDTH, u16::max);
    let [ascent, descent] = [ASCENT, DESCENT].map(i16::cast_unsigned);
    let mut head = Vec::new();
    head.extend(words([1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5])); // versions, sum (set below), magic
    head.extend(words([0, 1000])); // flags, units per em
    head.extend([0; 16]); // dates
    head.extend(words([0, descent, GLYPH_WIDTH, ascent])); // bounding box
    head.extend(words([0, 8, 2, 1, 0])); // style, smallest size, direction, long offsets, format
    let mut hhea = Vec::new();
    hhea.extend(words([1, 0, ascent, descent, 0, widest, 0, 0, 0, 1, 0, 0]));
    hhea.extend(words([0, 0, 0, 0, 0, glyphs])); // reserved, format, all metrics full
    let mut maxp = Vec::new();
    maxp.extend(words([1, 0, glyphs, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])); // two points, one contour
    let hmtx = [GLYPH_WIDTH].iter().chain(widths).flat_map(|width| words([*width, 0])).collect();
    let outline = outline();
    let (mut glyf, mut loca) = (Vec::new(), vec![0; 8]); // "missing" begins and ends at 0
    for width in widths {
        if *width == GLYPH_WIDTH {
            glyf.extend(&outline);
        }
        loca.extend((glyf.len() as u32).to_be_bytes());
    }
    if glyf.is_empty() {
        glyf.extend([0; 4]); // readers refuse an empty table
    }
    let tables: [(&[u8; 4], Vec<u8>); 6] =
        [(b"glyf", glyf), (b"head", head), (b"hhea", hhea), (b"hmtx", hmtx), (b"loca", loca), (b"maxp", maxp)];
    font_file(&tables)
}

#[cfg(test)]
mod tests {
    use super::super::font_file::checksum;
    use super::*;

    #[test]
    fn the_font_file_adds_up() {
        for glyphs in [1, 2, 3, 300, u16::MAX] {
            let file = true_type(&vec![GLYPH_WIDTH; usize::from(glyphs) - 1]);
            assert_eq!(checksum(&file), 0xb1b0_afba);
            let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
            let lengths: Vec<_> = (0..6).map(|table| (number(12 + 16 * table + 8), number(12 + 16 * table + 12))).collect();
            assert_eq!(lengths[1].1, 54, "head");
            assert_eq!(lengths[2].1, 36, "hhea");
            assert_eq!(lengths[3].1, 4 * usize::from(glyphs), "hmtx");
            assert_eq!(lengths[4].1, 4 * (usize::from(glyphs) + 1), "loca");
            assert_eq!(lengths[0].1, (outline().len() * (usize::from(glyphs) - 1)).max(4), "glyf");
            assert_eq!(number(lengths[4].0 + lengths[4].1 - 4), outline().len() * (usize::from(glyphs) - 1));
            assert_eq!(lengths[5].1, 32, "maxp");
            assert!(lengths.iter().all(|(at, length)| at % 4 == 0 && at + length <= file.len()));
        }
    }

    #[test]
    fn a_character_keeps_its_code_and_codes_run_out() {
        let mut codes = CharacterCodes::default();
        assert_eq!((codes.code('ế'), codes.code('a'), codes.code('ế')), (Ok(1), Ok(2), Ok(1)));
        let all = (0..=0x2ffff).filter_map(char::from_u32);
        assert_eq!(all.map(|c| codes.code(c)).find(Result::is_err), Some(Err(SealError::TooManyCharacters)));
    }
    #[test]
    fn blanks_come_in_steps_of_a_twentieth_each_with_its_code() {
        let mut codes = CharacterCodes::default();
        let mut widths = Vec::new();
        for wanted in (0..600).map(|n| 10.0 * 1.01_f64.powi(n)) {
            let (code, width) = codes.blank(wanted).unwrap();
            assert_eq!(codes.blank(wanted), Ok((code, width)));
            let off = f64::from(width) / wanted;
            assert!(!(40.0..29_000.0).contains(&wanted) || (0.96..1.04).contains(&off), "{wanted}: {width}");
            widths.push(width);
        }
        assert!(widths.is_sorted() && *widths.last().unwrap() < 2 * WIDEST_BLANK - 1);
        assert_ne!(codes.code(' ').unwrap(), codes.blank(500.0).unwrap().0 + 10_000);
        assert_eq!(codes.blank(f64::NAN).unwrap().1, NARROWEST_BLANK);
    }
}
