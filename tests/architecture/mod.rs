//! Keeps the direction of dependencies: who may look at whom in `src/`, and what stays out of
//! stages that are to be pure. The sources are parsed, so that a rule holds however a name is
//! written: `use`, a path in an expression, `super::super`, in a macro.

mod cycles;
mod names;
mod sources;
mod words;

use std::fs;
use std::path::Path;

use names::Name;
use sources::{Source, all_sources};

/// For each part, the parts it may name after `crate::`. A part may always name itself.
const MAY_SEE: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("stages", &["model"]),
    ("repository", &["model"]),
    ("reading", &["model", "stages"]),
    ("settings", &["model", "stages", "reading"]),
    ("pipeline", &["model", "stages", "reading", "repository", "settings"]),
    ("portal", &["model", "repository", "settings"]),
    ("register", &["model", "stages", "repository", "settings"]),
    ("words", &["model", "settings"]),
    ("commands", &["model", "stages", "reading", "repository", "settings", "pipeline", "portal", "register"]),
    ("web", &["model", "settings", "commands", "words"]),
    // What an order or a view is made of is given on by `commands`.
    ("cli", &["model", "settings", "commands", "words", "web"]),
];

/// Crates that must not be named outside the folders that own them.
const OWNED: [(&str, &[&str]); 33] = [
    ("rusqlite", &["src/repository/catalog"]),
    ("tantivy", &["src/repository/index"]),
    ("tesseract", &["src/stages/recognise"]),
    ("sohoa_reader", &["src/stages/recognise"]),
    ("hayro", &["src/stages/intake"]),
    ("hayro_syntax", &["src/stages/intake"]),
    ("tiff", &["src/stages/intake"]),
    ("zxingcpp", &["src/stages/intake"]),
    ("fax", &["src/stages/intake"]),
    ("jpeg_decoder", &["src/stages/intake"]),
    ("weezl", &["src/stages/intake"]),
    ("landlock", &["src/pipeline/worker"]),
    ("seccompiler", &["src/pipeline/worker"]),
    // Sealed files and printed sheets have nothing in common but the format.
    ("pdf_writer", &["src/stages/seal", "src/stages/cover"]),
    ("skrifa", &["src/stages/cover", "src/stages/intake", "src/stages/seal"]),
    ("pdf", &["src/stages/seal"]),
    ("csv", &["src/stages/table"]),
    ("calamine", &["src/stages/table"]),
    ("rust_xlsxwriter", &["src/stages/table"]),
    ("argon2", &["src/commands"]),
    ("lettre", &["src/commands"]),
    ("rustls", &["src/web", "src/commands/certificate.rs", "src/repository/https.rs"]),
    ("ureq", &["src/model/address.rs", "src/repository", "src/portal/wire.rs", "src/commands/oidc"]),
    ("rusty_s3", &["src/repository/backup/s3"]),
    ("age", &["src/model/telling.rs", "src/repository/sealed_box.rs"]),
    ("tokio_rustls", &["src/web"]),
    ("axum", &["src/web"]),
    ("futures_core", &["src/web"]),
    ("hyper", &["src/web"]),
    ("tokio", &["src/web"]),
    ("askama", &["src/web"]),
    ("indicatif", &["src/cli"]),
    ("clap", &["src/cli"]),
];

/// What a pure function does not touch: disk, network, other programs, environment, clock, chance.
const IMPURE: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "time::OffsetDateTime::now_utc",
    "time::OffsetDateTime::now_local",
    "tempfile",
    "walkdir",
];

/// The parts that are to be pure. `reading` measures what it costs, in processor time.
const PURE: [&str; 2] = ["stages", "reading"];

/// Files of stages that are impure by their trade, with what they may touch.
const ALLOWED: [(&str, &str); 1] = [
    // The engine reads its model by itself; we read the same file for its hash.
    ("src/stages/recognise/tesseract.rs", "std::fs"),
];

/// The only files below the faces that tell people something: what lies beside a refused file.
const WORDED: [&str; 1] = ["src/pipeline/quarantine.rs"];

/// The only files with `unsafe`: the module over Leptonica.
const UNSAFE: [&str; 1] = ["src/stages/prepare/pix.rs"];

/// All names that `is_wrong`, a line each.
fn wrong_names(is_wrong: impl Fn(&Source, &Name) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in all_sources() {
        for name in source.names.iter().filter(|name| is_wrong(&source, name)) {
            wrong.push(format!("{}:{}: {}", source.path, name.line, name.parts.join("::")));
        }
    }
    wrong.dedup();
    wrong
}

#[test]
fn nothing_looks_upwards_and_no_stage_sees_another() {
    let wrong = wrong_names(|source, name| {
        let Some((_, seen)) = MAY_SEE.iter().find(|(part, _)| *part == source.part()) else { return false };
        let [first, target, rest @ ..] = name.parts.as_slice() else { return false };
        let known = MAY_SEE.iter().any(|(part, _)| part == target);
        let worded = target == "words" && WORDED.contains(&source.path.as_str());
        let upwards = known && target != source.part() && !seen.contains(&target.as_str()) && !worded;
        let beside =
            target == "stages" && source.part() == "stages" && rest.first().is_some_and(|stage| stage != source.chapter());
        first == "crate" && (upwards || beside)
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_of_other_crates_stay_in_the_folder_that_owns_them() {
    let wrong = wrong_names(|source, name| {
        OWNED.iter().any(|(owned, homes)| name.is_in(owned) && !homes.iter().any(|home| source.path.starts_with(home)))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stages_and_reading_touch_no_disk_network_clock_or_chance() {
    let wrong = wrong_names(|source, name| {
        let allowed = ALLOWED.iter().any(|(path, what)| source.path == *path && name.is_in(what));
        PURE.contains(&source.part()) && !allowed && IMPURE.iter().any(|what| name.is_in(what))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_stays_in_the_module_over_the_c_library() {
    let wrong: Vec<_> = all_sources()
        .iter()
        .filter(|source| !UNSAFE.contains(&source.path.as_str()))
        .flat_map(|source| source.unsafe_lines.iter().map(|line| format!("{}:{line}", source.path)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rules above would pass on sources that were not understood.
#[test]
fn names_are_found_however_they_are_written() {
    let file = syn::parse_file(
        "use std::{fs as disk, io::{self, Read}};
         use crate::model::page::Page;
         #[cfg(test)] use tempfile::tempdir;
         fn f() -> super::super::repository::Catalog { disk::read(format!(\"{}\", rusqlite::version())); unsafe { g() } }
         #[cfg(test)] mod tests { use tantivy::Index; }",
    )
    .unwrap();
    let (names, unsafe_lines) = names::names_in(&file, &["stages".into(), "seal".into()]);
    for wanted in
        ["std::fs::read", "std::io::Read", "crate::model::page::Page", "crate::repository::Catalog", "rusqlite::version"]
    {
        assert!(names.iter().any(|name| name.is_in(wanted)), "{wanted} was not found");
    }
    for tests_only in ["tempfile", "tantivy"] {
        assert!(!names.iter().any(|name| name.is_in(tests_only)), "{tests_only} is of tests");
    }
    assert_eq!(unsafe_lines, [4]);
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<_> =
        all_sources().into_iter().filter(|source| source.text.lines().count() > 500).map(|source| source.path).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_failure_code_is_documented_as_it_is() {
    use sohoa::model::failure::{FailureCode, Language, Retry};
    use sohoa::words;
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/failure-codes.md")).unwrap();
    for code in FailureCode::ALL {
        let again = match code.retry() {
            Retry::Never => "never",
            Retry::Later => "later",
            Retry::AfterOperator => "after operator",
        };
        let [message, remedy] = [words::message, words::remedy]
            .map(|words| [Language::En, Language::Vi].map(|language| words(*code, language)).join("<br>"));
        let row = format!("| `{code}` | {again} | {message} | {remedy} |");
        assert!(table.contains(&row), "docs/failure-codes.md lacks the row\n{row}");
    }
    assert_eq!(table.matches("| `").count(), FailureCode::ALL.len(), "docs/failure-codes.md has a row too many");
}
