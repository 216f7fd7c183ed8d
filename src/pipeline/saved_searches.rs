//! Searches that are kept by name, each in a TOML file of its own: people look for the same again and
//! again, and hand each other what they look for.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::repository::{RepositoryError, SortBy, Tones};

/// Version of the format.
const VERSION: u32 = 1;
/// Characters of a name.
pub(crate) const MAX_NAME: usize = 80;
/// Bytes of a file; no search is longer.
const MAX_BYTES: u64 = 64 * 1024;
const EXTENSION: &str = "toml";

/// A search that is kept, as it stands in its file; published as
/// `docs/saved-search.v1.schema.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedSearch {
    /// Version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// What is looked for, in the language of `docs/search.md`.
    pub query: String,
    /// The order of the hits.
    #[serde(default)]
    pub sort: SortBy,
    /// Whether tones count.
    #[serde(default)]
    pub tones: Tones,
}

/// The name of a search: letters, digits, blanks, `-` and `_`, composed, so that it never leads out of
/// the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchName(String);

/// Says what a name may be.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a name is 1 to {MAX_NAME} letters, digits, blanks, - and _")]
pub(crate) struct NoName;

impl FromStr for SearchName {
    type Err = NoName;

    fn from_str(typed: &str) -> Result<Self, NoName> {
        let name: String = typed.trim().nfc().collect();
        let is_name = !name.is_empty()
            && name.chars().count() <= MAX_NAME
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        if is_name { Ok(Self(name)) } else { Err(NoName) }
    }
}

impl SearchName {
    fn file_in(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.{EXTENSION}", self.0))
    }
}

/// A search and the name of its file, or what is wrong with the file.
#[derive(Debug)]
pub(crate) struct Listed {
    /// Its name.
    pub name: String,
    /// What it says.
    pub search: Result<SavedSearch, Failure>,
}

impl SavedSearch {
    /// A search to be kept.
    pub(crate) fn new(query: String, sort: SortBy, tones: Tones) -> Self {
        Self { version: VERSION, query, sort, tones }
    }
}

/// Keeps `search` in `folder` under `name`, in place of what has that name.
///
/// # Errors
/// [`FailureCode::FileUnwritable`] or [`FailureCode::DiskFull`] if the folder does not take it.
pub(crate) fn save(folder: &Path, name: &SearchName, search: &SavedSearch) -> Result<PathBuf, Failure> {
    let path = name.file_in(folder);
    let text = toml::to_string(search)
        .map_err(|error| Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(Cause::said(error)))?;
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().map_err(|error| match Failure::from(RepositoryError::io(&path, &error)) {
        full if full.code == FailureCode::DiskFull => full,
        _ => Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(error),
    })?;
    Ok(path)
}

/// The search that is kept in `folder` under `name`.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none, [`FailureCode::SettingsInvalid`] if the file is not one.
pub(crate) fn load(folder: &Path, name: &SearchName) -> Result<SavedSearch, Failure> {
    read(&name.file_in(folder))
}

/// All searches in `folder`, by name; none if there is no folder.
///
/// # Errors
/// [`FailureCode::FolderUnreadable`] if the folder cannot be read.
pub(crate) fn list(folder: &Path) -> Result<Vec<Listed>, Failure> {
    let unreadable = |error: io::Error| Failure::new(FailureCode::FolderUnreadable).at_file(folder.display()).because(error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut listed = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let is_search = path.extension().is_some_and(|extension| extension == EXTENSION);
        if let (true, Some(name)) = (is_search, path.file_stem().and_then(|name| name.to_str())) {
            listed.push(Listed { name: name.to_owned(), search: read(&path) });
        }
    }
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(listed)
}

fn read(path: &Path) -> Result<SavedSearch, Failure> {
    let wrong = |cause: Cause| Failure::new(FailureCode::SettingsInvalid).at_file(path.display()).because(cause);
    let length = fs::metadata(path).map(|metadata| metadata.len());
    let text = match length {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::new(FailureCode::NotFound).at_file(path.display()));
        }
        Ok(length) if length > MAX_BYTES => return Err(wrong(StorageFault::SearchTooLong { bytes: length }.into())),
        _ => fs::read_to_string(path).map_err(|error| wrong(error.into()))?,
    };
    let search: SavedSearch = toml::from_str(&text).map_err(|error| wrong(Cause::said(error.message())))?;
    if search.version == VERSION {
        Ok(search)
    } else {
        Err(wrong(StorageFault::SearchVersion { version: search.version }.into()))
    }
}

#[cfg(test)]
mod tests {
    use schemars::generate::SchemaSettings;

    use super::*;

    /// The JSON Schema (2020-12) of a search that is kept, as published in
    /// `docs/saved-search.v1.schema.json`.
    fn schema() -> serde_json::Value {
        let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<SavedSearch>();
        schema.insert("$id".to_owned(), "urn:sohoa:schema:saved-search:1".into());
        schema.into()
    }

    fn name(typed: &str) -> SearchName {
        typed.parse().unwrap()
    }

    #[test]
    fn what_is_kept_is_found_by_its_name_however_that_is_typed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("searches");
        let search = SavedSearch::new("loai:\"quyết định\" -'đất'".into(), SortBy::Date, Tones::Exact);
        let path = save(&folder, &name(" Đất chờ xác nhận "), &search).unwrap();
        assert_eq!(path.parent(), Some(folder.as_path()));
        let decomposed: String = "Đất chờ xác nhận".nfd().collect();
        assert_eq!(load(&folder, &name(&decomposed)).unwrap(), search);
        let again = SavedSearch::new("đất".into(), SortBy::Relevance, Tones::Any);
        save(&folder, &name("Đất chờ xác nhận"), &again).unwrap();
        fs::write(folder.join("hỏng.toml"), "version = 1\nquery = 'a'\nlimit = 3\n").unwrap();
        fs::write(folder.join("mới.toml"), "version = 2\nquery = 'a'\n").unwrap();
        let listed = list(&folder).unwrap();
        let names: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.search.is_ok())).collect();
        assert_eq!(names, [("hỏng", false), ("mới", false), ("Đất chờ xác nhận", true)]);
        assert_eq!(listed[2].search.as_ref().unwrap(), &again);
        assert!(list(&folder.join("none")).unwrap().is_empty());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for typed in ["", "../a", "a/b", "/etc/x", ".a", "a\0", "a\nb", &"ế".repeat(81)] {
            assert_eq!(typed.parse::<SearchName>(), Err(NoName), "{typed:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path(), &name("a")).unwrap_err().code, FailureCode::NotFound);
    }

    #[test]
    fn the_published_schema_is_that_of_the_program_and_its_files_fit_it() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/saved-search.v1.schema.json");
        let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        if std::env::var_os("SOHOA_UPDATE_SCHEMA").is_some() {
            fs::write(path, &text).unwrap();
        }
        assert!(fs::read_to_string(path).unwrap() == text, "run with SOHOA_UPDATE_SCHEMA=1");
        let search = SavedSearch::new("đất".into(), SortBy::Code, Tones::Exact);
        let written: serde_json::Value = toml::from_str(&toml::to_string(&search).unwrap()).unwrap();
        assert!(jsonschema::validator_for(&schema()).unwrap().is_valid(&written), "{written}");
    }
}
