//! Text that the file carries itself, held against what is to be seen on the page.
//!
//! Such text needs no reading, if it is sound. Spelling says whether it is: the tables of characters
//! in a file are often wrong, and wrong ones make nonsense. Where spelling does not vouch for a text
//! (another language, nothing but numbers), the engine has to confirm it. Ink that no sound text
//! covers is read as on any scan: stamps, handwriting, scanned halves of a page.

use std::collections::BTreeMap;

use super::{Expected, junk};
use crate::model::geometry::{Affine, Point, Quad, Rect};
use crate::model::page::{LineImage, PageLayout, PreparedPage};
use crate::model::text::{Line, Word};
use crate::model::vietnamese::possible_share;

/// From this share of possible words on a text is taken as it is. Print has 0.98, text that lost its
/// marks 0.7, text in a wrong encoding 0.15.
const SOUND: f64 = 0.85;
/// A text that spelling does not vouch for is sound if the engine reads this share of its words alike.
const CONFIRMED: f64 = 0.5;
/// A line of which less is possible is held against the engine's reading by itself: in a text that is
/// sound one font may have a wrong table. The same line in an old encoding has 0.15 to 0.4.
const DOUBTED: f64 = 0.5;
/// Ink of a line that no text covers is read from this width on, in heights of the line.
const UNREAD: f32 = 0.6;
/// Text covers ink so far beside it, in heights of the line.
const BESIDE: f32 = 0.25;
/// How far from the middle of a line, in its heights, the middle of its words may lie.
const OFF_LINE: f32 = 0.6;
/// A word of the engine of which embedded text covers more is that text once more.
const SAME_PLACE: f32 = 0.3;

/// Where a line stands on the prepared page.
#[derive(Debug, Clone, Copy)]
struct Band {
    place: Rect,
    slope: f32,
    begins_block: bool,
}

impl Band {
    fn of(line: &LineImage) -> Self {
        let (width, height) = (line.image.width() as f32, line.image.height() as f32);
        let place = Rect { x: line.x, y: line.y, width, height };
        Self { place, slope: line.slope, begins_block: line.begins_block }
    }

    /// How far `word` is off this line, in its heights; `None` if it does not stand on it.
    fn distance(&self, word: &Rect) -> Option<f32> {
        let middle = centre(word);
        let Rect { x, y, width, height } = self.place;
        let level = y + height / 2.0 + self.slope * (middle.x - x - width / 2.0);
        let distance = (middle.y - level).abs() / height.max(1.0);
        let beside = (x - height..x + width + height).contains(&middle.x);
        (beside && distance < OFF_LINE).then_some(distance)
    }
}

/// A word with its upright place on the prepared page.
#[derive(Debug, Clone)]
struct Placed {
    word: Word,
    place: Rect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// It wins at once.
    Sound,
    /// It wins if the engine confirms it.
    ToBeConfirmed,
}

/// What of a page is still to be read, and the text that is known already.
#[derive(Debug)]
pub struct Unread {
    known: Vec<Vec<Placed>>,
    trust: Trust,
    bands: Vec<Band>,
    layout: Option<PageLayout>,
    to_page: Affine,
}

impl Unread {
    /// Parts the lines of `layout` into those that `embedded` covers and those to be read. The words
    /// of `embedded` are in pixels of the stored image.
    pub fn new(page: &PreparedPage, layout: PageLayout, embedded: Vec<Line>) -> Self {
        let to_page = page.to_source.inverse().unwrap_or(Affine::IDENTITY);
        let known: Vec<Vec<Placed>> =
            embedded.into_iter().map(|line| line.words.into_iter().map(|word| placed(word, &to_page)).collect()).collect();
        let words = || known.iter().flatten().map(|placed| placed.word.text.as_str());
        let is_sound = possible_share(words()).is_some_and(|share| share >= SOUND);
        let trust = if is_sound { Trust::Sound } else { Trust::ToBeConfirmed };
        let bands = match &layout {
            PageLayout::Lines(lines) => lines.iter().map(Band::of).collect(),
            PageLayout::Unknown => Vec::new(),
        };
        let mut unread = Self { known, trust, bands, layout: None, to_page };
        unread.layout = unread.still_to_read(layout);
        unread
    }

    /// What the engine has to read; `None` if nothing is left to it.
    pub fn layout(&self) -> Option<&PageLayout> {
        self.layout.as_ref()
    }

    /// Joins what the engine has read with what was known, in reading order.
    pub fn join(mut self, read: Vec<Line>, expected: Expected) -> Vec<Line> {
        if self.known.is_empty() {
            return read;
        }
        let mut read: Vec<Vec<Placed>> =
            read.into_iter().map(|line| line.words.into_iter().map(|word| placed(word, &self.to_page)).collect()).collect();
        if self.trust == Trust::ToBeConfirmed && !self.is_confirmed_by(&read) {
            tracing::debug!("the text of the page makes no sense: it is read from the picture");
            return read.into_iter().map(|words| line(words, false)).collect();
        }
        self.known.retain(|line| !is_refuted_by(line, &read));
        let known: Vec<Rect> = self.known.iter().flatten().map(|placed| placed.place).collect();
        for line in &mut read {
            line.retain(|word| !known.iter().any(|place| overlap(&word.place, place) > SAME_PLACE));
        }
        read.retain(|words| !words.is_empty() && !junk::is_junk(&line(words.clone(), false), expected));
        self.in_order(read)
    }

    /// The lines with ink that no text covers, or all where the text is to be confirmed. A page
    /// without text of its own is left to the engine, whatever was found on it.
    fn still_to_read(&self, layout: PageLayout) -> Option<PageLayout> {
        if self.known.is_empty() {
            return Some(layout);
        }
        let PageLayout::Lines(mut lines) = layout else { return Some(layout) };
        if self.trust == Trust::Sound {
            let mut covered: BTreeMap<usize, Vec<Rect>> = BTreeMap::new();
            for placed in self.known.iter().filter(|line| !is_doubted(line)).flatten() {
                if let Some(band) = self.band_of(&placed.place) {
                    covered.entry(band).or_default().push(placed.place);
                }
            }
            let mut number = 0;
            lines.retain(|line| {
                let words = covered.get(&number).map(Vec::as_slice).unwrap_or_default();
                number += 1;
                uncovered_columns(line, words) as f32 > UNREAD * line.image.height() as f32
            });
        }
        (!lines.is_empty()).then_some(PageLayout::Lines(lines))
    }

    fn band_of(&self, word: &Rect) -> Option<usize> {
        let distances = self.bands.iter().enumerate().filter_map(|(number, band)| Some((number, band.distance(word)?)));
        distances.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(number, _)| number)
    }

    fn is_confirmed_by(&self, read: &[Vec<Placed>]) -> bool {
        are_confirmed(self.known.iter().flatten(), read)
    }

    /// Words go to the lines on which they stand; lines of which none was found go where they are
    /// passed on the way down.
    fn in_order(self, read: Vec<Vec<Placed>>) -> Vec<Line> {
        let mut rows: Vec<Vec<Placed>> = vec![Vec::new(); self.bands.len()];
        let mut loose: Vec<Vec<Placed>> = Vec::new();
        for words in self.known.iter().cloned().chain(read) {
            let mut rest = Vec::new();
            for placed in words {
                match self.band_of(&placed.place).and_then(|band| rows.get_mut(band)) {
                    Some(row) => row.push(placed),
                    None => rest.push(placed),
                }
            }
            loose.push(rest);
        }
        let mut begins = false;
        let mut lines: Vec<(Rect, Line)> = Vec::new();
        for (band, words) in self.bands.iter().zip(rows) {
            begins |= band.begins_block;
            if !words.is_empty() {
                lines.push((band.place, line(words, std::mem::take(&mut begins))));
            }
        }
        for words in loose.into_iter().filter(|words| !words.is_empty()) {
            let Some(place) = Rect::around(words.iter().flat_map(|placed| corners(&placed.place))) else { continue };
            let at = passed_at(&place, lines.iter().map(|(other, _)| other));
            lines.insert(at, (place, line(words, true)));
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

/// Whether the engine reads enough of these words alike.
fn are_confirmed<'w>(words: impl Iterator<Item = &'w Placed>, read: &[Vec<Placed>]) -> bool {
    let (mut alike, mut all) = (0_u32, 0_u32);
    for placed in words {
        let text = plain(&placed.word.text);
        if text.chars().count() < 2 {
            continue;
        }
        all += 1;
        let same = |other: &&Placed| plain(&other.word.text) == text && overlap(&other.place, &placed.place) > SAME_PLACE;
        alike += u32::from(read.iter().flatten().any(|other| same(&other)));
    }
    all > 0 && f64::from(alike) >= CONFIRMED * f64::from(all)
}

/// The share of possible words; `None` where there are only numbers and signs.
fn share_of<'w>(words: impl Iterator<Item = &'w Placed>) -> Option<f64> {
    possible_share(words.map(|placed| placed.word.text.as_str()))
}

fn is_doubted(line: &[Placed]) -> bool {
    share_of(line.iter()).is_some_and(|share| share < DOUBTED)
}

/// Whether the engine reads another line at the place of this one, which makes more sense. What makes
/// no more of it (another language, codes) is no witness against it.
fn is_refuted_by(line: &[Placed], read: &[Vec<Placed>]) -> bool {
    if !is_doubted(line) || are_confirmed(line.iter(), read) {
        return false;
    }
    let is_there = |word: &&Placed| line.iter().any(|known| overlap(&word.place, &known.place) > SAME_PLACE);
    let there = share_of(read.iter().flatten().filter(is_there));
    there.is_some_and(|share| share >= SOUND)
}

fn placed(word: Word, to_page: &Affine) -> Placed {
    let Quad(corners) = word.place;
    let place = Rect::around(corners.map(|corner| to_page.apply(corner))).unwrap_or_default();
    Placed { word, place }
}

fn line(mut words: Vec<Placed>, begins_block: bool) -> Line {
    words.sort_by(|a, b| a.place.x.total_cmp(&b.place.x));
    Line { words: words.into_iter().map(|placed| placed.word).collect(), begins_block }
}

/// Where in reading order a line at `place` is passed: after the nearest of `lines` above it in its
/// column, else before the first one below.
fn passed_at<'l>(place: &Rect, lines: impl Iterator<Item = &'l Rect>) -> usize {
    let middle = centre(place).y;
    let (mut above, mut below, mut count): (Option<(usize, f32)>, _, _) = (None, None, 0);
    for (number, other) in lines.enumerate() {
        count = number + 1;
        let level = centre(other).y;
        if !is_beside(other, place) {
            continue;
        }
        if level > middle {
            below = below.or(Some(number));
        } else if above.is_none_or(|(_, nearest)| level >= nearest) {
            above = Some((number, level));
        }
    }
    above.map(|(number, _)| number + 1).or(below).unwrap_or(count)
}

fn corners(place: &Rect) -> [Point; 4] {
    place.corners(&Affine::IDENTITY).0
}

fn centre(place: &Rect) -> Point {
    Point { x: place.x + place.width / 2.0, y: place.y + place.height / 2.0 }
}

/// Whether one of two places lies under the other, at least in part.
fn is_beside(a: &Rect, b: &Rect) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width
}

/// The share of the smaller place that both have in common.
fn overlap(a: &Rect, b: &Rect) -> f32 {
    let shared = |from: f32, extent: f32, other: f32, other_extent: f32| {
        ((from + extent).min(other + other_extent) - from.max(other)).max(0.0)
    };
    let area = shared(a.x, a.width, b.x, b.width) * shared(a.y, a.height, b.y, b.height);
    area / (a.width * a.height).min(b.width * b.height).max(1.0)
}

/// A word without case and punctuation.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Columns of a line in which there is ink and none of `words`.
fn uncovered_columns(line: &LineImage, words: &[Rect]) -> usize {
    let (width, height) = (line.image.width() as usize, line.image.height() as f32);
    let mut columns = vec![false; width];
    for row in line.image.samples().chunks_exact(width.max(1)) {
        columns.iter_mut().zip(row).for_each(|(column, &sample)| *column |= sample < PreparedPage::INK);
    }
    for word in words {
        let from = (word.x - line.x - BESIDE * height).max(0.0) as usize;
        let to = (word.x + word.width - line.x + BESIDE * height).max(0.0) as usize;
        if let Some(covered) = columns.get_mut(from.min(width)..to.min(width)) {
            covered.fill(false);
        }
    }
    columns.into_iter().filter(|column| *column).count()
}

#[cfg(test)]
mod tests {
    use super::Expected::Vietnamese;
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Turn;
    use crate::model::quality::PageQuality;
    use crate::model::raster::{Channels, Raster};
    use crate::model::text::{SecondReading, TextSource, source_of};

    fn page() -> PreparedPage {
        PreparedPage {
            image: Raster::new(10, 10, Channels::Gray, vec![255; 100]).unwrap(),
            dpi: 200.0,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            // The stored image is twice as large.
            to_source: Affine { matrix: [2.0, 0.0, 0.0, 2.0, 0.0, 0.0] },
        }
    }

    /// A line 20 pixels high with ink from its left to its right.
    fn found(x: f32, y: f32, width: u32) -> LineImage {
        let image = Raster::new(width, 20, Channels::Gray, vec![0; width as usize * 20]).unwrap();
        LineImage { image, x, y, slope: 0.0, letters: 1, begins_block: y == 0.0 }
    }

    /// A line of words, each ten pixels a letter, with ten between them.
    fn said(text: &str, x: f32, y: f32, source: TextSource) -> Line {
        let mut left = x;
        let words = text.split(' ').map(|text| {
            let width = 10.0 * text.chars().count() as f32;
            let place = Rect { x: left, y: y + 3.0, width, height: 14.0 }.corners(&page().to_source);
            left += width + 10.0;
            Word {
                text: text.into(),
                confidence: Confidence::saturating(0.95),
                place,
                source,
                engine: None,
                second: SecondReading::None,
            }
        });
        Line { words: words.collect(), begins_block: false }
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    use TextSource::{Embedded, Ocr};

    #[test]
    fn where_text_covers_all_ink_nothing_is_read() {
        let layout = PageLayout::Lines(vec![found(0.0, 0.0, 140), found(0.0, 40.0, 70)]);
        let text = vec![said("Quyết định này", 0.0, 0.0, Embedded), said("có hiệu", 0.0, 40.0, Embedded)];
        let unread = Unread::new(&page(), layout, text);
        assert!(unread.layout().is_none());
        let lines = unread.join(Vec::new(), Vietnamese);
        assert_eq!(texts(&lines), ["Quyết định này", "có hiệu"]);
        assert_eq!(lines.iter().map(|line| line.begins_block).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_page_without_text_is_read_as_it_is() {
        let read = vec![said("Kính gửi", 0.0, 0.0, Ocr)];
        let unread = Unread::new(&page(), PageLayout::Lines(vec![found(0.0, 0.0, 80)]), Vec::new());
        assert!(matches!(unread.layout(), Some(PageLayout::Lines(lines)) if lines.len() == 1));
        assert_eq!(unread.join(read.clone(), Vietnamese), read);
    }

    #[test]
    fn a_senseless_line_of_a_sound_text_is_read_from_the_picture() {
        let page = page();
        let layout = || PageLayout::Lines(vec![found(0.0, 0.0, 310), found(0.0, 40.0, 180), found(0.0, 80.0, 340)]);
        let sound = ["Uỷ ban nhân dân huyện Bảo Thắng", "tại thôn Nậm Sò thuộc xã Bản Phiệt"];
        let text = |second: &str| {
            let line = |(row, text): (usize, &str)| said(text, 0.0, 40.0 * row as f32, Embedded);
            [sound[0], second, sound[1]].into_iter().enumerate().map(line).collect::<Vec<_>>()
        };
        let joined = |second: &str, read: &str| {
            let unread = Unread::new(&page, layout(), text(second));
            let Some(PageLayout::Lines(open)) = unread.layout() else { panic!("nothing is read of {second}") };
            assert_eq!(open.iter().map(|line| line.y).collect::<Vec<_>>(), [40.0]);
            texts(&unread.join(vec![said(read, 0.0, 40.0, Ocr)], Vietnamese))
        };
        assert_eq!(joined("viÖc giao ®Êt", "việc giao đất"), [sound[0], "việc giao đất", sound[1]]);
        // Another language makes no sense either way.
        assert_eq!(joined("Windows", "Wíndcws"), [sound[0], "Windows", sound[1]]);
    }

    #[test]
    fn lines_and_parts_of_lines_without_text_are_read_and_put_between() {
        // A number was stamped into the gap of a printed line; a whole line is handwriting.
        let layout = PageLayout::Lines(vec![found(0.0, 0.0, 200), found(0.0, 40.0, 100), found(0.0, 80.0, 70)]);
        let text =
            vec![said("Số:", 0.0, 0.0, Embedded), said("ngày", 140.0, 0.0, Embedded), said("hạnh phúc", 0.0, 80.0, Embedded)];
        let unread = Unread::new(&page(), layout, text);
        let Some(PageLayout::Lines(open)) = unread.layout() else { panic!("nothing is read") };
        assert_eq!(open.iter().map(|line| line.y).collect::<Vec<_>>(), [0.0, 40.0]);
        let read = vec![said("S6: 1234567 ngay", 0.0, 0.0, Ocr), said("đã nhận", 0.0, 40.0, Ocr)];
        let lines = unread.join(read, Vietnamese);
        assert_eq!(texts(&lines), ["Số: 1234567 ngày", "đã nhận", "hạnh phúc"]);
        assert_eq!(source_of(lines.iter().flat_map(|line| &line.words)), Some(TextSource::Mixed));
    }

    #[test]
    fn what_is_read_into_a_picture_beside_the_text_is_left_out() {
        let layout = PageLayout::Lines(vec![found(0.0, 0.0, 90), found(0.0, 40.0, 100)]);
        let unread = Unread::new(&page(), layout, vec![said("Độc lập", 0.0, 0.0, Embedded)]);
        let mut noise = said("~|~ Jwq", 0.0, 40.0, Ocr);
        noise.words.iter_mut().for_each(|word| word.confidence = Confidence::saturating(0.1));
        assert_eq!(texts(&unread.join(vec![noise], Vietnamese)), ["Độc lập"]);
    }

    #[test]
    fn text_that_makes_no_sense_needs_the_engines_word() {
        let layout = || PageLayout::Lines(vec![found(0.0, 0.0, 300)]);
        let unread = |text: &str| Unread::new(&page(), layout(), vec![said(text, 0.0, 0.0, Embedded)]);
        let foreign = unread("certificate of origin");
        assert!(foreign.layout().is_some());
        let joined = foreign.join(vec![said("certificate 0f origin", 0.0, 0.0, Ocr)], Vietnamese);
        assert_eq!(texts(&joined), ["certificate of origin"]);
        let joined = unread("xqzwvrk kk xqzwvr").join(vec![said("Giấy chứng nhận", 0.0, 0.0, Ocr)], Vietnamese);
        assert_eq!(texts(&joined), ["Giấy chứng nhận"]);
        // Marks are what is lost most often, and what matters.
        let joined = unread("giay chung nhan ket hon").join(vec![said("giấy chứng nhận kết hôn", 0.0, 0.0, Ocr)], Vietnamese);
        assert_eq!(texts(&joined), ["giấy chứng nhận kết hôn"]);
    }

    #[test]
    fn lines_that_were_not_found_go_where_they_are_passed() {
        let layout = PageLayout::Lines(vec![found(0.0, 0.0, 90), found(0.0, 80.0, 90)]);
        let text =
            vec![said("Độc lập", 0.0, 0.0, Embedded), said("Tự do", 0.0, 40.0, Embedded), said("Hạnh phúc", 0.0, 80.0, Embedded)];
        let unread = Unread::new(&page(), layout, text.clone());
        assert_eq!(texts(&unread.join(Vec::new(), Vietnamese)), ["Độc lập", "Tự do", "Hạnh phúc"]);
        // Its column is read before the other one, which stands higher than the lines below both.
        let layout = PageLayout::Lines(vec![found(0.0, 0.0, 70), found(200.0, 0.0, 70), found(100.0, 80.0, 140)]);
        let columns = vec![
            said("tổ chức", 0.0, 0.0, Embedded),
            said("hạnh phúc", 200.0, 0.0, Embedded),
            said("số 12", 20.0, 40.0, Embedded),
            said("quyết định", 80.0, 80.0, Embedded),
        ];
        let unread = Unread::new(&page(), layout, columns);
        assert_eq!(texts(&unread.join(Vec::new(), Vietnamese)), ["tổ chức", "số 12", "hạnh phúc", "quyết định"]);
        let nothing_found = Unread::new(&page(), PageLayout::Lines(Vec::new()), text);
        assert_eq!(texts(&nothing_found.join(Vec::new(), Vietnamese)), ["Độc lập", "Tự do", "Hạnh phúc"]);
    }
}
