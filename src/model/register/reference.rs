//! The lists that the register's codes refer to.

use serde::{Deserialize, Serialize};

use crate::model::codes::ProcedureCode;

/// An agency that takes in or decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyEntry {
    /// Its code (mã định danh cơ quan).
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The site that it takes in at, if that is of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

/// A procedure (thủ tục hành chính).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    /// Mã TTHC.
    pub code: ProcedureCode,
    /// What it is called.
    pub name: String,
    /// The code of its field (mã lĩnh vực).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What its field is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// Whether its outcome is a paper; not told if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper_result: Option<bool>,
    /// The code of its result (mã kết quả).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
    /// Working days that it may take by law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// How long its dossiers are kept, as the law's list says it (`01`–`07`, or in words).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
    /// Whether a fee is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_fee: Option<bool>,
}

/// A component that a procedure demands (thành phần hồ sơ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentEntry {
    /// Of which procedure.
    pub procedure: ProcedureCode,
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Whether a dossier is incomplete without it.
    #[serde(default)]
    pub required: bool,
    /// Copies that are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// The key of the type of document that it is (`fields.document_types`), if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_type: Option<String>,
    /// The code of the result of another procedure that it is (mã kết quả), if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
}

impl ComponentEntry {
    /// What tells it from all others: those of a procedure stand together.
    pub fn key(&self) -> String {
        format!("{} {}", self.procedure.short(), self.code)
    }
}
