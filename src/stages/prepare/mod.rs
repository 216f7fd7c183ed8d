//! Cleaning: makes of a stored page image the one that the engine reads best, and keeps where each
//! of its pixels came from.
//!
//! In this order: red or grey channel, scale, red print, blue stamps, scanner border, even background, contrast,
//! grey stamps, grain, quarter turn, skew, dot leaders. What the archive keeps is never touched by any of
//! it.

mod background;
mod bits;
mod blank;
mod blue;
mod border;
mod colour;
mod contrast;
mod fills;
mod grain;
mod leaders;
mod mapping;
mod marked;
mod picture;
mod pix;
mod quality;
mod rank;
mod red;
mod rings;
mod rotate;
mod scale;
mod settings;
mod smear;
mod stamps;
mod strokes;
mod sweep;
mod upright;
mod view;

use self::bits::{Bits, Component};
pub use self::marked::marked;
pub use self::picture::picture;
use self::pix::{Pix, PixError};
use self::quality::Sharp;
use self::rings::Ring;
use self::scale::Gray;
pub use self::settings::{Background, Border, Contrast, DotLeaders, Grain, PrepareSettings, Skew, Stamps, Upright};
pub use self::view::{Clarity, View, view};
use crate::model::failure::cause::ScanFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::geometry::{Affine, Turn};
use crate::model::page::PreparedPage;
use crate::model::raster::{Channels, PageGeometry, Raster};

/// In the even page before stretching: darker than this may be writing, however faint.
const FAINT_INK: u8 = 205;
/// In the even page: darker than this may be pale print, or print that shines through.
const PALE_INK: u8 = 238;
/// In the darkest channel of the even page: darker than this is coloured ink. Yellowed spots and
/// stamps that shine through are paler.
const COLOURED_INK: u8 = 165;
/// A lean below this, in degrees, is not worth rotating for: a tenth of a letter's height over a
/// whole line.
const LEVEL_ENOUGH: f32 = 0.05;
/// The angle is believed if lines stand out this many times better at it than at the worst one.
const SKEW_CONFIDENCE: f32 = 2.0;

/// Why a page could not be cleaned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// The pixels do not fit the functions that work on them: too many, or memory ran out.
    #[error("the page's pixels cannot be worked on: {0}")]
    Image(String),
}

impl PrepareError {
    /// The code under which staff see it.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Image(_) => FailureCode::PageDamaged,
        }
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        let (code, PrepareError::Image(said)) = (error.code(), error);
        Self::new(code).because(ScanFault::Library { said })
    }
}

impl From<PixError> for PrepareError {
    fn from(error: PixError) -> Self {
        Self::Image(error.to_string())
    }
}

/// The page with an even background.
struct Even {
    /// Grey, ink black and paper white.
    gray: Gray,
    /// Its ink.
    ink: Bits,
    /// Whether there is enough text to tell how it stands.
    text: bool,
    /// Rectangles around the ink.
    marks: Vec<Component>,
    /// Specks before any smoothing.
    specks: usize,
    /// The scaled page without the scanner's border.
    source: Gray,
    /// Whether nothing is on it.
    blank: bool,
}

/// Cleans `page` for the engine.
///
/// [`PreparedPage::skew_degrees`] is the lean that text lines had in the turned page: positive
/// where they ran down to the right. A blank page is scaled and turned as the file asks, and
/// otherwise left as it is.
///
/// # Errors
/// [`PrepareError`] if the page has more pixels than can be worked on.
pub fn prepare(page: &Raster, geometry: &PageGeometry, settings: &PrepareSettings) -> Result<PreparedPage, PrepareError> {
    let mut gray = scale::to_gray(page, geometry.resolution, settings.target_dpi)?;
    red::bring_back_print(page, &mut gray)?;
    let blue_stamps = match settings.stamps {
        Stamps::Lift => blue::take_out_stamps(page, &mut gray)?,
        Stamps::Keep => Vec::new(),
    };
    let (width, height, dpi) = (gray.width, gray.height, gray.dpi);
    let dark_share = quality::dark_share(&gray.samples);
    // Grain is judged as it was scanned: a border painted over would leave half squares of it.
    let bilevel = blank::is_bilevel(page).then(|| gray.clone());
    let mut even = even_out(gray, &blue_stamps, settings)?;
    even.blank = is_blank(&even, bilevel.as_ref(), page, geometry, settings)?;
    let Turned { gray: turned, turn, correction } = turn_upright(&mut even, geometry, settings)?;
    let to_stored = mapping::unturn(turn, width as f32, height as f32)
        .then(&mapping::scale(page.width() as f32 / width as f32, page.height() as f32 / height as f32));
    let (level, to_turned) = rotate(turned, correction);

    let (width, height, mut samples) = (level.width, level.height, level.samples);
    let ink = Bits::darker(&samples, width, PreparedPage::INK);
    if settings.dot_leaders == DotLeaders::Remove && !even.blank {
        let dots = leaders::dots(&ink.components(), dpi);
        paint_white(&mut samples, width, &dots);
    }
    let skew_left_degrees = sweep::lean_left(&ink).filter(|left| left.confidence >= SKEW_CONFIDENCE).map(|left| left.correction);
    let found = quality::Findings { gray: &even.source, ink: &even.marks, specks: even.specks, dark_share, skew_left_degrees };
    let quality = quality::measure(&found, geometry.resolution, (page.width(), page.height()), turn);
    let image =
        Raster::new(width, height, Channels::Gray, samples).ok_or_else(|| PrepareError::Image("pixels were lost".into()))?;
    let skew_degrees = if correction == 0.0 { 0.0 } else { -correction };
    Ok(PreparedPage { image, dpi, turn, skew_degrees, blank: even.blank, quality, to_source: to_turned.then(&to_stored) })
}

/// Whether nothing is on the page after all that speaks against it: what was blurred, colour, strokes
/// in grain, noise and tones. `bilevel` is the scaled page as it was scanned, if it is of black and
/// white only.
fn is_blank(
    even: &Even,
    bilevel: Option<&Gray>,
    page: &Raster,
    geometry: &PageGeometry,
    settings: &PrepareSettings,
) -> Result<bool, PrepareError> {
    let mut blank = even.blank;
    if blank {
        // On a page of black and white only, what was blurred is black or gone.
        let smeared = bilevel.is_none() && smear::is_smeared(&even.source);
        blank = !smeared && !is_coloured(page, geometry, settings)?;
    } else if let Some(scanned) = bilevel
        && grain::is_grainy(even.specks, scanned.samples.len())
    {
        let marks = |strokes: &[Component]| blank::marks(strokes, scanned.width, scanned.height, scanned.dpi).len();
        let strokes = strokes::solid_marks(scanned, PreparedPage::INK)?;
        let written = strokes.is_none_or(|strokes| marks(&strokes) > settings.blank_marks as usize);
        blank = !written && !blank::is_dark(&scanned.samples);
    }
    if !blank {
        return Ok(false);
    }
    let dpi = (geometry.resolution.x * geometry.resolution.y).sqrt();
    Ok(if bilevel.is_some() { !fills::is_even_grain(page, dpi) } else { !fills::is_toned(&even.source) })
}

/// A page in the turn that shows it upright.
struct Turned {
    gray: Gray,
    turn: Turn,
    /// The rotation that makes its lines level, in degrees clockwise.
    correction: f32,
}

/// Turns a page as its file asks and as its letters stand, and measures its lean. Its pixels are taken along.
fn turn_upright(even: &mut Even, geometry: &PageGeometry, settings: &PrepareSettings) -> Result<Turned, PrepareError> {
    let detect = settings.upright == Upright::Detect && even.text && !even.blank;
    let as_filed = upright::turned(&even.ink, quarters(geometry.turn))?;
    let found = if detect { upright::find_turn(&as_filed, even.source.dpi)? } else { Turn::None };
    let turn = geometry.turn.then(found);
    let correction = match settings.skew {
        Skew::Remove if !even.blank => lean(&upright::turned(&as_filed, quarters(found))?),
        _ => 0.0,
    };
    let mut gray = Gray { samples: std::mem::take(&mut even.gray.samples), ..even.gray };
    if turn != Turn::None {
        let turned = Pix::from_gray(gray.width, gray.height, &gray.samples)?.turned(quarters(turn))?;
        gray = Gray { width: turned.width(), height: turned.height(), samples: turned.gray_samples(), ..gray };
    }
    Ok(Turned { gray, turn, correction })
}

/// Whether something coloured is on a page that looks blank in the channel that is read: what is
/// written in red is as light as paper there.
fn is_coloured(page: &Raster, geometry: &PageGeometry, settings: &PrepareSettings) -> Result<bool, PrepareError> {
    let Some(colours) = blank::darkest_colours(page) else { return Ok(false) };
    let mut gray = scale::to_gray(&colours, geometry.resolution, settings.target_dpi)?;
    border::clear_border(gray.width, gray.height, &mut gray.samples);
    let marks = even_background(&gray).darker(COLOURED_INK).components();
    Ok(blank::marks(&marks, gray.width, gray.height, gray.dpi).len() > settings.blank_marks as usize)
}

/// Brings the paper to one level. Images smaller than a few tiles have no background to speak of and
/// stay as they are.
fn even_background(page: &Gray) -> Gray {
    background::flattened(page, contrast::PAPER).unwrap_or_else(|_| page.clone())
}

/// Quarter turns clockwise.
fn quarters(turn: Turn) -> u8 {
    (turn.degrees() / 90) as u8
}

/// A page with its levels set, and what is ink then.
struct Levelled {
    gray: Gray,
    ink: Bits,
    components: Vec<Component>,
    /// The page before its contrast was stretched.
    flat: Gray,
}

impl Levelled {
    fn new(gray: Gray, flat: Gray) -> Self {
        let ink = gray.darker(PreparedPage::INK);
        Self { components: ink.components(), gray, ink, flat }
    }

    /// Evens the background of `raw` out and stretches its contrast.
    fn of(raw: &Gray, stamps: &[Ring], settings: &PrepareSettings) -> Self {
        let flat = match settings.background {
            Background::Even => even_background(raw),
            Background::Keep => raw.clone(),
        };
        let mut gray = flat.clone();
        if settings.contrast == Contrast::Stretch {
            contrast::stretch(&mut gray.samples);
            if settings.stamps == Stamps::Lift {
                stamps::lift_stamps(gray.width, gray.height, &mut gray.samples, gray.dpi, stamps);
            }
        }
        Self::new(gray, flat)
    }
}

/// Takes away border, uneven light and grain, and stretches the contrast.
fn even_out(mut gray: Gray, stamps: &[Ring], settings: &PrepareSettings) -> Result<Even, PrepareError> {
    let dark = blank::is_dark(&gray.samples);
    if settings.border == Border::Clear {
        border::clear_border(gray.width, gray.height, &mut gray.samples);
    }
    let pixels = gray.samples.len();
    let mut page = Levelled::of(&gray, stamps, settings);
    let specks = grain::specks(&page.components);
    if settings.grain == Grain::Clear && grain::is_grainy(specks, pixels) {
        let smoothed = Pix::from_gray(gray.width, gray.height, &gray.samples)?.blurred()?;
        page = Levelled::of(&Gray { samples: smoothed.gray_samples(), ..gray }, stamps, settings);
        if grain::is_dotted(&page.components, pixels) {
            let clear = Gray { samples: grain::clear_dots(&smoothed)?, ..gray };
            page = Levelled::new(clear.clone(), clear);
        }
    }
    let text = upright::has_text(&page.components, gray.dpi);
    let few = |components: &[Component]| {
        blank::marks(components, gray.width, gray.height, gray.dpi).len() <= settings.blank_marks as usize
    };
    let mut marks = page.components;
    let mut blank = false;
    // Faint writing is looked for only where there is no other.
    if !dark && few(&marks) {
        let faint = page.flat.darker(FAINT_INK).components();
        blank = few(&faint)
            && !blank::is_covered(&page.flat.samples, gray.width, FAINT_INK)
            && !is_pale_print(&page.flat, &gray, Sharp::AS_SCANNED)
            && !is_pale_print_in_noise(&gray)?;
        marks = faint;
    }
    Ok(Even { gray: page.gray, ink: page.ink, text, marks, specks, source: gray, blank })
}

/// Whether marks too pale to be ink are as sharp as only the side that was scanned can be.
fn is_pale_print(flat: &Gray, gray: &Gray, sharp: Sharp) -> bool {
    let pale = flat.darker(PALE_INK).components();
    quality::is_sharp(gray, &blank::marks(&pale, gray.width, gray.height, gray.dpi), sharp)
}

/// The same for a page on which the noise of the sensor is as strong as the print and hides its shapes: looked
/// for once more when neighbours have been averaged.
fn is_pale_print_in_noise(gray: &Gray) -> Result<bool, PixError> {
    if !quality::is_noisy(gray) {
        return Ok(false);
    }
    let smooth = Pix::from_gray(gray.width, gray.height, &gray.samples)?.blurred()?;
    let smooth = Gray { samples: smooth.gray_samples(), ..*gray };
    Ok(is_pale_print(&even_background(&smooth), &smooth, Sharp::SMOOTHED))
}

/// The rotation that makes lines level, in degrees clockwise; 0 if they are, or if there are none.
fn lean(ink: &Bits) -> f32 {
    match sweep::skew(ink) {
        Some(skew) if skew.confidence >= SKEW_CONFIDENCE && skew.correction.abs() >= LEVEL_ENOUGH => skew.correction,
        _ => 0.0,
    }
}

/// Rotates, with a margin so that no corner is lost, and tells the way back.
fn rotate(gray: Gray, degrees: f32) -> (Gray, Affine) {
    if degrees == 0.0 {
        return (gray, Affine::IDENTITY);
    }
    let half = gray.width.max(gray.height) as f32 / 2.0;
    let margin = (half * degrees.to_radians().sin().abs()).ceil() as u16;
    let page = rotate::Page { width: gray.width as usize, height: gray.height as usize, samples: &gray.samples };
    let samples = rotate::rotated(&page, degrees, margin.into());
    let (width, height) = (gray.width + 2 * u32::from(margin), gray.height + 2 * u32::from(margin));
    let back = mapping::unrotate(degrees, width, height);
    let margin = f32::from(margin);
    (Gray { width, height, samples, ..gray }, back.then(&mapping::shift(-margin, -margin)))
}

/// Paints the rectangles with a pixel around them.
fn paint_white(samples: &mut [u8], width: u32, rectangles: &[Component]) {
    let width = width as usize;
    for c in rectangles {
        let (left, top) = ((c.x - 1).max(0) as usize, (c.y - 1).max(0) as usize);
        let right = ((c.x + c.width + 1).max(0) as usize).min(width);
        let rows = samples.chunks_exact_mut(width).skip(top).take((c.y + c.height + 1).max(0) as usize - top);
        for row in rows {
            if let Some(span) = row.get_mut(left..right) {
                span.fill(u8::MAX);
            }
        }
    }
}

#[cfg(test)]
mod tests;
