//! The dossier register: imported, proven, and held by backups as all else is.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, Ran, png_page};

#[path = "../benches/register/make.rs"]
mod make;

const TABLE: &str = "MaHoSo,MaTTHC,NgayTiepNhan,ChuHoSo,LoaiDinhDanh,SoDinhDanh\n\
    H38.16-230706-0001,1.011441,06/07/2023,Nguyễn Văn Mẫu,1,010200000001\n\
    H38.16-230706-0002,1.011441,06/07/2023,Trần Thị Mẫu,1,010200000002\n\
    H38.16-230706-0003,1.011441,hôm qua,Lê Văn Mẫu,1,010200000003\n";

#[test]
fn a_register_is_imported_once_and_its_bad_rows_are_written_down() {
    let place = Place::with_engine("stub");
    let file = place.path().join("so.csv");
    let errors = place.path().join("loi.csv");
    fs::write(&file, TABLE).unwrap();
    let typed = [file.to_str().unwrap(), "--errors", errors.to_str().unwrap()];
    let import = |more: &[&str]| place.sohoa(&[&["register", "import"], &typed[..], more].concat());
    let told = import(&["--by", "Chị Hoa"]).expect_code(3).stdout;
    assert!(told.contains("thêm 2") && told.contains("dòng 4") && told.contains("NgayTiepNhan"), "{told}");
    let written = fs::read_to_string(&errors).unwrap();
    assert!(written.contains("\r\n4,NgayTiepNhan,") && !written.contains("Mẫu"), "{written}");
    fs::remove_file(&errors).unwrap();
    let again = import(&["--json"]).expect_code(3).json();
    assert_eq!((&again["added"], &again["unchanged"], &again["refused"]), (&0.into(), &2.into(), &1.into()));
    let acts = place.sohoa(&["audit"]).expect_code(0).stdout;
    assert_eq!(acts.matches("nhập sổ hồ sơ (hồ sơ) từ so.csv: thêm 2").count(), 1, "{acts}");
    let wrong = place.sohoa(&["register", "import", "--layout", "x", file.to_str().unwrap()]).expect_code(2);
    assert!(wrong.stderr.contains("register-unreadable"), "{}", wrong.stderr);
}

#[test]
fn rows_that_no_import_put_are_found_also_where_their_digests_are_right() {
    let place = Place::with_engine("stub");
    let file = place.path().join("so.csv");
    fs::write(&file, TABLE).unwrap();
    place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(3);
    place.sohoa(&["verify"]).expect_code(0);
    let backup = place.path().join("sao-luu");
    place.sohoa(&["backup", backup.to_str().unwrap()]).expect_code(0);
    let catalog = place.repository().join("catalog.sqlite");
    let whole = fs::read(&catalog).unwrap();
    let change = |sql: &str| {
        let db = Connection::open(&catalog).unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
        drop(db);
        let told = place.sohoa(&["verify"]).expect_code(5).stdout;
        fs::write(&catalog, &whole).unwrap();
        told
    };
    let changed = change("UPDATE register SET content = replace(content, 'Trần', 'Trấn') WHERE content LIKE '%Trần%'");
    assert!(changed.contains("dossiers H38.16-230706-0002"), "{changed}");
    let lost = change("DELETE FROM register WHERE key = 'H38.16-230706-0001'");
    assert!(lost.contains("sổ hồ sơ: hồ sơ"), "{lost}");
    // A copy of what was there before has digests that are right.
    let put = change("INSERT INTO register SELECT 'ratings', key, at, owner, act, content, row_digest FROM register LIMIT 1");
    assert!(put.contains("sổ hồ sơ: đánh giá"), "{put}");
    let restored = place.path().join("lai");
    place.sohoa(&["restore", backup.to_str().unwrap(), "--repository", restored.to_str().unwrap()]).expect_code(0);
    place.sohoa(&["verify", "--repository", restored.to_str().unwrap()]).expect_code(0);
}

/// What is noted of papers that are not as in the register follows from both: what was changed there is found, and made
/// again.
#[test]
fn what_is_noted_of_differences_is_proven_and_made_again() {
    let place = Place::with_engine("stub");
    let file = place.path().join("so.csv");
    fs::write(&file, TABLE.replace("MaHoSo,", "KenhThucHien,MaHoSo,").replace("\nH38", "\n1,H38")).unwrap();
    place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(3);
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    let check = || place.sohoa(&["register", "check", "--period", "2023", "--json"]).expect_code(3).json();
    let before = check();
    assert_eq!(before.as_array().unwrap().len(), 2, "{before:#}");
    place.sohoa(&["verify"]).expect_code(0);
    let catalog = place.repository().join("catalog.sqlite");
    for wrong in [
        "DELETE FROM difference WHERE code LIKE '%0001'",
        "UPDATE difference SET since = since + 1 WHERE code LIKE '%0001'",
        "INSERT INTO difference SELECT 'H38.16-230706-0099', sides, at, since, content, row_digest FROM difference LIMIT 1",
    ] {
        let db = Connection::open(&catalog).unwrap();
        assert_eq!(db.execute(wrong, []).unwrap(), 1, "{wrong}");
        drop(db);
        let told = place.sohoa(&["verify"]).expect_code(5).stdout;
        assert!(told.contains("difference") && told.contains("sohoa repair"), "{told}");
        let mended = place.sohoa(&["repair"]).expect_code(0);
        assert!(mended.stderr.contains("đối chiếu lại") || mended.stdout.contains("đối chiếu lại"), "{}", mended.stderr);
        assert_eq!(check(), before);
        place.sohoa(&["verify"]).expect_code(0);
    }
}

/// The register of the year 2023 as it was reported, a tenth of it.
#[test]
fn the_report_of_a_year_has_the_figures_that_the_register_was_made_of() {
    let place = Place::with_engine("stub");
    let year = make::YEAR_2023.tenth();
    let own = place.path().join("register.toml");
    fs::write(&own, make::register_toml()).unwrap();
    let sohoa =
        |arguments: &[&str]| -> Ran { place.command(arguments).env("SOHOA__REGISTER__FILE", &own).output().unwrap().into() };
    let import = |name: &str, make: &dyn Fn(&mut Vec<u8>)| {
        let (mut bytes, path) = (Vec::new(), place.path().join(name));
        make(&mut bytes);
        fs::write(&path, bytes).unwrap();
        sohoa(&["register", "import", path.to_str().unwrap(), "--json"]).expect_code(0).json()
    };
    let imported = import("ho-so.csv", &|out| make::dossiers(year, out).unwrap());
    assert_eq!(imported["added"], year.received + year.before);
    import("giam-phi.csv", &|out| make::reductions(year, out).unwrap());
    import("luot-khach.csv", &|out| make::visits(year, out).unwrap());
    let report = sohoa(&["report", "--period", "2023", "--json"]).expect_code(0).json();
    let figure = |name: &str| {
        let figures = report["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == name).unwrap().clone()
    };
    let number = |name: &str| figure(name)["numerator"].as_i64().unwrap();
    let hundredths = |name: &str| figure(name)["hundredths"].as_i64().unwrap();
    assert_eq!(number("received"), i64::from(year.received));
    assert_eq!(number("change"), i64::from(year.received) - i64::from(year.before));
    let shares = ["processed", "late", "online", "on_time"].map(hundredths);
    assert_eq!(shares, [97_57, 1_86, 54_76, 98_14]);
    assert_eq!((number("late"), number("processed")), (i64::from(year.late), i64::from(year.processed)));
    assert_eq!(number("fee_reductions"), i64::from(year.reductions));
    assert_eq!(number("fees_reduced"), i64::from(year.reductions) * 12_500);
    assert_eq!((number("essential_services"), &figure("essential_services")["denominator"]), (9, &25.into()));
    assert_eq!(number("essential_dossiers"), i64::from(year.essential));
    assert_eq!(number("visits"), i64::from(year.visits));
    assert_eq!(
        (&figure("satisfaction")["numerator"], &figure("satisfaction")["missing"]["what"]),
        (&Value::Null, &"ratings".into())
    );
    assert_eq!(figure("electronic_result")["missing"], json!({ "what": "procedure", "dossiers": year.received }));
    assert_eq!(number("with_papers"), 0);
    let told = sohoa(&["report", "--period", "2023"]).expect_code(0).stdout;
    assert!(told.contains("97,57 %") && told.contains("thiếu: chưa nhập đánh giá"), "{told}");
    let csv = sohoa(&["report", "--period", "2023", "--csv"]).expect_code(0).stdout;
    assert_eq!(csv.lines().count(), report["figures"].as_array().unwrap().len() + 1);
    let elsewhere = sohoa(&["report", "--period", "2023", "--site", "xa", "--json"]).expect_code(0).json();
    assert_eq!(elsewhere["figures"][0]["numerator"], 0);
    let book = place.path().join("bao-cao.xlsx");
    sohoa(&["report", "--period", "quý I/2023", "--xlsx", book.to_str().unwrap()]).expect_code(0);
    assert!(fs::read(&book).unwrap().starts_with(b"PK"));
    sohoa(&["report", "--period", "hôm nào"]).expect_code(2);
}

#[test]
fn papers_are_shown_beside_the_register_and_what_disagrees_is_listed() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A]).expect_code(0).stdout;
    assert!(!shown.contains("Sổ theo dõi"), "without a register nothing is missing in it: {shown}");
    let file = place.path().join("so.csv");
    let row = |code: &str| format!("{code},1.011441,Đăng ký,1,06/07/2023,Nguyễn Văn Mẫu\n");
    let head = "MaHoSo,MaTTHC,TenTTHC,KenhThucHien,NgayTiepNhan,ChuHoSo\n";
    fs::write(&file, [head, &row(CODE_A), &row("H38.16-230706-9999")].concat()).unwrap();
    place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    let shown = place.sohoa(&["show", CODE_A]).expect_code(0).stdout;
    assert!(shown.contains("1.011441 – Đăng ký") && shown.contains("trực tiếp") && !shown.contains("Không khớp"), "{shown}");
    let other = place.sohoa(&["show", CODE_B]).expect_code(0).stdout;
    assert!(other.contains("có giấy tờ, không có trong sổ hồ sơ"), "{other}");
    let listed = place.sohoa(&["register", "check", "--period", "2023", "--json"]).expect_code(3).json();
    let codes: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["dossier_code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["H38.16-230706-9999"], "papers of this year are not of 2023");
    assert_eq!(listed[0]["differences"][0]["kind"], "no_papers");
}

/// Two dossiers of the register: one whose result, valid until a day, went to this owner, and a later one.
fn dossiers(until: &str, owner: &str) -> String {
    let row = |code: &str, number: &str, more: Value| {
        let mut row = json!({ "MaHoSo": code, "MaTTHC": "1.011441", "NgayTiepNhan": "06/07/2023",
                              "DinhDanhCHS": [{ "LoaiDinhDanh": "1", "SoDinhDanh": number }] });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{row}\n")
    };
    let result = json!({ "DanhSachGiayToKetQua": [{ "TenGiayTo": "Giấy phép", "MaGiayToKetQua": "KQ7",
                         "SoKyHieu": "15/GPXD-UBND", "ThoiHanHieuLuc": until }] });
    [row(CODE_A, owner, result), row(CODE_B, "010200000001", json!({}))].concat()
}

/// A result that somebody was given before stands for a component of a later dossier, as long as it is valid and
/// bears the number that the register tells.
#[test]
fn what_is_held_already_is_offered_instead_of_a_new_scan() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/ket-qua/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    place.run().expect_code(0);
    let held = format!("{CODE_A}.001");
    place.sohoa(&["field", "set", &held, "number", "0015", "--by", "Lan"]).expect_code(0);
    place.sohoa(&["field", "set", &held, "symbol", "GPXD-UBND", "--by", "Lan"]).expect_code(0);
    let import = |name: &str, text: String| {
        let file = place.path().join(name);
        fs::write(&file, text).unwrap();
        place.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    };
    import(
        "thanh-phan.csv",
        "MaTTHC,MaThanhPhanHoSo,TenThanhPhanHoSo,BatBuoc,LoaiTaiLieu,MaKetQua\n1.011441,TP1,Giấy phép xây dựng,1,giay_phep,KQ7\n"
            .into(),
    );
    let offers = || place.sohoa(&["register", "reuse", CODE_B, "--json"]).expect_code(0).json();
    let missing = || {
        let shown = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
        shown["differences"].as_array().unwrap().iter().any(|one| one["kind"] == "component_missing")
    };
    // Of another owner, and no longer valid: nothing is on offer.
    import("so.jsonl", dossiers("31/12/2099", "010200000009"));
    assert_eq!(offers(), json!([]));
    import("so.jsonl", dossiers("31/12/2020", "010200000001"));
    assert_eq!(offers(), json!([]));
    import("so.jsonl", dossiers("31/12/2099", "010200000001"));
    // The paper of a child, which came to the same applicant.
    place.sohoa(&["field", "set", &held, "owner_name", "Trần Văn Con", "--by", "Lan"]).expect_code(0);
    assert_eq!(offers(), json!([]));
    place.sohoa(&["field", "absent", &held, "owner_name", "--by", "Lan"]).expect_code(0);
    let offered = offers();
    assert_eq!((&offered[0]["component"], &offered[0]["document"]), (&"TP1".into(), &held.as_str().into()), "{offered:#}");
    assert!(missing());
    let shown = place.sohoa(&["show", CODE_B]).expect_code(0).stdout;
    assert!(shown.contains("Đã có trong kho") && shown.contains("15/GPXD-UBND"), "{shown}");
    let reuse =
        |component: &str| place.sohoa(&["register", "reuse", CODE_B, "--component", component, "--from", &held, "--by", "Lan"]);
    assert_ne!(reuse("TP9").code, Some(0), "nobody asked for that");
    reuse("TP1").expect_code(0);
    assert!(!missing());
    assert_eq!(offers(), json!([]), "it is done");
    let shown = place.sohoa(&["show", CODE_B]).expect_code(0).stdout;
    assert!(shown.contains("Dùng lại"), "{shown}");
    let year = place.sohoa(&["report", "--json"]).expect_code(0).json()["started_at"].as_str().unwrap()[..4].to_owned();
    let report = place.sohoa(&["report", "--period", &year, "--json"]).expect_code(0).json();
    let figure =
        report["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == "components_reused").unwrap().clone();
    assert_eq!(figure["numerator"], 1);
    place.sohoa(&["verify"]).expect_code(0);
    assert!(place.sohoa(&["audit"]).expect_code(0).stdout.contains("dùng lại cho"));
    // The log of the dossier that needs it has the act too.
    let catalog = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    let named = "SELECT count(*) FROM act_record JOIN act ON act.number = act_record.act WHERE content LIKE '%component_reused%'";
    assert_eq!(catalog.query_row(named, [], |row| row.get::<_, i64>(0)).unwrap(), 2, "what is held, and what needs it");
    drop(catalog);
    reuse_stands_no_more_and_says_why(&place, &held, &import);
}

/// A reuse stands as long as the register says that the document was valid, and as long as it bears the number.
fn reuse_stands_no_more_and_says_why(place: &Place, held: &str, import: &dyn Fn(&str, String)) {
    let missing = || {
        let shown = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
        shown["differences"].as_array().unwrap().iter().find(|one| one["kind"] == "component_missing").cloned()
    };
    let lapse = || missing().unwrap()["lapse"].as_str().unwrap_or_default().to_owned();
    import("so.jsonl", dossiers("31/12/2020", "010200000001"));
    let told = place.sohoa(&["show", CODE_B]).expect_code(0).stdout;
    assert!(lapse() == "expired" && told.contains("đã hết hiệu lực khi được dùng lại"), "{told}");
    let again = ["register", "reuse", CODE_B, "--component", "TP1", "--from", held, "--by", "Lan"];
    let refused = place.sohoa(&again);
    assert!(refused.code != Some(0) && refused.stderr.contains("đã hết hiệu lực"), "{}", refused.stderr);
    import("so.jsonl", dossiers("31/12/2099", "010200000009"));
    assert_eq!(lapse(), "other_owner");
    import("so.jsonl", dossiers("31/12/2099", "010200000001"));
    assert_eq!(missing(), None);
    place.sohoa(&["field", "set", held, "number", "0016", "--by", "Lan"]).expect_code(0);
    assert_eq!(lapse(), "result_unknown");
    place.sohoa(&["document", "void", held, "--why", "nhầm hồ sơ"]).expect_code(0);
    assert_eq!(lapse(), "document_gone");
    place.sohoa(&["verify"]).expect_code(0);
}
