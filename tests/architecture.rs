//! Keeps the direction of dependencies: who may look at whom in `src/`.

use std::fs;
use std::path::{Path, PathBuf};

/// For each part, the parts it may name after `crate::`. A part may always name itself.
const MAY_SEE: [(&str, &[&str]); 6] = [
    ("model", &[]),
    ("stages", &["model"]),
    ("repository", &["model"]),
    ("settings", &["model", "stages"]),
    ("pipeline", &["model", "stages", "repository", "settings"]),
    ("cli", &["model", "stages", "repository", "settings", "pipeline"]),
];

/// Crates that must not be named outside the folders that own them.
const OWNED: [(&str, &[&str]); 16] = [
    ("rusqlite", &["src/repository/catalog"]),
    ("tantivy", &["src/repository/index"]),
    ("tesseract", &["src/stages/recognise"]),
    ("hayro", &["src/stages/intake"]),
    ("hayro_syntax", &["src/stages/intake"]),
    ("tiff", &["src/stages/intake"]),
    ("zxingcpp", &["src/stages/intake"]),
    ("fax", &["src/stages/intake"]),
    ("weezl", &["src/stages/intake"]),
    ("landlock", &["src/pipeline/worker"]),
    ("seccompiler", &["src/pipeline/worker"]),
    // Sealed files and printed sheets have nothing in common but the format.
    ("pdf_writer", &["src/stages/seal", "src/stages/cover"]),
    ("skrifa", &["src/stages/cover"]),
    ("pdf", &["src/stages/seal"]),
    ("indicatif", &["src/cli"]),
    ("clap", &["src/cli"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    assert!(found.len() > 40, "the sources were not found");
    // Modules of tests may make fixtures with the crates of other parts.
    let mut tests = Vec::new();
    for path in &found {
        let text = fs::read_to_string(path).unwrap();
        for declared in text.split("#[cfg(test)]\nmod ").skip(1).filter_map(|rest| rest.split_once(';')) {
            if declared.0.chars().all(|c| c.is_alphanumeric() || c == '_') {
                tests.push(path.with_file_name(declared.0));
            }
        }
    }
    let is_test = |path: &Path| tests.iter().any(|test| path.starts_with(test) || path.with_extension("") == *test);
    found
        .into_iter()
        .filter(|path| !is_test(path))
        .map(|path| (path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The code of a file without its tests (fixtures may be made with the crates of other parts) and
/// without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

#[test]
fn nothing_looks_upwards_and_no_stage_sees_another() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        let mut parts = path.split('/').skip(1);
        let part = parts.next().unwrap();
        let stage = parts.next().unwrap_or_default().to_owned();
        let Some((_, seen)) = MAY_SEE.iter().find(|(name, _)| *name == part) else { continue };
        for line in code(&text) {
            for target in line.split("crate::").skip(1) {
                let mut names = target.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty());
                let name = names.next().unwrap_or_default();
                let known = MAY_SEE.iter().any(|(part, _)| *part == name);
                if known && name != part && !seen.contains(&name) {
                    wrong.push(format!("{path}: {line}"));
                }
                if part == "stages" && name == "stages" && names.next() != Some(&stage) {
                    wrong.push(format!("{path}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_of_other_crates_stay_in_the_folder_that_owns_them() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources() {
        for line in code(&text) {
            for (name, homes) in OWNED {
                let named = line.starts_with(&format!("use {name}::")) || line.contains(&format!(" {name}::"));
                if named && !homes.iter().any(|home| path.starts_with(home)) {
                    wrong.push(format!("{path}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<_> = all_sources().into_iter().filter(|(_, text)| text.lines().count() > 500).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_failure_code_is_documented_as_it_is() {
    use sohoa::model::failure::{FailureCode, Retry};
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/failure-codes.md")).unwrap();
    for code in FailureCode::ALL {
        let again = match code.retry() {
            Retry::Never => "never",
            Retry::Later => "later",
            Retry::AfterOperator => "after operator",
        };
        let (message, remedy) = (code.message(), code.remedy());
        let row = format!("| `{code}` | {again} | {}<br>{} | {}<br>{} |", message.en, message.vi, remedy.en, remedy.vi);
        assert!(table.contains(&row), "docs/failure-codes.md lacks the row\n{row}");
    }
    assert_eq!(table.matches("| `").count(), FailureCode::ALL.len(), "docs/failure-codes.md has a row too many");
}
