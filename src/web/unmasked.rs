//! Which records were unmasked for which program, for a while after it gave a reason.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::ids::RecordId;

/// How long personal data stay unmasked once a reason was given.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// The hash of a program's token.
pub(super) type ProgramKey = [u8; 32];

/// What was unmasked.
#[derive(Debug, Default)]
pub(super) struct UnmaskedRecords {
    since: Mutex<HashMap<(ProgramKey, RecordId), Instant>>,
}

impl UnmaskedRecords {
    /// Unmasks records for a program, and says for how long.
    pub(super) fn unmask(&self, program: &ProgramKey, records: &[RecordId]) -> Duration {
        let now = Instant::now();
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.retain(|_, since| now.duration_since(*since) < LASTS);
        since.extend(records.iter().map(|record| ((*program, *record), now)));
        LASTS
    }

    /// Whether a record is unmasked for a program.
    pub(super) fn is_unmasked(&self, program: &ProgramKey, record: RecordId) -> bool {
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.get(&(*program, record)).is_some_and(|since| since.elapsed() < LASTS)
    }
}
