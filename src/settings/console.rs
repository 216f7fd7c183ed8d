//! How the console is served.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How the console is served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Proxies that bring requests of others and tell truthfully from where: they end TLS. Without one
    /// nobody but this machine is served.
    pub trusted_proxies: Vec<IpAddr>,
    /// Its certificate with those between it and the root, in PEM; empty for no TLS of our own.
    pub tls_certificate: PathBuf,
    /// The key of the certificate, in PEM.
    pub tls_key: PathBuf,
    /// Most connections at once; more have to wait.
    pub connections: usize,
    /// Longest that a request may take to arrive, and to be answered, in seconds.
    pub request_seconds: f64,
    /// Most bytes of a form, in KiB.
    pub form_kib: usize,
    /// Requests that read the repository at once.
    pub readers: usize,
    /// Minutes without a request after which somebody has to sign in again.
    pub idle_minutes: f64,
    /// Hours after which somebody has to sign in again in any case.
    pub session_hours: f64,
    /// The inbox into which people bring files by the browser; none if empty.
    pub upload_inbox: String,
    /// Whether identity numbers that wait are keyed twice at the desk, without what was read being shown.
    pub blind_numbers: bool,
    /// Most memory for pictures of pages that were looked at, in MiB.
    pub picture_cache_mib: u64,
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7280)),
            trusted_proxies: Vec::new(),
            tls_certificate: PathBuf::new(),
            tls_key: PathBuf::new(),
            connections: 256,
            request_seconds: 30.0,
            form_kib: 64,
            readers: 4,
            idle_minutes: 30.0,
            session_hours: 10.0,
            upload_inbox: String::new(),
            blind_numbers: false,
            picture_cache_mib: 64,
        }
    }
}

impl ConsoleSettings {
    /// Whether it is served by TLS of our own.
    pub fn has_tls(&self) -> bool {
        !self.tls_certificate.as_os_str().is_empty()
    }
}
