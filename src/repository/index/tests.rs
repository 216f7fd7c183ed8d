mod best;
mod replaced;
mod told;

use std::fs;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

use super::super::Repository;
use super::super::tests::{CODE, code, commit, new_batch, new_repository, recipe};
use super::*;
use crate::model::failure::FailureCode;
use crate::model::query::parse;

const OTHER: &str = "H38.16-230706-0013";
const THIRD: &str = "H38.16-230706-0014";

/// A repository whose dossiers hold these pages, and its index.
fn indexed(dossiers: &[(&str, &[&str])]) -> (TempDir, Repository, Index) {
    let (folder, repository) = new_repository();
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    for (of, texts) in dossiers {
        commit(&repository, batch, &code(of), recipe(1), texts);
    }
    let mut index = Index::create_or_open(&repository.index_dir()).unwrap();
    index.catch_up(repository.catalog.as_ref()).unwrap();
    (folder, repository, index)
}

fn search(index: &Index, text: &str) -> Vec<Hit> {
    answer(index, text).hits
}

fn answer(index: &Index, text: &str) -> Answer {
    index.search(&Query::new(parse(text).unwrap(), 20), &Budget::UNLIMITED).unwrap()
}

/// The piece of a hit that is shown.
fn shown(repository: &Repository, index: &Index, text: &str) -> Snippet {
    let answer = answer(index, text);
    let hit = &answer.hits[0];
    let records = repository.catalog.records_of(&hit.dossier_code).unwrap();
    let record = records.iter().find(|record| record.id == hit.record).unwrap();
    let (document, place) = (&record.documents[0], u64::from(hit.page - 1));
    let page = repository.catalog.page(document.pages[place as usize], record.recipe).unwrap().unwrap();
    answer.snippet(&page.text().nfc().collect::<String>(), &label(record, document, place))
}

fn found(index: &Index, text: &str) -> Vec<String> {
    search(index, text).into_iter().map(|hit| format!("{}/{}", hit.dossier_code, hit.page)).collect()
}

fn entries(index: &Index) -> Vec<IndexEntry> {
    let mut entries = Vec::new();
    index.each_entry(&mut |entry| entries.push(entry)).unwrap();
    entries
}

fn at(of: &str, page: u32) -> String {
    format!("{of}/{page}")
}

#[test]
fn words_are_found_with_and_without_their_marks_composed_or_not() {
    let decomposed: String = "Bìa\nbà Nguyễn Thị Sương".nfd().collect();
    let (_folder, repository, index) =
        indexed(&[(CODE, &["Trang bìa\nQUYẾT ĐỊNH về đường", "khác hẳn"]), (OTHER, &[&decomposed])]);
    for text in ["quyet dinh", "quyết định", "QUYẾT ĐỊNH", "duong", "đường", "Ðường", &"đường".nfd().collect::<String>()]
    {
        assert_eq!(found(&index, text), [at(CODE, 1)], "{text}");
    }
    for text in ["nguyễn", "nguyen thi suong", &"Sương".nfd().collect::<String>()] {
        assert_eq!(found(&index, text), [at(OTHER, 1)], "{text}");
    }
    let hit = &search(&index, "suong")[0];
    assert_eq!(shown(&repository, &index, "suong").marked("[", "]"), "Bìa bà Nguyễn Thị [Sương]");
    assert_eq!((hit.dossier_code.as_str(), hit.ordinal, hit.page), ("H38.16-230706-0013", 1, 1));
    assert_eq!(found(&index, "vắng mặt"), [""; 0]);
}

#[test]
fn what_was_typed_with_marks_ranks_first_however_often_the_other_spelling_occurs() {
    let other = format!("Bìa\n{}", "dương ".repeat(9));
    let long = format!("Bìa\nđường {}", "chữ ".repeat(400));
    let (_folder, _repository, index) = indexed(&[(CODE, &[&other]), (OTHER, &[&long])]);
    assert_eq!(found(&index, "đường"), [at(OTHER, 1), at(CODE, 1)]);
    assert_eq!(found(&index, "dương"), [at(CODE, 1), at(OTHER, 1)]);
    assert_eq!(found(&index, "duong").len(), 2);
}

#[test]
fn both_places_of_a_tone_are_one_spelling_and_the_printed_one_is_shown() {
    let (_folder, repository, index) =
        indexed(&[(CODE, &["Bìa\nCỘNG HÒA, tỉnh Hoà Bình, thuỷ lợi, Ðồng Tâm"]), (OTHER, &["Bìa\nhoa hóa, thúy, đông, bình"])]);
    for (text, marked) in [
        ("\"Hòa Bình\"", "tỉnh [Hoà] [Bình],"),
        ("\"hoà bình\"", "tỉnh [Hoà] [Bình],"),
        ("thủy lợi", "[thuỷ] [lợi],"),
        ("cộng hoà", "[CỘNG] [HÒA],"),
        ("Đồng", "[Ðồng] Tâm"),
    ] {
        let hits = search(&index, text);
        assert_eq!(hits[0].dossier_code.as_str(), CODE, "{text}");
        let shown = shown(&repository, &index, text).marked("[", "]");
        assert!(shown.contains(marked), "{text}: {shown}");
    }
    // Only where it is the same syllable: another tone is another word, and ranks below.
    assert_eq!(found(&index, "hoá"), [at(OTHER, 1), at(CODE, 1)]);
    assert_eq!(found(&index, "hoà"), [at(CODE, 1), at(OTHER, 1)]);
}

#[test]
fn words_that_stand_together_in_order_rank_above_scattered_ones() {
    let filler = "chữ ".repeat(8);
    let scattered = format!("Bìa\nđất {filler} giao {filler}");
    let together = format!("Bìa\n{filler} giao đất {filler}");
    let (_folder, _repository, index) = indexed(&[(CODE, &[&scattered]), (OTHER, &[&together])]);
    for text in ["giao dat", "giao đất"] {
        assert_eq!(found(&index, text), [at(OTHER, 1), at(CODE, 1)], "{text}");
    }
    assert_eq!(found(&index, "\"giao đất\""), [at(OTHER, 1)]);
    assert_eq!(found(&index, "\"giao dat\""), [at(OTHER, 1)]);
}

#[test]
fn numbers_and_codes_are_found_whole_and_by_part() {
    let (_folder, repository, index) =
        indexed(&[(CODE, &["Bìa\nSố: 15 /QĐ-UBND", "trang 2"]), (OTHER, &["Bìa\nsố 15 và 16, UBND xã, QĐ"])]);
    for text in ["15/QĐ-UBND", "15/qd-ubnd", "QĐ-UBND", "\"15/QĐ\""] {
        assert_eq!(found(&index, text), [at(CODE, 1)], "{text}");
    }
    assert_eq!(found(&index, "ubnd").len(), 2);
    for text in [CODE, "0012", "h38.16-230706-0012", "230706-0012", "H38.16-230706-0012.001.pdf"] {
        assert_eq!(found(&index, text).len(), 2, "both pages by {text}");
    }
    assert!(shown(&repository, &index, "0013").marked("[", "]").contains("-[0013]"));
}

#[test]
fn a_title_is_found_on_its_first_page_and_one_misread_word_does_not_hide_a_page() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["Đơn xin cấp phép", "trang hai"]), (OTHER, &["Giấy hẹn"])]);
    let hits = search(&index, "đơn xin cấp phép xâydựng");
    assert_eq!(hits.iter().map(|hit| hit.page).collect::<Vec<_>>(), [1]);
}

#[test]
fn limits_are_kept() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["Quyết định"])]);
    let hits = |limit| index.search(&Query::new(parse("quyết").unwrap(), limit), &Budget::UNLIMITED).unwrap().hits.len();
    assert_eq!((hits(0), hits(usize::MAX)), (0, 1));
}

#[test]
fn operators_are_obeyed() {
    let (_folder, _repository, index) =
        indexed(&[(CODE, &["Bìa\nđất ở và nhà", "đất rừng"]), (OTHER, &["Bìa\nnhà ở"]), (THIRD, &["Bìa\nđất lúa"])]);
    for (query, pages) in [
        ("đất KHÔNG nhà", vec![at(CODE, 2), at(THIRD, 1)]),
        ("đất -nhà", vec![at(CODE, 2), at(THIRD, 1)]),
        ("rừng HOẶC lúa", vec![at(CODE, 2), at(THIRD, 1)]),
        ("ở (đất OR rừng)", vec![at(CODE, 1)]),
        ("NOT đất", vec![at(OTHER, 1)]),
        ("\"đất ở\"", vec![at(CODE, 1)]),
        ("\"đất nhà\"~2", vec![at(CODE, 1)]),
        ("\"đất nhà\"~1", vec![]),
        ("rừn*", vec![at(CODE, 2)]),
        ("trang:2", vec![at(CODE, 2)]),
        ("mahoso:0014 đất", vec![at(THIRD, 1)]),
        ("loaihoso:ketqua đất", vec![]),
        ("loaihoso:hoso lúa", vec![at(THIRD, 1)]),
    ] {
        let mut found = found(&index, query);
        found.sort();
        assert_eq!(found, pages, "{query}");
    }
}

#[test]
fn marks_in_quotes_and_exact_tones_are_held() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["Bìa\nbán nhà"]), (OTHER, &["Bìa\nbàn nhà"])]);
    assert_eq!(found(&index, "\"bán nhà\""), [at(CODE, 1)]);
    assert_eq!(found(&index, "bán nhà").len(), 2);
    let exact = Query { tones: Tones::Exact, ..Query::new(parse("bàn nhà").unwrap(), 20) };
    let hits = index.search(&exact, &Budget::UNLIMITED).unwrap().hits;
    assert_eq!(hits.iter().map(|hit| hit.dossier_code.as_str()).collect::<Vec<_>>(), [OTHER]);
}

#[test]
fn numbers_match_in_every_grouping_and_dates_in_every_spelling() {
    let (_folder, _repository, index) = indexed(&[
        (CODE, &["Bìa\nSố: 3034/QĐ-UBND ngày 15 tháng 9 năm 2025"]),
        (OTHER, &["Bìa\nCCCD 015072544472, sổ BX 460329, 15/09/2024"]),
    ]);
    for query in [
        "3034QĐUBND",
        "3034/qđ-ubnd",
        "3034 QĐ UBND",
        "QĐUBND",
        "15/09/2025",
        "2025-09-15",
        "ngày 15 tháng 9 năm 2025",
        "2025-09..2025-10",
        "3034*",
    ] {
        assert_eq!(found(&index, query), [at(CODE, 1)], "{query}");
    }
    for query in ["015 072 544 472", "015.072.544.472", "BX460329", "bx 460329", "0150725*", "15-9-2024", "kỹ OR 15/9/2024"] {
        assert_eq!(found(&index, query), [at(OTHER, 1)], "{query}");
    }
    assert_eq!(found(&index, "ngay:2025"), [""; 0], "no date of issue was read");
}

#[test]
fn what_is_suggested_is_no_secret_and_no_number() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["Bìa\nkhóa qwe1r, sổ 015072544472\nMã tra cứu: ABQWX"])]);
    for typed in ["qwesr", "abqwz", "01507254447z"] {
        assert_eq!(answer(&index, typed).did_you_mean, [], "{typed}");
    }
    assert_eq!(answer(&index, "ABQWX").hits, [], "what is secret is not looked for");
    assert_eq!(answer(&index, "mã tra cứu").fit, Fit::Exact);
}

#[test]
fn what_differs_by_a_letter_is_found_below_and_said() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["Bìa\nchứng nhận đăng ký, sổ 460329"])]);
    let said = answer(&index, "chứnk nhận");
    assert_eq!((said.fit, said.hits.len()), (Fit::Similar, 1));
    assert_eq!(said.did_you_mean, [Meant { typed: "chunk".into(), meant: "chung".into() }]);
    assert_eq!(answer(&index, "460328").fit, Fit::Similar);
    assert_eq!(answer(&index, "chứng nhận").fit, Fit::Exact);
    assert_eq!(answer(&index, "chứng nhận quyền đăng ký").fit, Fit::Partial);
    let keys = answer(&index, "ddawng kys");
    assert_eq!((keys.fit, keys.hits.len(), keys.understood.len()), (Fit::Exact, 1, 2));
    assert_eq!(found(&index, "đăng kí"), [at(CODE, 1)]);
}

#[test]
fn all_hits_are_counted_where_it_is_asked_for() {
    let (_folder, _repository, index) = indexed(&[(CODE, &["chung một", "chung hai"]), (OTHER, &["chung ba"])]);
    let query = Query { counting: Counting::Facets, sort: SortBy::Code, offset: 2, ..Query::new(parse("chung").unwrap(), 1) };
    let counted = index.search(&query, &Budget::UNLIMITED).unwrap();
    assert_eq!((counted.total, counted.hits.len()), (Some(3), 1));
    assert_eq!(counted.hits[0].dossier_code.as_str(), OTHER);
    assert_eq!(counted.facets.unwrap()["kind"], [FacetValue { value: "dossier".into(), name: None, pages: 3 }]);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["bản cũ", "trang cũ"]), (OTHER, &["hồ sơ khác"])]);
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["bản giữa"]);
    let newest = commit(&repository, batch, &code(CODE), recipe(1), &["bản mới"]);
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 1);
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 0);
    assert_eq!((found(&index, "\"trang cũ\"").len(), found(&index, "giữa").len()), (0, 0));
    assert_eq!(search(&index, "bản mới")[0].record, newest.id);
    let mut entries = entries(&index);
    entries.retain(|entry| entry.record == newest.id);
    let read = repository.catalog.page_digests(&newest.documents[0].pages, newest.recipe).unwrap();
    assert_eq!(entries, [IndexEntry::of(newest.id, 1, 0, read[0], DocumentState::Current)]);
    assert!(index.damaged_files().unwrap().is_empty());
}

#[test]
fn a_run_that_died_before_its_commit_is_made_good_by_the_next() {
    let (_folder, repository, index) = indexed(&[(CODE, &["trước"])]);
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    let late = commit(&repository, batch, &code(OTHER), recipe(1), &["sau"]);
    let mut writer: IndexWriter = index.index.writer_with_num_threads(1, WRITER_MEMORY).unwrap();
    index.replace(&writer, repository.catalog.as_ref(), std::slice::from_ref(&late)).unwrap();
    writer.rollback().unwrap();
    drop((writer, index));
    assert_eq!(found(&Index::open(&repository.index_dir()).unwrap(), "sau"), [""; 0]);
    let mut index = Index::create_or_open(&repository.index_dir()).unwrap();
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 1);
    assert_eq!((found(&index, "sau"), found(&index, "trước")), (vec![at(OTHER, 1)], vec![at(CODE, 1)]));
}

#[test]
fn a_missing_or_damaged_index_is_told_and_rebuilt() {
    let (_folder, repository, index) = indexed(&[(CODE, &["quyết định"])]);
    drop(index);
    let folder = repository.index_dir();
    let code_of = |result: Result<Index, RepositoryError>| result.err().map(|error| error.code());
    let damage: [&dyn Fn(); 3] =
        [&|| fs::remove_dir_all(&folder).unwrap(), &|| fs::write(folder.join("meta.json"), "{").unwrap(), &|| {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "term" || extension == "store") {
                    fs::write(path, "short").unwrap();
                }
            }
        }];
    for damage in damage {
        damage();
        assert_eq!(code_of(Index::open(&folder)), Some(FailureCode::RepositoryDamaged));
        let index = Index::rebuild(&folder, repository.catalog.as_ref()).unwrap();
        assert_eq!(found(&index, "quyet dinh"), [at(CODE, 1)]);
    }
    let newest = repository.catalog.max_change().unwrap();
    assert_eq!(Index::open(&folder).unwrap().payload().unwrap().unwrap().change, newest);
}

#[test]
fn an_index_that_cut_words_otherwise_is_made_anew() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["thuỷ lợi"])]);
    let mut writer: IndexWriter = index.index.writer_with_num_threads(1, WRITER_MEMORY).unwrap();
    let mut commit = writer.prepare_commit().unwrap();
    let change = repository.catalog.max_change().unwrap();
    commit.set_payload(&serde_json::to_string(&Payload { format: FORMAT - 1, change }).unwrap());
    commit.commit().unwrap();
    drop((writer, index));
    assert!(Index::open(&repository.index_dir()).is_err());
    let outdated = Index::create_or_open(&repository.index_dir());
    assert!(matches!(outdated, Err(RepositoryError::Outdated { .. })));
    index = Index::rebuild(&repository.index_dir(), repository.catalog.as_ref()).unwrap();
    assert_eq!(found(&index, "thủy lợi"), [at(CODE, 1)]);
}

#[test]
fn an_index_ahead_of_its_catalog_is_damaged() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["một"])]);
    let (_other_folder, empty) = new_repository();
    assert_eq!(index.catch_up(empty.catalog.as_ref()).unwrap_err().code(), FailureCode::RepositoryDamaged);
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 0);
}

/// The names of files follow from what was committed, so a run after a kill chooses the same.
#[test]
fn what_a_killed_commit_left_is_not_in_the_way_of_the_next() {
    let (_folder, repository, index) = indexed(&[(CODE, &["một", "hai"]), (OTHER, &["ba"])]);
    let (before, folder) = (tempfile::tempdir().unwrap(), repository.index_dir());
    let copy = |from: &Path, to: &Path, keep: &dyn Fn(&str) -> bool| {
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            if keep(entry.file_name().to_str().unwrap()) {
                fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    };
    drop(index);
    copy(&folder, before.path(), &|name| !name.ends_with(".lock"));
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["một mới"]);
    Index::create_or_open(&folder).unwrap().catch_up(repository.catalog.as_ref()).unwrap();
    // As if the commit had been killed just before its end.
    copy(&folder, before.path(), &|name| name.ends_with(".del") || name == ".managed.json");
    let left = fs::read_dir(before.path())
        .unwrap()
        .map(Result::unwrap)
        .filter(|file| file.path().extension().is_some_and(|e| e == "del"));
    assert!(left.count() > 0, "the commit deletes what was superseded");
    let mut again = Index::create_or_open(before.path()).unwrap();
    again.catch_up(repository.catalog.as_ref()).unwrap();
    assert_eq!(found(&again, "mới"), [at(CODE, 1)]);
    assert_eq!(entries(&again).len(), 4, "two current ones, and two that were replaced");
}

#[test]
fn running_out_of_room_is_told_also_from_within_tantivy() {
    let full = || std::io::Error::from_raw_os_error(nix::errno::Errno::ENOSPC as i32);
    let errors = [
        TantivyError::from(full()),
        TantivyError::ErrorInThread(format!("{:?}", full())),
        tantivy::directory::error::OpenWriteError::wrap_io_error(full(), "x".into()).into(),
    ];
    for error in errors {
        assert_eq!(classify(Path::new("index"), &error).code(), FailureCode::DiskFull, "{error:?}");
    }
}

/// One version that was damaged kept all that came after it from being found.
#[test]
fn a_version_that_does_not_read_keeps_nobody_from_being_found() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["quyết định"])]);
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["tờ trình"]);
    commit(&repository, batch, &code(CODE), recipe(1), &["công văn"]);
    commit(&repository, batch, &code(OTHER), recipe(1), &["biên bản"]);
    let catalog = rusqlite::Connection::open(repository.root().join("catalog.sqlite")).unwrap();
    catalog.execute("UPDATE record SET content = '{' WHERE version = 2", []).unwrap();
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 2);
    assert_eq!(found(&index, "công văn"), [at(CODE, 1)]);
    assert_eq!(found(&index, "biên bản"), [at(OTHER, 1)]);
    assert!(found(&index, "quyết định").is_empty() && found(&index, "tờ trình").is_empty());
    assert!(index.is_complete(repository.catalog.as_ref()).unwrap());
}
