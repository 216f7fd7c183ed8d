//! The licences of all crates, with their texts.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::crates::Crate;

/// How names of files begin that hold a licence or must go with one.
const NAMES: [&str; 7] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE", "OFL"];

/// Folders of sources within a crate that bring a licence of their own lie no deeper.
const DEPTH: usize = 4;

/// A list of the crates, and after it every text once, with the crates that it is from.
pub(crate) fn gather(crates: &[Crate]) -> Result<String, Box<dyn Error>> {
    let mut text = String::from(
        "Sohoa is made of these crates, under the licences named. The texts that came with them follow, each once.\n\n",
    );
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in crates {
        text.push_str(&format!("{} {}: {}\n", one.name, one.version, one.licence));
        if !one.authors.is_empty() {
            let names: Vec<&str> = one.authors.iter().map(|author| name_of(author)).collect();
            text.push_str(&format!("    by {}\n", names.join(", ")));
        }
        if let Some(repository) = &one.repository {
            text.push_str(&format!("    {repository}\n"));
        }
        for (name, words) in texts_in(&one.folder)? {
            texts.entry(words).or_default().insert(format!("{} {}: {name}", one.name, one.version));
        }
    }
    let mut parts: Vec<(String, String)> =
        texts.into_iter().map(|(words, from)| (from.into_iter().collect::<Vec<_>>().join("\n"), words)).collect();
    parts.sort();
    for (from, words) in parts {
        text.push_str(&format!("\n{}\n{from}\n\n{words}\n", "=".repeat(80)));
    }
    Ok(text)
}

/// The files of a crate that hold licences: where in it, and what.
fn texts_in(folder: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let is_source = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with("target") && name != ".git"
    };
    let mut texts = BTreeMap::new();
    for entry in WalkDir::new(folder).max_depth(DEPTH).into_iter().filter_entry(is_source) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let is_code = [".RS", ".C", ".H", ".CPP", ".PY"].iter().any(|ending| name.ends_with(ending));
        if entry.file_type().is_file() && !is_code && NAMES.iter().any(|start| name.starts_with(start)) {
            let words = String::from_utf8_lossy(&fs::read(entry.path())?).replace('\r', "");
            let place = entry.path().strip_prefix(folder)?.display().to_string();
            texts.insert(place, words.trim().to_owned());
        }
    }
    Ok(texts)
}

/// An author without the address.
fn name_of(author: &str) -> &str {
    author.split('<').next().unwrap_or(author).trim()
}
