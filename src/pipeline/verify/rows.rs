//! The catalog as a file of SQLite: its pages, its tables, and every row against its digest.

use super::finding::{Damage, Findings, Remedy, Subject};
use crate::repository::Repository;

/// Rows of one table that are named.
const MOST_ROWS: usize = 1000;

pub(super) fn verify(repository: &Repository, findings: &mut Findings) {
    let catalog = &repository.catalog;
    let told = |findings: &mut Findings, seen: Result<Vec<String>, _>| {
        let seen = seen.map(|details| {
            for detail in details {
                findings.add(Subject::Catalog, Damage::Changed, "catalog.sqlite", detail, Remedy::RestoreCatalog);
            }
        });
        findings.unless_done(seen);
    };
    told(findings, catalog.integrity_errors());
    told(findings, catalog.schema_differences());
    told(findings, catalog.counter_errors());
    let seen = catalog.sighting_errors(MOST_ROWS).map(|paths| {
        for path in paths {
            let detail = "a file of this path did not become the blob that is named";
            findings.add(Subject::Catalog, Damage::Changed, format!("sighting {path}"), detail, Remedy::RestoreCatalog);
        }
    });
    findings.unless_done(seen);
    for table in catalog.tables() {
        let remedy = if table == "page" { Remedy::ReadAgain } else { Remedy::RestoreCatalog };
        let seen = catalog.changed_rows(table, MOST_ROWS).map(|names| {
            for name in names {
                let detail = "the row is not what its digest was made from";
                findings.add(Subject::Catalog, Damage::Changed, format!("{table} {name}"), detail, remedy);
            }
        });
        findings.unless_done(seen);
    }
}
