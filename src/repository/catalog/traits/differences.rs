//! In what papers and register disagree, as it was found when either was changed.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::model::act::ComponentReused;
use crate::model::codes::DossierCode;
use crate::model::ids::RecordId;
use crate::model::record::Record;
use crate::model::register::{Disagreement, Held, RegisterDossier, ReuseLapse, Sides};
use crate::repository::error::RepositoryError;

/// Which dossiers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DifferenceFilter {
    /// Those of a period, which ends before the second.
    pub between: (OffsetDateTime, OffsetDateTime),
    /// Of those without papers, those that were received until then.
    pub no_papers_by: OffsetDateTime,
    /// Those that have waited since then or later.
    pub from: Option<OffsetDateTime>,
    /// Those that have waited since before then.
    pub before: Option<OffsetDateTime>,
}

impl DifferenceFilter {
    /// Whether a dossier is asked for, where there is a register or none.
    pub fn takes(&self, one: &Disagreement, has_register: bool) -> bool {
        let in_period = one.at.is_some_and(|at| at >= self.between.0 && at < self.between.1);
        let is_told = match one.sides {
            Sides::Both => true,
            // Without a register nothing is missing in it.
            Sides::Papers => has_register,
            Sides::Entry => one.at.is_some_and(|at| at <= self.no_papers_by),
        };
        let waits = self.from.is_none_or(|from| one.since >= from) && self.before.is_none_or(|before| one.since < before);
        in_period && is_told && waits
    }
}

/// What was said once to stand for a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidReuse {
    /// The number of the act.
    pub act: u64,
    /// When it was said.
    pub at: OffsetDateTime,
    /// What was said.
    pub said: ComponentReused,
}

/// What was said last of each component of a dossier, of all that was said in order, and why it stands no more. Of the
/// record in which something was found, `now` tells the newest version and its dossier's entry.
///
/// # Errors
/// What `now` says.
pub fn standing<E>(
    entry: &RegisterDossier,
    said: Vec<SaidReuse>,
    mut now: impl FnMut(RecordId) -> Result<(Option<Record>, Option<RegisterDossier>), E>,
) -> Result<BTreeMap<String, (ComponentReused, Option<ReuseLapse>)>, E> {
    let mut all = BTreeMap::new();
    for SaidReuse { at, said, .. } in said {
        let (record, held_in) = now(said.record)?;
        let held = Held { ordinal: said.ordinal, said_at: at, record: record.as_ref(), entry: held_in.as_ref() };
        let lapse = held.lapse(entry);
        all.insert(said.component.clone(), (said, lapse));
    }
    Ok(all)
}

/// Papers held against the register: whatever changes one of the two changes this with it, so that nobody who asks
/// has to compare.
pub trait Differences {
    /// The next `limit` dossiers behind that of `after`, by how long they have waited and by code.
    ///
    /// # Errors
    /// What the store says.
    fn differences(
        &self,
        filter: &DifferenceFilter,
        after: Option<(OffsetDateTime, &str)>,
        limit: usize,
    ) -> Result<Vec<Disagreement>, RepositoryError>;

    /// How many there are.
    ///
    /// # Errors
    /// What the store says.
    fn count_differences(&self, filter: &DifferenceFilter) -> Result<u64, RepositoryError>;

    /// Those of one dossier, whenever it came; none of one that has papers and no entry where there is no register.
    ///
    /// # Errors
    /// What the store says.
    fn differences_of(&self, code: &DossierCode) -> Result<Option<Disagreement>, RepositoryError>;

    /// What was said to stand for components of a dossier, in the order of the acts.
    ///
    /// # Errors
    /// What the store says.
    fn reuses_of(&self, code: &DossierCode) -> Result<Vec<SaidReuse>, RepositoryError>;

    /// How many components were said to be reused from the first of `between` on and before the second, each
    /// component of a dossier once.
    ///
    /// # Errors
    /// What the store says.
    fn count_reuses(&self, between: (OffsetDateTime, OffsetDateTime)) -> Result<u64, RepositoryError>;

    /// Rows, at most `limit`, that are kept here and do not follow from papers, register and acts, or follow and are not
    /// kept: each by its table and its key there.
    ///
    /// # Errors
    /// What the store says.
    fn misnoted_differences(&self, limit: usize) -> Result<Vec<(&'static str, String)>, RepositoryError>;

    /// Makes all of it again from papers, register and acts.
    ///
    /// # Errors
    /// What the store says.
    fn renew_differences(&self) -> Result<(), RepositoryError>;
}
