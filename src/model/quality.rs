//! How good a page's picture is, and what is wrong with it.
//!
//! What is measured is kept with the page; whether it is good enough is judged later, against the
//! floors of the day: a floor that moves must not cost a second reading.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was measured on a page while it was cleaned. A measure that the page gives no hold for
/// (there is no ink to tell the contrast of) is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PageQuality {
    /// Pixels per inch of the stored image: the geometric mean of across and down, so that a fax
    /// of 204 × 98 has 141. Assumed from an A4 sheet where the file does not say.
    pub resolution_dpi: f32,
    /// Median height of marks of a letter's shape, in pixels of the stored image. Unlike the
    /// resolution it cannot be stated wrongly.
    pub letter_pixels: Option<f32>,
    /// Median width of the slope between paper and ink, from a fifth to four fifths of its
    /// height, in millimetres; of rows and columns the worse.
    pub blur_mm: Option<f32>,
    /// How much darker ink is than the paper around it, as a share of the paper's brightness
    /// from 0 to 1.
    pub contrast: Option<f32>,
    /// Lean of text lines that straightening left over, in degrees without sign.
    pub skew_left_degrees: Option<f32>,
    /// Letters cut off by an edge of the image, on the edge that cuts most. Absent on grainy pages,
    /// where clots of grain pass for letters.
    pub clipped_letters: Option<u32>,
    /// Share of the page, from 0 to 1, that is too dark to be written on: shadow, black copy.
    pub dark_share: f32,
    /// Specks of up to 3 pixels at 200 dpi (0.4 mm) on each square centimetre.
    pub specks_per_cm2: f32,
}

/// What a page can fall short in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// [`PageQuality::resolution_dpi`]
    Resolution,
    /// [`PageQuality::letter_pixels`]
    LetterHeight,
    /// [`PageQuality::blur_mm`]
    Blur,
    /// [`PageQuality::contrast`]
    Contrast,
    /// [`PageQuality::skew_left_degrees`]
    Skew,
    /// [`PageQuality::clipped_letters`]
    ClippedEdge,
    /// [`PageQuality::dark_share`]
    Darkness,
    /// [`PageQuality::specks_per_cm2`]
    Grain,
    /// Mean confidence of the words read, from 0 to 1.
    Confidence,
    /// Letters read on a page that is not empty. Where blur, contrast or the height of letters could not
    /// be measured, only those are counted that were read with some confidence.
    Letters,
}

/// On which side of its limit a measure is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// The limit is the least.
    AtLeast,
    /// The limit is the most.
    AtMost,
}

impl Measure {
    /// Which way it is good.
    pub fn good(self) -> Good {
        match self {
            Self::Resolution | Self::LetterHeight | Self::Contrast | Self::Confidence | Self::Letters => Good::AtLeast,
            Self::Blur | Self::Skew | Self::ClippedEdge | Self::Darkness | Self::Grain => Good::AtMost,
        }
    }
}

/// One reason why a page is not good enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shortcoming {
    /// What falls short.
    pub measure: Measure,
    /// What was measured.
    pub value: f32,
    /// What was wanted.
    pub limit: f32,
}

impl fmt::Display for Shortcoming {
    /// For logs, such as `contrast 0.08 < 0.15`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value, limit) = (super::name_in_json(&self.measure), rounded(self.value), rounded(self.limit));
        let falls_short = match self.measure.good() {
            Good::AtLeast => '<',
            Good::AtMost => '>',
        };
        write!(f, "{name} {value} {falls_short} {limit}")
    }
}

/// A figure with two decimals at most.
pub fn rounded(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A page that is not good enough to stand for its paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PoorPage {
    /// Its number in the file, from 1.
    pub page: u32,
    /// Why, the most telling reason first.
    pub shortcomings: Vec<Shortcoming>,
    /// Where a small picture of it lies; none if it could not be made or the page is sensitive.
    pub picture: Option<String>,
    /// Whether it shows what is to be kept from strangers: no picture of it is left lying about.
    #[serde(default)]
    pub sensitive: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcoming_is_logged_with_measure_value_and_limit() {
        let faint = Shortcoming { measure: Measure::Contrast, value: 0.08, limit: 0.2 };
        assert_eq!(faint.to_string(), "contrast 0.08 < 0.2");
        let cut = Shortcoming { measure: Measure::ClippedEdge, value: 30.0, limit: 8.0 };
        assert_eq!(cut.to_string(), "clipped_edge 30 > 8");
    }

    #[test]
    fn measures_added_later_are_absent_in_older_rows() {
        let old: PageQuality = serde_json::from_str(r#"{"resolution_dpi": 200.0, "contrast": null}"#).unwrap();
        assert_eq!(old, PageQuality { resolution_dpi: 200.0, ..PageQuality::default() });
    }
}
