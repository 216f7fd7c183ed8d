//! The catalog as a file of SQLite: its pages, its tables, and every row against its digest.

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use crate::model::finding::Detail;
use crate::repository::Repository;

/// Rows of one table that are named.
const MOST_ROWS: usize = 1000;

pub(super) fn verify(repository: &Repository, findings: &mut Findings) {
    let catalog = &repository.catalog;
    let told = |findings: &mut Findings, seen: Result<Vec<Detail>, _>| {
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
            let item = Item::Sighting { path };
            findings.add(Subject::Catalog, Damage::Changed, item, Seen::SightingDiffers, Remedy::RestoreCatalog);
        }
    });
    findings.unless_done(seen);
    let seen = catalog.misnoted_acts(MOST_ROWS).map(|numbers| {
        for number in numbers {
            let item = Item::Act { number };
            findings.add(Subject::Catalog, Damage::Changed, item, Seen::RecordsNotedOtherwise, Remedy::RestoreCatalog);
        }
    });
    findings.unless_done(seen);
    let seen = catalog.misnoted_differences(MOST_ROWS).map(|rows| {
        for (table, key) in rows {
            let item = Item::row(table, key);
            findings.add(Subject::Catalog, Damage::Changed, item, Seen::DiffersOtherwise, Remedy::Repair);
        }
    });
    findings.unless_done(seen);
    for table in catalog.tables() {
        let remedy = match table {
            "page" => Remedy::ReadAgain,
            "difference" | "reuse" => Remedy::Repair,
            _ => Remedy::RestoreCatalog,
        };
        let seen = catalog.changed_rows(table, MOST_ROWS).map(|names| {
            for name in names {
                findings.add(Subject::Catalog, Damage::Changed, Item::row(table, name), Seen::RowDigest, remedy);
            }
        });
        findings.unless_done(seen);
        let seen = catalog.contradicting_rows(table, MOST_ROWS).map(|names| {
            for name in names {
                // What a page was read as is repeated nowhere, so reading it again mends no such row.
                let remedy = if remedy == Remedy::Repair { remedy } else { Remedy::RestoreCatalog };
                findings.add(Subject::Catalog, Damage::Changed, Item::row(table, name), Seen::RowDiffers, remedy);
            }
        });
        findings.unless_done(seen);
    }
}
