//! The parent's side of one worker process.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

use super::confine::Folders;
use super::protocol::{Greeting, Reply, Request, WORKER_VERB};
use crate::settings::Settings;

/// How much of the end of a worker's standard error is kept to explain its death, in bytes.
const STDERR_TAIL: usize = 4096;

/// How much memory a worker keeps for its next page (glibc; 128 MiB, and blocks up to 32 MiB of it).
const KEPT_MEMORY: [(&str, &str); 3] =
    [("MALLOC_TRIM_THRESHOLD_", "134217728"), ("MALLOC_MMAP_THRESHOLD_", "33554432"), ("MALLOC_TOP_PAD_", "8388608")];

/// What a worker inherits of the environment: where the system's libraries and Tesseract's models lie.
const INHERITED: [&str; 2] = ["LD_LIBRARY_PATH", "TESSDATA_PREFIX"];

/// How often a worker's processor time is looked at, at most.
const LOOK: Duration = Duration::from_millis(50);

/// How long a piece of work may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    /// Processor time of the worker.
    pub processor: Duration,
    /// By the clock.
    pub wall: Duration,
}

impl Deadline {
    /// So many times as long.
    #[must_use]
    pub(super) fn times(self, count: u32) -> Self {
        Self { processor: self.processor.saturating_mul(count), wall: self.wall.saturating_mul(count) }
    }
}

/// Why a worker gave no reply. It is dead by then.
#[derive(Debug)]
pub(super) enum Lost {
    /// It took too long, in seconds, and was killed.
    Deadline(f64),
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// It died otherwise; with its exit status and what it said last.
    Crashed(String),
}

/// A running worker.
pub(super) struct WorkerProcess {
    child: Child,
    requests: ChildStdin,
    replies: Receiver<io::Result<String>>,
    stderr_tail: Arc<Mutex<VecDeque<u8>>>,
}

impl WorkerProcess {
    /// Starts this program again as a worker.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub(super) fn start(settings: &Settings, folders: &Folders) -> io::Result<Self> {
        // Not by its path: an upgrade in the middle of a run must not change the workers.
        let inherited = INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut child = Command::new("/proc/self/exe")
            .arg(WORKER_VERB)
            // Passwords and tokens of whoever started the program are no worker's business.
            .env_clear()
            .envs(inherited)
            // Tesseract's own threads fight over the cores that the workers already fill: without
            // this it is four times slower, and it must be set before the process starts.
            .env("OMP_THREAD_LIMIT", "1")
            // Pages' pixels are asked for and given back many times a page: memory that goes back to
            // the system each time is cleared by it each time, a twentieth of all work.
            .envs(KEPT_MEMORY)
            // A backtrace would push what a worker died of out of what is kept.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(mut requests), Some(replies), Some(words)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("the worker has no pipes"));
        };
        let parent = std::process::id().cast_signed();
        let greeting = Greeting { settings: settings.clone(), parent, folders: folders.clone() };
        send(&mut requests, &greeting)?;
        let (sender, receiver) = sync_channel(1);
        thread::spawn(move || {
            for line in BufReader::new(replies).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let stderr_tail = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&stderr_tail);
        thread::spawn(move || keep_stderr_tail(words, &kept));
        Ok(Self { child, requests, replies: receiver, stderr_tail })
    }

    /// Asks for one piece of work and waits until `deadline` for it.
    ///
    /// # Errors
    /// When no reply came. The worker is of no more use then.
    pub(super) fn ask(&mut self, request: &Request, deadline: Deadline) -> Result<Reply, Lost> {
        if send(&mut self.requests, request).is_err() {
            return Err(self.exit_cause());
        }
        match self.wait(deadline) {
            Ok(Ok(line)) => serde_json::from_str(&line).map_err(|error| {
                let _ = self.child.kill();
                Lost::Crashed(format!("its reply made no sense: {error}"))
            }),
            Err(Overdue::Late(seconds)) => {
                let _ = self.child.kill();
                let _ = self.child.wait();
                Err(Lost::Deadline(seconds))
            }
            Ok(Err(_)) | Err(Overdue::Gone) => Err(self.exit_cause()),
        }
    }

    /// Waits for a reply. What counts is the worker's own processor time: on a busy machine the clock runs
    /// on while the worker waits for its turn.
    fn wait(&self, deadline: Deadline) -> Result<io::Result<String>, Overdue> {
        let began = Instant::now();
        let before = self.processor_time();
        loop {
            let spent = self.processor_time().zip(before).map_or(Duration::ZERO, |(now, before)| now.saturating_sub(before));
            let (processor_left, wall_left) =
                (deadline.processor.saturating_sub(spent), deadline.wall.saturating_sub(began.elapsed()));
            if processor_left.is_zero() {
                return Err(Overdue::Late(spent.as_secs_f64()));
            }
            if wall_left.is_zero() {
                return Err(Overdue::Late(began.elapsed().as_secs_f64()));
            }
            match self.replies.recv_timeout(processor_left.max(LOOK).min(wall_left)) {
                Ok(reply) => return Ok(reply),
                Err(RecvTimeoutError::Disconnected) => return Err(Overdue::Gone),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Processor time of all threads of the worker so far; none once it is gone.
    fn processor_time(&self) -> Option<Duration> {
        let clock: ClockId = clock_getcpuclockid(Pid::from_raw(self.child.id().cast_signed())).ok()?;
        clock_gettime(clock).ok().map(Duration::from)
    }

    /// Finds out why the worker died.
    fn exit_cause(&mut self) -> Lost {
        let _ = self.child.kill();
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        // The thread that listens ends with the pipe; it may still be a moment behind.
        thread::sleep(Duration::from_millis(20));
        let words = self.stderr_tail.lock().unwrap_or_else(PoisonError::into_inner);
        let words = String::from_utf8_lossy(&words.iter().copied().collect::<Vec<_>>()).into_owned();
        // The last lines of Rust's and of C++'s runtime when an allocation fails.
        if words.contains("memory allocation of") || words.contains("bad_alloc") {
            return Lost::OutOfMemory;
        }
        let summary = crash_summary(&words);
        Lost::Crashed(if summary.is_empty() { status } else { format!("{status}: {summary}") })
    }
}

/// What matters of the end of a worker's standard error: where it panicked and why, else the last line.
fn crash_summary(words: &str) -> String {
    let mut lines = words.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("note: "));
    match words.rfind("panicked at ").and_then(|at| words.get(at..)) {
        Some(panic) => panic.lines().take(2).collect::<Vec<_>>().join(" "),
        None => lines.next_back().unwrap_or_default().to_owned(),
    }
}

/// Why no reply came.
enum Overdue {
    /// It took so many seconds.
    Late(f64),
    /// The worker is dead.
    Gone,
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn send(pipe: &mut ChildStdin, message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    pipe.write_all(&line)
}

fn keep_stderr_tail(mut from: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(buffer.iter().take(count));
        let excess = kept.len().saturating_sub(STDERR_TAIL);
        kept.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crash_summary_is_the_panic_or_the_last_line() {
        let words =
            "warning\n\nthread 'main' panicked at src/a.rs:1:2:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(crash_summary(words), "panicked at src/a.rs:1:2: index out of bounds");
        assert_eq!(crash_summary("one\nfree(): invalid pointer\n\n"), "free(): invalid pointer");
        assert_eq!(crash_summary(""), "");
    }
}
