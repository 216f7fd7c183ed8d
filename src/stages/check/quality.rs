//! Judges whether a page's picture is good enough to stand for the paper.

use serde::{Deserialize, Serialize};

use crate::model::page::RecognisedPage;
use crate::model::quality::{Good, Measure, PageQuality, Shortcoming};
use crate::model::text::TextSource;

/// The floors below which a page has to be scanned again. The defaults let office scans of 200 dpi
/// and faxes of 204 × 98 pass, grainy and grey ones included, and stop pages that nobody can read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QualitySettings {
    /// Pixels per inch, geometric mean of both ways. Below 90 the marks over Vietnamese letters
    /// are smaller than two pixels.
    pub lowest_dpi: f32,
    /// Height of letters in pixels of the scan.
    pub smallest_letter_pixels: f32,
    /// Slope between paper and ink in millimetres. Strokes of print are 0.3 to 0.5 mm wide.
    pub most_blur_mm: f32,
    /// How much darker than paper ink must be, from 0 to 1.
    pub lowest_contrast: f32,
    /// Lean that straightening left over, in degrees.
    pub most_skew_degrees: f32,
    /// Letters that one edge of the image cuts off.
    pub most_clipped_letters: u32,
    /// Share of the page that is too dark to be written on, from 0 to 1.
    pub most_dark_share: f32,
    /// Specks on each square centimetre.
    pub most_specks_per_cm2: f32,
    /// Mean confidence of the words read, from 0 to 1. Handwriting is read with little confidence
    /// however well it is scanned, so by default nothing is asked.
    pub lowest_confidence: f32,
    /// Letters that must have been read on a page that is not empty: one of which nothing can be read
    /// is out of focus, or is no paper.
    pub fewest_letters: u32,
}

impl Default for QualitySettings {
    fn default() -> Self {
        Self {
            lowest_dpi: 90.0,
            smallest_letter_pixels: 5.0,
            most_blur_mm: 0.7,
            lowest_contrast: 0.12,
            most_skew_degrees: 3.0,
            most_clipped_letters: 5,
            most_dark_share: 0.5,
            most_specks_per_cm2: 300.0,
            lowest_confidence: 0.0,
            fewest_letters: 1,
        }
    }
}

/// What `page` falls short in; nothing for a good page, a blank one, and one that was read before
/// quality was measured. Nor has a page whose text is all its file's own ever been scanned.
pub(crate) fn judge_quality(page: &RecognisedPage, settings: &QualitySettings) -> Vec<Shortcoming> {
    let judged = !page.blank && page.text_source != TextSource::Embedded;
    let Some(quality) = page.quality.filter(|_| judged) else { return Vec::new() };
    let confidence = (!page.lines.is_empty()).then(|| page.confidence().share() as f32);
    let judged = [
        (Measure::Resolution, Some(quality.resolution_dpi), settings.lowest_dpi),
        (Measure::LetterHeight, quality.letter_pixels, settings.smallest_letter_pixels),
        (Measure::Blur, quality.blur_mm, settings.most_blur_mm),
        (Measure::Contrast, quality.contrast, settings.lowest_contrast),
        (Measure::Skew, quality.skew_left_degrees, settings.most_skew_degrees),
        (Measure::ClippedEdge, quality.clipped_letters.map(|letters| letters as f32), settings.most_clipped_letters as f32),
        (Measure::Darkness, Some(quality.dark_share), settings.most_dark_share),
        (Measure::Grain, Some(quality.specks_per_cm2), settings.most_specks_per_cm2),
        (Measure::Confidence, confidence, settings.lowest_confidence),
        (Measure::Letters, letters(page, quality).map(|count| count as f32), settings.fewest_letters as f32),
    ];
    judged
        .into_iter()
        .filter_map(|(measure, value, limit)| value.map(|value| Shortcoming { measure, value, limit }))
        .filter(|found| match found.measure.good() {
            Good::AtLeast => found.value < found.limit,
            Good::AtMost => found.value > found.limit,
        })
        .collect()
}

/// With more specks than this on a square centimetre, what is measured may be grain.
const CLOTTED: f32 = 20.0;
/// Words below this confidence may be made of anything.
const SOME_CONFIDENCE: f64 = 0.5;

/// Letters and digits that were read; `None` on a page with a barcode, which says enough. A measure that
/// could not be taken passes no floor: what is read there must at least make some sense.
fn letters(page: &RecognisedPage, quality: PageQuality) -> Option<usize> {
    // Clots of grain pass for letters and are measured as such.
    let grainy = quality.specks_per_cm2 > CLOTTED;
    let unmeasured = grainy || quality.letter_pixels.is_none() || quality.blur_mm.is_none() || quality.contrast.is_none();
    let least = if unmeasured { SOME_CONFIDENCE } else { 0.0 };
    let words = page.lines.iter().flat_map(|line| &line.words).filter(|word| word.confidence.share() >= least);
    page.barcodes.is_empty().then(|| words.flat_map(|word| word.text.chars()).filter(|c| c.is_alphanumeric()).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Quad;
    use crate::model::page::Barcode;
    use crate::model::text::{Line, SecondReading, TextSource, Word};

    const FAX: PageQuality = PageQuality {
        resolution_dpi: 141.0,
        letter_pixels: Some(9.0),
        blur_mm: Some(0.2),
        contrast: Some(0.9),
        skew_left_degrees: Some(0.1),
        clipped_letters: Some(1),
        dark_share: 0.08,
        specks_per_cm2: 15.0,
    };

    fn page(quality: Option<PageQuality>) -> RecognisedPage {
        let word = Word {
            text: "đơn".into(),
            confidence: Confidence::saturating(0.3),
            place: Quad::default(),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        RecognisedPage { quality, ..RecognisedPage::upright((1728, 1078), vec![Line { words: vec![word], begins_block: false }]) }
    }

    fn reasons(quality: PageQuality, settings: &QualitySettings) -> Vec<Measure> {
        judge_quality(&page(Some(quality)), settings).into_iter().map(|found| found.measure).collect()
    }

    #[test]
    fn a_fax_passes_and_every_measure_can_fail_alone() {
        let settings = QualitySettings::default();
        assert_eq!(reasons(FAX, &settings), []);
        for (quality, measure) in [
            (PageQuality { resolution_dpi: 72.0, ..FAX }, Measure::Resolution),
            (PageQuality { letter_pixels: Some(3.0), ..FAX }, Measure::LetterHeight),
            (PageQuality { blur_mm: Some(1.1), ..FAX }, Measure::Blur),
            (PageQuality { contrast: Some(0.1), ..FAX }, Measure::Contrast),
            (PageQuality { skew_left_degrees: Some(9.0), ..FAX }, Measure::Skew),
            (PageQuality { clipped_letters: Some(30), ..FAX }, Measure::ClippedEdge),
            (PageQuality { dark_share: 0.8, ..FAX }, Measure::Darkness),
        ] {
            assert_eq!(reasons(quality, &settings), [measure]);
        }
        // What is measured among so many specks may be specks, and so may what is read.
        let grainy = PageQuality { specks_per_cm2: 2000.0, ..FAX };
        assert_eq!(reasons(grainy, &settings), [Measure::Grain, Measure::Letters]);
        let strict = QualitySettings { lowest_confidence: 0.5, ..settings };
        assert_eq!(reasons(FAX, &strict), [Measure::Confidence]);
    }

    #[test]
    fn a_page_of_which_no_letter_is_read_passes_no_floor() {
        let settings = QualitySettings::default();
        let unread = |quality| RecognisedPage { lines: vec![], ..page(Some(quality)) };
        let reasons = |page: &RecognisedPage| -> Vec<Measure> {
            judge_quality(page, &settings).into_iter().map(|found| found.measure).collect()
        };
        assert_eq!(reasons(&unread(FAX)), [Measure::Letters]);
        assert_eq!(reasons(&page(Some(FAX))), [], "read, if badly");
        // Nothing could be measured, and what was read makes no sense.
        let blurred = PageQuality { letter_pixels: None, blur_mm: None, contrast: None, ..FAX };
        assert_eq!(reasons(&page(Some(blurred))), [Measure::Letters]);
        let barcode = Barcode { symbology: "QRCode".into(), text: "1".into(), place: Quad::default() };
        assert_eq!(reasons(&RecognisedPage { barcodes: vec![barcode], ..unread(FAX) }), []);
        assert_eq!(reasons(&RecognisedPage { blank: true, ..unread(FAX) }), []);
    }

    #[test]
    fn blank_pages_and_pages_of_old_are_not_judged() {
        let hopeless = PageQuality { resolution_dpi: 10.0, ..FAX };
        let blank = RecognisedPage { blank: true, ..page(Some(hopeless)) };
        assert_eq!(judge_quality(&blank, &QualitySettings::default()), []);
        assert_eq!(judge_quality(&page(None), &QualitySettings::default()), []);
    }
}
