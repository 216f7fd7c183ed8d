//! Dossiers, counted.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::Lists;
use super::dossier::{Punctuality, punctuality};
use crate::model::register::{
    Channel, DossierStatus, Figure, FigureName, Missing, MissingName, Payment, RegisterDossier, Reuse, SubjectKind,
};

/// Numerator, denominator, and dossiers of which it is not known whether they count.
#[derive(Default, Clone, Copy)]
struct Part {
    of: u64,
    all: u64,
    unknown: u64,
}

impl Part {
    fn count(&mut self, is: Option<bool>) {
        match is {
            Some(is) => {
                self.all += 1;
                self.of += u64::from(is);
            }
            None => self.unknown += 1,
        }
    }

    fn figure(self, name: FigureName, what: MissingName) -> Figure {
        let missing = (self.unknown > 0).then_some(Missing { what, dossiers: Some(self.unknown) });
        Figure::of(name, Some(signed(self.of)), Some(self.all), missing)
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The dossiers of a period, counted one after the other.
pub(super) struct Tally<'a> {
    lists: &'a Lists,
    by: OffsetDateTime,
    codes: BTreeSet<String>,
    processed: u64,
    late: u64,
    on_time: u64,
    no_appointment: u64,
    no_end: u64,
    seconds: i64,
    finished: u64,
    online: u64,
    no_channel: u64,
    online_with_result: u64,
    payment: Part,
    electronic: Part,
    digitised: Part,
    reused: u64,
    shared: u64,
    population: Part,
    services: BTreeSet<usize>,
    essential: u64,
    rated: u64,
    satisfied: u64,
    late_or_bad: u64,
}

impl<'a> Tally<'a> {
    /// For a period that ends before `end`, as it stands at `now`.
    pub(super) fn new(lists: &'a Lists, end: OffsetDateTime, now: OffsetDateTime) -> Self {
        Self {
            lists,
            by: end.min(now),
            codes: BTreeSet::new(),
            processed: 0,
            late: 0,
            on_time: 0,
            no_appointment: 0,
            no_end: 0,
            seconds: 0,
            finished: 0,
            online: 0,
            no_channel: 0,
            online_with_result: 0,
            payment: Part::default(),
            electronic: Part::default(),
            digitised: Part::default(),
            reused: 0,
            shared: 0,
            population: Part::default(),
            services: BTreeSet::new(),
            essential: 0,
            rated: 0,
            satisfied: 0,
            late_or_bad: 0,
        }
    }

    /// The codes of the dossiers that were counted.
    pub(super) fn codes(&self) -> &BTreeSet<String> {
        &self.codes
    }

    pub(super) fn add(&mut self, dossier: &RegisterDossier) {
        if !self.lists.is_here(dossier.site.as_deref()) {
            return;
        }
        self.codes.insert(dossier.code.to_string());
        let is_done = dossier.status.is_some_and(DossierStatus::is_processed);
        self.processed += u64::from(is_done);
        self.add_time(dossier);
        self.add_results(dossier);
        self.add_components(dossier);
        if let Some(service) = dossier.procedure.as_ref().and_then(|code| self.lists.essential.get(code.short())) {
            self.services.insert(*service);
            self.essential += 1;
        }
    }

    fn add_time(&mut self, dossier: &RegisterDossier) {
        let procedure = dossier.procedure.as_ref().and_then(|code| self.lists.procedures.get(code.short()));
        let kept = punctuality(dossier, procedure, self.by);
        let count = match kept {
            Punctuality::OnTime => &mut self.on_time,
            Punctuality::Late => &mut self.late,
            Punctuality::NoAppointment => &mut self.no_appointment,
            Punctuality::NoEnd => &mut self.no_end,
        };
        *count += 1;
        let is_finished = matches!(dossier.status, Some(DossierStatus::Processed | DossierStatus::Returned));
        if let (true, Some(from), Some(to)) = (is_finished, dossier.received_at, dossier.ended_at()) {
            self.seconds += (to - from).whole_seconds().max(0);
            self.finished += 1;
        }
        let (is_good, is_bad) =
            self.lists.ratings.get(dossier.code.as_str()).copied().map_or((None, false), |(good, bad)| (Some(good), bad));
        self.rated += u64::from(is_good.is_some());
        self.satisfied += u64::from(is_good == Some(true));
        self.late_or_bad += u64::from(is_bad || kept == Punctuality::Late);
    }

    fn add_results(&mut self, dossier: &RegisterDossier) {
        let procedure = dossier.procedure.as_ref().and_then(|code| self.lists.procedures.get(code.short()));
        let wants_paper = procedure.and_then(|procedure| procedure.paper_result);
        let has_result = dossier.results.iter().any(|result| result.file.is_some());
        let has_coded_result = dossier.results.iter().any(|result| result.file.is_some() && result.code.is_some());
        match dossier.channel {
            Some(Channel::Online) => {
                self.online += 1;
                self.online_with_result += u64::from(wants_paper == Some(false) || has_coded_result);
            }
            Some(Channel::Direct | Channel::Post) => {}
            None => self.no_channel += 1,
        }
        match wants_paper {
            Some(true) => self.electronic.count(Some(has_result)),
            Some(false) => {}
            None => self.electronic.count(None),
        }
        let has_components =
            dossier.components.iter().any(|component| component.file.is_some() || component.digitised == Some(true));
        let is_digitised = match (has_components, wants_paper) {
            (false, _) if dossier.components.is_empty() && dossier.digitised.is_none() => None,
            (false, _) => Some(false),
            (true, Some(true)) => Some(has_result),
            (true, Some(false)) => Some(true),
            (true, None) => has_result.then_some(true),
        };
        self.digitised.count(is_digitised);
        match procedure.and_then(|procedure| procedure.has_fee) {
            Some(true) => self.payment.count(Some(matches!(dossier.payment, Some(Payment::Portal | Payment::Local)))),
            Some(false) => {}
            None => self.payment.count(None),
        }
        let is_shared = has_result || dossier.components.iter().any(|component| component.from_repository == Some(true));
        self.shared += u64::from(is_shared);
    }

    fn add_components(&mut self, dossier: &RegisterDossier) {
        let is_again = |reuse: Option<Reuse>| matches!(reuse, Some(Reuse::FromComponent | Reuse::FromResult));
        let is_reused = dossier.digitised == Some(true)
            || dossier.components.iter().any(|component| component.digitised == Some(true) || is_again(component.reuse));
        self.reused += u64::from(is_reused);
        match dossier.subject {
            Some(SubjectKind::Citizen) => {
                let asked = dossier.databases.iter().any(|code| code == "1");
                let taken = dossier.components.iter().any(|component| component.from_repository == Some(true));
                self.population.count(Some(dossier.vneid == Some(true) || asked || taken));
            }
            Some(_) => {}
            None => self.population.count(None),
        }
    }

    /// The figures that come of the dossiers alone.
    pub(super) fn figures(&self, received_before: u64) -> Vec<Figure> {
        let received = self.codes.len() as u64;
        let lacks = |what, count: u64| (count > 0).then_some(Missing { what, dossiers: Some(count) });
        let share = |name, count: u64, missing| Figure::of(name, Some(signed(count)), Some(received), missing);
        let untold = lacks(MissingName::Appointment, self.no_appointment).or(lacks(MissingName::End, self.no_end));
        let has_codes = !self.lists.essential.is_empty();
        let no_codes = (!has_codes).then_some(Missing { what: MissingName::EssentialCodes, dossiers: None });
        let known = |count: u64| has_codes.then_some(signed(count));
        let no_year = (received_before == 0).then_some(Missing { what: MissingName::YearBefore, dossiers: None });
        let before = (received_before > 0).then_some(signed(received_before));
        vec![
            Figure::of(FigureName::Received, Some(signed(received)), None, None),
            Figure::of(FigureName::ReceivedBefore, before, None, no_year),
            Figure::of(FigureName::Change, before.map(|before| signed(received) - before), None, no_year),
            share(FigureName::Processed, self.processed, None),
            share(FigureName::Late, self.late, untold),
            share(FigureName::OnTime, self.on_time, untold),
            Figure::of(
                FigureName::MeanDays,
                Some(self.seconds / 86_400),
                Some(self.finished),
                lacks(MissingName::End, self.no_end),
            ),
            share(FigureName::Online, self.online, lacks(MissingName::Channel, self.no_channel)),
            share(FigureName::OnlineWithResult, self.online_with_result, lacks(MissingName::Procedure, self.electronic.unknown)),
            self.payment.figure(FigureName::OnlinePayment, MissingName::Fee),
            self.electronic.figure(FigureName::ElectronicResult, MissingName::Procedure),
            self.digitised.figure(FigureName::Digitised, MissingName::Components),
            share(FigureName::Reused, self.reused, None),
            share(FigureName::Shared, self.shared, None),
            self.population.figure(FigureName::PopulationData, MissingName::Subject),
            Figure::of(
                FigureName::EssentialServices,
                known(self.services.len() as u64),
                Some(self.lists.essential_services),
                no_codes,
            ),
            Figure::of(FigureName::EssentialDossiers, known(self.essential), None, no_codes),
        ]
    }

    /// The figures that come of ratings.
    pub(super) fn ratings(&self) -> [Figure; 2] {
        let none = self.lists.ratings.is_empty();
        let missing = none.then_some(Missing { what: MissingName::Ratings, dossiers: None });
        let received = self.codes.len() as u64;
        let content = signed(received.saturating_sub(self.late_or_bad));
        [
            Figure::of(FigureName::Satisfied, (!none).then_some(signed(self.satisfied)), Some(self.rated), missing),
            Figure::of(FigureName::Satisfaction, (!none).then_some(content), Some(received), missing),
        ]
    }
}
