//! What an intake receipt of a dossier has to say, as far as the register tells.

use std::collections::BTreeMap;

use time::{OffsetDateTime, Time, UtcOffset};

use super::dossier::RegisterDossier;
use crate::model::field::FieldName;
use crate::model::vietnamese::spelled;

/// The values that a receipt may have for its facts; none of a fact of which nothing is known.
pub type ReceiptFacts = BTreeMap<FieldName, Vec<String>>;

impl RegisterDossier {
    /// What a receipt of it says, in the form in which facts are kept.
    pub fn on_receipt(&self, offset: UtcOffset) -> ReceiptFacts {
        let moment = |at: Option<OffsetDateTime>| at.map(|at| written(at.to_offset(offset)));
        let values: [(FieldName, Vec<Option<String>>); 8] = [
            (FieldName::Applicant, vec![self.applicant.clone()]),
            (FieldName::ApplicantNumber, vec![self.identity.as_ref().map(|identity| identity.number.clone())]),
            (FieldName::Procedure, vec![self.procedure_name.clone(), self.summary.clone()]),
            (FieldName::ProcedureField, vec![self.field_name.clone()]),
            (FieldName::Components, vec![self.listed_components()]),
            (FieldName::ReceivedAt, vec![moment(self.received_at)]),
            // Where more papers were asked for the appointment was put off, and the receipt says the first one.
            (FieldName::DueAt, vec![moment(self.due_at.filter(|_| self.supplements.is_empty()))]),
            (FieldName::ReceivingUnit, vec![self.site.clone(), self.agency_name.clone()]),
        ];
        let known = values.into_iter().map(|(name, values)| (name, values.into_iter().flatten().collect::<Vec<_>>()));
        known.filter(|(_, values)| !values.is_empty()).collect()
    }

    fn listed_components(&self) -> Option<String> {
        let one = |component: &super::RegisterComponent| Some(format!("{} × {}", component.name.as_ref()?, component.copies?));
        let all: Option<Vec<String>> = self.components.iter().map(one).collect();
        all.filter(|all| !all.is_empty()).map(|all| all.join("; "))
    }
}

/// A day, and the time of it if there is one: the first and the last moment of a day are none.
fn written(at: OffsetDateTime) -> String {
    let day = format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day());
    let has_time = at.time() != Time::MIDNIGHT && (at.hour(), at.minute(), at.second()) != (23, 59, 59);
    if has_time { format!("{day} {:02}:{:02}", at.hour(), at.minute()) } else { day }
}

/// Whether two values of a fact of receipts are the same, however they are spelled. Moments are compared as far as
/// both are told.
pub fn says_the_same(name: FieldName, one: &str, other: &str) -> bool {
    match name {
        FieldName::ReceivedAt | FieldName::DueAt => {
            let length = one.len().min(other.len());
            one.get(..length) == other.get(..length)
        }
        FieldName::Components => {
            let sorted = |text: &str| {
                let mut all: Vec<String> = text.split(';').map(spelled).collect();
                all.sort();
                all
            };
            sorted(one) == sorted(other)
        }
        _ => spelled(one) == spelled(other),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::super::{Identity, IdentityKind, RegisterComponent};
    use super::*;

    #[test]
    fn a_receipt_says_what_the_register_knows_in_whatever_spelling() {
        let component =
            |name: &str, copies| RegisterComponent { name: Some(name.into()), copies, ..RegisterComponent::default() };
        let dossier = RegisterDossier {
            applicant: Some("NGUYỄN THỊ HOÀ".into()),
            identity: Some(Identity { kind: IdentityKind::Citizen, number: "010200000001".into() }),
            received_at: Some(datetime!(2025-07-10 3:44:30 UTC)),
            due_at: Some(datetime!(2025-07-20 23:59:59 +7)),
            components: vec![component("Tờ khai", Some(2)), component("Giấy ủy quyền", Some(1))],
            ..RegisterDossier::new("H38.16-250710-0001".parse().unwrap())
        };
        let facts = dossier.on_receipt(offset!(+7));
        let is = |name, paper: &str| says_the_same(name, paper, &facts[&name][0]);
        assert!(is(FieldName::Applicant, "Nguyễn Thị  Hòa") && !is(FieldName::Applicant, "Nguyễn Thị Hóa"));
        assert!(is(FieldName::ReceivedAt, "2025-07-10 10:44") && is(FieldName::ReceivedAt, "2025-07-10"));
        assert!(!is(FieldName::ReceivedAt, "2025-07-10 10:45"));
        assert!(is(FieldName::DueAt, "2025-07-20 15:00") && !is(FieldName::DueAt, "2025-07-21 15:00"), "{facts:?}");
        assert!(is(FieldName::Components, "Giấy uỷ quyền × 1; Tờ khai × 2") && !is(FieldName::Components, "Tờ khai × 2"));
        assert!(!facts.contains_key(&FieldName::Procedure));
        let untold = RegisterDossier { components: vec![component("Tờ khai", None)], ..dossier };
        assert!(!untold.on_receipt(offset!(+7)).contains_key(&FieldName::Components), "copies are not told");
    }
}
