//! Pages made up for tests.

use crate::model::confidence::Confidence;
use crate::model::geometry::{Point, Quad};
use crate::model::page::{Barcode, RecognisedPage};
use crate::model::text::{Line, SecondReading, TextSource, Word};

/// Where text stands: left edge and top in pixels of a page of 1654 × 2339.
pub(crate) struct At<'a>(pub f32, pub f32, pub &'a str);

/// A page with these lines, one under the other.
pub(crate) fn page(lines: &[&str]) -> RecognisedPage {
    page_with(&[], lines)
}

/// A page with barcodes and lines.
pub(crate) fn page_with(barcodes: &[&str], lines: &[&str]) -> RecognisedPage {
    let placed: Vec<At<'_>> = lines.iter().enumerate().map(|(i, text)| At(200.0, 150.0 + 60.0 * i as f32, text)).collect();
    let mut page = laid_out(&placed, 0.95);
    page.barcodes =
        barcodes.iter().map(|&text| Barcode { symbology: "QRCode".into(), text: text.into(), place: Quad::default() }).collect();
    page
}

/// A page whose lines stand where they are told; letters are 16 pixels wide and 34 high.
pub(crate) fn laid_out(lines: &[At<'_>], confidence: f64) -> RecognisedPage {
    let line = |&At(left, top, text): &At<'_>| {
        let mut x = left;
        let mut words = Vec::new();
        for word in text.split(' ') {
            let width = 16.0 * word.chars().count() as f32;
            let corner = |x, y| Point { x, y };
            let place = Quad([corner(x, top), corner(x + width, top), corner(x + width, top + 34.0), corner(x, top + 34.0)]);
            words.push(Word {
                text: word.into(),
                confidence: Confidence::saturating(confidence),
                place,
                source: TextSource::Ocr,
                engine: None,
                second: SecondReading::None,
            });
            x += width + 14.0;
        }
        Line { words, begins_block: false }
    };
    RecognisedPage::upright((1654, 2339), lines.iter().map(line).collect())
}
