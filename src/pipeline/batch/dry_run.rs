//! Tells what a run would do, and writes nothing.

use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::settled::{Settled, known_files};
use super::{RunOptions, placing, standing};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::pipeline::plan::{InboxFile, plan};
use crate::pipeline::worker::{Folders, WorkerPool};
use crate::reading::recipe_of;
use crate::repository::{KnownFiles, Mode, Repository, digest_of};
use crate::settings::Settings;
use crate::stages::assemble::InboxRules;

/// What a run would do with one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub(crate) enum Intention {
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PlannedFile {
    /// Its path in the inbox.
    pub path: String,
    /// What a run would do.
    #[serde(flatten)]
    pub intention: Intention,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct DryRun {
    /// By path.
    pub files: Vec<PlannedFile>,
    /// Left alone: temporary, hidden or still growing.
    pub left: Vec<String>,
}

/// Plans a run over `options.inbox` into the repository at `root`, which need not exist.
///
/// # Errors
/// When the run could not begin.
pub(crate) fn dry_run(root: &Path, settings: &Settings, options: &RunOptions) -> Result<DryRun, Failure> {
    let rules = InboxRules::new(&settings.inbox)?;
    let pool = WorkerPool::new(settings.clone(), Folders { readable: vec![options.inbox.clone()], writable: Vec::new() });
    let engine = pool.identify()?;
    let repository = if root.exists() { Some(Repository::open(root, Mode::Read)?) } else { None };
    let recipe = recipe_of(&engine, &settings.reading()).id();
    let inbox = fs::canonicalize(&options.inbox).unwrap_or_else(|_| options.inbox.clone());
    let (earlier, known) = match &repository {
        Some(repository) => (standing(repository, &engine, settings, options)?, known_files(repository, &inbox, recipe)?),
        None => (Vec::new(), KnownFiles::default()),
    };
    let settled = repository.as_ref().map(|repository| Settled {
        repository,
        recipe,
        earlier: &earlier,
        placing: placing(settings),
        known: &known,
    });
    let plan = plan(&options.inbox, root, &rules, settings)?;
    let mut files: Vec<PlannedFile> = plan
        .files
        .par_iter()
        .map(|file| Ok(PlannedFile { path: file.relative.clone(), intention: intend(file, settled.as_ref(), &pool)? }))
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

fn intend(file: &InboxFile, settled: Option<&Settled<'_>>, pool: &WorkerPool) -> Result<Intention, Failure> {
    if let Some(settled) = settled
        && is_done(file, settled)?
    {
        return Ok(Intention::Skip);
    }
    let code = file.placement.named_code().cloned();
    Ok(match pool.open(file.path.clone()) {
        Ok((summary, _)) => Intention::Read { pages: summary.pages, code, kind: file.placement.kind },
        Err(failure) => Intention::Refuse(failure.at_file(&file.relative)),
    })
}

/// Whether a run would find that it has nothing to do for a file. One that cannot be read is not done
/// with.
fn is_done(file: &InboxFile, settled: &Settled<'_>) -> Result<bool, Failure> {
    if let Some(blob) = settled.seen(file) {
        return Ok(settled.is_seen_done(file, blob.id)? || settled.is_stored_done(file, blob.id)?);
    }
    match digest_of(&file.path) {
        Ok(blob) => Ok(settled.is_stored_done(file, blob.id)?),
        Err(_) => Ok(false),
    }
}
