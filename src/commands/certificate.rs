//! The certificates that the console shows and that sealed files are signed with: until when they hold.

use std::path::Path;

use der::Decode as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use time::OffsetDateTime;
use x509_cert::Certificate;

use crate::model::checkup::{Advice, Checkup, Health, Remedy, Seen, Step, Subject};
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::pipeline::pdf_signing;
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

/// Whether the certificates that the settings name hold now and for a while.
pub(super) fn checkups(settings: &Settings, now: OffsetDateTime) -> Vec<Checkup> {
    let (console, key) = (settings.console.tls_certificate.as_path(), settings.pdf_signature.key_file.as_path());
    let all = [
        (Subject::Certificate, console, validity(settings)),
        (Subject::PdfCertificate, key, pdf_signing::validity(&settings.pdf_signature)),
    ];
    let named = all.into_iter().filter_map(|(subject, file, dates)| Some((subject, file, dates.transpose()?)));
    let checked = named.map(|(subject, file, dates)| match dates {
        Ok(dates) => judge(settings, (subject, file), dates, now),
        Err(failure) => {
            let step = Step::ShowRights { folder: file.display().to_string() };
            let remedy = Remedy { advice: Advice::OfCode { code: failure.code }, step: Some(step) };
            Checkup { subject, health: Health::Bad, seen: Seen::Failed { failure }, remedy: Some(remedy) }
        }
    });
    checked.collect()
}

fn judge(
    settings: &Settings,
    (subject, file): (Subject, &Path),
    (from, until): (OffsetDateTime, OffsetDateTime),
    now: OffsetDateTime,
) -> Checkup {
    let days = (until - now).whole_days();
    let health = match days {
        _ if now < from || now >= until => Health::Bad,
        days if days < i64::from(settings.status.certificate_days) => Health::Warning,
        _ => Health::Good,
    };
    let local = |at| settings.general.local(at);
    let seen = Seen::Certificate { file: file.display().to_string(), from: local(from), until: local(until), days };
    let advice = match subject {
        Subject::PdfCertificate => Advice::OfCode { code: FailureCode::PdfCertificateDates },
        _ => Advice::RenewCertificate,
    };
    let remedy = (health != Health::Good).then_some(Remedy { advice, step: None });
    Checkup { subject, health, seen, remedy }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_certificate_is_told_of_in_time_and_outside_its_days() {
        let (from, until) = (datetime!(2026-11-01 00:00 UTC), datetime!(2027-02-01 00:00 UTC));
        let health = |now| judge(&Settings::default(), (Subject::Certificate, Path::new("a.pem")), (from, until), now).health;
        assert_eq!(health(datetime!(2026-10-31 23:59 UTC)), Health::Bad);
        assert_eq!(health(datetime!(2026-11-02 00:00 UTC)), Health::Good);
        assert_eq!(health(datetime!(2027-01-11 00:00 UTC)), Health::Good);
        assert_eq!(health(datetime!(2027-01-11 00:01 UTC)), Health::Warning);
        assert_eq!(health(until), Health::Bad);
    }
}
