//! Tests of what others are told of people, and of what they are told by others than the papers.

use serde_json::{Value, json};

use super::samples::{known, telling, type_codes};
use super::{FieldName, FieldSource, Personal, PersonalMode, Record, Sealed, SignatureIntegrity, Verdict};
use crate::model::confidence::Confidence;
use crate::model::field::{Decision, Field as KeptField, FieldStatus};
use crate::model::record;
use crate::model::register::{Known, RegisterComponent, RegisterResult};
use crate::model::signature::Signature as KeptSignature;
use crate::model::site::{Origin, Site, SiteKind};
use crate::stages::publish::{self, tests::records};

/// All that says who somebody is in the records below, in whatever letters.
const SECRETS: [&str; 10] = [
    "tổ số hóa",
    "mẫu",
    "mau",
    "010196000001",
    "015088000002",
    "lò văn thử",
    "1988-03-02",
    "thu hồi đất",
    "nguyen-thi-mau",
    "nguyễn văn ký",
];

/// A record in which names and numbers stand wherever they could.
fn about_somebody() -> record::Record {
    let mut record = records().remove(1);
    let document = &mut record.documents[0];
    let site = Site { code: "BD-01".into(), name: "Bưu điện".into(), kind: SiteKind::PostalEnterprise };
    document.source.origin = Some(Origin { site, operator: Some("Tổ số hóa".into()) });
    document.source.name = "nguyen-thi-mau.jpg".into();
    document.more_sources = vec![record::StoredFile { name: "010196000001.jpg".into(), ..document.source.clone() }];
    let signed = |signer: Option<&str>| KeptSignature {
        signer: signer.map(str::to_owned),
        signed_at: None,
        integrity: SignatureIntegrity::Intact,
        covers_file: true,
    };
    document.signatures = vec![signed(Some("Nguyễn Văn Ký")), signed(None)];
    let kept = |value: &str| KeptField::new(value, FieldSource::Ocr, Confidence::saturating(0.9), FieldStatus::Accepted);
    let by_hand = |value: &str, read: &str| KeptField {
        decision: Some(Decision {
            verdict: Verdict::Corrected,
            by: "Lê Văn Nam".into(),
            at: time::macros::datetime!(2026-07-01 19:00 UTC),
            reading: Some(Box::new(kept(read))),
        }),
        ..kept(value)
    };
    document.fields = [
        (FieldName::DocumentType, kept("quyet_dinh")),
        (FieldName::IssueDate, kept("2026-03-02")),
        (FieldName::Title, kept("Quyết định về việc thu hồi đất")),
        (FieldName::OwnerName, by_hand("Lò Văn Thử", "Lo Van Thu")),
        (FieldName::OwnerNumber, kept("015088000002")),
        (FieldName::OwnerBirthDate, kept("1988-03-02")),
        // A reader may take anything for a number, a symbol or a body.
        (FieldName::Applicant, kept("Nguyễn Thị Mẫu")),
        (FieldName::ApplicantNumber, kept("010196000001")),
        (FieldName::Components, kept("Giấy khai sinh của Lò Văn Thử × 1")),
        (FieldName::Procedure, kept("Đăng ký khai sinh cho Lò Văn Thử")),
        (FieldName::Number, kept("015088000002")),
        (FieldName::Symbol, by_hand("QĐ-UBND", "NGUYEN THI MAU")),
        (FieldName::IssuingBody, kept("Ông NGUYỄN THỊ MẪU")),
    ]
    .into();
    record
}

fn told(mode: PersonalMode) -> Record {
    let codes = type_codes();
    let record = about_somebody();
    telling(mode, &codes).record(record.clone(), &known(&record.dossier_code)).unwrap()
}

#[test]
fn what_is_left_out_stands_nowhere_else() {
    for mode in [PersonalMode::Omitted, PersonalMode::Encrypted] {
        let mut record = serde_json::to_value(told(mode)).unwrap();
        assert_eq!(record.get("personal").is_some(), mode == PersonalMode::Encrypted);
        let text = record.to_string().to_lowercase();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {mode:?}: {record:#}");
        }
        let fields: Vec<&String> = record["documents"][0]["fields"].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["document_type", "issue_date"], "{mode:?}");
        assert_eq!(record["documents"][0]["source"]["name"], "H38.16-230706-0012.001.goc.jpg");
        assert_eq!(record["documents"][0]["more_sources"][0]["name"], "H38.16-230706-0012.001.goc-2.jpg");
        assert_eq!(record["register"]["components"], json!([{"code": "TP1", "name": "Tờ khai"}]));
        record["personal"].take();
    }
    // The test can fail: all of it is there where it is told.
    let open = serde_json::to_value(told(PersonalMode::Included)).unwrap().to_string().to_lowercase();
    assert!(SECRETS.iter().all(|secret| *secret == "mau" || open.contains(secret)), "{open}");
}

#[test]
fn what_is_encrypted_is_the_open_part() {
    let (open, sealed) = (told(PersonalMode::Included), told(PersonalMode::Encrypted));
    let Some(Personal::Sealed(Sealed { age })) = sealed.personal else { panic!("{sealed:#?}") };
    // The stand-in for encryption writes the bytes backwards, in digits.
    let pairs = age.as_bytes().chunks(2).rev().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
    let plain: Vec<u8> = pairs.collect();
    assert_eq!(serde_json::from_slice::<Value>(&plain).unwrap(), serde_json::to_value(open.personal).unwrap());
}

#[test]
fn people_are_told_with_who_says_so() {
    let personal = serde_json::to_value(told(PersonalMode::Included).personal).unwrap();
    assert_eq!(personal["applicant"], json!({"value": "Nguyễn Thị Mẫu", "source": "register"}));
    assert_eq!(personal["identity"], json!({"kind": "citizen", "number": "010196000001", "source": "register"}));
    assert_eq!(personal["components"][0]["name"], "Giấy khai sinh của NGUYỄN THỊ MẪU");
    let document = &personal["documents"][0];
    assert_eq!((&document["ordinal"], &document["signers"]), (&json!(1), &json!(["Nguyễn Văn Ký", null])));
    assert_eq!(document["fields"]["owner_name"]["replaces"]["value"], "Lo Van Thu");
    assert_eq!(document["fields"]["number"]["value"], "015088000002");
}

#[test]
fn the_register_fills_what_a_portal_must_be_told() {
    let record = serde_json::to_value(told(PersonalMode::Omitted)).unwrap();
    let expected = json!({
        "source": "register", "procedure_code": "1.005129", "procedure_name": "Đăng ký khai sinh", "field_code": "G06",
        "field_name": "Hộ tịch", "status": "returned", "status_number": 10, "received_at": "2023-07-06T08:30:00+07:00",
        "components": [{"code": "TP1", "name": "Tờ khai"}]
    });
    assert_eq!(record["register"], expected);
    let site = json!({"code": "BD-01", "name": "Bưu điện", "kind": "postal_enterprise", "source": "inbox"});
    assert_eq!((&record["site"], &record["documents"][0]["site"]), (&site, &site));
    let document = &record["documents"][0];
    assert_eq!(document["type_code"], json!({"code": "02", "source": "document_type"}));
    assert_eq!(document["component_code"], json!({"code": "TP1", "source": "components"}));
    assert_eq!((&document["language"]["code"], &document["sheets"]), (&json!("01"), &json!(1)));
    assert_eq!(document.get("result_code"), None, "of what was handed in");
    let url = "https://sohoa.example/api/v1/records/H38.16-230706-0012/documents/1/file";
    assert_eq!(document["file"]["url"], url);
    let sha256 = document["file"]["sha256"].as_str().unwrap();
    assert_eq!(document["file"]["path"], format!("files/{}/{sha256}.pdf", &sha256[..2]));
}

#[test]
fn a_record_agrees_with_what_is_kept_and_with_nothing_else() {
    let kept = about_somebody();
    for mode in [PersonalMode::Omitted, PersonalMode::Included, PersonalMode::Encrypted] {
        assert!(told(mode).agrees_with(kept.clone()), "{mode:?}");
        let mut other = kept.clone();
        other.documents[0].file.bytes += 1;
        assert!(!told(mode).agrees_with(other), "{mode:?}");
        let mut other = kept.clone();
        other.documents[0].fields.get_mut(&FieldName::IssueDate).unwrap().value = "2026-03-03".into();
        assert!(!told(mode).agrees_with(other), "{mode:?}");
    }
    let mut other = kept.clone();
    other.documents[0].fields.get_mut(&FieldName::OwnerName).unwrap().value = "Lò Văn Khác".into();
    assert!(!told(PersonalMode::Included).agrees_with(other.clone()));
    assert!(told(PersonalMode::Omitted).agrees_with(other), "it was not told");
    // Versions before said it all in its place.
    let old = serde_json::to_value(publish::v5::Record::from(kept.clone())).unwrap();
    let mut read: Record = serde_json::from_value(old).unwrap();
    assert!(read.clone().agrees_with(kept.clone()));
    read.documents[0].signatures[0].signer = None;
    assert!(!read.agrees_with(kept));
}

/// A record of one document with these facts and signers, of a dossier of which the register says what `of` adds.
fn told_of(
    facts: &[(FieldName, &str)],
    signers: &[&str],
    of: impl FnOnce(&mut Known),
    mode: PersonalMode,
) -> (record::Record, Value) {
    let mut record = about_somebody();
    let field = |value: &str| KeptField::new(value, FieldSource::Ocr, Confidence::saturating(0.9), FieldStatus::Accepted);
    let document = &mut record.documents[0];
    document.fields = facts.iter().map(|(name, value)| (*name, field(value))).collect();
    let signed = |signer: &&str| KeptSignature {
        signer: Some((*signer).to_owned()),
        signed_at: None,
        integrity: SignatureIntegrity::Intact,
        covers_file: true,
    };
    document.signatures = signers.iter().map(signed).collect();
    let mut known = known(&record.dossier_code);
    of(&mut known);
    let told = telling(mode, &type_codes()).record(record.clone(), &known).unwrap();
    (record, serde_json::to_value(told).unwrap())
}

#[test]
fn what_clerks_write_into_the_register_is_open_only_where_a_list_says_the_same() {
    let component = |code: &str, name: &str| RegisterComponent {
        code: Some(code.into()),
        name: Some(name.into()),
        ..RegisterComponent::default()
    };
    let result = |name: &str, number: &str, scope: &str| RegisterResult {
        name: Some(name.into()),
        number: Some(number.into()),
        scope: Some(scope.into()),
        ..RegisterResult::default()
    };
    let fill = |known: &mut Known| {
        let dossier = known.dossier.as_mut().unwrap();
        dossier.components = vec![
            component("TP1", "TỜ KHAI"),
            component("TP2", "Giấy ra viện của Tráng A Lạ"),
            component("Tráng A Lạ", "Tờ khai"),
        ];
        dossier.results = vec![
            result("Đăng ký khai sinh", "12/GKS", "01"),
            result("Giấy khai sinh cháu Tráng A Lạ", "13/GKS", "01"),
            result("Đăng ký khai sinh", "14 cấp cho Tráng A Lạ", "01"),
            result("Đăng ký khai sinh", "15/GKS", "Hộ ông Tráng A Lạ"),
        ];
        dossier.databases = vec!["CSDL dân cư".into(), "Tra cứu Nguyễn Thị Mẫu".into()];
        dossier.site = Some("nguyen thi mau".into());
    };
    let (_, told) = told_of(&[], &[], fill, PersonalMode::Included);
    let register = told["register"].to_string();
    assert!(!register.contains("Lạ") && !register.contains("Mẫu"), "{register}");
    assert_eq!(told["register"]["components"], json!([{"code": "TP1", "name": "TỜ KHAI"}]));
    assert_eq!(told["register"]["results"], json!([{"name": "Đăng ký khai sinh", "number": "12/GKS", "scope": "01"}]));
    assert_eq!(told["register"]["databases"], json!(["CSDL dân cư"]));
    let personal = &told["personal"];
    let length = |member: &str| personal[member].as_array().unwrap().len();
    assert_eq!((length("components"), length("results")), (2, 3));
    assert_eq!(personal["databases"], json!(["Tra cứu Nguyễn Thị Mẫu"]));
    assert_eq!(personal["register"]["site"], "nguyen thi mau");
}

#[test]
fn an_agency_that_signs_does_not_take_the_issuing_body_out() {
    let body = "UBND xã Mẫu Sơn";
    let facts = [(FieldName::IssuingBody, body), (FieldName::ReceivingUnit, "Nguyễn Văn Ký")];
    let (_, told) = told_of(&facts, &[body, "Nguyễn Văn Ký"], |_| {}, PersonalMode::Omitted);
    let fields: Vec<&String> = told["documents"][0]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["issuing_body"]);
}

#[test]
fn who_is_named_on_other_papers_of_the_dossier_or_among_others_is_found_too() {
    let facts = [(FieldName::IssuingBody, "Ông Sùng A Thử"), (FieldName::ReceivingUnit, "Giàng Thị Dợ")];
    let beside = |known: &mut Known| {
        let field = KeptField::new("Sùng A Thử", FieldSource::Ocr, Confidence::saturating(0.9), FieldStatus::NeedsPerson);
        known.papers = vec![[(FieldName::Applicant, field)].into()];
        known.dossier.as_mut().unwrap().applicant = Some("Bà Nguyễn Thị Mẫu và bà Giàng Thị Dợ".into());
    };
    let open = |told: &Value| told["documents"][0]["fields"].as_object().unwrap().len();
    assert_eq!(open(&told_of(&facts, &[], |_| {}, PersonalMode::Omitted).1), 2);
    assert_eq!(open(&told_of(&facts, &[], beside, PersonalMode::Omitted).1), 0);
}

#[test]
fn a_look_up_secret_is_told_nobody() {
    let facts = [(FieldName::Title, "Biên nhận. Mã tra cứu: XK77QP"), (FieldName::IssuingBody, "Mật khẩu: XK77QP")];
    for mode in [PersonalMode::Omitted, PersonalMode::Included] {
        let summary = |known: &mut Known| known.dossier.as_mut().unwrap().summary = Some("Mã tra cứu: XK77QP".into());
        let (record, told) = told_of(&facts, &[], summary, mode);
        assert!(!told.to_string().contains("XK77QP"), "{told:#}");
        assert_eq!(told["documents"][0]["fields"]["issuing_body"]["value"], "Mật khẩu: ••••••");
        assert!(serde_json::from_value::<Record>(told).unwrap().agrees_with(record), "{mode:?}");
    }
}

#[test]
fn a_record_that_has_its_personal_part_elsewhere_than_is_said_does_not_fit() {
    let modes = [PersonalMode::Omitted, PersonalMode::Included, PersonalMode::Encrypted];
    for said in modes {
        for mode in modes {
            let fits = said == mode || mode == PersonalMode::Omitted;
            assert_eq!(told(mode).fits(Some(said)), fits, "{mode:?} in {said:?}");
        }
    }
    assert!(!told(PersonalMode::Included).fits(None));
    let mut open = told(PersonalMode::Omitted);
    let field = open.documents[0].fields.values().next().unwrap().clone();
    open.documents[0].fields.insert(FieldName::OwnerName, field);
    assert!(!open.fits(Some(PersonalMode::Omitted)));
    let manifest = include_str!("../../../../tests/compat/manifest/v6.json");
    let read = |manifest: &str| publish::read(manifest.as_bytes(), &mut |_| {}).is_ok();
    let other = manifest.replace(r#""personal":"included""#, r#""personal":"encrypted""#);
    assert_ne!(manifest, other);
    assert!(read(manifest) && !read(&other));
}

#[test]
fn a_person_among_the_open_facts_does_not_fit_the_schema() {
    let manifest = include_str!("../../../../tests/compat/manifest/v6.json");
    let told: Value = serde_json::from_str(manifest).unwrap();
    let validate = |manifest: &Value| publish::validate(&serde_json_canonicalizer::to_vec(manifest).unwrap()).is_ok();
    let mut other = told.clone();
    let field = told.pointer("/records/0/documents/0/fields/number");
    other["records"][0]["documents"][0]["fields"]["owner_name"] = field.unwrap().clone();
    assert!(validate(&told) && !validate(&other));
}

#[test]
fn version_5_says_nothing_of_decisions_about_receipts() {
    let mut kept = about_somebody();
    let fields = [FieldName::Applicant, FieldName::Number].map(|name| (name, Some(Verdict::Corrected)));
    let action = record::FieldsAction::FieldsDecided;
    let fields = fields.into_iter().filter_map(|(name, verdict)| Some((name, verdict?))).collect();
    kept.change = Some(record::Change::Fields(record::FieldsChange { action, ordinal: 1, fields }));
    let old = serde_json::to_value(publish::v5::Record::from(kept.clone())).unwrap();
    assert_eq!(old["change"]["fields"], json!({"number": "corrected"}));
    assert!(serde_json::from_value::<Record>(old).unwrap().agrees_with(kept.clone()));
    let new = telling(PersonalMode::Omitted, &type_codes()).record(kept.clone(), &Known::default()).unwrap();
    assert_eq!(serde_json::to_value(&new).unwrap()["change"]["fields"], json!({"number": "corrected", "applicant": "corrected"}));
}
