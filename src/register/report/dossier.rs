//! What the rules say of one dossier.

use time::{Date, Duration, OffsetDateTime, Weekday};

use crate::model::register::{Procedure, RegisterDossier};

/// How a dossier kept to its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Punctuality {
    /// It was not late.
    OnTime,
    /// It was.
    Late,
    /// Nothing tells when it is due.
    NoAppointment,
    /// It is done, and nothing tells when.
    NoEnd,
}

/// Whether a dossier was late (indicator 2.1), as it stands at `by`: the end of the period, or now.
pub(super) fn punctuality(dossier: &RegisterDossier, procedure: Option<&Procedure>, by: OffsetDateTime) -> Punctuality {
    let is_done = dossier.status.is_some_and(|status| status.is_processed());
    let asked = match dossier.supplements.as_slice() {
        [] => None,
        [only] => Some(*only),
        // To ask twice is late by the rule, whenever it ended.
        _ => return Punctuality::Late,
    };
    let ended = dossier.ended_at().filter(|end| *end <= by || is_done);
    let end = match (ended, asked) {
        (Some(end), _) => end,
        (None, Some(supplement)) if supplement.answered_at.is_none() => supplement.asked_at,
        (None, _) if is_done => return Punctuality::NoEnd,
        (None, _) => by,
    };
    let waited = asked.and_then(|one| Some(one.answered_at? - one.asked_at)).unwrap_or(Duration::ZERO);
    let end = end - waited.max(Duration::ZERO);
    let late = match (dossier.due_at, dossier.received_at, procedure.and_then(|procedure| procedure.days)) {
        (Some(due), _, _) => end > due,
        (None, Some(received), Some(days)) => {
            // Days as they are where it is counted.
            let day = |moment: OffsetDateTime| moment.to_offset(by.offset()).date();
            working_days(day(received), day(end)) > days
        }
        _ => return Punctuality::NoAppointment,
    };
    if late { Punctuality::Late } else { Punctuality::OnTime }
}

/// Days from Monday to Friday after `from`, up to and with `to`. Holidays are working days here: there is no
/// list of them.
fn working_days(from: Date, to: Date) -> u32 {
    let days = (to - from).whole_days().max(0);
    let (weeks, rest) = (days / 7, days % 7);
    let is_working = |day: Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let rest = (0..rest).filter(|back| is_working(to - Duration::days(*back))).count() as i64;
    u32::try_from(weeks * 5 + rest).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::model::register::{DossierStatus, Supplement};

    const BY: OffsetDateTime = datetime!(2024-01-01 0:00 +7);

    fn dossier() -> RegisterDossier {
        RegisterDossier {
            received_at: Some(datetime!(2023-07-06 8:00 +7)),
            due_at: Some(datetime!(2023-07-20 23:59:59 +7)),
            ..RegisterDossier::new("H38.16-230706-0001".parse().unwrap())
        }
    }

    fn ended(at: OffsetDateTime) -> RegisterDossier {
        RegisterDossier { finished_at: Some(at), status: Some(DossierStatus::Processed), ..dossier() }
    }

    #[test]
    fn a_dossier_is_late_once_its_day_is_over() {
        let of = |dossier: &RegisterDossier| punctuality(dossier, None, BY);
        assert_eq!(of(&ended(datetime!(2023-07-20 17:00 +7))), Punctuality::OnTime);
        assert_eq!(of(&ended(datetime!(2023-07-21 7:00 +7))), Punctuality::Late);
        assert_eq!(of(&dossier()), Punctuality::Late, "nothing ended it");
        assert_eq!(punctuality(&dossier(), None, datetime!(2023-07-10 0:00 +7)), Punctuality::OnTime, "not yet");
        let done = RegisterDossier { status: Some(DossierStatus::Returned), ..dossier() };
        assert_eq!(of(&done), Punctuality::NoEnd);
        let returned =
            RegisterDossier { returned_at: Some(datetime!(2023-07-30 0:00 +7)), ..ended(datetime!(2023-07-19 0:00 +7)) };
        assert_eq!(of(&returned), Punctuality::OnTime, "finished before it was fetched");
    }

    #[test]
    fn the_time_for_more_papers_does_not_count_and_asking_twice_is_late() {
        let supplement = |answered_at| Supplement { asked_at: datetime!(2023-07-10 0:00 +7), answered_at };
        let with = |supplements: Vec<Supplement>, dossier: RegisterDossier| {
            punctuality(&RegisterDossier { supplements, ..dossier }, None, BY)
        };
        let answered = Some(datetime!(2023-07-14 0:00 +7));
        assert_eq!(with(vec![supplement(answered)], ended(datetime!(2023-07-24 17:00 +7))), Punctuality::OnTime);
        assert_eq!(with(vec![supplement(answered)], ended(datetime!(2023-07-25 17:00 +7))), Punctuality::Late);
        assert_eq!(with(vec![supplement(None)], dossier()), Punctuality::OnTime, "it ended when more was asked for");
        assert_eq!(with(vec![supplement(answered); 2], ended(datetime!(2023-07-11 0:00 +7))), Punctuality::Late);
    }

    #[test]
    fn without_an_appointment_the_time_limit_of_the_procedure_counts() {
        let procedure = |days| Procedure {
            code: "1.011441".parse().unwrap(),
            name: "Đăng ký".into(),
            field: None,
            field_name: None,
            paper_result: None,
            result_code: None,
            days,
            retention: None,
            has_fee: None,
        };
        let undated = RegisterDossier { due_at: None, ..ended(datetime!(2023-07-13 8:00 +7)) };
        assert_eq!(punctuality(&undated, Some(&procedure(Some(5))), BY), Punctuality::OnTime);
        assert_eq!(punctuality(&undated, Some(&procedure(Some(4))), BY), Punctuality::Late);
        let abroad = RegisterDossier { received_at: Some(datetime!(2023-07-05 23:00 UTC)), ..undated.clone() };
        assert_eq!(punctuality(&abroad, Some(&procedure(Some(5))), BY), Punctuality::OnTime, "the 6th in the office");
        assert_eq!(punctuality(&undated, Some(&procedure(None)), BY), Punctuality::NoAppointment);
        assert_eq!(working_days(date!(2023 - 07 - 06), date!(2023 - 07 - 09)), 1, "a Friday and a weekend");
        assert_eq!(working_days(date!(2023 - 07 - 06), date!(2023 - 07 - 06)), 0);
    }
}
