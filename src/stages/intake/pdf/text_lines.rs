//! From pieces of text to words and lines.

use hayro::kurbo::Rect;
use unicode_normalization::UnicodeNormalization;

use super::piece::{Piece, TextFont, WORD_GAP};
use super::spaced;
use crate::model::confidence::Confidence;
use crate::model::geometry::Quad;
use crate::model::text::{Line, SecondReading, TextSource, Word, turns_order};
use crate::model::vietnamese::{LegacyEncoding, possible_share};

/// Pieces whose baselines differ by less, in parts of an em, stand on one line.
const SAME_LINE: f64 = 0.35;
/// A gap wider than this, in ems, parts columns.
const COLUMN_GAP: f64 = 2.0;
/// Below this share of possible words a text may be one of the old encodings without saying so, and
/// from this share on it is one.
const MAY_BE_LEGACY: f64 = 0.5;
const IS_LEGACY: f64 = 0.8;
/// What the file says itself is as good as certain: what remains are fonts that lie.
const TRUST: f64 = 0.99;

/// Makes lines of `pieces`; those that cannot be seen or mean nothing are left out.
pub(super) fn lines_of(mut pieces: Vec<Piece>, is_visible: impl Fn(Rect) -> bool) -> Vec<Line> {
    decode(&mut pieces);
    pieces.retain_mut(|piece| {
        piece.text = cleaned(&piece.text);
        !piece.text.is_empty() && is_visible(bounds(&piece.corners()))
    });
    pieces.sort_by(|a, b| a.quarter.cmp(&b.quarter).then(a.baseline.total_cmp(&b.baseline)).then(a.left.total_cmp(&b.left)));
    let same_line = |a: &Piece, b: &Piece| a.quarter == b.quarter && b.baseline - a.baseline < SAME_LINE * a.em.min(b.em);
    let mut lines = Vec::new();
    for row in pieces.chunk_by_mut(same_line) {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        let row = spaced::join_letters(join(row));
        for column in row.chunk_by(|a, b| b.left - a.right < COLUMN_GAP * a.em.max(b.em)) {
            let words: Vec<Word> = column.iter().filter(|piece| is_readable(&piece.text)).map(word).collect();
            if !words.is_empty() {
                lines.push(Line { words, begins_block: false });
            }
        }
    }
    lines
}

/// Joins pieces of one word that were not drawn one after the other.
fn join(row: &[Piece]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in row {
        match joined.last_mut() {
            Some(last) if piece.left - last.right < WORD_GAP * last.em.max(piece.em) && piece.left > last.left => {
                last.text.push_str(&piece.text);
                last.right = last.right.max(piece.right);
            }
            _ => joined.push(piece.clone()),
        }
    }
    joined
}

fn word(piece: &Piece) -> Word {
    Word {
        text: piece.text.nfc().collect(),
        confidence: Confidence::saturating(TRUST),
        place: piece.corners(),
        source: TextSource::Embedded,
        engine: None,
        second: SecondReading::None,
    }
}

fn bounds(quad: &Quad) -> Rect {
    let points = quad.0.map(|point| hayro::kurbo::Point::new(point.x.into(), point.y.into()));
    let [first, _, third, _] = points;
    Rect::from_points(first, third)
}

/// Brings text of fonts from before Unicode to Unicode, by font. The name of a font is a promise
/// that its text has to keep: some programs wrote Unicode under the old names. What no name tells is
/// told by sense, of the whole page and of each font alone: one heading in an old font makes no
/// page senseless.
fn decode(pieces: &mut [Piece]) {
    for encoding in [LegacyEncoding::Tcvn3, LegacyEncoding::Tcvn3Capitals, LegacyEncoding::Vni] {
        let is_named = |font: &TextFont| font.encoding == Some(encoding);
        if share(pieces, is_named, Some(encoding)) >= share(pieces, is_named, None) {
            rewrite(pieces, is_named, encoding);
        }
    }
    let is_unnamed = |font: &TextFont| font.encoding.is_none();
    if let Some(encoding) = encoding_by_sense(pieces, is_unnamed) {
        return rewrite(pieces, is_unnamed, encoding);
    }
    let mut fonts: Vec<TextFont> = pieces.iter().map(|piece| piece.font).filter(is_unnamed).collect();
    fonts.sort_by_key(|font| font.id);
    fonts.dedup();
    for font in fonts {
        if let Some(encoding) = encoding_by_sense(pieces, |other| *other == font) {
            rewrite(pieces, |other| *other == font, encoding);
        }
    }
}

/// The share of possible words in the text of some fonts, read by an encoding.
fn share(pieces: &[Piece], of: impl Fn(&TextFont) -> bool, by: Option<LegacyEncoding>) -> Option<f64> {
    let texts = pieces.iter().filter(|piece| of(&piece.font));
    let texts: Vec<String> = texts.map(|piece| by.map_or_else(|| piece.text.clone(), |by| by.decode(&piece.text))).collect();
    possible_share(texts.iter().map(String::as_str))
}

/// The encoding in which text makes sense that makes none as it is.
fn encoding_by_sense(pieces: &[Piece], of: impl Fn(&TextFont) -> bool) -> Option<LegacyEncoding> {
    share(pieces, &of, None).filter(|plain| *plain < MAY_BE_LEGACY)?;
    let candidates = [LegacyEncoding::Tcvn3, LegacyEncoding::Vni].map(|by| (share(pieces, &of, Some(by)).unwrap_or(0.0), by));
    let best = candidates.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(found, _)| *found >= IS_LEGACY).map(|(_, by)| by)
}

fn rewrite(pieces: &mut [Piece], of: impl Fn(&TextFont) -> bool, by: LegacyEncoding) {
    pieces.iter_mut().filter(|piece| of(&piece.font)).for_each(|piece| piece.text = by.decode(&piece.text));
}

/// Text as it is printed: ligatures taken apart, hyphens that may be broken at as hyphens, nothing
/// that has no width. Old fonts gave ư and đ the places of letters that look like them and that no
/// Vietnamese word has.
fn cleaned(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fb00}'..='\u{fb06}' => clean.extend([c].into_iter().nfkc()),
            '\u{1a3}' => clean.push('ư'),
            '\u{1a2}' => clean.push('Ư'),
            '\u{189}' => clean.push('Đ'),
            '\u{256}' => clean.push('đ'),
            '\u{ad}' | '\u{2010}' | '\u{2011}' => clean.push('-'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            _ if c.is_whitespace() || turns_order(c) => {}
            _ => clean.push(c),
        }
    }
    clean
}

/// Whether all characters have a meaning. Those of the private area mean what one font says.
fn is_readable(text: &str) -> bool {
    let meaningless =
        |c: char| c.is_control() || matches!(c, char::REPLACEMENT_CHARACTER | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    !text.chars().any(meaningless)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(text: &str, left: f64, baseline: f64) -> Piece {
        let right = left + 5.0 * text.chars().count() as f64;
        Piece { text: text.into(), font: TextFont::default(), quarter: 0, left, right, baseline, em: 10.0, after_space: true }
    }

    fn texts(pieces: Vec<Piece>) -> Vec<String> {
        lines_of(pieces, |_| true).iter().map(Line::text).collect()
    }

    #[test]
    fn words_are_put_in_order_and_columns_kept_apart() {
        let pieces = vec![
            piece("dân", 30.0, 50.5),
            piece("Độc", 200.0, 50.0),
            piece("nhân", 5.0, 50.0),
            piece("UBND", 5.0, 30.0),
            piece("lập", 220.0, 50.0),
        ];
        assert_eq!(texts(pieces), ["UBND", "nhân dân", "Độc lập"]);
    }

    #[test]
    fn a_word_in_pieces_is_joined_and_composed() {
        assert_eq!(texts(vec![piece("quye\u{302}\u{301}", 0.0, 10.0), piece("t", 30.5, 10.0)]), ["quyết"]);
        assert_eq!(texts(vec![piece("o\u{fb03}ce", 0.0, 10.0)]), ["office"]);
    }

    #[test]
    fn letters_that_only_look_like_vietnamese_ones_become_those() {
        assert_eq!(texts(vec![piece("Ngƣời", 0.0, 10.0), piece("M\u{1a3}\u{300}ng", 40.0, 10.0)]), ["Người Mừng"]);
        assert_eq!(texts(vec![piece("ƢU", 0.0, 10.0), piece("Ɖất", 20.0, 10.0)]), ["ƯU Đất"]);
    }

    #[test]
    fn words_without_meaning_or_trace_are_left_out() {
        assert_eq!(texts(vec![piece("Số", 0.0, 10.0), piece("\u{fffd}12", 20.0, 10.0), piece("\u{e012}", 50.0, 10.0)]), ["Số"]);
        assert_eq!(lines_of(vec![piece("ẩn", 0.0, 10.0)], |_| false), []);
    }

    #[test]
    fn text_in_an_old_encoding_is_decoded_by_font_or_by_sense() {
        let named =
            |text: &str, encoding, row| Piece { font: TextFont { encoding: Some(encoding), id: 0 }, ..piece(text, 0.0, row) };
        let lines = texts(vec![
            named("céng", LegacyEncoding::Tcvn3Capitals, 10.0),
            named("nghÜa", LegacyEncoding::Tcvn3, 30.0),
            named("Vieät", LegacyEncoding::Vni, 50.0),
            piece("Điều", 0.0, 70.0),
        ]);
        assert_eq!(lines, ["CỘNG", "nghĩa", "Việt", "Điều"]);
        let unnamed = texts(vec![piece("QuyÕt", 0.0, 10.0), piece("®Þnh", 40.0, 10.0), piece("nghÜa", 70.0, 10.0)]);
        assert_eq!(unnamed, ["Quyết định nghĩa"]);
        assert_eq!(texts(vec![named("Quyết", LegacyEncoding::Tcvn3, 10.0)]), ["Quyết"], "a font that lies");
        assert_eq!(texts(vec![piece("Fluß", 0.0, 10.0), piece("für", 30.0, 10.0)]), ["Fluß für"], "another language");
    }

    #[test]
    fn a_heading_in_an_old_font_of_no_name_is_decoded_among_sound_text() {
        let piece = |text: &str, id, row| Piece { font: TextFont { encoding: None, id }, ..piece(text, 0.0, row) };
        let mut page = vec![piece("QuyÕt", 7, 10.0), piece("vÒ", 7, 20.0), piece("viÖc", 7, 30.0)];
        page.extend((4..20).map(|row| piece("nghiệp", 8, 10.0 * f64::from(row))));
        page.push(piece("Microsoft", 9, 300.0));
        let lines: Vec<String> = lines_of(page, |_| true).iter().map(Line::text).collect();
        assert_eq!(
            (&lines[1], &lines[2], lines.last().unwrap()),
            (&"về".to_owned(), &"việc".to_owned(), &"Microsoft".to_owned())
        );
        assert!(lines[4..18].iter().all(|line| line == "nghiệp"), "{lines:?}");
    }

    #[test]
    fn text_that_reads_downwards_begins_at_its_own_left() {
        let lines = lines_of(vec![Piece { quarter: 1, ..piece("Sổ", 100.0, -50.0) }], |_| true);
        let Quad([start, end, ..]) = lines[0].words[0].place;
        assert_eq!((start.x.round(), start.y, end.x.round(), end.y), (57.0, 100.0, 57.0, 110.0));
    }
}
