//! What an adapter does, whichever variant it speaks.

use std::sync::Arc;

use serde_json::Value;

use super::client::Asked;
use crate::model::failure::Failure;

/// Whether a portal is thought to have a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It was never told of it.
    New,
    /// It has taken it before.
    Known,
}

/// A file on its way to a portal.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Arc<Vec<u8>>,
}

/// Speaks one variant.
pub(super) trait Adapter {
    /// Whether files are sent before the dossier that names them.
    fn takes_files(&self) -> bool;

    /// Sends a file.
    ///
    /// # Errors
    /// When nobody can sign in.
    fn file(&mut self, file: &Outgoing, message: &str) -> Result<Asked, Failure>;

    /// Sends a dossier; as a change where the portal has it already.
    ///
    /// # Errors
    /// When nobody can sign in.
    fn dossier(&mut self, object: &Value, presence: Presence, message: &str) -> Result<Asked, Failure>;

    /// Tells of progress.
    ///
    /// # Errors
    /// When nobody can sign in.
    fn progress(&mut self, entries: &[Value], message: &str) -> Result<Asked, Failure>;
}
