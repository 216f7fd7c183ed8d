//! Finds sheets that went through the scanner twice.

use crate::model::geometry::Turn;
use crate::model::page::RecognisedPage;
use crate::model::vietnamese::fold;

use super::CheckSettings;

/// Words that are compared as one: single words of two pages of one form are much the same.
const SHINGLE_WORDS: usize = 3;
/// Pages with fewer shingles say too little to be compared.
const FEWEST_SHINGLES: usize = 20;
/// How much the sides of two scans of one sheet may differ.
const SIDE_TOLERANCE: f64 = 0.05;

/// Pages, counted from 1, that look like a page before them, each with the first such page: the
/// pixels are the same, or the sheets are of one size and what was read on them is the same almost
/// word for word (`settings.repeated_similarity`).
pub(crate) fn repeated_pages(pages: &[&RecognisedPage], settings: &CheckSettings) -> Vec<(u32, u32)> {
    let looks: Vec<Look> = pages.iter().map(|page| Look::of(page)).collect();
    let mut repeated = Vec::new();
    for ((number, look), before) in (1..).zip(&looks).zip(0..) {
        let like = looks.iter().take(before).position(|earlier| look.is_like(earlier, settings.repeated_similarity));
        if let Some(like) = like {
            repeated.push((number, u32::try_from(like).unwrap_or(u32::MAX).saturating_add(1)));
        }
    }
    repeated
}

/// What is compared of a page.
struct Look<'a> {
    page: &'a RecognisedPage,
    /// Hashes of runs of words, sorted, each once.
    shingles: Vec<u64>,
}

impl<'a> Look<'a> {
    fn of(page: &'a RecognisedPage) -> Self {
        let words: Vec<String> = page.lines.iter().flat_map(|line| &line.words).map(|word| fold(&word.text)).collect();
        let mut shingles: Vec<u64> = words.windows(SHINGLE_WORDS).map(hash).collect();
        shingles.sort_unstable();
        shingles.dedup();
        Self { page, shingles }
    }

    fn is_like(&self, other: &Self, least: f64) -> bool {
        if self.page.pixels.is_some() && self.page.pixels == other.page.pixels {
            return true;
        }
        let (fewer, more) = (self.shingles.len().min(other.shingles.len()), self.shingles.len().max(other.shingles.len()));
        // The shares of the smaller page bound the similarity, so most pairs need no counting.
        fewer >= FEWEST_SHINGLES && fewer as f64 >= least * more as f64 && self.is_as_large_as(other) && {
            let common = self.shingles.iter().filter(|shingle| other.shingles.binary_search(shingle).is_ok()).count();
            common as f64 >= least * (fewer + more - common) as f64
        }
    }

    fn is_as_large_as(&self, other: &Self) -> bool {
        let sides = |page: &RecognisedPage| match page.turn {
            Turn::None | Turn::Half => (f64::from(page.width), f64::from(page.height)),
            Turn::Left | Turn::Right => (f64::from(page.height), f64::from(page.width)),
        };
        let ((width, height), (other_width, other_height)) = (sides(self.page), sides(other.page));
        let near = |a: f64, b: f64| (a - b).abs() <= SIDE_TOLERANCE * a.max(b);
        near(width, other_width) && near(height, other_height)
    }
}

fn hash(words: &[String]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(word.as_bytes()).update(&[0]);
    }
    let mut start = [0; 8];
    hasher.finalize_xof().fill(&mut start);
    u64::from_le_bytes(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Quad;
    use crate::model::ids::BlobId;
    use crate::model::text::{Line, SecondReading, TextSource, Word};

    fn page(words: &[String]) -> RecognisedPage {
        let word = |text: &String| Word {
            text: text.clone(),
            confidence: Confidence::CERTAIN,
            place: Quad::default(),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        RecognisedPage::upright((1654, 2339), vec![Line { words: words.iter().map(word).collect(), begins_block: true }])
    }

    fn words(from: usize, count: usize) -> Vec<String> {
        (from..from + count).map(|number| format!("chữ{number}")).collect()
    }

    fn repeated(pages: &[RecognisedPage]) -> Vec<(u32, u32)> {
        repeated_pages(&pages.iter().collect::<Vec<_>>(), &CheckSettings::default())
    }

    #[test]
    fn a_sheet_fed_twice_is_found_though_it_is_read_a_little_differently() {
        let mut misread = words(0, 200);
        for place in [10, 60, 110, 160] {
            misread[place] = "cbữ".into();
        }
        let turned = RecognisedPage { width: 2339, height: 1640, turn: Turn::Right, ..page(&misread) };
        let pages = [page(&words(500, 200)), page(&words(0, 200)), turned, page(&words(0, 200))];
        assert_eq!(repeated(&pages), [(3, 2), (4, 2)]);
    }

    #[test]
    fn forms_filled_differently_and_pages_that_say_little_are_left_alone() {
        let form = |name: usize| -> Vec<String> {
            words(0, 200).chunks(10).flat_map(|chunk| [chunk, &words(1000 * name, 3)].concat()).collect()
        };
        assert_eq!(repeated(&[page(&form(1)), page(&form(2))]), []);
        assert_eq!(repeated(&[page(&words(0, 8)), page(&words(0, 8))]), []);
        assert_eq!(repeated(&[page(&[]), page(&[])]), []);
        let small = RecognisedPage { width: 1169, height: 1654, ..page(&words(0, 200)) };
        assert_eq!(repeated(&[page(&words(0, 200)), small]), []);
    }

    #[test]
    fn the_same_pixels_are_the_same_page_whatever_was_read() {
        let picture = |bytes: &[u8]| RecognisedPage { pixels: Some(BlobId::of(bytes)), ..page(&[]) };
        assert_eq!(repeated(&[picture(b"a"), picture(b"b"), picture(b"a")]), [(3, 1)]);
    }
}
