//! Signing in by a service that knows the people: OpenID Connect.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::model::account::Role;

/// How people sign in by another service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OidcSettings {
    /// The service, as it names itself; none if empty.
    pub issuer: String,
    /// What the console is called there.
    pub client_id: String,
    /// File whose first line is the console's secret there; it has none if empty.
    pub client_secret_file: PathBuf,
    /// The console's own address as browsers see it, without a path.
    pub address: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The claim from which an account's name is made.
    pub name_claim: String,
    /// The claim that says what somebody is called.
    pub full_name_claim: String,
    /// The claim that decides about the role; dots lead inwards.
    pub role_claim: String,
    /// Which values of it give which role; the first that is there counts. Without one there is no account.
    pub roles: Vec<RoleMapping>,
    /// Whether the service was told where somebody who signed out there comes back to.
    pub sign_out_returns: bool,
    /// How far clocks may differ, in seconds.
    pub clock_skew_seconds: u32,
    /// Certificates that are trusted.
    pub ca_file: PathBuf,
    /// Longest that the service may take to answer, in seconds.
    pub timeout_seconds: f64,
}

/// A value of a claim, and the role that it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleMapping {
    /// What the claim says.
    pub value: String,
    /// The role here.
    pub role: Role,
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret_file: PathBuf::new(),
            address: String::new(),
            scopes: ["openid", "profile"].map(str::to_owned).to_vec(),
            name_claim: "preferred_username".into(),
            full_name_claim: "name".into(),
            role_claim: "roles".into(),
            roles: Vec::new(),
            sign_out_returns: false,
            clock_skew_seconds: 60,
            ca_file: "/etc/ssl/certs/ca-certificates.crt".into(),
            timeout_seconds: 10.0,
        }
    }
}

impl OidcSettings {
    /// Whether people can sign in by it.
    pub fn is_set(&self) -> bool {
        !self.issuer.is_empty()
    }
}
