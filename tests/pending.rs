//! What waits for a person, over all nights.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{CODE_A, CODE_B, Place, png_page};

fn pending(place: &Place, more: &[&str]) -> Value {
    place.sohoa(&[&["pending", "--json"], more].concat()).expect_code(0).json()
}

/// What waits, as kind and what it is.
fn told(view: &Value) -> Vec<String> {
    let items = view["items"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |item: &Value| [&item["document"], &item["field"], &item["path"]].map(text).join(" ").trim().to_owned();
    items.iter().map(|item| format!("{} {}", item["kind"].as_str().unwrap(), name(item))).collect()
}

/// A morning after one night: two dossiers whose papers are of no known type, a stranger's page and an
/// empty file.
fn morning() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    place.put("nobody.png", &png_page(3));
    place.put(&format!("{CODE_B}/empty.png"), b"");
    place.run().expect_code(3);
    place
}

#[test]
fn all_that_waits_is_listed_oldest_first_until_somebody_settles_it() {
    let place = morning();
    let (a, b) = (format!("absent {CODE_A}.001 document_type"), format!("absent {CODE_B}.001 document_type"));
    let (nobody, empty) = ("unknown_dossier nobody.png".to_owned(), format!("refused {CODE_B}/empty.png"));
    let view = pending(&place, &[]);
    let mut all = told(&view);
    all.sort();
    assert_eq!(all, [a.clone(), b.clone(), empty.clone(), nobody.clone()]);
    assert_eq!(
        (view["counts"].to_string(), &view["total"]),
        (r#"{"absent":2,"refused":1,"unknown_dossier":1}"#.into(), &4.into())
    );
    assert!(view["items"].as_array().unwrap().windows(2).all(|pair| pair[0]["since"].as_str() <= pair[1]["since"].as_str()));

    // Another night changes nothing about how long it has waited; a page at a time tells the same.
    place.run().expect_code(3);
    let since = |view: &Value| -> BTreeMap<String, String> {
        told(view)
            .into_iter()
            .zip(view["items"].as_array().unwrap())
            .map(|(name, item)| (name, item["since"].to_string()))
            .collect()
    };
    let again = pending(&place, &[]);
    assert_eq!(since(&again), since(&view));
    let (mut parts, mut next) = (Vec::new(), String::new());
    loop {
        let after = ["--after", next.as_str()];
        let part = pending(&place, &[&["--limit", "1"][..], if next.is_empty() { &[] } else { &after[..] }].concat());
        parts.extend(told(&part));
        match part["next"].as_str() {
            Some(place) => next = place.to_owned(),
            None => break,
        }
    }
    assert_eq!(parts, told(&again));

    // Filters.
    assert_eq!(told(&pending(&place, &["--kind", "dossier"])), std::slice::from_ref(&nobody));
    assert_eq!(told(&pending(&place, &["--kind", "refused,absent"])).len(), 3);
    let inbox = place.inbox();
    assert_eq!(told(&pending(&place, &["--inbox", inbox.to_str().unwrap()])).len(), 4);
    assert_eq!(told(&pending(&place, &["--inbox", "/elsewhere"])), [""; 0]);
    assert_eq!(told(&pending(&place, &["--day", "01/01/2020"])), [""; 0]);

    // One is keyed, one is moved into its folder, one is cleared out of the quarantine.
    place.sohoa(&["field", "set", &format!("{CODE_A}.001"), "document_type", "to_khai"]).expect_code(0);
    let of_type = told(&pending(&place, &["--type", "Tờ khai"]));
    assert_eq!(of_type, ["issue_date", "title"].map(|name| format!("absent {CODE_A}.001 {name}")));
    fs::create_dir_all(inbox.join(CODE_A)).unwrap();
    fs::rename(inbox.join("nobody.png"), inbox.join(CODE_A).join("nobody.png")).unwrap();
    assert!(!told(&pending(&place, &[])).contains(&nobody), "it does not lie there any more");
    place.run().expect_code(0);
    let refused = pending(&place, &["--kind", "refused"])["items"][0].clone();
    fs::remove_file(refused["place"].as_str().unwrap()).unwrap();
    let left = told(&pending(&place, &[]));
    assert!(left.iter().all(|one| one.starts_with("absent ")) && left.contains(&b) && !left.contains(&a), "{left:?}");
    assert!(left.contains(&format!("absent {CODE_A}.002 document_type")), "the page that was moved: {left:?}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_clerk_is_told_what_to_type() {
    let place = morning();
    let vietnamese = place.sohoa(&["pending", "--lang", "vi"]).expect_code(0);
    let command = format!("sohoa field set {CODE_A}.001 document_type 'GIÁ TRỊ'");
    assert!(vietnamese.stdout.contains(&command) && vietnamese.stdout.contains("chưa rõ hồ sơ"), "{}", vietnamese.stdout);
    assert!(vietnamese.stderr.contains("Chờ xử lý: 4"), "{}", vietnamese.stderr);
    for code in [CODE_A, CODE_B] {
        place.sohoa(&["field", "absent", &format!("{code}.001"), "document_type"]).expect_code(0);
    }
    let left = place.sohoa(&["pending", "--kind", "field,absent", "--lang", "en"]).expect_code(0);
    assert_eq!((left.stdout.as_str(), left.stderr.trim()), ("", "Nothing waits."));
}
