//! Searching: the hits of a list, or all of them.

use std::time::{Duration, Instant};

use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::hit::Cursor;
use crate::model::mask::Masking;
use crate::model::query::{Condition, QueryError, QueryErrorKind, parse};
pub(crate) use crate::pipeline::find::{Found, FoundPage, Lack};
use crate::pipeline::find::{find, find_after, find_each};
pub(crate) use crate::repository::{Budget, Counting, Facets, Fit, Meant, SortBy, Tones};
use crate::repository::{Query, Repository, Versions};

/// Characters of a query that are told with what is wrong with it.
const MAX_TOLD: usize = 120;

/// What is to be looked for, and how it is to be answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SearchOrder {
    /// In the language of `docs/search.md`.
    pub text: String,
    /// Whether tones count.
    pub tones: Tones,
    /// Which versions of records are searched.
    pub reach: Reach,
    /// The order of the hits.
    pub sort: SortBy,
    /// Most hits in a list.
    pub limit: usize,
    /// Which list.
    pub start: Start,
    /// Whether all hits are counted.
    pub counting: Counting,
    /// Whether personal data in snippets and facts are shown.
    pub masking: Masking,
}

/// Which versions of records are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reach {
    /// The newest alone; a query that asks for others is refused.
    Newest,
    /// The newest, unless the query asks for others.
    #[default]
    AsAsked,
    /// All, with what was taken out of them.
    All,
}

/// Where a list of hits begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// It is the list of this number, from 1.
    List(usize),
    /// Behind this hit of the list before.
    After(Cursor),
}

/// What a query asks for.
///
/// # Errors
/// [`FailureCode::QueryInvalid`] if it is not understood.
pub(crate) fn understood(text: &str) -> Result<Condition, Failure> {
    condition_within(text, Reach::AsAsked, Masking::Shown).map_err(|error| invalid(text, error))
}

fn invalid(text: &str, error: QueryError) -> Failure {
    // What is wrong is told behind it, and a text that was pasted would hide that.
    let end = text.char_indices().nth(MAX_TOLD).map_or(text.len(), |(at, _)| at);
    let mut told = text.get(..end).unwrap_or_default().to_owned();
    if end < text.len() {
        told.push('…');
    }
    Failure::new(FailureCode::QueryInvalid).at(Place::Typed { text: told }).because(error)
}

/// What a query asks for, where so much may be searched and shown.
///
/// # Errors
/// Says what is not understood, or not to be searched.
pub(crate) fn condition_within(text: &str, reach: Reach, masking: Masking) -> Result<Condition, QueryError> {
    let condition = parse(text)?;
    if reach == Reach::Newest && condition.names_state() {
        return Err(QueryError { place: 1, piece: text.to_owned(), kind: QueryErrorKind::StateElsewhere });
    }
    if masking == Masking::Masked && condition.guesses_numbers() {
        return Err(number_hidden(text));
    }
    Ok(condition)
}

/// Says where numbers are asked for by how they begin.
fn number_hidden(text: &str) -> QueryError {
    let is_begun = |word: &&str| word.contains('*') && word.contains(char::is_numeric);
    let piece = text.split_whitespace().find(is_begun).unwrap_or(text);
    let before = (piece.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let place = text.get(..before).map_or(0, |before| before.chars().count()) + 1;
    QueryError { place, piece: piece.chars().take(40).collect(), kind: QueryErrorKind::NumberHidden }
}

/// Looks for one list of hits, as far as `budget` allows.
///
/// # Errors
/// As for [`understood`], or why the repository does not answer.
pub(crate) fn search(repository: &Repository, order: &SearchOrder, budget: &Budget<'_>) -> Result<Found, Failure> {
    let query = query_of(order)?;
    match &order.start {
        Start::List(number) => {
            let offset = number.saturating_sub(1).saturating_mul(order.limit);
            find(repository, &Query { offset, ..query }, budget)
        }
        Start::After(cursor) => find_after(repository, &query, cursor, budget),
    }
}

/// Looks for one list of hits for at most so many milliseconds.
///
/// # Errors
/// As for [`search`].
pub(crate) fn search_within(repository: &Repository, order: &SearchOrder, millis: u64) -> Result<Found, Failure> {
    let until = Instant::now() + Duration::from_millis(millis);
    search(repository, order, &Budget::until(&|| Instant::now() >= until))
}

/// Looks for all hits, however long it takes, and gives one after the other to `take`: those of the answer are
/// none.
///
/// # Errors
/// As for [`search`], or what `take` says.
pub(crate) fn search_each(
    repository: &Repository,
    order: &SearchOrder,
    take: &mut dyn FnMut(FoundPage) -> Result<(), Failure>,
) -> Result<Found, Failure> {
    let query = Query { limit: usize::MAX, ..query_of(order)? };
    find_each(repository, &query, &Budget::UNLIMITED, take)
}

fn query_of(order: &SearchOrder) -> Result<Query, Failure> {
    let condition = condition_within(&order.text, order.reach, order.masking).map_err(|error| invalid(&order.text, error))?;
    Ok(Query {
        condition,
        tones: order.tones,
        versions: if order.reach == Reach::All { Versions::All } else { Versions::Current },
        limit: order.limit,
        offset: 0,
        sort: order.sort,
        counting: order.counting,
        masking: order.masking,
    })
}
