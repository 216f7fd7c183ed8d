//! `sohoa digest`

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;

use super::args::Digest;
use super::doctor::Told;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::commands::access;
use crate::commands::doctor::Examination;
use crate::commands::mail::{Letter, send};
use crate::commands::pending::{PendingOrder, PendingView, pending};
use crate::commands::status::status;
use crate::model::checkup::{Advice, Checkup, Health, Remedy, Seen, Subject};
use crate::model::failure::{Failure, Language};
use crate::model::pending::PendingKind;
use crate::settings::Settings;
use crate::words::pending_kind;

/// Tells in a letter how things stand, and sends it if that is asked. Nothing of a person or a paper is in it.
pub(super) fn digest(arguments: &Digest, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let (now, language) = (settings.general.now(), output.language());
    let (examination, waiting) = match seen(root, settings) {
        Ok(seen) => seen,
        Err(failure) => {
            // That a repository cannot be read is what a letter is for most of all.
            if arguments.send
                && let Err(unsent) = send(&settings.mail, &of_failure(&failure, now, settings, language))
            {
                output.failure(&unsent);
            }
            return Err(failure);
        }
    };
    let letter = written(&examination, &waiting.counts, now, settings, language);
    if arguments.send {
        send(&settings.mail, &letter)?;
        let to = settings.mail.to.len();
        output.note(&tell!(output.language(), "Đã gửi thư tới {to} địa chỉ.", "Sent to {to} addresses."));
    } else if output.json() {
        output.data(&json!({ "subject": letter.subject, "text": letter.text }))?;
    } else {
        output.text(&format!("{}\n\n{}", letter.subject, letter.text))?;
    }
    Ok(Exit::Success)
}

fn seen(root: &Path, settings: &Settings) -> Result<(Examination, PendingView), Failure> {
    let repository = access::to_read(root)?;
    let examination = status(&repository, settings)?;
    let waiting = pending(&repository, settings, &PendingOrder::default())?;
    Ok((examination, waiting))
}

/// The letter where nothing could be seen. Where it failed, and what was said of it, may name files: only the
/// code goes out.
fn of_failure(failure: &Failure, now: OffsetDateTime, settings: &Settings, language: Language) -> Letter {
    let code = failure.code;
    let checkup = Checkup {
        subject: Subject::Repository,
        health: Health::Bad,
        seen: Seen::Failed { failure: Failure::new(code) },
        remedy: Some(Remedy { advice: Advice::OfCode { code }, step: None }),
    };
    let examination = Examination { checkups: vec![checkup] };
    let Letter { subject, text } = written(&examination, &BTreeMap::new(), now, settings, language);
    Letter { subject, text: format!("{text}    [{code}]\n") }
}

fn written(
    examination: &Examination,
    waiting: &BTreeMap<PendingKind, u64>,
    now: OffsetDateTime,
    settings: &Settings,
    language: Language,
) -> Letter {
    let day = now.format(format_description!("[day]/[month]/[year]")).unwrap_or_default();
    let agency = Some(settings.seal.agency.as_str()).filter(|agency| !agency.is_empty()).unwrap_or("Sohoa");
    let subject = match (examination.health(), language) {
        (Health::Good, Language::Vi) => format!("{agency}, {day}: mọi việc ổn"),
        (Health::Good, Language::En) => format!("{agency}, {day}: all is well"),
        (Health::Warning, Language::Vi) => format!("{agency}, {day}: có việc cần chú ý"),
        (Health::Warning, Language::En) => format!("{agency}, {day}: something is due"),
        (Health::Bad, Language::Vi) => format!("{agency}, {day}: có sự cố"),
        (Health::Bad, Language::En) => format!("{agency}, {day}: something failed"),
    };
    let mut text: String = examination.checkups.iter().map(|checkup| Told::of(checkup, language).lines(language)).collect();
    for (kind, count) in waiting {
        text.push_str(&format!("    {count} {}\n", pending_kind(*kind, language)));
    }
    Letter { subject, text }
}
