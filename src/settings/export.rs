//! How manifests are cut, and what they tell.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{ConsumerSettings, SettingsError};
use crate::model::address::is_base;
use crate::model::failure::cause::SettingFault;
use crate::model::telling::{PersonalMode, Recipient};

/// Versions of manifests that can be written.
const VERSIONS: RangeInclusive<u32> = 5..=6;
/// The first version in which what is personal stands apart.
const PARTED: u32 = 6;

/// How manifests are cut, and what they tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportSettings {
    /// Most records in one manifest.
    pub records_per_manifest: usize,
    /// The version of manifests; if not told the newest, but never a newer one in the middle of a series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What becomes of what is personal; if not told it is left out, but for version 5, which tells all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal: Option<PersonalMode>,
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
            version: None,
            personal: None,
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
        super::check::within("export.pages_per_sheet", &self.pages_per_sheet, &(1..=2))?;
        if !self.base_url.is_empty() && !is_base(&self.base_url) {
            return Err(out_of_range("export.base_url", SettingFault::NotABaseAddress { address: self.base_url.clone() }));
        }
        version("export.version", "export.personal", self.version, self.personal)?;
        recipients("export.recipients", self.personal, &self.recipients)?;
        for consumer in consumers {
            let personal = consumer.personal.or(self.personal);
            version("consumers.version", "consumers.personal", consumer.version.or(self.version), personal)?;
            let chosen = if consumer.recipients.is_empty() { &self.recipients } else { &consumer.recipients };
            recipients("consumers.recipients", personal, chosen)?;
        }
        Ok(())
    }
}

/// Nobody may believe that something is kept back that version 5 tells everybody.
fn version(
    key: &'static str,
    other: &'static str,
    version: Option<u32>,
    personal: Option<PersonalMode>,
) -> Result<(), SettingsError> {
    let Some(version) = version else { return Ok(()) };
    super::check::within(key, &version, &VERSIONS)?;
    if version < PARTED && personal.is_some_and(|personal| personal != PersonalMode::Included) {
        return Err(out_of_range(other, SettingFault::NotParted { version }));
    }
    Ok(())
}

fn recipients(key: &'static str, personal: Option<PersonalMode>, recipients: &[Recipient]) -> Result<(), SettingsError> {
    if personal == Some(PersonalMode::Encrypted) && recipients.is_empty() {
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
        let export = read("").unwrap().export;
        assert_eq!((export.version, export.personal), (None, None));
        let text = format!("[[consumers]]\nname = \"a\"\npersonal = \"encrypted\"\nrecipients = [\"{KEY}\"]\n");
        let consumer = read(&text).unwrap().consumers.remove(0);
        assert_eq!((consumer.version, consumer.personal), (None, Some(PersonalMode::Encrypted)));
        assert_eq!(consumer.recipients[0].to_string(), KEY);
    }

    #[test]
    fn version_5_is_refused_where_something_is_to_be_kept_back() {
        let encrypted = format!("personal = \"encrypted\"\nrecipients = [\"{KEY}\"]\n");
        for (text, is_allowed) in [
            ("[export]\nversion = 5\n".to_owned(), true),
            ("[export]\nversion = 5\npersonal = \"included\"\n".to_owned(), true),
            ("[export]\nversion = 5\npersonal = \"omitted\"\n".to_owned(), false),
            (format!("[export]\nversion = 5\n{encrypted}"), false),
            ("[[consumers]]\nname = \"a\"\nversion = 5\n".to_owned(), true),
            ("[[consumers]]\nname = \"a\"\nversion = 5\npersonal = \"omitted\"\n".to_owned(), false),
            (format!("[[consumers]]\nname = \"a\"\nversion = 5\n{encrypted}"), false),
            ("[export]\nversion = 5\n[[consumers]]\nname = \"a\"\npersonal = \"omitted\"\n".to_owned(), false),
            // What holds for all holds for it, too, unless it says so itself.
            (format!("[export]\n{encrypted}[[consumers]]\nname = \"a\"\nversion = 5\n"), false),
            (format!("[export]\n{encrypted}[[consumers]]\nname = \"a\"\nversion = 5\npersonal = \"included\"\n"), true),
        ] {
            assert_eq!(read(&text).is_ok(), is_allowed, "{text}");
        }
    }

    #[test]
    fn files_are_fetched_from_an_address_that_nobody_listens_in_on() {
        for (address, is_one) in [
            ("https://sohoa.example.vn", true),
            ("https://sohoa.example.vn:8443/so/", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("http://sohoa.example.vn", false),
            ("https://", false),
            ("https:///api", false),
            ("https://lan@sohoa.example.vn", false),
            ("https://sohoa.example.vn/?a=1", false),
            ("https://sohoa.example.vn/#a", false),
            ("https://sohoa example.vn", false),
            ("ftp://sohoa.example.vn", false),
        ] {
            assert_eq!(read(&format!("[export]\nbase_url = \"{address}\"\n")).is_ok(), is_one, "{address}");
        }
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
