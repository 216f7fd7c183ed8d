use rusqlite::Connection;

use crate::model::dossier::RecordKind;
use crate::model::ids::BatchId;
use crate::repository::tests::{CODE, code, new_repository, recipe};
use crate::repository::{Mode, Repository};

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
