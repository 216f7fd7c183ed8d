//! The issuing body: the name of the organisation at the left of the header, above the number.

use super::super::fold::fold_words;
use super::super::settings::FieldSettings;
use super::found::{Found, clean, weakest};
use super::header::is_subject;
use super::layout::Segment;
use super::number::{bears_number, is_number_line};
use crate::model::field::Doubt;
use crate::model::vietnamese::{WordForm, form_of, same_spelling};

/// Lines that a name can have.
const MOST_LINES: usize = 6;
/// Lines of one name are no further apart than this, in heights of a line.
const PITCH: f32 = 2.6;
/// Initials of so many letters have few vowels.
const LONG_WORD: usize = 6;
/// What is left of trust in a name that does not begin as names of organisations do.
const STRANGE_BEGINNING: f64 = 0.7;
/// The words with which a name begins and of which none consists; folded.
const NEVER_ALONE: [&str; 4] = ["uy ban nhan dan", "hoi dong nhan dan", "uy ban", "hoi dong"];
/// With these begin the names of bodies over others, which stand above the issuing body's name; folded.
const OVER_OTHERS: [&str; 24] = [
    "uy ban nhan dan",
    "ubnd",
    "hoi dong nhan dan",
    "hdnd",
    "bo",
    "so",
    "tong cuc",
    "cuc",
    "chi cuc",
    "cong an",
    "toa an nhan dan",
    "vien kiem sat nhan dan",
    "bao hiem xa hoi",
    "kho bac nha nuoc",
    "ngan hang",
    "thue",
    "tong cong ty",
    "tap doan",
    "dai hoc",
    "tinh uy",
    "thanh uy",
    "dang uy",
    "dang bo",
    "lien doan lao dong",
];
/// Of these, those that are named by their level and place alone.
const OF_A_PLACE: [&str; 4] = ["uy ban nhan dan", "ubnd", "hoi dong nhan dan", "hdnd"];
/// Words that end in one of these and are no level of a place.
const NO_LEVELS: [&str; 3] = ["hai quan", "co quan", "dia phuong"];
/// The words with which names of bodies begin, and names of places of two words as well: `HỘI AN`, `TRẠM TẤU`.
const BEGIN_PLACES: [&str; 4] = ["hoi", "doan", "tram", "truong"];
/// The words that name a body only with those of the next line, with those that then begin it: `TRƯỜNG` / `ĐẠI HỌC …`.
const HALF_HEADS: [(&str, [&str; 3]); 2] =
    [("truong", ["dai hoc", "hoc vien", "cao dang"]), ("vien", ["dai hoc", "hoc vien", "cao dang"])];
/// Words of bodies of the whole state, which have others of their kind under them.
const OF_THE_STATE: [&str; 3] = ["viet nam", "toi cao", "trung uong"];
/// Levels of places: of provinces, and below.
const PROVINCES: [&str; 3] = ["tinh", "thanh pho", "tp"];
const BELOW: [&str; 8] = ["xa", "phuong", "dac khu", "huyen", "quan", "thi xa", "thi tran", "thanh pho"];
/// Marks that stand in headers in capitals; folded.
const MARKS: [&str; 14] = [
    "hoa toc",
    "hoa toc hen gio",
    "thuong khan",
    "khan",
    "mat",
    "toi mat",
    "tuyet mat",
    "du thao",
    "ban sao",
    "ban chinh",
    "sao y",
    "den",
    "cong van den",
    "luu hanh noi bo",
];
/// Words of names with which names of organisations begin as well; folded.
const NO_HEADS: [&str; 7] = ["phong chong", "phong chay", "phong thu", "phong dich", "so huu", "quy dat", "hoi nhap"];
/// The words after which a name has a number of one or two digits; folded.
const NUMBERED: [&str; 12] = ["so", "vuc", "phuong", "quan", "doi", "to", "thon", "vung", "nhanh", "tram", "cum", "khu"];

/// The last name of an organisation above the number, together with the lines that continue it
/// (`ỦY BAN NHÂN DÂN` / `TỈNH LÀO CAI`). Number, symbol and title are never a part of it.
pub(super) fn issuing_body(left: &[&Segment<'_>], settings: &FieldSettings) -> Option<Found> {
    let is_end = |s: &Segment<'_>| {
        let has_number = bears_number(&s.text, settings) && !is_numbered_name(s, settings);
        is_number_line(s) || is_subject(s) || has_number || is_title(s, settings)
    };
    let end = left.iter().position(|s| is_end(s));
    let above = left.get(..end.unwrap_or(left.len())).unwrap_or_default();
    let lines: Vec<&&Segment<'_>> = above.iter().filter(|s| s.is_capitals() && !is_mark(s)).take(MOST_LINES).collect();
    let heads: Vec<String> = settings.organisation_words.iter().map(|word| fold_words(word)).collect();
    let starts = starts_of(&lines, &heads, settings);
    let start = starts.last().copied();
    let issuer = lines.get(start.unwrap_or(lines.len().saturating_sub(1))..)?;
    let value = name_of(issuer);
    let folded = fold_words(&value);
    if folded.chars().count() < 3 {
        return None;
    }
    let raw = issuer.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let words = issuer.iter().flat_map(|line| line.words.iter().copied());
    // One wrong mark makes another agency: the weakest word decides.
    let mut found =
        Found::new(value, weakest(words.clone()), 1.0).said_by(words.clone()).or_read_as(words).read_as(raw).spelled();
    if start.is_none() {
        found = found.less_sure(STRANGE_BEGINNING);
        found.doubt(Doubt::Unfinished);
    }
    if issuer.iter().flat_map(|line| &line.words).any(|word| is_foreign(&word.text)) {
        found.doubt(Doubt::Spelling);
    }
    // Where a name may have begun before, it is offered from there, too.
    if !begins_there(&lines, &starts) {
        found.doubt(Doubt::Unfinished);
        let longer = starts.iter().rev().skip(1).filter_map(|&from| lines.get(from..)).map(name_of);
        found.others.extend(longer);
    }
    let apart = issuer.windows(2).any(|pair| match pair {
        [line, next] => next.top - line.top > PITCH * line.height().max(next.height()),
        _ => false,
    });
    let is_part = NEVER_ALONE.contains(&folded.as_str()) || heads.contains(&folded) || runs_on(issuer) || ends_in_level(&folded);
    let goes_on = end.and_then(|end| left.get(end)).is_some_and(|next| may_go_on(next, settings));
    if apart || is_part || goes_on || !between_lines(above, issuer).is_empty() {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// The lines with which names begin. A place may begin with the same letters as a body (`LẠNG SƠN`, `ĐẠI TỪ`): right
/// below its level it goes on with the line above.
fn starts_of(lines: &[&&Segment<'_>], heads: &[String], settings: &FieldSettings) -> Vec<usize> {
    let is_head = |line: &Segment<'_>| {
        heads.iter().any(|head| begins(&line.folded, head)) && !NO_HEADS.iter().any(|other| begins(&line.folded, other))
    };
    let goes_on = |above: &Segment<'_>, line: &Segment<'_>| {
        let halves =
            |(half, others): &(&str, [&str; 3])| above.folded == *half && others.iter().any(|other| begins(&line.folded, other));
        HALF_HEADS.iter().any(halves) || (ends_in_level(&above.folded) && !is_body(line, settings))
    };
    let is_start = |at: &usize| {
        let above = at.checked_sub(1).and_then(|above| lines.get(above));
        lines.get(*at).is_some_and(|line| is_head(line) && !above.is_some_and(|above| goes_on(above, line)))
    };
    (0..lines.len()).filter(is_start).collect()
}

/// Whether a line begins as names of bodies do, in their letters and marks, and is not the name of a place.
fn is_body(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    let words: Vec<&str> = line.folded.split(' ').collect();
    let is_place = words.len() == 2 && words.first().is_some_and(|first| BEGIN_PLACES.contains(first));
    let spelled = |text: &str| text.split_whitespace().map(same_spelling).collect::<Vec<_>>().join(" ");
    let text = spelled(&line.text);
    let exactly = settings.organisation_words.iter().any(|word| begins(&text, &spelled(word)));
    exactly && (!is_place || settings.organisation_words.iter().any(|word| fold_words(word) == line.folded))
}

/// Whether folded words end in the level of a place, the name of which comes next.
fn ends_in_level(folded: &str) -> bool {
    let ends = |word: &str| folded.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
    PROVINCES.iter().chain(&BELOW).any(|level| ends(level)) && !NO_LEVELS.iter().any(|other| ends(other))
}

/// Whether a line is a mark that is stamped or printed beside a name: of urgency, secrecy or what copy it is.
pub(super) fn is_mark(line: &Segment<'_>) -> bool {
    MARKS.contains(&line.folded.as_str())
}

/// Whether a word in capitals is one of another language, such as of a name that is printed in English below.
fn is_foreign(word: &str) -> bool {
    let vowels = word.chars().filter(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y')).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= LONG_WORD && vowels >= 2 && form_of(word) == WordForm::Abbreviation
}

/// Whether folded text begins with these words.
fn begins(folded: &str, words: &str) -> bool {
    folded.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn name_of(lines: &[&&Segment<'_>]) -> String {
    lines.iter().map(|line| clean(&line.text)).collect::<Vec<_>>().join(" ")
}

/// Whether the name that begins at the last of `starts` begins there indeed: what stands above it are whole names
/// of bodies over others, and not its own beginning (`VĂN PHÒNG` / `ỦY BAN NHÂN DÂN TỈNH …`) or another body that
/// issues the paper too.
fn begins_there(lines: &[&&Segment<'_>], starts: &[usize]) -> bool {
    let Some(&last) = starts.last() else { return true };
    let mut parts = starts.iter().zip(starts.iter().skip(1)).filter_map(|(&from, &to)| lines.get(from..to));
    let is_whole = |part: &[&&Segment<'_>]| {
        let folded = fold_words(&name_of(part));
        let ends_open = part.last().is_none_or(|line| {
            let text = line.text.trim_end();
            text.ends_with(['-', '–', ',', '&']) || ["va", "cua", "thuoc"].contains(&line.folded.rsplit(' ').next().unwrap_or(""))
        });
        let over = OVER_OTHERS.iter().find(|over| begins(&folded, over));
        over.is_some_and(|over| folded.len() > over.len()) && !ends_open && !ends_in_level(&folded)
    };
    if !parts.clone().all(is_whole) {
        return false;
    }
    let own = lines.get(last..).map(|own| fold_words(&name_of(own))).unwrap_or_default();
    let over = parts.next_back().map(|part| fold_words(&name_of(part))).unwrap_or_default();
    let head = |name: &str| name.split(' ').next().unwrap_or_default().to_owned();
    let has = |name: &str, levels: &[&str]| levels.iter().any(|level| format!(" {name} ").contains(&format!(" {level} ")));
    // Two of a kind issue it together, unless one is of a province and one of a place in it.
    let is_local = has(&own, &PROVINCES) || has(&own, &BELOW) || has(&own, &["khu vuc"]);
    let is_higher = (has(&over, &PROVINCES) && has(&own, &BELOW)) || (has(&over, &OF_THE_STATE) && is_local);
    over.is_empty() || head(&own) != head(&over) || is_higher
}

/// Whether the body of a place has more in its name than level and place: another name begins with words that are
/// not known for it.
fn runs_on(issuer: &[&&Segment<'_>]) -> bool {
    let Some((first, rest)) = issuer.split_first() else { return false };
    let Some(body) = OF_A_PLACE.iter().find(|body| begins(&first.folded, body)) else { return false };
    let is_level = |line: &str| PROVINCES.iter().chain(&BELOW).any(|level| begins(line, level));
    let named = first.folded.strip_prefix(body).unwrap_or_default().trim_start();
    // `UBND TỈNH` / `LÀO CAI`
    let is_split = PROVINCES.contains(&named) || BELOW.contains(&named);
    (!named.is_empty() && !is_level(named)) || rest.iter().skip(usize::from(is_split)).any(|line| !is_level(&line.folded))
}

/// Whether a line that was taken for no part of a name looks like one: its digits may be of the name.
fn may_go_on(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    let letters = line.text.chars().filter(|c| c.is_alphabetic()).count();
    let without: String = line.text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_other = is_number_line(line) || is_subject(line) || is_title(line, settings) || bears_number(&without, settings);
    line.is_capitals() && letters >= 4 && !is_other
}

/// Whether the only digits of a line are of a name, such as `KHU VỰC 1` and `TRƯỜNG TIỂU HỌC SỐ 2`.
fn is_numbered_name(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    let words: Vec<&str> = line.text.split_whitespace().collect();
    let is_digits = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    let of_name = |(at, word): (usize, &&str)| {
        let before = at.checked_sub(1).and_then(|before| words.get(before)).map(|word| fold_words(word));
        let bare = word.trim_end_matches([',', '-']);
        !word.contains(|c: char| c.is_ascii_digit())
            || ((1..=2).contains(&bare.len()) && is_digits(bare) && before.is_some_and(|word| NUMBERED.contains(&word.as_str())))
    };
    let without: String = line.text.chars().filter(|c| !c.is_ascii_digit()).collect();
    line.is_capitals() && words.iter().enumerate().all(of_name) && !bears_number(&without, settings)
}

/// Lines between those of the name and close below it that are not in capitals: they may be a part of it, misread or
/// set in small letters.
fn between_lines<'s, 'a>(above: &[&'s Segment<'a>], issuer: &[&&'s Segment<'a>]) -> Vec<&'s Segment<'a>> {
    let (Some(first), Some(last)) = (issuer.first(), issuer.last()) else { return Vec::new() };
    let below = last.top + PITCH * last.height();
    let within = |s: &&&Segment<'a>| s.top > first.top && s.top < below && !s.is_capitals() && s.folded.len() > 3;
    above.iter().filter(within).copied().collect()
}

/// Whether a line is the name of a type of documents, which stands in the middle and may reach into
/// the left column.
fn is_title(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    settings.document_types.iter().any(|kind| line.folded == fold_words(&kind.name))
}
