//! An office of which all there is to be told is set, for tests.

use std::collections::BTreeMap;

use time::macros::datetime;

use crate::model::codes::DossierCode;
use crate::model::register::{DossierStatus, Identity, IdentityKind, Known, Procedure, RegisterComponent, RegisterDossier};
use crate::model::telling::PersonalMode;
use crate::stages::publish::{PublishError, Telling};

/// What the register says of the dossiers of the example.
pub(in crate::stages::publish) fn known(code: &DossierCode) -> Known {
    if code.as_str() != "H38.16-230706-0012" {
        return Known::default();
    }
    let component = |name: &str| RegisterComponent { code: Some("TP1".into()), name: Some(name.into()), ..Default::default() };
    let dossier = RegisterDossier {
        procedure: "1.005129".parse().ok(),
        field: Some("G06".into()),
        site: Some("trung-tam".into()),
        applicant: Some("Nguyễn Thị Mẫu".into()),
        identity: Some(Identity { kind: IdentityKind::Citizen, number: "010196000001".into() }),
        summary: Some("Khai sinh cho cháu Lò Văn Thử".into()),
        received_at: Some(datetime!(2023-07-06 08:30 +7)),
        status: Some(DossierStatus::Returned),
        components: vec![component("Tờ khai"), component("Giấy khai sinh của NGUYỄN THỊ MẪU")],
        ..RegisterDossier::new(code.clone())
    };
    let procedure = Procedure {
        code: "1.005129".parse().unwrap(),
        name: "Đăng ký khai sinh".into(),
        field: None,
        field_name: Some("Hộ tịch".into()),
        paper_result: None,
        result_code: Some("KQ.01".into()),
        days: None,
        retention: None,
        has_fee: None,
    };
    let components = [("quyet_dinh".to_owned(), "TP1".to_owned())].into();
    let listed = ["dang ky khai sinh", "to khai"].map(str::to_owned).into();
    Known { dossier: Some(dossier), procedure: Some(procedure), components, listed, papers: Vec::new() }
}

/// Says what it encrypts, as nobody who reads it could.
fn turned_around(plain: &[u8]) -> Result<String, PublishError> {
    Ok(plain.iter().rev().map(|byte| format!("{byte:02x}")).collect())
}

/// Tells records as an office does that has set all there is.
pub(in crate::stages::publish) fn telling(personal: PersonalMode, type_codes: &BTreeMap<String, String>) -> Telling<'_> {
    Telling { personal, seal: &turned_around, base_url: "https://sohoa.example", type_codes, language: "01", pages_per_sheet: 1 }
}

/// Codes of the archives' list.
pub(in crate::stages::publish) fn type_codes() -> BTreeMap<String, String> {
    [("quyet_dinh".to_owned(), "02".to_owned())].into()
}
