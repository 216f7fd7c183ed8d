//! Asks the queries of `set.toml` and judges the answers by the truth of the pages.
//!
//! What a query should find is told by regular expressions over the truth, which know nothing of how
//! the search cuts words, folds marks or builds conditions.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use sohoa::model::query::parse;
use sohoa::pipeline::find::find;
use sohoa::repository::{Budget, Fit, Query, Repository, Tones};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::make::Made;

/// Hits that a person looks at.
const LOOKED_AT: usize = 10;
/// An order that a person agrees with, but for a page or two that stand a place too low.
const GOOD_ORDER: f64 = 0.9;
/// More than there are pages.
const ALL: usize = 1000;

#[derive(Debug, Deserialize)]
struct Set {
    query: Vec<Wanted>,
}

/// A query, and what it should find: pages that all of `all`, one of `any` and none of `none` are
/// found in, those with all of `best` first. A pattern is a regular expression over the page in small
/// letters, with `~` before it over the page without marks, with `#` over the facts of its document.
/// It stands for whole words, and a blank in it for all that may part two of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// What is typed.
    pub typed: String,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    #[serde(default)]
    best: Vec<String>,
    /// Typed with `--exact-tones`.
    #[serde(default)]
    exact_tones: bool,
    /// The query is to be refused for this, at this character.
    error: Option<(String, usize)>,
    /// How well the hits are to be said to fit.
    #[serde(default)]
    fit: Option<String>,
}

/// How well a query was answered.
pub struct Judged {
    /// What was typed.
    pub typed: String,
    /// Pages that it should find.
    pub wanted: usize,
    /// Pages that it found.
    pub found: usize,
    /// Share of what it should find that it found.
    pub recall: f64,
    /// Share of what it found that it should.
    pub precision: f64,
    /// How near the order of the first ten is to the best one.
    pub ndcg: f64,
    /// What is wrong besides; empty if nothing.
    pub wrong: String,
}

impl Judged {
    /// Whether nothing is to be mended.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty() && self.recall == 1.0 && self.precision == 1.0 && self.ndcg > GOOD_ORDER
    }
}

/// The queries of `set.toml`.
pub fn queries() -> Vec<Wanted> {
    toml::from_str::<Set>(include_str!("set.toml")).expect("set.toml").query
}

/// Asks `wanted` of `repository`, whose pages are `pages`.
pub fn judge(repository: &Repository, pages: &[Made], wanted: &Wanted) -> Judged {
    let mut judged =
        Judged { typed: wanted.typed.clone(), wanted: 0, found: 0, recall: 1.0, precision: 1.0, ndcg: 1.0, wrong: String::new() };
    let condition = match (parse(&wanted.typed), &wanted.error) {
        (Ok(condition), None) => condition,
        (Err(error), Some((kind, place))) => {
            let is = (format!("{:?}", error.kind), error.place);
            if is != (kind.clone(), *place) {
                judged.wrong = format!("refused for {is:?}");
            }
            return judged;
        }
        (Ok(_), Some(_)) => {
            judged.wrong = "not refused".into();
            return judged;
        }
        (Err(error), None) => {
            (judged.recall, judged.ndcg) = (0.0, 0.0);
            judged.wrong = format!("refused: {error:?}");
            return judged;
        }
    };
    let tones = if wanted.exact_tones { Tones::Exact } else { Tones::Any };
    let found = find(repository, &Query { tones, ..Query::new(condition, ALL) }, &Budget::UNLIMITED).expect("an answer");
    let grades: BTreeMap<&str, f64> =
        pages.iter().map(|page| (page.name.as_str(), wanted.grade(page))).filter(|(_, grade)| *grade > 0.0).collect();
    let hits: Vec<&str> = found
        .hits
        .iter()
        .map(|hit| {
            let is_hit = |page: &&Made| {
                (page.code.as_str(), page.kind, page.ordinal, page.page)
                    == (hit.dossier_code.as_str(), hit.kind, hit.ordinal, hit.page)
            };
            pages.iter().find(is_hit).expect("a page that was made").name.as_str()
        })
        .collect();
    let right = hits.iter().filter(|hit| grades.contains_key(*hit)).count() as f64;
    judged.wanted = grades.len();
    judged.found = hits.len();
    judged.recall = if grades.is_empty() { 1.0 } else { right / grades.len() as f64 };
    judged.precision = if hits.is_empty() { 1.0 } else { right / hits.len() as f64 };
    judged.ndcg = ndcg(&hits, &grades);
    let fit = match found.fit {
        Fit::Exact => "exact",
        Fit::OtherMarks => "other_marks",
        Fit::Similar => "similar",
        Fit::Partial => "partial",
    };
    let expected = wanted.fit.as_deref().unwrap_or("exact");
    if !hits.is_empty() && fit != expected {
        judged.wrong = format!("{fit} and not {expected}");
    }
    if judged.recall < 1.0 || judged.precision < 1.0 {
        let missing = grades.keys().filter(|name| !hits.contains(name)).take(4).copied().collect::<Vec<_>>().join(" ");
        let extra = hits.iter().filter(|hit| !grades.contains_key(*hit)).take(4).copied().collect::<Vec<_>>().join(" ");
        judged.wrong.push_str(&format!(" lacks [{missing}] has [{extra}]"));
    }
    judged
}

fn ndcg(hits: &[&str], grades: &BTreeMap<&str, f64>) -> f64 {
    let gain = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
        (2u32..).zip(grades.take(LOOKED_AT)).map(|(place, grade)| grade / f64::from(place).log2()).sum()
    };
    let mut ideal: Vec<f64> = grades.values().copied().collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = gain(&mut ideal.into_iter());
    if best == 0.0 {
        return 1.0;
    }
    gain(&mut hits.iter().map(|hit| grades.get(hit).copied().unwrap_or(0.0))) / best
}

impl Wanted {
    /// 3 for a page that has to come first, 1 for one that has to be found, 0 for others.
    fn grade(&self, page: &Made) -> f64 {
        let has = |pattern: &String| matches(pattern, page);
        let wanted = !(self.all.is_empty() && self.any.is_empty())
            && self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && !self.none.iter().any(has);
        match (wanted, !self.best.is_empty() && self.best.iter().all(has)) {
            (false, _) => 0.0,
            (true, true) => 3.0,
            (true, false) => 1.0,
        }
    }
}

fn matches(pattern: &str, page: &Made) -> bool {
    let (pattern, text) = match (pattern.strip_prefix('~'), pattern.strip_prefix('#')) {
        (Some(pattern), _) => (pattern, folded(&page.text)),
        (_, Some(pattern)) => (pattern, page.facts.to_lowercase()),
        _ => (pattern, page.text.nfc().collect::<String>().to_lowercase()),
    };
    let pattern = format!(r"(?m)\b(?:{})\b", pattern.replace(' ', r"[^\p{L}\p{N}]+"));
    Regex::new(&pattern).expect("a pattern").is_match(&text)
}

fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase().replace('đ', "d")
}
