//! The verbs, their options, output and exit codes.

use std::fs;

use crate::support::{CODE_A, Place, Ran, png_page};

#[test]
fn wrong_use_says_what_is_wrong_and_what_to_do() {
    let place = Place::with_engine("stub");
    place.sohoa(&["frobnicate"]).expect_code(2);
    place.sohoa(&["run", "--limit", "none"]).expect_code(2);
    let ran = place.sohoa(&["run", "--inbox", "/nonexistent", "--lang", "en"]).expect_code(6);
    assert!(ran.stderr.contains("[inbox-missing]") && ran.stderr.contains("→"), "{}", ran.stderr);
    assert!(!place.repository().exists(), "no repository is made for an inbox that is not there");
    let ran = place.sohoa(&["search", "x", "--lang", "en"]).expect_code(6);
    assert!(ran.stderr.contains("[repository-missing]"), "{}", ran.stderr);
    let config = place.path().join("wrong.toml");
    fs::write(&config, "[workers]\njbos = 1\n").unwrap();
    let ran = place.sohoa(&["doctor", "--config", config.to_str().unwrap()]).expect_code(2);
    assert!(ran.stderr.contains("jbos"), "{}", ran.stderr);
    let ran = place.command(&["doctor"]).env("SOHOA__WORKERS__JOBS", "many").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
}

#[test]
fn folders_come_from_the_settings_unless_they_are_typed() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let config = place.path().join("sohoa.toml");
    let set = place.path().join("set");
    fs::write(&config, format!("[folders]\ninbox = {:?}\nrepository = {set:?}\n", place.inbox())).unwrap();
    let sohoa = |arguments: &[&str]| -> Ran {
        let mut command = place.command(arguments);
        command.env_remove("SOHOA_REPOSITORY").env("SOHOA_CONFIG", &config).output().unwrap().into()
    };
    sohoa(&["run"]).expect_code(0);
    assert!(set.join("catalog.sqlite").exists());
    assert!(sohoa(&["show"]).expect_code(0).stdout.contains(CODE_A));
    let doctor = sohoa(&["doctor"]).expect_code(0).stdout;
    assert!(doctor.contains(&place.inbox().display().to_string()) && doctor.contains(&set.display().to_string()), "{doctor}");
    let typed = place.repository();
    sohoa(&["run", "--repository", typed.to_str().unwrap(), "--inbox", "/nonexistent"]).expect_code(6);
    sohoa(&["run", "--repository", typed.to_str().unwrap()]).expect_code(0);
    assert!(typed.join("catalog.sqlite").exists());
    fs::write(&config, "[folders]\ninbox = \"scans\"\n").unwrap();
    let ran = sohoa(&["run", "--lang", "en"]).expect_code(2);
    assert!(ran.stderr.contains("(folders.inbox) – 'scans' does not begin with /"), "{}", ran.stderr);
}

#[test]
fn messages_come_in_the_language_asked_for() {
    let place = Place::with_engine("stub");
    let vietnamese = place.sohoa(&["show", CODE_A]).expect_code(6).stderr;
    assert!(vietnamese.contains("kho dữ liệu"), "{vietnamese}");
    let english = place.sohoa(&["show", CODE_A, "--lang", "en"]).expect_code(6).stderr;
    assert!(english.contains("not a Sohoa repository"), "{english}");
}

#[test]
fn a_dossier_is_listed_shown_printed_and_written_out() {
    let place = Place::with_one_sealed_page();
    assert!(place.sohoa(&["show"]).expect_code(0).stdout.contains(CODE_A));
    let shown = place.sohoa(&["show", CODE_A, "--lang", "en"]).expect_code(0).stdout;
    assert!(shown.contains(&format!("{CODE_A}.001.pdf")) && shown.contains("/blobs/"), "{shown}");
    let text = place.sohoa(&["show", CODE_A, "--text"]).expect_code(0).stdout;
    assert!(text.starts_with("quyết định số trang "), "{text}");
    let out = place.path().join("out");
    let out = out.to_str().unwrap();
    place.sohoa(&["show", CODE_A, "--pdf", out]).expect_code(0);
    place.sohoa(&["show", CODE_A, "--pdf", out]).expect_code(0);
    let file = place.path().join("out").join(format!("{CODE_A}.001.pdf"));
    assert!(fs::read(&file).unwrap().starts_with(b"%PDF-"));
    fs::write(&file, "mine").unwrap();
    let ran = place.sohoa(&["show", CODE_A, "--pdf", out]).expect_code(8);
    assert!(ran.stderr.contains(&format!("{CODE_A}.001.pdf")), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine", "a file that is not ours is not overwritten");
    place.sohoa(&["show", "H38.16-230706-9999"]).expect_code(6);
    place.sohoa(&["show", "../x"]).expect_code(6);
}

#[test]
fn the_worst_read_region_of_a_page_is_shown_beside_the_mean() {
    let place = Place::with_engine("unsure");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let page = &shown["records"][0]["files"][0]["pages"][0];
    let worst = &page["worst_region"];
    assert_eq!((&worst["text"], &worst["confidence"]), (&"chứng".into(), &0.6.into()), "{page:#}");
    assert_eq!((&worst["first_line"], &worst["last_line"]), (&2.into(), &2.into()), "{page:#}");
    assert!(worst["place"]["y"].as_f64().unwrap() > 100.0, "{page:#}");
    assert!(page["confidence"].as_f64().unwrap() > 0.7, "{page:#}");
    let english = place.sohoa(&["show", CODE_A, "--lang", "en"]).expect_code(0).stdout;
    assert!(english.contains("lowest 60 % in line 2 (5") && english.contains("% down the page): chứng\n"), "{english}");
    let vietnamese = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(vietnamese.contains("thấp nhất 60 % ở dòng 2 (cách mép trên 5"), "{vietnamese}");
}

#[test]
fn exporting_twice_with_nothing_new_writes_nothing() {
    let place = Place::with_one_sealed_page();
    let before = fs::read_dir(place.repository().join("exports")).unwrap().count();
    let ran = place.sohoa(&["export", "--json"]).expect_code(0).json();
    assert_eq!(ran["manifest"], serde_json::Value::Null);
    assert_eq!(fs::read_dir(place.repository().join("exports")).unwrap().count(), before);
}

#[test]
fn a_manifest_fits_the_published_schema() {
    let place = Place::with_one_sealed_page();
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(crate::support::project_file("docs/manifest.v6.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(place.repository().join("exports/000001.json")).unwrap()).unwrap();
    assert!(validator.is_valid(&manifest));
    manifest["records"][0]["documents"][0]["file"]["sha256"] = "x".into();
    assert!(!validator.is_valid(&manifest), "the schema checks hashes");
}

#[test]
fn reports_are_kept_for_every_batch() {
    let place = Place::with_one_sealed_page();
    place.put(&format!("{CODE_A}/empty.png"), b"");
    let run = place.run().expect_code(3).json();
    let latest = place.sohoa(&["report", "--json"]).expect_code(0).json();
    assert_eq!(run, latest, "the report kept is the report told");
    let first = place.sohoa(&["report", "1", "--json"]).expect_code(0).json();
    assert_eq!(first["dossiers"][0]["code"], CODE_A);
    let text = place.sohoa(&["report", "--lang", "en"]).expect_code(0).stdout;
    assert!(text.contains("1 pages scanned = 0 sealed") && text.contains("[file-empty]"), "{text}");
    place.sohoa(&["report", "99"]).expect_code(6);
}

#[test]
fn queries_are_obeyed_or_refused() {
    let place = Place::with_one_sealed_page();
    for query in ["\"", "(", "a:b", "AND", "*", "quyết \"", "\u{0301}", "-", "ngay:31/02/2025"] {
        let ran = place.sohoa(&["search", "--lang", "en", "--", query]).expect_code(2);
        assert!(ran.stderr.contains("[query-invalid]") && ran.stderr.contains("Example: "), "{}", ran.stderr);
    }
    for query in ["đ", "[x TO", "Kính gửi: ông", "15/2025/NĐ-CP", "-x đ"] {
        place.sohoa(&["search", "--", query]).expect_code(0);
    }
    let understood = place.sohoa(&["search", "--explain", "--lang", "vi", "ngay:2025-02 (đất HOẶC nhà)"]).expect_code(0).stdout;
    assert_eq!(
        understood,
        "tất cả:\n  ngày ban hành: 01/02/2025..28/02/2025\n  ít nhất một:\n    trong trang: 'đất'\n    trong trang: 'nhà'\n"
    );
    assert_eq!(place.sohoa(&["search", "khôngcóđâu", "--json"]).expect_code(0).json()["hits"], serde_json::json!([]));
}

#[test]
fn the_doctor_finds_a_missing_language() {
    let place = Place::with_tesseract();
    let healthy = place.sohoa(&["doctor", "--inbox", place.inbox().to_str().unwrap(), "--json"]).expect_code(0).json();
    assert!(healthy[0]["found"].as_str().unwrap().starts_with("tesseract 5"), "{healthy}");
    let both = Place::with_own_reader().sohoa(&["doctor", "--json"]).expect_code(0).json();
    assert!(both[0]["found"].as_str().unwrap().starts_with("sohoa 3 (Tesseract 5"), "{both}");
    let ran = place.command(&["doctor", "--lang", "en"]).env("SOHOA__RECOGNISE__LANGUAGE", "xyz").output().unwrap();
    assert_eq!(ran.status.code(), Some(7));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("tesseract-ocr-vie"), "{ran:?}");
}

#[test]
fn quiet_means_silent_when_all_is_well() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let mut command = place.command(&["run", "--quiet", "--inbox"]);
    let ran = Ran::from(command.arg(place.inbox()).output().unwrap()).expect_code(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}
