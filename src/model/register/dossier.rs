//! A dossier as the register has it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::{DossierCode, ProcedureCode};

/// A dossier as the register has it. Only its code must be there; what is not known is none.
///
/// Days without a time of day begin at midnight; an appointment ends with its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterDossier {
    /// Mã hồ sơ.
    pub code: DossierCode,
    /// Mã TTHC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<ProcedureCode>,
    /// What the procedure is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_name: Option<String>,
    /// Mã lĩnh vực.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the field is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// The code of the agency that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// What that agency is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_name: Option<String>,
    /// Where it was taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// How it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What whoever applies is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectKind>,
    /// Chủ hồ sơ: who applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<String>,
    /// The applicant's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Trích yếu: what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Ngày nộp.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<OffsetDateTime>,
    /// Ngày tiếp nhận.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub received_at: Option<OffsetDateTime>,
    /// Ngày hẹn trả: the last moment of it.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub due_at: Option<OffsetDateTime>,
    /// Ngày kết thúc xử lý.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<OffsetDateTime>,
    /// Ngày trả.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub returned_at: Option<OffsetDateTime>,
    /// Ngày từ chối.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub refused_at: Option<OffsetDateTime>,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<DossierStatus>,
    /// How it was paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// Whether the sender has components of it that were digitised (HoSoCoThanhPhanSoHoa).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitised: Option<bool>,
    /// Whether the account was proven by VNeID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vneid: Option<bool>,
    /// Databases that were asked (MaCSDL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// Times when more papers were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplements: Vec<Supplement>,
    /// What was handed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<RegisterComponent>,
    /// What was given back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<RegisterResult>,
}

impl RegisterDossier {
    /// A dossier of which nothing is known but its code.
    pub fn new(code: DossierCode) -> Self {
        Self {
            code,
            procedure: None,
            procedure_name: None,
            field: None,
            field_name: None,
            agency: None,
            agency_name: None,
            site: None,
            channel: None,
            subject: None,
            applicant: None,
            identity: None,
            summary: None,
            submitted_at: None,
            received_at: None,
            due_at: None,
            finished_at: None,
            returned_at: None,
            refused_at: None,
            status: None,
            payment: None,
            digitised: None,
            vneid: None,
            databases: Vec::new(),
            supplements: Vec::new(),
            components: Vec::new(),
            results: Vec::new(),
        }
    }

    /// Whether `other` says the same but for components and results: both are rows of one dossier.
    pub fn is_same_dossier(&self, other: &Self) -> bool {
        let bare = |one: &Self| Self { components: Vec::new(), results: Vec::new(), ..one.clone() };
        bare(self) == bare(other)
    }

    /// When it was done, by the order of QĐ 766: finished, else given back, else refused.
    pub fn ended_at(&self) -> Option<OffsetDateTime> {
        self.finished_at.or(self.returned_at).or(self.refused_at)
    }
}

/// How a dossier came (KenhThucHien).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Handed in at a desk.
    Direct,
    /// By way of a portal.
    Online,
    /// By the postal service.
    Post,
}

/// What whoever applies is (LoaiDoiTuong).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A citizen.
    Citizen,
    /// An enterprise.
    Enterprise,
    /// A household business.
    HouseholdBusiness,
    /// A state agency.
    StateAgency,
    /// Another organisation.
    OtherOrganisation,
}

/// The number that somebody is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Of what kind.
    pub kind: IdentityKind,
    /// The number.
    pub number: String,
}

/// What a number is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// 12 digits (CCCD, số định danh cá nhân).
    Citizen,
    /// 9 digits (CMND).
    OldCitizen,
    /// Anything else: a tax code, a passport.
    Other,
}

/// How far a dossier has come (TrangThaiHoSo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DossierStatus {
    /// Newly registered.
    Registered,
    /// Accepted.
    Accepted,
    /// Not accepted.
    NotAccepted,
    /// Being worked on.
    InProcessing,
    /// More papers were asked for.
    SupplementAsked,
    /// A payment was asked for.
    PaymentAsked,
    /// Taken back by whoever applied.
    Withdrawn,
    /// Stopped.
    Stopped,
    /// Done.
    Processed,
    /// Done, and the result given back.
    Returned,
}

impl DossierStatus {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::Accepted,
        Self::NotAccepted,
        Self::InProcessing,
        Self::SupplementAsked,
        Self::PaymentAsked,
        Self::Withdrawn,
        Self::Stopped,
        Self::Processed,
        Self::Returned,
    ];

    /// Its number in the portal's list, from 1 to 10.
    pub fn number(self) -> u8 {
        match self {
            Self::Registered => 1,
            Self::Accepted => 2,
            Self::NotAccepted => 3,
            Self::InProcessing => 4,
            Self::SupplementAsked => 5,
            Self::PaymentAsked => 6,
            Self::Withdrawn => 7,
            Self::Stopped => 8,
            Self::Processed => 9,
            Self::Returned => 10,
        }
    }

    /// Whether nothing is left to be done.
    pub fn is_processed(self) -> bool {
        matches!(self, Self::Processed | Self::Returned | Self::NotAccepted | Self::Withdrawn | Self::Stopped)
    }
}

/// How a dossier was paid for (DuocThanhToanTrucTuyen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Not online.
    NotOnline,
    /// Online, by the national portal.
    Portal,
    /// Online, by a local gateway.
    Local,
    /// In the way with number 3, whose meaning is not published.
    Other,
}

/// More papers were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// When they came.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<OffsetDateTime>,
}

/// Something that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterComponent {
    /// Mã thành phần hồ sơ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// In what form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ComponentForm>,
    /// Whether it was digitised (DuocSoHoa).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitised: Option<bool>,
    /// Whether it was used again (DuocTaiSuDung).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// Whether it came from the national repository (DuocLayTuKhoDMQG).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_repository: Option<bool>,
    /// The result that stands for it (MaKetQuaThayThe).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
    /// Where its file is said to lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// In what form a component was handed in (LoaiBan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentForm {
    /// The original.
    Original,
    /// A copy.
    Copy,
    /// Electronic.
    Electronic,
}

/// What a component was used again from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// It was not.
    No,
    /// From a component of another dossier.
    FromComponent,
    /// From a result.
    FromResult,
}

/// Something that was given back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterResult {
    /// Mã kết quả.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Số ký hiệu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Ngày cấp.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<OffsetDateTime>,
    /// The end of its validity; none if that is not known.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<OffsetDateTime>,
    /// Phạm vi hiệu lực.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Where its file is said to lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}
