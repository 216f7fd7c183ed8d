//! One run over an inbox, from the first look to the manifest.
//!
//! In three sweeps, each parallel over what it counts: files are stored and opened, pages are
//! read, dossiers are sealed. Between the sweeps lies what no single file can know: whose papers a
//! loose scan holds, and what else belongs to their dossiers.

mod alike;
mod brought;
mod change;
mod cost;
mod desk;
mod documents;
mod dry_run;
mod duplicates;
mod excerpt;
mod groups;
mod held;
mod knowledge;
mod place;
mod read;
mod rescan;
mod seal;
mod sealed_file;
mod settled;
mod take_in;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use rayon::prelude::*;

use super::pdf_signing::PdfSigner;
use super::plan::{InboxFile, Plan, Rejected, plan};
use super::progress::{Phase, Progress};
use super::quarantine::Quarantined;
use super::worker::{Confinement, Folders, WorkerPool};
use super::{export, notices, pictures};
use crate::model::batch::{BatchReport, BatchState, Cost, PageOutcome};
use crate::model::failure::{Cause, Effect, Failure, FailureCode};
use crate::model::ids::{BatchId, BlobId, RecipeId};
use crate::model::recipe::EngineIdentity;
use crate::reading::{READER_VERSION, earlier_recipes, recipe_of};
use crate::repository::{BatchEnd, Entry, NewBatch, Placement, Repository, RepositoryError};
use crate::settings::{Origins, Settings};
use crate::stages::assemble::InboxRules;
use crate::stages::check::{AgencyRegister, Knowledge};

pub(crate) use change::{PageOrder, change_pages};
use cost::Meter;
pub(crate) use desk::{
    DocumentOrder, DocumentWork, FieldDecision, FieldOrder, FieldsDecided, LineCorrection, Ruling, TextOrder, TurnOrder,
    change_document, correct_text, decide_fields, try_decisions, turn_pages,
};
pub(crate) use dry_run::{DryRun, Intention, PlannedFile, dry_run};
use groups::group;
use held::Held;
use settled::known_files;
use take_in::{TakenScan, check_room};

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub(crate) struct RunOptions {
    /// The folder to scan.
    pub inbox: PathBuf,
    /// Take up at most this many files that are new.
    pub limit: Option<usize>,
    /// What becomes of papers that an older program has read.
    pub older: OlderWork,
}

/// What becomes of papers that an older program has read, by the same settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum OlderWork {
    /// They are done with.
    #[default]
    Stands,
    /// They are read again, and a version is made of what reads otherwise.
    IsRedone,
}

/// The recipes whose work stands beside today's.
fn standing(
    repository: &Repository,
    engine: &EngineIdentity,
    settings: &Settings,
    options: &RunOptions,
) -> Result<Vec<RecipeId>, Failure> {
    match options.older {
        OlderWork::Stands => Ok(earlier_recipes(engine, &settings.reading(), repository.catalog.recipes()?)),
        OlderWork::IsRedone => Ok(Vec::new()),
    }
}

/// Runs a batch over `options.inbox` into `repository` and tells what came of it.
///
/// # Errors
/// When the run cannot begin or cannot go on (no engine, no inbox, disk full, storage broken).
/// What was done until then is kept, and the next run goes on from there. A bad file is no error:
/// it stands in the report.
pub(crate) fn run(
    repository: &Repository,
    settings: &Settings,
    options: &RunOptions,
    progress: &dyn Progress,
) -> Result<BatchReport, Failure> {
    run_planned(repository, settings, options, progress, |rules| plan(&options.inbox, repository.root(), rules, settings))
}

/// Runs a batch over what `plan` takes up, once an engine was found.
///
/// # Errors
/// As for [`run`], or what `plan` says.
pub(crate) fn run_planned(
    repository: &Repository,
    settings: &Settings,
    options: &RunOptions,
    progress: &dyn Progress,
    plan: impl FnOnce(&InboxRules) -> Result<Plan, Failure> + Send,
) -> Result<BatchReport, Failure> {
    let started = Instant::now();
    let rules = InboxRules::new(&settings.inbox)?;
    let _inbox = repository.lock_inbox(&options.inbox)?;
    let pool = workers_for(repository, settings)?;
    let engine = pool.identify()?;
    tell_confinement(&pool.confinement()?);
    let recipe = recipe_of(&engine, &settings.reading()).id();
    let earlier = standing(repository, &engine, settings, options)?;
    let register = knowledge::register(settings)?;
    let threads = threads(settings)?;
    let plan = threads.install(|| plan(&rules))?;
    // Not as a batch that failed: as long as the disk is full there would be one for each try.
    check_room(repository.root(), settings)?;
    let signer = PdfSigner::open(&settings.pdf_signature, settings.general.now())?;

    let batch = begin(repository, settings, &options.inbox, engine, recipe)?;
    let meter = Meter::default();
    let left = plan.left.len() as u64;
    let run = Run {
        repository,
        settings,
        rules,
        pool,
        recipe,
        earlier,
        batch,
        progress,
        meter: &meter,
        unchanged: AtomicU64::new(0),
        left: AtomicU64::new(left),
        placing: placing(settings),
        placements: Mutex::default(),
        knowledge: OnceLock::new(),
        origins: Origins::new(&settings.inboxes, &options.inbox),
        held: Held::default(),
        signer: OnceLock::from(signer),
    };
    let inbox = fs::canonicalize(&options.inbox).unwrap_or_else(|_| options.inbox.clone());
    let outcome = threads.install(|| run.sweep(&inbox, plan.files, &plan.rejected, options.limit, register));
    let unchanged = run.unchanged.load(Ordering::Relaxed);
    let left = run.left.load(Ordering::Relaxed);
    // The workers end here, so that their costs are known.
    drop(run);
    drop(threads);

    let manifest = outcome.and_then(|()| {
        index(repository, &meter, progress)?;
        export_new(repository, settings, progress)
    });
    end(repository, settings, batch, Ended { manifest, unchanged, left, cost: meter.cost(started.elapsed()) })?;
    let report = notices::batch_report(repository, settings, batch)?;
    let report = report.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged))?;
    pictures::clear(repository, &report)?;
    Ok(report)
}

/// The threads that the sweeps of a run share, one for each worker.
fn threads(settings: &Settings) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(settings.workers.effective_jobs())
        .thread_name(|index| format!("page-{index}"))
        .build()
        .map_err(|error| Failure::new(FailureCode::StorageFailed).because(Cause::said(error)))
}

/// Lets the index catch up with the catalog.
fn index(repository: &Repository, meter: &Meter, progress: &dyn Progress) -> Result<(), Failure> {
    progress.begin(Phase::Index, 1);
    meter.index(|| repository.search.catch_up(repository.catalog.as_ref()))?;
    progress.step();
    Ok(())
}

/// Exports what is new. Returns the name of the last manifest, if there was something.
fn export_new(repository: &Repository, settings: &Settings, progress: &dyn Progress) -> Result<Option<String>, Failure> {
    progress.begin(Phase::Export, 1);
    let written = export::export(repository, settings, settings.general.now())?;
    progress.step();
    Ok(written.into_iter().next_back().map(|manifest| manifest.file_name))
}

/// Workers that see nothing of the disk but scans and unfinished files.
pub(super) fn workers_for(repository: &Repository, settings: &Settings) -> Result<WorkerPool, RepositoryError> {
    let folders = Folders { readable: repository.blobs.lending_folders(), writable: vec![repository.scratch_dir()?.to_owned()] };
    Ok(WorkerPool::new(settings.clone(), folders))
}

/// Enters a batch over `inbox` into the catalog.
fn begin(
    repository: &Repository,
    settings: &Settings,
    inbox: &Path,
    engine: EngineIdentity,
    recipe: RecipeId,
) -> Result<BatchId, RepositoryError> {
    repository.begin_batch(&NewBatch {
        inbox: inbox.display().to_string(),
        started_at: settings.general.now(),
        engine,
        recipe,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// What is known of a batch at its end.
struct Ended {
    /// The manifest it wrote, if there was something new; or why it could not go on.
    manifest: Result<Option<String>, Failure>,
    unchanged: u64,
    left: u64,
    cost: Cost,
}

/// Enters the end of a batch into the catalog. The first thing that went wrong is what staff must
/// hear of.
fn end(repository: &Repository, settings: &Settings, batch: BatchId, ended: Ended) -> Result<(), Failure> {
    let Ended { manifest, unchanged, left, cost } = ended;
    let report = repository.catalog.batch_report(batch)?;
    let balances = report.as_ref().is_some_and(|report| report.ledger.balances());
    let state = if manifest.is_ok() && balances { BatchState::Finished } else { BatchState::Failed };
    let end = BatchEnd {
        state,
        ended_at: settings.general.now(),
        unchanged_files: unchanged,
        left_files: left,
        cost,
        manifest: manifest.as_ref().ok().cloned().flatten(),
    };
    let finished = repository.catalog.finish_batch(batch, &end);
    manifest?;
    Ok(finished?)
}

/// Says once a run what holds the workers in.
fn tell_confinement(confinement: &Confinement) {
    match confinement.gap() {
        Some(gap) => tracing::warn!(%gap, "workers are not fully confined"),
        None => tracing::info!(landlock = ?confinement.landlock, seccomp = true, "workers are confined"),
    }
}

/// Everything that the sweeps of one run share.
struct Run<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    rules: InboxRules,
    pool: WorkerPool,
    recipe: RecipeId,
    /// Recipes of older programs whose work stands.
    earlier: Vec<RecipeId>,
    batch: BatchId,
    progress: &'a dyn Progress,
    meter: &'a Meter,
    /// Files that an earlier batch finished with.
    unchanged: AtomicU64,
    /// Files that the next run takes up.
    left: AtomicU64,
    /// A digest of the settings by which papers are assigned to dossiers.
    placing: [u8; 32],
    /// Whose papers were found on scans that their names do not assign, to be remembered.
    placements: Mutex<Vec<Placement>>,
    /// What is known besides the papers; gathered when all of them were read.
    knowledge: OnceLock<Knowledge>,
    /// Where the files of the inbox were taken in.
    origins: Origins<'a>,
    /// Files that wait for the records that refer to them.
    held: Held,
    /// What signs sealed files; opened when the first one is sealed.
    signer: OnceLock<Option<PdfSigner>>,
}

/// A digest of all settings by which papers are assigned to dossiers. Another program may assign them
/// in another way.
fn placing(settings: &Settings) -> [u8; 32] {
    let parts = serde_json::json!([env!("CARGO_PKG_VERSION"), READER_VERSION, settings.inbox, settings.stacks, settings.fields]);
    *blake3::hash(parts.to_string().as_bytes()).as_bytes()
}

impl Run<'_> {
    fn sweep(
        &self,
        inbox: &Path,
        files: Vec<InboxFile>,
        rejected: &[Rejected],
        limit: Option<usize>,
        register: AgencyRegister,
    ) -> Result<(), Failure> {
        for Rejected { path, relative, failure } in rejected {
            self.refuse(path, relative, None, 1, failure)?;
        }
        let known = known_files(self.repository, inbox, self.recipe)?;
        let taken = self.take_in(files, &known, limit)?;
        drop(known);
        let failures = self.read_pages(&taken)?;
        let mut placed = Vec::new();
        let mut seen = BTreeSet::new();
        for scan in taken {
            if let Some(failure) = failures.get(&scan.blob.id) {
                self.leave_unread(scan, failure)?;
            } else if let Some(file) = self.place(scan)? {
                // The same papers twice are the same documents.
                if seen.insert(file.identity()) {
                    placed.push(file);
                } else {
                    self.unchanged.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        let found = std::mem::take(&mut *self.placements.lock().unwrap_or_else(PoisonError::into_inner));
        if !found.is_empty() {
            self.repository.catalog.put_placements(&found)?;
        }
        let known = match placed.as_slice() {
            [] => Knowledge::default(),
            placed => knowledge::gather(self.repository, self.settings, register, placed)?,
        };
        self.knowledge.get_or_init(|| known);
        let groups = group(placed);
        self.progress.begin(Phase::Seal, groups.iter().map(|group| group.codes.len() as u64).sum());
        groups.into_par_iter().try_for_each(|group| {
            let dossiers = group.codes.len();
            self.seal_group(&group)?;
            (0..dossiers).for_each(|_| self.progress.step());
            Ok(())
        })
    }

    /// Enters a scan into the ledger of which a page could not be read.
    fn leave_unread(&self, scan: TakenScan, failure: &Failure) -> Result<(), Failure> {
        let place = failure.place.clone().map(|place| place.within(&scan.file.relative));
        let failure = Failure { place, ..failure.clone() };
        let pages = u64::from(scan.summary.pages);
        if failure.code.effect() != Effect::Waits {
            return self.refuse(&scan.file.path, &scan.file.relative, Some(scan.blob.id), pages, &failure);
        }
        self.wait(Entry {
            path: scan.file.relative,
            scan: Some(scan.blob.id),
            assignment: None,
            pages,
            outcomes: Vec::new(),
            failure: Some(failure),
            moved_to: None,
            poor_pages: Vec::new(),
        })
    }

    /// What facts are judged by.
    fn knowledge(&self) -> &Knowledge {
        self.knowledge.get_or_init(Knowledge::default)
    }

    /// Enters a refused file into the ledger and sets it aside.
    fn refuse(&self, path: &Path, relative: &str, scan: Option<BlobId>, pages: u64, failure: &Failure) -> Result<(), Failure> {
        // Two files must not choose one place.
        let _one_at_a_time = self.repository.lock_quarantine()?;
        // The name on disk need not be UTF-8; `relative` is for people.
        let inside = path.strip_prefix(inbox_root(path, relative)).unwrap_or(Path::new(relative));
        let chosen = match Quarantined::prepare(self.repository, path, inside, failure, self.batch, self.settings.general.now()) {
            Ok(chosen) => Some(chosen),
            Err(error) => {
                if error.code() == FailureCode::DiskFull {
                    return Err(error.into());
                }
                // Names can be too long or in each other's way; that must not stop the batch.
                tracing::warn!(file = relative, %error, "the refused file stays in the inbox");
                None
            }
        };
        let moved_to = chosen.as_ref().and_then(Quarantined::destination).map(|to| to.display().to_string());
        let entry = Entry {
            path: relative.to_owned(),
            scan,
            pages,
            outcomes: vec![(PageOutcome::Refused, pages)],
            failure: Some(failure.clone()),
            moved_to,
            assignment: None,
            poor_pages: Vec::new(),
        };
        self.repository.catalog.put_entry(self.batch, &entry)?;
        self.progress.exception(relative, failure);
        // The ledger has it: should the move fail or the program die here, the next run refuses
        // the file again.
        if let Some(Err(error)) = chosen.as_ref().map(Quarantined::carry_out) {
            tracing::warn!(file = relative, %error, "the refused file could not be moved out of the inbox");
            self.repository.catalog.put_entry(self.batch, &Entry { moved_to: None, ..entry })?;
        }
        Ok(())
    }
}

/// Takes as many last parts off `path` as `relative` has: the inbox folder.
fn inbox_root<'a>(path: &'a Path, relative: &str) -> &'a Path {
    path.ancestors().nth(relative.split('/').count()).unwrap_or(path)
}
