//! What proves that Vietnamese texts are Vietnamese.

use std::collections::BTreeSet;

/// Words of English that a text of ours would hold, without those that are words of Vietnamese too
/// (do, so, in). Names of settings, verbs and formats are not words of a sentence.
const ENGLISH: &str = "about after again all already and another any are as at be because been before behind below beside between \
    beyond but by cannot changed cut damaged did does down each either ends error expected fewer file files first \
    folder follows for found from gives has have having held here holds if into is it its keep kept large least \
    lies line longer made make many missing more most must names neither new no none nor not nothing of once one \
    only open or other out over own page pages read right same says seconds short some stands such than that the \
    their them there they this those through time too twice under unless until up was were what when where which \
    while who will with within without would written wrong yet you your batch record document manifest catalog \
    index act blob scan sealed usage options arguments commands help possible values required default tip";

/// Fails if a text has a word of English outside what is quoted, typed or said by others.
pub(crate) fn assert_no_english(text: &str) {
    let english: BTreeSet<&str> = ENGLISH.split_whitespace().collect();
    // What others said, commands to be typed, keys of settings and codes stand as they are.
    let own = text.split("chi tiết kỹ thuật:").next().unwrap_or_default();
    let own: String = own.split('\'').step_by(2).collect();
    for word in own.split_whitespace() {
        if word.starts_with(['-', '<']) {
            continue;
        }
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_name = word.contains(['.', '-', '_', '/', '=']) || word.chars().any(char::is_uppercase);
        assert!(is_name || !english.contains(word), "'{word}' is English in: {text}");
    }
}

/// Fails if a text is missing in a language, or is not of it.
pub(crate) fn assert_both(vi: &str, en: &str) {
    assert!(!vi.trim().is_empty() && !en.trim().is_empty() && vi != en, "'{vi}' and '{en}'");
    assert_no_english(vi);
    assert_no_vietnamese(en);
}

/// Fails if a text has letters that only Vietnamese has, outside what is quoted.
fn assert_no_vietnamese(text: &str) {
    let own: String = text.split('\'').step_by(2).collect();
    let letter = own.chars().find(|c| matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | 'Ă' | 'Đ' | 'Ơ' | 'Ư' | '\u{1ea0}'..='\u{1ef9}'));
    assert_eq!(letter, None, "Vietnamese in: {text}");
}

#[test]
fn a_text_that_is_missing_or_of_the_other_language_is_seen() {
    assert_both("tệp rỗng", "the file is empty");
    for (vi, en) in [("", "a"), ("a", " "), ("PDF", "PDF"), ("the file", "a file"), ("tệp", "tệp rỗng")] {
        assert!(std::panic::catch_unwind(|| assert_both(vi, en)).is_err(), "{vi} / {en}");
    }
}

#[test]
fn english_is_seen_where_it_leaks() {
    assert_no_english("Chạy 'sohoa verify' lại; sửa workers.page_seconds (chi tiết kỹ thuật: no such file)");
    for leak in ["tệp bị hỏng (page 1)", "không đọc được: the file is empty"] {
        assert!(std::panic::catch_unwind(|| assert_no_english(leak)).is_err(), "{leak}");
    }
}
