//! HTTP to other machines: whom we trust, and what may go over the wire.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::model::failure::{Cause, Failure, FailureCode};

/// No file of certificates is larger.
const LARGEST_FILE: u64 = 16 << 20;
/// Who does not even take the call by then is not there.
const CONNECT: Duration = Duration::from_secs(15);

/// Who asks, with the certificates in `ca_file` as those that are trusted, and so much time for each request.
///
/// # Errors
/// What is wrong with `ca_file`.
pub(crate) fn agent(ca_file: &Path, most: Duration) -> Result<Agent, Cause> {
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots(ca_file)?)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .timeout_global(Some(most))
        .timeout_connect(Some(most.min(CONNECT)))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .tls_config(tls)
        .user_agent(concat!("sohoa/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(config.into())
}

/// The same as settings name it, with 60 seconds where theirs are no time.
///
/// # Errors
/// [`FailureCode::SettingsInvalid`] if there is something wrong with `ca_file`.
pub(crate) fn agent_by_settings(ca_file: &Path, timeout_seconds: f64) -> Result<Agent, Failure> {
    let most = Duration::try_from_secs_f64(timeout_seconds).unwrap_or(Duration::from_secs(60));
    let wrong = |cause| Failure::new(FailureCode::SettingsInvalid).at_file(ca_file.display()).because(cause);
    agent(ca_file, most).map_err(wrong)
}

/// The certificates that are trusted.
fn roots(file: &Path) -> Result<Vec<Certificate<'static>>, Cause> {
    let mut pem = Vec::new();
    match fs::File::open(file).and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut pem)) {
        Ok(_) => {}
        // Without any, nothing that is encrypted is trusted.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    }
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(error) => Some(Err(Cause::said(error))),
    });
    items.collect()
}
