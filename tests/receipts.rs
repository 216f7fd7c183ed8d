//! Intake receipts, from the picture to what people see: nothing wrong is taken for certain, and what is secret
//! stays so.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{Place, project_file};

const CODES: [&str; 4] = ["H38.16-251014-0021", "H38.16-251122-0305", "H38.16-251218-0077", "H38.16-251014-0022"];

/// What the receipts say, by dossier.
const SAID: [(&str, &str, &str); 17] = [
    (CODES[0], "applicant", "Vàng Thị Mẫu Đơn"),
    (CODES[0], "applicant_number", "010188004521"),
    (CODES[0], "procedure", "Đăng ký biến động đất đai"),
    (CODES[0], "procedure_field", "Đất đai"),
    (CODES[0], "components", "Đơn đăng ký biến động × 1; Giấy ủy quyền × 2; Tờ khai lệ phí trước bạ × 3"),
    (CODES[0], "received_at", "2025-10-14 09:25"),
    (CODES[0], "due_at", "2025-10-28 16:00"),
    (CODES[1], "applicant", "Lò Văn Ví Dụ"),
    (CODES[1], "applicant_number", "010090123456"),
    (CODES[1], "procedure", "Cấp bản sao trích lục hộ tịch"),
    (CODES[1], "components", "Tờ khai cấp bản sao trích lục × 1; Giấy ủy quyền × 2; Trích lục khai sinh × 1"),
    (CODES[1], "received_at", "2025-11-22 14:05"),
    (CODES[1], "due_at", "2025-11-25"),
    (CODES[1], "receiving_unit", "Bộ phận Một cửa xã Thí Dụ"),
    (CODES[2], "applicant", "Công ty Cổ phần Ví Dụ"),
    (CODES[2], "received_at", "2025-12-18 10:40"),
    (CODES[2], "due_at", "2025-12-26 17:00"),
];

const OF_RECEIPTS: [&str; 8] =
    ["applicant", "applicant_number", "procedure", "procedure_field", "components", "received_at", "due_at", "receiving_unit"];

const REGISTER: &str = "MaHoSo,MaTTHC,TenTTHC,TenLinhVuc,NgayTiepNhan,NgayHenTra,ChuHoSo,LoaiDinhDanh,SoDinhDanh\n\
    H38.16-251014-0021,1.011441,Đăng ký biến động đất đai,Đất đai,14/10/2025 09:25:00,28/10/2025,VÀNG THỊ MẪU ĐƠN,1,010188004521\n\
    H38.16-251122-0305,1.011442,Trích lục,Hộ tịch,22/11/2025 14:05:00,25/11/2025,Lò Văn Ví Dụ,1,010090123999\n";

/// A place with receipts of the dossiers, the first of them twice, read by the program's own reader.
fn place_with_receipts(register: Option<&str>) -> Place {
    let place = Place::with_own_reader();
    if let Some(rows) = register {
        let file = place.path().join("so.csv");
        fs::write(&file, rows).unwrap();
        place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    }
    for (code, name) in
        [(CODES[0], "bang"), (CODES[0], "bang-cu"), (CODES[1], "danh-sach"), (CODES[2], "hai-cot"), (CODES[3], "dien-tay")]
    {
        let bytes = fs::read(project_file("tests/fixtures/receipts").join(format!("{name}.png"))).unwrap();
        place.put(&format!("{code}/{name}.png"), &bytes);
    }
    let run = place.run_command(&[]).env("SOHOA__QUALITY__LOWEST_DPI", "30").output().unwrap();
    assert!(matches!(run.status.code(), Some(0 | 3)), "{}", String::from_utf8_lossy(&run.stderr));
    place
}

fn documents(place: &Place, code: &str) -> Vec<Value> {
    let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
    shown["records"][0]["documents"].as_array().unwrap().clone()
}

fn said(code: &str, name: &str) -> Option<&'static str> {
    SAID.iter().find(|(of, fact, _)| *of == code && *fact == name).map(|(_, _, value)| *value)
}

/// Holds all facts of receipts against what the pictures say; returns how many are right, and how many of them are
/// certain.
fn judged(place: &Place) -> (usize, usize) {
    let (mut right, mut certain) = (0, 0);
    for code in CODES {
        for document in documents(place, code) {
            for name in OF_RECEIPTS {
                let field = &document["fields"][name];
                let (Some(value), accepted) = (field["value"].as_str(), field["status"] == "accepted") else { continue };
                let is_right = said(code, name).is_none_or(|said| said == value);
                assert!(is_right || !accepted, "{code} {name} is taken for certain: {field:#}");
                right += usize::from(said(code, name) == Some(value));
                certain += usize::from(said(code, name) == Some(value) && accepted);
            }
        }
    }
    (right, certain)
}

#[test]
fn receipts_are_read_in_several_layouts_and_nothing_wrong_is_certain() {
    let place = place_with_receipts(None);
    let (right, certain) = judged(&place);
    println!("{right} right, {certain} certain");
    assert!(right >= 14, "{right}");
    for document in documents(&place, CODES[3]) {
        for name in OF_RECEIPTS {
            assert_ne!(document["fields"][name]["status"], "accepted", "{name} was filled in by hand: {document:#}");
        }
    }
    // What is secret is in no list, no text and no manifest.
    let secrets = ["K7P2", "8QX4", "6153"];
    for code in CODES {
        let name = format!("{code}.001");
        let lines = ["text", "lines", &name];
        let lines_in_json = ["text", "lines", &name, "--json"];
        for arguments in [&["show", code][..], &["show", code, "--json"], &["show", code, "--text"], &lines, &lines_in_json] {
            let told = place.sohoa(arguments).expect_code(0).stdout;
            assert!(!secrets.iter().any(|secret| told.contains(secret)), "{told}");
        }
    }
    let name = format!("{}.001", CODES[0]);
    let masked = place.sohoa(&["text", "correct", &name, "--line", "1", "Mã tra cứu: ••••", "--by", "Lan"]);
    assert_ne!(masked.code, Some(0), "what is masked is no text");
    let text = place.sohoa(&["show", CODES[0], "--text"]).expect_code(0).stdout;
    assert!(text.contains("••••"), "{text}");
    // Nor in what whoever has the sealed file can copy, though the rest of the page is there.
    let sealed = place.sohoa(&["show", CODES[0], "--json"]).expect_code(0).json();
    let mut all = String::new();
    for file in sealed["records"][0]["files"].as_array().unwrap() {
        let copied = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(file["path"].as_str().unwrap()).arg("-").output();
        let copied = String::from_utf8(copied.expect("pdftotext is needed: make test installs it").stdout).unwrap();
        assert!(!secrets.iter().any(|secret| copied.contains(secret)), "{copied}");
        all.push_str(&copied);
    }
    assert!(all.contains("VÀ HẸN TRẢ KẾT QUẢ") && all.contains("Mã tra cứu"), "{all}");
    for (typed, secret) in [("K7P2", "K7P2"), ("8QX4", "8QX4"), ("K7PX", "K7P2")] {
        let found = place.sohoa(&["search", typed, "--json"]);
        assert!(!found.stdout.replace(&format!("\"{typed}\""), "").contains(secret), "{}", found.stdout);
        let hits = serde_json::from_str::<Value>(&found.stdout).unwrap()["hits"].as_array().map_or(0, Vec::len);
        assert_eq!(hits, 0, "{typed}");
    }
    let found = place.sohoa(&["search", "\"mã tra cứu\"", "--json"]).expect_code(0).stdout;
    assert!(found.contains(CODES[0]) && !found.contains("K7P2"), "{found}");
    for entry in fs::read_dir(place.repository().join("exports")).unwrap() {
        let manifest = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!secrets.iter().any(|secret| manifest.contains(secret)), "{manifest}");
    }
}

#[test]
fn what_the_register_says_too_is_certain_and_what_it_says_otherwise_waits() {
    let place = place_with_receipts(Some(REGISTER));
    let (_, certain) = judged(&place);
    println!("{certain} certain");
    let first = &documents(&place, CODES[0])[0]["fields"];
    for name in ["applicant", "applicant_number", "procedure", "procedure_field", "received_at"] {
        assert_eq!(first[name]["status"], "accepted", "{name}: {first:#}");
    }
    // A person confirms what is printed; then the register has it otherwise.
    let second = format!("{}.001", CODES[1]);
    let number = &documents(&place, CODES[1])[0]["fields"]["applicant_number"];
    if number["status"] != "accepted" {
        place.sohoa(&["field", "confirm", &second, "applicant_number"]).expect_code(0);
    }
    let shown = place.sohoa(&["show", CODES[1], "--json"]).expect_code(0).json();
    let differences = shown["differences"].as_array().unwrap();
    let is_number = |one: &&Value| one["kind"] == "receipt" && one["field"] == "applicant_number";
    assert_eq!(differences.iter().filter(is_number).count(), 1, "{differences:#?}");
    let told = place.sohoa(&["register", "check", "--period", "2025"]).expect_code(3).stdout;
    assert!(told.contains("số định danh của chủ hồ sơ trên giấy tiếp nhận"), "{told}");
}
