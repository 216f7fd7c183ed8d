//! `sohoa doctor`

use std::path::Path;

use serde::Serialize;

use super::args::Doctor;
use super::exit::Exit;
use super::output::{Output, one_line, tell};
use crate::commands::doctor::{DoctorOrder, doctor as examine};
use crate::model::checkup::{Checkup, Health};
use crate::model::failure::{Failure, Language};
use crate::settings::{FolderSettings, Settings};
use crate::words::doctor as words;

/// Examines the machine and prints what to do.
pub(super) fn doctor(arguments: &Doctor, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let order = DoctorOrder { repository: root, inbox: inbox(arguments, settings) };
    let examination = examine(settings, &order);
    let language = output.language();
    let told: Vec<Told<'_>> = examination.checkups.iter().map(|checkup| Told::of(checkup, language)).collect();
    if output.json() {
        output.data(&told)?;
    } else {
        // The settings could be read, or the program would not have come this far.
        output.text(&tell!(language, "✓ Cấu hình\n", "✓ Settings\n"))?;
        told.iter().try_for_each(|told| output.text(&told.lines(language)))?;
    }
    Ok(if examination.health() == Health::Bad { Exit::Environment } else { Exit::Success })
}

/// A checkup with its words.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    subject: &'static str,
    health: Health,
    found: String,
    remedy: Option<&'static str>,
    /// The exact line to type, or to write into the settings.
    step: Option<String>,
    /// The same in types.
    check: &'a Checkup,
}

impl<'a> Told<'a> {
    /// Puts a checkup into words.
    pub(super) fn of(check: &'a Checkup, language: Language) -> Self {
        let remedy = check.remedy.as_ref();
        Self {
            subject: words::subject(check.subject, language),
            health: check.health,
            found: words::seen(&check.seen, language),
            remedy: remedy.map(|remedy| words::advice(remedy.advice, language)),
            step: remedy.and_then(|remedy| remedy.step.as_ref()).map(words::step),
            check,
        }
    }

    /// The lines that people read.
    pub(super) fn lines(&self, language: Language) -> String {
        let mark = match self.health {
            Health::Good => '✓',
            Health::Warning => '!',
            Health::Bad => '✗',
        };
        let mut text = format!("{mark} {}: {}\n", self.subject, one_line(&self.found));
        if let Some(remedy) = self.remedy {
            text.push_str(&format!("    → {remedy}\n"));
        }
        let step = self.check.remedy.as_ref().and_then(|remedy| remedy.step.as_ref());
        if let (Some(step), Some(line)) = (step, &self.step) {
            text.push_str(&format!("      {} {}\n", words::before_step(step, language), one_line(line)));
        }
        text
    }
}

/// The inbox that was named or set. The usual one need not be there: a run may name another.
fn inbox<'a>(arguments: &'a Doctor, settings: &'a Settings) -> Option<&'a Path> {
    let set = settings.folders.inbox.as_path();
    let is_wanted = set.exists() || settings.folders.inbox != FolderSettings::default().inbox;
    arguments.inbox.as_deref().or_else(|| is_wanted.then_some(set))
}
