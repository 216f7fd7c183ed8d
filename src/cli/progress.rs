//! Shows where a run stands: a bar on a terminal, plain lines elsewhere.

use std::io::{self, IsTerminal, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::output::{Output, one_line, tell};
use crate::commands::progress::{Phase, Progress, Silent};
use crate::model::failure::{Failure, Language};
use crate::words;

/// How often plain lines tell how far the work is.
const LINE_EVERY: Duration = Duration::from_secs(15);

/// The progress display that fits: none, a bar or lines.
pub(super) fn display(output: &Output) -> Box<dyn Progress> {
    if output.quiet() {
        Box::new(Silent)
    } else if io::stderr().is_terminal() {
        Box::new(Bar::new(output.language()))
    } else {
        Box::new(Lines::new(output.language()))
    }
}

fn phase_name(phase: Phase, language: Language) -> &'static str {
    match (phase, language) {
        (Phase::TakeIn, Language::Vi) => "Nhận tệp",
        (Phase::TakeIn, Language::En) => "Files",
        (Phase::Read, Language::Vi) => "Đọc trang",
        (Phase::Read, Language::En) => "Pages",
        (Phase::Seal, Language::Vi) => "Đóng gói hồ sơ",
        (Phase::Seal, Language::En) => "Dossiers",
        (Phase::Index, Language::Vi) => "Lập chỉ mục",
        (Phase::Index, Language::En) => "Index",
        (Phase::Export, Language::Vi) => "Xuất bản kê",
        (Phase::Export, Language::En) => "Manifest",
        (Phase::Verify, Language::Vi) => "Kiểm tra",
        (Phase::Verify, Language::En) => "Verify",
        (Phase::BackUp, Language::Vi) => "Sao lưu",
        (Phase::BackUp, Language::En) => "Back up",
        (Phase::Restore, Language::Vi) => "Khôi phục",
        (Phase::Restore, Language::En) => "Restore",
    }
}

/// A bar that is redrawn in place.
struct Bar {
    bar: ProgressBar,
    exceptions: Arc<AtomicU64>,
    language: Language,
}

impl Bar {
    fn new(language: Language) -> Self {
        let exceptions = Arc::new(AtomicU64::new(0));
        let bar = ProgressBar::new(0);
        bar.set_style(Self::style(language, &exceptions));
        bar.enable_steady_tick(Duration::from_millis(500));
        Self { bar, exceptions, language }
    }

    fn style(language: Language, exceptions: &Arc<AtomicU64>) -> ProgressStyle {
        let template = match language {
            Language::Vi => "{prefix:11} {bar:30} {pos}/{len}  {per_minute}/phút  còn {eta}  ngoại lệ: {exceptions}",
            Language::En => "{prefix:11} {bar:30} {pos}/{len}  {per_minute}/min  {eta} left  exceptions: {exceptions}",
        };
        let counted = Arc::clone(exceptions);
        ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("per_minute", |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{:.0}", state.per_sec() * 60.0);
            })
            .with_key("exceptions", move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{}", counted.load(Ordering::Relaxed));
            })
    }
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, total: u64) {
        self.bar.reset();
        self.bar.set_length(total);
        self.bar.set_prefix(phase_name(phase, self.language));
    }

    fn step(&self) {
        self.bar.inc(1);
    }

    fn exception(&self, path: &str, failure: &Failure) {
        self.exceptions.fetch_add(1, Ordering::Relaxed);
        self.bar.println(format!("! {}: [{}] {}", one_line(path), failure.code, words::message(failure.code, self.language)));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// One line now and then, for logs.
struct Lines {
    language: Language,
    state: Mutex<LinesState>,
}

struct LinesState {
    phase: &'static str,
    done: u64,
    total: u64,
    began: Instant,
    told: Instant,
    exceptions: u64,
}

impl Lines {
    fn new(language: Language) -> Self {
        let now = Instant::now();
        let state = LinesState { phase: "", done: 0, total: 0, began: now, told: now, exceptions: 0 };
        Self { language, state: Mutex::new(state) }
    }

    fn with(&self, act: impl FnOnce(&mut LinesState)) {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn tell(&self, state: &LinesState) {
        let LinesState { phase, done, total, exceptions, .. } = state;
        let mut line = tell!(
            self.language,
            "{phase}: {done}/{total}, ngoại lệ: {exceptions}",
            "{phase}: {done}/{total}, exceptions: {exceptions}"
        );
        // A rate over less time than this says nothing.
        if state.began.elapsed() > Duration::from_secs(3) {
            let rate = *done as f64 / (state.began.elapsed().as_secs_f64() / 60.0);
            let left = words::decimal(format!("{:.1}", total.saturating_sub(*done) as f64 / rate), self.language);
            line.push_str(&tell!(self.language, ", {rate:.0}/phút, còn {left} phút", ", {rate:.0}/min, {left} min left"));
        }
        let _ = writeln!(io::stderr(), "{line}");
    }
}

impl Progress for Lines {
    fn begin(&self, phase: Phase, total: u64) {
        self.with(|state| {
            *state = LinesState {
                phase: phase_name(phase, self.language),
                done: 0,
                total,
                began: Instant::now(),
                told: Instant::now(),
                exceptions: state.exceptions,
            };
        });
    }

    fn step(&self) {
        self.with(|state| {
            state.done += 1;
            if state.done == state.total || state.told.elapsed() >= LINE_EVERY {
                state.told = Instant::now();
                self.tell(state);
            }
        });
    }

    fn exception(&self, path: &str, failure: &Failure) {
        self.with(|state| state.exceptions += 1);
        let _ =
            writeln!(io::stderr(), "! {}: [{}] {}", one_line(path), failure.code, words::message(failure.code, self.language));
    }
}
