//! Who gets a letter about the night, and through which server.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Who gets a letter about the night, and through which server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// Addresses; nobody if empty.
    pub to: Vec<String>,
    /// Whom it is from.
    pub from: String,
    /// The server that takes it.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the way there is encrypted.
    pub tls: MailTls,
    /// Whom the server's certificate has to come from: certificates in PEM.
    pub tls_roots: PathBuf,
    /// The account on the server; none if empty.
    pub user: String,
    /// Holds the password of the account in its first line.
    pub password_file: PathBuf,
}

/// How the way to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTls {
    /// Not at all: for a relay on this machine.
    None,
    /// From the command STARTTLS on; without it nothing is sent.
    Starttls,
    /// From the first byte.
    Tls,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            from: "sohoa@localhost".into(),
            server: "localhost".into(),
            port: 25,
            tls: MailTls::None,
            tls_roots: "/etc/ssl/certs/ca-certificates.crt".into(),
            user: String::new(),
            password_file: PathBuf::new(),
        }
    }
}
