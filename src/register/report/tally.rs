//! Dossiers, counted.

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use super::Lists;
use super::dossier::{Punctuality, punctuality};
use crate::model::register::{
    Channel, DossierStatus, Figure, FigureName, Missing, MissingName, Payment, RegisterComponent, RegisterDossier, Reuse,
    SubjectKind,
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
        Figure::of(name, self.known(), Some(self.all), self.missing(what))
    }

    /// The same as a share of all that were received, known or not.
    fn of_received(self, name: FigureName, what: MissingName) -> Figure {
        let received = self.all + self.unknown;
        Figure::of(name, self.known(), Some(received), self.missing(what))
    }

    fn missing(self, what: MissingName) -> Option<Missing> {
        (self.unknown > 0).then_some(Missing { what, dossiers: Some(self.unknown) })
    }

    /// Where nothing is known of any, it is not 0 either.
    fn known(self) -> Option<i64> {
        (self.all > 0 || self.unknown == 0).then_some(signed(self.of))
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
    processed: Part,
    late: u64,
    on_time: u64,
    no_appointment: u64,
    no_end: u64,
    seconds: i64,
    finished: u64,
    online: Part,
    /// Of those that came online; others count with none.
    online_with_result: Part,
    payment: Part,
    /// Dossiers of which it is not told how they were paid for, though a fee is due.
    no_payment: u64,
    electronic: Part,
    digitised: Part,
    reused: Part,
    shared: Part,
    population: Part,
    /// Citizens of whom nothing tells by which data they are known.
    no_data: u64,
    /// Whether any dossier has a result, so that others lack theirs.
    has_results: bool,
    /// Dossiers that are electronic, digitised or online with a result only if theirs is not just untold.
    no_result: [u64; 3],
    services: BTreeSet<usize>,
    essential: u64,
    rated: u64,
    satisfied: u64,
    /// With a complaint or dislike.
    bad: u64,
}

impl<'a> Tally<'a> {
    /// For a period that ends before `end`, as it stands at `now`.
    pub(super) fn new(lists: &'a Lists, end: OffsetDateTime, now: OffsetDateTime) -> Self {
        Self {
            lists,
            // The last day still counts: what is due at its end, as days without a time are, and has not ended is not late.
            by: (end - Duration::SECOND).min(now),
            codes: BTreeSet::new(),
            processed: Part::default(),
            late: 0,
            on_time: 0,
            no_appointment: 0,
            no_end: 0,
            seconds: 0,
            finished: 0,
            online: Part::default(),
            online_with_result: Part::default(),
            payment: Part::default(),
            no_payment: 0,
            electronic: Part::default(),
            digitised: Part::default(),
            reused: Part::default(),
            shared: Part::default(),
            population: Part::default(),
            no_data: 0,
            has_results: false,
            no_result: [0; 3],
            services: BTreeSet::new(),
            essential: 0,
            rated: 0,
            satisfied: 0,
            bad: 0,
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
        self.processed.count(dossier.status.map(DossierStatus::is_processed));
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
        self.bad += u64::from(is_bad);
    }

    fn add_results(&mut self, dossier: &RegisterDossier) {
        let procedure = dossier.procedure.as_ref().and_then(|code| self.lists.procedures.get(code.short()));
        let wants_paper = procedure.and_then(|procedure| procedure.paper_result);
        let has_result = dossier.results.iter().any(|result| result.file.is_some());
        let has_coded_result = dossier.results.iter().any(|result| result.file.is_some() && result.code.is_some());
        self.has_results |= !dossier.results.is_empty();
        let is_untold = dossier.results.is_empty();
        self.online.count(dossier.channel.map(|channel| channel == Channel::Online));
        let [no_electronic, no_digitised, no_online] = &mut self.no_result;
        match (dossier.channel, wants_paper) {
            (Some(Channel::Direct | Channel::Post), _) => self.online_with_result.count(Some(false)),
            (Some(Channel::Online), Some(false)) => self.online_with_result.count(Some(true)),
            (Some(Channel::Online), _) if has_coded_result => self.online_with_result.count(Some(true)),
            (Some(Channel::Online), Some(true)) if is_untold => *no_online += 1,
            (Some(Channel::Online), Some(true)) => self.online_with_result.count(Some(false)),
            (Some(Channel::Online), None) | (None, _) => self.online_with_result.count(None),
        }
        match wants_paper {
            Some(true) if is_untold => *no_electronic += 1,
            Some(true) => self.electronic.count(Some(has_result)),
            Some(false) => {}
            None => self.electronic.count(None),
        }
        // Without a list of components the word of the sender counts; in a list, what is called digitised and has no
        // file is nothing that could be counted.
        let has_components = match dossier.components.as_slice() {
            [] => dossier.digitised,
            all if all.iter().any(|component| component.file.is_some()) => Some(true),
            all => all.iter().all(|component| component.digitised != Some(true)).then_some(false),
        };
        match (has_components, wants_paper) {
            (None, _) => self.digitised.count(None),
            (Some(false), _) => self.digitised.count(Some(false)),
            (Some(true), Some(true)) if is_untold => *no_digitised += 1,
            (Some(true), Some(true)) => self.digitised.count(Some(has_result)),
            (Some(true), Some(false)) => self.digitised.count(Some(true)),
            (Some(true), None) => self.digitised.count(has_result.then_some(true)),
        }
        match procedure.and_then(|procedure| procedure.has_fee) {
            Some(true) => {
                self.no_payment += u64::from(dossier.payment.is_none());
                let is_online = |payment| matches!(payment, Payment::Portal | Payment::Local);
                self.payment.count(dossier.payment.map(is_online));
            }
            Some(false) => {}
            None => self.payment.count(None),
        }
        let is_told = !is_untold || dossier.components.iter().any(|component| component.from_repository.is_some());
        let is_shared = has_result || dossier.components.iter().any(|component| component.from_repository == Some(true));
        self.shared.count(is_told.then_some(is_shared));
    }

    fn add_components(&mut self, dossier: &RegisterDossier) {
        let is_again = |reuse: Option<Reuse>| matches!(reuse, Some(Reuse::FromComponent | Reuse::FromResult));
        let is_reused = dossier.digitised == Some(true)
            || dossier.components.iter().any(|component| component.digitised == Some(true) || is_again(component.reuse));
        let is_told = dossier.digitised.is_some()
            || dossier.components.iter().any(|component| component.digitised.is_some() || component.reuse.is_some());
        self.reused.count(is_told.then_some(is_reused));
        match dossier.subject {
            Some(SubjectKind::Citizen) => {
                let asked = dossier.databases.iter().any(|code| code == "1");
                let from_repository = |component: &RegisterComponent| component.from_repository;
                let taken = dossier.components.iter().any(|component| from_repository(component) == Some(true));
                let is_told = dossier.vneid.is_some()
                    || !dossier.databases.is_empty()
                    || dossier.components.iter().any(|component| from_repository(component).is_some());
                self.no_data += u64::from(!is_told);
                self.population.count(is_told.then_some(dossier.vneid == Some(true) || asked || taken));
            }
            Some(_) => {}
            None => self.population.count(None),
        }
    }

    /// A part with the dossiers that have no result: they lack theirs if others have one, and else nothing is
    /// known of them.
    fn with_results(&self, part: Part, no_result: u64) -> Part {
        match self.has_results {
            true => Part { all: part.all + no_result, ..part },
            false => Part { unknown: part.unknown + no_result, ..part },
        }
    }

    /// What is missing of results, or else what comes before them.
    fn lacks_results(&self, no_result: u64, else_what: MissingName) -> MissingName {
        if !self.has_results && no_result > 0 { MissingName::Results } else { else_what }
    }

    /// The figures that come of the dossiers alone.
    pub(super) fn figures(&self, received_before: u64) -> Vec<Figure> {
        let received = self.codes.len() as u64;
        let lacks = |what, count: u64| (count > 0).then_some(Missing { what, dossiers: Some(count) });
        let share = |name, count: u64, missing| Figure::of(name, Some(signed(count)), Some(received), missing);
        let untold = self.untold();
        let has_codes = !self.lists.essential.is_empty();
        let no_codes = (!has_codes).then_some(Missing { what: MissingName::EssentialCodes, dossiers: None });
        let known = |count: u64| has_codes.then_some(signed(count));
        let no_year = (received_before == 0).then_some(Missing { what: MissingName::YearBefore, dossiers: None });
        let [no_electronic, no_digitised, no_online] = self.no_result;
        let before = (received_before > 0).then_some(signed(received_before));
        // Half days count, of a few dossiers much.
        let mean_days = i128::from(self.seconds) * 200 + i128::from(self.finished) * 86_400;
        let mean_days = mean_days.checked_div(i128::from(self.finished) * 2 * 86_400).and_then(|mean| i64::try_from(mean).ok());
        vec![
            Figure::of(FigureName::Received, Some(signed(received)), None, None),
            Figure::of(FigureName::ReceivedBefore, before, None, no_year),
            Figure::of(FigureName::Change, before.map(|before| signed(received) - before), None, no_year),
            self.processed.of_received(FigureName::Processed, MissingName::Status),
            share(FigureName::Late, self.late, untold),
            share(FigureName::OnTime, self.on_time, untold),
            Figure {
                hundredths: mean_days,
                ..Figure::of(
                    FigureName::MeanDays,
                    Some(self.seconds / 86_400),
                    Some(self.finished),
                    lacks(MissingName::End, self.no_end),
                )
            },
            self.online.of_received(FigureName::Online, MissingName::Channel),
            self.with_results(self.online_with_result, no_online).of_received(
                FigureName::OnlineWithResult,
                if self.online.unknown > 0 {
                    MissingName::Channel
                } else {
                    self.lacks_results(no_online, MissingName::Procedure)
                },
            ),
            self.payment.figure(
                FigureName::OnlinePayment,
                if self.payment.unknown > self.no_payment { MissingName::Fee } else { MissingName::Payment },
            ),
            self.with_results(self.electronic, no_electronic)
                .figure(FigureName::ElectronicResult, self.lacks_results(no_electronic, MissingName::Procedure)),
            self.with_results(self.digitised, no_digitised)
                .figure(FigureName::Digitised, self.lacks_results(no_digitised, MissingName::Components)),
            self.reused.of_received(FigureName::Reused, MissingName::Components),
            self.shared.of_received(FigureName::Shared, MissingName::Results),
            self.population.figure(
                FigureName::PopulationData,
                if self.population.unknown > self.no_data { MissingName::Subject } else { MissingName::Databases },
            ),
            Figure::of(
                FigureName::EssentialServices,
                known(self.services.len() as u64),
                Some(self.lists.essential_services),
                no_codes,
            ),
            Figure::of(FigureName::EssentialDossiers, known(self.essential), None, no_codes),
        ]
    }

    /// What is missing to say of all whether they were late.
    fn untold(&self) -> Option<Missing> {
        let lacks = |what, count: u64| (count > 0).then_some(Missing { what, dossiers: Some(count) });
        lacks(MissingName::Appointment, self.no_appointment).or(lacks(MissingName::End, self.no_end))
    }

    /// The figures that come of ratings.
    pub(super) fn ratings(&self) -> [Figure; 2] {
        let none = self.lists.ratings.is_empty();
        let missing = none.then_some(Missing { what: MissingName::Ratings, dossiers: None });
        let received = self.codes.len() as u64;
        // By the rule both rates are taken off, also of a dossier that counts in both.
        let content = signed(received.saturating_sub(self.late).saturating_sub(self.bad));
        [
            Figure::of(FigureName::Satisfied, (!none).then_some(signed(self.satisfied)), Some(self.rated), missing),
            Figure::of(FigureName::Satisfaction, (!none).then_some(content), Some(received), missing.or(self.untold())),
        ]
    }
}
