//! Makes the objects of a portal from facts, by its table.

use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::tables::{FieldRule, Form, Table};
use crate::model::portal::{Lacking, Shortfall};

/// Makes an object; every field that keeps it from being sent is named.
pub(super) fn build(table: &Table, object: &str, facts: &Value) -> Result<Value, Vec<Lacking>> {
    let mut lacking = Vec::new();
    let made = Builder { table, lacking: &mut lacking }.object(object, object, facts);
    if lacking.is_empty() { Ok(made) } else { Err(lacking) }
}

struct Builder<'a> {
    table: &'a Table,
    lacking: &'a mut Vec<Lacking>,
}

impl Builder<'_> {
    fn object(&mut self, object: &str, path: &str, facts: &Value) -> Value {
        let mut made = Map::new();
        for rule in self.table.objects.get(object).into_iter().flatten() {
            let field = format!("{path}.{}", rule.name);
            let fact = rule.from.iter().find_map(|from| fact(facts, from));
            let value =
                fact.and_then(|fact| self.written(rule, &field, fact)).or_else(|| rule.default.clone().map(Value::String));
            match value {
                Some(value) => {
                    made.insert(rule.name.clone(), value);
                }
                None if rule.required => self.lack(rule, field, Shortfall::Missing),
                None => {}
            }
        }
        Value::Object(made)
    }

    fn lack(&mut self, rule: &FieldRule, field: String, shortfall: Shortfall) {
        self.lacking.push(Lacking { field, from: rule.from.first().cloned().unwrap_or_default(), shortfall });
    }

    /// A fact as the portal wants it; none if it cannot be said so.
    fn written(&mut self, rule: &FieldRule, field: &str, fact: &Value) -> Option<Value> {
        match rule.form()? {
            Form::Objects(object) => {
                let facts = fact.as_array().map_or_else(|| std::slice::from_ref(fact), Vec::as_slice);
                let objects = facts.iter().enumerate().map(|(place, facts)| {
                    let path = format!("{field}[{}]", place + 1);
                    self.object(object, &path, facts)
                });
                Some(Value::Array(objects.collect()))
            }
            Form::Values(table) => {
                let value = self.table.values.get(table)?.get(&text_of(fact)?)?;
                Some(Value::String(value.clone()))
            }
            Form::Time => self.time(fact).map(Value::String),
            Form::Text => {
                let text = text_of(fact)?;
                if rule.most.is_some_and(|most| text.chars().count() > most) {
                    self.lack(rule, field.to_owned(), Shortfall::TooLong);
                }
                Some(if self.table.text_only || fact.is_string() { Value::String(text) } else { fact.clone() })
            }
        }
    }

    fn time(&self, fact: &Value) -> Option<String> {
        let time = OffsetDateTime::parse(fact.as_str()?, &Rfc3339).ok()?;
        let zone = UtcOffset::from_whole_seconds(self.table.utc_offset_minutes.saturating_mul(60)).ok()?;
        time.to_offset(zone).format(&self.table.time_format()?).ok()
    }
}

/// A fact by its path; none if it is not known.
fn fact<'a>(facts: &'a Value, path: &str) -> Option<&'a Value> {
    let found = path.split('.').try_fold(facts, |value, part| value.get(part))?;
    let is_empty = match found {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    };
    (!is_empty).then_some(found)
}

fn text_of(fact: &Value) -> Option<String> {
    match fact {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::portal::tables::Tables;

    fn facts() -> Value {
        json!({
            "code": "H38.16-230706-0012",
            "register": {
                "procedure": "1.005129", "field": "G06", "status": "returned", "channel": "online",
                "received_at": "2023-07-06T01:30:00Z", "vneid": true, "identity": { "kind": "citizen", "number": "010096000001" }
            },
            "procedure": { "name": "Đăng ký khai sinh", "field_name": "Hộ tịch" },
            "has_components": true,
            "components": [{ "document": { "name": "A.001", "file": "A.001.pdf", "is_out": false } }],
            "results": []
        })
    }

    #[test]
    fn facts_are_told_in_the_words_of_each_portal() {
        let tables = Tables::load(Path::new("")).unwrap();
        let made = build(&tables.mc, "dossier", &facts()).unwrap();
        assert_eq!(
            made,
            json!({
                "MaHoSo": "H38.16-230706-0012", "MaTTHC": "1.005129", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G06",
                "TenLinhVuc": "Hộ tịch", "KenhThucHien": "2", "SoGiayToChuHoSo": "010096000001",
                "DinhDanhCHS": [{ "LoaiDinhDanh": "1", "SoDinhDanh": "010096000001" }], "NgayTiepNhan": "20230706083000",
                "TrangThaiHoSo": "10", "HoSoCoThanhPhanSoHoa": "1", "TaiKhoanDuocXacThucVoiVNeID": "1",
                "TaiLieuNop": [{
                    "TepDinhKemId": "A.001", "TenTepDinhKem": "A.001.pdf", "IsDeleted": "False", "DuocSoHoa": "1",
                    "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": "0"
                }]
            })
        );
        let mut facts = facts();
        facts["register"]["subject"] = "citizen".into();
        facts["register"]["applicant"] = "Nguyễn Thị Mẫu".into();
        facts["settings"] = json!({ "agency": "000.16.00.H38" });
        let made = build(&tables.lgsp, "dossier", &facts).unwrap();
        assert_eq!((&made["LoaiDoiTuong"], &made["NgayTiepNhan"]), (&json!("0"), &json!("2023-07-06 08:30:00")));
    }

    #[test]
    fn every_missing_field_is_named_with_where_it_comes_from() {
        let table = Tables::load(Path::new("")).unwrap().mc;
        let only = json!({ "code": "H38.16-230706-0012", "components": [{ "document": { "name": "A.001" } }] });
        let lacking = build(&table, "dossier", &only).unwrap_err();
        let told: Vec<(&str, &str)> = lacking.iter().map(|one| (one.field.as_str(), one.from.as_str())).collect();
        assert_eq!(
            told,
            [
                ("dossier.MaTTHC", "register.procedure"),
                ("dossier.TenTTHC", "register.procedure_name"),
                ("dossier.MaLinhVuc", "register.field"),
                ("dossier.TenLinhVuc", "register.field_name"),
                ("dossier.NgayTiepNhan", "register.received_at"),
                ("dossier.TrangThaiHoSo", "register.status"),
                ("dossier.TaiLieuNop[1].TenTepDinhKem", "document.file"),
                ("dossier.TaiLieuNop[1].IsDeleted", "document.is_out"),
            ]
        );
        let mut long = facts();
        long["register"]["summary"] = "ế".repeat(1001).into();
        let lacking = build(&table, "dossier", &long).unwrap_err();
        assert_eq!((lacking[0].field.as_str(), lacking[0].shortfall), ("dossier.TrichYeuHoSo", Shortfall::TooLong));
    }
}
