//! How manifests are cut, and what they tell.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{ConsumerSettings, SettingsError};
use crate::model::failure::cause::SettingFault;
use crate::model::telling::{PersonalMode, Recipient};

/// Versions of manifests that can be written.
const VERSIONS: RangeInclusive<u32> = 5..=6;

/// How manifests are cut, and what they tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportSettings {
    /// Most records in one manifest.
    pub records_per_manifest: usize,
    /// The version of manifests.
    pub version: u32,
    /// What becomes of what is personal.
    pub personal: PersonalMode,
    /// For whom it is encrypted, where it is.
    pub recipients: Vec<Recipient>,
    /// The address of the console, where files can be fetched; none is named if empty.
    pub base_url: String,
    /// Code of the language that papers are in, by the archives' list; not told if empty.
    pub language: String,
    /// Pages that are scanned of a sheet: 1, or 2 where backs are scanned too.
    pub pages_per_sheet: u32,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self {
            records_per_manifest: 10_000,
            version: 6,
            personal: PersonalMode::Omitted,
            recipients: Vec::new(),
            base_url: String::new(),
            language: "01".to_owned(),
            pages_per_sheet: 1,
        }
    }
}

impl ExportSettings {
    /// Checks it, and what consumers have in its place.
    pub(super) fn check(&self, consumers: &[ConsumerSettings]) -> Result<(), SettingsError> {
        super::check::within("export.records_per_manifest", &self.records_per_manifest, &(1..=100_000))?;
        super::check::within("export.version", &self.version, &VERSIONS)?;
        super::check::within("export.pages_per_sheet", &self.pages_per_sheet, &(1..=2))?;
        let is_address = ["https://", "http://"].iter().any(|begin| self.base_url.starts_with(begin));
        if !self.base_url.is_empty() && !is_address {
            return Err(out_of_range("export.base_url", SettingFault::NotAnAddress { address: self.base_url.clone() }));
        }
        recipients("export.recipients", self.personal, &self.recipients)?;
        for consumer in consumers {
            let (version, personal) = (consumer.version.unwrap_or(self.version), consumer.personal.unwrap_or(self.personal));
            super::check::within("consumers.version", &version, &VERSIONS)?;
            let chosen = if consumer.recipients.is_empty() { &self.recipients } else { &consumer.recipients };
            recipients("consumers.recipients", personal, chosen)?;
        }
        Ok(())
    }
}

fn recipients(key: &'static str, personal: PersonalMode, recipients: &[Recipient]) -> Result<(), SettingsError> {
    if personal == PersonalMode::Encrypted && recipients.is_empty() {
        return Err(out_of_range(key, SettingFault::AtLeast { least: "1".to_owned() }));
    }
    Ok(())
}

fn out_of_range(key: &'static str, reason: SettingFault) -> SettingsError {
    SettingsError::OutOfRange { key, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Layers, Settings};

    const KEY: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    fn read(text: &str) -> Result<Settings, SettingsError> {
        Layers::default().text("test", text).and_then(Layers::finish)
    }

    #[test]
    fn what_is_personal_is_left_out_unless_somebody_says_otherwise() {
        assert_eq!(read("").unwrap().export.personal, PersonalMode::Omitted);
        let text = format!("[[consumers]]\nname = \"a\"\nversion = 5\npersonal = \"encrypted\"\nrecipients = [\"{KEY}\"]\n");
        let consumer = read(&text).unwrap().consumers.remove(0);
        assert_eq!((consumer.version, consumer.personal), (Some(5), Some(PersonalMode::Encrypted)));
        assert_eq!(consumer.recipients[0].to_string(), KEY);
    }

    #[test]
    fn what_nobody_could_read_or_fetch_is_refused() {
        for wrong in [
            "[export]\npersonal = \"encrypted\"\n",
            "[export]\npersonal = \"hidden\"\n",
            "[export]\nversion = 4\n",
            "[export]\nversion = 7\n",
            "[export]\npages_per_sheet = 0\n",
            "[export]\nbase_url = \"sohoa.example\"\n",
            "[export]\nrecipients = [\"age1\"]\n",
            "[[consumers]]\nname = \"a\"\npersonal = \"encrypted\"\n",
            "[[consumers]]\nname = \"a\"\nversion = 3\n",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
