//! What can be chosen about cleaning a page.

use serde::{Deserialize, Serialize};

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
            upright: Upright::default(),
            skew: Skew::default(),
            dot_leaders: DotLeaders::default(),
            blank_marks: 0,
        }
    }
}
