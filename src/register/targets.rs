//! What layouts may name: all that the lists of the register know.

use crate::model::register::RegisterList;

/// What a layout may name.
pub(super) struct Targets {
    pub columns: &'static [&'static str],
    pub lists: &'static [(&'static str, &'static [&'static str])],
}

impl Targets {
    /// What the rows of a list within rows may name.
    pub(crate) fn list(&self, name: &str) -> Option<&'static [&'static str]> {
        self.lists.iter().find(|(list, _)| *list == name).map(|(_, inner)| *inner)
    }

    /// Whether anything has this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.contains(&name) || self.lists.iter().any(|(_, inner)| inner.contains(&name))
    }
}

/// What layouts of a list may name.
pub(super) fn targets(list: RegisterList) -> Targets {
    const NONE: &[(&str, &[&str])] = &[];
    let (columns, lists): (&[&str], _) = match list {
        RegisterList::Agencies => (&["code", "name", "site"], NONE),
        RegisterList::Procedures => {
            (&["code", "name", "field", "field_name", "paper_result", "result_code", "days", "retention", "has_fee"], NONE)
        }
        RegisterList::Components => (&["procedure", "code", "name", "required", "copies", "document_type", "result_code"], NONE),
        RegisterList::Ratings => (&["dossier", "at", "grade", "complaint"], NONE),
        RegisterList::FeeReductions => (&["dossier", "at", "amount", "basis"], NONE),
        RegisterList::Visits => (&["day", "site", "count"], NONE),
        RegisterList::Dossiers => (DOSSIER, DOSSIER_LISTS),
    };
    Targets { columns, lists }
}

/// The field of a row that a column bears.
pub(super) fn field_of(list: RegisterList, target: &str) -> &str {
    match (list, target) {
        (RegisterList::Dossiers, "supplement_asked_at" | "supplement_answered_at") => "supplements",
        (RegisterList::Dossiers, _) if target.starts_with("component_") => "components",
        (RegisterList::Dossiers, _) if target.starts_with("result_") => "results",
        (RegisterList::Visits, "day") => "begins_at",
        _ => target,
    }
}

const DOSSIER: &[&str] = &[
    "code",
    "procedure",
    "procedure_name",
    "field",
    "field_name",
    "agency",
    "agency_name",
    "site",
    "channel",
    "subject",
    "applicant",
    "identity",
    "identity_kind",
    "summary",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
    "returned_at",
    "refused_at",
    "status",
    "payment",
    "digitised",
    "vneid",
    "databases",
    "supplement_asked_at",
    "supplement_answered_at",
    "result_code",
    "result_name",
    "result_number",
    "result_issued_at",
    "result_valid_until",
    "result_scope",
    "result_file",
    "component_code",
    "component_name",
    "component_copies",
    "component_file",
];
const DOSSIER_LISTS: &[(&str, &[&str])] = &[
    ("identity", &["number", "kind"]),
    ("components", &["code", "name", "copies", "form", "digitised", "reuse", "from_repository", "result_code", "file"]),
    ("results", &["code", "name", "number", "issued_at", "valid_until", "scope", "file"]),
    ("supplements", &["asked_at", "answered_at"]),
    ("databases", &["code"]),
];
