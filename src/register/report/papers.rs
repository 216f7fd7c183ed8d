//! What the catalog tells of the papers of a period, and of the work on them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use time::{Duration, OffsetDateTime};

use crate::model::act::{Act, Deed, SampledDocument};
use crate::model::batch::BatchReport;
use crate::model::codes::DossierCode;
use crate::model::failure::Failure;
use crate::model::ids::{BlobId, PageId};
use crate::model::register::{Figure, FigureName, Missing, MissingName};
use crate::model::site::Site;
use crate::model::vietnamese::fold_words;
use crate::repository::{ActRow, Repository};
use crate::settings::{Origins, Settings, SiteInbox};

/// Acts read at a time.
const AT_ONCE: usize = 500;
/// Between two acts of one person no more is counted as work.
const MOST_BETWEEN: Duration = Duration::minutes(10);

/// Names of the deeds that [`is_work`] knows, as they stand in JSON.
const WORK: [&str; 4] = ["\"field_decided\"", "\"documents_changed\"", "\"pages_changed\"", "\"file_settled\""];

/// Pages that batches dealt with.
#[derive(Default)]
struct Pages {
    sealed: u64,
    exceptions: u64,
    scanned: u64,
}

/// The figures of papers: of the dossiers received, and of the batches and acts of these days.
pub(super) fn figures(
    repository: &Repository,
    settings: &Settings,
    (received, site): (&BTreeSet<String>, Option<&str>),
    between: (OffsetDateTime, OffsetDateTime),
) -> Result<Vec<Figure>, Failure> {
    let with_papers = repository.catalog.dossiers_with_papers(between)?;
    let with_papers = with_papers.iter().filter(|code| received.contains(*code)).count() as i64;
    let mut pages = Pages::default();
    for row in repository.catalog.batch_rows()? {
        let Some(report) = repository.catalog.batch_report(row.id)? else { continue };
        if report.started_at < between.0 || report.started_at >= between.1 {
            continue;
        }
        match site {
            Some(site) => add_site(&mut pages, repository, settings, &report, site)?,
            None => {
                pages.sealed += report.ledger.sealed;
                pages.exceptions += report.ledger.waiting + report.ledger.refused;
                pages.scanned += report.ledger.scanned;
            }
        }
    }
    let missing = (pages.scanned == 0).then_some(Missing { what: MissingName::Papers, dossiers: None });
    let of = |value: u64| (pages.scanned > 0).then_some(i64::try_from(value).unwrap_or(i64::MAX));
    let mut figures = vec![
        Figure::of(FigureName::WithPapers, Some(with_papers), Some(received.len() as u64), None),
        Figure::of(FigureName::PagesSealed, of(pages.sealed), None, missing),
        Figure::of(FigureName::Exceptions, of(pages.exceptions), Some(pages.scanned), missing),
        of_all_sites(FigureName::ClerkMinutes, site, || clerk_minutes(repository, &pages, between))?,
        of_all_sites(FigureName::ComponentsReused, site, || components_reused(repository, between))?,
    ];
    let samples = [FigureName::SampleDrawn, FigureName::SampleChecked, FigureName::SampleErrors];
    match site {
        Some(_) => figures.extend(samples.map(not_by_site)),
        None => figures.extend(sample_checks(repository, between)?),
    }
    Ok(figures)
}

/// A figure of acts, which do not tell at which site somebody sat.
fn of_all_sites(
    name: FigureName,
    site: Option<&str>,
    figure: impl FnOnce() -> Result<Figure, Failure>,
) -> Result<Figure, Failure> {
    match site {
        Some(_) => Ok(not_by_site(name)),
        None => figure(),
    }
}

fn not_by_site(name: FigureName) -> Figure {
    Figure::of(name, None, None, Some(Missing { what: MissingName::NotBySite, dossiers: None }))
}

/// Minutes of people.
fn clerk_minutes(repository: &Repository, pages: &Pages, between: (OffsetDateTime, OffsetDateTime)) -> Result<Figure, Failure> {
    let missing = (pages.scanned == 0).then_some(Missing { what: MissingName::Papers, dossiers: None });
    // For 100 pages, so a hundred times as many minutes over the pages.
    let minutes = minutes_of_people(repository, between)?.saturating_mul(100);
    Ok(Figure::of(FigureName::ClerkMinutes, (pages.scanned > 0).then_some(minutes), Some(pages.sealed), missing))
}

/// Components that what is held already stands for.
fn components_reused(repository: &Repository, between: (OffsetDateTime, OffsetDateTime)) -> Result<Figure, Failure> {
    let count = i64::try_from(repository.catalog.count_reuses(between)?).unwrap_or(i64::MAX);
    Ok(Figure::of(FigureName::ComponentsReused, Some(count), None, None))
}

/// How many documents were drawn, how many of them second persons checked, and what they found: of each what was said
/// last.
fn sample_checks(repository: &Repository, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<[Figure; 3], Failure> {
    // A document that was drawn again in another version is one.
    let mut checked: BTreeMap<(DossierCode, u32), bool> = BTreeMap::new();
    let mut drawn: BTreeSet<(DossierCode, u32)> = BTreeSet::new();
    let name_of = |document: &SampledDocument| -> Result<Option<(DossierCode, u32)>, Failure> {
        let records = repository.catalog.records(&[document.record])?;
        Ok(records.first().map(|record| (record.dossier_code.clone(), document.ordinal)))
    };
    let mut after = 0;
    loop {
        let rows = repository.catalog.acts_after(after, AT_ONCE)?;
        let Some(newest) = rows.last() else { break };
        after = newest.number;
        // Most acts are none of these, and reading one costs more than looking.
        for row in rows.iter().filter(|row| row.content.contains("\"sample_")) {
            let Ok(act) = serde_json::from_str::<Act>(&row.content) else { continue };
            match act.deed {
                _ if act.at < from || act.at >= before => {}
                Deed::SampleChecked(found) => {
                    checked.extend(name_of(&found.document)?.map(|name| (name, !found.wrong.is_empty())));
                }
                Deed::SampleDrawn(sample) => {
                    for document in &sample.documents {
                        drawn.extend(name_of(document)?);
                    }
                }
                _ => {}
            }
        }
    }
    drawn.extend(checked.keys().cloned());
    let (all, seen) = (drawn.len() as u64, checked.len() as u64);
    let wrong = checked.values().filter(|is_wrong| **is_wrong).count() as i64;
    let unseen = all - seen;
    let none = || Missing { what: MissingName::Samples, dossiers: None };
    let missing = match (seen, unseen) {
        (0, _) => Some(none()),
        (_, 0) => None,
        _ => Some(Missing { what: MissingName::Unchecked, dossiers: Some(unseen) }),
    };
    let of = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let known = (seen > 0).then_some(wrong);
    Ok([
        Figure::of(FigureName::SampleDrawn, Some(of(all)), None, None),
        Figure::of(FigureName::SampleChecked, Some(of(seen)), Some(all), (all == 0).then(none)),
        Figure::of(FigureName::SampleErrors, known, Some(seen), missing).of_sample(unseen),
    ])
}

/// The codes of the sites of the inboxes that somebody means; folded.
fn codes_of(settings: &Settings, typed: &str) -> BTreeSet<String> {
    let sites = settings.inboxes.iter().map(SiteInbox::site).filter(|site| site.is_called(typed));
    sites.map(|site| fold_words(&site.code)).collect()
}

/// Adds the pages of a batch that came from one site: by what their records say, and those that never came
/// into one by the folder that they lay in.
fn add_site(
    pages: &mut Pages,
    repository: &Repository,
    settings: &Settings,
    report: &BatchReport,
    site: &str,
) -> Result<(), Failure> {
    // Codes stay what they are where sites are renamed.
    let codes = codes_of(settings, site);
    let is_here = |found: &Site| if codes.is_empty() { found.is_called(site) } else { codes.contains(&fold_words(&found.code)) };
    let scans: BTreeSet<BlobId> = repository.catalog.batch_scans(report.batch)?.into_iter().map(|(_, scan, _)| scan).collect();
    for line in &report.dossiers {
        let records = repository.catalog.records_of(&line.code)?;
        for record in records.iter().filter(|record| record.kind == line.kind && record.version == line.version) {
            for document in &record.documents {
                let here = document.scans().filter(|scan| scan.origin.as_ref().is_some_and(|origin| is_here(&origin.site)));
                let here: BTreeSet<BlobId> = here.map(|scan| scan.blake3).filter(|scan| scans.contains(scan)).collect();
                let count = |all: &[PageId]| all.iter().filter(|page| here.contains(&page.scan)).count() as u64;
                pages.sealed += count(&document.pages);
                pages.scanned += count(&document.pages) + count(&document.blank_pages);
            }
        }
    }
    let origins = Origins::new(&settings.inboxes, Path::new(&report.inbox));
    for line in &report.exceptions {
        if origins.of(&line.path).is_some_and(|origin| is_here(&origin.site)) {
            pages.exceptions += line.pages;
            pages.scanned += line.pages;
        }
    }
    Ok(())
}

/// Minutes between acts of the same person that follow one another; the first of a row is counted with none.
fn minutes_of_people(repository: &Repository, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<i64, Failure> {
    let mut last: BTreeMap<String, OffsetDateTime> = BTreeMap::new();
    let (mut total, mut after) = (Duration::ZERO, 0);
    loop {
        let rows = repository.catalog.acts_after(after, AT_ONCE)?;
        let Some(newest) = rows.last() else { return Ok(total.whole_minutes()) };
        after = newest.number;
        // Most acts are no work of people, and reading one costs more than looking for its name.
        let is_named = |row: &&ActRow| WORK.iter().any(|name| row.content.contains(name));
        for row in rows.iter().filter(is_named) {
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
