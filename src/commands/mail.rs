//! Sending a letter by SMTP.

use std::fs;
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};

use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::settings::{MailSettings, MailTls, secret};

/// How long a server may keep us waiting.
const PATIENCE: Duration = Duration::from_secs(30);

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// What stands above it.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// Sends a letter to all whom the settings name.
///
/// # Errors
/// [`FailureCode::MailNotSent`] if nobody is named, an address is none, or the server does not take it.
pub(crate) fn send(settings: &MailSettings, letter: &Letter) -> Result<(), Failure> {
    let message = message(settings, letter)?;
    let server = format!("{}:{}", settings.server, settings.port);
    let sent = transport(settings)?.send(&message);
    sent.map(drop).map_err(|error| not_sent(Place::Typed { text: server }, Cause::said(error)))
}

fn not_sent(place: Place, cause: impl Into<Cause>) -> Failure {
    Failure::new(FailureCode::MailNotSent).at(place).because(cause)
}

fn message(settings: &MailSettings, letter: &Letter) -> Result<Message, Failure> {
    let address = |text: &str| -> Result<Mailbox, Failure> {
        let wrong = |error: AddressError| not_sent(Place::Typed { text: text.to_owned() }, Cause::said(error));
        text.parse().map_err(wrong)
    };
    let unset = |key: &str| not_sent(Place::setting(key), Cause::said("empty"));
    if settings.to.is_empty() {
        return Err(unset("mail.to"));
    }
    let mut builder: MessageBuilder = Message::builder().from(address(&settings.from)?).subject(&letter.subject);
    for to in &settings.to {
        builder = builder.to(address(to)?);
    }
    let built = builder.header(ContentType::TEXT_PLAIN).body(letter.text.clone());
    built.map_err(|error| not_sent(Place::setting("mail"), Cause::said(error)))
}

fn transport(settings: &MailSettings) -> Result<SmtpTransport, Failure> {
    let tls = match settings.tls {
        MailTls::None => Tls::None,
        MailTls::Starttls => Tls::Required(parameters(settings)?),
        MailTls::Tls => Tls::Wrapper(parameters(settings)?),
    };
    let mut builder = SmtpTransport::builder_dangerous(&settings.server).port(settings.port).tls(tls).timeout(Some(PATIENCE));
    if !settings.user.is_empty() {
        let file = &settings.password_file;
        let failed = |cause: Cause| not_sent(Place::file(file.display()), cause);
        let password = secret::password(file).map_err(|error| failed(error.into()))?;
        let password = password.ok_or_else(|| failed(ExchangeFault::PasswordEmpty.into()))?;
        builder = builder.credentials(Credentials::new(settings.user.clone(), password));
    }
    Ok(builder.build())
}

/// Trusts whom the file of the settings names, and nobody else.
fn parameters(settings: &MailSettings) -> Result<TlsParameters, Failure> {
    let file = &settings.tls_roots;
    let failed = |cause: Cause| not_sent(Place::file(file.display()), cause);
    let roots = fs::read(file).map_err(|error| failed(Cause::from(&error)))?;
    let roots = Certificate::from_pem(&roots).map_err(|error| failed(Cause::said(error)))?;
    let builder = TlsParameters::builder(settings.server.clone()).certificate_store(CertificateStore::None);
    builder.add_root_certificate(roots).build().map_err(|error| failed(Cause::said(error)))
}
