//! Workers for all threads of a run.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::confine::{Confinement, Folders};
use super::process::{Deadline, Lost, WorkerProcess};
use super::protocol::{Reply, Request};
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::geometry::Turn;
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::recipe::EngineIdentity;
use crate::model::scan::ScanSummary;
use crate::model::signature::SignatureSlot;
use crate::pipeline::step::{CutOrder, PictureOrder, SealOrder};
use crate::settings::Settings;

/// A worker that dies or takes too long is replaced and its work given to the next, this often in all. A
/// page that two workers do not come to an end with is at fault itself.
const TRIES: u32 = 2;

/// Idle workers. A thread takes one for a piece of work and puts it back, so there are never more
/// of them than threads.
pub struct WorkerPool {
    settings: Settings,
    folders: Folders,
    deadline: Deadline,
    idle: Mutex<Vec<WorkerProcess>>,
}

impl WorkerPool {
    /// A pool that starts workers as they are needed. They reach nothing but `folders`.
    pub fn new(settings: Settings, folders: Folders) -> Self {
        let deadline = Deadline {
            processor: Duration::from_secs_f64(settings.workers.page_seconds),
            wall: Duration::from_secs_f64(settings.workers.page_wall_seconds),
        };
        Self { settings, folders, deadline, idle: Mutex::default() }
    }

    /// Tells what holds the workers in.
    ///
    /// # Errors
    /// [`FailureCode::WorkerMissing`] when none can be started.
    pub fn confinement(&self) -> Result<Confinement, Failure> {
        match self.ask(&Request::Confinement, self.deadline)? {
            Reply::Confined(confinement) => Ok(confinement),
            other => Err(unexpected(other)),
        }
    }

    /// Starts the engine in a worker and tells which one it is.
    ///
    /// # Errors
    /// [`FailureCode::EngineMissing`] when it does not start, [`FailureCode::WorkerUnconfined`] when
    /// the settings ask for a confinement that this kernel does not give.
    pub fn identify(&self) -> Result<EngineIdentity, Failure> {
        match self.ask(&Request::Identify, self.deadline)? {
            Reply::Identified(identity) => Ok(identity),
            other => Err(unexpected(other)),
        }
    }

    /// Opens a scan.
    ///
    /// # Errors
    /// Why the scan cannot be taken in.
    pub fn open(&self, path: PathBuf) -> Result<(ScanSummary, StageTimes), Failure> {
        match self.ask(&Request::Open { path }, self.deadline)? {
            Reply::Opened { summary, times } => Ok((summary, times)),
            other => Err(unexpected(other)),
        }
    }

    /// Reads one page of a scan.
    ///
    /// # Errors
    /// Why the page cannot be read.
    pub fn read(&self, path: PathBuf, ordinal: u32) -> Result<RecognisedPage, Failure> {
        self.read_turned(path, ordinal, None)
    }

    /// The same in a turn that a person told.
    ///
    /// # Errors
    /// Why the page cannot be read.
    pub fn read_turned(&self, path: PathBuf, ordinal: u32, turn: Option<Turn>) -> Result<RecognisedPage, Failure> {
        match self.ask(&Request::Read { path, ordinal, turn }, self.deadline)? {
            Reply::Read(page) => Ok(*page),
            other => Err(unexpected(other)),
        }
    }

    /// Writes a sealed file and proves that it reads back. Tells where in it a signature belongs, if it is to
    /// have one.
    ///
    /// # Errors
    /// Why the document cannot be sealed.
    pub fn seal(&self, order: SealOrder) -> Result<(StageTimes, Option<SignatureSlot>), Failure> {
        let pages = u32::try_from(order.pages.len()).unwrap_or(u32::MAX).max(1);
        match self.ask(&Request::Seal(Box::new(order)), self.deadline.times(pages))? {
            Reply::Sealed { times, slot } => Ok((times, slot)),
            other => Err(unexpected(other)),
        }
    }

    /// Draws a picture of a page.
    ///
    /// # Errors
    /// Why it cannot be drawn.
    pub fn draw(&self, order: PictureOrder) -> Result<StageTimes, Failure> {
        match self.ask(&Request::Draw(order), self.deadline)? {
            Reply::Drawn { times } => Ok(times),
            other => Err(unexpected(other)),
        }
    }

    /// Cuts pages out of a scan.
    ///
    /// # Errors
    /// Why they cannot be cut out whole and alone.
    pub fn cut(&self, order: CutOrder) -> Result<StageTimes, Failure> {
        let pages = u32::try_from(order.ordinals.len()).unwrap_or(u32::MAX).max(1);
        match self.ask(&Request::Cut(order), self.deadline.times(pages))? {
            Reply::WasCut { times } => Ok(times),
            other => Err(unexpected(other)),
        }
    }

    fn ask(&self, request: &Request, deadline: Deadline) -> Result<Reply, Failure> {
        let mut last = Failure::new(FailureCode::WorkerCrashed);
        for _ in 0..TRIES {
            let mut worker = self.take().map_err(|error| Failure::new(FailureCode::WorkerMissing).because(error))?;
            match worker.ask(request, deadline) {
                Ok(Reply::Failed(failure)) => {
                    self.put_back(worker);
                    return Err(failure);
                }
                Ok(reply) => {
                    self.put_back(worker);
                    return Ok(reply);
                }
                Err(Lost::Deadline(seconds)) => {
                    tracing::warn!(request = request_name(request), seconds, "a worker took too long and is replaced");
                    last = Failure::new(FailureCode::PageDeadline)
                        .because(WorkFault::TookSeconds { seconds: seconds.round() as u64 });
                }
                Err(Lost::OutOfMemory) => {
                    let cause = WorkFault::TookMemory { mib: self.settings.workers.memory_mib };
                    return Err(Failure::new(FailureCode::PageOutOfMemory).because(cause));
                }
                Err(Lost::Crashed(words)) => {
                    tracing::warn!(request = request_name(request), %words, "a worker died and is replaced");
                    last = Failure::new(FailureCode::WorkerCrashed).because(Cause::said(words));
                }
            }
        }
        Err(last)
    }

    fn take(&self) -> io::Result<WorkerProcess> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| WorkerProcess::start(&self.settings, &self.folders), Ok)
    }

    fn put_back(&self, worker: WorkerProcess) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}

/// A worker that answers another question is broken. What it said is not told: it may be the text
/// of somebody's papers.
fn unexpected(_: Reply) -> Failure {
    Failure::new(FailureCode::WorkerCrashed).because(WorkFault::OtherReply)
}

fn request_name(request: &Request) -> String {
    let page = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match request {
        Request::Confinement => "confinement".into(),
        Request::Identify => "identify".into(),
        Request::Open { path } => format!("open {}", page(path)),
        Request::Read { path, ordinal, .. } => format!("read {} page {}", page(path), u64::from(*ordinal) + 1),
        Request::Draw(order) => format!("draw {} page {}", page(&order.scan), u64::from(order.ordinal) + 1),
        Request::Cut(order) => format!("cut {} of {}", order.ordinals.len(), page(&order.scan)),
        Request::Seal(order) => format!("seal {}", order.metadata.file_name),
    }
}
