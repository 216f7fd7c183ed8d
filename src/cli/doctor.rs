//! `sohoa doctor`

use std::path::Path;

use super::args::Doctor;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::Failure;
use crate::pipeline::doctor::{Health, examine};
use crate::settings::Settings;

/// Examines the machine and prints what to do.
pub fn doctor(arguments: &Doctor, root: Option<&Path>, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let checkups = examine(settings, root.unwrap_or(Path::new(".")), arguments.inbox.as_deref());
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
