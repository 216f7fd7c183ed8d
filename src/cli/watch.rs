//! `sohoa watch`

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};

use super::args::Watch as Arguments;
use super::exit::Exit;
use super::output::{Output, tell};
use super::{progress, report};
use crate::commands::progress::Progress;
use crate::commands::watch::{self as commands, Listener, WatchEvent, WatchOrder};
use crate::model::failure::{Failure, FailureCode, Language};
use crate::settings::Settings;

/// Watches an inbox until it is told to stop.
pub(super) fn watch(arguments: &Arguments, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let stop = Stop::on_signals(settings.watch.stop_seconds, output)?;
    let inbox = arguments.inbox.as_ref().unwrap_or(&settings.folders.inbox);
    let order = WatchOrder { inbox: inbox.clone(), who: arguments.name.told() };
    let (language, inbox) = (output.language(), inbox.display());
    output.note(&tell!(language, "Theo dõi hộp đến {inbox}.", "Watching the inbox {inbox}."));
    commands::watch(root, settings, &order, &mut Teller { root, settings, output, stop })?;
    output.note(&tell!(language, "Đã dừng theo dõi.", "The watch has ended."));
    Ok(Exit::Success)
}

/// Tells what happens while an inbox is watched.
struct Teller<'a> {
    root: &'a Path,
    settings: &'a Settings,
    output: &'a Output,
    stop: Arc<Stop>,
}

impl Listener for Teller<'_> {
    fn display(&mut self) -> Box<dyn Progress> {
        progress::display(self.output)
    }

    fn hear(&mut self, event: WatchEvent<'_>) -> Result<(), Failure> {
        let (output, language) = (self.output, self.output.language());
        match event {
            WatchEvent::Batch(report) if output.json() => output.line(report)?,
            WatchEvent::Batch(_) if output.quiet() => {}
            WatchEvent::Batch(report) => output.text(&report::render(report, self.root, self.settings, language))?,
            WatchEvent::Waiting(failure) => {
                output.failure(failure);
                output.note(&tell!(language, "Chờ và sẽ thử lại.", "Waiting; it will be tried again."));
            }
            WatchEvent::GoesOn(code) => output.note(over(code, language)),
        }
        Ok(())
    }

    fn is_enough(&mut self) -> bool {
        self.stop.is_asked()
    }

    fn wait(&mut self, pause: Duration) {
        self.stop.wait(pause);
    }
}

/// What staff hear when a failure has passed.
fn over(code: FailureCode, language: Language) -> &'static str {
    match (code, language) {
        (FailureCode::InboxMissing, Language::Vi) => "Hộp đến đã truy cập được trở lại; tiếp tục theo dõi.",
        (FailureCode::InboxMissing, Language::En) => "The inbox is back; the watch goes on.",
        (_, Language::Vi) => "Đã hết trở ngại; tiếp tục theo dõi.",
        (_, Language::En) => "What was in the way is gone; the watch goes on.",
    }
}

/// Hears of SIGTERM and SIGINT.
struct Stop {
    asked: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    /// Keeps the two signals from this thread and all that it starts, workers too, so that a batch
    /// can come to its end, and listens to them in a thread of its own.
    ///
    /// A batch that takes longer than `grace` seconds after the first signal, or a second signal,
    /// ends the program at once. As with `kill -9` nothing is lost: the next start goes on.
    fn on_signals(grace: f64, output: &Output) -> Result<Arc<Self>, Failure> {
        let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT].into_iter().collect();
        let failed = |error: io::Error| Failure::new(FailureCode::WorkerMissing).because(error);
        signals.thread_block().map_err(|error| failed(error.into()))?;
        let stop = Arc::new(Self { asked: Mutex::new(false), told: Condvar::new() });
        let heard = Arc::clone(&stop);
        let output = output.clone();
        let listen = move || {
            if signals.wait().is_err() {
                return;
            }
            output.note(&tell!(output.language(), "Dừng khi xong lô đang chạy.", "Stopping when the batch in work is done."));
            *heard.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
            heard.told.notify_all();
            thread::spawn(move || {
                thread::sleep(Duration::from_secs_f64(grace));
                give_up(&output);
            });
            if signals.wait().is_ok() {
                std::process::exit(Exit::Success as i32);
            }
        };
        thread::Builder::new().name("signals".into()).spawn(listen).map_err(failed)?;
        Ok(stop)
    }

    fn is_asked(&self) -> bool {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for as long, or until it is told to stop.
    fn wait(&self, pause: Duration) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let _unless_asked = self.told.wait_timeout_while(asked, pause, |asked| !*asked);
    }
}

fn give_up(output: &Output) -> ! {
    output.note(&tell!(
        output.language(),
        "Lô đang chạy chưa xong; lần khởi động sau sẽ làm tiếp từ chỗ dừng.",
        "The batch in work is not done; the next start goes on from where it stopped."
    ));
    std::process::exit(Exit::Success as i32)
}
