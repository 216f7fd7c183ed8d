//! TLS of our own: the certificate and its key, which are read again when their files change.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::settings::ConsoleSettings;

/// Pause between two looks at the files.
const PAUSE: Duration = Duration::from_secs(1);

/// What takes connections by TLS; none where the settings name no certificate.
///
/// # Errors
/// [`FailureCode::CertificateUnusable`] if the files cannot be read, or do not belong together.
pub(super) fn acceptor(console: &ConsoleSettings) -> Result<Option<TlsAcceptor>, Failure> {
    if !console.has_tls() {
        return Ok(None);
    }
    let files = Files { certificate: console.tls_certificate.clone(), key: console.tls_key.clone() };
    let unusable = |error: rustls::Error| files.unusable(Cause::said(error));
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?.with_no_client_auth();
    let mut config = builder.with_cert_resolver(Arc::new(Renewed::read(files)?));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

#[derive(Debug, Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn unusable(&self, cause: Cause) -> Failure {
        Failure::new(FailureCode::CertificateUnusable).at(Place::file(self.certificate.display())).because(cause)
    }

    fn read(&self) -> Result<CertifiedKey, Failure> {
        let unusable = |file: &Path, cause: Cause| {
            Failure::new(FailureCode::CertificateUnusable).at(Place::file(file.display())).because(cause)
        };
        let said = |file: &Path, error: pem::Error| {
            let cause = match error {
                pem::Error::Io(error) => Cause::from(&error),
                error => Cause::said(error),
            };
            unusable(file, cause)
        };
        let open = |file: &Path| File::open(file).map(BufReader::new).map_err(|error| unusable(file, Cause::from(&error)));
        let chain: Result<Vec<CertificateDer<'static>>, pem::Error> =
            CertificateDer::pem_reader_iter(open(&self.certificate)?).collect();
        let chain = chain.map_err(|error| said(&self.certificate, error))?;
        if chain.is_empty() {
            return Err(said(&self.certificate, pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_reader(open(&self.key)?).map_err(|error| said(&self.key, error))?;
        CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| self.unusable(Cause::said(error)))
    }

    /// When they were written; none for what is not there.
    fn stamps(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key].map(|file| fs::metadata(file).and_then(|file| file.modified()).ok())
    }
}

/// Gives out the certificate, and reads it again where its files have changed. As long as they do not belong
/// together, such as between the two writes of a renewal, the one before stands.
#[derive(Debug)]
struct Renewed {
    files: Files,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    certified: Arc<CertifiedKey>,
    stamps: [Option<SystemTime>; 2],
    looked: Instant,
}

impl Renewed {
    fn read(files: Files) -> Result<Self, Failure> {
        let stamps = files.stamps();
        let kept = Kept { certified: Arc::new(files.read()?), stamps, looked: Instant::now() };
        Ok(Self { files, kept: Mutex::new(kept) })
    }

    fn newest(&self) -> Arc<CertifiedKey> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.looked.elapsed() < PAUSE {
            return Arc::clone(&kept.certified);
        }
        kept.looked = Instant::now();
        let stamps = self.files.stamps();
        if stamps != kept.stamps {
            match self.files.read() {
                Ok(certified) => {
                    (kept.certified, kept.stamps) = (Arc::new(certified), stamps);
                    tracing::info!("the certificate was read again");
                }
                Err(failure) => tracing::warn!(?failure, "the certificate cannot be read again; the one before stands"),
            }
        }
        Arc::clone(&kept.certified)
    }
}

impl ResolvesServerCert for Renewed {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.newest())
    }
}
