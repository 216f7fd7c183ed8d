//! Digests over rows. SQLite notices a torn page, but not a value that was changed: so each row
//! that means something carries a digest over all its values, made in the statement that writes it.
//!
//! Whoever changes a row on purpose can make its digest anew. That shows in what rows are joined
//! into: ids of records, digests of texts and ledgers, and the acts that name them.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use flate2::{Decompress, FlushDecompress, Status};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::ids::{BatchId, LedgerDigest, PageDigest, PageId, RecipeId, TextDigest};
use crate::model::record::Record;
use crate::repository::error::RepositoryError;

/// A table whose rows carry a digest, with the columns that it covers: all others of the table.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// How many of them, from the first, tell one row from all others.
    key: usize,
    /// Columns that a row is found by and that only repeat what its JSON says, as SQL, each beside the SQL of what stands
    /// there. The program believes the JSON, whose digest acts tell of, but asks for rows by the column.
    repeats: &'static [(&'static str, &'static str)],
}

const fn table(name: &'static str, key: usize, columns: &'static [&'static str]) -> Table {
    Table { name, columns, key, repeats: &[] }
}

impl Table {
    const fn repeating(self, repeats: &'static [(&'static str, &'static str)]) -> Self {
        Self { repeats, ..self }
    }
}

pub(super) const BLOB: Table = table("blob", 1, &["id", "sha256", "bytes", "media_type"]);
pub(super) const SCAN: Table = table("scan", 1, &["blob", "summary"]);
pub(super) const PAGE: Table = table("page", 3, &["scan", "ordinal", "recipe", "content", "digest"]);
pub(super) const BATCH: Table = table(
    "batch",
    1,
    &[
        "id",
        "state",
        "inbox",
        "started_at",
        "ended_at",
        "engine",
        "recipe",
        "program_version",
        "unchanged_files",
        "left_files",
        "cost",
        "manifest",
    ],
);
pub(super) const ENTRY: Table =
    table("entry", 2, &["batch", "path", "scan", "pages", "code", "kind", "recipe", "failure", "moved_to", "poor_pages"]);
pub(super) const ENTRY_OUTCOME: Table = table("entry_outcome", 3, &["batch", "path", "outcome", "pages"]);
pub(super) const MANIFEST: Table =
    table("manifest", 1, &["sequence", "sha256", "bytes", "state", "created_at", "file_name", "content"]);
pub(super) const RECORD: Table =
    table("record", 1, &["change", "id", "batch", "code", "kind", "version", "supersedes", "content", "manifest", "format"]);
pub(super) const DOCUMENT: Table = table("document", 2, &["record", "ordinal", "id", "file", "source", "recipe"]);
pub(super) const SIGHTING: Table = table("sighting", 1, &["path", "bytes", "modified_ns", "changed_ns", "inode", "scan"]);
pub(super) const PLACEMENT: Table = table("placement", 1, &["scan", "rules", "parts"]);
pub(super) const ISSUING_BODY: Table = table("issuing_body", 1, &["name", "times"]);
pub(super) const OPEN_FIELD: Table =
    table("open_field", 4, &["code", "kind", "ordinal", "field", "status", "document_type", "since", "batch"]);
pub(super) const SETTLEMENT: Table = table("settlement", 1, &["scan", "content"]);
pub(super) const ACCOUNT: Table = table("account", 1, &["name", "content"]).repeating(&[("name", "content ->> '$.name'")]);
pub(super) const API_TOKEN: Table = table("api_token", 1, &["secret", "account", "content"])
    .repeating(&[("lower(hex(secret))", "content ->> '$.secret'"), ("account", "content ->> '$.account'")]);
pub(super) const DRAFT: Table = table("draft", 3, &["account", "code", "ordinal", "content"])
    .repeating(&[("account", "content ->> '$.account'"), ("format('%s.%03d', code, ordinal)", "content ->> '$.document'")]);
pub(super) const SIGNING_KEY: Table = table("signing_key", 1, &["id", "content"]).repeating(&[("id", "content ->> '$.id'")]);
pub(super) const MANIFEST_SIGNATURE: Table = table("manifest_signature", 2, &["consumer", "sequence", "key", "signature"]);
pub(super) const DELIVERY: Table =
    table("delivery", 2, &["consumer", "sequence", "sha256", "bytes", "state", "created_at", "up_to", "content"]);
pub(super) const DELIVERY_ITEM: Table =
    table("delivery_item", 2, &["consumer", "record", "sequence", "code", "kind", "state", "content"]).repeating(&[
        ("consumer", "content ->> '$.consumer'"),
        ("lower(hex(record))", "replace(content ->> '$.record', 'r2-', '')"),
        ("sequence", "content ->> '$.sequence'"),
        ("code", "content ->> '$.dossier_code'"),
        ("kind", "content ->> '$.kind'"),
        ("state", "content ->> '$.state'"),
    ]);
pub(super) const ACT_RECORD: Table = table("act_record", 2, &["record", "act"]);
pub(super) const SAME_DOCUMENT: Table = table("same_document", 3, &["record", "ordinal", "recipe"]);

pub(super) const REUSE: Table = table("reuse", 1, &["act", "at", "dossier", "component", "source", "content"])
    .repeating(&[("dossier", "content ->> '$.dossier'"), ("component", "content ->> '$.component'")]);
pub(super) const DIFFERENCE: Table = table("difference", 1, &["code", "sides", "at", "since", "content"]);
pub(super) const REGISTER: Table = table("register", 2, &["list", "key", "at", "owner", "act", "content"]);

/// All of them. The table of acts is not among them: its rows are chained.
pub(super) const TABLES: [&Table; 26] = [
    &BLOB,
    &SCAN,
    &PAGE,
    &BATCH,
    &ENTRY,
    &ENTRY_OUTCOME,
    &MANIFEST,
    &RECORD,
    &DOCUMENT,
    &SIGHTING,
    &PLACEMENT,
    &SAME_DOCUMENT,
    &ACT_RECORD,
    &ISSUING_BODY,
    &OPEN_FIELD,
    &SETTLEMENT,
    &ACCOUNT,
    &API_TOKEN,
    &DRAFT,
    &SIGNING_KEY,
    &MANIFEST_SIGNATURE,
    &DELIVERY,
    &DELIVERY_ITEM,
    &REGISTER,
    &REUSE,
    &DIFFERENCE,
];

impl Table {
    /// The SQL that makes a row's digest from its columns, in which those of `changed` have the
    /// value of an expression.
    pub(super) fn digest(&self, changed: &[(&str, &str)]) -> String {
        let value = |column: &&'static str| {
            changed.iter().find(|(name, _)| name == column).map_or(*column, |(_, expression)| *expression).to_owned()
        };
        let values: Vec<String> = self.columns.iter().map(value).collect();
        format!("row_digest('{}', {})", self.name, values.join(", "))
    }

    /// The SQL that is true of a row in which a column says something else than its JSON; none if no column repeats
    /// anything.
    pub(super) fn contradicts_itself(&self) -> Option<String> {
        let differing: Vec<String> = self.repeats.iter().map(|(column, told)| format!("{column} IS NOT {told}")).collect();
        (!differing.is_empty()).then(|| format!("CASE WHEN json_valid(content) THEN {} ELSE TRUE END", differing.join(" OR ")))
    }

    /// The columns that name a row.
    pub(super) fn key(&self) -> &'static [&'static str] {
        self.columns.get(..self.key).unwrap_or_default()
    }

    /// The statement that inserts a row with its digest; all columns are parameters, in order.
    pub(super) fn insert(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|place| format!("?{place}")).collect();
        let (columns, places) = (self.columns.join(", "), places.join(", "));
        format!("INSERT INTO {0} ({columns}, row_digest) VALUES ({places}, row_digest('{0}', {places}))", self.name)
    }
}

/// Makes the two functions known to a connection.
pub(super) fn register(connection: &Connection) -> Result<(), RepositoryError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("row_digest", -1, flags, |context| Ok(row_digest(context)))?;
    connection.create_scalar_function("page_digest", 1, flags, |context| {
        let packed = match context.get_raw(0) {
            ValueRef::Blob(packed) => packed,
            _ => return Ok(None),
        };
        // What does not unpack has no digest.
        Ok(page_digest(packed).ok().map(|digest| digest.as_bytes().to_vec()))
    })?;
    Ok(())
}

/// Ready for the first value of a row: there are many rows, and making the key costs as much as
/// hashing one.
static ROW_HASHER: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key("sohoa 2026 catalog row"));

fn row_digest(context: &Context<'_>) -> [u8; 32] {
    let mut hasher = ROW_HASHER.clone();
    let mut part = |kind: u8, bytes: &[u8]| {
        let [a, b, c, d, e, f, g, h] = (bytes.len() as u64).to_le_bytes();
        hasher.update(&[kind, a, b, c, d, e, f, g, h]);
        hasher.update(bytes);
    };
    for place in 0..context.len() {
        match context.get_raw(place) {
            ValueRef::Null => part(0, &[]),
            ValueRef::Integer(value) => part(1, &value.to_le_bytes()),
            ValueRef::Real(value) => part(2, &value.to_bits().to_le_bytes()),
            ValueRef::Text(text) => part(3, text),
            ValueRef::Blob(blob) => part(4, blob),
        }
    }
    *hasher.finalize().as_bytes()
}

thread_local! {
    /// Kept from page to page: to make them takes longer than to unpack a page. A page is never in memory
    /// as a whole, so it does not matter how much comes out of it.
    static UNPACKING: RefCell<(Decompress, Vec<u8>)> = RefCell::new((Decompress::new(false), vec![0; 32 * 1024]));
}

fn page_digest(packed: &[u8]) -> io::Result<PageDigest> {
    UNPACKING.with_borrow_mut(|(inflate, buffer)| {
        inflate.reset(false);
        PageDigest::of_parts(|add| {
            let mut rest = packed;
            loop {
                let before = (inflate.total_in(), inflate.total_out());
                let status = inflate.decompress(rest, buffer, FlushDecompress::None).map_err(io::Error::other)?;
                let taken = usize::try_from(inflate.total_in() - before.0).unwrap_or(usize::MAX);
                let made = usize::try_from(inflate.total_out() - before.1).unwrap_or(usize::MAX);
                add(buffer.get(..made).unwrap_or_default());
                rest = rest.get(taken..).unwrap_or_default();
                match status {
                    Status::StreamEnd => return Ok(()),
                    _ if taken == 0 && made == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    _ => {}
                }
            }
        })
    })
}

/// The digests of these pages as a recipe read them; none of those that are not kept.
pub(super) fn page_digests(
    db: &Connection,
    pages: &[PageId],
    recipe: RecipeId,
) -> Result<Vec<Option<PageDigest>>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT digest FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
    let mut digest = |page: &PageId| {
        let key = params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()];
        let digest = query.query_row(key, |row| row.get::<_, Option<[u8; 32]>>(0)).optional()?;
        Ok(digest.flatten().map(PageDigest::from_bytes))
    };
    pages.iter().map(&mut digest).collect()
}

/// The digest over the text of these pages as a recipe read them; none if that of one is not kept.
pub(super) fn text_of(db: &Connection, pages: &[PageId], recipe: RecipeId) -> Result<Option<TextDigest>, RepositoryError> {
    Ok(TextDigest::of_read_pages(pages, &page_digests(db, pages, recipe)?))
}

/// Files in the ledger of a batch, and the digest over all that is noted of it: its row, its
/// ledger, and of every file that was not refused the blob, what opening it told and what its
/// pages brought. A batch that still runs has the digest that it has once it is interrupted.
pub(super) fn ledger_of(db: &Connection, batch: BatchId) -> Result<(u64, LedgerDigest), RepositoryError> {
    let ended = BATCH.digest(&[("state", "CASE state WHEN 'running' THEN 'interrupted' ELSE state END")]);
    let (entry, outcome) = (ENTRY.digest(&[]), ENTRY_OUTCOME.digest(&[]));
    let taken = "entry.batch = ?1 AND entry.scan IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM entry_outcome AS o
                                 WHERE o.batch = entry.batch AND o.path = entry.path AND o.outcome = 'refused')";
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 ledger of a batch");
    let mut add = |sql: &str| -> Result<u64, RepositoryError> {
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query([batch.0])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            hasher.update(&row.get::<_, [u8; 32]>(0)?);
            count += 1;
        }
        hasher.update(&u64::to_le_bytes(count));
        Ok(count)
    };
    add(&format!("SELECT {ended} FROM batch WHERE id = ?1"))?;
    let files = add(&format!("SELECT {entry} FROM entry WHERE batch = ?1 ORDER BY path"))?;
    add(&format!("SELECT {outcome} FROM entry_outcome WHERE batch = ?1 ORDER BY path, outcome"))?;
    add(&format!(
        "SELECT row_digest('scan of a file', entry.path, blob.id, blob.sha256, blob.bytes, scan.summary)
         FROM entry LEFT JOIN blob ON blob.id = entry.scan LEFT JOIN scan ON scan.blob = entry.scan
         WHERE {taken} ORDER BY entry.path"
    ))?;
    add(&format!(
        "SELECT row_digest('page of a file', entry.path, page.ordinal, page.digest)
         FROM entry JOIN batch ON batch.id = entry.batch
           JOIN page ON page.scan = entry.scan AND page.recipe = batch.recipe
         WHERE {taken} ORDER BY entry.path, page.ordinal"
    ))?;
    Ok((files, LedgerDigest::from_bytes(*hasher.finalize().as_bytes())))
}

/// Records of form 1, and the digest over them and the text of their pages: what a repository held
/// before there were acts.
pub(super) fn old_records(db: &Connection) -> Result<(u64, LedgerDigest), RepositoryError> {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 records of form 1");
    let mut count = 0;
    let mut query =
        db.prepare("SELECT row_digest('record of form 1', id, content), content FROM record WHERE format = 1 ORDER BY change")?;
    let mut recipes = db.prepare("SELECT recipe FROM document WHERE record = ?1 AND ordinal = ?2")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        hasher.update(&row.get::<_, [u8; 32]>(0)?);
        count += 1;
        // What does not read is damaged already, and stands for itself.
        let Ok(record) = serde_json::from_str::<Record>(&row.get::<_, String>(1)?) else { continue };
        for document in &record.documents {
            let recipe = recipes.query_row(params![record.id.as_bytes(), document.ordinal], |row| row.get(0)).optional()?;
            let recipe = recipe.map_or(record.recipe, RecipeId::from_bytes);
            let text = text_of(db, &document.pages, recipe)?;
            hasher.update(&text.map_or([0; 32], |text| *text.as_bytes()));
        }
    }
    Ok((count, LedgerDigest::from_bytes(*hasher.finalize().as_bytes())))
}

/// The digest over the ledgers of all batches up to this one.
pub(super) fn ledgers_up_to(db: &Connection, batch: BatchId) -> Result<LedgerDigest, RepositoryError> {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 ledgers of all batches");
    let mut query = db.prepare("SELECT id FROM batch WHERE id <= ?1 ORDER BY id")?;
    let batches = query.query_map([batch.0], |row| row.get(0).map(BatchId))?.collect::<Result<Vec<_>, _>>()?;
    for batch in batches {
        hasher.update(ledger_of(db, batch)?.1.as_bytes());
    }
    Ok(LedgerDigest::from_bytes(*hasher.finalize().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::catalog::sqlite::migrate;

    fn new_catalog() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        migrate::run(&mut connection, migrate::MIGRATIONS, |_, _| Ok(())).unwrap();
        connection
    }

    /// A column that is added to a table must not be forgotten, and neither must a table.
    #[test]
    fn digests_cover_every_column_of_every_table() {
        let db = new_catalog();
        let mut query = db
            .prepare("SELECT m.name, i.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS i WHERE m.type = 'table'")
            .unwrap();
        let columns: Vec<(String, String)> =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
        let mut tables = std::collections::BTreeSet::new();
        // Acts are chained; who works on a batch is nothing once nobody does.
        let without = |table: &str| table.starts_with("sqlite_") || matches!(table, "act" | "batch_owner");
        for (table, column) in columns.iter().filter(|(table, _)| !without(table)) {
            tables.insert(table.as_str());
            let known = TABLES.into_iter().find(|known| known.name == table).unwrap_or_else(|| panic!("{table} has no digests"));
            assert!(column == "row_digest" || known.columns.contains(&column.as_str()), "{table}.{column} is not covered");
        }
        assert_eq!(tables.len(), TABLES.len());
    }

    #[test]
    fn a_digest_tells_values_types_and_places_apart() {
        let db = new_catalog();
        let digest = |sql: &str| db.query_row(&format!("SELECT row_digest({sql})"), [], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let all = [
            "'t', 1, 2",
            "'t', 2, 1",
            "'t', '1', 2",
            "'t', 1.0, 2",
            "'t', x'31', 2",
            "'t', NULL, 2",
            "'t', 12",
            "'t1', 2",
            "'t', 1, 2, NULL",
        ];
        let digests: std::collections::BTreeSet<_> = all.iter().map(|sql| digest(sql)).collect();
        assert_eq!(digests.len(), all.len());
        // Kept in every row ever written: it may never come out otherwise.
        let golden: String = digest("'blob', 1, 'ế', x'00ff', NULL, 0.5").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(golden, "bbf451bb2960556dd462ab89fc78f91051fa0669923a96ae0db5e882382c18d6");
    }
}
