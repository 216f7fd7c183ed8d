//! Encrypts for others in the format of age (`age-encryption.org/v1`), with X25519, as they decrypt with a tool
//! that they have. Only what is small: all of it is held in memory.
//!
//! The crate `age` would bring some fifty others, most of them for messages in many languages; the format in
//! its plain form is this file, over the primitives of ring. A stranger's reader opens it in the tests.

use std::fmt::Write as _;

use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey, X25519};
use ring::error::Unspecified;
use ring::hkdf::{self, HKDF_SHA256, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use crate::model::telling::Recipient;

const VERSION: &str = "age-encryption.org/v1";
const WRAPPING: &[u8] = b"age-encryption.org/v1/X25519";
/// Bytes of a part of the payload that is encrypted as one.
const PART: usize = 64 << 10;
/// Characters of a line of armour.
const LINE: usize = 64;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encrypts for all of these, in armour: text that stands in a JSON string as well as in a file of its own.
///
/// # Errors
/// When the system gives no random numbers, or a recipient is a point that gives everybody the same secret.
pub(crate) fn encrypt(plain: &[u8], recipients: &[Recipient]) -> Result<String, Unspecified> {
    let random = SystemRandom::new();
    let mut file_key = [0; 16];
    random.fill(&mut file_key)?;
    let mut header = format!("{VERSION}\n");
    for recipient in recipients {
        stanza(&mut header, &file_key, recipient, &random)?;
    }
    header.push_str("---");
    let mac_key = hmac::Key::new(hmac::HMAC_SHA256, &derive(&[], &file_key, b"header")?);
    let mac = hmac::sign(&mac_key, header.as_bytes());
    let _ = writeln!(header, " {}", base64(mac.as_ref(), ""));
    let mut nonce = [0; 16];
    random.fill(&mut nonce)?;
    let mut file = header.into_bytes();
    file.extend(nonce);
    payload(&mut file, plain, &derive(&nonce, &file_key, b"payload")?)?;
    Ok(armour(&file))
}

/// The key of the file, wrapped for one recipient.
fn stanza(header: &mut String, file_key: &[u8], recipient: &Recipient, random: &SystemRandom) -> Result<(), Unspecified> {
    let own = EphemeralPrivateKey::generate(&X25519, random)?;
    let share = own.compute_public_key()?;
    let salt = [share.as_ref(), recipient.key()].concat();
    let peer = UnparsedPublicKey::new(&X25519, recipient.key());
    let key = agreement::agree_ephemeral(own, &peer, |secret| derive(&salt, secret, WRAPPING))??;
    let mut wrapped = file_key.to_vec();
    seal(&key, [0; 12], &mut wrapped)?;
    let _ = writeln!(header, "-> X25519 {}\n{}", base64(share.as_ref(), ""), base64(&wrapped, ""));
    Ok(())
}

fn payload(file: &mut Vec<u8>, plain: &[u8], key: &[u8; 32]) -> Result<(), Unspecified> {
    let last = plain.len().div_ceil(PART).saturating_sub(1);
    for number in 0..=last {
        let begin = number.saturating_mul(PART);
        let end = begin.saturating_add(PART).min(plain.len());
        let mut part = plain.get(begin..end).unwrap_or_default().to_vec();
        // Eleven bytes count, one says whether it is the last.
        let mut nonce = [0; 12];
        if let Some(counter) = nonce.get_mut(3..11) {
            counter.copy_from_slice(&u64::try_from(number).map_err(|_| Unspecified)?.to_be_bytes());
        }
        if let Some(flag) = nonce.last_mut() {
            *flag = u8::from(number == last);
        }
        seal(key, nonce, &mut part)?;
        file.extend(part);
    }
    Ok(())
}

fn seal(key: &[u8; 32], nonce: [u8; 12], text: &mut Vec<u8>) -> Result<(), Unspecified> {
    let key = LessSafeKey::new(UnboundKey::new(&aead::CHACHA20_POLY1305, key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), text)
}

/// Thirty-two bytes.
struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<[u8; 32], Unspecified> {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(&[info], Length)?.fill(&mut key)?;
    Ok(key)
}

/// Base64 of RFC 4648, with `padding` for what is missing at the end.
fn base64(bytes: &[u8], padding: &str) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let held = part.iter().fold(0_u32, |held, byte| (held << 8) | u32::from(*byte)) << (8 * (3 - part.len()));
        for place in 0..=part.len() {
            let digit = usize::try_from((held >> (18 - 6 * place)) & 63).unwrap_or_default();
            text.extend(ALPHABET.get(digit).map(|letter| char::from(*letter)));
        }
        text.push_str(&padding.repeat(3 - part.len()));
    }
    text
}

fn armour(file: &[u8]) -> String {
    let text = base64(file, "=");
    let mut armoured = String::from("-----BEGIN AGE ENCRYPTED FILE-----\n");
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_at_checked(LINE.min(rest.len())).filter(|(line, _)| !line.is_empty()) {
        armoured.push_str(line);
        armoured.push('\n');
        rest = after;
    }
    armoured.push_str("-----END AGE ENCRYPTED FILE-----\n");
    armoured
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Keys of these tests alone.
    const SECRET: &str = "AGE-SECRET-KEY-1J0DMVL6GKTZTRUTM7KLZYFY4GNUN2QZMLSEWWNGE05UWTCEAFVUQXN8HWJ";
    const KEY: &str = "age14py2355nhkjy0py48nesqnd3nj3ktyje49eu37u9kagpku7x3yrs9mw82y";
    const OTHER: &str = "age1zfhptltgnxe7e480ly2ckg92jx234ehydzgpvz6lhygssv4s5c3qrmh07c";

    #[test]
    fn base64_is_that_of_the_standard() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (plain, text) in cases {
            assert_eq!((base64(plain.as_bytes(), "="), base64(plain.as_bytes(), "")), (text.into(), text.replace('=', "")));
        }
        assert_eq!(base64(&[0xfb, 0xff], ""), "+/8");
    }

    /// What the tool age says of it, given the private half of the key below.
    fn opened_by_age(armoured: &str) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let [key, file] = ["key", "file"].map(|name| folder.path().join(name));
        let ran = |command: &mut Command| {
            let output = command.output().expect("age is installed by make test");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        std::fs::write(&key, SECRET).unwrap();
        std::fs::write(&file, armoured).unwrap();
        ran(Command::new("age").arg("-d").arg("-i").arg(&key).arg(&file))
    }

    #[test]
    fn a_stranger_opens_it_with_the_tool_of_age_whatever_its_size() {
        for size in [0, 1, 15, PART - 1, PART, PART + 1, 3 * PART] {
            let plain: Vec<u8> = (0..=250).cycle().take(size).collect();
            let recipients = [OTHER.parse().unwrap(), KEY.parse().unwrap()];
            assert!(opened_by_age(&encrypt(&plain, &recipients).unwrap()) == plain, "{size}");
        }
    }

    #[test]
    fn a_file_for_two_has_two_stanzas_and_is_never_the_same_twice() {
        let key: Recipient = KEY.parse().unwrap();
        let [one, two] = [(); 2].map(|()| encrypt(b"x", &[key.clone(), key.clone()]).unwrap());
        assert_ne!(one, two);
        assert!(one.lines().all(|line| line.len() <= 64), "{one}");
        assert!(one.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx"), "{one}");
    }
}
