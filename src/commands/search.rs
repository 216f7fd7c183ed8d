//! Searching: the hits of a list, or all of them.

use crate::model::failure::Failure;
use crate::model::query::{QueryError, parse};
use crate::pipeline::find::{Found, find, find_after};
use crate::pipeline::hit::Cursor;
use crate::repository::{Budget, Counting, Query, Repository, SortBy, Tones};

/// What is to be looked for, and how it is to be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOrder {
    /// In the language of `docs/search.md`.
    pub text: String,
    /// Whether tones count.
    pub tones: Tones,
    /// The order of the hits.
    pub sort: SortBy,
    /// Most hits in a list.
    pub limit: usize,
    /// Which list.
    pub start: Start,
    /// Whether all hits are counted.
    pub counting: Counting,
}

/// Where a list of hits begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// It is the list of this number, from 1.
    List(usize),
    /// Behind this hit of the list before.
    After(Cursor),
}

/// Says why there is no answer.
#[derive(Debug)]
pub enum SearchError {
    /// The query is not understood.
    Query(QueryError),
    /// The repository does not answer.
    Failed(Failure),
}

impl From<Failure> for SearchError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Looks for one list of hits, as far as `budget` allows.
///
/// # Errors
/// See [`SearchError`].
pub fn search(repository: &Repository, order: &SearchOrder, budget: &Budget<'_>) -> Result<Found, SearchError> {
    let query = query_of(order)?;
    Ok(match &order.start {
        Start::List(number) => {
            let offset = number.saturating_sub(1).saturating_mul(order.limit);
            find(repository, &Query { offset, ..query }, budget)?
        }
        Start::After(cursor) => find_after(repository, &query, cursor, budget)?,
    })
}

/// Looks for all hits at once, however long it takes.
///
/// # Errors
/// See [`SearchError`].
pub fn search_all(repository: &Repository, order: &SearchOrder) -> Result<Found, SearchError> {
    let query = Query { limit: usize::MAX, ..query_of(order)? };
    Ok(find(repository, &query, &Budget::UNLIMITED)?)
}

fn query_of(order: &SearchOrder) -> Result<Query, SearchError> {
    let condition = parse(&order.text).map_err(SearchError::Query)?;
    Ok(Query { condition, tones: order.tones, limit: order.limit, offset: 0, sort: order.sort, counting: order.counting })
}
