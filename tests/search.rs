//! What archivists type, see, open and take away.

#[path = "../benches/queries/judge.rs"]
mod judge;
#[path = "../benches/queries/make.rs"]
pub mod make;

use std::collections::BTreeSet;
use std::fs;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use sohoa::repository::{Mode, Repository};

use crate::support::{Place, project_file};

/// A dossier with a decision, and one with an identity card.
const DECISION: &str = "000.36.22.H38-230814-0962";

/// A place whose repository holds the truth of the bench's pages.
pub fn place_of_truth() -> (Place, Vec<make::Made>) {
    let place = Place::with_own_reader();
    let pages = make::make(&place.repository(), &project_file("benches/scans"));
    (place, pages)
}

fn hits(answer: &Value) -> Vec<String> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["hit"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_query_of_the_set_finds_what_the_truth_says_in_the_order_of_people() {
    let (place, pages) = place_of_truth();
    let repository = Repository::open(&place.repository(), Mode::Read).unwrap();
    let judged: Vec<_> = judge::queries().iter().map(|query| judge::judge(&repository, &pages, query)).collect();
    let bad: Vec<String> = judged
        .iter()
        .filter(|one| !one.is_good())
        .map(|one| {
            let judge::Judged { typed, wanted, found, recall, precision, ndcg, wrong } = one;
            format!("{typed}: {wanted} wanted, {found} found, {recall:.2} {precision:.2} {ndcg:.2} {wrong}")
        })
        .collect();
    assert!(judged.len() > 200 && bad.is_empty(), "{bad:#?}");
}

#[test]
fn every_answer_fits_the_published_schema() {
    let (place, _) = place_of_truth();
    let schema: Value = serde_json::from_slice(&fs::read(project_file("docs/search.v1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fits = |place: &Place, arguments: &[&str]| {
        let answer = place.sohoa(&[&["search", "--json"], arguments].concat()).expect_code(0).json();
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments:?}: {errors:?}");
        answer
    };
    let whole = fits(&place, &["quyết định"]);
    assert_eq!(whole["fit"], "exact");
    let first = &whole["hits"][0];
    assert!(first["fields"]["number"]["confidence"].as_f64().unwrap() > 0.5 && first["version"] == 1, "{first:#}");
    assert!(!first["places"].as_array().unwrap().is_empty() && first["path"].as_str().unwrap().contains("blobs"));
    assert_eq!(fits(&place, &["đát đai"])["fit"], "other_marks");
    assert_eq!(fits(&place, &["chứng nhậm"])["fit"], "similar");
    assert_eq!(fits(&place, &["chứng nhận quyền sở hữu xyzzy"])["fit"], "partial");
    assert_eq!(fits(&place, &["xyzzy"])["hits"], json!([]));
    assert_eq!(fits(&place, &["quyeets ddinhj"])["understood"][0]["meant"], "quyết");
    let counted = fits(&place, &["--facets", "--sort", "date", "--limit", "2", "đất"]);
    assert!(counted["total"].as_u64().unwrap() > 10 && counted["facets"]["document_type"].as_array().unwrap().len() > 3);
    fits(&place, &["--sort", "code", "--page", "2", "--limit", "3", "đất"]);
    fits(&place, &["--limit", "0", "đất"]);
    fits(&Place::with_one_sealed_page(), &["15"]);
    let empty = Place::with_own_reader();
    Repository::open(&empty.repository(), Mode::Create).unwrap();
    assert_eq!(fits(&empty, &["đất"])["complete"], true);
}

#[test]
fn a_list_goes_on_behind_its_last_hit_though_others_came_before_it() {
    let (place, _) = place_of_truth();
    for sort in ["relevance", "date", "code"] {
        let list =
            |more: &[&str]| place.sohoa(&[&["search", "--json", "--sort", sort, "đất"], more].concat()).expect_code(0).json();
        let all = hits(&list(&["--limit", "100"]));
        let mut found = Vec::new();
        let mut answer = list(&["--limit", "5"]);
        loop {
            found.extend(hits(&answer));
            let Some(next) = answer["next"].as_str().map(str::to_owned) else { break };
            answer = list(&["--limit", "5", "--after", &next]);
        }
        assert_eq!(found, all, "{sort}");
        // As if two hits above it had gone: the name counts, not the number.
        let next = format!("7@{}", all[4]);
        assert_eq!(hits(&list(&["--limit", "5", "--after", &next])), all[5..10], "{sort}");
    }
    place.sohoa(&["search", "--after", "nonsense", "đất"]).expect_code(2);
}

#[test]
fn all_hits_are_taken_away_in_files_that_other_programs_read() {
    let (place, _) = place_of_truth();
    let count = hits(&place.sohoa(&["search", "--json", "--limit", "100", "đất"]).expect_code(0).json()).len();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    place.sohoa(&["search", "--lang", "vi", "--limit", "3", "--export", &path("a.xlsx"), "đất"]).expect_code(0);
    let mut book: Xlsx<_> = calamine::open_workbook(path("a.xlsx")).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!((sheet.rows().count(), book.sheet_names()), (count + 1, vec!["Kết quả tìm kiếm".to_owned()]));
    let titles: Vec<String> = sheet.rows().next().unwrap().iter().map(Data::to_string).collect();
    let column = |title: &str| titles.iter().position(|found| found == title).unwrap_or_else(|| panic!("{title}: {titles:?}"));
    for row in sheet.rows().skip(1) {
        let id = &row[column("Số định danh của chủ giấy tờ")];
        assert!(matches!(id, Data::Empty) || id.to_string().len() == 12 && matches!(id, Data::String(_)), "{id:?}");
        let day = &row[column("Ngày ban hành")];
        assert!(matches!(day, Data::Empty | Data::DateTime(_)), "{day:?}");
        assert!(matches!(row[column("Trang")], Data::Float(_)));
    }
    assert!(sheet.rows().any(|row| matches!(&row[column("Loại văn bản")], Data::String(text) if text == "Quyết định")));
    // Nothing is overwritten, and a name says what is wanted.
    place.sohoa(&["search", "--export", &path("a.xlsx"), "đất"]).expect_code(8);
    place.sohoa(&["search", "--export", &path("a.ods"), "đất"]).expect_code(2);
    place.sohoa(&["search", "--lang", "en", "--export", &path("a.csv"), "--separator", "semicolon", "đất"]).expect_code(0);
    let text = fs::read_to_string(path("a.csv")).unwrap();
    assert!(text.starts_with("\u{feff}No.;Dossier code;Kind;"), "{}", &text[..80]);
    assert_eq!(text.lines().count(), count + 1);
    place.sohoa(&["search", "--export", &path("b.csv"), "--no-bom", "đất"]).expect_code(0);
    assert!(fs::read_to_string(path("b.csv")).unwrap().starts_with("STT,Mã hồ sơ,"));
}

#[test]
fn the_page_of_a_hit_is_drawn_with_what_was_looked_for_marked() {
    let (place, pages) = place_of_truth();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let name = |page: &make::Made| format!("{}/{}/{}", page.code, page.ordinal, page.page);
    let decision = pages.iter().find(|page| page.name == "05/02").unwrap();
    let drawn = |arguments: &[&str]| place.sohoa(&[&["open", "--json"], arguments].concat());
    let told = drawn(&[&name(decision), "--mark", "quyết định", "--png", &path("a.png")]).expect_code(0).json();
    assert!(told["marks"].as_u64().unwrap() >= 4, "{told}");
    drawn(&[&name(decision), "--png", &path("b.png")]).expect_code(0);
    let (marked, plain) = (image::open(path("a.png")).unwrap().to_rgb8(), image::open(path("b.png")).unwrap().to_rgb8());
    assert_eq!(marked.dimensions(), plain.dimensions());
    let differing = marked.pixels().zip(plain.pixels()).filter(|(a, b)| a != b).count() as f64;
    let share = differing / f64::from(marked.width() * marked.height());
    assert!(share > 0.0005 && share < 0.05, "{share}");
    // By the dossier it is the same picture; another file is not overwritten.
    let show = ["show", DECISION, "--document", &decision.ordinal.to_string(), "--page", "1", "--mark", "quyết định", "--png"];
    place.sohoa(&[&show[..], &[&path("c.png")]].concat()).expect_code(0);
    assert!(fs::read(path("a.png")).unwrap() == fs::read(path("c.png")).unwrap());
    place.sohoa(&[&show[..], &[&path("b.png")]].concat()).expect_code(8);
    // An identity card only where somebody says so.
    let card = pages.iter().find(|page| page.name == "04/04").unwrap();
    let refused = drawn(&[&name(card), "--png", &path("card.png")]).expect_code(2);
    assert!(refused.stderr.contains("[page-sensitive]"), "{}", refused.stderr);
    assert!(!fs::exists(path("card.png")).unwrap());
    drawn(&[&name(card), "--sensitive", "--png", &path("card.png")]).expect_code(0);
    drawn(&[&format!("{}/99/1", card.code), "--png", &path("d.png")]).expect_code(6);
    drawn(&[&format!("{}/{}/2", card.code, card.ordinal), "--png", &path("d.png")]).expect_code(6);
    place.sohoa(&["open", "../x"]).expect_code(2);
    let names: BTreeSet<_> = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 6, "inbox, repository and four pictures: {names:?}");
}

#[test]
fn searches_are_kept_listed_and_run_by_name() {
    let (place, _) = place_of_truth();
    let json = |arguments: &[&str]| place.sohoa(&[&["search", "--json"], arguments].concat()).expect_code(0).json();
    let asked = json(&["--save", "Đơn chờ", "--sort", "code", "cho:xacnhan loai:\"đơn đề nghị\""]);
    assert_eq!(hits(&json(&["--saved", "Đơn chờ"])), hits(&asked));
    let listed = json(&["--list-saved"]);
    assert_eq!(listed[0]["name"], "Đơn chờ");
    assert_eq!(listed[0]["search"]["sort"], "code");
    place.sohoa(&["search", "--save", "hỏng", "(đất"]).expect_code(2);
    place.sohoa(&["search", "--saved", "hỏng"]).expect_code(6);
    place.sohoa(&["search", "--save", "../x", "đất"]).expect_code(2);
    assert_eq!(json(&["--list-saved"]).as_array().unwrap().len(), 1);
}
