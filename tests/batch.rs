//! The nightly batch on real pages with the real engine, and the rules of taking in and leaving.

use std::fs;
use std::path::Path;
use std::process::Command;

use sohoa::model::ids::RecipeId;
use sohoa::repository::{Mode, Repository};

use crate::support::{CODE_A, CODE_B, Place, copy_folder, exceptions, expect_ledger, png_page, project_file, settle};

/// Where tests leave sealed files for the PDF/A validator that runs after them.
fn keep_for_validation(place: &Place, codes: &[&str]) {
    let folder = project_file("target/verapdf-samples");
    for code in codes {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(code) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        place.sohoa(&["show", code, "--pdf", folder.to_str().unwrap()]).expect_code(0);
    }
}

#[test]
fn the_samples_are_read_sealed_found_exported_and_verified() {
    let place = Place::with_tesseract();
    copy_folder(&project_file("samples/inbox"), &place.inbox());
    let report = place.run().expect_code(3).json();
    let ledger = &report["ledger"];
    assert!(ledger["sealed"].as_u64().unwrap() >= 10, "{report:#}");
    assert!(ledger["blank"].as_u64().unwrap() >= 1, "{report:#}");
    assert!(ledger["refused"].as_u64().unwrap() >= 2, "{report:#}");
    assert_eq!(report["state"], "finished");
    let codes: Vec<&str> = report["dossiers"].as_array().unwrap().iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert!(report["dossiers"].as_array().unwrap().iter().any(|line| line["kind"] == "result"), "{report:#}");

    // Found with and without diacritics, on the same pages.
    let typed = place.sohoa(&["search", "quyết định", "--json"]).expect_code(0).json()["hits"].clone();
    let plain = place.sohoa(&["search", "quyet dinh", "--json"]).expect_code(0).json()["hits"].clone();
    assert!(!typed.as_array().unwrap().is_empty());
    assert!(!plain.as_array().unwrap().is_empty());
    let snippet = plain[0]["snippet"]["text"].as_str().unwrap().to_lowercase();
    assert!(snippet.contains("quyết") || snippet.contains("quyet"), "{snippet}");

    // The sealed files are what the manifest says, and another reader finds the text in them.
    let out = place.path().join("out");
    for code in &codes {
        place.sohoa(&["show", code, "--pdf", out.to_str().unwrap()]).expect_code(0);
    }
    let mut files = 0;
    for record in place.exported().values() {
        for document in record["documents"].as_array().unwrap() {
            files += 1;
            let file = &document["file"];
            let bytes = fs::read(out.join(file["name"].as_str().unwrap())).unwrap();
            assert_eq!(bytes.len() as u64, file["bytes"].as_u64().unwrap());
            assert_eq!(blake3::hash(&bytes).to_hex().as_str(), file["blake3"].as_str().unwrap());
        }
    }
    assert!(files >= 5);
    let text =
        Command::new("pdftotext").args(["-q", "-enc", "UTF-8"]).arg(out.join(format!("{}.001.pdf", codes[0]))).arg("-").output();
    let text = String::from_utf8(text.expect("pdftotext is needed: make test installs it").stdout).unwrap();
    assert!(text.split_whitespace().count() > 40, "{text}");

    // What the scanner wrote can be had back from a sealed file.
    let scan = fs::read(place.inbox().join("ket-qua/H38.31-210408-2030/cong-van.jpg")).unwrap();
    let images = fs::read_dir(&out).unwrap().flat_map(|file| images_of(&file.unwrap().path())).collect::<Vec<_>>();
    assert!(images.contains(&scan), "none of {} images", images.len());

    place.sohoa(&["verify"]).expect_code(0);
    keep_for_validation(&place, &codes);

    // The same inbox again: nothing is read, nothing exported, nothing refused twice.
    let again = place.run().json();
    assert_eq!(again["cost"]["pages_read"], 0, "{again:#}");
    assert!(again["dossiers"].as_array().unwrap().is_empty(), "{again:#}");
    assert_eq!(again["ledger"]["sealed"], 0);
    assert_eq!(again["manifest"], serde_json::Value::Null);
}

/// The images of a sealed file as another program takes them out.
fn images_of(file: &Path) -> Vec<Vec<u8>> {
    let folder = file.with_extension("images");
    fs::create_dir(&folder).unwrap();
    assert!(Command::new("pdfimages").arg("-all").arg(file).arg(folder.join("image")).status().unwrap().success());
    fs::read_dir(&folder).unwrap().map(|image| fs::read(image.unwrap().path()).unwrap()).collect()
}

#[test]
fn the_same_bytes_twice_are_one_blob_and_one_document() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/a.png"), &png_page(1));
    place.put(&format!("{CODE_A}/b.png"), &png_page(1));
    place.put(&format!("{CODE_B}/a.png"), &png_page(1));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 2, 2, 0, 0, 0);
    assert_eq!(report["unchanged_files"], 1);
    assert_eq!(report["cost"]["pages_read"], 1, "the page is read once for both dossiers");
    let records = place.exported();
    let sources: std::collections::BTreeSet<_> =
        records.values().map(|record| record["documents"][0]["source"]["blake3"].to_string()).collect();
    assert_eq!((records.len(), sources.len()), (2, 1));
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn an_unchanged_file_is_not_read_again_unless_its_blob_is_gone() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    // It looks as it did.
    let report = place.run().expect_code(0).json();
    assert_eq!((&report["unchanged_files"], &report["ledger"]["scanned"]), (&1.into(), &0.into()), "{report:#}");
    // A lost blob is stored again from the same file.
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    fs::remove_file(shown["records"][0]["files"][0]["source_path"].as_str().unwrap()).unwrap();
    place.sohoa(&["verify"]).expect_code(5);
    place.run().expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_late_paper_makes_a_new_version_and_the_old_one_stays() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    place.put(&format!("{CODE_A}/2.png"), &png_page(2));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["unchanged_files"], 1);
    assert_eq!(report["dossiers"][0]["version"], 2);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let records = shown["records"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    let current = records.iter().find(|record| record["current"] == true).unwrap();
    let names: Vec<_> = current["documents"].as_array().unwrap().iter().map(|d| d["file"]["name"].clone()).collect();
    assert_eq!(names, [format!("{CODE_A}.001.pdf"), format!("{CODE_A}.002.pdf")]);
    // Only the current version is found, each page once.
    let hits = place.sohoa(&["search", "quyết định", "--json"]).expect_code(0).json()["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 2, "{hits:#}");
    // Two manifests, chained.
    let second = fs::read(place.repository().join("exports/000002.json")).unwrap();
    let first = fs::read(place.repository().join("exports/000001.json")).unwrap();
    let second: serde_json::Value = serde_json::from_slice(&second).unwrap();
    assert_eq!(second["previous_sha256"], sohoa::pipeline::export::sha256_of(&first).to_string());
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_recipe_that_reads_the_same_makes_no_version() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    for read in [1, 0] {
        let mut command = place.run_command(&[]);
        let report = crate::support::Ran::from(command.env("SOHOA__RECOGNISE__LANGUAGE", "vie+eng").output().unwrap());
        let report = report.expect_code(0).json();
        expect_ledger(&report, 0, 0, 0, 0, 0);
        assert_eq!((&report["unchanged_files"], &report["cost"]["pages_read"]), (&1.into(), &read.into()), "{report:#}");
        assert_eq!((&report["dossiers"], &report["manifest"]), (&serde_json::json!([]), &serde_json::Value::Null));
    }
    place.sohoa(&["verify"]).expect_code(0);
}

/// An older version of the program left results that say the same in other words: other places of words,
/// measures that it did not take.
#[test]
fn pages_read_again_that_say_the_same_make_no_version_and_others_do() {
    let recipe_of = |place: &Place| {
        let report: RecipeId = place.run().expect_code(0).json()["recipe"].as_str().unwrap().parse().unwrap();
        report
    };
    let now = recipe_of(&Place::with_engine("stub"));
    for (number, changes_a_word) in [false, true].into_iter().enumerate() {
        let place = Place::with_engine("stub");
        for file in 1..=2 {
            place.put(&format!("{CODE_A}/{file}.png"), &png_page(file));
        }
        let older = || {
            let mut command = place.run_command(&[]);
            crate::support::Ran::from(command.env("SOHOA__RECOGNISE__LANGUAGE", "vie+eng").output().unwrap())
        };
        let then: RecipeId = older().expect_code(0).json()["recipe"].as_str().unwrap().parse().unwrap();
        {
            let repository = Repository::open(&place.repository(), Mode::Write).unwrap();
            let records = repository.catalog.all_records().unwrap();
            for (document, page) in
                records[0].documents.iter().enumerate().flat_map(|(n, one)| one.pages.iter().map(move |page| (n, page)))
            {
                let mut read = repository.catalog.page(*page, then).unwrap().unwrap();
                read.skew_degrees = 0.25;
                read.lines[0].words[0].place.0[0].x += 1.0;
                if changes_a_word && document == number {
                    read.lines[0].words[0].text = "khác".into();
                }
                repository.catalog.put_page(*page, now, &read).unwrap();
            }
        }
        let report = place.run_with(&["--reread"]).expect_code(0).json();
        assert_eq!(report["cost"]["pages_read"], 0, "they are there: {report:#}");
        let versions = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json()["records"].clone();
        if changes_a_word {
            assert_eq!(report["dossiers"][0]["version"], 2, "{report:#}");
            let file = |record: usize, document: usize| versions[record]["documents"][document]["file"]["blake3"].clone();
            assert_ne!(file(0, 1), file(1, 1));
            assert_eq!(file(0, 0), file(1, 0), "the other one stays as it was sealed");
        } else {
            assert_eq!((&report["dossiers"], &report["unchanged_files"]), (&serde_json::json!([]), &2.into()), "{report:#}");
            assert_eq!(versions.as_array().unwrap().len(), 1);
        }
        // Once they were compared, their files are done with.
        let again = place.run().expect_code(0).json();
        assert_eq!((&again["dossiers"], &again["unchanged_files"]), (&serde_json::json!([]), &2.into()), "{again:#}");
        place.sohoa(&["verify"]).expect_code(0);
    }
}

/// The folder of the model was once part of the recipe: naming it read every page again.
#[test]
fn naming_the_folder_of_the_model_reads_nothing_again() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    let mut command = place.run_command(&[]);
    let report = crate::support::Ran::from(command.env("SOHOA__RECOGNISE__TESSDATA", "/opt/models").output().unwrap());
    let report = report.expect_code(0).json();
    assert_eq!((&report["unchanged_files"], &report["cost"]["pages_read"]), (&1.into(), &0.into()), "{report:#}");
}

#[test]
fn another_recipe_reads_again_and_keeps_names_and_numbers() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    let mut command = place.run_command(&[]);
    let report = crate::support::Ran::from(command.env("SOHOA__RECOGNISE__ENGINE", "unsure").output().unwrap());
    let report = report.expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 1);
    assert_eq!(report["dossiers"][0]["version"], 2);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    for record in shown["records"].as_array().unwrap() {
        assert_eq!(record["documents"].as_array().unwrap().len(), 1);
        assert_eq!(record["documents"][0]["file"]["name"], format!("{CODE_A}.001.pdf"));
    }
}

#[test]
fn temporary_hidden_and_growing_files_are_left_for_the_next_run() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    for name in ["scan.tmp", ".hidden.png", "~$x.png", "a.part", "Thumbs.db"] {
        place.put(&format!("{CODE_A}/{name}"), &png_page(2));
    }
    let growing = place.inbox().join(CODE_A).join("growing.png");
    let page = png_page(3);
    fs::write(&growing, &page[..page.len() / 2]).unwrap();
    let mut command = place.run_command(&[]);
    command.env("SOHOA__INBOX__SETTLE_SECONDS", "1.5");
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    fs::write(&growing, &page).unwrap();
    let report = crate::support::Ran::from(child.wait_with_output().unwrap()).expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["left_files"], 6, "{report:#}");
    settle(&growing);
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
}

#[test]
fn papers_whose_names_and_folders_disagree_wait_for_a_person_and_then_go_on() {
    let place = Place::with_engine("stub");
    let path = place.put(&format!("{CODE_A}/{CODE_B}.001.png"), &png_page(1));
    let report = place.run().expect_code(3).json();
    assert_eq!(exceptions(&report).into_values().collect::<Vec<_>>(), ["dossier-conflict"]);
    expect_ledger(&report, 1, 0, 0, 1, 0);
    fs::rename(&path, place.inbox().join(CODE_A).join("001.png")).unwrap();
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 0, "the page was read in the first run");
}

#[test]
fn ordinals_follow_file_names_and_results_come_after_what_was_handed_in() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}.003.png"), &png_page(1));
    place.put(&format!("{CODE_A}/page 10.png"), &png_page(2));
    place.put(&format!("{CODE_A}/page 2.png"), &png_page(3));
    place.put(&format!("ket-qua/{CODE_A}/kq.png"), &png_page(4));
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let mut found: Vec<(String, u64, String)> = Vec::new();
    for record in shown["records"].as_array().unwrap() {
        for document in record["documents"].as_array().unwrap() {
            found.push((
                record["kind"].as_str().unwrap().to_owned(),
                document["ordinal"].as_u64().unwrap(),
                document["source"]["name"].as_str().unwrap().to_owned(),
            ));
        }
    }
    found.sort_by_key(|(_, ordinal, _)| *ordinal);
    let dossier = |ordinal, name: &str| ("dossier".to_owned(), ordinal, name.to_owned());
    assert_eq!(
        found,
        [
            dossier(3, &format!("{CODE_A}.003.png")),
            dossier(4, "page 2.png"),
            dossier(5, "page 10.png"),
            ("result".to_owned(), 6, "kq.png".to_owned()),
        ]
    );
}

#[test]
fn a_dry_run_writes_nothing_and_a_limit_takes_the_first_files() {
    let place = Place::with_engine("stub");
    for number in 1..=4 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    place.put(&format!("{CODE_A}/empty.png"), b"");
    let plan = place.run_with(&["--dry-run"]).expect_code(3).json();
    let actions: Vec<_> = plan["files"].as_array().unwrap().iter().map(|file| file["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["read", "read", "read", "read", "refuse"]);
    assert!(!place.repository().exists());
    assert!(place.inbox().join(CODE_A).join("empty.png").exists());

    let report = place.run_with(&["--limit", "3"]).expect_code(3).json();
    expect_ledger(&report, 4, 3, 0, 0, 1);
    let plan = place.run_with(&["--dry-run"]).expect_code(0).json();
    let actions: Vec<_> = plan["files"].as_array().unwrap().iter().map(|file| file["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["skip", "skip", "skip", "read"]);
    let report = place.run_with(&["--limit", "3"]).expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
}
