//! PKCS#12 files (RFC 7292): private keys and certificates behind a password.

use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, EncodingRules, Sequence};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::cipher::{Rounds, decrypt, proves};
use super::error::ContainerError;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = oid("1.2.840.113549.1.9.22.1");

#[derive(Sequence)]
struct Pfx {
    version: u8,
    content: ContentInfo,
    mac: Option<MacData>,
}

#[derive(Sequence)]
struct MacData {
    mac: DigestInfo,
    salt: OctetString,
    #[asn1(default = "one")]
    iterations: u32,
}

fn one() -> u32 {
    1
}

#[derive(Sequence)]
struct DigestInfo {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct SafeBag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    attributes: Option<Any>,
}

#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    content: OctetString,
}

#[derive(Sequence)]
struct CertificateBag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: OctetString,
}

/// What such a file holds.
#[derive(Default)]
pub(super) struct Container {
    /// Private keys in the form of PKCS#8.
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) certificates: Vec<Certificate>,
}

impl Container {
    /// Opens the file with a password.
    pub(super) fn open(file: &[u8], password: &str) -> Result<Self, ContainerError> {
        let Pfx { version, content, mac } = Pfx::from_ber(file)?;
        if version != 3 {
            return Err(ContainerError::Damaged);
        }
        let content = data_of(&content)?;
        if let Some(MacData { mac, salt, iterations }) = mac {
            let rounds = Rounds { salt, iterations };
            if !proves(mac.algorithm.oid, password, &rounds, &content, mac.digest.as_bytes())? {
                return Err(ContainerError::Password);
            }
        }
        let mut container = Self::default();
        for part in Vec::<ContentInfo>::from_ber(&content)? {
            let bags = match part.content_type {
                DATA => data_of(&part)?,
                ENCRYPTED_DATA => {
                    let data: EncryptedData = part.content.decode_as_encoding(EncodingRules::Ber)?;
                    let info = data.enc_content_info;
                    let encrypted = info.encrypted_content.ok_or(ContainerError::Damaged)?;
                    decrypt(&info.content_enc_alg, password, encrypted.as_bytes())?
                }
                other => return Err(ContainerError::Unsupported(other)),
            };
            for bag in Vec::<SafeBag>::from_ber(&bags)? {
                container.take(&bag, password)?;
            }
        }
        Ok(container)
    }

    fn take(&mut self, bag: &SafeBag, password: &str) -> Result<(), ContainerError> {
        match bag.kind {
            KEY_BAG => self.keys.push(der::Encode::to_der(&bag.value)?),
            SHROUDED_KEY_BAG => {
                let EncryptedKey { algorithm, content } = bag.value.decode_as_encoding(EncodingRules::Ber)?;
                self.keys.push(decrypt(&algorithm, password, content.as_bytes())?);
            }
            CERTIFICATE_BAG => {
                let CertificateBag { kind, value } = bag.value.decode_as_encoding(EncodingRules::Ber)?;
                if kind == X509 {
                    self.certificates.push(Certificate::from_der(value.as_bytes())?);
                }
            }
            // Lists of revoked certificates and secrets of other kinds are not asked for.
            _ => {}
        }
        Ok(())
    }
}

fn data_of(content: &ContentInfo) -> Result<Vec<u8>, ContainerError> {
    if content.content_type != DATA {
        return Err(ContainerError::Unsupported(content.content_type));
    }
    let octets: OctetString = content.content.decode_as_encoding(EncodingRules::Ber)?;
    Ok(octets.into_bytes().into())
}
