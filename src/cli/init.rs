//! `sohoa init`

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf, absolute};

use super::args::{Common, Init};
use super::exit::Exit;
use super::output::{Output, tell};
use super::user::password;
use crate::commands::init::{FirstAdministrator, InitOrder, InitView, expect_unset, has_place, init as write, is_agency_code};
use crate::model::failure::{Failure, FailureCode, Language, Place};
use crate::settings::{SYSTEM_FILE, Settings};
use crate::words::init::{Question, lines, purpose, question};
use crate::words::role_name;

/// Writes the settings of a machine from what was typed. What was not is asked, where somebody can
/// answer; else it stays as it is by default.
pub(super) fn init(arguments: &Init, common: &Common, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let file = common.config.clone().unwrap_or_else(|| SYSTEM_FILE.into());
    // Before anybody has answered in vain.
    expect_unset(&file)?;
    let mut order = InitOrder {
        file,
        language: settings.general.language,
        agency_code: arguments.agency_code.clone(),
        agency: arguments.agency.clone(),
        code_patterns: arguments.code_pattern.clone(),
        inbox: from_the_root(arguments.inbox.as_deref())?,
        repository: from_the_root(common.repository.as_deref())?,
        administrator: None,
    };
    let mut output = output.clone();
    let mut administrator = arguments.administrator.clone();
    if io::stdin().is_terminal() && !output.json() {
        ask(&mut order, common, settings, &mut output)?;
        let repository = order.repository.as_ref().unwrap_or(&settings.folders.repository);
        if administrator.is_none() && has_place(repository) {
            administrator = answer(&output, &format!("{}: ", question(Question::Administrator, output.language())))?;
        }
    }
    if let Some(name) = administrator {
        order.administrator = Some(FirstAdministrator { name, password: password(&output)?, by: arguments.name.told() });
    }
    let view = write(&order)?;
    if output.json() {
        output.data(&view)?;
    } else if !output.quiet() {
        output.text(&told(&view, output.language()))?;
    }
    Ok(Exit::Success)
}

fn from_the_root(folder: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let whole = folder.map(absolute).transpose();
    whole.map_err(|error| Failure::new(FailureCode::SettingsInvalid).at(Place::setting("folders")).because(error))
}

/// Asks for all that was not typed.
fn ask(order: &mut InitOrder, common: &Common, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    if common.lang.is_none() {
        let usual = order.language;
        let key = match usual {
            Language::Vi => "vi",
            Language::En => "en",
        };
        order.language = loop {
            match answer(output, &format!("Ngôn ngữ / Language (vi, en) [{key}]: "))?.as_deref() {
                None => break usual,
                Some("vi") => break Language::Vi,
                Some("en") => break Language::En,
                Some(_) => {}
            }
        };
        output.speak(order.language);
    }
    let output = &*output;
    let asked = |about: Question, usual: &str| {
        let usual = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        answer(output, &format!("{}{usual}: ", question(about, output.language())))
    };
    while order.agency_code.is_none() {
        let Some(code) = asked(Question::AgencyCode, "")? else { break };
        // Asked again until it can be understood.
        order.agency_code = Some(code).filter(|code| is_agency_code(code));
    }
    if order.agency.is_none() {
        order.agency = asked(Question::Agency, "")?;
    }
    if order.agency_code.is_none() && order.code_patterns.is_empty() {
        order.code_patterns.extend(asked(Question::CodePattern, "")?);
    }
    let folders = &settings.folders;
    if order.inbox.is_none() {
        order.inbox = asked(Question::Inbox, &folders.inbox.display().to_string())?.map(PathBuf::from);
    }
    if order.repository.is_none() {
        order.repository = asked(Question::Repository, &folders.repository.display().to_string())?.map(PathBuf::from);
    }
    Ok(())
}

/// What was typed behind a question; none if nothing was, or nobody answers any more.
fn answer(output: &Output, question: &str) -> Result<Option<String>, Failure> {
    output.ask(question);
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Failure::new(FailureCode::StorageFailed).at(Place::Output).because(error))?;
    let answer = line.trim();
    Ok((!answer.is_empty()).then(|| answer.to_owned()))
}

fn told(view: &InitView, language: Language) -> String {
    let file = view.file.display();
    let mut text = tell!(language, "Đã ghi cấu hình: {file}\n", "Settings written: {file}\n");
    if let Some(account) = &view.administrator {
        let (name, role) = (&account.name, role_name(account.role, language));
        text.push_str(&tell!(language, "Đã tạo tài khoản {name} ({role}).\n", "Account made: {name} ({role}).\n"));
    }
    text.push_str(&tell!(language, "Việc tiếp theo, với quyền root:\n", "What to do next, as root:\n"));
    for (number, step) in (1..).zip(&view.next) {
        text.push_str(&format!("{number}. {}\n", purpose(step, language)));
        for line in lines(step) {
            text.push_str(&format!("     {line}\n"));
        }
    }
    text
}
