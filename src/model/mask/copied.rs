//! What whoever has a file or an index can copy.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{bare, secrets, tells};
use crate::model::text::{Line, laid_out};

/// The lines of a page without the words that are its secrets, for what whoever has a file or an index can copy: the
/// picture has them still.
///
/// What follows a label may be a sentence, of which only its first word and what is built as a code is left out.
pub fn without_secrets(mut lines: Vec<Line>) -> Vec<Line> {
    let mut ends = Vec::new();
    let text = laid_out(&lines, &mut |end| ends.push(end));
    let codes: Vec<Range<usize>> = secrets(&text).into_iter().flat_map(|range| codes_of(&text, range)).collect();
    if codes.is_empty() {
        return lines;
    }
    let told: BTreeSet<&str> = codes.iter().filter_map(|range| text.get(range.clone())).collect();
    let mut ends = ends.into_iter();
    for line in &mut lines {
        line.words.retain(|word| {
            let end = ends.next().unwrap_or_default();
            let place = end.saturating_sub(word.text.len())..end;
            let is_in = |code: &Range<usize>| code.start < place.end && place.start < code.end;
            !codes.iter().any(is_in) && !told.iter().any(|code| tells(&word.text, code))
        });
    }
    lines
}

/// The words of a secret that may be a code. One word alone is one, whatever it looks like, and so is the first of a
/// sentence where it has no marks, which no code has.
fn codes_of(text: &str, secret: Range<usize>) -> Vec<Range<usize>> {
    let told = text.get(secret.clone()).unwrap_or_default();
    let is_sentence = told.split_whitespace().count() > 1 && told.contains(|c: char| c.is_alphabetic() && !c.is_ascii());
    let is_code = |(place, word): &(usize, &str)| {
        let is_written = word.chars().count() >= 4 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let is_first = *place == 0 && word.is_ascii();
        !is_sentence || is_first || word.contains(|c: char| c.is_ascii_digit()) || is_written
    };
    let place = |word: &str| {
        let start = secret.start + (word.as_ptr() as usize).saturating_sub(told.as_ptr() as usize);
        start..start + word.len()
    };
    let words = told.split_whitespace().map(bare).filter(|word| !word.is_empty()).enumerate();
    words.filter(is_code).map(|(_, word)| place(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Quad;
    use crate::model::text::{SecondReading, TextSource, Word, plain_text};

    #[test]
    fn what_can_be_copied_has_no_secret_and_all_else() {
        let word = |text: &str| Word {
            text: text.into(),
            confidence: Confidence::NONE,
            place: Quad::default(),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        let told = |text: &str| {
            let line = |line: &str| Line {
                words: line.split_whitespace().map(word).collect(),
                begins_block: line.starts_with("GIẤY"),
            };
            plain_text(&without_secrets(text.lines().map(line).collect())).trim_end().to_owned()
        };
        for (text, copied) in [
            ("Số 1\nGIẤY TIẾP NHẬN\nMã tra cứu: X7KP ngày", "Số 1\n\nGIẤY TIẾP NHẬN\nMã tra cứu: ngày"),
            ("Mã tra cứu: X7KP\nXin nhập (X7KP) tại cổng", "Mã tra cứu:\nXin nhập tại cổng"),
            ("Mật khẩu tra cứu: 123 456\nnăm 123", "Mật khẩu tra cứu:\nnăm 123"),
            ("Mã bí mật: abcd", "Mã bí mật:"),
            ("Mã tra cứu: Quý vị giữ kín mã QWER khi tra cứu", "Mã tra cứu: Quý vị giữ kín mã khi tra cứu"),
            ("Mã hồ sơ: H38.16-230706-0012", "Mã hồ sơ: H38.16-230706-0012"),
            ("Mã tra cứu: xkqp (giữ kín)", "Mã tra cứu: (giữ kín)"),
            ("Mật khẩu tra cứu: XkQp giữ kín", "Mật khẩu tra cứu: giữ kín"),
            ("Mã tra cứu: H38.16-230706-0012 xkqp (giữ kín)", "Mã tra cứu: H38.16-230706-0012 (giữ kín)"),
            // Within another word of the page.
            ("Mã tra cứu: X7KP9\nXem https://dvc.vn/tra-cuu?ma=X7KP9 nhé", "Mã tra cứu:\nXem nhé"),
            ("Mã tra cứu: X7KP9\nXem https://dvc.vn/?ma=x7kp9&x=1 nhé", "Mã tra cứu:\nXem nhé"),
            ("Mã tra cứu: X7KP9\nphiếu X7KP9/2025 này", "Mã tra cứu:\nphiếu này"),
            ("Mã PIN: 938271\nXem ?pin=938271 nhé", "Mã PIN:\nXem nhé"),
            // Many other numbers have few digits in them.
            ("Mã PIN: 9382\nsố 9382/QĐ-UBND", "Mã PIN:\nsố 9382/QĐ-UBND"),
            ("Mã PIN: 938271\nsố 019382715555", "Mã PIN:\nsố 019382715555"),
            ("Mã PIN: 230706\nMã hồ sơ: H38.16-230706-0012", "Mã PIN:\nMã hồ sơ: H38.16-230706-0012"),
            ("Mã tra cứu: A1\nsố A15", "Mã tra cứu:\nsố A15"),
        ] {
            assert_eq!(told(text), copied, "{text}");
        }
    }
}
