//! The dossier register: imported, proven, and held by backups as all else is.

use std::fs;

use rusqlite::Connection;

use crate::support::Place;

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
    assert!(changed.contains("register dossiers H38.16-230706-0002"), "{changed}");
    let lost = change("DELETE FROM register WHERE key = 'H38.16-230706-0001'");
    assert!(lost.contains("sổ hồ sơ: hồ sơ"), "{lost}");
    // A copy of what was there before has digests that are right.
    let put = change("INSERT INTO register SELECT 'ratings', key, at, owner, act, content, row_digest FROM register LIMIT 1");
    assert!(put.contains("sổ hồ sơ: đánh giá"), "{put}");
    let restored = place.path().join("lai");
    place.sohoa(&["restore", backup.to_str().unwrap(), "--repository", restored.to_str().unwrap()]).expect_code(0);
    place.sohoa(&["verify", "--repository", restored.to_str().unwrap()]).expect_code(0);
}
