//! The header of an administrative document (NĐ 30/2020/NĐ-CP, App. I): issuing body and number
//! at the left, the republic's name and motto, place and date at the right.

use std::sync::LazyLock;

use regex::Regex;
use time::{Date, Month};

use crate::model::confidence::Confidence;
use crate::model::field::FieldSource;
use crate::model::text::{TextSource, Word, mean_confidence, source_of};
use crate::model::vietnamese::{fold, form_of};

use super::super::fold::{fold_words, similarity};
use super::super::settings::{DocumentType, FieldSettings};
use super::layout::Segment;

const REPUBLIC: &str = "cong hoa xa hoi chu nghia viet nam";
const MOTTO: &str = "doc lap tu do hanh phuc";
/// What is left of trust in a name or title with a word that Vietnamese does not write. It may
/// be foreign; that is for a person to say.
const IMPOSSIBLE_WORD: f64 = 0.7;
/// What is left of trust in a value that two readers do not agree on.
const ONE_READER: f64 = 0.5;
/// Share of the page's width below which header lines begin: the header never reaches lower.
const HEADER_DEPTH: f32 = 0.34;

/// A value with the confidence that the words and their plausibility give.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub value: String,
    pub confidence: Confidence,
    /// The text as read, where the value is not exactly that.
    pub raw: Option<String>,
    /// Whether the engine read it or the file says it itself.
    pub source: FieldSource,
}

impl Found {
    pub fn new(value: impl Into<String>, words: Confidence, plausibility: f64) -> Self {
        Self {
            value: value.into(),
            confidence: words.and(Confidence::saturating(plausibility)),
            raw: None,
            source: FieldSource::Ocr,
        }
    }

    /// Says which words it was made from: where the file itself says all of them, nothing was read.
    /// What one of two readers alone has read is an offer to a person and no more.
    pub fn said_by<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Self {
        let words: Vec<&Word> = words.into_iter().collect();
        if words.iter().any(|word| word.second.is_open()) {
            self.confidence = self.confidence.and(Confidence::saturating(ONE_READER));
        }
        self.known_by(words)
    }

    /// The same for a value that is one of a list that the settings have: the list is the second
    /// witness.
    pub fn known_by<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Self {
        if source_of(words) == Some(TextSource::Embedded) {
            self.source = FieldSource::EmbeddedText;
        }
        self
    }

    /// Keeps beside the value what it was made from.
    pub fn read_as(mut self, raw: impl Into<String>) -> Self {
        self.raw = Some(raw.into()).filter(|raw| *raw != self.value);
        self
    }
}

/// What stands where in the header.
pub(super) struct Header {
    /// Left edge of the right column; none if the motto stands in the middle (forms).
    pub right_column: Option<f32>,
    /// Top of the republic's name or the motto.
    pub top: f32,
    /// Bottom of the lower of the two.
    pub bottom: f32,
}

/// Whether a line is the republic's name or the motto.
pub(super) fn is_national(segment: &Segment<'_>) -> bool {
    let length = segment.folded.chars().count();
    length < 60 && [REPUBLIC, MOTTO].iter().any(|line| similarity(&segment.folded, line) > 0.7)
}

/// Finds the republic's name and motto.
pub(super) fn find_header(segments: &[Segment<'_>]) -> Option<Header> {
    let lines: Vec<&Segment<'_>> = segments.iter().filter(|segment| is_national(segment)).collect();
    let first = lines.first()?;
    let near = lines.iter().filter(|line| line.top - first.top < 0.12);
    let (mut left, mut right, mut bottom) = (f32::INFINITY, 0.0_f32, first.bottom);
    for line in near {
        left = left.min(line.left);
        right = right.max(line.right);
        bottom = bottom.max(line.bottom);
    }
    let right_column = ((left + right) / 2.0 > 0.58).then_some(left);
    Some(Header { right_column, top: first.top, bottom })
}

impl Header {
    /// The lines of the left column, from top to bottom.
    pub fn left_column<'s, 'a>(&self, segments: &'s [Segment<'a>]) -> Vec<&'s Segment<'a>> {
        let Some(edge) = self.right_column else { return Vec::new() };
        segments
            .iter()
            .filter(|s| s.centre() < edge && s.right < edge + 0.06 && s.right < 0.6 && s.top > self.top - 0.06)
            .filter(|s| s.top < self.top + HEADER_DEPTH)
            .collect()
    }
}

/// The issuing body: the last name of an organisation above the number, together with the lines
/// that continue it (`ỦY BAN NHÂN DÂN` / `TỈNH LÀO CAI`).
pub(super) fn issuing_body(left: &[&Segment<'_>], settings: &FieldSettings) -> Option<Found> {
    let above_number = left.iter().take_while(|s| number_text(&s.text).is_none() && !is_subject(s));
    let lines: Vec<&&Segment<'_>> = above_number.filter(|s| s.is_capitals()).take(6).collect();
    let heads: Vec<String> = settings.organisation_words.iter().map(|word| fold_words(word)).collect();
    let is_head = |s: &Segment<'_>| {
        heads.iter().any(|head| s.folded.strip_prefix(head.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    let start = lines.iter().rposition(|line| is_head(line));
    let issuer = lines.get(start.unwrap_or(lines.len().saturating_sub(1))..)?;
    if issuer.is_empty() {
        return None;
    }
    let value = issuer.iter().map(|line| clean(&line.text)).collect::<Vec<_>>().join(" ");
    let raw = issuer.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let words = issuer.iter().flat_map(|line| line.words.iter().copied());
    let weakest = weakest(words.clone());
    let mean = mean_confidence(words.clone());
    // A long name with one doubtful word is a doubtful name.
    let plausibility = if start.is_some() { 1.0 } else { 0.7 };
    let doubt = if weakest.share() < 0.6 { 0.7 } else { 1.0 };
    let spelled = spelling(&value);
    (fold_words(&value).chars().count() >= 3)
        .then(|| Found::new(value, mean, plausibility * doubt * spelled).said_by(words).read_as(raw))
}

/// Whether a line of the left column is the subject of a letter (`V/v …`).
pub(super) fn is_subject(segment: &Segment<'_>) -> bool {
    let text = segment.text.trim_start_matches(|c: char| !c.is_alphanumeric());
    static SUBJECT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[Vv]\s?[/⁄lI1]\s?[vV]\b").ok());
    SUBJECT.as_ref().is_some_and(|pattern| pattern.is_match(text)) || segment.folded.starts_with("ve viec")
}

/// Number and symbol from the line `Số: 686/STTTT-CNTT`.
pub(super) struct NumberLine {
    pub number: Found,
    pub symbol: Option<Found>,
    /// Key of the type whose abbreviation the symbol begins with.
    pub type_key: Option<String>,
}

/// What the rest of the page says about the document, against which its symbol is held.
pub(super) enum Expected<'t> {
    /// A printed title names this type.
    Type(&'t DocumentType),
    /// A subject line makes it a letter.
    Letter,
    /// Nothing.
    Nothing,
}

/// What follows `Số:` if `text` is a number line: engines lose the accent and read `$ố`, `S6`.
fn number_text(text: &str) -> Option<&str> {
    static LABEL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[^\p{L}\p{N}$]{0,3}[Ss$][ốôóòõồổỗộoO06]\s*[:;.,]?\s*(?P<rest>.*[/⁄].*|\d.*)$").ok());
    LABEL.as_ref()?.captures(text)?.name("rest").map(|rest| rest.as_str())
}

/// Reads the first number line.
pub(super) fn number_line(left: &[&Segment<'_>], expected: &Expected<'_>, settings: &FieldSettings) -> Option<NumberLine> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?P<number>\d{1,5})\s*(?:[/⁄]\s*(?P<year>(?:19|20)\d\d\s*[/⁄]\s*)?(?P<symbol>\p{L}[\p{L}\d&.\s–—-]*))?$")
            .ok()
    });
    let (segment, rest) = left.iter().find_map(|segment| number_text(&segment.text).map(|rest| (segment, rest)))?;
    let captures = NUMBER.as_ref()?.captures(rest.trim_end_matches(|c: char| !c.is_alphanumeric()))?;
    let number = captures.name("number")?.as_str();
    let printed_year = captures.name("year").map_or("", |year| year.as_str());
    let year: String = printed_year.replace('⁄', "/").replace(' ', "");
    let printed_symbol = captures.name("symbol").map_or("", |symbol| symbol.as_str());
    let symbol: Option<String> = captures.name("symbol").map(|symbol| {
        symbol.as_str().replace(['–', '—'], "-").replace('Ð', "Đ").chars().filter(|c| !c.is_whitespace()).collect()
    });
    let words = weakest(segment.words.iter().copied());
    let with_digits = || segment.words.iter().copied().filter(|word| word.text.contains(|c: char| c.is_ascii_digit()));
    let digits = weakest(with_digits());

    let head = symbol.as_deref().and_then(|symbol| symbol.split('-').next()).unwrap_or_default();
    let known = settings.document_types.iter().find(|t| !t.abbreviation.is_empty() && t.abbreviation == head);
    let parts = symbol.as_deref().map_or(0, |symbol| symbol.split('-').filter(|part| !part.is_empty()).count());
    let well_formed = symbol.as_deref().is_some_and(is_symbol);
    // A symbol that repeats the printed type proves that the line was read well; one that belongs
    // to another type, or to none, may be handwriting read as print.
    let (of_number, of_symbol) = match (known, expected) {
        _ if !well_formed => (0.5, 0.4),
        (Some(known), Expected::Type(printed)) if known.key == printed.key => (1.0, 1.0),
        (Some(_), Expected::Type(_)) => (0.5, 0.5),
        (Some(_), _) => (0.9, 0.9),
        (None, Expected::Type(printed)) if !printed.abbreviation.is_empty() => (0.85, 0.5),
        (None, Expected::Letter) if parts >= 2 => (0.95, 0.95),
        (None, _) => (0.75, 0.75),
    };
    let spaced = if rest.trim().contains(char::is_whitespace) { 0.9 } else { 1.0 };
    // Numbers below 10 are written with a zero before them: a single digit lost its neighbour.
    let short = if number.len() == 1 { 0.8 } else { 1.0 };
    Some(NumberLine {
        number: Found::new(number, digits, of_number * spaced * short).said_by(with_digits()),
        type_key: known.map(|t| t.key.clone()),
        symbol: symbol.map(|symbol| {
            Found::new(format!("{year}{symbol}"), words, of_symbol)
                .said_by(segment.words.iter().copied())
                .read_as(format!("{printed_year}{printed_symbol}"))
        }),
    })
}

/// Whether a symbol is made of capitals (with the few small letters of `TTr`, `QyĐ`, `TCg`),
/// joined by `-`, `&` and `.`. Digits are rare in symbols, and an `8` in one may be a `B`.
fn is_symbol(symbol: &str) -> bool {
    symbol.split(['-', '&', '.']).all(|part| {
        let capitals = part.chars().filter(|c| c.is_uppercase()).count();
        let small = part.chars().filter(|c| c.is_lowercase()).count();
        (1..=14).contains(&capitals) && small <= 1 && !part.contains(char::is_numeric)
    })
}

/// An issue date with its line's place on the page.
pub(super) struct DateLine {
    pub date: Found,
    pub top: f32,
}

/// Reads `<place>, ngày … tháng … năm …`; the line must end with the year, so that dates inside
/// sentences do not count.
pub(super) fn date_line(segment: &Segment<'_>, settings: &FieldSettings) -> Option<DateLine> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^[^\d]{0,45}\bng[a-z]y\s*(?P<day>\d{1,2})\s*[,.]?\s*th[a-z]ng\s*(?P<month>\d{1,2})\s*[,.]?\s*n[a-z]m\s*(?P<year>\d{4})\W{0,3}$",
        )
        .ok()
    });
    let folded = fold(&segment.text);
    let captures = DATE.as_ref()?.captures(&folded)?;
    let (day, month, year) = (captures.name("day")?.as_str(), captures.name("month")?.as_str(), captures.name("year")?.as_str());
    let date =
        Date::from_calendar_date(year.parse().ok()?, Month::try_from(month.parse::<u8>().ok()?).ok()?, day.parse().ok()?).ok()?;
    if !(settings.earliest_year..=settings.latest_year).contains(&date.year()) {
        return None;
    }
    // Days below 10 and months below 3 are written with a zero: without it a digit may be lost.
    let day_lost = if day.len() == 1 { 0.75 } else { 1.0 };
    let month_lost = if month.len() == 1 && matches!(month, "1" | "2") { 0.75 } else { 1.0 };
    let digits = weakest(segment.words.iter().copied().filter(|word| word.text.contains(|c: char| c.is_ascii_digit())));
    let value = format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
    let date = Found::new(value, digits, day_lost * month_lost);
    Some(DateLine { date: date.said_by(segment.words.iter().copied()).read_as(segment.text.as_str()), top: segment.top })
}

/// The lowest confidence of `words`; none if there are no words.
pub(super) fn weakest<'a>(words: impl IntoIterator<Item = &'a Word>) -> Confidence {
    let share = words
        .into_iter()
        .map(|word| word.confidence.share())
        .fold(None, |low: Option<f64>, share| Some(low.map_or(share, |low| low.min(share))));
    share.map_or(Confidence::NONE, Confidence::saturating)
}

/// Trust that the spelling of `text` leaves: all of it if each word is possible.
pub(super) fn spelling(text: &str) -> f64 {
    if text.split_whitespace().all(|word| form_of(word).is_possible()) { 1.0 } else { IMPOSSIBLE_WORD }
}

/// Text without the specks and rules that engines read at the ends of lines.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '"' | '“' | '”'));
    text.replace('Ð', "Đ")
}
