//! Keys that manifests are signed with, and the signatures.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

use super::consumer::ConsumerName;

/// Says why a text is no name of a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the name of a key has 16 of 0-9 and A-F")]
pub struct NotAKeyId;

/// The name of a key, as minisign tells it: 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct KeyId(String);

impl KeyId {
    /// The name of the key with this number, as it stands in keys and signatures.
    pub fn of_number(number: u64) -> Self {
        Self(format!("{number:016X}"))
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKeyId> {
        let fits = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
        if text.len() == 16 && text.chars().all(fits) { Ok(Self(text.to_owned())) } else { Err(NotAKeyId) }
    }
}

impl TryFrom<String> for KeyId {
    type Error = NotAKeyId;

    fn try_from(text: String) -> Result<Self, NotAKeyId> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It signs what is exported.
    Active,
    /// It signed what was exported before another took its place; its signatures hold.
    Retired,
}

impl KeyState {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// What is kept of a key: its private half lies in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// Its name.
    pub id: KeyId,
    /// Its public half in base64, as minisign takes it with `-P`.
    pub public: String,
    /// Whether it signs.
    pub state: KeyState,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
}

impl SigningKey {
    /// What keys are ordered by: the time they were made. It is told to the second, and of those of one
    /// second the key that signs is the last.
    pub fn age(&self) -> (OffsetDateTime, bool, &KeyId) {
        (self.made_at, self.state == KeyState::Active, &self.id)
    }
}

/// A signature beside a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestSignature {
    /// Whose manifest; none for the repository's own.
    pub consumer: Option<ConsumerName>,
    /// The manifest's number.
    pub sequence: u64,
    /// The key that made it.
    pub key: KeyId,
    /// The whole content of its file.
    pub text: String,
}

/// The name of the file of a signature: that of what is signed, and `.sig`.
pub fn signature_file_name(signed: &str) -> String {
    format!("{signed}.sig")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_name_that_minisign_gives_it() {
        let id = KeyId::of_number(0x0123_4567_89ab_cdef);
        assert_eq!(id.as_str(), "0123456789ABCDEF");
        assert_eq!(id.as_str().parse(), Ok(id));
        for bad in ["", "0123456789abcdef", "0123456789ABCDE", "../../../../etc/x"] {
            assert!(bad.parse::<KeyId>().is_err(), "{bad}");
        }
    }
}
