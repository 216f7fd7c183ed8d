//! Masks personal data in text: identity numbers, telephone numbers and dates of birth. What is masked
//! keeps its length, so that places in the text stay what they were.

mod copied;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::field::{Decision, Field, FieldName, Fields};
pub use copied::without_secrets;

/// What stands in the place of a character.
pub const MASK: char = '•';
/// Digits of a number that stay, so that two papers can be told apart.
const SHOWN: usize = 3;

/// Whether personal data are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Masking {
    /// They are masked.
    Masked,
    /// They are shown.
    #[default]
    Shown,
}

impl Masking {
    /// A text as it is shown.
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Masked => mask_text(text),
            Self::Shown => mask_secrets(text).into_owned(),
        }
    }
}

/// Compiles a pattern of this file; one that does not compile finds nothing, and a test finds that.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// Digits in one piece.
static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("[0-9]+"));
/// Digits that may be parted by single blanks, dots or, in telephone numbers, hyphens.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\+?[0-9](?:[ .\u{a0}-]?[0-9]){7,15}"));
/// The same on the dotted line of a form. It takes two numbers beside each other for one, so the other is needed too.
static DOTTED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"\+?[0-9](?:[ .…\u{a0}-]{0,3}[0-9]){7,15}"));
/// A date or a year after a word for birth.
static BIRTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:sinh|birth|dob)\b[^0-9]{0,40}([0-9]{1,2}[\s/.…\-]{1,6}[0-9]{1,2}[\s/.…\-]{1,6}[0-9]{2,4}|[0-9]{1,2}[\s.…]*(?:th[aá]ng|/)[\s.…]*[0-9]{1,2}[\s.…]*(?:n[aă]m|/)[\s.…]*[0-9]{4}|[0-9]{4})",
    )
});
/// What follows a sum of money or a measure of land.
static UNIT: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?i)^\s*(?:đồng|đ\b|vnđ|vnd|m2|m²|usd)"));

/// A label of what is secret, such as the code by which whoever has a receipt looks up their dossier. A letter stands for
/// one with marks, which readers take for others.
const LABEL: &str = r"\b(?:mV\s+(?:sV\s+)?(?:tra\s+cVu|bV\s+mVt|bVo\s+mVt|xVc\s+thVc|pin)|mVt\s+khVu(?:\s+tra\s+cVu)?)\b";

fn labelled(behind: &str) -> Option<Regex> {
    pattern(&format!("(?i){}{behind}", LABEL.replace('V', r"\p{L}\p{M}*")))
}

/// The label with a few words and brackets more before its colon; what is secret is on the rest of the line.
static SECRET_LINE: LazyLock<Option<Regex>> =
    LazyLock::new(|| labelled(r"(?:[ \t\u{a0}]*\([^()\n]{0,40}\)|[ \t\u{a0}]+[\p{L}\p{M}0-9/]+){0,6}?[ \t\u{a0}]*[:;]"));

/// The label with what stands behind it in whatever way. Without a colon only what is no word counts.
static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    labelled(r"(?:\s+h\p{L}\p{M}*\s+s\p{L}\p{M}*|\s+l\p{L}\p{M}*\b)?(?P<colon>\s*[:;.]?\s*)(?P<secret>[A-Za-z0-9]{4,16})")
});

/// The text with personal data and secrets masked, character for character.
pub fn mask_text(text: &str) -> String {
    let (hidden, secret) = (personal(text), secrets(text));
    if hidden.is_empty() && secret.is_empty() {
        return text.to_owned();
    }
    let is_in = |ranges: &[Range<usize>], at: usize| ranges.iter().any(|range| range.contains(&at));
    let masked = |(at, c): (usize, char)| {
        let is_hidden = (c.is_ascii_digit() && is_in(&hidden, at)) || (!c.is_whitespace() && is_in(&secret, at));
        if is_hidden { MASK } else { c }
    };
    text.char_indices().map(masked).collect()
}

/// The text with secrets alone masked: nobody needs them who may see all else.
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let secret = secrets(text);
    if secret.is_empty() {
        return Cow::Borrowed(text);
    }
    let is_secret = |at: usize, c: char| !c.is_whitespace() && secret.iter().any(|range| range.contains(&at));
    Cow::Owned(text.char_indices().map(|(at, c)| if is_secret(at, c) { MASK } else { c }).collect())
}

/// The secrets that stand in a text.
pub fn secrets_in(text: &str) -> Vec<String> {
    secrets(text).into_iter().filter_map(|range| text.get(range)).map(str::to_owned).collect()
}

/// The words of the secrets that stand in a page's text: what shows words of the page alone hides these.
pub fn secret_words(text: &str) -> BTreeSet<String> {
    secrets_in(text).iter().flat_map(|secret| secret.split_whitespace()).map(|word| bare(word).to_owned()).collect()
}

/// A text from a page with the secret words of the page masked.
pub fn without_words(text: &str, secret: &BTreeSet<String>) -> String {
    let mask = |word: &str| -> String {
        let is_secret = secret.contains(bare(word)) || secret.iter().any(|code| tells(word, code));
        word.chars().map(|c| if is_secret && !c.is_whitespace() { MASK } else { c }).collect()
    };
    text.split_inclusive(char::is_whitespace).map(mask).collect()
}

/// Whether a word is built as codes of dossiers are, with a day of six digits before the last part: settings may take
/// others for codes, which a secret may be too.
pub fn is_dossier_code(word: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mut parts = word.rsplit('-');
    let (Some(number), Some(day), Some(office)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_day = day.len() == 6 && day.bytes().all(|b| b.is_ascii_digit());
    is_day && number.len() >= 3 && is_number(number) && !office.is_empty()
}

/// Whether a word that stands elsewhere on the page than behind the label tells a secret: it is that, or has it within,
/// as addresses do. Letters alone or a few digits are found in much else, and a dossier's code is one of its own.
fn tells(word: &str, code: &str) -> bool {
    /// The fewest signs of a code that is looked for within others, and of one of digits alone.
    const WITHIN: (usize, usize) = (4, 6);
    let known = bare(word);
    let is_digit = |c: char| c.is_ascii_digit();
    if is_dossier_code(known) || !code.contains(is_digit) {
        return false;
    }
    let length = code.chars().count();
    if code.contains(char::is_alphabetic) {
        // Who looks a dossier up may type small letters.
        return known == code || (length >= WITHIN.0 && known.to_lowercase().contains(&code.to_lowercase()));
    }
    let stands_alone = |at: usize| {
        let (before, after) = (known.get(..at), known.get(at + code.len()..));
        !before.is_some_and(|text| text.ends_with(is_digit)) && !after.is_some_and(|text| text.starts_with(is_digit))
    };
    length >= WITHIN.1 && known.match_indices(code).any(|(at, _)| stands_alone(at))
}

/// A word without what is no letter or digit around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Where secrets stand in a text, in bytes, in order and each once.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let labels: Vec<_> = SECRET_LINE.iter().flat_map(|pattern| pattern.find_iter(text)).collect();
    let rest = |from: usize| from..text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length);
    let mut all: Vec<Range<usize>> = labels.iter().flat_map(|label| on_line(text, rest(label.end()))).collect();
    let behind = SECRET.iter().flat_map(|pattern| pattern.captures_iter(text)).filter_map(|found| right_behind(text, &found));
    let behind: Vec<_> =
        behind.filter(|range| !all.iter().any(|other| other.start < range.end && range.start < other.end)).collect();
    all.extend(behind);
    if labels.iter().any(|label| text.get(rest(label.end())).is_some_and(|rest| rest.trim().is_empty())) {
        let alone = lines_of_codes(text).filter(|range| !all.iter().any(|other| other.contains(&range.start)));
        let alone: Vec<_> = alone.collect();
        all.extend(alone);
    }
    all.sort_by_key(|range| range.start);
    all
}

/// Lines that are a code or a number alone. Of two columns one is read behind the other, so that a label is far from
/// what stands beside it on paper: then any of these may be the secret.
fn lines_of_codes(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let is_code = |word: &str| {
        (4..=16).contains(&word.chars().count())
            && word.chars().all(char::is_alphanumeric)
            && word.contains(|c: char| c.is_ascii_digit())
    };
    text.lines().map(str::trim).filter(move |line| is_code(line)).map(|line| {
        let start = (line.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        start..start + line.len()
    })
}

/// The secrets of a line: all of it up to the next label, but for codes of dossiers.
fn on_line(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let rest = text.get(line.clone()).unwrap_or_default();
    let rest = rest.get(..next_label(rest)).unwrap_or(rest);
    let mut all: Vec<Range<usize>> = Vec::new();
    let mut is_behind_code = true;
    for word in rest.split_whitespace() {
        let known = bare(word);
        // What is joined at the ends may be a mark of the secret, but brackets and stops are none.
        let start = line.start + (known.as_ptr() as usize).saturating_sub(rest.as_ptr() as usize);
        match all.last_mut() {
            _ if known.is_empty() => {}
            _ if is_dossier_code(known) => is_behind_code = true,
            Some(last) if !is_behind_code => last.end = start + known.len(),
            _ => {
                all.push(start..start + known.len());
                is_behind_code = false;
            }
        }
    }
    all
}

/// Where the next label of a line begins: with its last word of a capital and small letters before a colon, or behind
/// a stop.
fn next_label(rest: &str) -> usize {
    let Some(colon) = rest.find(':') else { return rest.find([';', ',']).unwrap_or(rest.len()) };
    let before = rest.get(..colon).unwrap_or_default();
    let begins = |(at, _): &(usize, char)| {
        let mut letters = before.get(*at..).unwrap_or_default().chars();
        let is_first = before.get(..*at).is_some_and(|head| head.chars().next_back().is_none_or(|c| !c.is_alphanumeric()));
        is_first && letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    let label = before.char_indices().rfind(begins).map(|(at, _)| at);
    let stop = before.find([';', ',']);
    stop.into_iter().chain(label).min().unwrap_or(colon)
}

/// What follows right behind a label, if it is no word and does not go on as other numbers of papers do.
fn right_behind(text: &str, found: &regex::Captures<'_>) -> Option<Range<usize>> {
    let (colon, secret) = (found.name("colon")?, found.name("secret")?);
    let after = text.get(secret.end()..)?.chars().next();
    // A dossier's code is no secret, nor is a word that goes on in other letters.
    let goes_on =
        after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '_') && is_joined(text, secret.end()));
    let is_word = secret.as_str().chars().all(|c| c.is_ascii_lowercase());
    let is_behind_colon = colon.as_str().contains([':', ';']);
    (!goes_on && (is_behind_colon || !is_word)).then(|| secret.range())
}

/// Whether a letter or digit follows right behind the sign at `at`.
fn is_joined(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().nth(1)).is_some_and(char::is_alphanumeric)
}

/// Where personal data and secrets stand in a text, in bytes.
pub fn hidden(text: &str) -> Vec<Range<usize>> {
    personal(text).into_iter().chain(secrets(text)).collect()
}

/// Where personal data stand in a text, in bytes. Of numbers, the last digits are not among them.
pub fn personal(text: &str) -> Vec<Range<usize>> {
    // Numbers in one piece first: in tables they stand beside others, a blank apart.
    let runs = RUN.iter().flat_map(|pattern| pattern.find_iter(text)).filter_map(|found| run(text, found.range()));
    let patterns = NUMBER.iter().chain(DOTTED.iter());
    let numbers = patterns.flat_map(|pattern| pattern.find_iter(text)).filter_map(|found| number(text, found.range()));
    let births = BIRTH.iter().flat_map(|pattern| pattern.captures_iter(text));
    let births = births.filter_map(|found| found.get(1)).map(|found| found.range());
    runs.chain(numbers).chain(births).collect()
}

/// What is hidden of digits in one piece, if they are as many as those of an identity or a telephone number
/// and no part of a paper's number.
fn run(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let (before, found, after) = (text.get(..range.start)?, text.get(range.clone())?, text.get(range.end..)?);
    let is_digit = |c: char| c.is_ascii_digit();
    let is_slashed = before.strip_suffix('/').is_some_and(|rest| rest.ends_with(is_digit))
        || after.strip_prefix('/').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let is_personal = matches!(found.len(), 9 | 12) || (found.starts_with('0') && matches!(found.len(), 10 | 11));
    let is_measure = UNIT.iter().any(|unit| unit.is_match(after));
    (is_personal && !is_slashed && !is_measure).then(|| range.start..range.end - SHOWN)
}

/// What is hidden of a number, if it may be one of a person.
fn number(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let (before, found, after) = (text.get(..range.start)?, text.get(range.clone())?, text.get(range.end..)?);
    if joins(before.chars().rev()) || (!after.starts_with('.') && joins(after.chars())) {
        return None;
    }
    let digits = found.chars().filter(char::is_ascii_digit).count();
    let is_phone =
        (found.starts_with('0') && matches!(digits, 9..=11)) || (found.starts_with("+84") && matches!(digits, 10..=12));
    let is_identity = matches!(digits, 9 | 12) && !found.contains('-');
    let is_measure = UNIT.iter().any(|unit| unit.is_match(after));
    if is_measure || !(is_phone || is_identity) {
        return None;
    }
    let shown = found.char_indices().rev().filter(|(_, c)| c.is_ascii_digit()).nth(SHOWN - 1).map(|(at, _)| at)?;
    Some(range.start..range.start + shown)
}

/// Whether what stands beside a number, from there on, is joined to it: digits or letters, if need be by one sign. Dots
/// and strokes of a form have nothing behind them.
fn joins(mut beside: impl Iterator<Item = char>) -> bool {
    match beside.next() {
        Some('-' | '/' | '_' | '.') => beside.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_alphanumeric(),
        None => false,
    }
}

/// A value of a fact as it is shown to those who may not see personal data.
pub fn mask_value(name: FieldName, value: &str) -> String {
    match name {
        FieldName::OwnerBirthDate => value.chars().map(|c| if c.is_alphanumeric() { MASK } else { c }).collect(),
        FieldName::OwnerNumber | FieldName::ApplicantNumber => {
            let hidden = value.chars().count().saturating_sub(SHOWN);
            value.chars().enumerate().map(|(at, c)| if at < hidden { MASK } else { c }).collect()
        }
        _ => mask_text(value),
    }
}

/// Whether a fact is personal by what it is, whatever its value.
pub fn is_personal(name: FieldName) -> bool {
    matches!(name, FieldName::OwnerNumber | FieldName::OwnerBirthDate | FieldName::ApplicantNumber)
}

/// The facts with all their values masked.
pub fn mask_fields(fields: &Fields) -> Fields {
    fields.iter().map(|(name, field)| (*name, mask_field(*name, field))).collect()
}

/// A fact with its values masked, also what was read before a person decided.
fn mask_field(name: FieldName, field: &Field) -> Field {
    let decision = field.decision.as_ref().map(|decision| Decision {
        reading: decision.reading.as_ref().map(|reading| Box::new(mask_field(name, reading))),
        ..decision.clone()
    });
    Field {
        value: mask_value(name, &field.value),
        raw: field.raw.as_ref().map(|raw| mask_value(name, raw)),
        others: field.others.iter().map(|other| mask_value(name, other)).collect(),
        decision,
        ..field.clone()
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{FieldSource, FieldStatus, Verdict};

    #[test]
    fn numbers_of_people_are_masked_but_for_their_last_digits() {
        for (text, masked) in [
            ("CCCD số 015072544472, cấp", "CCCD số •••••••••472, cấp"),
            ("015 072 544 472", "••• ••• ••• 472"),
            ("015.072.544.472", "•••.•••.•••.472"),
            ("CMND 063123456.", "CMND ••••••456."),
            ("ĐT: 0912 345 678", "ĐT: •••• ••• 678"),
            ("ĐT: 0912-345-678", "ĐT: ••••-•••-678"),
            ("gọi 0214.3942.992, hoặc", "gọi ••••.••••.992, hoặc"),
            ("+84 912 345 678", "+•• ••• ••• 678"),
            // Beside others, as in tables and names of files.
            ("CCCD 015072544472 15/09/2021", "CCCD •••••••••472 15/09/2021"),
            ("15/09/2021 015072544472", "15/09/2021 •••••••••472"),
            ("1 015072544472 Nguyễn", "1 •••••••••472 Nguyễn"),
            ("0912345678 015072544472", "•••••••678 •••••••••472"),
            ("015072544472 2021", "•••••••••472 2021"),
            ("015072544472-Ngày cấp", "•••••••••472-Ngày cấp"),
            ("cccd-015072544472.jpg", "cccd-•••••••••472.jpg"),
            // Written on the dotted line of a form.
            ("Điện thoại: 0970 .476 113", "Điện thoại: •••• .••• 113"),
            ("Điện thoại: .0932.492.949..", "Điện thoại: .••••.•••.949.."),
            ("Điện thoại -0946.220.394", "Điện thoại -••••.•••.394"),
            ("ĐT ...0938-524-638.. Email", "ĐT ...••••-•••-638.. Email"),
            ("ĐT: 0912. 345. 678", "ĐT: ••••. •••. 678"),
            ("CMND …015 .072. 544 472…", "CMND …••• .•••. ••• 472…"),
            // Beside another number, which dots and strokes part from it too.
            ("ĐT: 0912.345.678 - 0987.654.321", "ĐT: ••••.•••.678 - ••••.•••.321"),
            ("1. 0912 345 678", "1. •••• ••• 678"),
            ("Tổ 3 - 0912.345.678", "Tổ 3 - ••••.•••.678"),
            ("ngày 15/9/2021 - 0912.345.678", "ngày 15/9/2021 - ••••.•••.678"),
            ("CMND 201 234 567 - 205 123 456", "CMND ••• ••• 567 - ••• ••• 456"),
            ("0912 345 678  0987 654 321", "•••• ••• 678  •••• ••• 321"),
        ] {
            assert_eq!(mask_text(text), masked);
        }
    }

    #[test]
    fn numbers_of_papers_sums_and_days_are_left() {
        for text in [
            "Số: 3034/QĐ-UBND ngày 15/09/2025",
            "000.36.22.H38-230814-0962.002",
            "H38.16-230706-0012",
            "1.500.000.000 đồng",
            "150.000.000.000 VNĐ",
            "thửa 123456789 m2",
            "ngày 01 tháng 02 năm 2025",
            "2025-01-02",
            "hồ sơ 12-0912345.678/UBND",
            "văn bản số A.0912.345.678",
        ] {
            assert_eq!(mask_text(text), text);
        }
    }

    #[test]
    fn days_of_birth_are_masked_however_they_are_written() {
        for (text, masked) in [
            ("Sinh ngày: 05/03/1985, tại", "Sinh ngày: ••/••/••••, tại"),
            ("Ngày, tháng, năm sinh / Date of birth: 5-3-1985", "Ngày, tháng, năm sinh / Date of birth: •-•-••••"),
            ("sinh ngày 05 tháng 03 năm 1985", "sinh ngày •• tháng •• năm ••••"),
            ("Năm sinh: 1985; cấp ngày 15/09/2021", "Năm sinh: ••••; cấp ngày 15/09/2021"),
            ("Ngày sinh\n05.03.1985", "Ngày sinh\n••.••.••••"),
            ("Ngày sinh: .15/10./2004..", "Ngày sinh: .••/••./••••.."),
            ("sinh ngày ..05.. tháng …3… năm ..1985..", "sinh ngày ..••.. tháng …•… năm ..••••.."),
        ] {
            assert_eq!(mask_text(text), masked);
        }
    }

    #[test]
    fn facts_are_masked_by_what_they_are() {
        assert_eq!(mask_value(FieldName::OwnerNumber, "015072544472"), "•••••••••472");
        assert_eq!(mask_value(FieldName::OwnerNumber, "B1234567"), "•••••567");
        assert_eq!(mask_value(FieldName::OwnerBirthDate, "1985-03-05"), "••••-••-••");
        assert_eq!(mask_value(FieldName::Title, "Đơn của ông A, sinh năm 1985"), "Đơn của ông A, sinh năm ••••");
        assert_eq!(mask_value(FieldName::OwnerName, "Nguyễn Văn An"), "Nguyễn Văn An");
    }

    #[test]
    fn a_look_up_secret_is_masked_for_everybody() {
        for (text, masked) in [
            ("Mã tra cứu: AB12", "Mã tra cứu: ••••"),
            ("Mã tra cứu hồ sơ: x9k2 tại cổng", "Mã tra cứu hồ sơ: •••• ••• ••••"),
            ("Mã bí mật\nQ7WX", "Mã bí mật\n••••"),
            ("MÃ SỐ BÍ MẬT: 4821", "MÃ SỐ BÍ MẬT: ••••"),
            ("Mật khẩu tra cứu: abcd", "Mật khẩu tra cứu: ••••"),
            ("(Mã PIN: 938271)", "(Mã PIN: ••••••)"),
            ("Mã tra cứu kết quả: AB12", "Mã tra cứu kết quả: ••••"),
            ("Mã tra cứu (4 ký tự): AB12", "Mã tra cứu (4 ký tự): ••••"),
            ("Mã tra cứu trên Cổng: AB12", "Mã tra cứu trên Cổng: ••••"),
            ("Mã bí mật là: AB12", "Mã bí mật là: ••••"),
            ("Mã bí mật là AB12", "Mã bí mật là ••••"),
            ("Mã tra cứu: AB12-XY34", "Mã tra cứu: •••••••••"),
            ("Mã tra cứu: AB 12", "Mã tra cứu: •• ••"),
            ("Mã tra cứu: ÀB12", "Mã tra cứu: ••••"),
            ("Mã tra cứu: AB12 Ngày hẹn trả: 10/07/2025", "Mã tra cứu: •••• Ngày hẹn trả: 10/07/2025"),
            ("Mã tra cứu: AB12, điện thoại trực", "Mã tra cứu: ••••, điện thoại trực"),
            ("Mã tra cứu:\nAB12", "Mã tra cứu:\n••••"),
            ("Mã tra cứu: H38.16-230706-0012 AB12", "Mã tra cứu: H38.16-230706-0012 ••••"),
        ] {
            assert_eq!(Masking::Shown.text(text), masked);
            assert_eq!(Masking::Masked.text(text), masked);
        }
        for text in [
            "Mã tra cứu: H38.16-230706-0012",
            "Mã tra cứu: 000.18.07.H38-230222-8470",
            "dùng mã tra cứu trên Cổng",
            "mã tra cứu nhanh",
            "Mã hồ sơ: ABCD1234",
        ] {
            assert_eq!(Masking::Shown.text(text), text);
        }
        assert_eq!(secrets_in("Mã tra cứu: AB12; mã bí mật: 99XY"), ["AB12", "99XY"]);
    }

    #[test]
    fn words_of_a_page_are_masked_alone_too() {
        let secret = secret_words("Mã tra cứu: AB 12\nSố 445");
        assert_eq!(without_words("AB x (12) 445", &secret), "•• x •••• 445");
        let secret = secret_words("Mã tra cứu: X7KP9\nMã PIN: 938271");
        assert_eq!(without_words("?ma=X7KP9 x7kp9/2025 pin=938271 X7 938", &secret), "••••••••• •••••••••• •••••••••• X7 938");
    }

    #[test]
    fn what_is_masked_keeps_its_length() {
        let text = "ế sinh năm 1985, số 015072544472, ế";
        assert_eq!(mask_text(text).chars().count(), text.chars().count());
    }

    #[test]
    fn a_secret_in_another_column_than_its_label_is_masked() {
        let text = "Mã hồ sơ:\nMã tra cứu:\nH38.16-251218-0077\nThương mại\n18/12/2025\n6153\n";
        assert_eq!(mask_secrets(text), text.replace("6153", "••••"));
        let beside = "Mã tra cứu: K7P2\n6153\n";
        assert_eq!(mask_secrets(beside), "Mã tra cứu: ••••\n6153\n");
    }

    #[test]
    fn what_was_read_before_a_person_decided_is_masked_too() {
        let field = |value: &str| Field::new(value, FieldSource::Ocr, Confidence::CERTAIN, FieldStatus::Accepted);
        let decided = |value: &str, read: &str| Field {
            decision: Some(Decision {
                verdict: Verdict::Corrected,
                by: "lan".into(),
                at: OffsetDateTime::UNIX_EPOCH,
                reading: Some(Box::new(field(read))),
            }),
            ..field(value)
        };
        let fields: Fields = [(FieldName::OwnerNumber, decided("051234567890", "051234567899"))].into();
        assert_eq!(mask_fields(&fields), [(FieldName::OwnerNumber, decided("•••••••••890", "•••••••••899"))].into());
    }
}
