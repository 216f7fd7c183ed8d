//! The page for integrators: what it says to save is saved, what it says to run is run.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{CODE_A, Place, png_page, project_file};

/// Blocks of code of a page in one language, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let begin = format!("```{language}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned() + "\n").collect()
}

/// A place with a dossier of two papers that the register knows, and the consumer of the page.
fn office() -> Place {
    let place = Place::with_engine("stub");
    let file = place.path().join("so.csv");
    let (head, row) = (
        "MaHoSo,MaTTHC,TenTTHC,MaLinhVuc,TenLinhVuc,NgayTiepNhan,TrangThaiHoSo,ChuHoSo,LoaiDinhDanh,SoDinhDanh",
        "1.005129,Đăng ký khai sinh,G06,Hộ tịch,06/07/2023 08:30,10,Nguyễn Thị Mẫu,1,010196000001",
    );
    fs::write(&file, format!("{head}\n{CODE_A},{row}\n")).unwrap();
    place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    for number in [1, 2] {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    place
}

/// Runs a block of the page, which must come to its end, and returns what it says.
fn run(place: &Place, settings: &Path, block: &str) -> String {
    let (has_ended, told, failed) = try_to(place, settings, block);
    assert!(has_ended, "{block}\n{told}\n{failed}");
    told
}

/// Runs a block of the page as whoever reads it would, in a folder where the program is called `sohoa`.
fn try_to(place: &Place, settings: &Path, block: &str) -> (bool, String, String) {
    let like = place.command(&[]);
    let programs = place.path().join("programs");
    if !programs.exists() {
        fs::create_dir(&programs).unwrap();
        symlink(like.get_program(), programs.join("sohoa")).unwrap();
    }
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-euc", block]).current_dir(place.path());
    command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = command.env("PATH", path).env("SOHOA_CONFIG", settings).env("CODE", CODE_A).output().unwrap();
    let (told, failed) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (ran.status.success(), told.into_owned(), failed.into_owned())
}

#[test]
fn an_integrator_comes_to_a_consumer_by_the_page_alone() {
    let page = fs::read_to_string(project_file("docs/integration.md")).unwrap();
    let place = office();
    let settings = place.path().join("sohoa.toml");
    fs::write(&settings, &blocks(&page, "toml")[0]).unwrap();
    place.run().expect_code(0);
    fs::write(place.path().join("take.py"), &blocks(&page, "python")[0]).unwrap();
    let [prepared, taken, changed, again, along, forged] = &blocks(&page, "sh")[..] else { panic!("the page has other blocks") };

    run(&place, &settings, prepared);
    // It dies between holding something and answering for it: something else is where answers go.
    let in_the_way = place.path().join("outbox/acks");
    fs::write(&in_the_way, "").unwrap();
    let (has_ended, told, _) = try_to(&place, &settings, taken.lines().next().unwrap());
    assert!(!has_ended && place.path().join("taken/held.json").exists(), "{told}");
    fs::remove_file(&in_the_way).unwrap();
    assert!(told.contains(&format!("{CODE_A} dossier: version 1, 2 documents, accepted")), "{told}");
    let told = run(&place, &settings, taken);
    let status: Value = serde_json::from_str(&run(&place, &settings, "sohoa portal status --json")).unwrap();
    assert!(status.to_string().contains(r#""accepted":1"#), "{told}\n{status:#}");
    let held = || -> Value {
        let held: Value = serde_json::from_slice(&fs::read(place.path().join("taken/held.json")).unwrap()).unwrap();
        held["records"].clone()
    };
    let portal = &held()[&format!("{CODE_A} dossier")]["portal"];
    for (name, value) in [
        ("MaHoSo", CODE_A),
        ("MaTTHC", "1.005129"),
        ("TenTTHC", "Đăng ký khai sinh"),
        ("MaLinhVuc", "G06"),
        ("TenLinhVuc", "Hộ tịch"),
        ("NgayTiepNhan", "20230706083000"),
        ("TrangThaiHoSo", "10"),
        ("ChuHoSo", "Nguyễn Thị Mẫu"),
        ("SoGiayToChuHoSo", "010196000001"),
    ] {
        assert_eq!(portal[name], value, "{portal:#}");
    }
    let told = run(&place, &settings, changed);
    assert!(told.contains("number is 3034 by a person, and was not read"), "{told}");
    assert!(told.contains("version 3") && told.contains("take back document 2"), "{told}");
    let documents = held()[&format!("{CODE_A} dossier")]["portal"]["TaiLieuNop"].clone();
    let gone: Vec<&Value> = documents.as_array().unwrap().iter().map(|document| &document["IsDeleted"]).collect();
    assert_eq!(gone, ["False", "True"], "{documents:#}");
    // What is rejected and let go again comes once more, with what the register says by then.
    let file = place.path().join("so.csv");
    let table = fs::read_to_string(&file).unwrap().replace("Hộ tịch", "Hộ tịch, chứng thực");
    fs::write(&file, table.replace("Hộ tịch, chứng thực", "\"Hộ tịch, chứng thực\"")).unwrap();
    place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    let told = run(&place, &settings, again);
    assert!(told.contains("version 3, 1 documents, accepted"), "{told}");
    assert_eq!(held()[&format!("{CODE_A} dossier")]["portal"]["TenLinhVuc"], "Hộ tịch, chứng thực");
    run(&place, &settings, along);
    let other =
        "cp outbox/000002.json other.json; sed -i 's/\"version\":2/\"version\":7/' other.json; sohoa audit --manifest other.json";
    assert!(!try_to(&place, &settings, other).0, "what was never given is told");
    run(&place, &settings, forged);
    let status = run(&place, &settings, "sohoa portal status --json");
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status.pointer("/0/records/sent").or(status.pointer("/consumers/0/records/sent")), None, "{status:#}");
    run(&place, &settings, "sohoa verify");
}
