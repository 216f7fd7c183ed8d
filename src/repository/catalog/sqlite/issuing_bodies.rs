//! The names of issuing bodies in the newest versions of all records, counted where records are
//! sealed: a batch asks for all of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};

use super::digests::ISSUING_BODY;
use super::rows::count;
use crate::model::record::Record;
use crate::repository::error::RepositoryError;

/// All names, each with how often it was found.
pub(super) fn all(db: &Connection) -> Result<Vec<(String, u64)>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT name, times FROM issuing_body ORDER BY name")?;
    query.query_and_then([], |row| Ok((row.get(0)?, count(row, 1)?)))?.collect()
}

/// Counts the names of a new record in place of those of the version before.
pub(super) fn recount(tx: &Transaction<'_>, record: &Record, previous: Option<&Record>) -> Result<(), RepositoryError> {
    let mut changes: BTreeMap<&str, i64> = BTreeMap::new();
    record.issuing_bodies().for_each(|name| *changes.entry(name).or_default() += 1);
    previous.into_iter().flat_map(Record::issuing_bodies).for_each(|name| *changes.entry(name).or_default() -= 1);
    for (name, change) in changes {
        if change > 0 {
            let times = "issuing_body.times + excluded.times";
            let digest = ISSUING_BODY.digest(&[("times", times)]);
            let insert = ISSUING_BODY.insert();
            tx.prepare_cached(&format!("{insert} ON CONFLICT DO UPDATE SET times = {times}, row_digest = {digest}"))?
                .execute(params![name, change])?;
        } else if change < 0 {
            let fewer = -change;
            tx.prepare_cached("DELETE FROM issuing_body WHERE name = ?1 AND times <= ?2")?.execute(params![name, fewer])?;
            let digest = ISSUING_BODY.digest(&[("times", "times - ?2")]);
            tx.prepare_cached(&format!("UPDATE issuing_body SET times = times - ?2, row_digest = {digest} WHERE name = ?1"))?
                .execute(params![name, fewer])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dossier::RecordKind;
    use crate::model::field::{Field, FieldName, FieldSource, FieldStatus};
    use crate::repository::tests::{CODE, code, document, new_batch, new_repository, recipe};
    use crate::repository::{Mode, Repository, Sealing};

    /// Seals the next version of a dossier, with one document for each name.
    fn seal(repository: &Repository, dossier: &str, names: &[&str]) {
        let catalog = &repository.catalog;
        let batch = catalog.begin_batch(&new_batch()).unwrap();
        let previous = catalog.current_record(&code(dossier), RecordKind::Dossier).unwrap();
        let mut blobs = Vec::new();
        let documents = (1..).zip(names).map(|(ordinal, name)| {
            let (mut document, sealed) =
                document(repository, &code(dossier), ordinal, recipe(1), &[&format!("{dossier} {ordinal}")]);
            blobs.push(sealed);
            let mut field = document.fields.values().next().unwrap().clone();
            field.value = (*name).into();
            document.fields =
                [(FieldName::IssuingBody, Field { status: FieldStatus::Accepted, source: FieldSource::Ocr, ..field })].into();
            document
        });
        let documents = documents.collect();
        let time = new_batch().started_at;
        let record = Record::new(code(dossier), RecordKind::Dossier, previous.as_ref(), time, recipe(1), None, documents);
        let records = [record];
        catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &blobs, entries: &[], alike: &[] }).unwrap();
    }

    #[test]
    fn names_count_as_often_as_they_stand_in_newest_versions() {
        let (_folder, repository) = new_repository();
        let other = "H38.16-230706-0013";
        seal(&repository, CODE, &["UBND A", "UBND A", ""]);
        seal(&repository, other, &["UBND A", "UBND B"]);
        let told = || repository.catalog.issuing_bodies().unwrap();
        assert_eq!(told(), [("UBND A".into(), 3), ("UBND B".into(), 1)]);
        seal(&repository, other, &["UBND B", "UBND C"]);
        seal(&repository, CODE, &["UBND A", "UBND C", ""]);
        assert_eq!(told(), [("UBND A".into(), 1), ("UBND B".into(), 1), ("UBND C".into(), 2)]);
        seal(&repository, CODE, &["", "UBND C", ""]);
        assert_eq!(told(), [("UBND B".into(), 1), ("UBND C".into(), 2)]);
        assert_eq!(repository.catalog.changed_rows("issuing_body", 9).unwrap(), [""; 0]);
    }

    /// A catalog of the version before is filled with what its records say.
    #[test]
    fn an_older_catalog_is_counted_once() {
        let (_folder, repository) = new_repository();
        seal(&repository, CODE, &["UBND A", "UBND B"]);
        seal(&repository, CODE, &["UBND A", "UBND C"]);
        let told = repository.catalog.issuing_bodies().unwrap();
        let root = repository.root().to_owned();
        drop(repository);
        let db = Connection::open(root.join("catalog.sqlite")).unwrap();
        let newer = "DROP TABLE difference; DROP TABLE reuse; DROP TABLE act_record; DROP INDEX record_of_batch; DROP TABLE draft; DROP TABLE register; DROP TABLE delivery_item; DROP TABLE delivery; DROP TABLE manifest_signature; DROP TABLE signing_key; DROP TABLE api_token; DROP TABLE account; DROP TABLE open_field; DROP TABLE settlement; DROP INDEX entry_by_path; DROP INDEX entry_failed;";
        db.execute_batch(&format!("{newer} DROP TABLE issuing_body; PRAGMA user_version = 5")).unwrap();
        drop(db);
        let repository = Repository::open(&root, Mode::Read).unwrap();
        assert_eq!(repository.catalog.issuing_bodies().unwrap(), told);
        assert_eq!(told, [("UBND A".into(), 1), ("UBND C".into(), 1)]);
        assert_eq!(repository.catalog.changed_rows("issuing_body", 9).unwrap(), [""; 0]);
    }
}
