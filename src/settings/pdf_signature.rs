//! Signatures of sealed files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::check::{from_the_root, out_of_range, within};
use super::error::SettingsError;
use crate::model::failure::Names;
use crate::model::failure::cause::SettingFault;
use crate::stages::seal::Corner;

/// What may stand in braces in the texts of a signature.
const PLACEHOLDERS: [&str; 4] = ["signer", "agency", "time", "date"];

/// Signatures of sealed files, and what is shown of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PdfSignatureSettings {
    /// PKCS#12 file with the key; sealed files are not signed if empty.
    pub key_file: PathBuf,
    /// File whose first line is the password of that.
    pub password_file: PathBuf,
    /// Variable of the environment that holds the password, if no file does.
    pub password_variable: String,
    /// Corner of the first page where the mark stands.
    pub place: Corner,
    /// How far it stands from the sides of the page.
    pub margin_mm: f32,
    /// Size of its letters in points.
    pub font_size: f32,
    /// Its lines; nothing is shown if there are none.
    pub text: Vec<String>,
    /// Why papers are signed, for readers that show it.
    pub reason: String,
    /// Where they are signed.
    pub location: String,
}

impl Default for PdfSignatureSettings {
    fn default() -> Self {
        Self {
            key_file: PathBuf::new(),
            password_file: PathBuf::new(),
            password_variable: String::new(),
            place: Corner::TopLeft,
            margin_mm: 5.0,
            font_size: 10.0,
            text: vec!["{signer}".to_owned(), "{time}".to_owned()],
            reason: String::new(),
            location: String::new(),
        }
    }
}

impl PdfSignatureSettings {
    /// Whether sealed files are signed.
    pub fn is_set(&self) -> bool {
        !self.key_file.as_os_str().is_empty()
    }

    /// Checks what no field could refuse by itself.
    ///
    /// # Errors
    /// The first value that cannot be meant.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        for (key, path) in [("pdf_signature.key_file", &self.key_file), ("pdf_signature.password_file", &self.password_file)] {
            if !path.as_os_str().is_empty() {
                from_the_root(key, path)?;
            }
        }
        within("pdf_signature.margin_mm", &self.margin_mm, &(0.0..=100.0))?;
        within("pdf_signature.font_size", &self.font_size, &(4.0..=72.0))?;
        within("pdf_signature.text", &self.text.len(), &(0..=10))?;
        let texts = self.text.iter().map(|line| ("pdf_signature.text", line));
        let others = [("pdf_signature.reason", &self.reason), ("pdf_signature.location", &self.location)];
        for (key, text) in texts.chain(others) {
            if let Some(name) = unknown_placeholder(text) {
                let known = PLACEHOLDERS.map(|name| format!("{{{name}}}"));
                return Err(out_of_range(key, SettingFault::NoSuchEngine { name, known: Names::of(known) }));
            }
        }
        Ok(())
    }
}

/// What stands in braces and is not known.
fn unknown_placeholder(text: &str) -> Option<String> {
    let mut named = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    named.find(|name| !PLACEHOLDERS.contains(name)).map(|name| format!("{{{name}}}"))
}
