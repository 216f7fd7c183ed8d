//! When to kill: at any time, or when something is just being written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::support::Place;

/// What is written to while a run goes on, by its place in the repository.
const WRITTEN: [&str; 7] = ["tmp", "blobs", "catalog.sqlite-wal", "quarantine", "exports", "index", "."];
/// Most changes that are let pass before the kill.
const CHANGES: u64 = 6;
/// A run that has not ended by then hangs.
const LONGEST: Duration = Duration::from_secs(300);

/// A plain generator seeded by the clock: every run of the tests tries other moments, and prints
/// its seed for one that fails.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
        println!("seed {seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.next() as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A moment in a run.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// So long after its start.
    After(Duration),
    /// When this part of the repository has changed so often, and a little later.
    Written { part: &'static str, changes: u64, later: Duration },
}

impl Moment {
    /// Some write of a run.
    pub fn write(dice: &mut Dice) -> Self {
        let part = WRITTEN[dice.below(WRITTEN.len() as u64) as usize];
        let later = Duration::from_micros(if dice.below(2) == 0 { 0 } else { dice.below(3000) });
        Self::Written { part, changes: 1 + dice.below(CHANGES), later }
    }

    /// Waits for the moment and says whether `run` still lived then.
    pub fn wait(self, place: &Place, run: &mut Child) -> bool {
        match self {
            Self::After(time) => {
                let end = Instant::now() + time;
                while Instant::now() < end && run.try_wait().unwrap().is_none() {
                    thread::sleep(Duration::from_millis(1));
                }
            }
            Self::Written { part, changes, later } => {
                let part = place.repository().join(part);
                let deadline = Instant::now() + LONGEST;
                let (mut last, mut seen) = (state(&part), 0);
                while seen < changes {
                    assert!(Instant::now() < deadline, "the run hangs");
                    if run.try_wait().unwrap().is_some() {
                        return false;
                    }
                    thread::sleep(Duration::from_micros(200));
                    let now = state(&part);
                    seen += u64::from(now != last);
                    last = now;
                }
                thread::sleep(later);
            }
        }
        run.try_wait().unwrap().is_none()
    }
}

/// Names and sizes of all that lies at `path`.
fn state(path: &Path) -> Vec<(PathBuf, u64)> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Vec::new() };
    if !metadata.is_dir() {
        return vec![(path.to_owned(), metadata.len())];
    }
    let mut found: Vec<_> = walkdir::WalkDir::new(path)
        .into_iter()
        .flatten()
        .map(|entry| (entry.path().to_owned(), entry.metadata().map_or(0, |metadata| metadata.len())))
        .collect();
    found.sort();
    found
}
