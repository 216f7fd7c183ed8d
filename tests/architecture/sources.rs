//! The sources of the program, parsed, without the modules that are compiled for tests alone.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Item, Meta};

use super::names::{Name, names_in};

/// One file of `src/`.
pub struct Source {
    /// From the root of the project, as in `src/model/page.rs`.
    pub path: String,
    pub text: String,
    /// All that it names, with full paths, without its tests.
    pub names: Vec<Name>,
    /// Lines with the word `unsafe` as code.
    pub unsafe_lines: Vec<usize>,
}

impl Source {
    /// The folder or file right under `src/`, as in `model`.
    pub fn part(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs")
    }

    /// The names of the modules that it is, as in `["stages", "intake", "png"]`.
    pub fn module(&self) -> Vec<String> {
        module_of(&self.path)
    }

    /// The file at `path` with this text.
    pub fn parsed(path: String, text: String) -> Self {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let (names, unsafe_lines) = names_in(&file, &module_of(&path));
        Self { path, text, names, unsafe_lines }
    }

    /// The folder or file under the part, as in `intake` of `src/stages/intake/png.rs`.
    pub fn chapter(&self) -> &str {
        self.path.split('/').nth(2).unwrap_or_default().trim_end_matches(".rs")
    }
}

/// True for `#[cfg(test)]`.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

/// All files of `src/` but those of tests.
pub fn all_sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    find(&root.join("src"), &mut paths);
    assert!(paths.len() > 40, "the sources were not found");
    let parsed: Vec<_> = paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, text, file)
        })
        .collect();
    let tests: HashSet<PathBuf> = parsed.iter().flat_map(|(path, _, file)| test_modules(path, &file.items)).collect();
    parsed
        .into_iter()
        .filter(|(path, ..)| !path.ancestors().any(|folder| tests.contains(&folder.with_extension(""))))
        .map(|(path, text, file)| {
            let path = path.strip_prefix(root).unwrap().display().to_string();
            let (names, unsafe_lines) = names_in(&file, &module_of(&path));
            Source { path, text, names, unsafe_lines }
        })
        .collect()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Where the modules lie that a file declares for tests alone, without ending.
fn test_modules(path: &Path, items: &[Item]) -> Vec<PathBuf> {
    let stem = path.file_stem().unwrap();
    let folder = match stem.to_str() {
        Some("mod" | "lib" | "main") => path.with_file_name(""),
        _ => path.with_extension(""),
    };
    items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => {
                Some(folder.join(module.ident.to_string()))
            }
            _ => None,
        })
        .collect()
}

/// The names of the modules that a file is, as in `["stages", "intake", "png"]`.
fn module_of(path: &str) -> Vec<String> {
    let mut parts: Vec<_> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}
