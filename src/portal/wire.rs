//! JSON over HTTP: what is asked, what is answered, and what can go wrong between.

use std::io::Read;
use std::sync::Arc;

use serde_json::Value;
use ureq::{Agent, Error};

use crate::model::address;
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::repository::https;
use crate::settings::PortalSettings;

/// The largest answer that is read.
const LARGEST_ANSWER: u64 = 16 << 20;

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Path from the portal's address.
    pub path: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Body,
}

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// A message.
    Json(Value),
    /// A file.
    File {
        /// The name that it goes by.
        name: String,
        /// What it holds, by its registered name.
        media_type: &'static str,
        /// Its bytes.
        bytes: Arc<Vec<u8>>,
    },
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The content; null if it is no JSON.
    pub body: Value,
}

/// Nothing was answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Lost {
    /// The request never left.
    NotSent(Cause),
    /// It may have arrived.
    NoAnswer(Cause),
}

/// A way to a portal.
pub(crate) trait Wire {
    /// Asks once.
    fn post(&self, request: &Request) -> Result<Response, Lost>;
}

/// The way over the network.
pub(crate) struct Http {
    agent: Agent,
    url: String,
}

impl Http {
    /// Makes ready for a portal; nothing is sent.
    pub(crate) fn new(settings: &PortalSettings) -> Result<Self, Failure> {
        let url = settings.url.trim_end_matches('/').to_owned();
        if !address::is_safe(&url) {
            let failure = Failure::new(FailureCode::SettingsInvalid).at(Place::setting("consumers.portal.url"));
            return Err(failure.because(ExchangeFault::NotEncrypted { url: address::shown(&url) }));
        }
        Ok(Self { agent: https::agent_by_settings(&settings.ca_file, settings.timeout_seconds)?, url })
    }
}

impl Wire for Http {
    fn post(&self, request: &Request) -> Result<Response, Lost> {
        let mut builder = self.agent.post(format!("{}/{}", self.url, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let sent = match &request.body {
            Body::Json(value) => builder.header("Content-Type", "application/json").send(value.to_string().as_bytes()),
            Body::File { name, media_type, bytes } => {
                let (kind, form) = multipart(name, media_type, bytes);
                builder.header("Content-Type", &kind).send(&form)
            }
        };
        let mut answer = sent.map_err(lost)?;
        let status = answer.status().as_u16();
        let mut content = Vec::new();
        let read = answer.body_mut().as_reader().take(LARGEST_ANSWER).read_to_end(&mut content);
        read.map_err(|error| Lost::NoAnswer(Cause::from(error)))?;
        Ok(Response { status, body: serde_json::from_slice(&content).unwrap_or(Value::Null) })
    }
}

/// A form with one file, and its content type. The boundary is made from the file, which does not hold its own
/// hash.
fn multipart(name: &str, media_type: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let boundary = format!("sohoa-{}", blake3::hash(bytes).to_hex());
    let name: String = name.chars().map(|c| if c == '"' || c.is_control() { '_' } else { c }).collect();
    let mut form = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {media_type}\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), form)
}

/// What went wrong, by whether the request may have arrived.
fn lost(error: Error) -> Lost {
    let cause = Cause::said(&error);
    match error {
        Error::HostNotFound | Error::ConnectionFailed | Error::BadUri(_) | Error::Http(_) | Error::Tls(_) => Lost::NotSent(cause),
        Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => Lost::NotSent(cause),
        Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Lost::NotSent(Cause::from(error)),
        _ => Lost::NoAnswer(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_machine_unencrypted() {
        let settings = |url: &str| PortalSettings { url: url.into(), ..PortalSettings::default() };
        for safe in ["https://cong.example", "http://127.0.0.1:8080/", "http://localhost/x", "http://[::1]:9"] {
            assert!(Http::new(&settings(safe)).is_ok(), "{safe}");
        }
        for open in [
            "http://cong.example",
            "http://127.0.0.1.example.com",
            "ftp://x",
            "cong.example",
            "http://10.0.0.1",
            "http://127.0.0.1:80@cong.example/",
            "http://localhost@cong.example",
            "https://sohoa:mat-khau@cong.example",
        ] {
            assert_eq!(
                Http::new(&settings(open)).err().map(|failure| failure.code),
                Some(FailureCode::SettingsInvalid),
                "{open}"
            );
        }
    }

    #[test]
    fn who_does_not_listen_was_sent_nothing() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let http = Http::new(&PortalSettings { url: format!("http://{free}"), ..PortalSettings::default() }).unwrap();
        let request = Request { path: "x".into(), headers: vec![], body: Body::Json(Value::Null) };
        assert!(matches!(http.post(&request), Err(Lost::NotSent(_))));
    }
}
