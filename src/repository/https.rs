//! HTTP to other machines: whom we trust, and what may go over the wire.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::model::failure::Cause;
pub(crate) use crate::model::web_address::is_safe;

/// No file of certificates is larger.
const LARGEST_FILE: u64 = 16 << 20;
/// Who does not even take the call by then is not there.
const CONNECT: Duration = Duration::from_secs(15);

/// An address as it may be shown: without a name and a password before its host.
pub(crate) fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    // Also where it is no address at all: what stands before the last `@` may be a password with a slash in it.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_has_no_password() {
        for (url, expected) in [
            ("https://s3.example.vn/kho", "https://s3.example.vn/kho"),
            ("https://ai:mat-khau@s3.example.vn/kho", "https://s3.example.vn/kho"),
            ("http://ai:mat/kh@au@s3.example.vn", "http://s3.example.vn"),
            ("ai:mat-khau@s3.example.vn", "s3.example.vn"),
            ("s3.example.vn", "s3.example.vn"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
