//! What a run costs: by stage, with one job and with two, and over an inbox that did not change.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::inbox::BenchInbox;
use super::program::run;

/// How often each number of jobs is tried.
const ROUNDS: usize = 3;

/// Runs the program with one job and with two in turn, prints the round with the median ratio, and
/// gives back a repository that holds what was read.
pub fn measure(inbox: &BenchInbox, work: &Path) -> PathBuf {
    let mut rounds: Vec<(Value, Value)> = (0..ROUNDS)
        .map(|round| {
            let repository = |jobs: u32| work.join(format!("round-{round}-jobs-{jobs}"));
            (run(&repository(1), inbox, 1, &[]), run(&repository(2), inbox, 2, &[]))
        })
        .collect();
    rounds.sort_by(|a, b| efficiency(a).total_cmp(&efficiency(b)));
    let ratios: Vec<String> = rounds.iter().map(|round| format!("{:.2}", efficiency(round))).collect();
    let (one, two) = rounds.swap_remove(ROUNDS / 2);
    let repository = work.join("round-0-jobs-2");
    let again = run(&repository, inbox, 2, &[]);
    print(&one, &two, &again);
    println!("efficiency at 2 jobs in {ROUNDS} rounds: {} (1 would be twice as fast as 1 job)", ratios.join(", "));
    repository
}

/// Wall time with one job over twice the wall time with two.
fn efficiency((one, two): &(Value, Value)) -> f64 {
    let seconds = |report: &Value| report["cost"]["wall_seconds"].as_f64().unwrap_or(f64::NAN);
    seconds(one) / (2.0 * seconds(two))
}

/// CPU seconds that a stage took for each page read.
pub fn stage_seconds(report: &Value, stage: &str) -> f64 {
    let pages = report["cost"]["pages_read"].as_f64().unwrap_or(0.0).max(1.0);
    report["cost"]["stages"][stage].as_f64().unwrap_or(0.0) / 1e6 / pages
}

fn print(one: &Value, two: &Value, again: &Value) {
    let pages = one["cost"]["pages_read"].as_f64().unwrap_or(0.0).max(1.0);
    let number = |report: &Value, key: &str| report["cost"][key].as_f64().unwrap_or(0.0);
    println!("\nCPU seconds a page by stage, 1 job ({pages} pages read)");
    let mut staged = 0.0;
    for stage in ["open", "prepare", "recognise", "seal", "store", "index"] {
        let seconds = stage_seconds(one, stage);
        staged += seconds;
        println!("  {stage:<20}{seconds:>8.3}");
    }
    let all = number(one, "cpu_seconds") / pages;
    println!("  {:<20}{:>8.3}", "the rest", all - staged);
    println!("  {:<20}{all:>8.3}", "all");
    let reading = stage_seconds(one, "prepare") + stage_seconds(one, "recognise");
    println!("  {:<20}{reading:>8.3}", "prepare + recognise");

    println!("\n{:<34}{:>10}{:>10}{:>14}", "", "1 job", "2 jobs", "2 jobs again");
    let row = |name: &str, value: &dyn Fn(&Value) -> String| {
        println!("{name:<34}{:>10}{:>10}{:>14}", value(one), value(two), value(again));
    };
    row("wall seconds", &|report| format!("{:.2}", number(report, "wall_seconds")));
    row("CPU seconds", &|report| format!("{:.2}", number(report, "cpu_seconds")));
    row("pages read by the engine", &|report| format!("{}", number(report, "pages_read")));
    row("pages sealed", &|report| report["ledger"]["sealed"].to_string());
    row("peak memory of the program, MiB", &|report| format!("{:.0}", number(report, "peak_memory_mib")));
    row("peak memory of a worker, MiB", &|report| format!("{:.0}", number(report, "peak_worker_memory_mib")));
    row("MB in", &|report| format!("{:.2}", number(report, "bytes_in") / 1e6));
    row("MB out", &|report| format!("{:.2}", number(report, "bytes_out") / 1e6));
    let bound = number(two, "peak_memory_mib") + 2.0 * number(two, "peak_worker_memory_mib");
    println!("memory at 2 jobs: at most {bound:.0} MiB (program and two workers at their peaks)");
}
