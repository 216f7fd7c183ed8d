use std::path::PathBuf;

use rust_xlsxwriter::{Format, Workbook};
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

use super::import::{Imported, import};
use super::order::ImportOrder;
use crate::model::failure::cause::RegisterFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::register::{Channel, DossierStatus, Identity, IdentityKind, RegisterDossier, RegisterList, RegisterRow, Reuse};
use crate::repository::{Mode, Repository};
use crate::settings::Settings;

const AT: OffsetDateTime = datetime!(2024-01-05 9:00 +7);
const HEAD: &str =
    "MaHoSo;MaTTHC;TenTTHC;KenhThucHien;ChuHoSo;LoaiDinhDanh;SoDinhDanh;NgayTiepNhan;NgayHenTra;NgayKetThucXuLy;TrangThaiHoSo";

/// An office that imports.
struct Office {
    folder: TempDir,
    repository: Repository,
    settings: Settings,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::open(&folder.path().join("kho"), Mode::Create).unwrap();
        Self { folder, repository, settings: Settings::default() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn import(&self, name: &str, content: impl AsRef<[u8]>) -> Result<Imported, Failure> {
        let order = ImportOrder { file: self.file(name, content), ..ImportOrder::default() };
        import(&self.repository, &self.settings, &order, AT)
    }

    fn dossier(&self, code: &str) -> Option<RegisterDossier> {
        self.repository.catalog.register_dossier(&code.parse().unwrap()).unwrap()
    }
}

/// Lines, columns and reasons of the bad rows.
fn bad(imported: &Imported) -> Vec<(u64, Option<&str>, RegisterFault)> {
    imported.bad_rows.iter().map(|bad| (bad.line, bad.column.as_deref(), bad.fault.0.clone())).collect()
}

fn row(ordinal: u32, rest: &str) -> String {
    format!("H38.16-230706-{ordinal:04};1.011441.000.00.00.H38;Đăng ký;{rest}")
}

#[test]
fn a_table_of_the_portal_becomes_dossiers_and_again_changes_nothing() {
    let office = Office::new();
    let first = row(1, "2;Nguyễn  Văn Mẫu;1;010200000001;06/07/2023 08:30;20/07/2023;19/07/2023 10:00;10");
    let second = row(2, "Trực tiếp;\"Công ty; A\";;0100112233;20230706093000;;;Đang xử lý");
    let file = format!("\u{feff}Sổ theo dõi hồ sơ;;;\r\n\r\n{HEAD};Ghi chú\r\n{first};x\r\n{second};\r\n");
    let imported = office.import("so.csv", &file).unwrap();
    assert_eq!((imported.layout.as_str(), imported.list, imported.rows), ("mc", RegisterList::Dossiers, 2));
    assert_eq!((imported.counts.added, imported.refused, &imported.ignored_columns[..]), (2, 0, &["Ghi chú".to_owned()][..]));
    let dossier = office.dossier("H38.16-230706-0001").unwrap();
    assert_eq!(dossier.procedure.as_ref().map(|code| code.short()), Some("1.011441"));
    assert_eq!((dossier.channel, dossier.status), (Some(Channel::Online), Some(DossierStatus::Returned)));
    assert_eq!(dossier.applicant.as_deref(), Some("Nguyễn Văn Mẫu"));
    assert_eq!(dossier.identity, Some(Identity { kind: IdentityKind::Citizen, number: "010200000001".into() }));
    assert_eq!(dossier.received_at, Some(datetime!(2023-07-06 8:30 +7)));
    assert_eq!(dossier.due_at, Some(datetime!(2023-07-20 23:59:59 +7)));
    let other = office.dossier("H38.16-230706-0002").unwrap();
    assert_eq!((other.channel, other.status, other.due_at), (Some(Channel::Direct), Some(DossierStatus::InProcessing), None));
    assert_eq!(other.identity, Some(Identity { kind: IdentityKind::Other, number: "0100112233".into() }));
    let acts = office.repository.catalog.act_head().unwrap();
    let again = office.import("so.csv", &file).unwrap();
    assert_eq!((again.counts.added, again.counts.changed, again.counts.unchanged), (0, 0, 2));
    assert_eq!(office.repository.catalog.act_head().unwrap(), acts, "nothing was done");
    let changed = office.import("so.csv", file.replace("Đang xử lý", "9")).unwrap();
    assert_eq!((changed.counts.changed, changed.counts.unchanged), (1, 1));
    assert_eq!(office.dossier("H38.16-230706-0002").unwrap().status, Some(DossierStatus::Processed));
}

#[test]
fn bad_rows_are_told_by_line_and_column_and_the_others_are_taken() {
    let office = Office::new();
    let rows = [
        row(1, "1;A;1;010200000001;06/07/2023;;;9"),
        row(2, "1;A;1;01020000001;06/07/2023;;;9"),
        row(3, "1;A;1;010200000001;13/13/2023;;;9"),
        row(4, "7;A;1;010200000001;06/07/2023;;;9"),
        row(5, "1;A;1;010200000001;06/07/2023;;05/07/2023;9"),
        ";1.011441;x;1;A;1;010200000001;06/07/2023;;;9".into(),
        "H38/1;1.011441;x;1;A;1;010200000001;06/07/2023;;;9".into(),
    ];
    let imported = office.import("so.csv", format!("{HEAD}\n{}\n", rows.join("\n"))).unwrap();
    let found = bad(&imported);
    assert_eq!(
        found.iter().map(|(line, column, _)| (*line, *column)).collect::<Vec<_>>(),
        [
            (3, Some("SoDinhDanh")),
            (4, Some("NgayTiepNhan")),
            (5, Some("KenhThucHien")),
            (6, Some("NgayKetThucXuLy")),
            (7, Some("MaHoSo")),
            (8, Some("MaHoSo")),
        ]
    );
    assert_eq!(found[0].2, RegisterFault::NotSoManyDigits { digits: 12 });
    assert_eq!(found[3].2, RegisterFault::EndsBeforeBegin);
    assert_eq!((imported.counts.added, imported.refused), (1, 6));
    assert!(office.dossier("H38.16-230706-0001").is_some() && office.dossier("H38.16-230706-0002").is_none());
    let report = serde_json::to_string(&imported).unwrap();
    assert!(!report.contains("01020000001"), "the report names no person: {report}");
}

#[test]
fn of_two_rows_that_contradict_each_other_neither_is_taken() {
    let office = Office::new();
    let (one, other) = (row(1, "1;A;;;06/07/2023;;;4"), row(1, "1;A;;;06/07/2023;;;9"));
    let fine = row(2, "1;A;;;06/07/2023;;;9");
    let imported = office.import("so.csv", [HEAD, &one, &fine, &other, &fine].join("\n")).unwrap();
    let expected = [(2, None, RegisterFault::OtherLineRefused { line: 4 }), (4, None, RegisterFault::SameCode { line: 2 })];
    assert_eq!(bad(&imported), expected);
    assert_eq!((imported.counts.added, imported.repeated, imported.refused), (1, 1, 2));
    assert!(office.dossier("H38.16-230706-0001").is_none());
}

const PAPERS: &str = "ma_ho_so,ma_tthc,ma_linh_vuc,loai_dinh_danh_chs,ma_chu_giay_to,ngay_tiep_nhan,ten_giay_to,ma_giay_to,ky_hieu_giay_to,ngay_cap,thoi_han_hieu_luc";

#[test]
fn rows_for_papers_of_one_dossier_are_joined() {
    let office = Office::new();
    let paper = |ordinal: u32, name: &str, number: &str| {
        format!(
            "H38.16-230706-{ordinal:04},1.011441,LV1,1,010200000001,06/07/2023,{name},KQ.G15.000031,{number},10/07/2023,10/07/2028"
        )
    };
    let file =
        [PAPERS, &paper(1, "Giấy phép", "12/GP"), &paper(1, "Phụ lục", "12a/GP"), &paper(2, "Giấy phép", "13/GP")].join("\n");
    let imported = office.import("ket-qua.csv", &file).unwrap();
    assert_eq!((imported.layout.as_str(), imported.rows, imported.counts.added), ("results", 3, 2));
    let dossier = office.dossier("H38.16-230706-0001").unwrap();
    let numbers: Vec<_> = dossier.results.iter().map(|result| result.number.as_deref().unwrap()).collect();
    assert_eq!(numbers, ["12/GP", "12a/GP"]);
    assert_eq!(dossier.results[0].valid_until, Some(datetime!(2028-07-10 23:59:59 +7)));
    assert_eq!(office.import("ket-qua.csv", &file).unwrap().counts.unchanged, 2);
}

#[test]
fn of_a_dossier_with_one_bad_paper_nothing_is_taken() {
    let office = Office::new();
    let paper = |number: &str, day: &str| {
        format!("H38.16-230706-0001,1.011441,LV1,1,010200000001,06/07/2023,Giấy phép,KQ.1,{number},{day},")
    };
    let file = [PAPERS, &paper("12/GP", "10/07/2023"), &paper("13/GP", "hôm qua")].join("\n");
    let imported = office.import("ket-qua.csv", file).unwrap();
    let expected = [(2, None, RegisterFault::OtherLineRefused { line: 3 }), (3, Some("ngay_cap"), RegisterFault::NotAMoment)];
    assert_eq!((bad(&imported), imported.counts.added), (expected.to_vec(), 0));
    assert!(office.dossier("H38.16-230706-0001").is_none());
}

#[test]
fn json_lines_bring_components_results_and_supplements() {
    let office = Office::new();
    let line = r#"{"MaHoSo":"H38.16-230706-0001","MaTTHC":"1.011441","NgayTiepNhan":"20230706083000","SoGiayToChuHoSo":"",
        "DinhDanhCHS":[{"LoaiDinhDanh":"1","SoDinhDanh":"010200000001"}],"DSKetNoiCSDL":[{"MaCSDL":"1"},{"MaCSDL":7}],
        "TaiLieuNop":[{"MaThanhPhanHoSo":"TP1","TenTepDinhKem":"Đơn.pdf","DuocSoHoa":"1","DuocTaiSuDung":"1","DuongDanTaiTepTin":"https://x/1"}],
        "DanhSachGiayToKetQua":[{"TenGiayTo":"Giấy phép","MaGiayToKetQua":"KQ.1","DuongDanTepTinKetQua":"https://x/2"}],
        "DanhSachHoSoBoSung":[{"NgayBoSung":"20230707000000","NgayTiepNhanBoSung":"20230709000000"}]}"#;
    let line = line.replace('\n', " ");
    let imported = office.import("so.jsonl", format!("{line}\nkhông phải JSON\n")).unwrap();
    assert_eq!(bad(&imported), [(2, None, RegisterFault::NotAnObject)]);
    let dossier = office.dossier("H38.16-230706-0001").unwrap();
    assert_eq!(dossier.identity.unwrap().number, "010200000001");
    assert_eq!(dossier.databases, ["1", "7"]);
    let component = &dossier.components[0];
    assert_eq!(
        (component.code.as_deref(), component.digitised, component.reuse),
        (Some("TP1"), Some(true), Some(Reuse::FromComponent))
    );
    assert_eq!(dossier.results[0].file.as_deref(), Some("https://x/2"));
    assert_eq!(dossier.supplements[0].answered_at, Some(datetime!(2023-07-09 0:00 +7)));
}

/// A workbook takes away zeros in front: they come back where their number is known.
#[test]
fn numbers_of_people_that_a_workbook_shortened_are_mended_only_where_it_is_certain() {
    let office = Office::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(["MaHoSo", "MaTTHC", "NgayTiepNhan", "LoaiDinhDanh", "SoDinhDanh"]) {
        sheet.write(0, column, title).unwrap();
    }
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (row, kind) in [(1, Some(1.0)), (2, None)] {
        sheet.write(row, 0, format!("H38.16-230706-000{row}")).unwrap();
        sheet.write(row, 1, "1.011441").unwrap();
        sheet.write_with_format(row, 2, 45_113.0, &day).unwrap();
        kind.map(|kind: f64| sheet.write(row, 3, kind).unwrap());
        sheet.write(row, 4, 10_200_000_001.0).unwrap();
    }
    let imported = office.import("so.xlsx", book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(bad(&imported), [(3, Some("SoDinhDanh"), RegisterFault::ZerosLost)]);
    let dossier = office.dossier("H38.16-230706-0001").unwrap();
    assert_eq!(dossier.identity.unwrap().number, "010200000001");
    assert_eq!(dossier.received_at, Some(datetime!(2023-07-06 0:00 +7)));
}

#[test]
fn the_other_lists_are_told_by_their_columns() {
    let office = Office::new();
    let files = [
        ("Mã định danh cơ quan,Tên cơ quan\nH38.16,Sở Nội vụ\n", RegisterList::Agencies),
        (
            "MaTTHC,TenTTHC,TenLinhVuc,CoKetQuaGiay,ThoiHanGiaiQuyet\n1.011441.000.00.00.H38,Đăng ký,Hộ tịch,Có,5\n",
            RegisterList::Procedures,
        ),
        ("MaTTHC,MaThanhPhanHoSo,TenThanhPhanHoSo,BatBuoc\n1.011441,TP1,Đơn,x\n", RegisterList::Components),
        ("MaHoSo,NgayDanhGia,Mức độ hài lòng\nH38.16-230706-0001,07/07/2023,Rất hài lòng\n", RegisterList::Ratings),
        ("MaHoSo,SoTienGiam,CanCu\nH38.16-230706-0001,12.500,NQ 10/2023/NQ-HĐND\n", RegisterList::FeeReductions),
        ("Ngày,Số lượt khách\n06/07/2023,321\n", RegisterList::Visits),
    ];
    for (file, list) in files {
        let imported = office.import("danh-muc.csv", file).unwrap();
        assert_eq!((imported.list, imported.counts.added, bad(&imported)), (list, 1, vec![]), "{file}");
    }
    let catalog = &office.repository.catalog;
    let procedure = catalog.register_procedure(&"1.011441".parse().unwrap()).unwrap().unwrap();
    assert_eq!((procedure.paper_result, procedure.days), (Some(true), Some(5)));
    let reduction = catalog.register_row(RegisterList::FeeReductions, "H38.16-230706-0001 NQ 10/2023/NQ-HĐND").unwrap();
    let Some(RegisterRow::FeeReduction(reduction)) = reduction else { panic!("{reduction:?}") };
    assert_eq!(reduction.amount, Some(12_500));
    let empty: [String; 0] = [];
    assert_eq!(catalog.changed_rows("register", 9).unwrap(), empty);
}

#[test]
fn what_is_no_table_of_a_known_layout_is_refused_whole() {
    let office = Office::new();
    let cause = |content: &[u8]| {
        let failure = office.import("tep", content).unwrap_err();
        assert_eq!(failure.code, FailureCode::RegisterUnreadable);
        *failure.cause.unwrap()
    };
    assert!(matches!(cause(b"a,b\n1,2\n"), Cause::Register(RegisterFault::LayoutUnknown { .. })));
    assert!(matches!(cause(b""), Cause::Register(RegisterFault::LayoutUnknown { .. })));
    assert!(matches!(cause(b"\xd0\xcf\x11\xe0..."), Cause::Register(RegisterFault::OldWorkbook)));
    assert!(matches!(cause(b"PK\x03\x04..."), Cause::Register(RegisterFault::NotATable { .. })));
    assert_eq!(office.repository.catalog.act_head().unwrap(), None);
}

#[test]
fn an_office_names_columns_of_its_own() {
    let mut office = Office::new();
    let own = "[[layouts]]\nname = \"mot-cua\"\nlist = \"dossiers\"\nrequired = [\"code\", \"received_at\"]\n\
               [layouts.columns]\ncode = [\"Biên nhận\"]\nreceived_at = [\"Nhận ngày\"]\nchannel = [\"Qua\"]\n\
               [layouts.values.channel]\nonline = [\"mạng\"]\n";
    office.settings.register.file = office.file("register.toml", own);
    let file = "BIÊN NHẬN\tNhận ngày\tQua\nH38.16-230706-0001\t6/7/2023\tMạng\n";
    assert_eq!(office.import("so.txt", file).unwrap().layout, "mot-cua");
    assert_eq!(office.dossier("H38.16-230706-0001").unwrap().channel, Some(Channel::Online));
    office.settings.register.file = office.file("register.toml", own.replace("channel", "chanel"));
    let failure = office.import("so.txt", file).unwrap_err();
    assert_eq!(failure.code, FailureCode::SettingsInvalid);
}

#[test]
fn a_file_of_dossiers_does_not_pass_for_a_list_of_procedures() {
    let office = Office::new();
    let file = "MaHoSo,MaTTHC,TenTTHC\nH38.16-230706-0001,1.011441,Đăng ký\n";
    for list in [None, Some(RegisterList::Procedures)] {
        let order = ImportOrder { file: office.file("so.csv", file), list, ..ImportOrder::default() };
        let failure = import(&office.repository, &office.settings, &order, AT).unwrap_err();
        let fault = RegisterFault::LayoutForeign { layout: "procedures".into(), column: "MaHoSo".into() };
        assert_eq!(*failure.cause.unwrap(), Cause::Register(fault));
    }
    assert_eq!(office.repository.catalog.act_head().unwrap(), None);
}

#[test]
fn the_first_objects_of_a_file_may_lack_what_later_ones_have() {
    let office = Office::new();
    let file = "{\"MaHoSo\":\"H38.16-230706-0001\",\"MaTTHC\":\"1.011441\"}\n\
                {\"MaHoSo\":\"H38.16-230706-0002\",\"MaTTHC\":1.01144,\"NgayTiepNhan\":\"06/07/2023\"}\n{\"MaHoSo\":\n";
    let imported = office.import("so.jsonl", file).unwrap();
    assert_eq!((imported.counts.added, imported.rows, bad(&imported)), (2, 3, vec![(3, None, RegisterFault::NotAnObject)]));
    let procedure = office.dossier("H38.16-230706-0002").unwrap().procedure.unwrap();
    assert_eq!(procedure.as_str(), "1.011440", "a number leaves out zeros at the end");
    let mut file = b"{\xff}\n".to_vec();
    file.extend(b"{\"MaHoSo\":\"H38.16-230706-0003\",\"MaTTHC\":\"1.011441\",\"NgayTiepNhan\":\"06/07/2023\"}\n");
    let imported = office.import("so.jsonl", file).unwrap();
    assert_eq!((imported.counts.added, bad(&imported)), (1, vec![(1, None, RegisterFault::NotUtf8)]));
}

#[test]
fn a_dossier_of_several_rows_is_not_taken_in_part_where_one_of_them_cannot_be_read() {
    let paper = |ordinal: u32, name: &str| {
        let row = format!("H38.16-230706-{ordinal:04},1.011441,LV1,1,010200000001,06/07/2023,{name},KQ.1,12/GP,10/07/2023,");
        row.into_bytes()
    };
    let spoilt = |mut row: Vec<u8>, place: usize| {
        row[place] = 0xff;
        row
    };
    let import = |rows: [Vec<u8>; 4]| {
        let office = Office::new();
        let mut file = vec![PAPERS.as_bytes().to_vec()];
        file.extend(rows);
        let imported = office.import("ket-qua.csv", file.join(&b"\n"[..])).unwrap();
        (imported.counts.added, bad(&imported).iter().map(|(line, ..)| *line).collect::<Vec<_>>())
    };
    let name = paper(1, "").len() - 30;
    assert_eq!(import([paper(1, "A"), spoilt(paper(1, "BBB"), name), paper(2, "C"), paper(3, "D")]), (2, vec![2, 3]));
    assert_eq!(import([paper(1, "A"), spoilt(paper(2, "B"), 3), paper(2, "C"), paper(3, "D")]), (1, vec![2, 3, 4]));
    let open = [&paper(1, "\"B")[..], b"\n", &paper(1, "\"C\"")].concat();
    assert_eq!(import([paper(1, "A"), open, paper(2, "C"), paper(3, "D")]), (1, vec![2, 3, 5]));
}

#[test]
fn a_file_that_tells_less_takes_nothing_away() {
    let office = Office::new();
    let table = format!("{HEAD}\n{}\n", row(1, "2;Nguyễn Văn Mẫu;1;010200000001;06/07/2023;20/07/2023;;4"));
    office.import("so.csv", &table).unwrap();
    let paper = "H38.16-230706-0001,1.011441.000.00.00.H38,LV1,1,010200000001,06/07/2023,Giấy phép,KQ.1,12/GP,10/07/2023,";
    assert_eq!(office.import("ket-qua.csv", format!("{PAPERS}\n{paper}\n")).unwrap().counts.changed, 1);
    let dossier = office.dossier("H38.16-230706-0001").unwrap();
    assert_eq!((dossier.channel, dossier.applicant.as_deref()), (Some(Channel::Online), Some("Nguyễn Văn Mẫu")));
    assert_eq!(dossier.due_at, Some(datetime!(2023-07-20 23:59:59 +7)));
    assert_eq!((dossier.field.as_deref(), dossier.results.len()), (Some("LV1"), 1));
    let again = office.import("so.csv", &table).unwrap();
    assert_eq!((again.counts.changed, again.counts.unchanged), (0, 1), "what the table does not tell stays");
    office.import("so.csv", table.replace("Nguyễn Văn Mẫu", "")).unwrap();
    assert_eq!(office.dossier("H38.16-230706-0001").unwrap().applicant, None, "an empty cell is told");
}

#[test]
fn a_code_that_became_a_number_is_mended_only_where_it_is_certain() {
    let office = Office::new();
    let procedures = |code: f64, field: f64, retention: f64| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, title) in (0..).zip(["MaTTHC", "TenTTHC", "MaLinhVuc", "ThoiHanLuuTru"]) {
            sheet.write(0, column, title).unwrap();
        }
        sheet.write(1, 0, code).unwrap();
        sheet.write(1, 1, "Đăng ký").unwrap();
        sheet.write(1, 2, field).unwrap();
        sheet.write(1, 3, retention).unwrap();
        bad(&office.import("danh-muc.xlsx", book.save_to_buffer().unwrap()).unwrap())
            .into_iter()
            .map(|(_, column, fault)| (column.unwrap_or_default().to_owned(), fault))
            .collect::<Vec<_>>()
    };
    let lost = |column: &str| vec![(column.to_owned(), RegisterFault::ZerosLost)];
    assert_eq!(procedures(1.01144, 12.0, 20.0), []);
    assert!(office.repository.catalog.register_procedure(&"1.011440".parse().unwrap()).unwrap().is_some());
    assert_eq!(procedures(2.0, 12.0, 20.0), lost("MaTTHC"));
    assert_eq!(procedures(1.0000001, 12.0, 20.0), lost("MaTTHC"));
    assert_eq!(procedures(1.01144, 12.5, 20.0), lost("MaLinhVuc"));
    assert_eq!(procedures(1.01144, 12.0, 3.0), lost("ThoiHanLuuTru"));
}

#[test]
fn rows_that_may_be_run_together_or_cut_off_are_not_taken() {
    let office = Office::new();
    let head = "MaHoSo;MaTTHC;NgayTiepNhan;TrichYeuHoSo;TrangThaiHoSo";
    let line = |ordinal: u32, rest: &str| format!("H38.16-230706-{ordinal:04};1.011441;06/07/2023;{rest}");
    let many = format!("\"{}\";4", "x\n".repeat(60));
    let rows = [head, &line(1, "A;4;;"), &line(2, "A;4;5"), &line(3, "A"), &line(4, &many), &line(5, "\"a\nb\";4")].join("\n");
    let imported = office.import("so.csv", format!("{rows}\n")).unwrap();
    let expected = [
        (3, None, RegisterFault::CellCount { cells: 6, columns: 5 }),
        (4, None, RegisterFault::CellCount { cells: 4, columns: 5 }),
        (5, None, RegisterFault::CellLines { limit: 50 }),
    ];
    assert_eq!((imported.counts.added, bad(&imported)), (2, expected.to_vec()));
    let failure = office.import("so.csv", [head, &line(6, "A;4"), &line(7, "\"A;4"), &line(8, "A;4")].join("\n")).unwrap_err();
    assert_eq!(*failure.cause.unwrap(), Cause::Register(RegisterFault::QuoteOpen { mib: 1 }));
    assert_eq!(office.dossier("H38.16-230706-0006"), None);
}

#[test]
fn what_is_said_of_an_unknown_file_names_no_person() {
    let office = Office::new();
    let cause = |content: &[u8]| *office.import("tep.csv", content).unwrap_err().cause.unwrap();
    let row = "Nguyễn Văn Mẫu,010200000001,1990\n";
    assert_eq!(cause(row.as_bytes()), Cause::Register(RegisterFault::TitlesUnknown { columns: 3 }));
    assert_eq!(cause(b"\xff\xfeM\0a\0"), Cause::Register(RegisterFault::FileNotUtf8));
    assert_eq!(cause(b"M\xe3 h\xf4 s\xf5,Ng\xe0y\nH38,2\n"), Cause::Register(RegisterFault::FileNotUtf8));
    assert!(matches!(
        cause(b"Cot,Khac\n1,2\n"),
        Cause::Register(RegisterFault::TitlesUnknown { .. } | RegisterFault::LayoutUnknown { .. })
    ));
}

#[test]
fn two_reductions_and_two_ratings_of_one_dossier_are_two_rows() {
    let office = Office::new();
    let file =
        "MaHoSo,NgayGiam,SoTienGiam,CanCu\nH38.16-230706-0001,06/07/2023,5000,NQ 10\nH38.16-230706-0001,06/07/2023,7000,NQ 11\n";
    let imported = office.import("giam.csv", file).unwrap();
    assert_eq!((imported.counts.added, bad(&imported)), (2, vec![]));
    assert_eq!(office.import("giam.csv", file).unwrap().counts.unchanged, 2);
    let file = "MaHoSo,NgayDanhGia,DanhGia\nH38.16-230706-0001,07/07/2023,4\nH38.16-230706-0001,08/07/2023,1\n";
    assert_eq!(office.import("danh-gia.csv", file).unwrap().counts.added, 2);
}
