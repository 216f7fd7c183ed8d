//! The desk where a person sees a page beside its facts and decides: what waits, a document as it is
//! looked at, decisions as a draft, and the draft carried out.

mod complete;
mod document;
mod draft;
mod places;
mod queue;

pub(crate) use complete::{Candidate, CandidateSource, CompletionOrder, complete};
pub(crate) use document::{DeskDocument, DeskFact, Stale, StaleFact, look, words};
pub(crate) use draft::{DraftOrder, finish, forget, keep, rebase, take_over, undo, version_of};
pub(crate) use places::FieldPlace;
pub(crate) use queue::{Queue, QueueItem, QueueOrder, queue};
