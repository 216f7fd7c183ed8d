//! What encrypts parts of a PKCS#12 file: passwords made keys, and the ciphers that programs of today and of
//! old use for it (RFC 7292, appendices B and C; RFC 8018).

use std::num::NonZeroU32;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit};
use cbc::Decryptor;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{EncodingRules, Sequence};
use ring::{digest, hmac, pbkdf2};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::error::ContainerError;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const SHA1_AND_TRIPLE_DES: ObjectIdentifier = oid("1.2.840.113549.1.12.1.3");
const SHA1_AND_RC2_40: ObjectIdentifier = oid("1.2.840.113549.1.12.1.6");
const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
const HMAC_SHA1: ObjectIdentifier = oid("1.2.840.113549.2.7");
const HMAC_SHA256: ObjectIdentifier = oid("1.2.840.113549.2.9");
const HMAC_SHA384: ObjectIdentifier = oid("1.2.840.113549.2.10");
const HMAC_SHA512: ObjectIdentifier = oid("1.2.840.113549.2.11");
const AES_128: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.2");
const AES_192: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.22");
const AES_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.1.42");
const TRIPLE_DES: ObjectIdentifier = oid("1.2.840.113549.3.7");

/// Programs ask for up to a million rounds; a file that asks for more would only keep us busy.
const MOST_ROUNDS: u32 = 5_000_000;
/// No salt is longer.
const LONGEST_SALT: usize = 1024;

/// How a key is made from a password: salt and rounds (RFC 7292, appendix C).
#[derive(Sequence)]
pub(super) struct Rounds {
    pub(super) salt: OctetString,
    pub(super) iterations: u32,
}

#[derive(Sequence)]
struct Pbes2 {
    kdf: AlgorithmIdentifierOwned,
    cipher: AlgorithmIdentifierOwned,
}

#[derive(Sequence)]
struct Pbkdf2 {
    salt: OctetString,
    iterations: u32,
    key_length: Option<u32>,
    prf: Option<AlgorithmIdentifierOwned>,
}

/// What a key is for (RFC 7292, B.3).
#[derive(Clone, Copy)]
enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Decrypts what `algorithm` encrypted.
pub(super) fn decrypt(algorithm: &AlgorithmIdentifierOwned, password: &str, bytes: &[u8]) -> Result<Vec<u8>, ContainerError> {
    let parameters = algorithm.parameters.as_ref().ok_or(ContainerError::Damaged)?;
    match algorithm.oid {
        SHA1_AND_TRIPLE_DES | SHA1_AND_RC2_40 => {
            let rounds: Rounds = parameters.decode_as_encoding(EncodingRules::Ber)?;
            let is_rc2 = algorithm.oid == SHA1_AND_RC2_40;
            let made = |purpose, length| derive(&digest::SHA1_FOR_LEGACY_USE_ONLY, password, &rounds, purpose, length);
            let (key, iv) = (made(Purpose::Key, if is_rc2 { 5 } else { 24 })?, made(Purpose::Iv, 8)?);
            if is_rc2 { undo::<rc2::Rc2>(&key, &iv, bytes) } else { undo::<des::TdesEde3>(&key, &iv, bytes) }
        }
        PBES2 => {
            let Pbes2 { kdf, cipher } = parameters.decode_as_encoding(EncodingRules::Ber)?;
            let iv: OctetString =
                cipher.parameters.as_ref().ok_or(ContainerError::Damaged)?.decode_as_encoding(EncodingRules::Ber)?;
            let iv = iv.as_bytes();
            let key = |length| stretch(&kdf, password, length);
            match cipher.oid {
                AES_128 => undo::<aes::Aes128>(&key(16)?, iv, bytes),
                AES_192 => undo::<aes::Aes192>(&key(24)?, iv, bytes),
                AES_256 => undo::<aes::Aes256>(&key(32)?, iv, bytes),
                TRIPLE_DES => undo::<des::TdesEde3>(&key(24)?, iv, bytes),
                other => Err(ContainerError::Unsupported(other)),
            }
        }
        other => Err(ContainerError::Unsupported(other)),
    }
}

/// Undoes a cipher in blocks that are chained. What does not come to an end as it should was encrypted with
/// another password.
fn undo<C>(key: &[u8], iv: &[u8], bytes: &[u8]) -> Result<Vec<u8>, ContainerError>
where
    C: KeyInit + BlockCipher + BlockDecryptMut,
{
    let cipher = C::new_from_slice(key).map_err(|_| ContainerError::Damaged)?;
    let cipher = Decryptor::<C>::inner_iv_slice_init(cipher, iv).map_err(|_| ContainerError::Damaged)?;
    let mut room = bytes.to_vec();
    let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut room).map_err(|_| ContainerError::Password)?.len();
    room.truncate(length);
    Ok(room)
}

/// Makes a key of PBES2.
fn stretch(kdf: &AlgorithmIdentifierOwned, password: &str, length: usize) -> Result<Vec<u8>, ContainerError> {
    if kdf.oid != PBKDF2 {
        return Err(ContainerError::Unsupported(kdf.oid));
    }
    let parameters = kdf.parameters.as_ref().ok_or(ContainerError::Damaged)?;
    let Pbkdf2 { salt, iterations, key_length, prf } = parameters.decode_as_encoding(EncodingRules::Ber)?;
    if key_length.is_some_and(|told| told as usize != length) {
        return Err(ContainerError::Damaged);
    }
    let algorithm = match prf.map_or(HMAC_SHA1, |prf| prf.oid) {
        HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
        HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        HMAC_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
        HMAC_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
        other => return Err(ContainerError::Unsupported(other)),
    };
    let mut key = vec![0; length];
    pbkdf2::derive(algorithm, rounds_of(iterations)?, salt.as_bytes(), password.as_bytes(), &mut key);
    Ok(key)
}

fn rounds_of(iterations: u32) -> Result<NonZeroU32, ContainerError> {
    NonZeroU32::new(iterations).filter(|rounds| rounds.get() <= MOST_ROUNDS).ok_or(ContainerError::Damaged)
}

/// Whether `code` is that of `bytes` under this password.
pub(super) fn proves(
    algorithm: ObjectIdentifier,
    password: &str,
    rounds: &Rounds,
    bytes: &[u8],
    code: &[u8],
) -> Result<bool, ContainerError> {
    let (hash, mac) = match algorithm {
        SHA1 => (&digest::SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        SHA256 => (&digest::SHA256, hmac::HMAC_SHA256),
        SHA384 => (&digest::SHA384, hmac::HMAC_SHA384),
        SHA512 => (&digest::SHA512, hmac::HMAC_SHA512),
        other => return Err(ContainerError::Unsupported(other)),
    };
    let key = derive(hash, password, rounds, Purpose::Mac, hash.output_len())?;
    Ok(hmac::verify(&hmac::Key::new(mac, &key), bytes, code).is_ok())
}

/// Makes a key from a password in the way of PKCS#12 (RFC 7292, B.2).
fn derive(
    hash: &'static digest::Algorithm,
    password: &str,
    rounds: &Rounds,
    purpose: Purpose,
    length: usize,
) -> Result<Vec<u8>, ContainerError> {
    let iterations = rounds_of(rounds.iterations)?.get();
    let block = hash.block_len();
    // Two bytes a character, the high one first, and two more at the end.
    let password: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
    let salt = rounds.salt.as_bytes();
    if salt.len() > LONGEST_SALT {
        return Err(ContainerError::Damaged);
    }
    let filled = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().cycle().take(bytes.len().next_multiple_of(block)).collect() };
    let mut input = [filled(salt), filled(&password)].concat();
    let mut key = Vec::new();
    while key.len() < length {
        let mut sum = digest::digest(hash, &[vec![purpose as u8; block], input.clone()].concat());
        for _ in 1..iterations {
            sum = digest::digest(hash, sum.as_ref());
        }
        key.extend(sum.as_ref());
        let added: Vec<u8> = sum.as_ref().iter().copied().cycle().take(block).collect();
        for part in input.chunks_mut(block) {
            let mut carry = 1;
            for (byte, more) in part.iter_mut().zip(&added).rev() {
                let total = u16::from(*byte) + u16::from(*more) + carry;
                *byte = total as u8;
                carry = total >> 8;
            }
        }
    }
    key.truncate(length);
    Ok(key)
}
