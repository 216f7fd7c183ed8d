//! What Prometheus is told: requests by route and outcome, how long they took, who is signed in.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the steps in which times are counted, in milliseconds.
const STEPS: [u64; 9] = [5, 10, 30, 100, 250, 500, 1000, 2500, 10_000];

/// Requests by method, route and status. There are few routes, so there are few of these.
type Counts = BTreeMap<(String, String, u16), u64>;

/// A value as it stands when somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gauge {
    name: &'static str,
    labels: Vec<(&'static str, String)>,
    value: u64,
}

impl Gauge {
    /// One of this name.
    pub(super) fn new(name: &'static str, value: u64) -> Self {
        Self { name, labels: Vec::new(), value }
    }

    /// The same with a label by which it is told from others of its name.
    #[must_use]
    pub(super) fn labelled(mut self, label: &'static str, text: &str) -> Self {
        self.labels.push((label, text.to_owned()));
        self
    }
}

impl Display for Gauge {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)?;
        let mut before = '{';
        for (label, text) in &self.labels {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            write!(formatter, "{before}{label}=\"{text}\"")?;
            before = ',';
        }
        let end = if self.labels.is_empty() { "" } else { "}" };
        write!(formatter, "{end} {}", self.value)
    }
}

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

    /// All of it in the text format, and `gauges`, of which those of one name stand together.
    pub(super) fn text(&self, mut gauges: Vec<Gauge>) -> String {
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
        gauges.sort_by_key(|gauge| gauge.name);
        for named in gauges.chunk_by(|one, next| one.name == next.name) {
            for (number, gauge) in named.iter().enumerate() {
                if number == 0 {
                    let _ = writeln!(text, "# TYPE {} gauge", gauge.name);
                }
                let _ = writeln!(text, "{gauge}");
            }
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
        let text = metrics.text(vec![
            Gauge::new("sohoa_deliveries", 1).labelled("consumer", "một \"cửa\"").labelled("state", "sent"),
            Gauge::new("sohoa_sessions", 2),
            Gauge::new("sohoa_deliveries", 0).labelled("consumer", "b"),
        ]);
        for line in [
            "sohoa_requests_total{method=\"GET\",route=\"/records/{code}\",status=\"200\"} 3",
            "sohoa_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
            "sohoa_request_seconds_bucket{le=\"0.005\"} 2",
            "sohoa_request_seconds_bucket{le=\"0.1\"} 3",
            "sohoa_request_seconds_bucket{le=\"10\"} 3",
            "sohoa_request_seconds_bucket{le=\"+Inf\"} 4",
            "sohoa_request_seconds_count 4",
            "sohoa_sessions 2",
            r#"sohoa_deliveries{consumer="một \"cửa\"",state="sent"} 1"#,
            r#"sohoa_deliveries{consumer="b"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("# TYPE sohoa_deliveries gauge\n").count(), 1, "{text}");
    }
}
