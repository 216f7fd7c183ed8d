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
pub struct Recipient {
    text: String,
    key: [u8; 32],
}

/// What a public key of age begins with, before the digit that parts it from its data.
const PREFIX: &str = "age";
/// Characters of data, and of the checksum after it.
const DATA: usize = 52;
const CHECKSUM: usize = 6;
/// The 32 digits of Bech32 (BIP 173).
const DIGITS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

impl Recipient {
    /// The point on the curve.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }
}

impl FromStr for Recipient {
    type Err = NotARecipient;

    fn from_str(text: &str) -> Result<Self, NotARecipient> {
        let lower = text.to_ascii_lowercase();
        if lower != text && text.to_ascii_uppercase() != text {
            return Err(NotARecipient);
        }
        let data = lower.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('1')).ok_or(NotARecipient)?;
        let values: Option<Vec<u8>> = data.chars().map(|c| DIGITS.find(c).and_then(|place| u8::try_from(place).ok())).collect();
        let values = values.filter(|values| values.len() == DATA + CHECKSUM && holds(values)).ok_or(NotARecipient)?;
        let key = bytes_of(values.get(..DATA).unwrap_or_default()).ok_or(NotARecipient)?;
        // Such a point gives everybody the same secret.
        if key.iter().all(|byte| *byte == 0) {
            return Err(NotARecipient);
        }
        Ok(Self { text: lower, key })
    }
}

/// Whether the checksum at the end is that of what stands before it.
fn holds(values: &[u8]) -> bool {
    let high = PREFIX.bytes().map(|byte| byte >> 5);
    let low = PREFIX.bytes().map(|byte| byte & 31);
    let all = high.chain([0]).chain(low).chain(values.iter().copied());
    all.fold(1, remainder) == 1
}

/// One step of the checksum of Bech32.
fn remainder(sum: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
    let chosen = GENERATOR.iter().enumerate().filter(|(bit, _)| (top >> bit) & 1 == 1);
    chosen.fold(next, |sum, (_, generator)| sum ^ generator)
}

/// Digits of five bits as bytes; none if what is left over is not nothing.
fn bytes_of(values: &[u8]) -> Option<[u8; 32]> {
    let mut bytes = Vec::with_capacity(32);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for value in values {
        held = (held << 5) | u32::from(*value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    if held != 0 { None } else { bytes.try_into().ok() }
}

impl TryFrom<String> for Recipient {
    type Error = NotARecipient;

    fn try_from(text: String) -> Result<Self, NotARecipient> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.text
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
