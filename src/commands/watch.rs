//! Watching an inbox: batches are run as files settle, until somebody says that it is enough.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::access::InNameOf;
use super::run::expect_balance;
use crate::model::batch::BatchReport;
use crate::model::failure::{Failure, FailureCode};
use crate::pipeline::progress::Progress;
use crate::pipeline::watch::{Backoff, Watch};
use crate::settings::Settings;

/// What is watched, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WatchOrder {
    /// The folder that scans are put into.
    pub inbox: PathBuf,
    /// Batches are run in this name.
    pub who: InNameOf,
}

/// What happens while an inbox is watched.
#[derive(Debug)]
pub(crate) enum WatchEvent<'a> {
    /// A batch came to its end.
    Batch(&'a BatchReport),
    /// Something is in the way that can pass; told once, however often it is tried again.
    Waiting(&'a Failure),
    /// What was in the way is gone.
    GoesOn(FailureCode),
}

/// Who hears of a watch and tells it when to stop.
pub(crate) trait Listener {
    /// Shows the progress of a batch that begins.
    fn display(&mut self) -> Box<dyn Progress>;

    /// Hears of something.
    ///
    /// # Errors
    /// What ends the watch.
    fn hear(&mut self, event: WatchEvent<'_>) -> Result<(), Failure>;

    /// Whether the watch is to end.
    fn is_enough(&mut self) -> bool;

    /// Waits for as long, or until it is enough.
    fn wait(&mut self, pause: Duration);
}

/// Watches an inbox for the repository at `root`, which the first batch makes.
///
/// A failure that can pass (the share or the repository is away, the disk is full) is told once and
/// waited for.
///
/// # Errors
/// Any other failure ends the watch, as it would end a run: who starts it decides whether to start it again.
pub(crate) fn watch(root: &Path, settings: &Settings, order: &WatchOrder, listener: &mut dyn Listener) -> Result<(), Failure> {
    let InNameOf { by, reason } = order.who.clone();
    let mut watch = Watch::new(&order.inbox, root, settings)?.in_name_of(by, reason);
    let mut backoff = Backoff::new(&settings.watch);
    let mut trouble = None;
    while !listener.is_enough() {
        let pause = match watch.look(|| listener.display()) {
            Ok(done) => {
                if let Some(code) = trouble.take() {
                    listener.hear(WatchEvent::GoesOn(code))?;
                }
                if let Some(report) = done {
                    listener.hear(WatchEvent::Batch(&report))?;
                    expect_balance(&report)?;
                }
                backoff.after_success()
            }
            Err(failure) if failure.code.effect().can_pass() => {
                if trouble != Some(failure.code) {
                    trouble = Some(failure.code);
                    listener.hear(WatchEvent::Waiting(&failure))?;
                }
                backoff.after_failure()
            }
            Err(failure) => return Err(failure),
        };
        listener.wait(pause);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::progress::Silent;

    /// Brings an inbox back when it has heard that it is away, and has then seen enough.
    struct Heard {
        inbox: PathBuf,
        events: Vec<String>,
        pauses: Vec<Duration>,
    }

    impl Listener for Heard {
        fn display(&mut self) -> Box<dyn Progress> {
            Box::new(Silent)
        }

        fn hear(&mut self, event: WatchEvent<'_>) -> Result<(), Failure> {
            self.events.push(match event {
                WatchEvent::Batch(_) => "batch".into(),
                WatchEvent::Waiting(failure) => format!("waiting: {}", failure.code),
                WatchEvent::GoesOn(code) => format!("goes on: {code}"),
            });
            Ok(())
        }

        fn is_enough(&mut self) -> bool {
            self.events.len() == 2
        }

        fn wait(&mut self, pause: Duration) {
            self.pauses.push(pause);
            if self.pauses.len() == 3 {
                std::fs::create_dir(&self.inbox).unwrap();
            }
        }
    }

    #[test]
    fn an_inbox_that_is_away_is_told_once_and_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        let mut heard = Heard { inbox: inbox.clone(), events: Vec::new(), pauses: Vec::new() };
        let order = WatchOrder { inbox, who: InNameOf::default() };
        watch(&folder.path().join("kho"), &Settings::default(), &order, &mut heard).unwrap();
        assert_eq!(heard.events, ["waiting: inbox-missing", "goes on: inbox-missing"]);
        // Longer and longer, and back to the first when all is well.
        let [first, second, third, well] = heard.pauses[..] else { panic!("{:?}", heard.pauses) };
        assert!(first < second && second < third && well == first, "{:?}", heard.pauses);
        assert!(!folder.path().join("kho").exists(), "nothing was to be done");
    }
}
