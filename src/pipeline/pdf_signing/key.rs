//! The key that signs, with the certificate that says whose it is.

use der::asn1::{BitString, ObjectIdentifier, OctetString};
use der::{Any, Decode, Sequence};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{KeyUsage, KeyUsages};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::pkcs12::Container;
use crate::model::failure::cause::ExchangeFault;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
/// Keys of RSA that `ring` signs with, in bits.
const LARGEST_RSA: usize = 4096;
const SMALLEST_RSA: usize = 2048;

/// A private key (RFC 5208).
#[derive(Sequence)]
struct PrivateKeyInfo {
    version: u8,
    algorithm: AlgorithmIdentifierOwned,
    key: OctetString,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    attributes: Option<der::asn1::SetOfVec<Any>>,
}

/// A private key of a curve (RFC 5915).
#[derive(Sequence)]
struct EcPrivateKey {
    version: u8,
    key: OctetString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public: Option<BitString>,
}

enum PrivateKey {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// A key with its certificate and those above it.
pub(super) struct SigningKey {
    key: PrivateKey,
    certificate: Certificate,
    others: Vec<Certificate>,
}

impl SigningKey {
    /// Finds the key in an opened file, and the certificate that is its own.
    pub(super) fn of(container: Container) -> Result<Self, ExchangeFault> {
        let Container { keys, mut certificates } = container;
        let [key] = keys.as_slice() else { return Err(ExchangeFault::KeyCount { found: keys.len() as u64 }) };
        let (key, place) = PrivateKey::read(key, &certificates)?;
        let certificate = certificates.swap_remove(place);
        // A set has no room for the same one twice.
        let mut others: Vec<Certificate> = Vec::new();
        for other in certificates {
            if other != certificate && !others.contains(&other) {
                others.push(other);
            }
        }
        let usage = certificate.tbs_certificate().get_extension::<KeyUsage>().map_err(|_| ExchangeFault::NotForSigning)?;
        let signs = |(_, usage): (bool, KeyUsage)| {
            usage.0.contains(KeyUsages::DigitalSignature) || usage.0.contains(KeyUsages::NonRepudiation)
        };
        if !usage.is_none_or(signs) {
            return Err(ExchangeFault::NotForSigning);
        }
        Ok(Self { key, certificate, others })
    }

    pub(super) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// All certificates, its own first.
    pub(super) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        [&self.certificate].into_iter().chain(&self.others)
    }

    /// What people call its owner.
    pub(super) fn owner(&self) -> String {
        let subject = self.certificate.tbs_certificate().subject();
        let name = subject.common_name().ok().flatten().map(|name| name.value().to_string());
        let name = name.unwrap_or_else(|| subject.to_string());
        name.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
    }

    /// From when to when its certificate holds.
    pub(super) fn validity(&self) -> (OffsetDateTime, OffsetDateTime) {
        let validity = self.certificate.tbs_certificate().validity();
        let moment = |time: &x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
        };
        (moment(&validity.not_before), moment(&validity.not_after))
    }

    /// How its signatures are named.
    pub(super) fn algorithm(&self) -> AlgorithmIdentifierOwned {
        match &self.key {
            PrivateKey::Rsa(_) => AlgorithmIdentifierOwned { oid: RSA_SHA256, parameters: Some(Any::null()) },
            PrivateKey::P256(_) => AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
        }
    }

    /// Signs, with SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.key {
            PrivateKey::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            PrivateKey::P256(key) => Some(key.sign(&random, message).ok()?.as_ref().to_vec()),
        }
    }
}

impl PrivateKey {
    /// Reads a key, and finds the certificate that is its own.
    fn read(pkcs8: &[u8], certificates: &[Certificate]) -> Result<(Self, usize), ExchangeFault> {
        let damaged = |_| ExchangeFault::KeyDamaged;
        let info = PrivateKeyInfo::from_ber(pkcs8).map_err(damaged)?;
        let publics = || certificates.iter().map(|one| one.tbs_certificate().subject_public_key_info()).enumerate();
        match info.algorithm.oid {
            RSA => {
                let bits = rsa_bits(info.key.as_bytes()).ok_or(ExchangeFault::KeyDamaged)?;
                if !(SMALLEST_RSA..=LARGEST_RSA).contains(&bits) {
                    return Err(ExchangeFault::KeyKind { found: format!("RSA {bits}") });
                }
                let key = RsaKeyPair::from_der(info.key.as_bytes()).map_err(|_| ExchangeFault::KeyDamaged)?;
                let own = publics().find(|(_, public)| public.subject_public_key.raw_bytes() == key.public_key().as_ref());
                own.map(|(place, _)| (Self::Rsa(key), place)).ok_or(ExchangeFault::NoCertificate)
            }
            EC => {
                let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
                if curve != Some(P256) {
                    let found = curve.map_or_else(|| "EC".to_owned(), |curve| format!("EC {curve}"));
                    return Err(ExchangeFault::KeyKind { found });
                }
                let private = EcPrivateKey::from_ber(info.key.as_bytes()).map_err(damaged)?.key;
                let own = publics().find_map(|(place, public)| {
                    let (private, public) = (private.as_bytes(), public.subject_public_key.raw_bytes());
                    let random = SystemRandom::new();
                    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
                    let key = EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public, &random).ok()?;
                    Some((Self::P256(key), place))
                });
                own.ok_or(ExchangeFault::NoCertificate)
            }
            other => Err(ExchangeFault::KeyKind { found: other.to_string() }),
        }
    }
}

/// How long the modulus of a key is.
fn rsa_bits(key: &[u8]) -> Option<usize> {
    // Version and modulus stand first in a private key.
    let mut reader = der::SliceReader::new(key).ok()?;
    let all = der::AnyRef::decode(&mut reader).ok()?;
    let mut inside = der::SliceReader::new(all.value()).ok()?;
    let _version = u8::decode(&mut inside).ok()?;
    let modulus = der::asn1::UintRef::decode(&mut inside).ok()?;
    let first = modulus.as_bytes().first()?;
    Some(8 * modulus.as_bytes().len() - first.leading_zeros() as usize)
}
