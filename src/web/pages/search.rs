//! The search: a query, conditions as a plain form, hits with snippet and a small picture.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use super::page;
use super::record::short;
use crate::commands::search::{self, Counting, Fit, Lack, Reach, SearchOrder, SortBy, Tones};
use crate::model::account::Right;
use crate::model::failure::Language;
use crate::model::field::FieldName;
use crate::model::mask::Masking;
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::chrome::{Chrome, Part};
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed, chrome};
use crate::words;

/// Hits on a page.
const LIMIT: usize = 20;
/// Farthest list: whoever wants more asks for less.
const LAST: usize = 500;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Typed {
    pub q: String,
    pub kind: String,
    #[serde(rename = "type")]
    pub document_type: String,
    pub agency: String,
    pub from: String,
    pub to: String,
    pub code: String,
    pub year: String,
    pub site: String,
    pub sort: String,
    pub page: usize,
}

impl Typed {
    /// Whether anything is looked for.
    fn is_empty(&self) -> bool {
        self.query().is_ok_and(|query| query.trim().is_empty())
    }

    /// The query with the conditions of the form, in the language of `docs/search.md`.
    pub(crate) fn query(&self) -> Result<String, ()> {
        let mut query = self.q.trim().to_owned();
        if query.contains(['|']) || query.contains(" HOẶC ") || query.contains(" OR ") {
            query = format!("({query})");
        }
        let mut add = |condition: String| {
            query.push(' ');
            query.push_str(&condition);
        };
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', " ").trim());
        match self.kind.as_str() {
            "dossier" => add("loaihoso:hoso".to_owned()),
            "result" => add("loaihoso:ketqua".to_owned()),
            _ => {}
        }
        let fields =
            [("loai", &self.document_type), ("coquan", &self.agency), ("mahoso", &self.code), ("noitiepnhan", &self.site)];
        for (field, value) in fields {
            if !value.trim().is_empty() {
                add(format!("{field}:{}", quoted(value)));
            }
        }
        match (day(&self.from)?, day(&self.to)?) {
            (None, None) => {}
            (from, to) => {
                let text = |day: Option<Date>| day.map(iso).unwrap_or_default();
                add(match (from, to) {
                    (Some(from), None) => format!("ngay:>={}", iso(from)),
                    (None, Some(to)) => format!("ngay:<={}", iso(to)),
                    (from, to) => format!("ngay:{}..{}", text(from), text(to)),
                });
            }
        }
        if self.year.len() == 4 && self.year.bytes().all(|b| b.is_ascii_digit()) {
            add(format!("ngay:{}", self.year));
        }
        Ok(query.trim().to_owned())
    }

    fn sort(&self) -> SortBy {
        match self.sort.as_str() {
            "date" => SortBy::Date,
            "code" => SortBy::Code,
            _ => SortBy::Relevance,
        }
    }

    /// The address of the same search with another value.
    fn with(&self, name: &str, value: &str) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("type", &self.document_type),
            ("agency", &self.agency),
            ("from", &self.from),
            ("to", &self.to),
            ("code", &self.code),
            ("year", &self.year),
            ("site", &self.site),
            ("sort", &self.sort),
        ];
        let mut pairs: Vec<(&str, &str)> = pairs.into_iter().filter(|(key, value)| *key != name && !value.is_empty()).collect();
        if !value.is_empty() {
            pairs.push((name, value));
        }
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("/search?{}", pairs.join("&"))
    }
}

/// A day as people type it, or as programs do; an error if it is none.
fn day(text: &str) -> Result<Option<Date>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let formats =
        [format_description!("[day padding:none]/[month padding:none]/[year]"), format_description!("[year]-[month]-[day]")];
    formats.iter().find_map(|format| Date::parse(text, format).ok()).map(Some).ok_or(())
}

fn iso(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// A piece of a snippet, marked or not.
struct Piece {
    text: String,
    is_mark: bool,
}

struct ShownHit {
    number: usize,
    name: String,
    address: String,
    image: String,
    facts: Vec<String>,
    title: String,
    snippet: Vec<Piece>,
    other_reading: String,
    waits: bool,
}

struct ShownFacet {
    name: String,
    values: Vec<(String, String, u64)>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    c: Chrome,
    typed: &'a Typed,
    types: Vec<(String, String)>,
    error: String,
    understood: String,
    notes: Vec<String>,
    total: Option<usize>,
    hits: Vec<ShownHit>,
    facets: Vec<ShownFacet>,
    is_asked: bool,
    back: Option<String>,
    on: Option<String>,
    list: usize,
    reset: String,
}

impl<'a> SearchPage<'a> {
    /// The form alone.
    fn empty(c: Chrome, typed: &'a Typed, app: &App) -> Self {
        Self {
            c,
            typed,
            types: app.settings.fields.document_types.iter().map(|kind| (kind.key.clone(), kind.name.clone())).collect(),
            error: String::new(),
            understood: String::new(),
            notes: Vec::new(),
            total: None,
            hits: Vec::new(),
            facets: Vec::new(),
            is_asked: false,
            back: None,
            on: None,
            list: typed.page.clamp(1, LAST),
            reset: Typed { q: typed.q.clone(), ..Typed::default() }.with("", ""),
        }
    }
}

/// The page.
pub(in crate::web) async fn search(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    Query(typed): Query<Typed>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Read)?;
    let mut shown = SearchPage::empty(chrome(&asked, &signed, Part::Search), &typed, &app);
    if typed.is_empty() {
        return Ok(page(&shown)?);
    }
    let Ok(query) = typed.query() else {
        shown.error = shown.c.w.bad_day.to_owned();
        return Ok(page(&shown)?);
    };
    shown.is_asked = true;
    let masking = if signed.account.role.may(Right::SeePersonalData) { Masking::Shown } else { Masking::Masked };
    match search::condition_within(&query, Reach::Newest, masking) {
        Ok(condition) => shown.understood = in_one_line(&words::explain(&condition, asked.language)),
        Err(error) => {
            shown.error = words::query_error(&error, asked.language);
            return Ok(page(&shown)?);
        }
    }
    let order = SearchOrder {
        text: query.clone(),
        tones: Tones::Any,
        reach: Reach::Newest,
        sort: typed.sort(),
        limit: LIMIT,
        start: search::Start::List(shown.list),
        counting: Counting::Register,
        masking,
    };
    let limit = app.settings.search.time_limit_ms;
    let found = app.pool.read(move |repository| search::search_within(repository, &order, limit)).await.map_err(Refused::from)?;
    shown.notes = notes(&found, &shown.c);
    shown.total = found.total;
    let list = shown.list;
    let first = (list - 1) * LIMIT;
    shown.back = (list > 1).then(|| format!("{}&page={}", typed.with("", ""), list - 1));
    let is_more = found.total.is_none_or(|total| total > first + found.hits.len()) && found.hits.len() == LIMIT;
    shown.on = is_more.then(|| format!("{}&page={}", typed.with("", ""), list + 1));
    shown.facets = facets(&found, &typed, &app, asked.language);
    shown.hits =
        (first + 1..).zip(&found.hits).map(|(number, hit)| shown_hit(number, hit, &query, &app, asked.language)).collect();
    Ok(page(&shown)?)
}

/// What the hits are counted by, each value with the address of the same search for it alone.
fn facets(found: &search::Found, typed: &Typed, app: &App, language: Language) -> Vec<ShownFacet> {
    let mut facets = Vec::new();
    for (name, values) in found.facets.iter().flatten() {
        let parameter = match name.as_str() {
            "kind" => "kind",
            "document_type" => "type",
            "issuing_body" => "agency",
            "year" => "year",
            "site" => "site",
            // Hits are told by it, and no query asks for it.
            "procedure" => "",
            _ => continue,
        };
        let label = |value: &str| words::facet_value(name, value, &app.settings, language);
        let values = values.iter().take(8).map(|value| {
            let shown = value.name.clone().unwrap_or_else(|| label(&value.value));
            let address = if parameter.is_empty() { String::new() } else { typed.with(parameter, &value.value) };
            (shown, address, value.pages)
        });
        let values: Vec<(String, String, u64)> = values.collect();
        if !values.is_empty() {
            facets.push(ShownFacet { name: words::facet_name(name, language), values });
        }
    }
    facets
}

fn shown_hit(number: usize, hit: &search::FoundPage, query: &str, app: &App, language: Language) -> ShownHit {
    let code = hit.dossier_code.as_str();
    let base = format!("/records/{}", encoded(code));
    let fact = |name: FieldName| {
        let field = hit.fields.get(&name).filter(|field| !field.value.is_empty())?;
        Some(words::value(name, &field.value, &app.settings, language))
    };
    let facts = [FieldName::DocumentType, FieldName::IssueDate, FieldName::IssuingBody].into_iter().filter_map(fact);
    let page = words::tell!(language, "trang {}", "page {}", hit.page);
    ShownHit {
        number,
        name: format!("{code}.{:03}, {page}", hit.ordinal),
        address: format!("{base}?document={}&page={}&q={}", hit.ordinal, hit.page, encoded(query)),
        image: format!("{base}/{}/pages/{}/160?v={}", hit.ordinal, hit.page, short(hit.record)),
        facts: facts.collect(),
        title: hit.title.clone().unwrap_or_default(),
        snippet: pieces(&hit.snippet.text, &hit.snippet.matches),
        other_reading: hit.from_other_reading.join(", "),
        waits: hit.fields.values().any(|field| field.status.is_open()),
    }
}

/// How a query was understood, as it stands above the hits.
fn in_one_line(explained: &str) -> String {
    let lines: Vec<&str> = explained.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("; ").replace(":; ", ": ")
}

/// The pieces of a snippet in which marks and what lies between them follow one another.
fn pieces(text: &str, matches: &[std::ops::Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut add = |range: std::ops::Range<usize>, is_mark| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), is_mark });
        }
    };
    for found in matches {
        add(from..found.start, false);
        add(found.clone(), true);
        from = found.end.min(text.len());
    }
    add(from..text.len(), false);
    pieces
}

/// What is to be said of the answer as a whole.
fn notes(found: &search::Found, c: &Chrome) -> Vec<String> {
    let mut notes = Vec::new();
    for lack in &found.lacks {
        notes.push(match lack {
            Lack::Time => c.w.lacks_time.to_owned(),
            Lack::Index => c.w.lacks_index.to_owned(),
        });
    }
    if !found.hits.is_empty() {
        notes.extend(match found.fit {
            Fit::Exact => None,
            Fit::OtherMarks => Some(c.w.other_marks.to_owned()),
            Fit::Similar => Some(c.w.similar_words.to_owned()),
            Fit::Partial => Some(c.w.most_words.to_owned()),
        });
    }
    let meant = |label: &str, words: &[search::Meant]| {
        let words: Vec<String> = words.iter().map(|word| format!("{} → {}", word.typed, word.meant)).collect();
        (!words.is_empty()).then(|| format!("{label} {}", words.join(", ")))
    };
    notes.extend(meant(c.w.understood_as, &found.understood));
    notes.extend(meant(c.w.did_you_mean, &found.did_you_mean));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::parse;

    #[test]
    fn conditions_of_the_form_become_a_query_that_is_understood() {
        let typed = Typed {
            q: "đất HOẶC nhà".into(),
            kind: "result".into(),
            document_type: "Quyết định".into(),
            agency: "Sở \"Xây dựng\"".into(),
            site: "BD-01".into(),
            from: "1/2/2025".into(),
            to: "2025-03-31".into(),
            ..Typed::default()
        };
        let query = typed.query().unwrap();
        assert_eq!(
            query,
            "(đất HOẶC nhà) loaihoso:ketqua loai:\"Quyết định\" coquan:\"Sở  Xây dựng\" noitiepnhan:\"BD-01\" ngay:2025-02-01..2025-03-31"
        );
        parse(&query).unwrap();
        for (from, to, wanted) in [("1/2/2025", "", "ngay:>=2025-02-01"), ("", "01/02/2025", "ngay:<=2025-02-01")] {
            let query = Typed { from: from.into(), to: to.into(), ..Typed::default() }.query().unwrap();
            assert_eq!(query, wanted);
            parse(&query).unwrap();
        }
        assert!(Typed { from: "31/02/2025".into(), ..Typed::default() }.query().is_err());
        assert!(Typed::default().is_empty());
    }

    #[test]
    fn a_snippet_falls_into_pieces_and_loses_nothing() {
        let text = "về việc thu hồi đất";
        let found = text.find("thu").unwrap()..text.find(" đất").unwrap();
        let pieces = pieces(text, &[found]);
        let shown: Vec<(&str, bool)> = pieces.iter().map(|piece| (piece.text.as_str(), piece.is_mark)).collect();
        assert_eq!(shown, [("về việc ", false), ("thu hồi", true), (" đất", false)]);
    }
}
