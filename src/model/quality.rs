//! How good a page's picture is, and what is wrong with it.
//!
//! What is measured is kept with the page; whether it is good enough is judged later, against the
//! floors of the day: a floor that moves must not cost a second reading.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::language::{Bilingual, Language};

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
    /// Its name for people.
    pub fn name(self) -> Bilingual {
        let (vi, en) = match self {
            Self::Resolution => ("độ phân giải (dpi)", "resolution (dpi)"),
            Self::LetterHeight => ("chiều cao chữ (điểm ảnh)", "letter height (pixels)"),
            Self::Blur => ("độ nhòe (mm)", "blur (mm)"),
            Self::Contrast => ("độ tương phản", "contrast"),
            Self::Skew => ("độ nghiêng còn lại (độ)", "skew left over (degrees)"),
            Self::ClippedEdge => ("số chữ bị cắt ở mép ảnh", "letters cut off at the image's edge"),
            Self::Darkness => ("tỷ lệ vùng tối", "share of darkness"),
            Self::Grain => ("số đốm nhiễu trên 1 cm²", "specks per cm²"),
            Self::Confidence => ("độ tin cậy chữ đọc được", "confidence of the text"),
            Self::Letters => ("số chữ cái đọc được", "letters read"),
        };
        Bilingual { vi, en }
    }

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

impl Shortcoming {
    /// The reason for people, such as `contrast 0.08 (at least 0.15)`.
    pub fn describe(&self, language: Language) -> String {
        let name = self.measure.name().get(language);
        let bound = match (self.measure.good(), language) {
            (Good::AtLeast, Language::Vi) => "tối thiểu",
            (Good::AtLeast, Language::En) => "at least",
            (Good::AtMost, Language::Vi) => "tối đa",
            (Good::AtMost, Language::En) => "at most",
        };
        format!("{name} {} ({bound} {})", short(self.value), short(self.limit))
    }
}

impl fmt::Display for Shortcoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Language::En))
    }
}

/// A figure with two decimals at most.
fn short(value: f32) -> String {
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

impl PoorPage {
    /// Its reasons for people, in one line.
    pub fn describe(&self, language: Language) -> String {
        self.shortcomings.iter().map(|shortcoming| shortcoming.describe(language)).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_measure_value_and_limit_in_both_languages() {
        let faint = Shortcoming { measure: Measure::Contrast, value: 0.08, limit: 0.2 };
        assert_eq!(faint.describe(Language::En), "contrast 0.08 (at least 0.2)");
        assert_eq!(faint.describe(Language::Vi), "độ tương phản 0.08 (tối thiểu 0.2)");
        let cut = Shortcoming { measure: Measure::ClippedEdge, value: 30.0, limit: 8.0 };
        let page = PoorPage { page: 2, shortcomings: vec![faint, cut], picture: None, sensitive: false };
        let text = page.describe(Language::En);
        assert_eq!(text, "contrast 0.08 (at least 0.2), letters cut off at the image's edge 30 (at most 8)");
    }

    #[test]
    fn measures_added_later_are_absent_in_older_rows() {
        let old: PageQuality = serde_json::from_str(r#"{"resolution_dpi": 200.0, "contrast": null}"#).unwrap();
        assert_eq!(old, PageQuality { resolution_dpi: 200.0, ..PageQuality::default() });
    }
}
