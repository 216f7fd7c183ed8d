//! What the centre reports of a period: figures with what they were counted from, by which rule, and what is
//! missing for them.
//!
//! The rules are those of QĐ 766/QĐ-TTg as far as the register tells what they ask for.

mod dossier;
mod papers;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, OffsetDateTime, Time};

use super::config::RegisterConfig;
use crate::model::failure::Failure;
use crate::model::register::{
    Figure, FigureName, Missing, MissingName, PeriodReport, Procedure, RatingGrade, RegisterList, RegisterRow,
};
use crate::model::vietnamese::fold_words;
use crate::repository::{Repository, RepositoryError};
use crate::settings::{Settings, SiteInbox};
use tally::Tally;

/// Rows that are asked for at once.
const AT_ONCE: usize = 2000;

/// Of which time, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeriodOrder {
    /// The first and the last day.
    pub days: (Date, Date),
    /// Of dossiers that were taken in here alone.
    pub site: Option<String>,
}

/// What is looked up for each dossier.
pub(super) struct Lists {
    /// By code without the portal's tail.
    procedures: BTreeMap<String, Procedure>,
    /// By procedure, the number of the service.
    essential: BTreeMap<String, usize>,
    essential_services: u64,
    /// By dossier: whether it is good, and whether there was a complaint or dislike.
    ratings: BTreeMap<String, (bool, bool)>,
    /// What the site that is asked for may be called in the register; none if all sites are.
    site: Option<BTreeSet<String>>,
}

/// All names by which one site is known: as it was typed, and by code and name if it is one of the inboxes'.
fn names_of(settings: &Settings, typed: &str) -> BTreeSet<String> {
    let sites = settings.inboxes.iter().map(SiteInbox::site).filter(|site| site.is_called(typed));
    let names = sites.flat_map(|site| [site.code, site.name]).chain([typed.to_owned()]);
    names.map(|name| fold_words(&name)).collect()
}

impl Lists {
    fn read(repository: &Repository, config: &RegisterConfig, site: Option<BTreeSet<String>>) -> Result<Self, Failure> {
        let mut lists = Self {
            procedures: BTreeMap::new(),
            essential: BTreeMap::new(),
            essential_services: 0,
            ratings: BTreeMap::new(),
            site,
        };
        for (number, service) in config.reports().essential.iter().enumerate() {
            lists.essential_services += 1;
            lists.essential.extend(service.procedures.iter().map(|code| (short(code), number)));
        }
        each(repository, RegisterList::Procedures, &mut |row| {
            if let RegisterRow::Procedure(procedure) = row {
                lists.procedures.insert(procedure.code.short().to_owned(), procedure);
            }
        })?;
        each(repository, RegisterList::Ratings, &mut |row| {
            if let RegisterRow::Rating(rating) = row {
                let is_good = matches!(rating.grade, RatingGrade::VerySatisfied | RatingGrade::Satisfied);
                let is_bad = rating.complaint || rating.grade == RatingGrade::Dissatisfied;
                // They come by their moments: the last grade counts, and every complaint.
                let rated = lists.ratings.entry(rating.dossier.to_string()).or_default();
                *rated = (is_good, rated.1 || is_bad);
            }
        })?;
        Ok(lists)
    }
}

/// A code as procedures are compared by.
fn short(code: &str) -> String {
    let parsed = code.parse::<crate::model::codes::ProcedureCode>();
    parsed.map_or_else(|_| code.to_owned(), |code| code.short().to_owned())
}

fn each(repository: &Repository, list: RegisterList, see: &mut dyn FnMut(RegisterRow)) -> Result<(), RepositoryError> {
    let mut after = String::new();
    loop {
        let rows = repository.catalog.register_rows_after(list, &after, AT_ONCE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.key();
        rows.into_iter().for_each(&mut *see);
    }
}

/// Counts the figures of a period, as they stand at `now`.
///
/// # Errors
/// When the settings or the catalog cannot be read.
pub(crate) fn report(
    repository: &Repository,
    settings: &Settings,
    order: &PeriodOrder,
    now: OffsetDateTime,
) -> Result<PeriodReport, Failure> {
    let (from, to) = order.days;
    let offset = settings.general.local(now).offset();
    let begins = |day: Date| day.with_time(Time::MIDNIGHT).assume_offset(offset);
    let between = (begins(from), begins(to.next_day().unwrap_or(to)));
    let (first, last) = year_before((from, to));
    let before = (begins(first), begins(last.next_day().unwrap_or(last)));
    let site = order.site.as_deref().map(|typed| names_of(settings, typed));
    let lists = Lists::read(repository, &RegisterConfig::load(settings)?, site)?;
    let mut tally = Tally::new(&lists, between.1, now.to_offset(offset));
    repository.catalog.register_between(RegisterList::Dossiers, between, &mut |row| {
        if let RegisterRow::Dossier(dossier) = row {
            tally.add(&dossier);
        }
        Ok(())
    })?;
    let mut received_before = 0u64;
    repository.catalog.register_between(RegisterList::Dossiers, before, &mut |row| {
        if let RegisterRow::Dossier(dossier) = row {
            received_before += u64::from(lists.is_here(dossier.site.as_deref()));
        }
        Ok(())
    })?;
    let mut figures = tally.figures(received_before);
    figures.extend(reductions(repository, &lists, tally.codes(), between)?);
    figures.extend(tally.ratings());
    figures.push(visits(repository, &lists, between)?);
    figures.extend(papers::figures(repository, settings, (tally.codes(), order.site.as_deref()), between)?);
    Ok(PeriodReport { from, to, site: order.site.clone(), counted_at: now, figures })
}

/// The same days of the year before: of whole months whole months, of a leap day the one before it.
fn year_before((from, to): (Date, Date)) -> (Date, Date) {
    let before = |day: Date, number: u8| {
        let year = day.year() - 1;
        Date::from_calendar_date(year, day.month(), number.min(day.month().length(year))).unwrap_or(day)
    };
    let is_whole = from.day() == 1 && to.day() == to.month().length(to.year());
    (before(from, from.day()), before(to, if is_whole { 31 } else { to.day() }))
}

fn reductions(
    repository: &Repository,
    lists: &Lists,
    received: &BTreeSet<String>,
    between: (OffsetDateTime, OffsetDateTime),
) -> Result<[Figure; 2], Failure> {
    let (mut any, mut dossiers, mut sum) = (false, BTreeSet::new(), 0i64);
    each(repository, RegisterList::FeeReductions, &mut |row| {
        let RegisterRow::FeeReduction(reduction) = row else { return };
        any = true;
        let is_of_period = reduction.at.is_none_or(|at| at >= between.0 && at < between.1);
        let is_received = received.contains(reduction.dossier.as_str());
        // Without a day of its own it belongs to its dossier; so it does where one site is asked for.
        if is_of_period && (is_received || (reduction.at.is_some() && lists.site.is_none())) {
            dossiers.insert(reduction.dossier.to_string());
            sum += i64::try_from(reduction.amount.unwrap_or(0)).unwrap_or(0);
        }
    })?;
    let missing = (!any).then_some(Missing { what: MissingName::FeeReductions, dossiers: None });
    let known = |value| any.then_some(value);
    Ok([
        Figure::of(FigureName::FeeReductions, known(i64::try_from(dossiers.len()).unwrap_or(i64::MAX)), None, missing),
        Figure::of(FigureName::FeesReduced, known(sum), None, missing),
    ])
}

fn visits(repository: &Repository, lists: &Lists, between: (OffsetDateTime, OffsetDateTime)) -> Result<Figure, Failure> {
    // By day: of the whole centre, and of all sites together.
    let mut days: BTreeMap<Date, (Option<i64>, i64)> = BTreeMap::new();
    repository.catalog.register_between(RegisterList::Visits, between, &mut |row| {
        if let RegisterRow::Visits(visits) = row
            && lists.is_here(visits.site.as_deref())
        {
            let day = days.entry(visits.begins_at.to_offset(between.0.offset()).date()).or_default();
            let count = i64::try_from(visits.count).unwrap_or(0);
            match visits.site {
                None => *day.0.get_or_insert(0) += count,
                Some(_) => day.1 += count,
            }
        }
        Ok(())
    })?;
    let count = (!days.is_empty()).then(|| days.values().map(|(centre, sites)| centre.unwrap_or(*sites)).sum());
    let missing = count.is_none().then_some(Missing { what: MissingName::Visits, dossiers: None });
    Ok(Figure::of(FigureName::Visits, count, None, missing))
}

impl Lists {
    /// Whether something of this site is asked for.
    fn is_here(&self, site: Option<&str>) -> bool {
        self.site.as_ref().is_none_or(|wanted| site.is_some_and(|site| wanted.contains(&fold_words(site))))
    }
}

#[cfg(test)]
mod tests;
