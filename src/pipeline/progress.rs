//! How a run tells where it stands. The pipeline speaks, the command line draws.

use crate::model::failure::Failure;

/// The parts of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Storing the files of the inbox and opening them; counted in files.
    TakeIn,
    /// Reading pages; counted in pages.
    Read,
    /// Sealing; counted in dossiers.
    Seal,
    /// Making records findable; one step.
    Index,
    /// Writing the manifest; counted in manifests.
    Export,
    /// Re-reading what the repository holds; counted in blobs.
    Verify,
    /// Copying to a backup; counted in blobs.
    BackUp,
    /// Copying from a backup; counted in blobs and files.
    Restore,
}

/// Hears of what happens in a run, from many threads.
pub trait Progress: Sync {
    /// A phase with `total` steps begins.
    fn begin(&self, phase: Phase, total: u64);
    /// One step of the phase is done.
    fn step(&self);
    /// A file waits or was refused.
    fn exception(&self, path: &str, failure: &Failure);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Phase, _: u64) {}
    fn step(&self) {}
    fn exception(&self, _: &str, _: &Failure) {}
}
