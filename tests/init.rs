//! The first settings of a machine.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use sohoa::settings::template;
use toml::Table;

use crate::support::{CODE_A, Place, Ran, png_page};

/// `sohoa init` for this file, with `more` options.
fn init(place: &Place, file: &Path, more: &[&str]) -> Ran {
    let mut command = place.command(&["init", "--config"]);
    command.arg(file).args(more).env_remove("SOHOA_REPOSITORY").output().unwrap().into()
}

#[test]
fn what_is_typed_becomes_settings_that_a_night_works_by() {
    let place = Place::with_engine("stub");
    let file = place.path().join("etc/sohoa.toml");
    let (inbox, repository) = (place.inbox(), place.path().join("kho"));
    let typed = ["--agency-code", "h38.16", "--agency", "UBND xã Bản Qua", "--lang", "en"];
    let folders = ["--inbox", inbox.to_str().unwrap(), "--repository", repository.to_str().unwrap()];
    let ran = init(&place, &file, &[typed.as_slice(), folders.as_slice()].concat()).expect_code(0);
    assert!(ran.stdout.contains(&format!("sohoa doctor --config {}", file.display())), "{}", ran.stdout);
    assert!(ran.stdout.contains("/etc/systemd/system/sohoa.service.d/folders.conf"), "{}", ran.stdout);

    let text = fs::read_to_string(&file).unwrap();
    let set: Table = text.parse().unwrap();
    assert_eq!(set["general"]["language"].as_str(), Some("en"));
    assert_eq!(set["seal"]["agency"].as_str(), Some("UBND xã Bản Qua"));
    assert!(text.contains("#jobs = 0\n"), "all other keys stand there, commented out");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644, "another account reads it");
    assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o755);

    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put("H39.16-230706-0012/1.png", &png_page(2));
    let mut night = place.command(&["run", "--json"]);
    let night = Ran::from(night.env_remove("SOHOA_REPOSITORY").env("SOHOA_CONFIG", &file).output().unwrap()).expect_code(3);
    assert_eq!(night.json()["ledger"]["sealed"], 1, "the other one is another agency's: {}", night.stdout);
    assert!(repository.join("catalog.sqlite").exists());
}

#[test]
fn what_somebody_has_set_is_never_written_over() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sohoa.toml");
    for set in ["[general]\nlanguage = \"vi\"\n", "", "# mine\n"] {
        fs::write(&file, set).unwrap();
        let ran = init(&place, &file, &["--lang", "en"]).expect_code(2);
        assert!(ran.stderr.contains("[settings-present]"), "{}", ran.stderr);
        assert_eq!(fs::read_to_string(&file).unwrap(), set);
    }
    // What the package put there says nothing yet.
    fs::write(&file, template(&Table::new())).unwrap();
    init(&place, &file, &["--lang", "en"]).expect_code(0);
    init(&place, &file, &["--lang", "vi"]).expect_code(2);
    assert!(fs::read_to_string(&file).unwrap().contains("\nlanguage = \"en\"\n"));
}

/// The same, with a line on standard input.
fn init_with(place: &Place, file: &Path, more: &[&str], line: &str) -> Ran {
    let mut command = place.command(&["init", "--config"]);
    command.arg(file).args(more).env_remove("SOHOA_REPOSITORY");
    let mut init = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    init.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    init.wait_with_output().unwrap().into()
}

#[test]
fn the_first_administrator_is_made_by_who_owns_the_folder_or_nothing_is_written() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sohoa.toml");
    let folder = place.path().join("var");
    fs::create_dir(&folder).unwrap();
    let repository = folder.join("kho");
    // The account has to get there.
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Who runs the tests as root sees whose the files become.
    let nobody = 65_534;
    let is_root = std::os::unix::fs::chown(&folder, Some(nobody), Some(nobody)).is_ok();
    let typed = ["--lang", "en", "--administrator", "quan.tri", "--repository", repository.to_str().unwrap()];
    let ran = init_with(&place, &file, &typed, "ngắn\n").expect_code(2);
    assert!(ran.stderr.contains("[password-unfit]"), "{}", ran.stderr);
    assert!(!file.exists(), "nothing was written");
    let ran = init_with(&place, &file, &typed, "bốn từ bất kỳ\n").expect_code(0);
    assert!(ran.stdout.contains("Account made: quan.tri (administrator)."), "{}", ran.stdout);
    assert!(!ran.stdout.contains("user add"), "it is done already: {}", ran.stdout);
    let listed = place.command(&["user", "list", "--json", "--repository"]).arg(&repository).output().unwrap();
    let listed = Ran::from(listed).expect_code(0).json();
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&"quan.tri".into(), &"administrator".into()));
    if is_root {
        let whose = |path: &Path| std::os::unix::fs::MetadataExt::uid(&fs::metadata(path).unwrap());
        assert_eq!([&repository, &repository.join("catalog.sqlite")].map(|path| whose(path)), [nobody, nobody]);
        assert_eq!(whose(&file), 0, "the settings are root's");
    }
    // A folder that is not there yet belongs to nobody.
    let nowhere = place.path().join("nowhere/kho");
    let typed = ["--administrator", "quan.tri", "--repository", nowhere.to_str().unwrap()];
    let other = place.path().join("other.toml");
    init_with(&place, &other, &typed, "bốn từ bất kỳ\n").expect_code(8);
    assert!(!other.exists());
}

#[test]
fn settings_that_no_command_would_take_are_not_written() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sohoa.toml");
    for (wrong, named) in [(["--agency-code", "38"], "--agency-code"), (["--code-pattern", "("], "inbox.code_patterns")] {
        let ran = init(&place, &file, &wrong).expect_code(2);
        assert!(ran.stderr.contains("[settings-invalid]") && ran.stderr.contains(named), "{}", ran.stderr);
        assert!(!file.exists());
    }
}

#[test]
fn a_person_is_asked_for_what_was_not_typed() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sohoa.toml");
    let program = place.command(&[]).get_program().to_str().unwrap().to_owned();
    // `script` gives the program a terminal.
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command"])
        .arg(format!("{program} init --config {}", file.display()))
        .arg("/dev/null")
        .env_remove("SOHOA_REPOSITORY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Language, agency code (wrong at first), agency, inbox, repository.
    script.stdin.take().unwrap().write_all("en\nH3\nG09.20\nSở Tư pháp\n/srv/scans\n\n".as_bytes()).unwrap();
    let ran = Ran::from(script.wait_with_output().unwrap()).expect_code(0);
    assert!(ran.stdout.contains("Folder of the repository [/var/lib/sohoa/repository]:"), "{}", ran.stdout);
    let set: Table = fs::read_to_string(&file).unwrap().parse().unwrap();
    assert_eq!(set["general"]["language"].as_str(), Some("en"));
    assert!(set["inbox"]["code_patterns"][0].as_str().unwrap().contains(r"G09\.20"), "{set}");
    assert_eq!(set["seal"]["agency"].as_str(), Some("Sở Tư pháp"));
    assert_eq!(set["folders"]["inbox"].as_str(), Some("/srv/scans"));
    assert!(set["folders"].get("repository").is_none(), "what is as usual is not set");
}

#[test]
fn next_steps_are_data_too() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sohoa.toml");
    let view = init(&place, &file, &["--json", "--inbox", "/nowhere/at/all"]).expect_code(0).json();
    let kinds: Vec<&str> = view["next"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"make-folder"));
    assert!(kinds.ends_with(&["let-units-write", "doctor", "make-administrator", "run"]), "{kinds:?}");
    assert_eq!(view["set"]["folders"]["inbox"], "/nowhere/at/all");
}
