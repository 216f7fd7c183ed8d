//! `sohoa key`

use std::path::Path;

use super::args::Key;
use super::exit::Exit;
use super::output::{Output, columns, date_time, tell};
use crate::commands::access::{to_create, to_read, to_write};
use crate::commands::key::{self, ShownKey};
use crate::model::failure::{Failure, Language};
use crate::settings::Settings;
use crate::words::key_state;

/// Makes, rotates or lists keys. A public key goes to standard output as a file for minisign.
pub(super) fn key(arguments: &Key, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let made = match arguments {
        Key::List => return list(&key::list(&to_read(root)?)?, settings, output),
        Key::New(name) => key::new(&to_create(root, &name.told())?, settings)?,
        Key::Rotate(name) => key::rotate(&to_write(root, &name.told())?, settings)?,
    };
    if output.json() {
        output.data(&made)?;
    } else {
        output.text(&made.public_file())?;
        output.note(&tell!(
            output.language(),
            "Gửi khóa công khai này cho nơi nhận; 'sohoa export' ký bản kê bằng khóa này từ nay.",
            "Send this public key to the receivers; 'sohoa export' signs manifests with it from now on."
        ));
    }
    Ok(Exit::Success)
}

fn list(keys: &[ShownKey], settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    if output.json() {
        output.data(&keys)?;
        return Ok(Exit::Success);
    }
    let row = |key: &ShownKey| {
        vec![
            key.id.to_string(),
            key_state(key.state, output.language()).to_owned(),
            date_time(settings.general.local(key.made_at)),
            signed(&key.signed, output.language()),
            key.public.clone(),
        ]
    };
    output.text(&columns(&keys.iter().map(row).collect::<Vec<_>>()))?;
    Ok(Exit::Success)
}

/// How many manifests were signed, and which: numbers mostly follow one another.
fn signed(numbers: &[u64], language: Language) -> String {
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) => {
            let count = numbers.len();
            tell!(language, "ký {count} bản kê ({first}–{last})", "signed {count} manifests ({first}–{last})")
        }
        _ => tell!(language, "chưa ký", "signed none"),
    }
}
