//! What is known of a request before it is looked at.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::model::failure::Language;

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// The address of who asked.
    pub address: IpAddr,
    /// Whether the browser came by TLS.
    pub secure: bool,
}

/// What is known of a request before it is looked at.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Where it came from.
    pub origin: Origin,
    /// The language of the answer.
    pub language: Language,
    /// Path and query.
    pub uri: String,
}

impl Asked {
    /// Whether a program asked and not a browser.
    pub(super) fn is_api(&self) -> bool {
        self.uri.starts_with("/api/")
    }
}

impl Default for Asked {
    /// What is believed where nothing is known: nothing.
    fn default() -> Self {
        let origin = Origin { address: IpAddr::from([0, 0, 0, 0]), secure: false };
        Self { origin, language: Language::default(), uri: String::new() }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
