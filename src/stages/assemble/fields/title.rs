//! Type and title: the words in capitals in the middle, and the abstract under them.

use crate::model::confidence::Confidence;
use crate::model::field::Doubt;
use crate::model::text::{TextSource, Word, mean_confidence};
use crate::model::vietnamese::{begins_part, same_spelling};

use super::super::fold::{fold_words, similarity};
use super::super::settings::FieldSettings;
use super::super::types::DocumentType;
use super::body::is_mark;
use super::date::is_day;
use super::found::{Found, clean, weakest};
use super::header::{Header, is_national, is_subject};
use super::layout::Segment;

/// Distance from line to line, in heights of a line, at which a new part begins.
const NEW_PART: f32 = 1.62;
/// What follows a title stands off from its last line by this many of the lines' own distances.
const SET_OFF: f32 = 1.3;
/// The same in heights of the line, where the title is a single line.
const SET_OFF_LINE: f32 = 2.2;
/// The same in the subject of a letter: nothing but the subject stands under it in its column.
const SUBJECT_PITCH: f32 = 2.2;
/// Where a line of the subject was lost, the next one is nearer than this.
const LINE_LOST: f32 = 4.0;
/// The same between the type's name and the abstract, which stands a little off.
const AFTER_TYPE: f32 = 2.6;
/// Archive code of everything that is not an administrative document: such papers have a title
/// and no abstract.
const OTHER: &str = "32";
/// What is left of trust in a title whose type's name was read with other letters than it has.
const OTHER_LETTERS: f64 = 0.75;
/// What a title is worth of which the letters are known and not the words, and how many letters it has at least:
/// it is offered.
const SET_APART: f64 = 0.85;
const FEWEST_APART: usize = 4;
/// Lines that a title or an abstract can have.
const MOST_LINES: usize = 6;
/// Words with which abstracts begin as names of organisations and offices do.
const OF_ABSTRACTS: [&str; 22] = [
    "ban hành",
    "ban giao",
    "phòng chống",
    "xác nhận",
    "phòng ngừa",
    "phòng cháy",
    "hội nghị",
    "hội thảo",
    "hội thi",
    "đội ngũ",
    "quỹ đất",
    "thuế đất",
    "sở hữu",
    "bộ tiêu chí",
    "bộ thủ tục",
    "bộ quy tắc",
    "thanh tra việc",
    "bảo hiểm thất nghiệp",
    "trường hợp",
    "ký kết",
    "người có công",
    "đài thọ",
];
/// Lines of the body begin left of this, in widths of the page.
const INDENTED: f32 = 0.14;
/// Characters of a line in capitals that may be a title.
const SHORTEST_TITLE: usize = 6;
/// Characters of a line that are compared with titles.
const COMPARED: usize = 160;

/// The type of a document and its title.
pub(super) struct TitleFound<'s, 'w> {
    pub kind: &'s DocumentType,
    /// The words in capitals, as read.
    pub printed: String,
    pub confidence: Confidence,
    /// Whether the name of the type stands there letter by letter.
    pub is_known: bool,
    /// Whether another heading in capitals stands above it: then it may be one of a part.
    pub is_behind_another: bool,
    pub words: Vec<&'w Word>,
    pub title: Option<Found>,
}

/// Reads the printed title below the header, if a known one is there.
pub(super) fn printed_title<'s, 'w>(
    segments: &[Segment<'w>],
    header: Option<&Header>,
    settings: &'s FieldSettings,
) -> Option<TitleFound<'s, 'w>> {
    let from = header.map_or(0.0, |header| header.bottom);
    let in_middle = |s: &Segment<'_>| (0.28..=0.72).contains(&s.centre()) && s.top >= from - 0.01 && !is_national(s);
    let mut is_behind_another = false;
    for (place, first) in segments.iter().enumerate() {
        if !in_middle(first) || !first.is_capitals() || first.top > from + 0.5 {
            continue;
        }
        let following = segments.get(place + 1..).unwrap_or_default();
        let mut block = vec![first];
        extend(&mut block, following, NEW_PART + 0.4, |s| s.is_capitals() && in_middle(s) && !is_section(s));
        let mut text = block.iter().map(|s| s.folded.as_str()).collect::<Vec<_>>().join(" ");
        let mut best = best_type(&text, settings);
        let is_set_apart = best.is_none() && is_set_apart(&text);
        if is_set_apart {
            best = type_set_apart(&text, settings);
            text = best.as_ref().map(|best| fold_words(best.title)).unwrap_or(text);
        }
        let Some(best) = best else {
            let is_heading = (0.4..=0.6).contains(&first.centre()) && first.folded.len() >= SHORTEST_TITLE;
            is_behind_another |= is_heading && !is_mark(first);
            continue;
        };
        let words = mean_confidence(words_of(&block)).share();
        // Engines are unsure of large capitals that they read well: a known title is evidence.
        let confidence = Confidence::saturating(words.max(0.5) * best.alike * best.alike);
        let mut title = title_below(&block, &best, following, (&text, settings));
        if is_set_apart {
            // Where its words part was not seen.
            title.iter_mut().for_each(|title| title.doubt(Doubt::Unsure));
        }
        let words = words_of(&block).collect();
        let is_known = best.alike >= 1.0;
        return Some(TitleFound {
            kind: best.kind,
            printed: raw_text(&block),
            confidence,
            is_known,
            is_behind_another,
            words,
            title,
        });
    }
    None
}

/// The title of a letter: `V/v …` under the number.
pub(super) fn letter_subject(left: &[&Segment<'_>]) -> Option<Found> {
    let start = left.iter().position(|segment| is_subject(segment))?;
    let first = left.get(start)?;
    let mut block = vec![*first];
    let mut bottom = *first;
    let mut ended = true;
    for next in left.get(start + 1..).unwrap_or_default() {
        let apart = next.top - bottom.top;
        let line = bottom.height().max(next.height());
        // `HỎA TỐC` and other marks of urgency stand in capitals.
        let is_other = starts_new_part(next) || (next.is_capitals() && !first.is_capitals());
        if apart > line * SUBJECT_PITCH || is_other {
            // Between lines that are not far apart one may have been lost, and a number may be of the subject.
            ended = (is_other && !next.folded.starts_with("so ") && !is_bare_figure(next)) || apart > line * LINE_LOST;
            break;
        }
        if block.len() >= MOST_LINES {
            ended = false;
            break;
        }
        block.push(next);
        bottom = next;
    }
    let text = raw_text(&block);
    let mut found = Found::new(clean(&text), weakest(words_of(&block)), 1.0)
        .said_by(words_of(&block))
        .or_read_as(words_of(&block))
        .read_as(text)
        .spelled();
    if !ended || block_goes_on(&block) {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// Whether the last line of a block ends as no title does: with a word that wants another.
fn block_goes_on(block: &[&Segment<'_>]) -> bool {
    const NEVER_LAST: [&str; 20] = [
        "và", "của", "cho", "tại", "về", "đến", "từ", "với", "theo", "các", "những", "để", "trong", "trên", "dưới", "hoặc",
        "việc", "số", "đối", "do",
    ];
    block.last().is_some_and(|last| {
        let text = last.text.trim_end();
        let word = text.split_whitespace().next_back().map(same_spelling);
        text.ends_with([',', '-', '–', '(', '“']) || word.is_some_and(|word| NEVER_LAST.contains(&word.as_str()))
    })
}

/// Whether the end of `block` was seen: nothing follows, or something of another kind, or it stands
/// off from the block by more than the block's own lines do from one another.
fn end_is_seen(block: &[&Segment<'_>], following: &[Segment<'_>]) -> bool {
    let Some(last) = block.last() else { return false };
    if block_goes_on(block) {
        return false;
    }
    let below = following.iter().find(|s| s.top > last.top + last.height() * 0.5 && !is_speck(s));
    let Some(next) = below else { return true };
    // A number alone may be of a list, or of the title.
    if is_bare_figure(next) {
        return false;
    }
    if is_bracket(next) {
        return tells_of_another(next);
    }
    let is_part = starts_new_part(next) || (next.is_capitals() && is_section(next));
    if is_part || last.text.trim_end().ends_with('.') {
        return true;
    }
    if goes_on_in_the_middle(next) {
        return false;
    }
    let pitch = block.windows(2).filter_map(|pair| Some(pair.get(1)?.top - pair.first()?.top)).fold(0.0, f32::max);
    let apart = next.top - last.top;
    if pitch > 0.0 { apart > pitch * SET_OFF && apart > last.height() * NEW_PART } else { apart > last.height() * SET_OFF_LINE }
}

/// Whether a line stands as those of an abstract do, short and in the middle: however far off, it may go on with one.
fn goes_on_in_the_middle(next: &Segment<'_>) -> bool {
    let is_short = next.left > 0.2 && next.right < 0.8 && (0.46..=0.54).contains(&next.centre());
    is_short && !next.is_capitals()
}

/// Whether a line begins with a bracket.
fn is_bracket(line: &Segment<'_>) -> bool {
    line.text.trim_start().starts_with('(')
}

/// Whether a line under the name of a type tells something else than an abstract: a remark in brackets, a day, or who
/// issues the paper.
fn is_no_abstract(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    is_bracket(line) || is_day(line, settings) || begins_with_office(line, settings)
}

/// Whether a line begins with the name of an organisation or an office, in letters and marks.
fn begins_with_office(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    let words: Vec<String> = line.text.split_whitespace().map(same_spelling).collect();
    let begins = |beginning: &str| {
        let beginning: Vec<String> = beginning.split_whitespace().map(same_spelling).collect();
        !beginning.is_empty() && words.starts_with(&beginning)
    };
    let mut offices = settings.organisation_words.iter().chain(&settings.signature_words);
    offices.any(|office| begins(office)) && !OF_ABSTRACTS.iter().any(|beginning| begins(beginning))
}

/// Whether a line in brackets says which paper this one belongs to; others may belong to the title.
fn tells_of_another(line: &Segment<'_>) -> bool {
    ["ban hanh", "kem theo", "dinh kem"].iter().any(|words| line.folded.contains(words))
}

/// Whether a line in capitals heads a part of a form, which does not belong to its title: `I. THÔNG TIN …`, `PHẦN GHI …`.
fn is_section(line: &Segment<'_>) -> bool {
    let first = line.text.split_whitespace().next().unwrap_or_default();
    let is_numeral = |bare: &str| !bare.is_empty() && bare.chars().all(|c| matches!(c, 'A'..='H' | 'I' | 'V' | 'X' | '0'..='9'));
    let is_numbered = first.strip_suffix(['.', ')', '/']).is_some_and(is_numeral);
    is_numbered || ["phan ", "muc ", "chuong "].iter().any(|head| line.folded.starts_with(head))
}

/// Whether a piece is a rule under a title that was read as signs.
fn is_speck(segment: &Segment<'_>) -> bool {
    segment.folded.chars().filter(|c| c.is_alphanumeric()).count() < 2
}

/// A known title that fits a printed one.
struct Best<'s> {
    kind: &'s DocumentType,
    title: &'s str,
    alike: f64,
    /// Length of the title without marks; of equally good ones the longest wins.
    length: usize,
}

/// The known type whose title is most like the beginning of `text`.
fn best_type<'s>(text: &str, settings: &'s FieldSettings) -> Option<Best<'s>> {
    let text: String = text.chars().take(COMPARED).collect();
    let mut best: Option<Best<'s>> = None;
    for kind in &settings.document_types {
        for title in &kind.titles {
            let folded = fold_words(title);
            let beginning = text.split(' ').take(folded.split(' ').count()).collect::<Vec<_>>().join(" ");
            let (alike, length) = (similarity(&beginning, &folded), folded.chars().count());
            let fits = alike >= settings.title_similarity && length > 0;
            let weight = alike * length as f64;
            if fits && best.as_ref().is_none_or(|other| weight > other.alike * other.length as f64) {
                best = Some(Best { kind, title, alike, length });
            }
        }
    }
    best
}

/// Whether letters stand apart, as headings are set: what was read of them are words of a letter or two.
fn is_set_apart(text: &str) -> bool {
    let (mut single, mut all) = (0, 0);
    for word in text.split(' ') {
        single += usize::from(word.chars().count() <= 2);
        all += 1;
    }
    all >= FEWEST_APART && single * 4 >= all * 3
}

/// The known type whose title has just these letters, wherever they part.
fn type_set_apart<'s>(text: &str, settings: &'s FieldSettings) -> Option<Best<'s>> {
    let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
    let read = letters(text);
    settings.document_types.iter().find_map(|kind| {
        let title = kind.titles.iter().find(|title| letters(&fold_words(title)) == read)?;
        Some(Best { kind, title, alike: SET_APART, length: read.chars().count() })
    })
}

/// Joins the title's block with the abstract under it.
fn title_below(
    block: &[&Segment<'_>],
    best: &Best<'_>,
    following: &[Segment<'_>],
    (folded, settings): (&str, &FieldSettings),
) -> Option<Found> {
    let kind = best.kind;
    let name = fold_words(&kind.name);
    let is_bare = folded == name || similarity(folded, &name) > 0.9;
    let printed = block.iter().map(|s| clean(&s.text)).collect::<Vec<_>>().join(" ");
    // Marks over capitals get lost; where they are lost in the known part, the rest is doubtful.
    let intact = printed.to_lowercase().starts_with(&best.title.to_lowercase());
    // The configured name stands for a printed one of the same letters. One of other letters was
    // misread, or is not that name.
    let named = if is_bare && folded != name { OTHER_LETTERS } else { 1.0 };
    let head = if is_bare { kind.name.clone() } else { printed };
    let last = *block.last()?;
    let mut abstract_lines: Vec<&Segment<'_>> = Vec::new();
    if let Some(first) = following.iter().find(|s| s.top > last.top + last.height() * 0.5 && !is_speck(s)) {
        let close = first.top - last.top <= last.height() * AFTER_TYPE;
        let middle = (0.4..=0.65).contains(&first.centre());
        if close && middle && !first.is_capitals() && !starts_new_part(first) && !is_no_abstract(first, settings) {
            abstract_lines.push(first);
            let rest: Vec<&Segment<'_>> = following.iter().skip_while(|s| s.top <= first.top).collect();
            extend(&mut abstract_lines, rest, NEW_PART, |s| !s.is_capitals() && !starts_new_part(s) && !is_bracket(s));
        }
    }
    // The type's name is known letter by letter; of what is not, the weakest word decides.
    let known = is_bare && folded == name;
    if abstract_lines.is_empty() {
        let is_form = kind.archive_code == OTHER;
        let plausibility = if is_form && (is_bare || intact) { 1.0 } else { 0.75 };
        // What was read and what is known of titles agree in every letter: two witnesses.
        let words = if known { Confidence::CERTAIN } else { weakest(words_of(block)) };
        let found = Found::new(head, words, plausibility * named);
        let found =
            if known { found.known_by(words_of(block)) } else { found.said_by(words_of(block)).or_read_as(words_of(block)) };
        let mut found = found.read_as(raw_text(block)).spelled();
        if !end_is_seen(block, following) || !is_form {
            found.doubt(Doubt::Unfinished);
        }
        return Some(found);
    }
    let raw = format!("{} {}", raw_text(block), raw_text(&abstract_lines));
    let text = clean(&raw_text(&abstract_lines));
    let plain = text.strip_prefix("Về").map_or(text.clone(), |rest| format!("về{rest}"));
    let words = || words_of(block).chain(words_of(&abstract_lines));
    // Of papers of offices the name stands over an abstract, however that begins.
    let is_told = kind.archive_code != OTHER
        && words().all(|word| word.source == TextSource::Embedded)
        && !raw.trim_end().ends_with(['.', ':', ';'])
        && abstract_lines.iter().all(|line| line.left > INDENTED && (0.44..=0.56).contains(&line.centre()));
    let plausibility = if fold_words(&text).starts_with("ve ") || is_told { 1.0 } else { 0.78 };
    let value = format!("{head} {plain}");
    let head_words = if known { Confidence::CERTAIN } else { weakest(words_of(block)) };
    let sure = Confidence::saturating(weakest(words_of(&abstract_lines)).share().min(head_words.share()));
    let mut found = Found::new(value, sure, plausibility * named).said_by(words()).or_read_as(words()).read_as(raw).spelled();
    if !end_is_seen(&abstract_lines, following) {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

fn words_of<'s, 'a: 's>(lines: &'s [&Segment<'a>]) -> impl Iterator<Item = &'a Word> + 's {
    lines.iter().flat_map(|s| s.words.iter().copied())
}

/// The lines as the engine gave them.
fn raw_text(lines: &[&Segment<'_>]) -> String {
    lines.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Adds the lines of `following` that go on with `block`.
fn extend<'s, 'a: 's>(
    block: &mut Vec<&'s Segment<'a>>,
    following: impl IntoIterator<Item = &'s Segment<'a>>,
    pitch: f32,
    belongs: impl Fn(&Segment<'a>) -> bool,
) {
    for next in following {
        let Some(last) = block.last() else { return };
        let apart = next.top - last.top;
        if block.len() >= MOST_LINES || apart > last.height().max(next.height()) * pitch || !belongs(next) {
            return;
        }
        if apart > last.height() * 0.4 {
            block.push(next);
        }
    }
}

/// Whether a line begins the addressees, the legal grounds or the body.
fn starts_new_part(segment: &Segment<'_>) -> bool {
    // A title may go on with years and numbers, where they do not number a line.
    let first = segment.text.split_whitespace().next().unwrap_or_default();
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        return begins_part(&segment.text, &segment.folded);
    }
    first.ends_with(['.', ')', '/']) || numbers_a_line(first) || is_bare_figure(segment)
}

/// Whether a word is the number of a line in a list, perhaps with the beginning of the line: `1-`, `2:`, `3.Tên`, but not
/// `12-QĐ/TU`.
fn numbers_a_line(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_short = (1..=2).contains(&(word.len() - rest.len()));
    let after = rest.strip_prefix(['.', ')', '-', '–', ':']);
    let begins_word = |after: &str| {
        let mut letters = after.chars();
        letters.next().is_none_or(char::is_uppercase) && letters.next().is_none_or(char::is_lowercase)
    };
    is_short && after.is_some_and(begins_word)
}

/// Whether a line begins with a number of one or two digits alone, and not one of what follows in small letters:
/// `01 Nguyễn Văn A`, but not `06 tháng đầu năm`.
fn is_bare_figure(segment: &Segment<'_>) -> bool {
    let mut words = segment.text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let is_figure = (1..=2).contains(&first.len()) && first.chars().all(|c| c.is_ascii_digit());
    is_figure && !words.next().is_some_and(|next| next.starts_with(char::is_lowercase))
}
