//! How things stand: the last batch, what waits, room, the last verification, backup and manifest, and what consumers
//! said.

use std::collections::BTreeMap;
use std::path::Path;

use time::{Duration, OffsetDateTime};

use super::batches::{self, BatchLine};
use super::certificate;
use super::doctor::{Examination, disk};
use super::pending::{PendingOrder, pending};
use crate::model::batch::BatchState;
use crate::model::checkup::{Advice, Checkup, Health, Remedy, Seen, Step, Subject};
use crate::model::consumer::ConsumerName;
use crate::model::delivery::ItemState;
use crate::model::failure::Failure;
use crate::model::upkeep::{BackupNote, VerifyNote};
use crate::repository::{DeliveryTimes, ManifestRow, Repository, upkeep};
use crate::settings::{ConsumerSettings, Settings};

/// What was done last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Last {
    /// The newest batch.
    pub batch: Option<BatchLine>,
    /// The last verification that was noted.
    pub verify: Option<VerifyNote>,
    /// The last backup that was noted.
    pub backup: Option<BackupNote>,
    /// The last manifest: its number, and when it was made.
    pub export: Option<(u64, OffsetDateTime)>,
}

/// Tells what was done last, which costs little however much the repository holds.
///
/// # Errors
/// What the repository says.
pub(crate) fn last(repository: &Repository) -> Result<Last, Failure> {
    let root = repository.root();
    let export = repository.catalog.last_manifest()?.map(|ManifestRow { sequence, created_at, .. }| (sequence, created_at));
    let batch = batches::list(repository, 1)?.pop();
    Ok(Last { batch, verify: upkeep::last_verify(root), backup: upkeep::last_backup(root), export })
}

/// How far what goes to a consumer has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// The consumer.
    pub consumer: ConsumerName,
    /// How many records stand in each state; a state that none stands in is left out.
    pub counts: BTreeMap<ItemState, u64>,
    /// Since when the oldest of those waits that the consumer has not taken or that a later one does not replace.
    pub open_since: Option<OffsetDateTime>,
    /// When the consumer answered last.
    pub answered_at: Option<OffsetDateTime>,
}

impl Delivered {
    fn new(consumer: &ConsumerName, counts: BTreeMap<ItemState, u64>, times: &DeliveryTimes) -> Self {
        let time = |state| times.get(&state).copied();
        let open = [ItemState::Waiting, ItemState::Sent, ItemState::Unknown, ItemState::Rejected];
        let answers = [ItemState::Accepted, ItemState::Rejected];
        Self {
            consumer: consumer.clone(),
            counts,
            open_since: open.into_iter().filter_map(|state| Some(time(state)?.0)).min(),
            answered_at: answers.into_iter().filter_map(|state| Some(time(state)?.1)).max(),
        }
    }

    /// How many records stand in a state.
    pub(crate) fn count(&self, state: ItemState) -> u64 {
        self.counts.get(&state).copied().unwrap_or_default()
    }
}

/// Tells how far what goes to each consumer of the settings has come.
///
/// # Errors
/// What the repository says.
pub(crate) fn deliveries(repository: &Repository, settings: &Settings) -> Result<Vec<Delivered>, Failure> {
    let delivered = |consumer: &ConsumerSettings| {
        let counts = repository.catalog.delivery_counts(&consumer.name)?;
        Ok(Delivered::new(&consumer.name, counts, &repository.catalog.delivery_times(&consumer.name)?))
    };
    settings.consumers.iter().map(delivered).collect()
}

/// Tells how things stand, and what to do where they do not stand well.
///
/// # Errors
/// What the repository says.
pub(crate) fn status(repository: &Repository, settings: &Settings) -> Result<Examination, Failure> {
    let mut last = last(repository)?;
    if let Some(batch) = last.batch.as_mut().filter(|batch| batch.state == BatchState::Running)
        && repository.dead_batches()?.contains(&batch.batch)
    {
        // The next run writes it down so.
        batch.state = BatchState::Interrupted;
    }
    let asked = Asked { root: repository.root(), settings, now: settings.general.now() };
    let order = PendingOrder { limit: 1, ..PendingOrder::default() };
    let waiting = pending(repository, settings, &order)?;
    let days = waiting.items.first().map(|item| item.days);
    let mut checkups = vec![
        asked.batch(last.batch.as_ref()),
        asked.waiting(waiting.total, days),
        disk(settings, repository.root()),
        asked.verify(last.verify),
        asked.backup(last.backup),
        asked.export(last.export),
    ];
    checkups.extend(deliveries(repository, settings)?.iter().map(|delivered| asked.delivered(delivered)));
    checkups.extend(certificate::checkups(settings, asked.now));
    Ok(Examination { checkups })
}

/// So far clocks that are set by the network differ.
const SKEW: Duration = Duration::minutes(10);

struct Asked<'a> {
    root: &'a Path,
    settings: &'a Settings,
    now: OffsetDateTime,
}

impl Asked<'_> {
    /// Whole hours since then; a clock that was put back makes none.
    fn hours(&self, at: OffsetDateTime) -> i64 {
        (self.now - at).whole_hours().max(0)
    }

    fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        self.settings.general.local(at)
    }

    fn root(&self) -> String {
        self.root.display().to_string()
    }

    fn batch(&self, batch: Option<&BatchLine>) -> Checkup {
        let most = self.settings.status.batch_hours;
        let units = ["sohoa.timer", "sohoa.service", "sohoa-watch.service"].map(str::to_owned).to_vec();
        let remedy = Remedy { advice: Advice::SeeBatch, step: Some(Step::ShowUnits { units }) };
        let Some(batch) = batch else {
            return checkup(Subject::LastBatch, Seen::Never, overdue(None, most), remedy);
        };
        let at = batch.ended_at.unwrap_or(batch.started_at);
        let hours = self.hours(at);
        let health = match batch.state {
            BatchState::Failed => Health::Bad,
            BatchState::Interrupted => Health::Warning,
            BatchState::Running | BatchState::Finished => overdue(Some(hours), most),
        };
        let seen = Seen::Batch { batch: batch.batch.0, state: batch.state, at: self.local(at), hours, ledger: batch.ledger };
        checkup(Subject::LastBatch, seen, health, remedy)
    }

    fn waiting(&self, total: u64, days: Option<i64>) -> Checkup {
        let most = i64::from(self.settings.status.waiting_days);
        let health = if most > 0 && days.is_some_and(|days| days >= most) { Health::Warning } else { Health::Good };
        let remedy = Remedy { advice: Advice::Settle, step: Some(Step::ShowPending { folder: self.root() }) };
        checkup(Subject::Waiting, Seen::Waiting { total, days }, health, remedy)
    }

    fn verify(&self, note: Option<VerifyNote>) -> Checkup {
        let most = self.settings.status.verify_hours;
        let step = Step::StartUnit { unit: "sohoa-verify.timer".into() };
        let nightly = Remedy { advice: Advice::VerifyNightly, step: Some(step) };
        let Some(VerifyNote { at, share, findings, open }) = note else {
            return checkup(Subject::LastVerify, Seen::Never, overdue(None, most), nightly);
        };
        let seen = |at, share, findings| Seen::Verified { at: self.local(at), hours: self.hours(at), share, findings };
        if findings > 0 {
            return checkup(Subject::LastVerify, seen(at, share, findings), Health::Bad, self.damage());
        }
        // Nobody has seen since that it is mended.
        if let Some(open) = open.into_iter().last() {
            return checkup(Subject::LastVerify, seen(open.at, open.share, open.findings), Health::Bad, self.damage());
        }
        checkup(Subject::LastVerify, seen(at, share, findings), self.overdue_since(at, most), nightly)
    }

    fn backup(&self, note: Option<BackupNote>) -> Checkup {
        let most = self.settings.status.backup_hours;
        let step = Step::StartUnit { unit: "sohoa-backup.timer".into() };
        let nightly = Remedy { advice: Advice::BackUpNightly, step: Some(step) };
        let Some(BackupNote { at, to, findings, .. }) = note else {
            return checkup(Subject::LastBackup, Seen::Never, overdue(None, most), nightly);
        };
        let seen = Seen::BackedUp { at: self.local(at), hours: self.hours(at), to, findings };
        if findings > 0 {
            return checkup(Subject::LastBackup, seen, Health::Bad, self.damage());
        }
        checkup(Subject::LastBackup, seen, self.overdue_since(at, most), nightly)
    }

    /// Whether something is due that was noted at this time; of a time to come nothing can be told.
    fn overdue_since(&self, at: OffsetDateTime, most: u32) -> Health {
        match at - self.now > SKEW {
            true => Health::Warning,
            false => overdue(Some(self.hours(at)), most),
        }
    }

    fn export(&self, last: Option<(u64, OffsetDateTime)>) -> Checkup {
        let seen = match last {
            Some((manifest, at)) => Seen::Exported { at: self.local(at), hours: self.hours(at), manifest },
            None => Seen::Never,
        };
        Checkup { subject: Subject::LastExport, health: Health::Good, seen, remedy: None }
    }

    fn delivered(&self, delivered: &Delivered) -> Checkup {
        let (waiting, rejected) = (delivered.count(ItemState::Waiting), delivered.count(ItemState::Rejected));
        let unanswered = delivered.count(ItemState::Sent) + delivered.count(ItemState::Unknown);
        let days = delivered.open_since.map(|since| self.hours(since) / 24);
        let most = i64::from(self.settings.status.delivery_days);
        let is_late = most > 0 && days.is_some_and(|days| days >= most);
        // What was rejected waits for a person from the first day on.
        let health = if is_late || rejected > 0 { Health::Warning } else { Health::Good };
        let consumer = delivered.consumer.to_string();
        let step = Step::ShowDeliveries { folder: self.root(), consumer: consumer.clone() };
        let answered = delivered.answered_at.map(|at| self.local(at));
        let seen = Seen::Delivered { consumer, waiting, unanswered, rejected, days, answered };
        checkup(Subject::Deliveries, seen, health, Remedy { advice: Advice::SeeDeliveries, step: Some(step) })
    }

    fn damage(&self) -> Remedy {
        Remedy { advice: Advice::SeeDamage, step: Some(Step::Verify { folder: self.root() }) }
    }
}

fn checkup(subject: Subject, seen: Seen, health: Health, remedy: Remedy) -> Checkup {
    Checkup { subject, health, seen, remedy: (health != Health::Good).then_some(remedy) }
}

/// Whether something is due that was done so many hours ago, or never, and is to be done every `most` hours.
fn overdue(hours: Option<i64>, most: u32) -> Health {
    let is_due = hours.is_none_or(|hours| hours > i64::from(most));
    if most > 0 && is_due { Health::Warning } else { Health::Good }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::repository::tests::{new_batch, new_repository};

    fn of(examination: &Examination, subject: Subject) -> Checkup {
        examination.checkups.iter().find(|checkup| checkup.subject == subject).unwrap().clone()
    }

    #[test]
    fn what_was_never_done_is_a_warning_unless_nobody_asks_for_it() {
        let (_folder, repository) = new_repository();
        let mut settings = Settings::default();
        let status = |settings: &Settings| status(&repository, settings).unwrap();
        let seen = status(&settings);
        for subject in [Subject::LastBatch, Subject::LastVerify, Subject::LastBackup] {
            let checkup = of(&seen, subject);
            assert_eq!((checkup.health, checkup.seen), (Health::Warning, Seen::Never), "{subject:?}");
        }
        assert_eq!(of(&seen, Subject::Waiting).health, Health::Good);
        (settings.status.batch_hours, settings.status.verify_hours, settings.status.backup_hours) = (0, 0, 0);
        let seen = status(&settings);
        assert!(seen.checkups.iter().all(|checkup| checkup.subject == Subject::Disk || checkup.health == Health::Good));
    }

    #[test]
    fn a_batch_that_nobody_works_on_any_more_is_not_running() {
        let (_folder, repository) = new_repository();
        let state = || match of(&status(&repository, &Settings::default()).unwrap(), Subject::LastBatch) {
            Checkup { seen: Seen::Batch { state, .. }, health, .. } => (state, health),
            other => panic!("{other:?}"),
        };
        repository.begin_batch(&new_batch()).unwrap();
        assert_eq!(state().0, BatchState::Running);
        repository.catalog.begin_batch(&new_batch()).unwrap();
        assert_eq!(state(), (BatchState::Interrupted, Health::Warning), "it has no owner");
    }

    #[test]
    fn what_consumers_said_is_told_and_what_they_did_not() {
        let (folder, _repository) = new_repository();
        let settings = Settings::default();
        let now = datetime!(2026-11-30 08:00 +7);
        let asked = Asked { root: folder.path(), settings: &settings, now };
        let seen = |states: &[(ItemState, u64, i64)]| {
            let counts = states.iter().map(|(state, count, _)| (*state, *count)).collect();
            let at = |days: &i64| now - Duration::days(*days);
            let times = states.iter().map(|(state, _, days)| (*state, (at(days), now - Duration::hours(1)))).collect();
            let checkup = asked.delivered(&Delivered::new(&"cong".parse().unwrap(), counts, &times));
            let Seen::Delivered { waiting, unanswered, rejected, days, answered, .. } = checkup.seen else { panic!() };
            (checkup.health, [waiting, unanswered, rejected], days, answered.is_some())
        };
        use ItemState::{Accepted, Rejected, Sent, Unknown, Waiting};
        assert_eq!(seen(&[]), (Health::Good, [0, 0, 0], None, false));
        assert_eq!(seen(&[(Accepted, 9, 90)]), (Health::Good, [0, 0, 0], None, true), "what is done with is no matter of days");
        assert_eq!(seen(&[(Waiting, 2, 1), (Sent, 3, 2), (Unknown, 4, 0)]), (Health::Good, [2, 7, 0], Some(2), false));
        assert_eq!(seen(&[(Sent, 3, 3)]), (Health::Warning, [0, 3, 0], Some(3), false));
        assert_eq!(seen(&[(Rejected, 1, 0)]), (Health::Warning, [0, 0, 1], Some(0), true));
    }

    #[test]
    fn age_and_findings_decide_how_things_stand() {
        let (folder, repository) = new_repository();
        repository.catalog.begin_batch(&new_batch()).unwrap();
        let settings = Settings::default();
        let now = datetime!(2026-11-30 08:00 +7);
        let asked = Asked { root: folder.path(), settings: &settings, now };
        let verified = |hours, findings| {
            let note = VerifyNote { at: now - Duration::hours(hours), share: Some("3/30".into()), findings, open: Vec::new() };
            asked.verify(Some(note)).health
        };
        assert_eq!(
            [verified(5, 0), verified(30, 0), verified(31, 0), verified(-4, 0)],
            [Health::Good, Health::Good, Health::Warning, Health::Warning]
        );
        assert_eq!(verified(5, 1), Health::Bad, "damage is worse than age");
        let found = VerifyNote { at: now - Duration::hours(24), share: Some("3/30".into()), findings: 1, open: Vec::new() };
        let sound = VerifyNote { at: now, share: Some("4/30".into()), findings: 0, open: Vec::new() };
        let checkup = asked.verify(Some(sound.after(Some(found))));
        let told = Seen::Verified { at: now - Duration::hours(24), hours: 24, share: Some("3/30".into()), findings: 1 };
        assert_eq!((checkup.health, checkup.seen), (Health::Bad, told), "another share is no proof");
        let backup = |findings| {
            let snapshot = "20261129T193000Z".parse().unwrap();
            asked.backup(Some(BackupNote { at: now, to: "/mnt".into(), snapshot, findings })).health
        };
        assert_eq!([backup(0), backup(2)], [Health::Good, Health::Bad]);
        let batch = last(&repository).unwrap().batch.unwrap();
        let in_state = |state| asked.batch(Some(&BatchLine { state, ended_at: Some(now), ..batch.clone() })).health;
        assert_eq!(
            [BatchState::Finished, BatchState::Interrupted, BatchState::Failed].map(in_state),
            [Health::Good, Health::Warning, Health::Bad]
        );
        assert_eq!([asked.waiting(3, Some(6)), asked.waiting(3, Some(7))].map(|one| one.health), [Health::Good, Health::Warning]);
    }
}
