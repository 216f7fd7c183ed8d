//! What is asked of the index, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::snippet::{self, Snippet, Wanted};
use super::words::{Form, forms};
use super::{Tones, Versions};
use crate::model::codes::DossierCode;
use crate::model::document_state::DocumentState;
use crate::model::dossier::RecordKind;
use crate::model::ids::RecordId;
use crate::model::mask::Masking;
use crate::model::query::Condition;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// What fits best first.
    #[default]
    Relevance,
    /// The newest date of issue first, pages without one last.
    Date,
    /// By dossier code.
    Code,
}

/// Whether all hits are counted, which takes a look at each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counting {
    /// No.
    #[default]
    None,
    /// All of them, and by kind, type, agency, year and site.
    Facets,
    /// The same, and by what the register says of their dossiers, which is asked of it.
    Register,
}

/// What to look for, and what to give back.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What a page has to be like.
    pub condition: Condition,
    /// Whether tones count.
    pub tones: Tones,
    /// Which versions are searched, where the condition says nothing of it.
    pub versions: Versions,
    /// Most hits to return.
    pub limit: usize,
    /// Hits to leave out before them.
    pub offset: usize,
    /// Their order.
    pub sort: SortBy,
    /// Whether all of them are counted.
    pub counting: Counting,
    /// Whether personal data in snippets and facts are shown.
    pub masking: Masking,
}

impl Query {
    /// Looks for the best `limit` pages.
    pub fn new(condition: Condition, limit: usize) -> Self {
        Self {
            condition,
            tones: Tones::Any,
            versions: Versions::Current,
            limit,
            offset: 0,
            sort: SortBy::Relevance,
            counting: Counting::None,
            masking: Masking::Shown,
        }
    }
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Its record.
    pub record: RecordId,
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its document's number in the dossier.
    pub ordinal: u32,
    /// Its place in its sealed file, from 1.
    pub page: u32,
    /// What became of its document.
    pub state: DocumentState,
    /// Greater is better; comparable within one search only, and 0 where the order is another.
    pub score: f32,
}

/// How well hits fit what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// They are all that was asked for.
    Exact,
    /// They are, but none has all the words with the marks that were typed.
    OtherMarks,
    /// No page is; these have words that differ by a letter.
    Similar,
    /// No page is; these have most of the words.
    Partial,
}

/// A word that was taken for another, or may have been meant as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Meant {
    /// What was typed.
    pub typed: String,
    /// What is in the repository.
    pub meant: String,
}

/// How many hits have each value.
pub type Facets = BTreeMap<String, Vec<FacetValue>>;

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// Such as `quyet_dinh` or `2025`.
    pub value: String,
    /// What it is called, where the value is the code of a site or of a procedure; null for all others.
    pub name: Option<String>,
    /// Pages with it.
    pub pages: u64,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// How well the hits fit.
    pub fit: Fit,
    /// Words that were typed as keys of an input method, and what they were taken for.
    pub understood: Vec<Meant>,
    /// Words that the repository does not have, and the nearest that it has.
    pub did_you_mean: Vec<Meant>,
    /// Whether the budget was enough to look at all that could fit. If not, hits are the best of what
    /// was looked at, and totals are the least that there is.
    pub whole: bool,
    /// All pages that fit, if they were to be counted.
    pub total: Option<usize>,
    /// By kind, type, agency, year and site, if they were to be counted.
    pub facets: Option<Facets>,
    /// By dossier, if they were to be counted by what the register says and are not in too many.
    #[serde(skip)]
    pub by_dossier: Option<BTreeMap<String, u64>>,
    /// The pages asked for, best first.
    pub hits: Vec<Hit>,
    /// The words that were looked for, as understood and as [`searched_forms`] writes them.
    #[serde(skip)]
    pub words: BTreeSet<String>,
    /// The same as they stand together.
    #[serde(skip)]
    pub wanted: Vec<Wanted>,
}

/// The words of a text as the index compares them, without marks.
pub fn searched_forms(text: &str) -> Vec<String> {
    forms(text, Form::Folded)
}

impl Answer {
    /// The answer of an empty repository.
    pub fn nothing() -> Self {
        Self {
            fit: Fit::Exact,
            understood: Vec::new(),
            did_you_mean: Vec::new(),
            whole: true,
            total: None,
            facets: None,
            by_dossier: None,
            hits: Vec::new(),
            words: BTreeSet::new(),
            wanted: Vec::new(),
        }
    }

    /// The piece of a hit's text, or else of its label, that shows why it was found.
    pub fn snippet(&self, text: &str, label: &str) -> Snippet {
        snippet::around_matches(text, &self.wanted)
            .or_else(|| snippet::around_matches(label, &self.wanted))
            .unwrap_or_else(|| snippet::beginning(text))
    }
}
