//! The certificate that the console shows: until when it holds.

use std::path::Path;

use der::Decode as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use time::OffsetDateTime;
use x509_cert::Certificate;

use crate::model::checkup::{Advice, Checkup, Health, Remedy, Seen, Step, Subject};
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::settings::Settings;

/// When the certificate that the settings name begins and ends to hold; none if they name none.
///
/// # Errors
/// [`FailureCode::CertificateUnusable`] if it cannot be read.
pub(crate) fn validity(settings: &Settings) -> Result<Option<(OffsetDateTime, OffsetDateTime)>, Failure> {
    let console = &settings.console;
    if !console.has_tls() {
        return Ok(None);
    }
    let file = &console.tls_certificate;
    let unusable = |cause: Cause| Failure::new(FailureCode::CertificateUnusable).at_file(file.display()).because(cause);
    let der = CertificateDer::from_pem_file(file).map_err(|error| match error {
        pem::Error::Io(error) => unusable(Cause::from(&error)),
        error => unusable(Cause::said(error)),
    })?;
    let certificate = Certificate::from_der(&der).map_err(|error| unusable(Cause::said(error)))?;
    let validity = certificate.tbs_certificate().validity();
    let moment = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| unusable(Cause::said(error)))
    };
    Ok(Some((moment(validity.not_before)?, moment(validity.not_after)?)))
}

/// Whether the certificate holds now and for a while; none if the settings name none.
pub(super) fn checkup(settings: &Settings, now: OffsetDateTime) -> Option<Checkup> {
    let file = settings.console.tls_certificate.as_path();
    Some(match validity(settings).transpose()? {
        Ok((from, until)) => judge(settings, file, (from, until), now),
        Err(failure) => {
            let step = Step::ShowRights { folder: file.display().to_string() };
            let remedy = Remedy { advice: Advice::OfCode { code: failure.code }, step: Some(step) };
            let (subject, seen) = (Subject::Certificate, Seen::Failed { failure });
            Checkup { subject, health: Health::Bad, seen, remedy: Some(remedy) }
        }
    })
}

fn judge(settings: &Settings, file: &Path, (from, until): (OffsetDateTime, OffsetDateTime), now: OffsetDateTime) -> Checkup {
    let days = (until - now).whole_days();
    let health = match days {
        _ if now < from || now >= until => Health::Bad,
        days if days < i64::from(settings.status.certificate_days) => Health::Warning,
        _ => Health::Good,
    };
    let local = |at| settings.general.local(at);
    let seen = Seen::Certificate { file: file.display().to_string(), from: local(from), until: local(until), days };
    let remedy = (health != Health::Good).then_some(Remedy { advice: Advice::RenewCertificate, step: None });
    Checkup { subject: Subject::Certificate, health, seen, remedy }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_certificate_is_told_of_in_time_and_outside_its_days() {
        let (from, until) = (datetime!(2026-11-01 00:00 UTC), datetime!(2027-02-01 00:00 UTC));
        let health = |now| judge(&Settings::default(), Path::new("a.pem"), (from, until), now).health;
        assert_eq!(health(datetime!(2026-10-31 23:59 UTC)), Health::Bad);
        assert_eq!(health(datetime!(2026-11-02 00:00 UTC)), Health::Good);
        assert_eq!(health(datetime!(2027-01-11 00:00 UTC)), Health::Good);
        assert_eq!(health(datetime!(2027-01-11 00:01 UTC)), Health::Warning);
        assert_eq!(health(until), Health::Bad);
    }
}
