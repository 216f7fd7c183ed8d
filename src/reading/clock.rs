//! What work costs, in processor time.

use nix::time::{ClockId, clock_gettime};

/// Measures processor time of the calling thread.
pub struct CpuClock {
    last: u64,
}

impl CpuClock {
    /// Starts now.
    pub fn start() -> Self {
        Self { last: Self::now() }
    }

    /// Microseconds since the start or the last lap.
    pub fn lap(&mut self) -> u64 {
        let now = Self::now();
        let spent = now.saturating_sub(self.last);
        self.last = now;
        spent
    }

    fn now() -> u64 {
        clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(0, |time| {
            let micros = time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_nsec() / 1000);
            u64::try_from(micros).unwrap_or(0)
        })
    }
}
