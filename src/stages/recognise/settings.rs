//! What can be chosen about reading.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How the engine looks for text on a page whose lines are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageSegmentation {
    /// Columns and blocks are found by the engine (Tesseract's mode 3).
    #[default]
    Auto,
    /// One column of text of varying sizes (mode 4).
    SingleColumn,
    /// One block of even text (mode 6).
    SingleBlock,
    /// As much text as can be found, in no order (mode 11).
    SparseText,
}

/// What becomes of text that a file carries itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmbeddedText {
    /// It wins where it can be seen and makes sense, and the engine reads the rest.
    #[default]
    Prefer,
    /// The engine reads every page.
    Ignore,
}

/// Settings of the stage `recognise`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecogniseSettings {
    /// Name of the engine: `sohoa`, the program's own reader, or `tesseract`.
    pub engine: String,
    /// Lines that the engine `sohoa` is less sure of than this, from 0 to 1, are read by Tesseract
    /// too, and so are lines that facts may stand on. 0: none is; 1: all are.
    pub second_reading: f64,
    /// Language code of the model, such as `vie`; several are joined by `+`, the first one leads.
    pub language: String,
    /// Folder that holds `<language>.traineddata`; without it the usual places are searched.
    pub tessdata: Option<PathBuf>,
    /// How text is looked for on pages whose lines are not known.
    pub page_segmentation: PageSegmentation,
    /// What becomes of text that a file carries itself.
    pub embedded_text: EmbeddedText,
}

impl Default for RecogniseSettings {
    fn default() -> Self {
        Self {
            engine: "sohoa".into(),
            second_reading: 0.85,
            language: "vie".into(),
            tessdata: None,
            page_segmentation: PageSegmentation::default(),
            embedded_text: EmbeddedText::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_from_toml_and_refuse_unknown_keys() {
        let settings: RecogniseSettings = toml::from_str("page_segmentation = \"single-block\"\nlanguage = \"vie+eng\"").unwrap();
        assert_eq!(settings.page_segmentation, PageSegmentation::SingleBlock);
        assert_eq!(settings.engine, "sohoa");
        assert!(toml::from_str::<RecogniseSettings>("psm = 4").is_err());
    }
}
