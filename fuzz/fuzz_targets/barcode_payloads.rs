//! What a barcode or a name says: a code that is found there fits a pattern of the settings, stands
//! in the text as it is, and can name a file.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use regex::{Regex, RegexBuilder};
use sohoa::model::codes::DossierCode;
use sohoa::stages::assemble::{InboxRules, InboxSettings};

static RULES: LazyLock<InboxRules> =
    LazyLock::new(|| InboxRules::new(&InboxSettings::default()).expect("the default patterns compile"));

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let whole = |pattern: &String| RegexBuilder::new(&format!("^(?:{pattern})$")).case_insensitive(true).build();
    InboxSettings::default().code_patterns.iter().map(|pattern| whole(pattern).expect("a default pattern compiles")).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let codes = RULES.codes_in(&text);
    for (place, code) in codes.iter().enumerate() {
        check(code, &text);
        assert!(!codes[..place].contains(code), "{code} is given once");
    }
    let placement = RULES.place(&text);
    let named = placement.folder_code.iter().chain(&placement.file_code).chain(&placement.other_codes);
    named.for_each(|code| check(code, &text));
    assert!(placement.wanted_ordinal.is_none_or(|ordinal| (1..10_000).contains(&ordinal)), "{placement:?}");
    assert!(placement.wanted_ordinal.is_none() || placement.file_code.is_some(), "{placement:?}");
});

fn check(code: &DossierCode, text: &str) {
    let written = code.as_str();
    assert!(PATTERNS.iter().any(|pattern| pattern.is_match(written)), "{written} fits no pattern");
    assert!(text.to_ascii_uppercase().contains(written), "{written} is not in the text");
    assert!(!written.contains(['/', '\\', '\0']) && !written.starts_with('.'), "{written} cannot name a file");
    assert_eq!(RULES.codes_in(written), [code.clone()], "a code that was found is found again");
}
