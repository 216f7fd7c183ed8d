//! The signature itself: a CMS message with the attributes that PAdES asks for (ETSI EN 319 142-1, baseline B).

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Encode, EncodeValue, Sequence, Tagged};
use ring::digest;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::key::SigningKey;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");
const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");

/// Room for all of a message but its certificates: the longest signature is of 512 bytes.
const WITHOUT_CERTIFICATES: usize = 2048;

/// Names the certificate by its SHA-256, which is the hash that goes without saying (RFC 5035, 4).
#[derive(Sequence)]
struct CertificateId {
    hash: OctetString,
}

#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
}

/// So many bytes a message takes at most.
pub(super) fn room_for(key: &SigningKey) -> der::Result<usize> {
    let mut room = WITHOUT_CERTIFICATES;
    for certificate in key.certificates() {
        let issuer = certificate.tbs_certificate().issuer().to_der()?.len();
        room += certificate.to_der()?.len() + issuer;
    }
    Ok(room)
}

/// Signs what has this SHA-256. The time is not in here: PAdES has it in the file.
pub(super) fn message(key: &SigningKey, digest: &[u8]) -> der::Result<Vec<u8>> {
    let sha256 = AlgorithmIdentifierOwned { oid: SHA256, parameters: None };
    let own = key.certificate();
    let hash = OctetString::new(digest::digest(&digest::SHA256, &own.to_der()?).as_ref())?;
    let named = SigningCertificate { certificates: vec![CertificateId { hash }] };
    let attributes = SetOfVec::from_iter([
        attribute(CONTENT_TYPE, &DATA)?,
        attribute(MESSAGE_DIGEST, &OctetString::new(digest)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &named)?,
    ])?;
    let signature = key.sign(&attributes.to_der()?).ok_or_else(|| der::Error::from(der::ErrorKind::Failed))?;
    let certificate = own.tbs_certificate();
    let sid = SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: certificate.issuer().clone(),
        serial_number: certificate.serial_number().clone(),
    });
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid,
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: key.algorithm(),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<CertificateChoices> = key.certificates().cloned().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::from_iter([sha256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(certificates.try_into()?),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::from_iter([signer])?),
    };
    ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
}

fn attribute<T: EncodeValue + Tagged>(oid: ObjectIdentifier, value: &T) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::from_iter([Any::encode_from(value)?])? })
}
