//! What the program and its workers say to each other: one JSON text a line, a reply to each
//! request, over the worker's standard input and output.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::confine::{Confinement, Folders};
use crate::model::failure::Failure;
use crate::model::geometry::Turn;
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::recipe::EngineIdentity;
use crate::model::scan::ScanSummary;
use crate::model::signature::SignatureSlot;
use crate::pipeline::step::{CutOrder, PictureOrder, SealOrder};
use crate::settings::Settings;

/// The verb under which the program starts itself as a worker.
pub const WORKER_VERB: &str = "worker";

/// The first line a worker gets.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    /// The settings of the run.
    pub settings: Settings,
    /// The process that started the worker; when it is gone, so is the worker.
    pub parent: i32,
    /// Where the worker may read scans and write what it makes.
    pub folders: Folders,
}

/// One piece of work. Paths name blobs in the repository, whose content never changes.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Say what holds you in.
    Confinement,
    /// Start the engine and say which one it is.
    Identify,
    /// Open a scan.
    Open {
        /// The scan.
        path: PathBuf,
    },
    /// Read one page of a scan.
    Read {
        /// The scan.
        path: PathBuf,
        /// The page, from 0.
        ordinal: u32,
        /// The turn that shows it upright, if a person told it.
        #[serde(default)]
        turn: Option<Turn>,
    },
    /// Write one sealed file and read it back.
    Seal(Box<SealOrder>),
    /// Draw a picture of a page.
    Draw(PictureOrder),
    /// Cut pages out of a scan.
    Cut(CutOrder),
}

/// What came of a request.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// To [`Request::Confinement`].
    Confined(Confinement),
    /// To [`Request::Identify`].
    Identified(EngineIdentity),
    /// To [`Request::Open`].
    Opened {
        /// What the scan is.
        summary: ScanSummary,
        /// What it cost.
        times: StageTimes,
    },
    /// To [`Request::Read`]; its costs are in the page.
    Read(Box<RecognisedPage>),
    /// To [`Request::Seal`].
    Sealed {
        /// What it cost.
        times: StageTimes,
        /// Where in the file a signature belongs.
        slot: Option<SignatureSlot>,
    },
    /// To [`Request::Draw`].
    Drawn {
        /// What it cost.
        times: StageTimes,
    },
    /// To [`Request::Cut`].
    WasCut {
        /// What it cost.
        times: StageTimes,
    },
    /// The work was refused.
    Failed(Failure),
}
