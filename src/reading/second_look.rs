//! A second look at how a page stands.
//!
//! The stage `prepare` tells it by the shapes of letters. Where there are only capitals and figures,
//! or few letters, shapes deceive. What is read does not: of a page that stands on its head the
//! engine makes next to nothing that it is sure of. So where little sense was read, some lines of
//! the page are read in other turns.

use super::ReadingError;
use crate::model::geometry::Turn;
use crate::model::page::{PageLayout, PreparedPage};
use crate::stages::recognise::{self, Engine, Legibility};

/// Below this mean confidence a page may stand wrongly. Of 94 synthetic pages those that stand right
/// have 0.36 and more; tables that stand on their heads have 0.09 to 0.28.
const DOUBTFUL: f64 = 0.35;
/// The same for a page that was turned otherwise than it was filed: two lines of capitals and figures
/// that were turned on their heads have 0.41. Feeders turn few pages, and of these few are read so badly.
const DOUBTFUL_IF_TURNED: f64 = 0.6;
/// Below this one nothing that was read speaks for the turn: print in letters that the engine does not
/// know has 0.01 to 0.16.
const SENSELESS: f64 = 0.2;
/// With fewer letters there is nothing to be doubted.
const FEWEST_LETTERS: f64 = 10.0;
/// So many letters of a page are enough to compare its turns by.
const SAMPLE_LETTERS: f64 = 60.0;
/// Lines are read until there are so many letters, but no more lines than this.
const SAMPLE_LINES: usize = 12;
/// So many letters have to be right in another turn.
const LEAST_SURE: f64 = 10.0;
/// And so many times as many as in the turn that was found.
const TIMES_SURER: f64 = 1.5;

/// A page in one of its turns.
pub(super) struct Oriented {
    /// The page, cleaned.
    pub(super) page: PreparedPage,
    /// Its lines.
    pub(super) layout: PageLayout,
}

/// Whether a page of which so much was read in `turn` may stand wrongly; `filed` is the turn that its
/// file asks for.
pub(super) fn is_doubtful(read: Legibility, turn: Turn, filed: Turn) -> bool {
    let least = if turn == filed { DOUBTFUL } else { DOUBTFUL_IF_TURNED };
    read.letters >= FEWEST_LETTERS && read.mean() < least
}

/// Whether a page was turned on its head although nothing makes sense that way either. The shapes that
/// tell how a page stands are those of Latin letters; a page in others stays as it was filed.
pub(super) fn is_turned_for_nothing(read: Legibility, turn: Turn, filed: Turn) -> bool {
    turn == filed.then(Turn::Half) && read.mean() < SENSELESS
}

/// The page in another turn than `found`, if it is clearly better read there; `filed` is the turn that
/// its file asks for, and `orient` turns it.
///
/// Rows tell surely whether lines run across a page or down, so what lies as it was filed may stand
/// on its head, but only a page that was laid on its side is tried along both axes.
pub(super) fn look_again(
    engine: &mut dyn Engine,
    found: &Oriented,
    filed: Turn,
    mut orient: impl FnMut(Turn) -> Result<Oriented, ReadingError>,
) -> Result<Option<Oriented>, ReadingError> {
    let mut least = (TIMES_SURER * sure_letters(engine, found)?).max(LEAST_SURE);
    let mut better = None;
    let opposite = found.page.turn.then(Turn::Half);
    let is_sideways = found.page.turn != filed && opposite != filed;
    let along_the_file = is_sideways.then(|| [filed, filed.then(Turn::Half)]);
    for turn in std::iter::once(opposite).chain(along_the_file.into_iter().flatten()) {
        let oriented = orient(turn)?;
        let sure = sure_letters(engine, &oriented)?;
        if sure > least {
            least = sure;
            better = Some(oriented);
        }
    }
    Ok(better)
}

/// How many of [`SAMPLE_LETTERS`] are right as the page stands here. The longer half of its lines
/// is asked, from the longest on.
fn sure_letters(engine: &mut dyn Engine, oriented: &Oriented) -> Result<f64, ReadingError> {
    let PageLayout::Lines(lines) = &oriented.layout else { return Ok(0.0) };
    let mut longest: Vec<_> = lines.iter().collect();
    longest.sort_by_key(|line| std::cmp::Reverse(line.image.width()));
    longest.truncate(lines.len().div_ceil(2));
    let mut sample = Legibility::default();
    for line in longest.iter().step_by(longest.len().div_ceil(SAMPLE_LINES).max(1)) {
        let line = PageLayout::Lines(vec![(*line).clone()]);
        sample += recognise::legibility(engine, &oriented.page, &line)?;
        if sample.letters >= SAMPLE_LETTERS {
            break;
        }
    }
    Ok(sample.mean() * sample.letters.min(SAMPLE_LETTERS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Affine, Rect};
    use crate::model::page::LineImage;
    use crate::model::quality::PageQuality;
    use crate::model::raster::{Channels, Raster};
    use crate::model::recipe::EngineIdentity;
    use crate::model::text::SecondReading;
    use crate::stages::prepare::PrepareError;
    use crate::stages::recognise::{EngineLine, EngineWord, RecogniseError};

    /// Reads lines of ten letters, as surely as the page's turn says.
    struct Turned {
        identity: EngineIdentity,
        confidence: [f32; 4],
        lines_read: usize,
    }

    impl Turned {
        fn new(confidence: [f32; 4]) -> Self {
            let identity =
                EngineIdentity { name: "turned".into(), version: "1".into(), language: "vie".into(), model: String::new() };
            Self { identity, confidence, lines_read: 0 }
        }
    }

    impl Engine for Turned {
        fn identity(&self) -> &EngineIdentity {
            &self.identity
        }

        fn recognise(&mut self, page: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
            let PageLayout::Lines(lines) = layout else { return Err(RecogniseError::Engine("no lines".into())) };
            self.lines_read += lines.len();
            let confidence = self.confidence[usize::from(page.turn.degrees() / 90)];
            let word = EngineWord {
                text: "1.234.567.890".into(),
                confidence,
                place: Rect::default(),
                engine: "turned",
                second: SecondReading::None,
            };
            Ok(lines.iter().map(|_| EngineLine { words: vec![word.clone()], begins_block: false }).collect())
        }
    }

    fn oriented(turn: Turn, lines: u32) -> Oriented {
        let image = Raster::new(1, 1, Channels::Gray, vec![255]).unwrap();
        let line = |width| LineImage {
            image: Raster::new(width, 1, Channels::Gray, vec![255; width as usize]).unwrap(),
            x: 0.0,
            y: 0.0,
            slope: 0.0,
            letters: 1,
            begins_block: false,
        };
        let layout = PageLayout::Lines((1..=lines).map(line).collect());
        let page = PreparedPage {
            image,
            dpi: 200.0,
            turn,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            to_source: Affine::IDENTITY,
        };
        Oriented { page, layout }
    }

    /// What becomes of a page that was filed upright.
    fn turn_after(found: Turn, confidence: [f32; 4], lines: u32) -> Option<Turn> {
        let mut engine = Turned::new(confidence);
        let orient = |turn| Ok(oriented(turn, lines));
        look_again(&mut engine, &oriented(found, lines), Turn::None, orient).unwrap().map(|better| better.page.turn)
    }

    #[test]
    fn what_makes_no_sense_on_its_head_stays_as_it_was_filed() {
        let read = |share: f64| Legibility { letters: 100.0, right: 100.0 * share };
        assert!(is_turned_for_nothing(read(0.15), Turn::Half, Turn::None));
        assert!(is_turned_for_nothing(read(0.15), Turn::Left, Turn::Right));
        assert!(!is_turned_for_nothing(read(0.4), Turn::Half, Turn::None), "read that way");
        assert!(!is_turned_for_nothing(read(0.15), Turn::None, Turn::None));
        assert!(!is_turned_for_nothing(read(0.15), Turn::Right, Turn::None), "rows tell that it lies on its side");
    }

    #[test]
    fn a_page_is_turned_to_where_it_is_clearly_better_read() {
        let upright = [95.0, 10.0, 20.0, 15.0];
        assert_eq!(turn_after(Turn::Half, upright, 40), Some(Turn::None));
        assert_eq!(turn_after(Turn::Left, upright, 40), Some(Turn::None));
        assert_eq!(turn_after(Turn::Right, [20.0, 10.0, 60.0, 15.0], 40), Some(Turn::Half));
        assert_eq!(turn_after(Turn::Right, [20.0, 10.0, 20.0, 60.0], 40), Some(Turn::Left));
        assert_eq!(turn_after(Turn::Half, [25.0, 10.0, 20.0, 95.0], 40), None, "hardly better, and not on its side");
        assert_eq!(turn_after(Turn::Half, [10.0, 10.0, 5.0, 15.0], 40), None, "all illegible");
        assert_eq!(turn_after(Turn::Half, upright, 1), None, "too little to tell");
        assert_eq!(turn_after(Turn::Half, upright, 0), None);
    }

    #[test]
    fn a_few_lines_of_each_turn_are_enough() {
        let mut engine = Turned::new([95.0, 10.0, 20.0, 15.0]);
        look_again(&mut engine, &oriented(Turn::Left, 400), Turn::None, |turn| Ok(oriented(turn, 400))).unwrap();
        assert_eq!(engine.lines_read, 4 * 6);
    }

    #[test]
    fn what_cannot_be_turned_says_why() {
        let refused = |_| Err(PrepareError::Image("too large".into()).into());
        let error = look_again(&mut Turned::new([0.0; 4]), &oriented(Turn::Half, 9), Turn::None, refused).err().unwrap();
        assert!(matches!(error, ReadingError::Prepare(_)), "{error}");
    }

    #[test]
    fn only_little_sense_is_doubted_and_sooner_where_a_page_was_turned() {
        let is_doubtful = |letters, right, turn| is_doubtful(Legibility { letters, right }, turn, Turn::Right);
        assert!(is_doubtful(900.0, 200.0, Turn::Right));
        assert!(!is_doubtful(900.0, 400.0, Turn::Right));
        assert!(is_doubtful(900.0, 400.0, Turn::Left));
        assert!(!is_doubtful(900.0, 600.0, Turn::Left));
        assert!(!is_doubtful(9.0, 0.0, Turn::Left));
    }
}
