//! What a run costs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::model::batch::Cost;
use crate::model::page::StageTimes;
use crate::reading::CpuClock;

/// Gathers costs from all threads.
#[derive(Debug, Default)]
pub(super) struct Meter {
    cost: Mutex<Cost>,
}

impl Meter {
    fn with(&self, change: impl FnOnce(&mut Cost)) {
        change(&mut self.cost.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds what a worker spent.
    pub(super) fn add(&self, times: &StageTimes) {
        self.with(|cost| cost.stages.add(times));
    }

    /// Counts a page that the engine read.
    pub(super) fn page_read(&self) {
        self.with(|cost| cost.pages_read += 1);
    }

    /// Counts bytes of a scan taken in.
    pub(super) fn bytes_in(&self, bytes: u64) {
        self.with(|cost| cost.bytes_in += bytes);
    }

    /// Counts bytes of a sealed file.
    pub(super) fn bytes_out(&self, bytes: u64) {
        self.with(|cost| cost.bytes_out += bytes);
    }

    /// Does `work` and books its processor time under "store".
    pub(super) fn store<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut clock = CpuClock::start();
        let outcome = work();
        let store = clock.lap();
        self.add(&StageTimes { store, ..StageTimes::default() });
        outcome
    }

    /// Does `work` and books its processor time under "index". The index writes with threads of
    /// its own, so the time of the whole process is taken; nothing else runs by then.
    pub(super) fn index<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = own_seconds();
        let outcome = work();
        let index = ((own_seconds() - before).max(0.0) * 1e6) as u64;
        self.add(&StageTimes { index, ..StageTimes::default() });
        outcome
    }

    /// The costs so far. Workers count once they have ended.
    pub(super) fn cost(&self, wall: Duration) -> Cost {
        let mut cost = *self.cost.lock().unwrap_or_else(PoisonError::into_inner);
        cost.wall_seconds = wall.as_secs_f64();
        if let (Ok(own), Ok(workers)) = (getrusage(UsageWho::RUSAGE_SELF), getrusage(UsageWho::RUSAGE_CHILDREN)) {
            let micros = [own, workers]
                .iter()
                .map(|usage| usage.user_time().num_microseconds() + usage.system_time().num_microseconds())
                .sum::<i64>();
            cost.cpu_seconds = micros as f64 / 1e6;
            // Linux counts in KiB.
            cost.peak_memory_mib = own.max_rss() as f64 / 1024.0;
            cost.peak_worker_memory_mib = workers.max_rss() as f64 / 1024.0;
        }
        cost
    }
}

fn own_seconds() -> f64 {
    getrusage(UsageWho::RUSAGE_SELF)
        .map_or(0.0, |usage| (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}
