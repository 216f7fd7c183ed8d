//! What a PDF's signatures are made of: CMS messages (RFC 5652) and time stamp tokens (RFC 3161).
//!
//! It is asked whether bytes are those that were signed, with the key in the certificate that the
//! message brings along. Whether that certificate is to be trusted is another question, and needs
//! lists that change by the day.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{AnyRef, Decode, Encode, EncodingRules, Reader, SliceReader, Tag, Tagged};
use ring::{digest, signature};
use time::OffsetDateTime;
use time::macros::format_description;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

use crate::model::signature::SignatureIntegrity;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
const TIME_STAMP_TOKEN: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.14");
const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const RSA_SHA1: ObjectIdentifier = oid("1.2.840.113549.1.1.5");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = oid("1.3.132.0.34");

/// Longest name of a signer that is kept, in characters.
const NAME: usize = 200;

/// A message that carries one signature.
pub(super) struct SignedMessage {
    data: SignedData,
    signer: SignerInfo,
}

impl SignedMessage {
    /// Reads a message; what follows it is filling. `None` if it is damaged or signed by nobody.
    /// BER is read too: some signing programs write lengths that are not known beforehand.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = SliceReader::new_with_encoding_rules(bytes, EncodingRules::Ber).ok()?;
        let message = ContentInfo::decode(&mut reader).ok()?;
        let data: SignedData = message.content.decode_as_encoding(EncodingRules::Ber).ok()?;
        let signer = data.signer_infos.0.iter().next()?.clone();
        Some(Self { data, signer })
    }

    /// The common name in the signer's certificate.
    pub(super) fn signer_name(&self) -> Option<String> {
        let name = self.certificate()?.tbs_certificate().subject().common_name().ok()??;
        let name: String = name.value().chars().filter(|c| !c.is_control()).take(NAME).collect();
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// When it was signed: by a time stamp of the signature that holds, else by the signer's own word.
    pub(super) fn signed_at(&self) -> Option<OffsetDateTime> {
        let stamped = self.stamp().and_then(|stamp| match stamp.check_stamp(&[self.signer.signature.as_bytes()]) {
            SignatureIntegrity::Intact => stamp.stamped_at(),
            _ => None,
        });
        stamped.or_else(|| {
            let claimed: Time = attribute(self.signer.signed_attrs.as_ref(), SIGNING_TIME)?.decode_as().ok()?;
            OffsetDateTime::from_unix_timestamp(i64::try_from(claimed.to_unix_duration().as_secs()).ok()?).ok()
        })
    }

    /// Whether `content`, given in parts, is what was signed. Where the message holds a content of
    /// its own, that has to be the SHA-1 of `content` (`adbe.pkcs7.sha1`).
    pub(super) fn check(&self, content: &[&[u8]]) -> SignatureIntegrity {
        match self.own_content() {
            None => self.check_signed(content),
            Some(own) if own == digest_of(&digest::SHA1_FOR_LEGACY_USE_ONLY, content).as_ref() => self.check_signed(&[&own]),
            Some(_) => SignatureIntegrity::Altered,
        }
    }

    /// Whether `content`, given in parts, is what this time stamp token stamps.
    pub(super) fn check_stamp(&self, content: &[&[u8]]) -> SignatureIntegrity {
        let Some(own) = self.own_content() else { return SignatureIntegrity::Unknown };
        let Some(stamp) = Stamp::read(&own) else { return SignatureIntegrity::Unknown };
        let Some(algorithm) = hash(stamp.algorithm) else { return SignatureIntegrity::Unknown };
        if digest_of(algorithm, content).as_ref() != stamp.imprint {
            return SignatureIntegrity::Altered;
        }
        self.check_signed(&[&own])
    }

    /// The time in a time stamp token.
    pub(super) fn stamped_at(&self) -> Option<OffsetDateTime> {
        Stamp::read(&self.own_content()?)?.time()
    }

    fn own_content(&self) -> Option<Vec<u8>> {
        let content = self.data.encap_content_info.econtent.as_ref()?;
        let octets: OctetString = content.decode_as_encoding(EncodingRules::Ber).ok()?;
        Some(octets.into_bytes().into())
    }

    fn stamp(&self) -> Option<Self> {
        let token = attribute(self.signer.unsigned_attrs.as_ref(), TIME_STAMP_TOKEN)?;
        Self::read(&token.to_der().ok()?)
    }

    fn certificate(&self) -> Option<&Certificate> {
        let choices = self.data.certificates.as_ref()?.0.iter();
        let mut certificates = choices.filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        });
        certificates.find(|certificate| {
            let certificate = certificate.tbs_certificate();
            match &self.signer.sid {
                SignerIdentifier::IssuerAndSerialNumber(id) => {
                    *certificate.issuer() == id.issuer && *certificate.serial_number() == id.serial_number
                }
                SignerIdentifier::SubjectKeyIdentifier(id) => {
                    matches!(certificate.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *id)
                }
            }
        })
    }

    fn check_signed(&self, content: &[&[u8]]) -> SignatureIntegrity {
        use SignatureIntegrity::{Altered, Intact, Unknown};
        let attributes = self.signer.signed_attrs.as_ref();
        let message = match attributes {
            Some(attributes) => {
                let Some(algorithm) = hash(self.signer.digest_alg.oid) else { return Unknown };
                let stated = attribute(Some(attributes), MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
                let Some(stated) = stated else { return Unknown };
                if digest_of(algorithm, content).as_ref() != stated.as_bytes() {
                    return Altered;
                }
                match attributes.to_der() {
                    Ok(message) => message,
                    Err(_) => return Unknown,
                }
            }
            None => content.concat(),
        };
        let Some(key) = self.certificate().map(|own| own.tbs_certificate().subject_public_key_info()) else { return Unknown };
        let Some(algorithm) = self.algorithm(key) else { return Unknown };
        let key = signature::UnparsedPublicKey::new(algorithm, key.subject_public_key.raw_bytes());
        if key.verify(&message, self.signer.signature.as_bytes()).is_ok() { Intact } else { Altered }
    }

    /// What to verify with; `None` for what no signing service uses any more, or not yet.
    fn algorithm(&self, key: &SubjectPublicKeyInfoOwned) -> Option<&'static dyn signature::VerificationAlgorithm> {
        let AlgorithmIdentifierOwned { oid, parameters } = &self.signer.signature_algorithm;
        let curve = || key.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok();
        match *oid {
            RSA => rsa(self.signer.digest_alg.oid),
            RSA_SHA1 => rsa(SHA1),
            RSA_SHA256 => rsa(SHA256),
            RSA_SHA384 => rsa(SHA384),
            RSA_SHA512 => rsa(SHA512),
            RSA_PSS => pss(parameters.as_ref()?.value()),
            ECDSA_SHA256 => match curve()? {
                P256 => Some(&signature::ECDSA_P256_SHA256_ASN1),
                P384 => Some(&signature::ECDSA_P384_SHA256_ASN1),
                _ => None,
            },
            ECDSA_SHA384 => match curve()? {
                P256 => Some(&signature::ECDSA_P256_SHA384_ASN1),
                P384 => Some(&signature::ECDSA_P384_SHA384_ASN1),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a time stamp token says (RFC 3161, 2.4.2).
struct Stamp {
    algorithm: ObjectIdentifier,
    imprint: Vec<u8>,
    time: Vec<u8>,
}

impl Stamp {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = inside(AnyRef::from_ber(bytes).ok()?)?;
        let (_version, _policy) = (AnyRef::decode(&mut reader).ok()?, AnyRef::decode(&mut reader).ok()?);
        let mut imprint = inside(AnyRef::decode(&mut reader).ok()?)?;
        let algorithm = AlgorithmIdentifierOwned::decode(&mut imprint).ok()?.oid;
        let imprint = OctetString::decode(&mut imprint).ok()?.into_bytes().into();
        let _serial = AnyRef::decode(&mut reader).ok()?;
        let time = AnyRef::decode(&mut reader).ok().filter(|time| time.tag() == Tag::GeneralizedTime)?;
        Some(Self { algorithm, imprint, time: time.value().to_vec() })
    }

    /// Fractions of a second are allowed here, unlike in certificates; they are left out.
    fn time(&self) -> Option<OffsetDateTime> {
        let text = std::str::from_utf8(&self.time).ok()?.strip_suffix('Z')?;
        let seconds = text.split('.').next()?;
        let format = format_description!("[year][month][day][hour][minute][second]");
        Some(time::PrimitiveDateTime::parse(seconds, format).ok()?.assume_utc())
    }
}

fn inside(sequence: AnyRef<'_>) -> Option<SliceReader<'_>> {
    SliceReader::new_with_encoding_rules(sequence.value(), EncodingRules::Ber).ok()
}

/// What the parameters of RSASSA-PSS name (RFC 4055, 3.1). The salt has to be as long as the hash:
/// other lengths, which a few programs choose, are not verified.
fn pss(parameters: &[u8]) -> Option<&'static dyn signature::VerificationAlgorithm> {
    let mut reader = SliceReader::new(parameters).ok()?;
    let (mut hash, mut salt) = (SHA1, 20);
    while !reader.is_finished() {
        let part = AnyRef::decode(&mut reader).ok()?;
        let Tag::ContextSpecific { number, .. } = part.tag() else { return None };
        match number.value() {
            0 => hash = AlgorithmIdentifierOwned::from_der(part.value()).ok()?.oid,
            2 => salt = u32::from_der(part.value()).ok()?,
            _ => {}
        }
    }
    match (hash, salt) {
        (SHA256, 32) => Some(&signature::RSA_PSS_2048_8192_SHA256),
        (SHA384, 48) => Some(&signature::RSA_PSS_2048_8192_SHA384),
        (SHA512, 64) => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn attribute(attributes: Option<&x509_cert::attr::Attributes>, oid: ObjectIdentifier) -> Option<&der::Any> {
    attributes?.iter().find(|attribute| attribute.oid == oid)?.values.iter().next()
}

fn hash(oid: ObjectIdentifier) -> Option<&'static digest::Algorithm> {
    match oid {
        SHA1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        SHA256 => Some(&digest::SHA256),
        SHA384 => Some(&digest::SHA384),
        SHA512 => Some(&digest::SHA512),
        _ => None,
    }
}

/// Old papers were signed with short keys: what they prove is little, but not for us to say.
fn rsa(hash: ObjectIdentifier) -> Option<&'static dyn signature::VerificationAlgorithm> {
    match hash {
        SHA1 => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        SHA256 => Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        SHA384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        SHA512 => Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

fn digest_of(algorithm: &'static digest::Algorithm, parts: &[&[u8]]) -> digest::Digest {
    let mut context = digest::Context::new(algorithm);
    parts.iter().for_each(|part| context.update(part));
    context.finish()
}
