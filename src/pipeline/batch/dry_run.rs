//! Tells what a run would do, and writes nothing.

use std::fs::File;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::{RunOptions, standing};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::ids::{BlobId, RecipeId};
use crate::pipeline::plan::{InboxFile, plan};
use crate::pipeline::worker::{Folders, WorkerPool};
use crate::reading::recipe_of;
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::assemble::InboxRules;

/// What a run would do with one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Intention {
    /// Read its pages; the dossier is known from its names, or will be looked for on its pages.
    Read {
        /// Number of pages.
        pages: u32,
        /// The dossier that its names give.
        code: Option<DossierCode>,
        /// Handed in or given back.
        kind: RecordKind,
    },
    /// Nothing: it is sealed already.
    Skip,
    /// Refuse it.
    Refuse(Failure),
}

/// One file of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedFile {
    /// Its path in the inbox.
    pub path: String,
    /// What a run would do.
    #[serde(flatten)]
    pub intention: Intention,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DryRun {
    /// By path.
    pub files: Vec<PlannedFile>,
    /// Left alone: temporary, hidden or still growing.
    pub left: Vec<String>,
}

/// Plans a run over `options.inbox` into the repository at `root`, which need not exist.
///
/// # Errors
/// When the run could not begin.
pub fn dry_run(root: &Path, settings: &Settings, options: &RunOptions) -> Result<DryRun, Failure> {
    let rules = InboxRules::new(&settings.inbox)?;
    let pool = WorkerPool::new(settings.clone(), Folders { readable: vec![options.inbox.clone()], writable: Vec::new() });
    let engine = pool.identify()?;
    let repository = if root.exists() { Some(Repository::open(root)?) } else { None };
    let mut recipes = vec![recipe_of(&engine, &settings.reading()).id()];
    if let Some(repository) = &repository {
        recipes.extend(standing(repository, &engine, settings, options)?);
    }
    let plan = plan(&options.inbox, root, &rules, settings)?;
    let mut files: Vec<PlannedFile> = plan
        .files
        .par_iter()
        .map(|file| {
            Ok(PlannedFile { path: file.relative.clone(), intention: intend(file, repository.as_ref(), &recipes, &pool)? })
        })
        .collect::<Result<_, Failure>>()?;
    let mut room = options.limit.unwrap_or(usize::MAX);
    files.retain(|file| match file.intention {
        Intention::Skip => true,
        _ if room == 0 => false,
        _ => {
            room -= 1;
            true
        }
    });
    files.extend(
        plan.rejected.into_iter().map(|file| PlannedFile { path: file.relative, intention: Intention::Refuse(file.failure) }),
    );
    Ok(DryRun { files, left: plan.left })
}

fn intend(
    file: &InboxFile,
    repository: Option<&Repository>,
    recipes: &[RecipeId],
    pool: &WorkerPool,
) -> Result<Intention, Failure> {
    let code = file.placement.named_code().cloned();
    if let (Some(repository), Some(code)) = (repository, &code)
        && let Some(scan) = hash(&file.path)
    {
        for recipe in recipes {
            if repository.catalog.is_done(scan, code, file.placement.kind, *recipe)? {
                return Ok(Intention::Skip);
            }
        }
    }
    Ok(match pool.open(file.path.clone()) {
        Ok((summary, _)) => Intention::Read { pages: summary.pages, code, kind: file.placement.kind },
        Err(failure) => Intention::Refuse(failure.at(&file.relative)),
    })
}

/// The blob that a file would become; `None` if it cannot be read.
fn hash(path: &Path) -> Option<BlobId> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).ok()?).ok()?;
    Some(BlobId::from_bytes(*hasher.finalize().as_bytes()))
}
