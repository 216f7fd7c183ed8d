//! What portals are sent and what their answers mean, as tables: no name of a portal's field stands in code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use time::format_description::{self, OwnedFormatItem};

use crate::model::failure::{Cause, Failure, FailureCode};

/// The tables that are built in.
const BUILT_IN: &str = include_str!("../../config/portal.toml");

/// One table for each variant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tables {
    /// Variant A.
    pub mc: Table,
    /// Variant B.
    pub lgsp: Table,
}

/// How one variant is spoken to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    time: String,
    /// The time zone of times, in minutes east of UTC.
    pub utc_offset_minutes: i32,
    /// Whether every value is a text.
    pub text_only: bool,
    /// The header that names a message.
    pub message_header: String,
    /// Path of logging in (variant A).
    #[serde(default)]
    pub login: String,
    /// Path of all services (variant A).
    #[serde(default)]
    pub call: String,
    /// Path of the token (variant B).
    #[serde(default)]
    pub token: String,
    /// Path that files are sent to (variant B).
    #[serde(default)]
    pub upload: String,
    /// Service, or path, that takes dossiers.
    pub send: String,
    /// Path that takes changes to dossiers (variant B).
    #[serde(default)]
    pub update: String,
    /// Service, or path, that takes progress.
    pub progress: String,
    /// Entries of progress in one message.
    pub progress_at_once: usize,
    /// How the portal hashes files; empty if that is not compared.
    #[serde(default)]
    pub hash: String,
    /// The member of an answer with its code.
    pub code_member: String,
    /// Members of an answer with its text.
    pub text_members: Vec<String>,
    /// Codes that all is well.
    pub good: Vec<String>,
    /// Words by which a dossier that is there already is told.
    pub exists: Vec<String>,
    /// Codes of a session that has ended.
    pub ended: Vec<String>,
    /// Members of an answer with the session or token.
    pub session_members: Vec<String>,
    /// Fields of each kind of object.
    pub objects: BTreeMap<String, Vec<FieldRule>>,
    /// What the register's words are to the portal.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A field of an object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldRule {
    /// What the portal calls it.
    pub name: String,
    /// The facts that it may come from, the best first.
    pub from: Vec<String>,
    /// Whether nothing is sent without it.
    #[serde(default)]
    pub required: bool,
    /// Most characters.
    #[serde(default)]
    pub most: Option<usize>,
    #[serde(default)]
    form: String,
    /// What it is if no fact is known.
    #[serde(default)]
    pub default: Option<String>,
}

/// How a fact is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// As it is.
    Text,
    /// As a time.
    Time,
    /// As a table has it.
    Values(&'a str),
    /// As a list of objects.
    Objects(&'a str),
}

impl FieldRule {
    /// How its fact is written.
    pub(super) fn form(&self) -> Option<Form<'_>> {
        match self.form.split_once(':') {
            None if self.form.is_empty() || self.form == "text" => Some(Form::Text),
            None if self.form == "time" => Some(Form::Time),
            Some(("values", table)) => Some(Form::Values(table)),
            Some(("objects", object)) => Some(Form::Objects(object)),
            _ => None,
        }
    }
}

impl Table {
    /// How times are written.
    pub(super) fn time_format(&self) -> Option<OwnedFormatItem> {
        format_description::parse_owned::<2>(&self.time).ok()
    }

    /// Whether a field of the objects that a list of facts becomes in `object` comes from a fact.
    pub(super) fn tells(&self, object: &str, list: &str, fact: &str) -> bool {
        let rules = |object: &str| self.objects.get(object).into_iter().flatten();
        let is_from = |rule: &FieldRule, fact: &str| rule.from.iter().any(|from| from == fact);
        rules(object).filter(|rule| is_from(rule, list)).any(|rule| match rule.form() {
            Some(Form::Objects(part)) => rules(part).any(|rule| is_from(rule, fact)),
            _ => false,
        })
    }

    /// What of it cannot be meant.
    fn fault(&self) -> Option<String> {
        if self.time_format().is_none() {
            return Some(format!("time: {}", self.time));
        }
        for name in ["dossier", "progress"] {
            if !self.objects.contains_key(name) {
                return Some(format!("objects.{name}"));
            }
        }
        if self.progress_at_once == 0 {
            return Some("progress_at_once".to_owned());
        }
        let rules = self.objects.iter().flat_map(|(object, rules)| rules.iter().map(move |rule| (object, rule)));
        for (object, rule) in rules {
            let is_known = match rule.form() {
                Some(Form::Text | Form::Time) => true,
                Some(Form::Values(table)) => self.values.contains_key(table),
                Some(Form::Objects(object)) => self.objects.contains_key(object),
                None => false,
            };
            if !is_known {
                return Some(format!("{object}.{}: {}", rule.name, rule.form));
            }
        }
        None
    }
}

impl Tables {
    /// The tables of a file, or those that are built in where none is named.
    ///
    /// # Errors
    /// [`FailureCode::SettingsInvalid`] if they are not understood.
    pub(crate) fn load(file: &Path) -> Result<Self, Failure> {
        let wrong = |cause: Cause| Failure::new(FailureCode::SettingsInvalid).at_file(file.display()).because(cause);
        let read;
        let text = if file.as_os_str().is_empty() {
            BUILT_IN
        } else {
            read = fs::read_to_string(file).map_err(|error| wrong(error.into()))?;
            &read
        };
        let tables: Self = toml::from_str(text).map_err(|error| wrong(Cause::said(error)))?;
        match tables.mc.fault().or_else(|| tables.lgsp.fault()) {
            Some(fault) => Err(wrong(Cause::said(fault))),
            None => Ok(tables),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_that_are_built_in_are_understood_and_ask_for_what_the_portal_asks_for() {
        let tables = Tables::load(Path::new("")).unwrap();
        let required = |table: &Table| -> Vec<String> {
            table.objects["dossier"].iter().filter(|rule| rule.required).map(|rule| rule.name.clone()).collect()
        };
        let seven = ["MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "NgayTiepNhan", "TrangThaiHoSo"];
        assert_eq!(required(&tables.mc), seven);
        assert_eq!(tables.mc.progress_at_once, 10);
        assert!(required(&tables.lgsp).contains(&"MaDonViTiepNhan".to_owned()));
    }

    #[test]
    fn a_table_that_names_what_is_not_there_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portal.toml");
        for (old, new) in [
            ("values:channel", "values:nothing"),
            ("objects:identity", "objects:nothing"),
            ("form = \"time\"", "form = \"tijd\""),
            ("[year][month][day][hour]", "[yeer]"),
            ("progress_at_once = 10", "progress_at_once = 0"),
            ("[[mc.objects.progress]]", "[[mc.objects.other]]"),
            ("text_only", "only_text"),
        ] {
            let text = BUILT_IN.replace(old, new);
            assert_ne!(text, BUILT_IN);
            fs::write(&file, text).unwrap();
            assert_eq!(Tables::load(&file).unwrap_err().code, FailureCode::SettingsInvalid, "{new}");
        }
    }
}
