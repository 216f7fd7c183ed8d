//! `sohoa doctor`

use std::path::Path;

use super::args::Doctor;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::Failure;
use crate::pipeline::doctor::{Health, examine};
use crate::settings::{FolderSettings, Settings};

/// Examines the machine and prints what to do.
pub fn doctor(arguments: &Doctor, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let checkups = examine(settings, root, inbox(arguments, settings));
    let language = output.language();
    let bad = checkups.iter().any(|checkup| checkup.health == Health::Bad);
    if output.json() {
        let data: Vec<_> = checkups
            .iter()
            .map(|checkup| {
                serde_json::json!({
                    "subject": checkup.subject.get(language),
                    "health": checkup.health,
                    "found": checkup.found.get(language),
                    "remedy": checkup.remedy.map(|remedy| remedy.get(language)),
                })
            })
            .collect();
        output.data(&data)?;
    } else {
        // The settings could be read, or the program would not have come this far.
        output.text(&tell!(language, "✓ Cấu hình\n", "✓ Settings\n"))?;
        for checkup in &checkups {
            let mark = match checkup.health {
                Health::Good => '✓',
                Health::Warning => '!',
                Health::Bad => '✗',
            };
            let mut line = format!("{mark} {}: {}\n", checkup.subject.get(language), checkup.found.get(language));
            if let Some(remedy) = checkup.remedy {
                line.push_str(&format!("    → {}\n", remedy.get(language)));
            }
            output.text(&line)?;
        }
    }
    Ok(if bad { Exit::Environment } else { Exit::Success })
}

/// The inbox that was named or set. The usual one need not be there: a run may name another.
fn inbox<'a>(arguments: &'a Doctor, settings: &'a Settings) -> Option<&'a Path> {
    let set = settings.folders.inbox.as_path();
    let is_wanted = set.exists() || settings.folders.inbox != FolderSettings::default().inbox;
    arguments.inbox.as_deref().or_else(|| is_wanted.then_some(set))
}
