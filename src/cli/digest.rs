//! `sohoa digest`

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
use crate::model::checkup::Health;
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words::pending_kind;

/// Tells in a letter how things stand, and sends it if that is asked. Nothing of a person or a paper is in it.
pub(super) fn digest(arguments: &Digest, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let repository = access::to_read(root)?;
    let examination = status(&repository, settings)?;
    let waiting = pending(&repository, settings, &PendingOrder::default())?;
    let letter = written(&examination, &waiting, settings.general.now(), settings, output.language());
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

fn written(
    examination: &Examination,
    waiting: &PendingView,
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
    for (kind, count) in &waiting.counts {
        text.push_str(&format!("    {count} {}\n", pending_kind(*kind, language)));
    }
    Letter { subject, text }
}
