//! `config/register.toml`: layouts of files, and what reports count.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::targets::targets;
use crate::model::failure::cause::RegisterFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::register::RegisterList;
use crate::settings::Settings;

/// Layouts of files, and what reports count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterConfig {
    /// How files are understood; the first of a name counts.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// What reports count.
    pub report: Option<ReportConfig>,
}

/// How a file is understood.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// What it is called.
    pub name: String,
    /// The list that its rows belong to.
    pub list: RegisterList,
    /// What a row is.
    #[serde(default)]
    pub rows: RowsOf,
    /// What a file must have to be read by it.
    pub required: Vec<String>,
    /// Columns that no file read by it has: they tell that its rows are about something else.
    #[serde(default)]
    pub absent: Vec<String>,
    /// For each thing that the list knows, the columns that may bear it, the best first.
    pub columns: BTreeMap<String, Vec<String>>,
    /// The same for rows within rows; `column` is where those stand.
    #[serde(default)]
    pub lists: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// For each thing that has one of a few values, what stands in the file for each of these.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What a row of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RowsOf {
    /// All of what it is about.
    #[default]
    Whole,
    /// One paper of a dossier, which has several rows, one below the other.
    Papers,
}

/// What reports count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportConfig {
    /// The essential public services.
    #[serde(default)]
    pub essential: Vec<EssentialService>,
}

/// An essential public service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EssentialService {
    /// What it is called, for whoever reads the file.
    #[serde(rename = "name")]
    pub _name: String,
    /// The codes of the procedures that it is.
    pub procedures: Vec<String>,
}

impl RegisterConfig {
    /// What is built in, below what the file of the settings says.
    ///
    /// # Errors
    /// [`FailureCode::SettingsInvalid`] when that file cannot be read or does not make sense.
    pub(crate) fn load(settings: &Settings) -> Result<Self, Failure> {
        let mut config = match &settings.register.file {
            path if path.as_os_str().is_empty() => Self::default(),
            path => Self::read(path)?,
        };
        let built_in = Self::parse(include_str!("../../config/register.toml"))?;
        config.layouts.extend(built_in.layouts);
        config.report = config.report.or(built_in.report);
        Ok(config)
    }

    /// The lists that reports count by.
    pub(crate) fn reports(&self) -> ReportConfig {
        self.report.clone().unwrap_or_default()
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let at = |failure: Failure| failure.at_file(path.display());
        let text = fs::read_to_string(path).map_err(|error| at(Failure::new(FailureCode::SettingsInvalid).because(error)))?;
        Self::parse(&text).map_err(at)
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |cause: Cause| Failure::new(FailureCode::SettingsInvalid).because(cause);
        let config: Self = toml::from_str(text).map_err(|error| wrong(Cause::said(error)))?;
        for layout in &config.layouts {
            if let Some(column) = layout.unknown_target() {
                let (layout, column) = (layout.name.clone(), column.to_owned());
                return Err(wrong(RegisterFault::LayoutColumn { layout, column }.into()));
            }
        }
        Ok(config)
    }
}

impl Layout {
    /// Something that it names and its list does not have.
    fn unknown_target(&self) -> Option<&str> {
        let known = targets(self.list);
        let named = self.columns.keys().chain(&self.required);
        let unknown = named.filter(|name| !known.columns.contains(&name.as_str()) && known.list(name).is_none());
        let unvalued = self.values.keys().filter(|name| !known.has(name));
        let mut within = self.lists.iter().filter_map(|(list, columns)| match known.list(list) {
            None => Some(list),
            Some(inner) => columns.keys().find(|name| *name != "column" && !inner.contains(&name.as_str())),
        });
        unknown.chain(unvalued).next().or_else(|| within.next()).map(String::as_str)
    }
}
