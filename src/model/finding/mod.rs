//! What is not as it should be in a repository: which thing, what was seen, and what helps.

mod detail;

use std::fmt;

use schemars::JsonSchema;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use detail::{Detail, Seen};

/// What is wrong with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// Something says that it was there, but it is not.
    Missing,
    /// It is there, but not as it was written.
    Changed,
    /// It is there, but nothing tells of it.
    Orphaned,
}

/// What kind of thing is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A file under `blobs/`.
    Blob,
    /// A record in the catalog.
    Record,
    /// A manifest in the catalog or its file under `exports/`.
    Manifest,
    /// A page in the search index, or the index as a whole.
    IndexEntry,
    /// The catalog itself: a row, a table, the file.
    Catalog,
    /// An act, or what it tells of a batch.
    Act,
}

/// Which thing is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Item {
    /// One with a name of its own: a file, an id, a record's code.
    Named {
        /// The name.
        name: String,
    },
    /// An act.
    Act {
        /// Its number.
        number: u64,
    },
    /// A batch.
    Batch {
        /// Its number.
        number: i64,
    },
    /// All batches up to one.
    Batches {
        /// The number of the last.
        last: i64,
    },
    /// A page in the index.
    Page {
        /// The record that it is said to be of.
        record: String,
        /// The document's number.
        document: u32,
        /// The page, from 1.
        page: u32,
    },
    /// A list of the dossier register.
    Register {
        /// The name of the list.
        list: String,
    },
    /// An account, or a token of it.
    Account {
        /// Its name, and that of the token.
        name: String,
    },
    /// What the catalog remembers of a file in an inbox.
    Sighting {
        /// The file.
        path: String,
    },
    /// What was decided about a file that waits.
    Settlement {
        /// Its bytes.
        scan: String,
    },
    /// A key that manifests are signed with.
    Key {
        /// Which.
        id: String,
    },
    /// A row of the catalog.
    Row {
        /// Its table.
        table: String,
        /// What tells it from the others there; nothing if the table is meant.
        key: String,
    },
    /// A record on its way to a consumer.
    Delivered {
        /// To whom.
        consumer: String,
        /// Which; nothing if that is not known.
        record: String,
    },
}

impl Item {
    /// A row of the catalog.
    pub fn row(table: &str, key: impl Into<String>) -> Self {
        Self::Row { table: table.to_owned(), key: key.into() }
    }
}

impl From<String> for Item {
    fn from(name: String) -> Self {
        Self::Named { name }
    }
}

impl From<&str> for Item {
    fn from(name: &str) -> Self {
        Self::Named { name: name.to_owned() }
    }
}

impl From<&String> for Item {
    fn from(name: &String) -> Self {
        Self::Named { name: name.clone() }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { name } => f.write_str(name),
            Self::Act { number } => write!(f, "act {number}"),
            Self::Batch { number } => write!(f, "batch {number}"),
            Self::Batches { last } => write!(f, "batches 1 to {last}"),
            Self::Page { record, document, page } => write!(f, "{record} document {document} page {page}"),
            Self::Register { list } => write!(f, "register {list}"),
            Self::Account { name } => write!(f, "account {name}"),
            Self::Sighting { path } => write!(f, "sighting {path}"),
            Self::Settlement { scan } => write!(f, "settlement {scan}"),
            Self::Key { id } => write!(f, "key {id}"),
            Self::Row { table, key } => f.write_str(format!("{table} {key}").trim_end()),
            Self::Delivered { consumer, record } => f.write_str(format!("{consumer} {record}").trim_end()),
        }
    }
}

/// What to do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
pub enum Remedy {
    /// Nothing here can make it good.
    RestoreCatalog,
    /// The file has to come from a backup.
    RestoreFile,
    /// It can be made again.
    Repair,
    /// It can be read again from its scan, unless another recipe was used.
    ReadAgain,
    /// It was not finished.
    Export,
    /// It does no harm.
    LookAtFile,
    /// The system could not read it.
    CheckDisk,
    /// What others were given tells how it was.
    CompareManifests,
    /// A backup cannot be trusted any more.
    BackUpAnew,
}

impl Remedy {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RestoreCatalog,
        Self::RestoreFile,
        Self::Repair,
        Self::ReadAgain,
        Self::Export,
        Self::LookAtFile,
        Self::CheckDisk,
        Self::CompareManifests,
        Self::BackUpAnew,
    ];

    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestoreCatalog => "restore-catalog",
            Self::RestoreFile => "restore-file",
            Self::Repair => "repair",
            Self::ReadAgain => "read-again",
            Self::Export => "export",
            Self::LookAtFile => "look-at-file",
            Self::CheckDisk => "check-disk",
            Self::CompareManifests => "compare-manifests",
            Self::BackUpAnew => "back-up-anew",
        }
    }
}

impl Serialize for Remedy {
    /// Faces put its words beside the name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Remedy", 1)?;
        fields.serialize_field("name", self.as_str())?;
        fields.end()
    }
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    pub subject: Subject,
    /// What is wrong.
    pub damage: Damage,
    /// Which one.
    pub item: Item,
    /// What was seen.
    pub detail: Detail,
    /// What to do.
    pub remedy: Remedy,
}

impl Finding {
    /// What findings are sorted by.
    pub fn order(&self) -> (Subject, Damage, String, String, Remedy) {
        (self.subject, self.damage, self.item.to_string(), self.detail.to_string(), self.remedy)
    }
}

impl Serialize for Finding {
    /// Name and detail stand there as text, too, as they always have.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Finding", 7)?;
        fields.serialize_field("subject", &self.subject)?;
        fields.serialize_field("damage", &self.damage)?;
        fields.serialize_field("name", &self.item.to_string())?;
        fields.serialize_field("detail", &self.detail.to_string())?;
        fields.serialize_field("item", &self.item)?;
        fields.serialize_field("seen", &self.detail)?;
        fields.serialize_field("remedy", &self.remedy)?;
        fields.end()
    }
}
