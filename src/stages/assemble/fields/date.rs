//! The day of issue. A page bears many dates; only three places say when it was issued: the line of
//! place and date in the header, the same line over a signature, and what a digital signature shows
//! of itself.

use std::sync::LazyLock;

use regex::Regex;
use time::{Date, Month};

use super::super::settings::FieldSettings;
use super::found::{Found, weakest};
use super::header::{Header, is_national};
use super::layout::Segment;
use super::print::digits_are_print;
use crate::model::confidence::Confidence;
use crate::model::field::Doubt;
use crate::model::text::{SecondReading, TextSource, Word};
use crate::model::vietnamese::fold;

/// Trust in a date over a signature, where dates are often filled in by hand.
const OVER_SIGNATURE: f64 = 0.93;
/// Trust in one over a signature at the left.
const AT_THE_LEFT: f64 = 0.75;
/// Trust in the day on which a digital signature was made: it need not be the day of issue.
const SIGNED: f64 = 0.75;
/// How far below the motto the line of the header stands, in widths of the page.
const HEADER_DEPTH: f32 = 0.2;
/// How far above a signature's first line its date stands, and how far below, for forms that put it
/// there.
const ABOVE_SIGNATURE: f32 = 0.12;
const BELOW_SIGNATURE: f32 = 0.08;
/// The line of place and date stands in the right half.
const RIGHT_HALF: f32 = 0.5;
/// Words that no line of place and date has; folded.
const OF_OTHER_DATES: [&str; 14] = [
    "hen",
    "sinh",
    "can cu",
    "luat",
    "hieu luc",
    "gia tri",
    "het han",
    "thoi han",
    "ke tu",
    "nghi dinh",
    "quyet dinh",
    "den",
    "truoc",
    "cap",
];
/// The same, of words that names of places have too, where another capital follows.
const OF_OTHER_DATES_OR_PLACES: [&str; 2] = ["so", "tu"];
/// Such names: elsewhere, the lines of forms that are set in capitals look like names too.
const PLACES: [[&str; 2]; 8] =
    [["tu", "liem"], ["tu", "son"], ["tu", "ky"], ["tu", "nghia"], ["tu", "mo"], ["tu", "hiep"], ["so", "dau"], ["so", "pai"]];
/// Small words within the name of a place.
const OF_PLACES: [&str; 9] = ["tỉnh", "thành", "phố", "xã", "phường", "thị", "trấn", "huyện", "quận"];

/// The same, of the line before it.
const BEFORE_OTHER_DATES: [&str; 11] =
    ["han", "nhan", "hop", "gia han", "ban sao", "sao y", "du thao", "tra ket qua", "ngay", "luc", "kem theo"];
/// Such words within others that say nothing of days.
const WITHIN_OTHERS: [&str; 13] = [
    "uy ban nhan dan",
    "hoi dong nhan dan",
    "toa an nhan dan",
    "nhan dan",
    "ca nhan",
    "hop dong",
    "hop tac",
    "truong hop",
    "phu hop",
    "tong hop",
    "nang luc",
    "luc luong",
    "nhan luc",
];
/// Letters of a line that such words make one of its own: longer ones are sentences.
const LONGEST_BEFORE: usize = 40;
/// How close above a line the one stands with which it may go on, in heights of a line.
const CLOSE_ABOVE: f32 = 1.9;
/// Words over and under signatures of those who did not issue the paper; folded.
const OF_OTHER_ACTS: [&str; 13] = [
    "xac nhan",
    "chung thuc",
    "chung nhan",
    "sao y",
    "sao luc",
    "trich sao",
    "nguoi nhan",
    "da nhan",
    "tong dat",
    "chung kien",
    "co quan dang ky",
    "co quan tham dinh",
    "y kien",
];

/// Which of the three places says when the document was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Header,
    OverSignature,
    Electronic,
}

/// A day that may be that of issue, and who says so.
type Candidate = (Says, Found);

/// The date of issue that `pages`, all those of one document, give. `header` is of the first of them. No place is
/// believed over another one: where they name different days, a person chooses.
pub(super) fn issue_date(header: Option<&Header>, pages: &[Vec<Segment<'_>>], settings: &FieldSettings) -> Option<Found> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut is_left_blank = false;
    for (number, page) in pages.iter().enumerate() {
        let header = header.filter(|_| number == 0);
        let in_header = header.map(|header| header_dates(page, header, settings)).unwrap_or_default();
        // One line is one witness, however near a signature the header stands.
        let mut signed = signature_dates(page, header, settings);
        signed.retain(|(row, _)| !in_header.iter().any(|(known, _)| known.is_level_with(row)));
        let is_filled = |line: &Segment<'_>| in_header.iter().chain(&signed).any(|(row, _)| row.is_level_with(line));
        is_left_blank |= page.iter().any(|line| is_blank_date(line) && !is_filled(line));
        let dated = in_header.into_iter().map(|dated| (Says::Header, dated));
        let dated = dated.chain(signed.into_iter().map(|dated| (Says::OverSignature, dated)));
        candidates.extend(dated.map(|(says, (row, mut found))| {
            held_against_above(&mut found, &row, page);
            (says, found)
        }));
    }
    candidates.extend(pages.iter().flat_map(|page| electronic_dates(page, settings)).map(|found| (Says::Electronic, found)));
    // A line that was left blank may be the one of the day of issue.
    let is_doubtful = is_left_blank && !candidates.iter().any(|(says, _)| *says == Says::Header);
    let mut found = one_of(candidates.into_iter())?;
    if is_doubtful {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// The value that all candidates have; where they differ, the first with the others beside it. What two
/// places say alike is surer than what either says, and only what is doubtful in both stays so.
fn one_of(candidates: impl Iterator<Item = Candidate>) -> Option<Found> {
    let mut candidates = candidates.peekable();
    let (mut said, mut first) = candidates.next()?;
    for (place, other) in candidates {
        if other.value != first.value {
            first.doubt(Doubt::Several);
            if !first.others.contains(&other.value) {
                first.others.push(other.value);
            }
            continue;
        }
        first.doubts.retain(|doubt| *doubt == Doubt::Several || other.doubts.contains(doubt));
        let (one, two) = (first.confidence.share(), other.confidence.share());
        // Signatures of one day are no more a day of issue than one of them.
        let share = if place == said { one.max(two) } else { 1.0 - (1.0 - one) * (1.0 - two) };
        first.confidence = Confidence::saturating(share);
        said = place;
    }
    Some(first)
}

/// A line with the date that it gives.
type Dated<'a> = (Segment<'a>, Found);

/// The lines of place and date under the motto. A stamped day or month stands in a piece of its own.
fn header_dates<'a>(segments: &[Segment<'a>], header: &Header, settings: &FieldSettings) -> Vec<Dated<'a>> {
    let edge = header.right_column.unwrap_or(RIGHT_HALF) - 0.06;
    let right: Vec<&Segment<'a>> = segments
        .iter()
        .filter(|s| s.centre() > edge && s.left > edge - 0.06 && s.top > header.top && s.top < header.bottom + HEADER_DEPTH)
        .collect();
    dated(&right).filter_map(|piece| read_row(piece, &right, settings)).collect()
}

/// The lines of place and date that stand over a signature. Whoever issues a paper signs at the right; a
/// date at the left may be of somebody who confirms or receives it.
fn signature_dates<'a>(segments: &[Segment<'a>], header: Option<&Header>, settings: &FieldSettings) -> Vec<Dated<'a>> {
    let below = header.map_or(0.0, |header| header.bottom + 0.02);
    let (right, left): (Vec<&Segment<'a>>, Vec<&Segment<'a>>) =
        segments.iter().filter(|s| s.top > below).partition(|s| s.centre() > RIGHT_HALF);
    let mut found = signed_dates(&right, OVER_SIGNATURE, settings);
    found.extend(signed_dates(&left, AT_THE_LEFT, settings));
    found
}

/// Of one half of a page, the lines of place and date beside the first line of a signature.
fn signed_dates<'a>(half: &[&Segment<'a>], trust: f64, settings: &FieldSettings) -> Vec<Dated<'a>> {
    let signs: Vec<&&Segment<'a>> = half.iter().filter(|s| begins_signature(s, settings)).collect();
    let is_beside = |row: &Segment<'_>, line: &Segment<'_>| {
        let down = line.top - row.top;
        (-BELOW_SIGNATURE..=ABOVE_SIGNATURE).contains(&down) && (line.centre() - row.centre()).abs() < 0.2
    };
    let signed = |row: &Segment<'_>| signs.iter().any(|sign| is_beside(row, sign));
    let read = dated(half).filter_map(|piece| read_row(piece, half, settings)).filter(|(row, _)| signed(row));
    let read = read.map(|(row, found)| {
        let mut found = found.less_sure(trust);
        // Whoever confirms, certifies or receives a paper signs on another day than whoever issued it.
        if half.iter().any(|line| is_beside(&row, line) && is_of_other_act(line)) {
            found.doubt(Doubt::Unfinished);
        }
        (row, found)
    });
    read.collect()
}

/// Whether a line over or under a signature says that something was done with a paper that was there already.
fn is_of_other_act(line: &Segment<'_>) -> bool {
    let folded = format!(" {} ", line.folded);
    line.folded.len() < 80 && OF_OTHER_ACTS.iter().any(|act| folded.contains(&format!(" {act} ")))
}

/// Whether a line is one of place and date in which day, month or year was left out or cannot be read.
fn is_blank_date(line: &Segment<'_>) -> bool {
    static BLANK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?P<place>[^\d]{0,45}?)\bng[a-z]y\b(?P<day>\W*\w{0,3}\W*)\bth[a-z]ng\b(?P<month>\W*\w{0,3}\W*)\bn[a-z]m\b(?P<year>\W*\w{0,5})\W*$").ok()
    });
    let folded = fold(&line.text);
    let Some(found) = BLANK.as_ref().and_then(|blank| blank.captures(&folded)) else { return false };
    let digits = |name: &str| found.name(name).map_or(0, |part| part.as_str().chars().filter(char::is_ascii_digit).count());
    let place_words = found.name("place").map_or(0, |place| place.as_str().split_whitespace().count());
    let place: Vec<&str> = line.text.split_whitespace().take(place_words).collect();
    let is_filled = digits("day") > 0 && digits("month") > 0 && digits("year") == 4;
    !is_filled && place_of(&place) == Some(Named::Clearly)
}

/// Doubts a date whose line goes on with the one above it, which makes it a date of something else.
fn held_against_above(found: &mut Found, row: &Segment<'_>, segments: &[Segment<'_>]) {
    let mut above = segments.iter().filter(|s| {
        let up = row.top - s.top;
        let beside = s.left < row.right && row.left < s.right;
        beside && up > 0.5 * row.height() && up < CLOSE_ABOVE * row.height().max(s.height()) && !is_national(s)
    });
    let tells_of_other = |line: &Segment<'_>| {
        let folded = format!(" {} ", line.folded);
        let bare = WITHIN_OTHERS.iter().fold(folded.clone(), |bare, other| bare.replace(&format!(" {other} "), " "));
        let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(&format!(" {word} ")));
        let is_short = line.folded.len() < LONGEST_BEFORE;
        !line.text.trim_end().ends_with(['.', ';'])
            && (has(&folded, &OF_OTHER_DATES) || (is_short && has(&bare, &BEFORE_OTHER_DATES)))
    };
    if above.any(tells_of_other) {
        found.doubt(Doubt::Unfinished);
    }
}

/// The pieces with the word `ngày`, which engines also read as `ngảy`.
fn dated<'s, 'a>(pieces: &'s [&'s Segment<'a>]) -> impl Iterator<Item = &'s Segment<'a>> {
    pieces.iter().copied().filter(|piece| piece.folded.split(' ').any(|word| word.starts_with("ng") && word.len() == 4))
}

/// The date on the line of a piece: over all of it, for a stamped day stands in a piece of its own;
/// else in the piece alone, for a whole date may be stamped over the blank one.
fn read_row<'a>(piece: &Segment<'a>, pieces: &[&Segment<'a>], settings: &FieldSettings) -> Option<(Segment<'a>, Found)> {
    [piece.joined_with(pieces), piece.clone()].into_iter().find_map(|row| date_line(&row, settings).map(|found| (row, found)))
}

/// Whether a line is one of place and date, be it filled in or not.
pub(super) fn is_day(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    date_line(line, settings).is_some() || is_blank_date(line)
}

/// Whether a line begins what stands over a signature: who signs, for whom.
fn begins_signature(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    line.folded.len() < 60
        && settings.signature_words.iter().any(|word| {
            let word = super::super::fold::fold_words(word);
            line.folded.strip_prefix(word.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
}

/// Reads `<place>, ngày … tháng … năm …`. The whole line must be that, so that dates inside
/// sentences do not count.
fn date_line(row: &Segment<'_>, settings: &FieldSettings) -> Option<Found> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?P<place>[^\d]{0,45}?)\bng[a-z]y\s*(?P<day>\d{1,2})\s*[,.]?\s*th[a-z]ng\s*(?P<month>\d{1,2})\s*[,.]?\s*n[a-z]m\s*(?P<year>\d{4})[^\w;:]{0,3}$",
        )
        .ok()
    });
    let text = row.without_leaders();
    // The end of something in brackets that began on the line before: `(Ban hành kèm theo …`.
    if text.contains(')') && !text.contains('(') {
        return None;
    }
    let folded = fold(&text);
    let captures = DATE.as_ref()?.captures(&folded)?;
    let (day, month, year) = (captures.name("day")?.as_str(), captures.name("month")?.as_str(), captures.name("year")?.as_str());
    let place_words = captures.name("place").map_or(0, |place| place.as_str().split_whitespace().count());
    let place: Vec<&str> = text.split_whitespace().take(place_words).collect();
    let named = place_of(&place)?;
    let value = date_of(year, month, day, settings)?;
    // Days below 10 and months below 3 are written with a zero: without it a digit may be lost.
    // What the file says itself has lost none.
    let digits = || with_digits(&row.words);
    let is_read = digits().any(|word| word.source != TextSource::Embedded);
    let day_lost = if is_read && day.len() == 1 { 0.75 } else { 1.0 };
    let month_lost = if is_read && month.len() == 1 && matches!(month, "1" | "2") { 0.75 } else { 1.0 };
    let mut found = Found::new(value, weakest(digits()), day_lost * month_lost).said_by(digits()).read_as(row.text.as_str());
    if !digits_are_print(row) {
        found.doubt(Doubt::NotPrint);
    }
    if named != Named::Clearly {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// A place and a comma.
    Clearly,
    /// Nothing: what the date is of may stand elsewhere.
    Nowhere,
    /// Something that may be a place.
    Unclearly,
}

/// What stands before the word `ngày`; none if it makes the date one of something else.
fn place_of(words: &[&str]) -> Option<Named> {
    let text = words.join(" ");
    let folded = format!(" {} ", super::super::fold::fold_words(&text));
    let is_capital = |word: &&str| word.starts_with(char::is_uppercase);
    let is_in_capitals = !text.contains(char::is_lowercase);
    let mut in_doubt = false;
    let mut of_other = OF_OTHER_DATES.iter().any(|other| folded.contains(&format!(" {other} ")));
    for (at, word) in words.iter().enumerate() {
        let word_folded = super::super::fold::fold_words(word);
        let next = words.get(at + 1);
        let pair = [word_folded.as_str(), &next.map(|next| super::super::fold::fold_words(next)).unwrap_or_default()];
        if OF_OTHER_DATES_OR_PLACES.contains(&word_folded.as_str()) && !PLACES.contains(&pair) {
            in_doubt = true;
            of_other |= is_in_capitals || !is_capital(word) || !next.is_some_and(is_capital);
        }
    }
    if of_other || words.len() > 8 {
        return None;
    }
    let core = text.trim_matches(|c: char| !c.is_alphanumeric() && c != ',' && c != '.');
    if core.is_empty() {
        return Some(Named::Nowhere);
    }
    let is_name = |word: &str| {
        let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
        letters.is_empty() || letters.starts_with(char::is_uppercase) || OF_PLACES.contains(&letters)
    };
    let names = core.split_whitespace().all(is_name);
    match (names, core.ends_with([',', '.'])) {
        (true, true) if !in_doubt => Some(Named::Clearly),
        // `Luật Đất đai ngày …` is no place: without a comma it has to look like one.
        (true, _) => Some(Named::Unclearly),
        _ => None,
    }
}

/// The words that say which day it is: those in which either reader sees a digit.
fn with_digits<'a>(words: &[&'a Word]) -> impl Iterator<Item = &'a Word> {
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    words.iter().copied().filter(move |word| match &word.second {
        SecondReading::Differs(other) => has_digit(&word.text) || has_digit(other),
        _ => has_digit(&word.text),
    })
}

/// The day as `YYYY-MM-DD`; none if there is no such day or the year is not believed.
fn date_of(year: &str, month: &str, day: &str, settings: &FieldSettings) -> Option<String> {
    let date =
        Date::from_calendar_date(year.parse().ok()?, Month::try_from(month.parse::<u8>().ok()?).ok()?, day.parse().ok()?).ok()?;
    (settings.earliest_year..=settings.latest_year)
        .contains(&date.year())
        .then(|| format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

/// What digital signatures show of the time at which they were made. It is offered, not accepted:
/// papers are also signed before and after the day of issue.
fn electronic_dates(segments: &[Segment<'_>], settings: &FieldSettings) -> Vec<Found> {
    static SIGNED_BY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b(?:ky boi|nguoi ky|ky so boi|signed by|signature valid|chu ky so|don vi ky)\b").ok());
    static WHEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:ngay ky|thoi gian ky|thoi diem ky|ky ngay|signing time|signed on|date)\s*:?\s*(?:(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})|(?P<y2>\d{4})[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2}))\b",
        )
        .ok()
    });
    let (Some(signed_by), Some(when)) = (SIGNED_BY.as_ref(), WHEN.as_ref()) else { return Vec::new() };
    if !segments.iter().any(|s| signed_by.is_match(&s.folded)) {
        return Vec::new();
    }
    let dates = segments.iter().filter_map(|s| {
        let folded = fold(&s.text);
        let captures = when.captures(&folded)?;
        let part = |name: &str, other: &str| captures.name(name).or_else(|| captures.name(other)).map(|found| found.as_str());
        let value = date_of(part("y", "y2")?, part("m", "m2")?, part("d", "d2")?, settings)?;
        let words = weakest(s.words.iter().copied());
        Some(Found::new(value, words, SIGNED).said_by(with_digits(&s.words)).read_as(s.text.as_str()))
    });
    dates.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_date_tells_whose_it_is() {
        let place = |text: &str| place_of(&text.split_whitespace().collect::<Vec<_>>());
        for text in [
            "Lào Cai,",
            "TP. Hồ Chí Minh,",
            "Xã Bát Xát, tỉnh Lào Cai,",
            "— Hà Nội,",
            "Cam Đường.",
            "Bắc Từ Liêm,",
            "Từ Sơn,",
            "BẮC TỪ LIÊM,",
        ] {
            assert_eq!(place(text), Some(Named::Clearly), "{text}");
        }
        assert_eq!(place(""), Some(Named::Nowhere));
        for text in ["Lào Cai", "Tứ Minh,", "Hộ Chiếu Số Hai,"] {
            assert_eq!(place(text), Some(Named::Unclearly), "{text}");
        }
        for text in [
            "Sinh",
            "Giấy này có giá trị đến",
            "Căn cứ Luật Đất đai",
            "Luật Đất đai",
            "Nghị định của Chính phủ,",
            "Có giá trị đến",
            "Đến",
            "Từ",
            "Hộ chiếu cấp",
            "Hộ chiếu Cấp",
            "CẤP TẠI HÀ NỘI,",
            "Hộ Chiếu Cấp Tại Hà Nội,",
            "CẤP LẦN ĐẦU,",
            "SỐ HAI,",
            "Hiệu Lực Từ",
            "họp",
            "Kính gửi ông Nguyễn Văn A, bà B, ông C, bà D,",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
