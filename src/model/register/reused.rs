//! What is held already and stands for a component, and why it may do so no more.

use time::OffsetDateTime;

use super::dossier::{Identity, RegisterDossier, RegisterResult};
use crate::model::field::{FieldName, FieldStatus};
use crate::model::record::{Record, RecordDocument};
pub use crate::model::reuse_lapse::ReuseLapse;
use crate::model::vietnamese::{fold_words, spelled};

/// A document that was said to stand for a component, with what is known of it now.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The number of the document.
    pub ordinal: u32,
    /// When it was said.
    pub said_at: OffsetDateTime,
    /// The newest version of the record that it was in.
    pub record: Option<&'a Record>,
    /// Its dossier, as the register has it.
    pub entry: Option<&'a RegisterDossier>,
}

impl Held<'_> {
    /// Why it does not stand for a component of `entry`; none if it does.
    pub fn lapse(&self, entry: &RegisterDossier) -> Option<ReuseLapse> {
        let documents = self.record.map(|record| record.documents.as_slice()).unwrap_or_default();
        let Some(document) = documents.iter().find(|document| document.ordinal == self.ordinal) else {
            return Some(ReuseLapse::DocumentGone);
        };
        let Some(number) = number_of(document) else { return Some(ReuseLapse::NumberUncertain) };
        let results = self.entry.map(|entry| entry.results.as_slice()).unwrap_or_default();
        let mut same = results.iter().filter(|result| is_numbered(result, &number)).peekable();
        if same.peek().is_none() {
            return Some(ReuseLapse::ResultUnknown);
        }
        if !same.any(|result| result.valid_until.is_none_or(|end| end >= self.said_at)) {
            return Some(ReuseLapse::Expired);
        }
        let owner = entry.identity.as_ref()?;
        let is_theirs = self.entry.and_then(|entry| entry.identity.as_ref()).is_none_or(|of| of == owner)
            && may_be_of(document, owner, entry.applicant.as_deref());
        (!is_theirs).then_some(ReuseLapse::OtherOwner)
    }
}

/// Number and symbol of a document, if both are certain.
pub fn number_of(document: &RecordDocument) -> Option<String> {
    Some(format!("{}/{}", certain(document, FieldName::Number)?, certain(document, FieldName::Symbol)?))
}

/// Whether a result of the register has this number, however it is written. Zeros before it do not count.
pub fn is_numbered(result: &RegisterResult, number: &str) -> bool {
    let wanted = plain(number);
    !wanted.is_empty() && result.number.as_deref().is_some_and(|told| plain(told) == wanted)
}

/// A number by its letters and digits.
fn plain(number: &str) -> String {
    fold_words(number).replace(' ', "").trim_start_matches('0').to_owned()
}

/// What a document says for certain.
pub fn certain(document: &RecordDocument, name: FieldName) -> Option<&str> {
    document.fields.get(&name).filter(|field| field.status == FieldStatus::Accepted).map(|field| field.value.as_str())
}

/// Whether a document may be of the owner: it names nobody else for certain. A child's paper comes to those who
/// applied for it.
pub fn may_be_of(document: &RecordDocument, owner: &Identity, applicant: Option<&str>) -> bool {
    let is_number = certain(document, FieldName::OwnerNumber)
        .is_none_or(|number| number.len() != owner.number.len() || number == owner.number);
    let is_name = certain(document, FieldName::OwnerName)
        .is_none_or(|name| applicant.is_some_and(|applicant| spelled(applicant) == spelled(name)));
    is_number && is_name
}
