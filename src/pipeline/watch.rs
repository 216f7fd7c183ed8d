//! Watches an inbox: when is there something new that has settled, and is the inbox there at all?
//!
//! The inbox is looked through again and again. The kernel can tell of changes (inotify), but not
//! of those that other machines make on a network share, and that is where scanners write.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use nix::fcntl::OFlag;

use super::batch::{self, OlderWork, RunOptions};
use super::looks::Looks;
use super::plan::{Survey, stamp_of};
use super::progress::Progress;
use crate::model::batch::BatchReport;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::repository::{FileStamp, Mode, Repository};
use crate::settings::{Settings, WatchSettings};
use crate::stages::assemble::InboxRules;

/// What shows that something in the inbox has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last written, by the clock of the machine that holds it.
    pub modified: SystemTime,
    /// When anything about it changed, in nanoseconds since 1970.
    pub changed_ns: i64,
}

/// Something in the inbox and since when it looks as it does.
#[derive(Debug, Clone, Copy)]
struct Seen {
    stamp: Stamp,
    since: Instant,
    /// A batch has met it as it is.
    done: bool,
}

/// Remembers how the inbox looked and decides when a batch is due. It looks at no clock and no
/// disk of its own.
///
/// A file has settled once it was seen without a change for `watch.quiet_seconds` by our own
/// clock: the clock of a file server may be wrong, and many copiers set dates back.
#[derive(Debug)]
pub(crate) struct Watcher {
    quiet: Duration,
    gather: Duration,
    seen: HashMap<PathBuf, Seen>,
}

impl Watcher {
    /// Knows nothing yet: whatever lies in the inbox is new, so that the first batch also finishes
    /// what an interrupted one left.
    pub(crate) fn new(settings: &WatchSettings) -> Self {
        Self {
            quiet: Duration::from_secs_f64(settings.quiet_seconds),
            gather: Duration::from_secs_f64(settings.gather_seconds),
            seen: HashMap::new(),
        }
    }

    /// Takes note of all that the inbox holds at `now`. What it no longer holds is forgotten.
    pub(crate) fn observe(&mut self, listing: impl IntoIterator<Item = (PathBuf, Stamp)>, now: Instant) {
        let mut before = std::mem::take(&mut self.seen);
        for (path, stamp) in listing {
            let same = before.remove(&path).filter(|seen| seen.stamp == stamp);
            self.seen.insert(path, same.unwrap_or(Seen { stamp, since: now, done: false }));
        }
    }

    /// Whether a batch is due: something new has settled, and nothing else is still arriving, or
    /// it has arrived for longer than `watch.gather_seconds`. Ten pages that a scanner writes one
    /// after the other then come into one version of their dossier and not into ten.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        let (settled, arriving): (Vec<Duration>, Vec<Duration>) = self
            .seen
            .values()
            .filter(|seen| !seen.done)
            .map(|seen| now.duration_since(seen.since))
            .partition(|unchanged| *unchanged >= self.quiet);
        settled.into_iter().max().is_some_and(|longest| arriving.is_empty() || longest >= self.quiet + self.gather)
    }

    /// Whether something has been as it is for long enough.
    pub(crate) fn is_settled(&self, path: &Path, now: Instant) -> bool {
        self.seen.get(path).is_some_and(|seen| seen.done || now.duration_since(seen.since) >= self.quiet)
    }

    /// Takes note that a batch has met all that had settled at `now`.
    pub(crate) fn done(&mut self, now: Instant) {
        for seen in self.seen.values_mut() {
            seen.done |= now.duration_since(seen.since) >= self.quiet;
        }
    }

    /// Whether a batch has met it as it is.
    fn is_done(&self, path: &Path) -> bool {
        self.seen.get(path).is_some_and(|seen| seen.done)
    }

    /// Whether nothing is arriving or waiting for a batch.
    pub(crate) fn is_idle(&self) -> bool {
        self.seen.values().all(|seen| seen.done)
    }

    /// Makes something new again.
    pub(crate) fn forget(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.done = false;
        }
    }
}

/// Files that could not be read. They may look the same once they can be: rights do not show in
/// size and date, and a share may have been away for a moment.
#[derive(Debug, Default)]
struct Unreadable {
    /// Failed in the latest batch.
    failed: BTreeSet<PathBuf>,
    /// Of these, the ones that are worth another batch once they can be opened.
    awaited: BTreeSet<PathBuf>,
}

impl Unreadable {
    /// Takes note of what a batch could not read. A file that fails twice although it can be opened
    /// is damaged on its disk and awaited no longer: it would make a batch of every look.
    fn note(&mut self, failed: BTreeSet<PathBuf>, is_readable: impl Fn(&Path) -> bool) {
        let is_awaited = |path: &&PathBuf| !self.failed.contains(*path) || !is_readable(path);
        self.awaited = failed.iter().filter(is_awaited).cloned().collect();
        self.failed = failed;
    }

    /// Takes out those that can be opened now.
    fn take_readable(&mut self, is_readable: impl Fn(&Path) -> bool) -> BTreeSet<PathBuf> {
        let (readable, awaited) = std::mem::take(&mut self.awaited).into_iter().partition(|path| is_readable(path));
        self.awaited = awaited;
        readable
    }
}

/// How long to wait before the next look: twice as long after each failure in a row, up to
/// `watch.retry_seconds`.
#[derive(Debug)]
pub(crate) struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// Begins with `watch.poll_seconds`.
    pub(crate) fn new(settings: &WatchSettings) -> Self {
        let shortest = Duration::from_secs_f64(settings.poll_seconds);
        Self { shortest, longest: shortest.max(Duration::from_secs_f64(settings.retry_seconds)), next: shortest }
    }

    /// The pause after a look that went well.
    pub(crate) fn after_success(&mut self) -> Duration {
        self.next = self.shortest;
        self.shortest
    }

    /// The pause after one that failed.
    pub(crate) fn after_failure(&mut self) -> Duration {
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(self.longest);
        pause
    }
}

/// An inbox in which nothing is going on: as long as its folders stay as they are, no name has come to
/// it or gone, and a look costs a glance at each folder.
///
/// A file that is written anew in place shows in no folder, so all is looked at again in time.
#[derive(Debug, Default)]
struct Quiet {
    folders: Vec<(PathBuf, FileStamp)>,
    /// When all is to be looked at again; none while something is going on.
    until: Option<Instant>,
}

impl Quiet {
    /// Takes note of a look at everything. The inbox is quiet from the second look on that saw the
    /// same: what came just after the first may have left no later date.
    fn note(&mut self, folders: Vec<(PathBuf, FileStamp)>, is_idle: bool, until: Instant) {
        self.until = (is_idle && folders == self.folders).then_some(until);
        self.folders = folders;
    }

    fn holds(&self, now: Instant) -> bool {
        let same = |(path, stamp): &(PathBuf, FileStamp)| fs::symlink_metadata(path).is_ok_and(|now| stamp_of(&now) == *stamp);
        self.until.is_some_and(|until| now < until) && self.folders.iter().all(same)
    }
}

/// A watch over one inbox.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    root: &'a Path,
    settings: &'a Settings,
    rules: InboxRules,
    options: RunOptions,
    watcher: Watcher,
    unreadable: Unreadable,
    quiet: Quiet,
    looks: Looks,
    /// The inbox was seen as the top of a mounted file system.
    was_mount_point: bool,
    /// The repository was there.
    had_repository: bool,
    /// Who watches and why, as told.
    by: Option<String>,
    reason: Option<String>,
}

impl<'a> Watch<'a> {
    /// Watches `inbox` for the repository at `root`, which is made by the first batch.
    ///
    /// # Errors
    /// [`FailureCode::SettingsInvalid`] when the rules of the inbox cannot be used.
    pub(crate) fn new(inbox: &Path, root: &'a Path, settings: &'a Settings) -> Result<Self, Failure> {
        Ok(Self {
            root,
            settings,
            rules: InboxRules::new(&settings.inbox)?,
            options: RunOptions { inbox: inbox.to_owned(), limit: None, older: OlderWork::Stands },
            watcher: Watcher::new(&settings.watch),
            unreadable: Unreadable::default(),
            quiet: Quiet::default(),
            looks: Looks::default(),
            was_mount_point: false,
            had_repository: Repository::is_at(root),
            by: None,
            reason: None,
        })
    }

    /// Batches are run in this name and for this reason.
    #[must_use]
    pub(crate) fn in_name_of(mut self, by: Option<String>, reason: Option<String>) -> Self {
        (self.by, self.reason) = (by, reason);
        self
    }

    /// Looks through the inbox once and runs a batch if one is due; `display` shows its progress.
    /// Returns the batch's report, or none if there was nothing to do.
    ///
    /// # Errors
    /// When the inbox cannot be seen or the batch cannot begin or go on; see [`Effect::Pauses`](crate::model::failure::Effect::Pauses). What
    /// was to be done is still to be done then.
    pub(crate) fn look(&mut self, display: impl FnOnce() -> Box<dyn Progress>) -> Result<Option<BatchReport>, Failure> {
        self.expect_mount()?;
        let now = Instant::now();
        if self.unreadable.awaited.is_empty() && self.quiet.holds(now) {
            return Ok(None);
        }
        let full_every = Duration::from_secs_f64(self.settings.watch.full_look_seconds);
        let is_done = |path: &Path| self.watcher.is_done(path);
        let mut survey = self.looks.look((&self.options.inbox, self.root), &self.rules, &is_done, full_every)?;
        self.expect_mount()?;
        let now = Instant::now();
        self.watcher.observe(listing(&survey), now);
        for path in self.unreadable.take_readable(is_readable) {
            self.watcher.forget(&path);
        }
        let until = now + full_every;
        self.quiet.note(std::mem::take(&mut survey.folders), self.watcher.is_idle(), until);
        if !self.watcher.is_due(now) {
            return Ok(None);
        }
        self.run(survey, now, display).map(Some)
    }

    fn run(
        &mut self,
        mut survey: Survey,
        now: Instant,
        display: impl FnOnce() -> Box<dyn Progress>,
    ) -> Result<BatchReport, Failure> {
        if self.had_repository && !Repository::is_at(self.root) {
            // Its disk is not mounted; a new one would give out all numbers a second time.
            return Err(Failure::new(FailureCode::RepositoryMissing).at_file(self.root.display()));
        }
        let repository = Repository::open(self.root, Mode::Create)?.in_name_of(self.by.as_deref(), self.reason.as_deref());
        self.had_repository = true;
        let watcher = &self.watcher;
        survey.rejected.retain(|rejected| watcher.is_settled(&rejected.path, now));
        let plan = survey.into_plan(self.settings.limits.file_mib, |file| watcher.is_settled(&file.path, now));
        let left = plan.left.len() as u64;
        let shown = display();
        let report = batch::run_planned(&repository, self.settings, &self.options, shown.as_ref(), |_| Ok(plan))?;
        // A file that was gone or changed when its turn came is still to be taken up, and may look
        // the same when its share is back: then the next batch looks at all files once more.
        if report.left_files == left {
            self.watcher.done(now);
        }
        let root = fs::canonicalize(&self.options.inbox).unwrap_or_else(|_| self.options.inbox.clone());
        let unreadable = report.exceptions.iter().filter(|line| line.failure.code == FailureCode::FileUnreadable);
        self.unreadable.note(unreadable.map(|line| root.join(&line.path)).collect(), is_readable);
        Ok(report)
    }

    /// Fails when the inbox was the top of a mounted file system and is no longer: the empty folder
    /// that is left there is not an inbox from which everything was cleared away.
    fn expect_mount(&mut self) -> Result<(), Failure> {
        let inbox = &self.options.inbox;
        let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
        let missing = |cause: Cause| Failure::new(FailureCode::InboxMissing).at_file(inbox.display()).because(cause);
        let inner = fs::canonicalize(inbox).map_err(|error| missing(error.into()))?;
        let outer = inner.parent().unwrap_or(&inner);
        let devices = device(&inner).and_then(|inner| Ok((inner, device(outer)?)));
        let (inner, outer) = devices.map_err(|error| missing(error.into()))?;
        if self.was_mount_point && inner == outer {
            return Err(missing(WorkFault::NotMounted.into()));
        }
        self.was_mount_point = inner != outer;
        Ok(())
    }
}

/// All that a batch would take up or refuse.
fn listing(survey: &Survey) -> Vec<(PathBuf, Stamp)> {
    let stamp = |bytes, modified, changed_ns| Stamp { bytes, modified, changed_ns };
    let files = survey.files.iter();
    let files = files.map(|file| (file.path.clone(), stamp(file.bytes, file.modified.into(), file.stamp.changed_ns)));
    let rejected = survey.rejected.iter().map(|rejected| {
        let metadata = fs::symlink_metadata(&rejected.path).ok();
        let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok()).unwrap_or(SystemTime::UNIX_EPOCH);
        let changed = metadata.as_ref().map_or(0, |metadata| stamp_of(metadata).changed_ns);
        (rejected.path.clone(), stamp(metadata.map_or(0, |metadata| metadata.len()), modified, changed))
    });
    files.chain(rejected).collect()
}

fn is_readable(path: &Path) -> bool {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
    let opened = File::options().read(true).custom_flags(flags).open(path);
    opened.and_then(|mut file| file.read(&mut [0])).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A watcher that asks for 10 quiet seconds and gathers for 60, and moments to feed it with.
    fn watcher() -> (Watcher, impl Fn(u64) -> Instant) {
        let settings = WatchSettings { quiet_seconds: 10.0, gather_seconds: 60.0, ..WatchSettings::default() };
        let start = Instant::now();
        (Watcher::new(&settings), move |seconds| start + Duration::from_secs(seconds))
    }

    fn file(name: &str, bytes: u64) -> (PathBuf, Stamp) {
        (name.into(), Stamp { bytes, modified: SystemTime::UNIX_EPOCH + Duration::from_secs(bytes), changed_ns: 1 })
    }

    #[test]
    fn an_empty_inbox_is_never_due() {
        let (mut watcher, at) = watcher();
        for second in [0, 100, 10_000] {
            watcher.observe([], at(second));
            assert!(!watcher.is_due(at(second)));
        }
    }

    #[test]
    fn a_file_is_due_once_it_has_settled_and_only_once() {
        let (mut watcher, at) = watcher();
        watcher.observe([file("a", 1)], at(0));
        assert!(!watcher.is_due(at(9)));
        watcher.observe([file("a", 1)], at(10));
        assert!(watcher.is_due(at(10)));
        watcher.done(at(10));
        watcher.observe([file("a", 1)], at(1000));
        assert!(!watcher.is_due(at(1000)));
        // Written anew, it is new.
        watcher.observe([file("a", 2)], at(1001));
        assert!(!watcher.is_due(at(1001)));
        assert!(watcher.is_due(at(1011)));
    }

    #[test]
    fn a_file_that_grows_is_not_due_however_old_its_date_is() {
        let (mut watcher, at) = watcher();
        for second in 0..100 {
            watcher.observe([file("a", second)], at(second));
            assert!(!watcher.is_due(at(second)), "{second}");
        }
        assert!(watcher.is_due(at(109)));
    }

    #[test]
    fn a_file_that_is_replaced_by_one_of_the_same_size_begins_anew() {
        let (mut watcher, at) = watcher();
        let (path, stamp) = file("a", 7);
        watcher.observe([(path.clone(), stamp)], at(0));
        let replaced = Stamp { modified: SystemTime::UNIX_EPOCH, ..stamp };
        watcher.observe([(path.clone(), replaced)], at(8));
        assert!(!watcher.is_settled(&path, at(12)));
        assert!(watcher.is_settled(&path, at(18)));
    }

    #[test]
    fn settled_files_wait_for_those_still_arriving_but_not_for_ever() {
        let (mut watcher, at) = watcher();
        watcher.observe([file("a", 1)], at(0));
        for second in 1..70 {
            watcher.observe([file("a", 1), file("b", second)], at(second));
            assert!(!watcher.is_due(at(second)), "{second}");
        }
        watcher.observe([file("a", 1), file("b", 70)], at(70));
        assert!(watcher.is_due(at(70)));
        assert!(watcher.is_settled(Path::new("a"), at(70)) && !watcher.is_settled(Path::new("b"), at(70)));
        // The one still arriving was not part of the batch and is due later.
        watcher.done(at(70));
        watcher.observe([file("a", 1), file("b", 70)], at(80));
        assert!(watcher.is_due(at(80)));
    }

    #[test]
    fn what_was_cleared_away_and_came_back_is_new() {
        let (mut watcher, at) = watcher();
        watcher.observe([file("a", 1)], at(0));
        watcher.done(at(10));
        watcher.observe([], at(20));
        watcher.observe([file("a", 1)], at(30));
        assert!(watcher.is_due(at(40)));
    }

    #[test]
    fn what_could_not_be_read_is_due_again_when_it_can() {
        let (mut watcher, at) = watcher();
        watcher.observe([file("a", 1)], at(0));
        watcher.done(at(10));
        assert!(!watcher.is_due(at(20)));
        watcher.forget(Path::new("a"));
        assert!(watcher.is_due(at(20)));
    }

    #[test]
    fn a_file_that_can_be_opened_but_not_read_is_tried_twice_and_no_more() {
        let (a, b) = (PathBuf::from("a"), PathBuf::from("b"));
        let failed = || BTreeSet::from([a.clone(), b.clone()]);
        let only_a = |path: &Path| path == a;
        let mut unreadable = Unreadable::default();
        unreadable.note(failed(), only_a);
        assert_eq!(unreadable.take_readable(only_a), BTreeSet::from([a.clone()]));
        assert_eq!(unreadable.take_readable(only_a), BTreeSet::new());
        unreadable.note(failed(), only_a);
        assert_eq!(unreadable.take_readable(only_a), BTreeSet::new());
        assert_eq!(unreadable.take_readable(|_| true), BTreeSet::from([b.clone()]), "the closed one may be opened yet");
    }

    #[test]
    fn a_quiet_inbox_is_left_alone_until_a_name_comes_or_the_time_is_over() {
        let inbox = tempfile::tempdir().unwrap();
        let folder = inbox.path().join("a");
        fs::create_dir(&folder).unwrap();
        let start = Instant::now();
        let (soon, until, late) =
            (start + Duration::from_secs(1), start + Duration::from_secs(5), start + Duration::from_secs(9));
        let folders = || {
            let stamp = |path: &Path| (path.to_owned(), stamp_of(&fs::symlink_metadata(path).unwrap()));
            vec![stamp(inbox.path()), stamp(&folder)]
        };
        let mut quiet = Quiet::default();
        quiet.note(folders(), true, until);
        assert!(!quiet.holds(soon), "seen once only");
        quiet.note(folders(), true, until);
        assert!(quiet.holds(soon) && !quiet.holds(late));
        quiet.note(folders(), false, until);
        assert!(!quiet.holds(soon), "something is arriving");
        quiet.note(folders(), true, until);
        std::thread::sleep(Duration::from_millis(20));
        fs::write(folder.join("scan"), "x").unwrap();
        assert!(!quiet.holds(soon), "a name has come");
    }

    #[test]
    fn backoff_grows_with_failures_and_ends_with_them() {
        let settings = WatchSettings { poll_seconds: 5.0, retry_seconds: 30.0, ..WatchSettings::default() };
        let mut backoff = Backoff::new(&settings);
        let seconds: Vec<u64> = (0..5).map(|_| backoff.after_failure().as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 30, 30]);
        assert_eq!(backoff.after_success().as_secs(), 5);
        assert_eq!(backoff.after_failure().as_secs(), 5);
    }
}
