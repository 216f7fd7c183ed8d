//! What the catalog tells of the papers of a period, and of the work on them.

use std::collections::{BTreeMap, BTreeSet};

use time::{Duration, OffsetDateTime};

use crate::model::act::{Act, Deed};
use crate::model::failure::Failure;
use crate::model::register::{Figure, FigureName, Missing, MissingName};
use crate::repository::Repository;

/// Acts read at a time.
const AT_ONCE: usize = 500;
/// Between two acts of one person no more is counted as work.
const MOST_BETWEEN: Duration = Duration::minutes(10);

/// The figures of papers: of the dossiers received, and of the batches and acts of these days.
pub(super) fn figures(
    repository: &Repository,
    received: &BTreeSet<String>,
    between: (OffsetDateTime, OffsetDateTime),
) -> Result<[Figure; 4], Failure> {
    let with_papers = repository.catalog.dossiers_with_papers(between)?;
    let with_papers = with_papers.iter().filter(|code| received.contains(*code)).count() as i64;
    let (mut sealed, mut exceptions, mut pages) = (0i64, 0i64, 0u64);
    for row in repository.catalog.batch_rows()? {
        let Some(report) = repository.catalog.batch_report(row.id)? else { continue };
        if report.started_at >= between.0 && report.started_at < between.1 {
            sealed += i64::try_from(report.ledger.sealed).unwrap_or(0);
            exceptions += i64::try_from(report.ledger.waiting + report.ledger.refused).unwrap_or(0);
            pages += report.ledger.scanned;
        }
    }
    let missing = (pages == 0).then_some(Missing { what: MissingName::Papers, dossiers: None });
    // For 100 pages, so a hundred times as many minutes over the pages.
    let minutes = minutes_of_people(repository, between)?.saturating_mul(100);
    let of = |value: i64| (pages > 0).then_some(value);
    Ok([
        Figure::of(FigureName::WithPapers, Some(with_papers), Some(received.len() as u64), None),
        Figure::of(FigureName::PagesSealed, of(sealed), None, missing),
        Figure::of(FigureName::Exceptions, of(exceptions), Some(pages), missing),
        Figure::of(FigureName::ClerkMinutes, of(minutes), Some(sealed.unsigned_abs()), missing),
    ])
}

/// Minutes between acts of the same person that follow one another; the first of a row is counted with none.
fn minutes_of_people(repository: &Repository, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<i64, Failure> {
    let mut last: BTreeMap<String, OffsetDateTime> = BTreeMap::new();
    let (mut total, mut after) = (Duration::ZERO, 0);
    loop {
        let rows = repository.catalog.acts_after(after, AT_ONCE)?;
        let Some(newest) = rows.last() else { return Ok(total.whole_minutes()) };
        after = newest.number;
        for row in rows {
            // What does not read is for `verify` to tell.
            let Ok(act) = serde_json::from_str::<Act>(&row.content) else { continue };
            if act.at < from || act.at >= before || !is_work(&act.deed) {
                continue;
            }
            let person = act.actor.by.unwrap_or(act.actor.account);
            if let Some(earlier) = last.insert(person, act.at) {
                total += (act.at - earlier).clamp(Duration::ZERO, MOST_BETWEEN);
            }
        }
    }
}

/// Whether a person did it about papers.
fn is_work(deed: &Deed) -> bool {
    matches!(
        deed,
        Deed::FieldDecided { .. } | Deed::DocumentsChanged { .. } | Deed::PagesChanged { .. } | Deed::FileSettled { .. }
    )
}
