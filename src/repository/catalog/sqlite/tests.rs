use rusqlite::Connection;
use rusqlite::types::Value;
use time::macros::datetime;

use crate::model::act::ComponentReused;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BatchId, Sha256};
use crate::model::register::{Channel, ComponentEntry, RegisterDossier, RegisterRow};
use crate::repository::tests::{CODE, code, commit, new_batch, new_repository, recipe};
use crate::repository::{Mode, RegisterImport, Repository};

#[test]
fn a_catalog_of_version_1_opens_with_all_its_records() {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    drop(repository);
    std::fs::remove_file(root.join("catalog.sqlite")).unwrap();
    Connection::open(root.join("catalog.sqlite")).unwrap().execute_batch(include_str!("fixtures/v1.sql")).unwrap();
    let repository = Repository::open(&root, Mode::Create).unwrap();
    let record = repository.catalog.current_record(&code(CODE), RecordKind::Dossier).unwrap().unwrap();
    assert_eq!((record.version, record.documents.len()), (2, 1));
    let report = repository.catalog.batch_report(BatchId(1)).unwrap().unwrap();
    assert!(report.ledger.balances() && report.ledger.sealed == 1);
    let page = repository.catalog.page(record.documents[0].pages[0], recipe(1)).unwrap().unwrap();
    assert_eq!(page.text(), "Đơn đề nghị bổ sung\n");
}

const AT: time::OffsetDateTime = datetime!(2026-03-01 9:00 +7);

/// Puts a dossier with papers and a reuse, one without papers and one without an entry into a repository.
fn fill(repository: &Repository) {
    let put = |row: RegisterRow| {
        let import = RegisterImport { list: row.list(), told: None, file: "x", sha256: Sha256::from_bytes([3; 32]), at: AT };
        repository.catalog.import_register(&import, &mut std::iter::once(Ok(row))).unwrap();
    };
    let procedure: crate::model::codes::ProcedureCode = "1.011441".parse().unwrap();
    for name in [CODE, "H38.16-260301-0002"] {
        put(RegisterRow::Dossier(Box::new(RegisterDossier {
            received_at: Some(AT),
            channel: Some(Channel::Direct),
            procedure: Some(procedure.clone()),
            ..RegisterDossier::new(code(name))
        })));
    }
    put(RegisterRow::Component(ComponentEntry {
        procedure,
        code: "TP1".into(),
        name: "Giấy khai sinh".into(),
        required: true,
        copies: None,
        document_type: Some("giay_khai_sinh".into()),
        result_code: Some("KQ.1".into()),
    }));
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let papers = commit(repository, batch, &code(CODE), recipe(1), &["một"]);
    let held = commit(repository, batch, &code("H38.16-260301-0003"), recipe(1), &["hai"]);
    let (component, records) = ("TP1".into(), vec![papers.id]);
    let said = ComponentReused { dossier: code(CODE), component, record: held.id, ordinal: 1, records };
    repository.catalog.tell_component_reused(AT, &said).unwrap();
}

/// All values of all rows of the two tables.
type Compared = [Vec<Vec<Value>>; 2];

fn compared(db: &Connection) -> Compared {
    ["SELECT * FROM reuse ORDER BY act", "SELECT * FROM difference ORDER BY code"].map(|sql| {
        let mut query = db.prepare(sql).unwrap();
        let columns = query.column_count();
        let rows = query.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    })
}

/// What another program may do to a repository with papers and a register, and the rows before and after.
fn changed_and_opened(change: &str) -> (Compared, Compared) {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    fill(&repository);
    drop(repository);
    let open = || Connection::open(root.join("catalog.sqlite")).unwrap();
    let before = compared(&open());
    assert_eq!(before.each_ref().map(Vec::len), [1, 3], "a reuse; one that disagrees, one without papers, one without an entry");
    open().execute_batch(change).unwrap();
    let repository = Repository::open(&root, Mode::Write).unwrap();
    let misnoted = repository.catalog.misnoted_differences(9).unwrap();
    drop(repository);
    let after = compared(&open());
    assert_eq!(misnoted.is_empty(), after == before, "{misnoted:?}");
    (before, after)
}

#[test]
fn a_catalog_without_tables_of_what_disagrees_is_given_the_same_rows() {
    let (before, after) = changed_and_opened("DROP TABLE reuse; DROP TABLE difference; PRAGMA user_version = 13");
    assert_eq!(after, before);
}

#[test]
fn what_was_compared_by_other_rules_is_compared_anew_by_who_writes() {
    let (before, after) = changed_and_opened("DELETE FROM reuse; DELETE FROM difference; PRAGMA application_id = 2026");
    assert_eq!(after, before);
    let (before, after) = changed_and_opened("DELETE FROM reuse; DELETE FROM difference");
    assert!(before != after && after.iter().all(Vec::is_empty), "the same rules have nothing to compare anew");
}

#[test]
fn a_row_of_a_reuse_that_the_acts_do_not_tell_is_named_by_its_key() {
    let (_folder, repository) = new_repository();
    fill(&repository);
    let path = repository.root().join("catalog.sqlite");
    let named = |change: &str| {
        let db = Connection::open(&path).unwrap();
        assert_eq!(db.execute(change, []).unwrap(), 1, "{change}");
        let named = repository.catalog.misnoted_differences(9).unwrap();
        repository.catalog.renew_differences().unwrap();
        assert!(repository.catalog.misnoted_differences(9).unwrap().is_empty());
        named
    };
    let act: i64 = Connection::open(&path).unwrap().query_row("SELECT act FROM reuse", [], |row| row.get(0)).unwrap();
    let told = vec![("reuse", act.to_string())];
    assert_eq!(named("UPDATE reuse SET at = at + 1"), told);
    assert_eq!(named("UPDATE reuse SET source = 'x'"), told);
    let more = "INSERT INTO reuse SELECT 999, at, dossier, 'TP9', source, content, row_digest FROM reuse";
    assert_eq!(named(more), [("reuse", "999".to_owned())]);
    let contradicting = |table| repository.catalog.contradicting_rows(table, 9).unwrap();
    assert_eq!(contradicting("reuse"), [""; 0]);
    Connection::open(&path).unwrap().execute("UPDATE reuse SET component = 'TP9'", []).unwrap();
    assert_eq!(contradicting("reuse"), [act.to_string()]);
}
