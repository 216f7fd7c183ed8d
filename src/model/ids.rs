//! Identifiers. An id made from content has a type of its own, so that a page cannot be asked
//! for by the id of a record.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Reports a text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("'{0}' is not 64 hexadecimal digits")]
pub struct NotADigest(String);

/// The digits of a digest. There are hundreds of thousands in a catalog, so they are written and read
/// without formatting or allocating.
struct Hex([u8; 64]);

impl Hex {
    fn of(bytes: &[u8; 32]) -> Self {
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' - 10 + value };
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        Self(digits)
    }

    fn as_str(&self) -> &str {
        // Digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn from_hex(text: &str) -> Result<[u8; 32], NotADigest> {
    let wrong = || NotADigest(text.chars().take(80).collect());
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| wrong())?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = pair.map(value);
        *byte = high.zip(low).map(|(high, low)| high << 4 | low).ok_or_else(wrong)?;
    }
    Ok(bytes)
}

/// Reads an id from a text that is borrowed where it can be.
struct IdText<T>(PhantomData<T>);

impl<T: FromStr<Err = NotADigest>> de::Visitor<'_> for IdText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 hexadecimal digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Declares a 32-byte digest type that reads and writes as 64 hexadecimal digits.
macro_rules! digest_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Wraps a digest that was already computed.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The raw 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Hex::of(&self.0).as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotADigest;
            fn from_str(text: &str) -> Result<Self, NotADigest> {
                from_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(Hex::of(&self.0).as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(IdText(PhantomData))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
            }
        }
    };
}

digest_type! {
    /// BLAKE3 of a blob's bytes: its name in the repository.
    BlobId
}
digest_type! {
    /// SHA-256 of a blob's bytes, for everything that is exchanged with others.
    Sha256
}
digest_type! {
    /// BLAKE3 of everything that can change what is read from a page (see [`super::recipe`]).
    RecipeId
}
digest_type! {
    /// BLAKE3 over the pages that make up a document.
    DocumentId
}
digest_type! {
    /// BLAKE3 of what reading a page brought, as it is kept, whatever it is packed in.
    PageDigest
}
digest_type! {
    /// BLAKE3 over what reading the pages of a document brought, in their order.
    TextDigest
}
digest_type! {
    /// BLAKE3 of an act and, through the act before that it names, of all acts up to it.
    ActDigest
}
digest_type! {
    /// BLAKE3 over all that the catalog notes of a batch: its ledger and the pages read for it.
    LedgerDigest
}
digest_type! {
    /// BLAKE3 over the description of a snapshot in a backup.
    SnapshotDigest
}
digest_type! {
    /// BLAKE3 over an account or a token, for the act that tells of it.
    AccountDigest
}

digest_type! {
    /// BLAKE3 over all rows of a list of the register, for the act that tells of an import.
    RegisterDigest
}

/// Ready for the first byte: making a key costs more than hashing a short text.
static PAGE_HASHER: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key("sohoa 2026 page result"));
static TEXT_HASHER: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key("sohoa 2026 text of a document"));

impl PageDigest {
    /// The digest of a page's result in the bytes it is kept in before they are packed.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = PAGE_HASHER.clone();
        hasher.update(bytes);
        Self(*hasher.finalize().as_bytes())
    }

    /// The same of bytes that `parts` gives one part after the other.
    ///
    /// # Errors
    /// What `parts` says.
    pub fn of_parts<E>(parts: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), E>) -> Result<Self, E> {
        let mut hasher = PAGE_HASHER.clone();
        parts(&mut |part| {
            hasher.update(part);
        })?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }
}

impl TextDigest {
    /// The digest of a document whose pages brought these results.
    pub fn of_pages<'a>(pages: impl IntoIterator<Item = (&'a PageId, PageDigest)>) -> Self {
        let mut hasher = TEXT_HASHER.clone();
        for (page, digest) in pages {
            hasher.update(page.scan.as_bytes());
            hasher.update(&page.ordinal.to_le_bytes());
            hasher.update(digest.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The same, where some of the pages may not have been read: then there is none.
    pub fn of_read_pages(pages: &[PageId], digests: &[Option<PageDigest>]) -> Option<Self> {
        let read: Vec<PageDigest> = digests.iter().copied().collect::<Option<_>>()?;
        (read.len() == pages.len()).then(|| Self::of_pages(pages.iter().zip(read)))
    }
}

/// Names a sealed record by what it says. The form tells what the hash covers (see
/// [`super::record`]), so an id is never made anew.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordId {
    /// BLAKE3 over some of the record, written as 64 hexadecimal digits. No new ones are made.
    V1([u8; 32]),
    /// BLAKE3 over all of the record but the id, written as `r2-` and 64 hexadecimal digits.
    V2([u8; 32]),
}

impl RecordId {
    /// What stands before the digits of the second form.
    const PREFIX: &str = "r2-";

    /// The raw 32 bytes, which are different for every record of either form.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        match self {
            Self::V1(bytes) | Self::V2(bytes) => bytes,
        }
    }

    /// The number of its form, 1 or 2.
    pub const fn format(&self) -> i64 {
        match self {
            Self::V1(_) => 1,
            Self::V2(_) => 2,
        }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self {
            Self::V1(_) => "",
            Self::V2(_) => Self::PREFIX,
        };
        f.write_str(prefix)?;
        f.write_str(Hex::of(self.as_bytes()).as_str())
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordId({self})")
    }
}

impl FromStr for RecordId {
    type Err = NotADigest;
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        match text.strip_prefix(Self::PREFIX) {
            Some(digits) => from_hex(digits).map(Self::V2),
            None => from_hex(text).map(Self::V1),
        }
    }
}

impl Serialize for RecordId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(IdText(PhantomData))
    }
}

impl JsonSchema for RecordId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RecordId".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(r2-)?[0-9a-f]{64}$" })
    }
}

impl BlobId {
    /// The id of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

/// Names one page of one scan, whatever is later read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PageId {
    /// The file the page lies in.
    pub scan: BlobId,
    /// Place in the file, counted from 0.
    pub ordinal: u32,
}

impl fmt::Display for PageId {
    /// Writes `<scan>/<page counted from 1>`, as people count.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.scan, self.ordinal.saturating_add(1))
    }
}

impl DocumentId {
    /// The id of a document made of these pages in this order.
    pub fn of_pages(pages: &[PageId]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 document of pages");
        for page in pages {
            hasher.update(page.scan.as_bytes());
            hasher.update(&page.ordinal.to_le_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }
}

/// Numbers the batches of one repository from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct BatchId(pub i64);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_what_it_wrote_and_refuses_other_text() {
        let id = BlobId::of(b"abc");
        assert_eq!(id.to_string().parse::<BlobId>(), Ok(id));
        // The published BLAKE3 test value for "abc".
        assert!(id.to_string().starts_with("6437b3ac38465133ffb63b75273a8db5"));
        for wrong in ["", "ab", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            assert!(wrong.parse::<BlobId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_form_of_a_record_id_tells_its_version() {
        let (old, new) = (RecordId::V1([7; 32]), RecordId::V2([7; 32]));
        assert_eq!((old.to_string(), new.to_string()), ("07".repeat(32), format!("r2-{}", "07".repeat(32))));
        for id in [old, new] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_ne!(old, new);
        for wrong in ["r2-", "r2-07", "r3-", &format!("R2-{}", "07".repeat(32)), &format!("r2-r2-{}", "07".repeat(32))] {
            assert!(wrong.parse::<RecordId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_is_its_pages_in_order() {
        let page = |ordinal| PageId { scan: BlobId::of(b"scan"), ordinal };
        assert_ne!(DocumentId::of_pages(&[page(0), page(1)]), DocumentId::of_pages(&[page(1), page(0)]));
        assert_eq!(DocumentId::of_pages(&[page(0)]), DocumentId::of_pages(&[page(0)]));
    }
}
