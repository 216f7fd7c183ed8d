//! Ways to open the catalog: to write, to read beside others who write, and to read where nothing
//! may be written at all.
//!
//! SQLite keeps two files beside a database in WAL mode: `-wal` with what was written last, and
//! `-shm` that all processes share. A reader makes them where they are missing, for which it needs
//! the right to write. So whoever writes leaves both behind, the first one emptied, and a reader
//! without that right finds them. A copy may lack them; then nobody can be writing to it.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{SqliteCatalog, acts, at, differences, digests, migrate, pending};
use crate::model::act::Warrant;
use crate::repository::catalog::Shape;
use crate::repository::error::RepositoryError;

/// How long to wait for another process that holds the file: a checkpoint takes milliseconds.
const BUSY: Duration = Duration::from_secs(30);
/// Most of the catalog that is kept in memory, in KiB: rows are looked up by hashes, anywhere in it.
const CACHE_KIB: i64 = 16 * 1024;
/// How long the last write waits for readers when the catalog is closed.
const BUSY_AT_CLOSE: Duration = Duration::from_millis(200);

impl SqliteCatalog {
    /// Opens the catalog at `path` for writing in the name of `warrant`, makes it if need be, and
    /// brings it up to date.
    pub(in crate::repository) fn create_or_open(path: &Path, warrant: Warrant) -> Result<Self, RepositoryError> {
        let mut catalog = Self::writing(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        catalog.warrant = warrant;
        catalog.locate(|| {
            migrate::run(&mut catalog.lock(), migrate::MIGRATIONS, |tx, found| {
                acts::adopt(tx, found, &catalog.warrant)?;
                pending::fill(tx, found)?;
                differences::fill(tx, found)
            })
        })?;
        Ok(catalog)
    }

    /// Opens the catalog at `path` for writing in the name of `warrant`; none if it has to be brought
    /// up to date first.
    pub(in crate::repository) fn open_to_write(path: &Path, warrant: Warrant) -> Result<Option<Self>, RepositoryError> {
        let Some(mut catalog) = Self::writing(path, OpenFlags::empty())?.if_current()? else { return Ok(None) };
        catalog.warrant = warrant;
        differences::compare_anew(&catalog)?;
        Ok(Some(catalog))
    }

    /// Opens the catalog at `path` for reading; none if it has to be brought up to date first.
    pub(in crate::repository) fn open(path: &Path) -> Result<Option<Self>, RepositoryError> {
        Self::reading(path)?.if_current()
    }

    /// Copies the catalog at `path` to where something can be written and brings the copy up to date.
    pub(in crate::repository) fn open_copy(path: &Path) -> Result<Self, RepositoryError> {
        let folder = tempfile::tempdir().map_err(|error| RepositoryError::io(&std::env::temp_dir(), &error))?;
        let copy = folder.path().join("catalog.sqlite");
        Self::copy(path, &copy)?;
        let mut catalog = Self::create_or_open(&copy, Warrant::default())?;
        catalog.locate(|| Ok(catalog.lock().pragma_update(None, "query_only", true)?))?;
        catalog.writes = false;
        path.clone_into(&mut catalog.path);
        catalog.copy = Some(folder);
        Ok(catalog)
    }

    /// Copies the catalog at `path` into `to`, which is empty or not there. It is read in one transaction:
    /// SQLite's backup interface would begin anew whenever a batch writes, and never come to an end
    /// beside a busy one.
    pub(in crate::repository) fn copy(path: &Path, to: &Path) -> Result<(), RepositoryError> {
        let source = Self::reading(path)?;
        source.locate(|| {
            // As text, but of any bytes, as paths are.
            let to = ToSqlOutput::Borrowed(ValueRef::Text(to.as_os_str().as_bytes()));
            source.lock().execute("VACUUM INTO ?1", [to])?;
            Ok(())
        })
    }

    /// The version of the schema of the catalog at `path`, the one that this program knows, and its tables.
    pub(in crate::repository) fn version(path: &Path) -> Result<(u32, u32, Shape), RepositoryError> {
        let catalog = Self::reading(path)?;
        catalog.locate(|| {
            migrate::is_current(&catalog.lock(), migrate::MIGRATIONS)?;
            let found = catalog.lock().pragma_query_value(None, "user_version", |row| row.get(0))?;
            let known = u32::try_from(migrate::MIGRATIONS.len()).unwrap_or(u32::MAX);
            Ok((found, known, catalog.shape()?))
        })
    }

    /// Its tables with their columns.
    pub(in crate::repository) fn shape(&self) -> Result<Shape, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid";
            let mut shape = Shape::new();
            let mut statement = db.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                shape.entry(row.get(0)?).or_default().push(row.get(1)?);
            }
            Ok(shape)
        })
    }

    fn writing(path: &Path, more: OpenFlags) -> Result<Self, RepositoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let open = || -> Result<Connection, RepositoryError> {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(BUSY)?;
            digests::register(&connection)?;
            // Or the files that readers need would go with the last writer.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            Ok(connection)
        };
        Ok(Self::over(path, open().map_err(|error| at(path, error))?, true))
    }

    fn reading(path: &Path) -> Result<Self, RepositoryError> {
        let connection = match connect(path, Way::Shared) {
            Err(error) if is_barred(&error) => {
                let mut wal = path.as_os_str().to_owned();
                wal.push("-wal");
                let holds_nothing = fs::metadata(Path::new(&wal)).map_or(true, |wal| wal.len() == 0);
                connect(path, if holds_nothing { Way::Immutable } else { Way::Alone })
            }
            connected => connected,
        };
        let connection = connection.map_err(|error| at(path, error.into()))?;
        digests::register(&connection)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(|error| at(path, error.into()))?;
        Ok(Self::over(path, connection, false))
    }

    fn over(path: &Path, connection: Connection, writes: bool) -> Self {
        let (connection, warrant) = (Mutex::new(connection), Warrant::default());
        Self { path: path.to_owned(), connection, writes, copy: None, warrant, ended: Mutex::default() }
    }

    fn if_current(self) -> Result<Option<Self>, RepositoryError> {
        let current = self.locate(|| migrate::is_current(&self.lock(), migrate::MIGRATIONS))?;
        Ok(current.then_some(self))
    }
}

impl Drop for SqliteCatalog {
    /// Puts what was written last where it belongs, so that the file alone holds everything.
    fn drop(&mut self) {
        if self.writes {
            let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
            let _ = connection.busy_timeout(BUSY_AT_CLOSE);
            // A reader may hold it up; then the next who closes does it.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }
}

/// How a reader comes to the file.
#[derive(Clone, Copy)]
enum Way {
    /// With the two files beside it, as writers do.
    Shared,
    /// As one that nobody will change.
    Immutable,
    /// With a `-wal` beside it, of which the index is made in memory.
    Alone,
}

fn connect(path: &Path, way: Way) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match way {
        Way::Shared => Connection::open_with_flags(path, flags)?,
        Way::Immutable => Connection::open_with_flags(immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
        // Locks would be refused, and there is nobody to lock out.
        Way::Alone => {
            let connection = Connection::open_with_flags_and_vfs(path, flags, "unix-none")?;
            connection.pragma_update_and_check(None, "locking_mode", "exclusive", |_| Ok(()))?;
            connection
        }
    };
    connection.busy_timeout(BUSY)?;
    // Whether it can be read shows only now.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether SQLite would have had to write something.
fn is_barred(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure)
    )
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?immutable=1"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog that was written to, its writer, and copies of some of its files.
    fn copies(folder: &Path) -> SqliteCatalog {
        let catalog = SqliteCatalog::create_or_open(&folder.join("catalog.sqlite"), Warrant::default()).unwrap();
        catalog.lock().execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (7)").unwrap();
        for (copy, suffixes) in [("whole", &["", "-wal", "-shm"][..]), ("without shm", &["", "-wal"])] {
            fs::create_dir(folder.join(copy)).unwrap();
            for suffix in suffixes {
                let name = format!("catalog.sqlite{suffix}");
                fs::copy(folder.join(&name), folder.join(copy).join(&name)).unwrap();
            }
        }
        catalog
    }

    fn seven(connection: &Connection) -> i64 {
        connection.query_row("SELECT x FROM t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_closed_catalog_is_whole_in_one_file_and_leaves_what_readers_need() {
        let folder = tempfile::tempdir().unwrap();
        drop(copies(folder.path()));
        let path = folder.path().join("catalog.sqlite");
        assert_eq!(fs::metadata(folder.path().join("catalog.sqlite-wal")).unwrap().len(), 0);
        assert!(folder.path().join("catalog.sqlite-shm").exists());
        let strange = folder.path().join("a ?#%ế.sqlite");
        fs::copy(&path, &strange).unwrap();
        assert_eq!(seven(&connect(&strange, Way::Immutable).unwrap()), 7);
        assert!(!folder.path().join("a ?#%ế.sqlite-wal").exists(), "nothing is written");
    }

    #[test]
    fn what_was_written_last_is_read_from_a_copy_without_the_shared_file() {
        let folder = tempfile::tempdir().unwrap();
        let _writer = copies(folder.path());
        let path = folder.path().join("without shm/catalog.sqlite");
        assert_eq!(seven(&connect(&path, Way::Alone).unwrap()), 7);
        assert_eq!(fs::read_dir(folder.path().join("without shm")).unwrap().count(), 2);
    }
}
