//! What Prometheus is told: requests by route and outcome, how long they took, who is signed in.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the steps in which times are counted, in milliseconds.
const STEPS: [u64; 9] = [5, 10, 30, 100, 250, 500, 1000, 2500, 10_000];

/// Requests by method, route and status. There are few routes, so there are few of these.
type Counts = BTreeMap<(String, String, u16), u64>;

/// Counts requests.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    counted: Mutex<(Counts, Times)>,
}

#[derive(Debug, Default)]
struct Times {
    /// How many took at most as long as each step.
    steps: [u64; STEPS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts a request.
    pub(super) fn count(&self, method: &str, route: &str, status: u16, took: Duration) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let (counts, times) = &mut *counted;
        *counts.entry((method.to_owned(), route.to_owned(), status)).or_default() += 1;
        for (step, most) in times.steps.iter_mut().zip(STEPS) {
            *step += u64::from(took <= Duration::from_millis(most));
        }
        times.count += 1;
        times.seconds += took.as_secs_f64();
    }

    /// All of it in the text format, and `gauges` by name.
    pub(super) fn text(&self, gauges: &[(&str, u64)]) -> String {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let (counts, times) = &*counted;
        let mut text = String::from("# TYPE sohoa_requests_total counter\n");
        for ((method, route, status), count) in counts {
            // Routes are ours, methods are not.
            let method: String = method.chars().filter(char::is_ascii_uppercase).take(16).collect();
            let _ = writeln!(text, "sohoa_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}");
        }
        text.push_str("# TYPE sohoa_request_seconds histogram\n");
        for (most, count) in STEPS.iter().zip(times.steps) {
            let _ = writeln!(text, "sohoa_request_seconds_bucket{{le=\"{}\"}} {count}", *most as f64 / 1000.0);
        }
        let Times { count, seconds, .. } = times;
        let _ = writeln!(text, "sohoa_request_seconds_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(text, "sohoa_request_seconds_sum {seconds}\nsohoa_request_seconds_count {count}");
        for (name, value) in gauges {
            let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_time() {
        let metrics = Metrics::default();
        for millis in [3, 40, 20_000] {
            metrics.count("GET", "/records/{code}", 200, Duration::from_millis(millis));
        }
        metrics.count("G\"ET", "none", 404, Duration::ZERO);
        let text = metrics.text(&[("sohoa_sessions", 2)]);
        for line in [
            "sohoa_requests_total{method=\"GET\",route=\"/records/{code}\",status=\"200\"} 3",
            "sohoa_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
            "sohoa_request_seconds_bucket{le=\"0.005\"} 2",
            "sohoa_request_seconds_bucket{le=\"0.1\"} 3",
            "sohoa_request_seconds_bucket{le=\"10\"} 3",
            "sohoa_request_seconds_bucket{le=\"+Inf\"} 4",
            "sohoa_request_seconds_count 4",
            "sohoa_sessions 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
