//! What others are told of people, and for whom that is encrypted.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What becomes of the part of a manifest that says who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonalMode {
    /// It is left out.
    #[default]
    Omitted,
    /// It stands there for whoever gets the manifest.
    Included,
    /// It stands there for those alone who hold a private key.
    Encrypted,
}

/// Says why a text is no public key of age.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a public key of age begins with 'age1', has 62 characters, and this one is mistyped or of another kind")]
pub struct NotARecipient;

/// A public key of age (X25519) that something is encrypted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient(String);

impl FromStr for Recipient {
    type Err = NotARecipient;

    fn from_str(text: &str) -> Result<Self, NotARecipient> {
        let lower = text.to_ascii_lowercase();
        if lower != text && text.to_ascii_uppercase() != text {
            return Err(NotARecipient);
        }
        lower.parse::<age::x25519::Recipient>().map_err(|_| NotARecipient)?;
        Ok(Self(lower))
    }
}

impl TryFrom<String> for Recipient {
    type Error = NotARecipient;

    fn try_from(text: String) -> Result<Self, NotARecipient> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.0
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the test vectors of age: the key whose private half is `AGE-SECRET-KEY-1GFPYYSJ…`.
    const KEY: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn a_public_key_of_age_is_read_and_a_mistyped_one_is_not() {
        let recipient: Recipient = KEY.parse().unwrap();
        assert_eq!(recipient.to_string(), KEY);
        assert_eq!(KEY.to_uppercase().parse::<Recipient>().unwrap(), recipient);
        for place in 4..KEY.len() {
            let mut typed = KEY.as_bytes().to_vec();
            typed[place] = if typed[place] == b'q' { b'p' } else { b'q' };
            assert_eq!(String::from_utf8(typed).unwrap().parse::<Recipient>(), Err(NotARecipient), "{place}");
        }
        let secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        for wrong in ["", "age1", &KEY[..61], &format!("{KEY}q"), &KEY.replace("age1", "aGe1"), secret, "age1é"] {
            assert_eq!(wrong.parse::<Recipient>(), Err(NotARecipient), "{wrong}");
        }
    }
}
