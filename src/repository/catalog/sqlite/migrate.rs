//! Versions of the catalog's schema, counted by `PRAGMA user_version`.

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::model::failure::Cause;
use crate::repository::error::RepositoryError;

/// The steps from an empty file to the newest schema. A step that was ever released is not edited.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
    include_str!("migrations/0008.sql"),
    include_str!("migrations/0009.sql"),
    include_str!("migrations/0010.sql"),
    include_str!("migrations/0011.sql"),
    include_str!("migrations/0012.sql"),
    include_str!("migrations/0013.sql"),
    include_str!("migrations/0014.sql"),
];

/// Whether nothing is left to do.
pub(super) fn is_current(connection: &Connection, migrations: &[&str]) -> Result<bool, RepositoryError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(RepositoryError::Newer { place: String::new(), found, known });
    }
    Ok(found == known)
}

/// Takes the steps that were not taken yet, all in one transaction, which `finish` ends with what
/// only the program can do; it is told the version that was found.
pub(super) fn run(
    connection: &mut Connection,
    migrations: &[&str],
    finish: impl FnOnce(&Transaction<'_>, u32) -> Result<(), RepositoryError>,
) -> Result<(), RepositoryError> {
    if is_current(connection, migrations)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for migration in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        transaction.execute_batch(migration).map_err(unfit)?;
    }
    finish(&transaction, found)?;
    transaction.pragma_update(None, "user_version", i64::try_from(migrations.len()).unwrap_or(i64::MAX))?;
    transaction.commit()?;
    Ok(())
}

/// A step was tried with every schema that it was written for. One that it makes no sense in is not the schema that
/// the version tells of.
fn unfit(error: rusqlite::Error) -> RepositoryError {
    let code = match &error {
        rusqlite::Error::SqlInputError { error, .. } => Some(error.code),
        error => error.sqlite_error_code(),
    };
    match code {
        Some(ErrorCode::Unknown) => RepositoryError::Damaged { place: String::new(), cause: Cause::said(error) },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_missing_steps_are_taken_and_data_stay() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = "CREATE TABLE a (x INTEGER)";
        run(&mut connection, &[first], |_, _| Ok(())).unwrap();
        connection.execute("INSERT INTO a VALUES (7)", []).unwrap();
        let both = [first, "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 8"];
        assert!(!is_current(&connection, &both).unwrap());
        run(&mut connection, &both, |_, _| Ok(())).unwrap();
        run(&mut connection, &both, |_, _| Ok(())).unwrap();
        let row = connection.query_row("SELECT x, y FROM a", [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)));
        assert_eq!(row, Ok((7, 8)));
        assert!(matches!(is_current(&connection, &[first]), Err(RepositoryError::Newer { found: 2, known: 1, .. })));
    }

    #[test]
    fn a_failing_step_leaves_everything_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        let failed = run(&mut connection, &["CREATE TABLE a (x INTEGER)", "nonsense"], |_, _| Ok(()));
        assert!(matches!(failed, Err(RepositoryError::Damaged { .. })), "{failed:?}");
        assert_eq!(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)), Ok(0));
    }
}
