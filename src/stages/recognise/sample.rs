//! Reads pages of very many lines in part first.
//!
//! Noise with the shapes of letters is found as hundreds of lines, and each costs as much as one of
//! print. What a few of them, from all over the page, are read as tells whether there is print.

use super::{Engine, EngineLine, Legibility, RecogniseError};
use crate::model::page::{PageLayout, PreparedPage};

/// Print has seldom so many lines; a dense page has 60.
const MANY: usize = 120;
/// So many of them are read first.
const SAMPLE: usize = 20;
/// Below this share of letters that are right there is no print. Noise has 0.01 to 0.04, print in letters
/// that the engine does not know up to 0.16.
const NO_PRINT: f64 = 0.08;

/// What `engine` reads in `layout`: of a page without print only a sample.
pub(super) fn read(engine: &mut dyn Engine, page: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
    if let PageLayout::Lines(lines) = layout
        && lines.len() > MANY
    {
        let sample = lines.iter().step_by(lines.len().div_ceil(SAMPLE)).cloned().collect();
        let read = engine.recognise(page, &PageLayout::Lines(sample))?;
        let legibility = Legibility::of(read.iter().flat_map(|line| &line.words));
        if legibility.letters > 0.0 && legibility.mean() < NO_PRINT {
            tracing::debug!(lines = lines.len(), mean = legibility.mean(), "no print: the rest is not read");
            return Ok(read);
        }
    }
    engine.recognise(page, layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Affine, Rect, Turn};
    use crate::model::page::LineImage;
    use crate::model::quality::PageQuality;
    use crate::model::raster::{Channels, Raster};
    use crate::model::recipe::EngineIdentity;
    use crate::model::text::SecondReading;
    use crate::stages::recognise::EngineWord;

    /// Reads a word in each line, as surely as it was told, and counts lines.
    struct Counting {
        identity: EngineIdentity,
        confidence: f32,
        read: usize,
    }

    impl Engine for Counting {
        fn identity(&self) -> &EngineIdentity {
            &self.identity
        }

        fn recognise(&mut self, _: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
            let PageLayout::Lines(lines) = layout else { return Ok(Vec::new()) };
            self.read += lines.len();
            let word = |line: &LineImage| EngineWord {
                text: "nam".into(),
                confidence: self.confidence,
                place: Rect { x: line.x, y: line.y, width: 1.0, height: 1.0 },
                engine: "counting",
                second: SecondReading::None,
            };
            Ok(lines.iter().map(|line| EngineLine { words: vec![word(line)], begins_block: false }).collect())
        }
    }

    fn lines_read(count: u16, confidence: f32) -> (usize, usize) {
        let identity =
            EngineIdentity { name: "counting".into(), version: "1".into(), language: "vie".into(), model: String::new() };
        let mut engine = Counting { identity, confidence, read: 0 };
        let image = || Raster::new(1, 1, Channels::Gray, vec![0]).unwrap();
        let page = PreparedPage {
            image: image(),
            dpi: 200.0,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            to_source: Affine::IDENTITY,
        };
        let line = |row| LineImage { image: image(), x: 0.0, y: f32::from(row), slope: 0.0, letters: 1, begins_block: false };
        let lines = read(&mut engine, &page, &PageLayout::Lines((0..count).map(line).collect())).unwrap();
        (lines.len(), engine.read)
    }

    #[test]
    fn of_noise_only_a_sample_is_read() {
        assert_eq!(lines_read(600, 3.0), (20, 20));
    }

    #[test]
    fn print_is_read_whole_however_much_there_is() {
        assert_eq!(lines_read(600, 60.0), (600, 620));
        assert_eq!(lines_read(600, 15.0), (600, 620), "letters that are not known");
        assert_eq!(lines_read(100, 3.0), (100, 100));
    }
}
