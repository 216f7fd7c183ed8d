//! Writing the settings of a machine for the first time.

use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;
use toml::{Table, Value};

use super::access::{self, InNameOf};
use super::owner::{as_owner_of, is_roots_alone};
use super::user::{self, NewAccount, ShownAccount};
use crate::model::account::Role;
use crate::model::failure::cause::SettingFault;
use crate::model::failure::{Cause, Failure, FailureCode, Language, Place};
use crate::model::next_step::NextStep;
use crate::settings::{FolderSettings, Layers, SYSTEM_FILE, Settings, template};
use crate::stages::assemble::agency_pattern;

/// The first account of the console.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FirstAdministrator {
    /// What its owner signs in with.
    pub name: String,
    /// What its owner will type.
    pub password: String,
    /// Who makes it.
    pub by: InNameOf,
}

/// What an office says of itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct InitOrder {
    /// The settings file to write.
    pub file: PathBuf,
    /// The language of messages.
    pub language: Language,
    /// The code of the agency, such as `H38.16`, with which its dossiers' codes begin; any if none.
    pub agency_code: Option<String>,
    /// The agency that sealed files state.
    pub agency: Option<String>,
    /// Further shapes of dossier codes, as regular expressions.
    pub code_patterns: Vec<String>,
    /// Where scans arrive, if not at the usual place.
    pub inbox: Option<PathBuf>,
    /// Where the repository is to lie, if not at the usual place.
    pub repository: Option<PathBuf>,
    /// The first administrator, whose account makes the repository; none if that is left for later.
    pub administrator: Option<FirstAdministrator>,
}

/// What was written, and what is to be done next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct InitView {
    /// The settings file.
    pub file: PathBuf,
    /// What it sets.
    pub set: Table,
    /// The account that was made.
    pub administrator: Option<ShownAccount>,
    /// What is to be done now, in this order.
    pub next: Vec<NextStep>,
}

/// Whether `file` may be written: nothing is there, or what the package put there, in which nobody has
/// set anything.
///
/// # Errors
/// [`FailureCode::SettingsPresent`] if somebody did.
pub(crate) fn expect_unset(file: &Path) -> Result<(), Failure> {
    match fs::read_to_string(file) {
        Ok(text) if text == template(&Table::new()) => Ok(()),
        Ok(_) => Err(Failure::new(FailureCode::SettingsPresent).at_file(file.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(storage(file, error)),
    }
}

/// Whether dossier codes can begin with `code`.
pub(crate) fn is_agency_code(code: &str) -> bool {
    agency_pattern(code).is_some()
}

/// Whether the account of a first administrator can be made before anything else is done: its folder is there.
pub(crate) fn has_place(repository: &Path) -> bool {
    let place = place_of(repository);
    place.is_dir() && !is_roots_alone(place)
}

/// The folder whose owner makes the repository: its own, or the one that it is to lie in.
fn place_of(repository: &Path) -> &Path {
    if repository.exists() { repository } else { repository.parent().unwrap_or(repository) }
}

/// Writes settings, checked as every command checks them, and makes the account of the first administrator.
///
/// # Errors
/// When `order` makes no settings, the file sets something already, or the account cannot be made; then
/// nothing was written.
pub(crate) fn init(order: &InitOrder) -> Result<InitView, Failure> {
    expect_unset(&order.file)?;
    let set = table(order)?;
    let text = template(&set);
    let settings = Layers::default().text(&order.file.display().to_string(), &text)?.finish()?;
    let new = NewFile::write(&order.file, &text).map_err(|error| storage(&order.file, error))?;
    // Before they are put in place, since a name or a password may be unfit: whoever types again is not to find settings of the first time.
    let administrator = order.administrator.as_ref().map(|first| make_administrator(first, &settings)).transpose()?;
    new.put().map_err(|error| storage(&order.file, error))?;
    Ok(InitView { file: order.file.clone(), set, administrator, next: next(order, &settings.folders) })
}

fn make_administrator(first: &FirstAdministrator, settings: &Settings) -> Result<ShownAccount, Failure> {
    let root = &settings.folders.repository;
    let new = NewAccount { name: &first.name, full_name: None, role: Role::Administrator, password: &first.password };
    user::expect_fit(&new)?;
    let place = place_of(root);
    if is_roots_alone(place) {
        let fault = SettingFault::FolderOfRoot { folder: place.display().to_string() };
        return Err(Failure::new(FailureCode::SettingsInvalid).at(Place::setting("folders.repository")).because(fault));
    }
    as_owner_of(place, || user::add(&access::to_create(root, &first.by)?, &new, settings.general.now()))
}

fn table(order: &InitOrder) -> Result<Table, Failure> {
    let mut set = Table::new();
    let mut put = |section: &str, key: &str, value: Value| {
        if let Value::Table(keys) = set.entry(section).or_insert_with(|| Value::Table(Table::new())) {
            keys.insert(key.to_owned(), value);
        }
    };
    put("general", "language", Value::try_from(order.language).map_err(|error| unsettable("general.language", &error))?);
    for (key, folder) in [("inbox", &order.inbox), ("repository", &order.repository)] {
        if let Some(folder) = folder {
            put("folders", key, Value::try_from(folder).map_err(|error| unsettable(key, &error))?);
        }
    }
    let mut patterns = order.code_patterns.clone();
    if let Some(code) = &order.agency_code {
        let pattern = agency_pattern(code).ok_or_else(|| {
            let reason = SettingFault::NotAnAgencyCode { typed: code.clone() };
            Failure::new(FailureCode::SettingsInvalid).at(Place::setting("--agency-code")).because(reason)
        })?;
        patterns.insert(0, pattern);
    }
    if !patterns.is_empty() {
        put("inbox", "code_patterns", Value::Array(patterns.into_iter().map(Value::String).collect()));
    }
    if let Some(agency) = &order.agency {
        put("seal", "agency", Value::String(agency.clone()));
    }
    Ok(set)
}

fn unsettable(key: &str, error: &toml::ser::Error) -> Failure {
    Failure::new(FailureCode::SettingsInvalid).at(Place::setting(key)).because(Cause::said(error))
}

/// Settings that lie beside their place until all else is done.
struct NewFile<'a> {
    place: &'a Path,
    file: NamedTempFile,
}

impl<'a> NewFile<'a> {
    /// Writes the whole file. The account that runs the program is another one than who writes its settings, so
    /// everybody may read them.
    fn write(place: &'a Path, text: &str) -> io::Result<Self> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.exists() {
            fs::create_dir_all(folder)?;
            fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        }
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().set_permissions(Permissions::from_mode(0o644))?;
        file.as_file().sync_all()?;
        Ok(Self { place, file })
    }

    fn put(self) -> io::Result<()> {
        let Self { place, file } = self;
        if place.exists() {
            file.persist(place)?;
        } else {
            file.persist_noclobber(place)?;
        }
        Ok(())
    }
}

fn storage(file: &Path, error: io::Error) -> Failure {
    Failure::new(FailureCode::StorageFailed).at_file(file.display()).because(error)
}

fn next(order: &InitOrder, folders: &FolderSettings) -> Vec<NextStep> {
    let usual = FolderSettings::default();
    let config = (order.file != Path::new(SYSTEM_FILE)).then(|| order.file.clone());
    let mut steps = Vec::new();
    for folder in [Some(folders.inbox.as_path()), folders.repository.parent()].into_iter().flatten() {
        if !folder.exists() {
            steps.push(NextStep::MakeFolder { folder: folder.to_owned() });
        }
    }
    let others: Vec<PathBuf> = [(&folders.inbox, &usual.inbox), (&folders.repository, &usual.repository)]
        .into_iter()
        .filter(|(folder, usual)| folder != usual)
        .map(|(folder, _)| folder.clone())
        .collect();
    if !others.is_empty() {
        steps.push(NextStep::LetUnitsWrite { folders: others });
    }
    steps.push(NextStep::Doctor { config: config.clone() });
    if order.administrator.is_none() {
        steps.push(NextStep::MakeAdministrator { config: config.clone() });
    }
    steps.push(NextStep::Run { config });
    steps
}
