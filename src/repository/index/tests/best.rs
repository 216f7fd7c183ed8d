//! What is leapt over must not be among the best pages.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use time::OffsetDateTime;

use super::super::super::tests::document;
use super::*;
use crate::model::dossier::RecordKind;
use crate::model::ids::PageId;
use crate::model::record::RecordDocument;

const PAGES: u32 = 3_000;

/// Many small pages of few words, some of them in two lists, and what stands on each.
fn many_pages() -> (TempDir, Index, Vec<Vec<&'static str>>) {
    let words = ["đất", "nhà", "cấp", "ở", "xã", "lúa", "dat", "rừng", "quyết", "định", "biển", "hiếm"];
    let mut seed = 1_u64;
    let mut chance = |end: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % end
    };
    let texts: Vec<Vec<&str>> = (0..PAGES)
        .map(|_| {
            let count = 3 + chance(40);
            // Later words are rarer.
            (0..count).map(|_| words[chance(words.len()).min(chance(words.len())).min(chance(words.len() * 3))]).collect()
        })
        .collect();
    let (folder, repository) = new_repository();
    let mut index = Index::create_or_open(&folder.path().join("many")).unwrap();
    for (half, of) in texts.chunks(texts.len() / 2).zip([CODE, OTHER]) {
        let (document, _) = document(&repository, &code(of), 1, recipe(1), &["Bìa"]);
        let scan = document.pages[0].scan;
        let pages = (0..u32::try_from(half.len()).unwrap()).map(|ordinal| PageId { scan, ordinal }).collect();
        let document = RecordDocument { pages, ..document };
        let time = OffsetDateTime::UNIX_EPOCH;
        let record = Record::new(code(of), RecordKind::Dossier, None, time, recipe(1), None, vec![document]);
        let text = |words: &Vec<&str>| PageText {
            text: words.join(" "),
            // Only what the page has anyhow, so that it fits the same queries and counts more.
            others: words.first().filter(|_| words.len().is_multiple_of(3)).map(|word| (*word).to_owned()).into_iter().collect(),
            ..PageText::nothing()
        };
        index.fill([(record, vec![half.iter().map(text).collect()])]).unwrap();
    }
    (folder, index, texts)
}

fn hits(index: &Index, text: &str, limit: usize) -> Vec<Hit> {
    let answer = index.search(&Query::new(parse(text).unwrap(), limit), &Budget::UNLIMITED).unwrap();
    if answer.fit == Fit::Exact { answer.hits } else { Vec::new() }
}

/// The number of a page among all.
fn number(hit: &Hit) -> usize {
    let first = if hit.dossier_code.as_str() == CODE { 0 } else { PAGES as usize / 2 };
    first + hit.page as usize - 1
}

#[test]
fn the_best_are_those_that_come_first_among_all() {
    let (_folder, index, texts) = many_pages();
    type Fits = fn(&[&str]) -> bool;
    let is_dat = |word: &&str| *word == "đất" || *word == "dat";
    let queries: [(&str, Fits); 17] = [
        ("dat", |page| page.iter().any(|word| *word == "đất" || *word == "dat")),
        ("\"đất\"", |page| page.contains(&"đất")),
        ("đất nhà", |page| page.contains(&"nhà") && page.iter().any(|word| *word == "đất" || *word == "dat")),
        ("quyet dinh", |page| page.contains(&"quyết") && page.contains(&"định")),
        ("quyết định cấp", |page| ["quyết", "định", "cấp"].iter().all(|word| page.contains(word))),
        ("nha cap xa", |page| ["nhà", "cấp", "xã"].iter().all(|word| page.contains(word))),
        ("\"cấp nhà\"", |page| page.windows(2).any(|pair| pair == ["cấp", "nhà"])),
        ("\"nha o\"", |page| page.windows(2).any(|pair| pair == ["nhà", "ở"])),
        ("\"đất nhà\" xã", |page| page.contains(&"xã") && page.windows(2).any(|pair| pair == ["đất", "nhà"])),
        ("rừng HOẶC lúa", |page| page.contains(&"rừng") || page.contains(&"lúa")),
        ("nhà HOẶC hiếm", |page| page.contains(&"nhà") || page.contains(&"hiếm")),
        ("nhà KHÔNG cấp", |page| page.contains(&"nhà") && !page.contains(&"cấp")),
        ("(lúa HOẶC rừng) nhà -\"xã xã\"", |page| {
            let is_meant = page.contains(&"nhà") && (page.contains(&"lúa") || page.contains(&"rừng"));
            is_meant && !page.windows(2).any(|pair| pair == ["xã", "xã"])
        }),
        ("nh*", |page| page.contains(&"nhà")),
        ("rừng HOẶC nh*", |page| page.contains(&"nhà") || page.contains(&"rừng")),
        ("\"vắng nhà\" HOẶC lúa", |page| page.contains(&"lúa")),
        ("rừn* biển", |page| page.contains(&"rừng") && page.contains(&"biển")),
    ];
    assert!(texts.iter().any(|page| page.iter().any(is_dat)));
    for (query, fits) in queries {
        let all = hits(&index, query, 10_000);
        let found: BTreeSet<usize> = all.iter().map(number).collect();
        let meant: BTreeSet<usize> = (0..texts.len()).filter(|page| fits(&texts[*page])).collect();
        assert!(meant.len() > 20, "{query}");
        assert_eq!((all.len(), &found), (meant.len(), &meant), "{query}");
        for limit in [1, 7, 20] {
            let best = hits(&index, query, limit);
            assert_eq!(best.len(), limit, "{query}");
            for (one, other) in best.iter().zip(&all) {
                assert!((one.score - other.score).abs() < 1e-3 * other.score.abs(), "{query}: {one:?}, {other:?}");
            }
        }
    }
}

#[test]
fn of_pages_that_count_the_same_the_first_are_taken_however_many_are_asked_for() {
    let (_folder, index, _) = many_pages();
    for query in ["nh*", "trang:1..9000", "loaihoso:hoso trang:7..2000"] {
        let all: Vec<_> = hits(&index, query, 10_000).iter().map(number).collect();
        // In which order pieces of the index lie is up to their merging; it is one for all limits.
        assert!(all.len() > 100, "{query}: {} hits", all.len());
        for limit in [1, 7, 20, 100] {
            let first: Vec<_> = hits(&index, query, limit).iter().map(number).collect();
            assert_eq!(first, all[..limit], "{query}");
        }
    }
}

#[test]
fn the_next_lists_go_on_where_the_first_ends() {
    let (_folder, index, _) = many_pages();
    for query in ["đất nhà", "quyết định", "nhà HOẶC hiếm"] {
        let list = |offset, limit| {
            let query = Query { offset, ..Query::new(parse(query).unwrap(), limit) };
            let hits = index.search(&query, &Budget::UNLIMITED).unwrap().hits;
            hits.iter().map(|hit| hit.score).collect::<Vec<_>>()
        };
        let all = list(0, 60);
        let parts: Vec<f32> = [0, 20, 40].into_iter().flat_map(|offset| list(offset, 20)).collect();
        for (one, other) in parts.iter().zip(&all) {
            assert!((one - other).abs() < 1e-3 * other.abs(), "{query}");
        }
        assert_eq!(parts.len(), all.len());
    }
}

#[test]
fn a_search_ends_when_its_budget_does_and_says_so() {
    let (_folder, index, _) = many_pages();
    let looks = AtomicU32::new(0);
    let after = |most| {
        looks.store(0, Ordering::Relaxed);
        move |looks: &AtomicU32| looks.fetch_add(1, Ordering::Relaxed) >= most
    };
    for counting in [Counting::None, Counting::Facets] {
        let query = Query { counting, ..Query::new(parse("dat").unwrap(), 10_000) };
        let all = index.search(&query, &Budget::UNLIMITED).unwrap();
        assert!(all.whole);
        let is_over = after(3);
        let some = index.search(&query, &Budget::until(&|| is_over(&looks))).unwrap();
        assert!(!some.whole && !some.hits.is_empty() && some.hits.len() < all.hits.len(), "{} hits", some.hits.len());
        assert!(some.total <= all.total);
        let is_over = after(0);
        let none = index.search(&query, &Budget::until(&|| is_over(&looks))).unwrap();
        assert_eq!((none.whole, none.hits.len()), (false, 0));
    }
    for sort in [SortBy::Date, SortBy::Code] {
        let query = Query { sort, ..Query::new(parse("dat").unwrap(), 10_000) };
        let is_over = after(2);
        assert!(!index.search(&query, &Budget::until(&|| is_over(&looks))).unwrap().whole);
    }
}

#[test]
fn what_another_reader_read_is_found_below_what_is_printed() {
    let (folder, repository) = new_repository();
    let mut index = Index::create_or_open(&folder.path().join("others")).unwrap();
    let texts = [("giao đất rừng", vec![]), ("giao đát rùmg", vec!["rừng".to_owned()]), ("giao đất", vec![])];
    let texts = texts.map(|(text, others)| PageText { text: text.into(), others, ..PageText::nothing() });
    let (document, _) = document(&repository, &code(CODE), 1, recipe(1), &["Bìa", "hai", "ba"]);
    let time = OffsetDateTime::UNIX_EPOCH;
    let record = Record::new(code(CODE), RecordKind::Dossier, None, time, recipe(1), None, vec![document]);
    index.fill([(record, vec![texts.to_vec()])]).unwrap();
    for query in ["rung", "rừng", "giao rừng", "\"rừng\""] {
        assert_eq!(found(&index, query)[0], at(CODE, 1), "{query}");
    }
    assert_eq!(found(&index, "rung"), [at(CODE, 1), at(CODE, 2)]);
    assert_eq!(found(&index, "giao rừng"), [at(CODE, 1), at(CODE, 2)]);
    assert_eq!(found(&index, "\"đất rừng\""), [at(CODE, 1)], "another reading stands in no row");
}

/// What was withdrawn would be told by what it is taken for.
#[test]
fn words_of_pages_that_are_not_searched_are_not_offered() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["nghiêmm mật"]), (OTHER, &["tờ trình"])]);
    assert_eq!(answer(&index, "nghiem").hits.len(), 1);
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["tờ khai"]);
    index.catch_up(repository.catalog.as_ref()).unwrap();
    let answer = answer(&index, "nghiem");
    assert_eq!((answer.hits.len(), answer.did_you_mean.len()), (0, 0), "{:?}", answer.did_you_mean);
    let all = Query { versions: Versions::All, ..Query::new(parse("nghiem").unwrap(), 20) };
    assert_eq!(index.search(&all, &Budget::UNLIMITED).unwrap().did_you_mean[0].meant, "nghiemm");
}

#[test]
fn an_index_that_is_made_at_once_is_in_one_piece_and_grows_by_others() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["một"]), (OTHER, &["hai"])]);
    assert_eq!(index.reader.searcher().segment_readers().len(), 1);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(THIRD), recipe(1), &["ba"]);
    index.catch_up(repository.catalog.as_ref()).unwrap();
    assert_eq!(index.reader.searcher().num_docs(), 3);
    let (_folder, many, _) = many_pages();
    assert_eq!((many.reader.searcher().segment_readers().len(), many.reader.searcher().num_docs()), (1, u64::from(PAGES)));
}

#[test]
fn hits_are_counted_by_dossier_unless_there_are_too_many() {
    let (_folder, _repository, index) =
        indexed(&[(CODE, &["chung một", "chung hai"]), (OTHER, &["chung ba"]), (THIRD, &["riêng"])]);
    let searcher = index.reader.searcher();
    let counted = |text: &str, most| {
        let condition = parse(text).unwrap();
        let scope = (Tones::Any, Versions::Current);
        let compiler = query::Compiler::new(&searcher, &index.fields, scope, query::Tolerance::None);
        let make = |segment: &_| compiler.fitting(segment, &condition);
        top::all(&searcher, &make, &by_dossier::CountByDossier { most }, &Budget::UNLIMITED).unwrap().0
    };
    let both = || Some([(CODE.to_owned(), 2), (OTHER.to_owned(), 1)].into());
    assert_eq!((counted("chung", 2), counted("chung", 3), counted("chung", 1)), (both(), both(), None));
    assert_eq!(counted("xyz", 0), Some([].into()));
}
