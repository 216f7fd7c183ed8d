//! What people have decided at the desk and not carried out yet.

use time::OffsetDateTime;

use crate::model::account::AccountName;
use crate::model::draft::Draft;
use crate::model::ids::RecordId;
use crate::model::record::DocumentName;
use crate::repository::error::RepositoryError;

/// Drafts of decisions, one for each account and document. They are no acts: they change nothing.
pub trait Drafts {
    /// Keeps a draft in the place of an earlier one of the same account about the same document.
    ///
    /// # Errors
    /// `Storage` if there is no such account; or what the store says.
    fn put_draft(&self, draft: &Draft) -> Result<(), RepositoryError>;

    /// The draft of an account about a document.
    ///
    /// # Errors
    /// What the store says.
    fn draft(&self, account: &AccountName, document: &DocumentName) -> Result<Option<Draft>, RepositoryError>;

    /// Forgets a draft, if there is one.
    ///
    /// # Errors
    /// What the store says.
    fn drop_draft(&self, account: &AccountName, document: &DocumentName) -> Result<(), RepositoryError>;

    /// Forgets a draft if it is still this one: what came to it meanwhile stays.
    ///
    /// # Errors
    /// What the store says.
    fn drop_draft_if_same(&self, draft: &Draft) -> Result<(), RepositoryError>;

    /// Tells in an act that somebody took over a document that another was working on.
    ///
    /// # Errors
    /// What the store says.
    fn tell_taken_over(
        &self,
        record: RecordId,
        ordinal: u32,
        from: &AccountName,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError>;
}
