//! Counts the letters that were seen on a page and not read: print that was lost must not be lost
//! without a word.

use crate::model::geometry::{Point, Quad};
use crate::model::page::{LineImage, PageLayout, PreparedPage};
use crate::model::text::Line;

/// A line counts as lost if less than this share of its letters was read. Letters that touch are
/// seen as one, so most lines are read as more letters than were seen in them.
const READ: f32 = 0.5;

/// Letters seen in those lines of `layout` that `lines` say little of; `None` if it does not tell
/// where lines are.
pub(super) fn letters(layout: &PageLayout, lines: &[Line], page: &PreparedPage) -> Option<u32> {
    let PageLayout::Lines(found) = layout else { return None };
    let to_page = page.to_source.inverse()?;
    let words: Vec<(Point, u32)> = lines
        .iter()
        .flat_map(|line| &line.words)
        .map(|word| {
            let count = word.text.chars().filter(|c| c.is_alphanumeric()).count();
            (to_page.apply(middle(&word.place)), u32::try_from(count).unwrap_or(u32::MAX))
        })
        .collect();
    let lost = found.iter().filter(|line| {
        let read: u32 = words.iter().filter(|(middle, _)| lies_on(line, *middle)).map(|(_, count)| count).sum();
        (read as f32) < READ * line.letters as f32
    });
    Some(lost.map(|line| line.letters).sum())
}

/// The middle of a word's four corners.
fn middle(place: &Quad) -> Point {
    let sum = place.0.iter().fold(Point { x: 0.0, y: 0.0 }, |sum, corner| Point { x: sum.x + corner.x, y: sum.y + corner.y });
    Point { x: sum.x / 4.0, y: sum.y / 4.0 }
}

/// Whether `point` of the page lies within the picture of `line`.
fn lies_on(line: &LineImage, point: Point) -> bool {
    let (width, height) = (line.image.width() as f32, line.image.height() as f32);
    let across = point.x - line.x;
    let down = point.y - line.y - line.slope * (across - width / 2.0);
    (0.0..=width).contains(&across) && (0.0..=height).contains(&down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::{Affine, Turn};
    use crate::model::quality::PageQuality;
    use crate::model::raster::{Channels, Raster};
    use crate::model::text::{SecondReading, TextSource, Word};

    /// A page whose stored image is twice as large.
    fn page() -> PreparedPage {
        PreparedPage {
            image: Raster::new(10, 10, Channels::Gray, vec![255; 100]).unwrap(),
            dpi: 200.0,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            to_source: Affine { matrix: [2.0, 0.0, 0.0, 2.0, 0.0, 0.0] },
        }
    }

    /// A line of 100 × 20 whose top is at `y`.
    fn seen(y: f32, letters: u32) -> LineImage {
        let image = Raster::new(100, 20, Channels::Gray, vec![255; 2000]).unwrap();
        LineImage { image, x: 0.0, y, slope: 0.0, letters, begins_block: false }
    }

    /// A line of one word, its middle at `x` and `y` of the page.
    fn read(text: &str, x: f32, y: f32) -> Line {
        let place =
            Quad([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(dx, dy)| Point { x: 2.0 * x + dx, y: 2.0 * y + dy }));
        let confidence = Confidence::saturating(0.9);
        Line {
            words: vec![Word {
                text: text.into(),
                confidence,
                place,
                source: TextSource::Ocr,
                second: SecondReading::None,
                engine: None,
            }],
            begins_block: false,
        }
    }

    #[test]
    fn lines_that_were_not_read_or_hardly_are_counted() {
        let layout = PageLayout::Lines(vec![seen(0.0, 10), seen(30.0, 12), seen(60.0, 14)]);
        let lines = [read("nghiệp", 50.0, 10.0), read("ab…", 50.0, 40.0)];
        assert_eq!(letters(&layout, &lines, &page()), Some(12 + 14));
        assert_eq!(letters(&layout, &[lines[0].clone(), read("chuyển,", 50.0, 40.0)], &page()), Some(14));
    }

    #[test]
    fn a_block_of_which_one_word_was_read_is_lost() {
        let block = LineImage { image: Raster::new(100, 200, Channels::Gray, vec![255; 20000]).unwrap(), ..seen(0.0, 300) };
        assert_eq!(letters(&PageLayout::Lines(vec![block]), &[read("nghng91e9", 50.0, 100.0)], &page()), Some(300));
    }

    #[test]
    fn a_word_is_looked_for_where_its_line_has_fallen_to() {
        let leaning = LineImage { slope: 0.4, ..seen(0.0, 8) };
        assert_eq!(letters(&PageLayout::Lines(vec![leaning.clone()]), &[read("nghiệp", 95.0, 28.0)], &page()), Some(0));
        assert_eq!(letters(&PageLayout::Lines(vec![leaning]), &[read("nghiệp", 95.0, 8.0)], &page()), Some(8));
    }

    #[test]
    fn where_lines_are_not_known_nothing_can_be_missed() {
        assert_eq!(letters(&PageLayout::Unknown, &[], &page()), None);
        assert_eq!(letters(&PageLayout::Lines(Vec::new()), &[], &page()), Some(0));
    }
}
