//! `sohoa run`

use std::path::Path;

use super::args::Run;
use super::exit::Exit;
use super::output::{Output, columns, tell};
use super::{progress, report};
use crate::commands::run::{self as commands, DryRun, Intention, OlderWork, PlannedFile, RunOrder};
use crate::model::batch::BatchReport;
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words::{describe_without_place, kind_name};

/// Runs a batch, or only plans it.
pub(super) fn run(arguments: &Run, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let order = RunOrder {
        inbox: arguments.inbox.as_ref().unwrap_or(&settings.folders.inbox).clone(),
        limit: arguments.limit,
        older: if arguments.reread { OlderWork::IsRedone } else { OlderWork::Stands },
    };
    if arguments.dry_run {
        return print_plan(&commands::plan(root, settings, &order)?, output);
    }
    let repository = commands::open(root, &order, &arguments.name.told())?;
    let shown = progress::display(output);
    let outcome = commands::run(&repository, settings, &order, shown.as_ref());
    drop(shown);
    let report = outcome?;
    if output.json() {
        output.data(&report)?;
    } else if !output.quiet() {
        output.text(&report::render(&report, root, settings, output.language()))?;
    }
    judge(&report)
}

/// How a run ends whose batch came to its end.
///
/// # Errors
/// When the ledger does not balance.
pub(super) fn judge(report: &BatchReport) -> Result<Exit, Failure> {
    commands::expect_balance(report)?;
    Ok(if report.is_without_exceptions() { Exit::Success } else { Exit::Exceptions })
}

fn print_plan(plan: &DryRun, output: &Output) -> Result<Exit, Failure> {
    let refused = plan.files.iter().any(|file| matches!(file.intention, Intention::Refuse(_)));
    let exit = if refused { Exit::Exceptions } else { Exit::Success };
    if output.json() {
        output.data(plan)?;
        return Ok(exit);
    }
    let language = output.language();
    let rows: Vec<Vec<String>> = plan.files.iter().map(|file| planned(file, language)).collect();
    output.text(&columns(&rows))?;
    let (files, left) = (plan.files.len(), plan.left.len());
    output.note(&tell!(
        language,
        "Chạy thử: {files} tệp, {left} tệp để lại. Không ghi gì.",
        "Dry run: {files} files, {left} left alone. Nothing was written."
    ));
    Ok(exit)
}

fn planned(file: &PlannedFile, language: Language) -> Vec<String> {
    let (action, detail) = match &file.intention {
        Intention::Read { pages, code, kind } => {
            let code = code.as_ref().map_or_else(
                || tell!(language, "mã hồ sơ sẽ tìm trong mã vạch", "dossier code to be found in a barcode"),
                |code| format!("{code} ({})", kind_name(*kind, language)),
            );
            (tell!(language, "đọc {pages} trang", "read {pages} pages"), code)
        }
        Intention::Skip => (tell!(language, "bỏ qua", "skip"), tell!(language, "đã lưu", "sealed already")),
        Intention::Refuse(failure) => (tell!(language, "từ chối", "refuse"), describe_without_place(failure, language)),
    };
    vec![action, file.path.clone(), detail]
}
