//! What can be chosen about cleaning a page.

use serde::{Deserialize, Serialize};

/// What is done about the black that a scanner leaves around a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Border {
    /// It gets the level of paper.
    #[default]
    Clear,
    /// It stays.
    Keep,
}

/// What is done about uneven light and coloured paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Background {
    /// Paper gets one level everywhere.
    #[default]
    Even,
    /// Paper stays as it is.
    Keep,
}

/// What is done about faint print and print that shines through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// Ink becomes black, paper and what shines through white.
    #[default]
    Stretch,
    /// Levels stay as they are.
    Keep,
}

/// What is done about the grain of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// Grainy pages are smoothed, and ink is told from dotted paper place by place.
    #[default]
    Clear,
    /// It stays.
    Keep,
}

/// What is done about round stamps that are not red: grey ones in scans without colour, blue and
/// violet ones in scans with colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stamps {
    /// Where they can be told from print, by their level or their colour, they become paper.
    #[default]
    Lift,
    /// They stay.
    Keep,
}

/// Whether the upright position is looked for in the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upright {
    /// Quarter turns are found from the text, on top of the turn that the file asks for.
    #[default]
    Detect,
    /// The turn that the file asks for is taken as it is.
    TrustFile,
}

/// What is done about lines that are not level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skew {
    /// They are made level.
    #[default]
    Remove,
    /// They stay as they are.
    Keep,
}

/// What is done about rows of dots to write on, as forms have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DotLeaders {
    /// They are painted over for the engine, which reads letters into them.
    #[default]
    Remove,
    /// They stay.
    Keep,
}

/// Settings of the stage `prepare`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrepareSettings {
    /// Pixels per inch that pages are scaled to for the engine, from 70 to 600.
    pub target_dpi: f32,
    /// What is done about a scanner's border.
    pub border: Border,
    /// What is done about uneven light.
    pub background: Background,
    /// What is done about faint print.
    pub contrast: Contrast,
    /// What is done about grain.
    pub grain: Grain,
    /// What is done about stamps.
    #[serde(alias = "seals")]
    pub stamps: Stamps,
    /// Whether quarter turns are looked for.
    pub upright: Upright,
    /// What is done about lines that are not level.
    pub skew: Skew,
    /// What is done about dot leaders.
    pub dot_leaders: DotLeaders,
    /// Marks of a letter's size up to which a page counts as blank. Stains and torn corners make
    /// one or two; a page number makes as many as it has digits.
    pub blank_marks: u32,
}

impl Default for PrepareSettings {
    fn default() -> Self {
        Self {
            target_dpi: 200.0,
            border: Border::default(),
            background: Background::default(),
            contrast: Contrast::default(),
            grain: Grain::default(),
            stamps: Stamps::default(),
            upright: Upright::default(),
            skew: Skew::default(),
            dot_leaders: DotLeaders::default(),
            blank_marks: 0,
        }
    }
}
