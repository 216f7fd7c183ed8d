//! What is answered in place of what was asked for: a page for people, problem details (RFC 9457) for
//! programs.

use askama::Template;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{Html, IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::Asked;
use super::chrome::Chrome;
use crate::model::failure::{ExitClass, Failure, FailureCode};
use crate::words;

/// Something was not done. It becomes a page or problem details where the language is known.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// What stands in the answer's first line.
    pub status: StatusCode,
    /// Why.
    pub failure: Box<Failure>,
    /// Seconds after which it can be tried again.
    pub retry_after: Option<u64>,
}

impl Refused {
    /// For this reason and no more.
    pub(super) fn of(code: FailureCode) -> Self {
        Failure::new(code).into()
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { status: status_of(failure.code), failure: Box::new(failure), retry_after: None }
    }
}

/// What a program is told by a failure that ends what was asked.
fn status_of(code: FailureCode) -> StatusCode {
    match code {
        FailureCode::SignInRequired => StatusCode::UNAUTHORIZED,
        FailureCode::NotPermitted | FailureCode::PageSensitive | FailureCode::SignInRefused => StatusCode::FORBIDDEN,
        FailureCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        FailureCode::ServerBusy | FailureCode::SignInServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        FailureCode::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        // What is wrong with a file that was brought.
        FailureCode::NameInvalid
        | FailureCode::FileEmpty
        | FailureCode::FileUnknownType
        | FailureCode::FileForeignImage
        | FailureCode::FileOfficeDocument
        | FailureCode::FileArchive => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code => match code.effect().exit() {
            ExitClass::Usage => StatusCode::BAD_REQUEST,
            ExitClass::NotFound => StatusCode::NOT_FOUND,
            ExitClass::Locked => StatusCode::CONFLICT,
            ExitClass::Environment | ExitClass::Storage => StatusCode::SERVICE_UNAVAILABLE,
            ExitClass::Failed | ExitClass::Damaged | ExitClass::Unbalanced => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

impl From<Refused> for Response {
    fn from(refused: Refused) -> Self {
        refused.into_response()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Problem details as RFC 9457 has them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Problem {
    /// `urn:sohoa:failure:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// What happened.
    title: &'static str,
    /// As in the first line of the answer.
    status: u16,
    /// Where and why.
    detail: String,
    /// The code, as in `docs/failure-codes.md`.
    code: FailureCode,
    /// What to do.
    remedy: &'static str,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    c: Chrome,
    message: &'a str,
    detail: &'a str,
    remedy: &'a str,
    code: &'a str,
}

/// The answer in the language and the form of whoever asked.
pub(super) fn told(refused: &Refused, asked: &Asked) -> Response {
    let failure = &*refused.failure;
    if refused.status.is_server_error() {
        tracing::warn!(code = %failure.code, status = refused.status.as_u16(), "a request failed");
    }
    let message = words::message(failure.code, asked.language);
    let remedy = words::remedy(failure.code, asked.language);
    let cause = failure.cause.as_ref().filter(|_| is_for_everybody(failure.code));
    let detail = cause.map(|cause| words::cause(cause, asked.language)).unwrap_or_default();
    let mut response = if asked.is_api() {
        let kind = format!("urn:sohoa:failure:{}", failure.code);
        let status = refused.status.as_u16();
        let detail = if detail.is_empty() { message.to_owned() } else { detail };
        let mut response = Json(Problem { kind, title: message, status, detail, code: failure.code, remedy }).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    } else {
        let page = RefusedPage { c: Chrome::new(asked), message, detail: &detail, remedy, code: failure.code.as_str() };
        Html(page.render().unwrap_or_else(|_| message.to_owned())).into_response()
    };
    *response.status_mut() = refused.status;
    if let Some(seconds) = refused.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whether the cause is told to whoever asked: paths and the system's own words are for the log.
fn is_for_everybody(code: FailureCode) -> bool {
    matches!(
        code,
        FailureCode::QueryInvalid | FailureCode::RequestInvalid | FailureCode::PasswordUnfit | FailureCode::CodeInvalid
    )
}
