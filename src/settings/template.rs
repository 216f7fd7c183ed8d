//! The settings file as it is laid out for people: every key with what it means, commented out until
//! it is set.

use toml::{Table, Value};

use super::default_file;

/// What stands at the top.
const HEAD: &str = "\
# Settings of Sohoa on this machine. Every key stands here with its default, commented out: take away
# the # before a key to change it. 'sohoa doctor' tells whether the file is understood. Stronger than
# the file are environment variables SOHOA__SECTION__KEY, and strongest what is typed on the command
# line. Lists are replaced whole.
";

/// The text of a settings file with every section and key of the default file; all keys are commented
/// out but those of `set`, which has a table for each section.
///
/// Made from the default file, so that the two cannot differ.
pub fn template(set: &Table) -> String {
    let mut text = String::from(HEAD);
    let mut section = String::new();
    let mut pending = String::new();
    // The head of the default file is about the default file.
    for line in default_file().lines().skip_while(|line| !line.is_empty()) {
        if pending.is_empty() && (line.is_empty() || line.starts_with('#') || line.starts_with('[')) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.to_owned();
            }
            text.push_str(line);
            text.push('\n');
            continue;
        }
        pending.push_str(line);
        pending.push('\n');
        // Lists go over several lines.
        if let Ok(whole) = pending.parse::<Table>() {
            text.push_str(&key_lines(&pending, &whole, set.get(&section)));
            pending.clear();
        }
    }
    text
}

/// The lines of one key: with its value of `section`, or as they stand in the default file, commented out.
fn key_lines(lines: &str, default: &Table, section: Option<&Value>) -> String {
    let set = default.keys().find_map(|key| Some((key, section?.get(key)?)));
    match set {
        Some((key, value)) => format!("{key} = {value}\n"),
        None => lines.lines().map(|line| format!("#{line}\n")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Layers, Settings};

    #[test]
    fn a_template_sets_nothing_until_something_is_set() {
        let text = template(&Table::new());
        let sections = text.parse::<Table>().unwrap();
        assert!(sections.values().all(|section| section.as_table().unwrap().is_empty()), "{sections}");
        let settings = Layers::default().text("template", &text).unwrap().finish().unwrap();
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_template_without_its_number_signs_is_the_default_file() {
        let text = template(&Table::new());
        let lines: Vec<&str> = text.lines().skip_while(|line| !line.is_empty()).collect();
        let default: Vec<&str> = default_file().lines().skip_while(|line| !line.is_empty()).collect();
        assert_eq!(lines.len(), default.len());
        for (line, default) in lines.into_iter().zip(default) {
            assert!(line == default || line.strip_prefix('#') == Some(default), "{line}");
        }
    }

    #[test]
    fn every_key_can_be_set_and_reads_back_as_it_was_set() {
        let all = Table::try_from(Settings::default()).unwrap();
        let text = template(&all);
        assert_eq!(text.parse::<Table>().unwrap(), all);
    }
}
