//! Whether a letter that a page draws can be seen in its picture.

use hayro::kurbo::{Point, Rect};

use crate::model::raster::Raster;

/// Difference to the paper, in the sample where it is largest, that can be seen.
const VISIBLE: f32 = 30.0;
/// Somewhere a letter has at least this part of its ink's strength, however thin its strokes.
const STRENGTH: f32 = 0.35;
/// Where a letter is so heavy that its ink is what there is most of around it, some of the rest is this
/// share at least.
const PAPER: usize = 10;
/// Paint lighter than this is looked for on something darker.
const LIGHT: f32 = 200.0;
/// A letter is looked at in so many steps across its em.
const STEPS: f64 = 24.0;
/// How far around a letter its paper is looked at, in parts of an em.
const AROUND: f64 = 0.12;

/// The colour of a letter: red, green, blue, and how opaque, from 0 to 255.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink(pub(super) [u8; 4]);

/// The place of a letter in the picture: where its baseline begins and ends, where it is highest.
#[derive(Debug, Clone, Copy)]
pub(super) struct LetterPlace {
    pub(super) start: Point,
    pub(super) end: Point,
    pub(super) top: Point,
    pub(super) em: f64,
}

impl LetterPlace {
    fn bounds(&self) -> Rect {
        Rect::from_points(self.start, self.end).union_pt(self.top).inflate(AROUND * self.em, AROUND * self.em)
    }
}

/// Whether `ink` shows at a place of `picture`: on paper of another colour, and in its own colour. White
/// letters on white paper do not, nor do those that something else was drawn over.
pub(super) fn shows(picture: &Raster, place: &LetterPlace, ink: Ink) -> bool {
    let colours = colours(picture, place);
    if colours.is_empty() {
        return false;
    }
    let mut lightness: Vec<(f32, [f32; 3])> = colours.iter().map(|colour| (light(*colour), *colour)).collect();
    lightness.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(_, paper)) = lightness.get(lightness.len() / 2) else { return false };
    let Ink([red, green, blue, alpha]) = ink;
    let opaque = f32::from(alpha) / 255.0;
    let paint = in_channels(picture, [red, green, blue].map(f32::from));
    let step: Vec<f32> = paint.iter().zip(&paper).map(|(paint, paper)| (paint - paper) * opaque).collect();
    let contrast = step.iter().fold(0.0_f32, |most, step| most.max(step.abs()));
    if contrast < VISIBLE {
        let left: Vec<f32> = paper.iter().zip(&step).map(|(paper, step)| paper + step).collect();
        let Ok(left) = <[f32; 3]>::try_from(left) else { return false };
        let others = colours.iter().filter(|colour| distance(colour, &left) >= VISIBLE).count();
        return light(left) < LIGHT && others * PAPER >= colours.len();
    }
    let length: f32 = step.iter().map(|step| step * step).sum();
    let along = |colour: &[f32; 3]| -> f32 { colour.iter().zip(&paper).zip(&step).map(|((c, p), s)| (c - p) * s).sum() };
    let is_ink = |colour: &[f32; 3]| along(colour) >= STRENGTH * length;
    // Thin strokes may run between the places that were looked at, but not between whole rows and columns.
    colours.iter().any(is_ink) || crossed(picture, place).iter().any(is_ink)
}

/// The colours at a place, some of them where there are many.
fn colours(picture: &Raster, place: &LetterPlace) -> Vec<[f32; 3]> {
    pixels(picture, place, |step| (step, step))
}

/// The colours of whole rows and whole columns at a place.
fn crossed(picture: &Raster, place: &LetterPlace) -> Vec<[f32; 3]> {
    let mut found = pixels(picture, place, |step| (step, 1));
    found.extend(pixels(picture, place, |step| (1, step)));
    found
}

/// The colours at a place, in as many steps down and across as `steps` makes of those of an em.
fn pixels(picture: &Raster, place: &LetterPlace, steps: fn(usize) -> (usize, usize)) -> Vec<[f32; 3]> {
    let bounds = place.bounds();
    let clamp = |at: f64, end: u32| at.clamp(0.0, f64::from(end)) as usize;
    let columns = clamp(bounds.x0, picture.width())..clamp(bounds.x1.ceil(), picture.width());
    let rows = clamp(bounds.y0, picture.height())..clamp(bounds.y1.ceil(), picture.height());
    let (down, across) = steps((place.em / STEPS).max(1.0) as usize);
    let channels = picture.channels().count();
    let width = picture.width() as usize * channels;
    let mut found = Vec::new();
    for row in picture.samples().chunks_exact(width).take(rows.end).skip(rows.start).step_by(down) {
        let pixels = row.chunks_exact(channels).take(columns.end).skip(columns.start).step_by(across);
        found.extend(pixels.map(|pixel| match *pixel {
            [red, green, blue] => [red, green, blue].map(f32::from),
            [grey, ..] => [f32::from(grey); 3],
            [] => [255.0; 3],
        }));
    }
    found
}

fn in_channels(picture: &Raster, colour: [f32; 3]) -> [f32; 3] {
    if picture.channels().count() == 1 { [light(colour); 3] } else { colour }
}

fn light([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

fn distance(one: &[f32; 3], other: &[f32; 3]) -> f32 {
    one.iter().zip(other).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raster::Channels;

    /// A picture of one letter's place with a stroke of a colour down its middle.
    fn shown(paper: [u8; 3], stroke: [u8; 3], ink: [u8; 4]) -> bool {
        let samples = (0..40 * 40).flat_map(|at| if (17..22).contains(&(at % 40)) { stroke } else { paper }).collect();
        let picture = Raster::new(40, 40, Channels::Rgb, samples).unwrap();
        let (start, end, top) = (Point::new(8.0, 32.0), Point::new(32.0, 32.0), Point::new(8.0, 8.0));
        shows(&picture, &LetterPlace { start, end, top, em: 30.0 }, Ink(ink))
    }

    const WHITE: [u8; 3] = [255; 3];
    const BLACK: [u8; 3] = [0; 3];

    #[test]
    fn letters_show_in_their_own_colour_on_another() {
        assert!(shown(WHITE, BLACK, [0, 0, 0, 255]));
        assert!(shown(BLACK, WHITE, [255, 255, 255, 255]), "white on black");
        assert!(shown(WHITE, [255, 255, 0], [255, 255, 0, 255]), "yellow");
        assert!(shown(WHITE, [150, 150, 150], [0, 0, 0, 255]), "thin strokes are pale");
        assert!(shown([20, 20, 20], WHITE, [20, 20, 20, 255]), "a letter of heavy strokes");
    }

    #[test]
    fn thin_strokes_of_large_letters_show() {
        for upright in [true, false] {
            let is_stroke = |at: usize| if upright { at % 250 == 121 } else { at / 250 == 121 };
            let samples = (0..250 * 250).map(|at| if is_stroke(at) { 0 } else { 255 }).collect();
            let picture = Raster::new(250, 250, Channels::Gray, samples).unwrap();
            let (start, end, top) = (Point::new(25.0, 200.0), Point::new(200.0, 200.0), Point::new(25.0, 60.0));
            let place = LetterPlace { start, end, top, em: 200.0 };
            assert!(shows(&picture, &place, Ink([0, 0, 0, 255])), "{upright}");
            assert!(!shows(&picture, &place, Ink([255, 255, 255, 255])), "{upright}");
        }
    }

    #[test]
    fn letters_that_are_not_to_be_seen_do_not() {
        assert!(!shown(WHITE, WHITE, [0, 0, 0, 255]), "drawn over");
        assert!(!shown(WHITE, BLACK, [255, 255, 255, 255]), "white on white, other print there");
        assert!(!shown(WHITE, WHITE, [255, 255, 255, 255]));
        assert!(!shown(BLACK, BLACK, [0, 0, 0, 255]));
        assert!(!shown(WHITE, BLACK, [0, 0, 0, 20]), "nearly clear, other print there");
        assert!(!shown(WHITE, [0, 0, 255], [255, 250, 0, 255]), "something in another colour was drawn over it");
    }
}
