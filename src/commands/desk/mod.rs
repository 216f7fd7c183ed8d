//! The desk where a person sees a page beside its facts and decides: what waits, a document as it is
//! looked at, decisions as a draft, and the draft carried out.

mod complete;
mod document;
mod draft;
mod places;
mod queue;

pub use complete::{Candidate, CandidateSource, CompletionOrder, complete};
pub use document::{DeskDocument, DeskFact, Stale, StaleFact, look};
pub use draft::{DraftOrder, finish, forget, keep, rebase, take_over, undo, version_of};
pub use places::FieldPlace;
pub use queue::{Queue, QueueItem, QueueOrder, queue};
