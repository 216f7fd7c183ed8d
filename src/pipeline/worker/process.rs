//! The parent's side of one worker process.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::confine::Folders;
use super::protocol::{Greeting, Reply, Request, WORKER_VERB};
use crate::settings::Settings;

/// How much of a worker's last words is kept to explain its death, in bytes.
const LAST_WORDS: usize = 4096;

/// Why a worker gave no reply. It is dead by then.
#[derive(Debug)]
pub enum Lost {
    /// It did not answer in time and was killed.
    Deadline,
    /// It asked for more memory than it may have.
    OutOfMemory,
    /// It died otherwise; with its exit status and last words.
    Crashed(String),
}

/// A running worker.
pub struct WorkerProcess {
    child: Child,
    requests: ChildStdin,
    replies: Receiver<io::Result<String>>,
    last_words: Arc<Mutex<VecDeque<u8>>>,
}

impl WorkerProcess {
    /// Starts this program again as a worker.
    ///
    /// # Errors
    /// When the process can not be started.
    pub fn start(settings: &Settings, folders: &Folders) -> io::Result<Self> {
        // Not by its path: an upgrade in the middle of a run must not change the workers.
        let mut child = Command::new("/proc/self/exe")
            .arg(WORKER_VERB)
            // Tesseract's own threads fight over the cores that the workers already fill: without
            // this it is four times slower, and it must be set before the process starts.
            .env("OMP_THREAD_LIMIT", "1")
            // A backtrace would push what a worker died of out of its last words.
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
        let last_words = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&last_words);
        thread::spawn(move || keep_last_words(words, &kept));
        Ok(Self { child, requests, replies: receiver, last_words })
    }

    /// Asks for one piece of work and waits at most `deadline` for it.
    ///
    /// # Errors
    /// When no reply came. The worker is of no more use then.
    pub fn ask(&mut self, request: &Request, deadline: Duration) -> Result<Reply, Lost> {
        if send(&mut self.requests, request).is_err() {
            return Err(self.autopsy());
        }
        match self.replies.recv_timeout(deadline) {
            Ok(Ok(line)) => serde_json::from_str(&line).map_err(|error| {
                let _ = self.child.kill();
                Lost::Crashed(format!("its reply made no sense: {error}"))
            }),
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                let _ = self.child.wait();
                Err(Lost::Deadline)
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(self.autopsy()),
        }
    }

    /// Finds out why the worker died.
    fn autopsy(&mut self) -> Lost {
        let _ = self.child.kill();
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        // The thread that listens ends with the pipe; it may still be a moment behind.
        thread::sleep(Duration::from_millis(20));
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = String::from_utf8_lossy(&words.iter().copied().collect::<Vec<_>>()).into_owned();
        // The last lines of Rust's and of C++'s runtime when an allocation fails.
        if words.contains("memory allocation of") || words.contains("bad_alloc") {
            return Lost::OutOfMemory;
        }
        let gist = gist(&words);
        Lost::Crashed(if gist.is_empty() { status } else { format!("{status}: {gist}") })
    }
}

/// What matters of a worker's last words: where it panicked and why, else the last line.
fn gist(words: &str) -> String {
    let mut lines = words.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("note: "));
    match words.rfind("panicked at ").and_then(|at| words.get(at..)) {
        Some(panic) => panic.lines().take(2).collect::<Vec<_>>().join(" "),
        None => lines.next_back().unwrap_or_default().to_owned(),
    }
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

fn keep_last_words(mut from: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(buffer.iter().take(count));
        let excess = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gist_of_last_words_is_the_panic_or_the_last_line() {
        let words =
            "warning\n\nthread 'main' panicked at src/a.rs:1:2:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(gist(words), "panicked at src/a.rs:1:2: index out of bounds");
        assert_eq!(gist("one\nfree(): invalid pointer\n\n"), "free(): invalid pointer");
        assert_eq!(gist(""), "");
    }
}
