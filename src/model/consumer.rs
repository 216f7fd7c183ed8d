//! Those who take what is exported: what they are called.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Most characters of a consumer's name.
const MAX_NAME: usize = 40;

/// Says why a text is no name of a consumer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a consumer's name has 1 to {MAX_NAME} of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit")]
pub struct NotAConsumerName;

/// The name of a consumer, which is also that of its folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ConsumerName(String);

impl ConsumerName {
    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its manifests lie in the repository at `root`, unless the settings name a folder elsewhere.
    pub fn outbox(&self, root: &Path) -> PathBuf {
        root.join("outbox").join(&self.0)
    }
}

impl FromStr for ConsumerName {
    type Err = NotAConsumerName;

    fn from_str(text: &str) -> Result<Self, NotAConsumerName> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if begins && text.len() <= MAX_NAME && text.chars().all(fits) { Ok(Self(text.to_owned())) } else { Err(NotAConsumerName) }
    }
}

impl TryFrom<String> for ConsumerName {
    type Error = NotAConsumerName;

    fn try_from(text: String) -> Result<Self, NotAConsumerName> {
        text.parse()
    }
}

impl From<ConsumerName> for String {
    fn from(name: ConsumerName) -> Self {
        name.0
    }
}

impl fmt::Display for ConsumerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_good_for_a_folder_and_nothing_else() {
        for good in ["a", "cong-dvcqg", "7.kho_luu_tru"] {
            assert!(good.parse::<ConsumerName>().is_ok(), "{good}");
        }
        for bad in ["", ".", "..", "-a", "A", "a/b", "a b", "cổng", &"a".repeat(41)] {
            assert!(bad.parse::<ConsumerName>().is_err(), "{bad}");
        }
    }
}
