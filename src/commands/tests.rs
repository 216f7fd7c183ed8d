//! What a face may rely on, on a repository in memory.

use std::fs;

use super::export::export;
use super::list::{After, ListOrder, list};
use super::open::{PictureOrder, Sensitive, draw};
use super::page::{Acceptance, PageOrder, change_pages};
use super::progress::Silent;
use super::report::{ReportOrder, report};
use super::search::{Budget, Counting, FoundPage, Reach, SearchOrder, Start, condition_within, search, understood};
use super::show::{HandOutOrder, PagesOf, ShowOrder, code_of, hand_out, show, texts};
use super::table::{Cell, CsvSettings, Heading, HitsTable, TableFormat, format_of_name, write_hits};
use super::verify::{VerifyOrder, verify};
use super::{audit, saved};
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::BatchId;
use crate::model::mask::Masking;
use crate::model::record::PageAction;
use crate::repository::memory::MemoryRepository;
use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
use crate::repository::{Mode, SortBy, Tones};
use crate::settings::Settings;

const OTHER: &str = "H38.16-230706-0013";

/// Two dossiers, the first in two versions.
fn sealed() -> MemoryRepository {
    let shared = MemoryRepository::new();
    let repository = shared.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["đơn đề nghị"]);
    commit(&repository, batch, &code(CODE), recipe(2), &["quyết định", "giao đất"]);
    commit(&repository, batch, &code(OTHER), recipe(1), &["giấy chứng nhận"]);
    repository.search.catch_up(repository.catalog.as_ref()).unwrap();
    shared
}

fn show_order(code: &str, pages: PagesOf) -> ShowOrder {
    ShowOrder { code: code.to_owned(), pages }
}

fn search_order(text: &str) -> SearchOrder {
    SearchOrder {
        text: text.to_owned(),
        tones: Tones::default(),
        reach: Reach::default(),
        sort: SortBy::default(),
        limit: 10,
        start: Start::List(1),
        counting: Counting::None,
        masking: Masking::Shown,
    }
}

fn code_of_failure<T>(outcome: Result<T, Failure>) -> FailureCode {
    outcome.map(drop).unwrap_err().code
}

#[test]
fn all_versions_are_shown_and_pages_of_those_that_were_asked_for() {
    let repository = sealed().open(Mode::Read);
    let settings = Settings::default();
    // People type codes as they like.
    let shown = |pages| show(&repository, &settings, &show_order(&CODE.to_lowercase(), pages)).unwrap();
    for (pages, counts) in [(PagesOf::Current, [0, 2]), (PagesOf::All, [1, 2])] {
        let dossier = shown(pages);
        assert_eq!(dossier.dossier_code, code(CODE));
        let current: Vec<bool> = dossier.records.iter().map(|record| record.current).collect();
        assert_eq!(current, [false, true]);
        let pages = dossier.records.iter().map(|record| record.files.iter().map(|file| file.pages.len()).sum::<usize>());
        assert_eq!(pages.collect::<Vec<_>>(), counts);
    }
    let file = &shown(PagesOf::Current).records[1].files[0];
    assert_eq!(file.pages.iter().map(|page| page.text.trim()).collect::<Vec<_>>(), ["quyết định", "giao đất"]);
    assert_eq!(
        file.originals.iter().map(|scan| (scan.name.as_str(), &scan.path)).collect::<Vec<_>>(),
        [("scan.tif", &file.source_path)]
    );
    for wrong in ["H38.16-230706-9999", "../x"] {
        assert_eq!(code_of_failure(show(&repository, &settings, &show_order(wrong, PagesOf::All))), FailureCode::NotFound);
        assert_eq!(code_of_failure(code_of(&repository, wrong)), FailureCode::NotFound);
    }
}

#[test]
fn only_the_newest_text_is_read_out_page_by_page() {
    let repository = sealed().open(Mode::Read);
    let texts: Vec<String> = texts(&repository, CODE).unwrap().map(|text| text.unwrap().trim().to_owned()).collect();
    assert_eq!(texts, ["quyết định", "giao đất"]);
}

#[test]
fn a_list_begins_and_ends_where_it_is_told_to() {
    let repository = sealed().open(Mode::Read);
    let codes = |order: &ListOrder| -> Vec<String> {
        list(&repository, order).flat_map(|piece| piece.unwrap()).map(|record| record.dossier_code.to_string()).collect()
    };
    let after = |code: &str, kind| Some(After { code: code.to_lowercase(), kind });
    assert_eq!(codes(&ListOrder::default()), [CODE, OTHER]);
    assert_eq!(codes(&ListOrder { after: None, limit: Some(1) }), [CODE]);
    assert_eq!(codes(&ListOrder { after: None, limit: Some(0) }), [""; 0]);
    assert_eq!(codes(&ListOrder { after: after(CODE, None), limit: None }), [OTHER]);
    assert_eq!(codes(&ListOrder { after: after(CODE, Some(RecordKind::Dossier)), limit: None }), [OTHER]);
    assert_eq!(codes(&ListOrder { after: after(OTHER, None), limit: None }), [""; 0]);
}

/// As a server does it: one repository, kept open, asked from many threads.
#[test]
fn many_ask_one_open_repository_at_once() {
    let repository = sealed().open(Mode::Read);
    let settings = Settings::default();
    let order = search_order("giao đất");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let dossier = show(&repository, &settings, &show_order(OTHER, PagesOf::Current)).unwrap();
                assert_eq!(dossier.records.len(), 1);
                assert_eq!(list(&repository, &ListOrder::default()).count(), 1);
                let found = search(&repository, &order, &Budget::UNLIMITED).unwrap();
                assert_eq!(found.hits.iter().map(|hit| hit.hit.as_str()).collect::<Vec<_>>(), [format!("{CODE}/1/2")]);
                assert!(verify(&repository, VerifyOrder::default(), &Silent).findings.is_empty());
            });
        }
    });
}

#[test]
fn files_of_the_newest_version_are_handed_out() {
    let repository = sealed().open(Mode::Read);
    let folder = tempfile::tempdir().unwrap();
    let order = HandOutOrder { code: CODE.into(), folder: folder.path().join("out") };
    let written = hand_out(&repository, &order).unwrap();
    assert_eq!(written, [order.folder.join(format!("{CODE}.001.pdf"))]);
    assert!(fs::read_to_string(&written[0]).unwrap().contains("giao đất"));
    fs::write(&written[0], "mine").unwrap();
    assert_eq!(code_of_failure(hand_out(&repository, &order)), FailureCode::FileUnwritable);
    assert_eq!(fs::read_to_string(&written[0]).unwrap(), "mine");
}

#[test]
fn what_is_asked_in_vain_is_told_before_anything_is_begun() {
    let shared = sealed();
    let settings = Settings::default();
    let repository = shared.open(Mode::Write);
    let batch = repository.catalog.latest_batch().unwrap();
    let order = PageOrder {
        code: code("H38.16-230706-9999"),
        kind: None,
        ordinal: 1,
        page: 1,
        action: PageAction::Inserted,
        scan: "/none.pdf".into(),
        acceptance: Acceptance::Judged,
    };
    assert_eq!(code_of_failure(change_pages(&repository, &settings, &order, &Silent)), FailureCode::NotFound);
    assert_eq!(repository.catalog.latest_batch().unwrap(), batch);
    let picture =
        PictureOrder { hit: format!("{CODE}/7/1").parse().unwrap(), kind: None, mark: None, sensitive: Sensitive::Withheld };
    assert_eq!(code_of_failure(draw(&repository, &settings, &picture)), FailureCode::NotFound);
    let unclear = PictureOrder { mark: Some("(đất".into()), ..picture };
    assert_eq!(code_of_failure(draw(&repository, &settings, &unclear)), FailureCode::QueryInvalid);
    let reported = |batch| report(&repository, &settings, ReportOrder { batch });
    assert_eq!(reported(None).unwrap().batch, BatchId(1));
    assert_eq!(code_of_failure(reported(Some(BatchId(9)))), FailureCode::NotFound);
}

#[test]
fn an_export_is_told_with_its_last_manifest_and_named_in_the_acts() {
    let shared = sealed();
    let repository = shared.open(Mode::Write);
    let exported = export(&repository, &Settings::default()).unwrap();
    let [only] = exported.manifests.as_slice() else { panic!("{exported:?}") };
    assert_eq!(
        (exported.manifest.as_ref(), exported.sequence, exported.sha256),
        (Some(&only.manifest), Some(1), Some(only.sha256))
    );
    assert!(only.manifest.is_file());
    let json = serde_json::to_value(&exported).unwrap();
    assert_eq!(json["manifests"][0]["manifest"], json["manifest"]);
    let order = audit::AuditOrder { manifests: vec![only.manifest.clone()] };
    let mut numbers = Vec::new();
    let mut take = |acts: &[crate::model::act::Act]| {
        numbers.extend(acts.iter().map(|act| act.number));
        Ok(())
    };
    let followed = audit::audit(Some(&repository), &order, &mut take).unwrap();
    assert!(followed.findings.is_empty(), "{:?}", followed.findings);
    assert_eq!(numbers, (1..=followed.acts).collect::<Vec<_>>());
    let record = repository.catalog.current_record(&code(CODE), RecordKind::Dossier).unwrap().unwrap();
    let name = audit::record_name(&repository, record.id).unwrap();
    assert_eq!((name.dossier_code, name.kind, name.version), (code(CODE), RecordKind::Dossier, 2));
    let again = export(&repository, &Settings::default()).unwrap();
    assert_eq!((again.manifest, again.manifests.len()), (None, 0));
}

#[test]
fn searches_are_kept_only_if_they_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let folder = saved::folder_in(folder.path());
    let order = |text: &str| SearchOrder { tones: Tones::Exact, sort: SortBy::Date, ..search_order(text) };
    let name = "đất".parse().unwrap();
    assert_eq!(code_of_failure(saved::save(&folder, &name, &order("(đất"))), FailureCode::QueryInvalid);
    assert!(saved::list(&folder).unwrap().is_empty());
    saved::save(&folder, &name, &order("đất")).unwrap();
    fs::write(folder.join("hỏng.toml"), "version = 1").unwrap();
    let listed = saved::list(&folder).unwrap();
    let told: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.search.is_some(), one.error.is_some())).collect();
    assert_eq!(told, [("hỏng", false, true), ("đất", true, false)]);
    assert_eq!(saved::load(&folder, &name).unwrap(), *listed[1].search.as_ref().unwrap());
}

#[test]
fn a_refusal_tells_the_beginning_of_a_long_query_alone() {
    let told = |text: &str| understood(text).unwrap_err().to_string();
    assert!(told(&"(ậ ".repeat(5000)).len() < 1000);
    assert!(told("(đất nhà").contains("(đất nhà"));
}

#[test]
fn numbers_are_not_guessed_by_whoever_is_not_shown_them() {
    let repository = sealed().open(Mode::Read);
    let asked = |text: &str, masking| search(&repository, &SearchOrder { masking, ..search_order(text) }, &Budget::UNLIMITED);
    for text in ["0150*", "đất HOẶC sogiayto:0150*"] {
        assert_eq!(code_of_failure(asked(text, Masking::Masked)), FailureCode::QueryInvalid);
        condition_within(text, Reach::Newest, Masking::Shown).unwrap();
    }
    let error = condition_within("đất (0150* nhà)", Reach::Newest, Masking::Masked).unwrap_err();
    assert_eq!((error.place, error.piece.as_str()), (5, "(0150*"));
    for text in ["quyết*", "mahoso:H38*", "015072544472"] {
        condition_within(text, Reach::Newest, Masking::Masked).unwrap();
    }
}

#[test]
fn all_hits_are_written_in_the_format_of_the_name_and_nothing_is_overwritten() {
    let repository = sealed().open(Mode::Read);
    let folder = tempfile::tempdir().unwrap();
    let order = search_order("đất");
    let row = |number, hit: &FoundPage| vec![Cell::Number(number), Cell::Text(hit.hit.clone())];
    let heading = Heading { name: "hits".into(), columns: vec!["number".into(), "hit".into()] };
    let table = HitsTable { heading, row: &row };
    for (name, begins) in [("a.CSV", format!("\u{feff}number,hit\r\n1,{CODE}/1/2\r\n").into_bytes()), ("a.xlsx", b"PK".to_vec())]
    {
        let path = folder.path().join(name);
        let format = format_of_name(&path, CsvSettings::default()).unwrap();
        let written = write_hits(&repository, &order, &table, &format, &path).unwrap();
        assert_eq!((written.count, written.found.hits.len()), (1, 0));
        assert!(fs::read(&path).unwrap().starts_with(&begins), "{name}");
        let again = write_hits(&repository, &order, &table, &format, &path);
        assert_eq!(code_of_failure(again), FailureCode::FileUnwritable);
    }
    let wrong = format_of_name(&folder.path().join("a.ods"), CsvSettings::default());
    assert_eq!(code_of_failure(wrong), FailureCode::SettingsInvalid);
    // What fails on its way leaves nothing behind.
    let path = folder.path().join("b.csv");
    let unclear = write_hits(&repository, &search_order("(đất"), &table, &TableFormat::Xlsx, &path);
    assert_eq!(code_of_failure(unclear), FailureCode::QueryInvalid);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
