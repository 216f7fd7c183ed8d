//! Requests to an S3 service, each small enough to be made again whole: what can pass is tried again with growing
//! pauses.

use std::io::Read;
use std::thread;
use std::time::Duration;

use rusty_s3::actions::S3Action;
use rusty_s3::{Bucket, Credentials, Method, UrlStyle};
use ureq::Agent;
use ureq::http::Request;

use super::credentials::credentials;
use crate::model::address;
use crate::model::failure::Cause;
use crate::model::failure::cause::{ExchangeFault, StorageFault};
use crate::repository::backup::BackupError;
use crate::repository::backup::address::S3Options;
use crate::repository::https;

/// No answer is longer: a piece of an object, or a page of a list.
const LONGEST_ANSWER: u64 = 32 << 20;
/// A signature holds so long, and for each try anew.
const VALID: Duration = Duration::from_secs(900);
/// The longest pause between two tries.
const LONGEST_PAUSE: f64 = 60.0;

/// What is answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub etag: String,
    /// The size of the whole object, where a piece of it was asked for.
    pub whole: Option<u64>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether it is a refusal that says nothing of other objects, such as one that was moved to an archive.
    fn is_of_the_object(&self) -> bool {
        let code = self.code();
        ![404, 416].contains(&self.status) && !code.is_empty() && !OF_WHO_ASKS.contains(&code.as_str())
    }

    /// The code by which the service says what is wrong.
    pub(super) fn code(&self) -> String {
        let text = self.text();
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map_or_else(String::new, |(code, _)| code.chars().filter(char::is_ascii_alphanumeric).take(60).collect())
    }
}

/// What services say of who asks, or of how, rather than of what is asked for.
const OF_WHO_ASKS: [&str; 13] = [
    "AccessDenied",
    "AccountProblem",
    "AllAccessDisabled",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidSecurity",
    "InvalidToken",
    "NotSignedUp",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
];

/// What is sent beside the address.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sent<'a> {
    pub body: &'a [u8],
    /// The piece of an object that is asked for: its first byte and its last.
    pub range: Option<(u64, u64)>,
}

/// The way to one bucket.
pub(super) struct Wire {
    agent: Agent,
    pub bucket: Bucket,
    pub credentials: Credentials,
    /// For people: where it is, without any secret.
    place: String,
    tries: u32,
    pause: f64,
}

/// Addresses are signed: nothing of them is shown.
impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wire({})", self.place)
    }
}

impl Wire {
    /// Makes ready for a bucket; nothing is sent.
    pub(super) fn new(bucket: &str, options: &S3Options) -> Result<Self, BackupError> {
        let setting = |key, cause: Cause| BackupError::Setting { key, cause };
        let url = if options.endpoint.is_empty() {
            format!("https://s3.{}.amazonaws.com", options.region)
        } else {
            options.endpoint.clone()
        };
        if !address::is_safe(&url) {
            return Err(setting("backup.s3_endpoint", ExchangeFault::NotEncrypted { url: address::shown(&url) }.into()));
        }
        let endpoint = url
            .parse()
            .map_err(|_| setting("backup.s3_endpoint", ExchangeFault::NotEncrypted { url: address::shown(&url) }.into()))?;
        let (name, region) = (bucket.to_owned(), options.region.clone());
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name, region)
            .map_err(|error| setting("backup.s3_endpoint", Cause::said(error)))?;
        let credentials = credentials(&options.credentials).map_err(|cause| setting("backup.s3_credentials", cause))?;
        let most = Duration::try_from_secs_f64(options.timeout_seconds).unwrap_or(Duration::from_secs(120));
        let agent = https::agent(&options.ca_file, most).map_err(|cause| setting("backup.s3_ca_file", cause))?;
        let place = format!("s3://{}", bucket.name());
        Ok(Self { agent, bucket, credentials, place, tries: options.tries, pause: options.pause_seconds })
    }

    /// Asks until there is an answer that stands. `action` is signed for each try.
    ///
    /// # Errors
    /// `Unreachable` if none comes, `Refused` if the service does not let us do this.
    pub(super) fn ask<'a, A: S3Action<'a>>(&self, action: &A, sent: Sent<'_>) -> Result<Answer, BackupError> {
        let mut pause = self.pause;
        let mut tries = 1;
        loop {
            let cause = match self.once(A::METHOD, action.sign(VALID).as_str(), sent) {
                Ok(answer) => match answer.status {
                    408 | 425 | 429 | 500..=599 => Cause::said(format!("HTTP {} {}", answer.status, answer.code())),
                    400..=499 if sent.range.is_some() && answer.is_of_the_object() => return Err(self.not_given(&answer)),
                    300..=399 | 400..=403 | 405..=415 | 417..=424 => return Err(self.refused(&answer)),
                    _ => return Ok(answer),
                },
                Err(cause) => cause,
            };
            if tries >= self.tries {
                return Err(BackupError::Unreachable { place: self.place.clone(), cause });
            }
            tracing::info!(place = %self.place, %cause, tries, "asking again");
            tries += 1;
            thread::sleep(Duration::try_from_secs_f64(pause).unwrap_or_default());
            pause = (pause * 2.0).min(LONGEST_PAUSE);
        }
    }

    /// The service does not do what was asked.
    pub(super) fn refused(&self, answer: &Answer) -> BackupError {
        let cause = Cause::said(format!("HTTP {} {}", answer.status, answer.code()));
        BackupError::Refused { place: self.place.clone(), cause }
    }

    /// The service does not give one object.
    fn not_given(&self, answer: &Answer) -> BackupError {
        let cause = Cause::said(format!("HTTP {} {}", answer.status, answer.code()));
        BackupError::ObjectRefused { place: self.place.clone(), cause }
    }

    /// What was answered is not what such a service says.
    pub(super) fn not_understood(&self, said: &str) -> BackupError {
        BackupError::Unreachable { place: self.place.clone(), cause: Cause::said(said) }
    }

    fn once(&self, method: Method, url: &str, sent: Sent<'_>) -> Result<Answer, Cause> {
        let mut request = Request::builder().method(method.to_str()).uri(url);
        if let Some((first, last)) = sent.range {
            request = request.header("Range", format!("bytes={first}-{last}"));
        }
        // Not the error itself: an address in it would be signed.
        let request = request.body(sent.body).map_err(|_| Cause::said("the address cannot be asked"))?;
        let mut answer = self.agent.run(request).map_err(|error| lost(&error))?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, etag) = (answer.status().as_u16(), header("etag").unwrap_or_default());
        let whole = header("content-range").and_then(|range| range.rsplit('/').next()?.parse().ok());
        let told: Option<u64> = header("content-length").and_then(|length| length.parse().ok());
        let mut body = Vec::new();
        answer.body_mut().as_reader().take(LONGEST_ANSWER).read_to_end(&mut body).map_err(Cause::from)?;
        // A connection that was closed early can look like the end.
        if method != Method::Head && told.is_some_and(|told| told.min(LONGEST_ANSWER) != body.len() as u64) {
            return Err(StorageFault::CutOff.into());
        }
        Ok(Answer { status, etag, whole, body })
    }
}

fn lost(error: &ureq::Error) -> Cause {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Cause::said("the address cannot be asked"),
        other => Cause::said(other),
    }
}
