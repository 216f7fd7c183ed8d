//! Reading and laying settings over one another.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::Settings;
use super::check::check;
use super::error::SettingsError;
use crate::model::failure::Cause;
use crate::model::failure::cause::SettingFault;

/// The text of `config/default.toml`: every key with its default and what it means.
pub fn default_file() -> &'static str {
    include_str!("../../config/default.toml")
}

/// The settings of this machine, read where no other file is named.
pub const SYSTEM_FILE: &str = "/etc/sohoa/sohoa.toml";

/// The prefix of environment variables that are settings.
const ENVIRONMENT_PREFIX: &str = "SOHOA__";

/// Settings that had another name once: section, old and new name.
const RENAMED: [(&str, &str, &str); 1] = [("prepare", "seals", "stamps")];

/// Settings being gathered, weakest layer first.
#[derive(Debug, Default)]
pub struct Layers {
    table: Table,
}

impl Layers {
    /// Lays the settings file that was named over what is there, or that of this machine if there is
    /// one.
    ///
    /// # Errors
    /// As for [`Self::file`].
    pub fn file_or_system(self, named: Option<&Path>) -> Result<Self, SettingsError> {
        match named {
            Some(path) => self.file(path),
            None if Path::new(SYSTEM_FILE).exists() => self.file(Path::new(SYSTEM_FILE)),
            None => Ok(self),
        }
    }

    /// Lays a settings file over what is there.
    ///
    /// # Errors
    /// When it cannot be read or holds anything but settings.
    pub fn file(self, path: &Path) -> Result<Self, SettingsError> {
        let text = fs::read_to_string(path).map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        self.text(&path.display().to_string(), &text)
    }

    /// Lays the text of a settings file over what is there; `layer` names where it came from.
    ///
    /// # Errors
    /// When it holds anything but settings.
    pub fn text(mut self, layer: &str, text: &str) -> Result<Self, SettingsError> {
        let wrong =
            |error: toml::de::Error| SettingsError::Wrong { layer: layer.to_owned(), reason: Box::new(Cause::said(error)) };
        // Reading the text itself gives messages with line and column.
        toml::from_str::<Settings>(text).map_err(wrong)?;
        let mut table = toml::from_str::<Table>(text).map_err(wrong)?;
        rename_old_keys(&mut table);
        lay_over(&mut self.table, table);
        Ok(self)
    }

    /// Lays environment variables `SOHOA__SECTION__KEY` over what is there. A value is read as
    /// TOML where it is TOML, else as plain text.
    ///
    /// # Errors
    /// When a variable with that prefix is no setting.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, SettingsError> {
        for (name, value) in variables {
            let Some(path) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
            let path = path.to_lowercase();
            let Some((section, key)) = path.split_once("__") else {
                return Err(SettingsError::Wrong { layer: name.clone(), reason: Box::new(SettingFault::VariableForm.into()) });
            };
            let value = format!("value = {value}")
                .parse::<Table>()
                .ok()
                .and_then(|mut table| table.remove("value"))
                .unwrap_or(Value::String(value));
            self = self.value(&name, section, key, value)?;
        }
        Ok(self)
    }

    /// Lays one value over what is there; `layer` names where it was typed.
    ///
    /// # Errors
    /// When there is no such key or the value does not fit it.
    pub fn value(mut self, layer: &str, section: &str, key: &str, value: Value) -> Result<Self, SettingsError> {
        let mut one = Table::new();
        one.insert(section.to_owned(), Value::Table(Table::from_iter([(key.to_owned(), value)])));
        one.clone()
            .try_into::<Settings>()
            .map_err(|error| SettingsError::Wrong { layer: layer.to_owned(), reason: Box::new(Cause::said(error)) })?;
        rename_old_keys(&mut one);
        lay_over(&mut self.table, one);
        Ok(self)
    }

    /// The settings that come of all layers, defaults below.
    ///
    /// # Errors
    /// When a value is outside what makes sense.
    pub fn finish(self) -> Result<Settings, SettingsError> {
        let wrong = |layer: &str, reason: Cause| SettingsError::Wrong { layer: layer.to_owned(), reason: Box::new(reason) };
        let settings: Settings = self.table.try_into().map_err(|error: toml::de::Error| wrong("settings", Cause::said(error)))?;
        // As they are now: what is a number in the file may be too large for its setting.
        let table = Table::try_from(&settings).map_err(|error| wrong("settings", Cause::said(error)))?;
        if let Some(key) = not_finite(&table) {
            return Err(wrong(&key, SettingFault::NotFinite.into()));
        }
        check(&settings)?;
        Ok(settings)
    }
}

/// Gives settings that were renamed the names they have now, so that one layer may use the old name
/// and another the new one. Each has its old name as an alias in its section, too.
fn rename_old_keys(layer: &mut Table) {
    for (section, old, new) in RENAMED {
        let Some(Value::Table(keys)) = layer.get_mut(section) else { continue };
        if let Some(value) = keys.remove(old) {
            keys.insert(new.to_owned(), value);
        }
    }
}

/// Puts every value of `upper` in the place of its counterpart in `lower`; tables are merged,
/// lists replaced.
fn lay_over(lower: &mut Table, upper: Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                lower.insert(key, value);
            }
        }
    }
}

/// The first key whose value is `nan` or `inf`. TOML allows them, but nothing is below a limit that
/// is not a number: every page would be good enough.
fn not_finite(table: &Table) -> Option<String> {
    table.iter().find_map(|(key, value)| match value {
        Value::Float(number) if !number.is_finite() => Some(key.clone()),
        Value::Table(inner) => not_finite(inner).map(|inner| format!("{key}.{inner}")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::Language;
    use crate::stages::prepare::Stamps;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_commented_default_file_says_what_the_program_does() {
        let written: Settings = toml::from_str(default_file()).unwrap();
        assert_eq!(written, Settings::default());
        // Every key is in the file: what serialises from the defaults is there too.
        let all = Table::try_from(Settings::default()).unwrap();
        let file: Table = default_file().parse().unwrap();
        for (section, keys) in &all {
            for key in keys.as_table().unwrap().keys() {
                assert!(file[section].as_table().unwrap().contains_key(key), "{section}.{key} is not in config/default.toml");
            }
        }
    }

    #[test]
    fn stronger_layers_win() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sohoa.toml");
        fs::write(&path, "[workers]\njobs = 3\npage_seconds = 9.0\n[general]\nlanguage = \"en\"\n").unwrap();
        let settings = Layers::default()
            .file(&path)
            .unwrap()
            .environment(variables(&[("SOHOA__WORKERS__JOBS", "4"), ("SOHOA__RECOGNISE__LANGUAGE", "eng"), ("HOME", "/root")]))
            .unwrap()
            .value("--jobs", "workers", "jobs", Value::Integer(5))
            .unwrap()
            .finish()
            .unwrap();
        assert_eq!(settings.workers.jobs, 5);
        assert_eq!(settings.workers.page_seconds, 9.0);
        assert_eq!(settings.recognise.language, "eng");
        assert_eq!(settings.general.language, Language::En);
        assert_eq!(settings.workers.memory_mib, Settings::default().workers.memory_mib);
    }

    #[test]
    fn settings_files_of_old_still_hold() {
        let old = || Layers::default().text("old.toml", "[prepare]\nseals = \"keep\"\n").unwrap();
        assert_eq!(old().finish().unwrap().prepare.stamps, Stamps::Keep);
        let newer = old().environment(variables(&[("SOHOA__PREPARE__STAMPS", "lift")])).unwrap();
        assert_eq!(newer.finish().unwrap().prepare.stamps, Stamps::Lift);
        let older = old().environment(variables(&[("SOHOA__PREPARE__SEALS", "lift")])).unwrap();
        assert_eq!(older.finish().unwrap().prepare.stamps, Stamps::Lift);
        let twice = Layers::default().text("both.toml", "[prepare]\nseals = \"keep\"\nstamps = \"lift\"\n");
        assert!(twice.is_err(), "two values for one setting");
    }

    #[test]
    fn what_is_no_setting_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sohoa.toml");
        fs::write(&path, "[workers]\njbos = 3\n").unwrap();
        let error = Layers::default().file(&path).unwrap_err().to_string();
        assert!(error.contains("jbos") && error.contains("line 2"), "{error}");
        let error = Layers::default().environment(variables(&[("SOHOA__WORKERS__JOBS", "many")])).unwrap_err().to_string();
        assert!(error.contains("SOHOA__WORKERS__JOBS"), "{error}");
        assert!(Layers::default().environment(variables(&[("SOHOA__JOBS", "1")])).is_err());
        assert!(Layers::default().file(Path::new("/nonexistent/sohoa.toml")).is_err());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for (section, key, value) in [
            ("workers", "page_seconds", Value::Float(0.0)),
            ("workers", "page_seconds", Value::Float(f64::NAN)),
            ("quality", "lowest_dpi", Value::Float(f64::NAN)),
            ("fields", "column_gap", Value::Float(f64::INFINITY)),
            ("quality", "most_dark_share", Value::Float(f64::MAX)),
            ("workers", "memory_mib", Value::Integer(1)),
            ("limits", "decoded_mib", Value::Integer(1 << 20)),
            ("limits", "nesting", Value::Integer(0)),
            ("limits", "nesting", Value::Integer(1000)),
            ("seal", "language", Value::String("Tiếng Việt".into())),
            ("seal", "compression", Value::Integer(10)),
            ("fields", "latest_year", Value::Integer(1900)),
            ("fields", "title_similarity", Value::Float(2.0)),
            ("fields", "letter_type", Value::String("thu_tinh".into())),
            ("check", "accept_confidence", Value::Float(1.5)),
            ("check", "repeated_similarity", Value::Float(-0.1)),
            ("inbox", "code_patterns", Value::Array(vec![Value::String("(".into())])),
            ("inbox", "code_patterns", Value::Array(vec![Value::String(".*".into())])),
            ("export", "records_per_manifest", Value::Integer(0)),
            ("watch", "poll_seconds", Value::Float(0.0)),
            ("watch", "quiet_seconds", Value::Float(-1.0)),
            ("watch", "stop_seconds", Value::Float(f64::INFINITY)),
            ("prepare", "target_dpi", Value::Float(10.0)),
            ("barcodes", "formats", Value::Array(vec![Value::String("Foo".into())])),
        ] {
            let error = Layers::default().value("test", section, key, value).unwrap().finish().unwrap_err().to_string();
            assert!(error.contains(section), "{error}");
        }
    }

    /// A service for which only the last setting is wrong.
    #[test]
    fn a_sign_in_service_gives_no_role_for_nothing() {
        let text = |text: &str| Value::String(text.into());
        let role = |value: &str| {
            let mapping = [("value".to_owned(), text(value)), ("role".to_owned(), text("clerk"))];
            Value::Array(vec![Value::Table(mapping.into_iter().collect())])
        };
        let with = |key: &str, value: Value| {
            let mut layers = Layers::default();
            for (key, value) in [("issuer", "https://sso.example"), ("client_id", "kho"), ("address", "https://kho.example")] {
                layers = layers.value("test", "oidc", key, text(value)).unwrap();
            }
            layers.value("test", "oidc", key, value).unwrap().finish()
        };
        assert!(with("roles", role("so-hoa")).is_ok());
        for (key, value) in [
            ("roles", role("")),
            ("roles", role(" ")),
            ("role_claim", text("")),
            ("client_id", text("")),
            ("address", text("")),
            ("scopes", Value::Array(vec![text("profile")])),
            ("client_secret_file", text("secret")),
            ("ca_file", text("ca.pem")),
            ("clock_skew_seconds", Value::Integer(601)),
            ("timeout_seconds", Value::Float(61.0)),
        ] {
            let error = with(key, value).unwrap_err().to_string();
            assert!(error.contains(&format!("oidc.{key}")), "{error}");
        }
    }
}
