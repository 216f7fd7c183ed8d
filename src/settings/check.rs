//! Values that no section of its own could refuse: out of range, or at odds with one another.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::Path;

use super::error::SettingsError;
use super::{
    BackupSettings, ConsoleSettings, ConsumerSettings, MailSettings, MailTls, OidcSettings, Settings, SiteInbox, WatchSettings,
    WorkerSettings,
};
use crate::model::failure::cause::SettingFault;
use crate::stages::assemble::{FieldSettings, InboxRules};
use crate::stages::check::CheckSettings;
use crate::stages::intake::IntakeLimits;
use crate::stages::seal::SealSettings;

/// The seconds of a day: no wait is longer.
const DAY: f64 = 86_400.0;

/// Checks all sections.
///
/// # Errors
/// The first value that cannot be meant.
pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let Settings {
        general,
        folders,
        workers,
        watch,
        inbox,
        inboxes,
        limits,
        fields,
        check,
        seal,
        export,
        signing,
        consumers,
        prepare,
        barcodes,
        console,
        oidc,
        mail,
        ..
    } = settings;
    within("general.utc_offset_minutes", &general.utc_offset_minutes, &(-840..=840))?;
    from_the_root("folders.inbox", &folders.inbox)?;
    from_the_root("folders.repository", &folders.repository)?;
    check_workers(workers)?;
    check_watch(watch)?;
    within("inbox.settle_seconds", &inbox.settle_seconds, &(0.0..=3600.0))?;
    InboxRules::new(inbox).map_err(|error| out_of_range(error.key(), error.cause()))?;
    check_inboxes(inboxes)?;
    check_limits(limits)?;
    if limits.decoded_mib >= workers.memory_mib {
        return Err(out_of_range("limits.decoded_mib", SettingFault::LessThan { other: "workers.memory_mib".to_owned() }));
    }
    if let Some(name) = barcodes.unknown_formats().first() {
        return Err(out_of_range("barcodes.formats", SettingFault::NotABarcode { name: (*name).to_owned() }));
    }
    within("prepare.target_dpi", &prepare.target_dpi, &(70.0..=600.0))?;
    check_fields(fields)?;
    check_accepting(check)?;
    check_seal(seal)?;
    settings.pdf_signature.check()?;
    check_console(console)?;
    check_oidc(oidc)?;
    check_consumers(consumers)?;
    check_mail(mail)?;
    check_backup(&settings.backup)?;
    if !settings.register.file.as_os_str().is_empty() {
        from_the_root("register.file", &settings.register.file)?;
    }
    for (key, path) in [("signing.folder", &signing.folder), ("signing.password_file", &signing.password_file)] {
        if !path.as_os_str().is_empty() {
            from_the_root(key, path)?;
        }
    }
    export.check(consumers)
}

fn check_backup(backup: &BackupSettings) -> Result<(), SettingsError> {
    for (key, path) in [("backup.s3_credentials", &backup.s3_credentials), ("backup.s3_ca_file", &backup.s3_ca_file)] {
        if !path.as_os_str().is_empty() {
            from_the_root(key, path)?;
        }
    }
    within("backup.s3_timeout_seconds", &backup.s3_timeout_seconds, &(1.0..=3600.0))?;
    within("backup.s3_tries", &backup.s3_tries, &(1..=100))?;
    within("backup.s3_pause_seconds", &backup.s3_pause_seconds, &(0.0..=3600.0))
}

/// A place in a file that is read wherever somebody happens to stand.
pub(super) fn from_the_root(key: &'static str, folder: &Path) -> Result<(), SettingsError> {
    if folder.is_absolute() {
        return Ok(());
    }
    Err(out_of_range(key, SettingFault::NotFromTheRoot { path: folder.display().to_string() }))
}

/// Checks inboxes: a folder is of one site, and a code of one site wherever it stands.
fn check_inboxes(inboxes: &[SiteInbox]) -> Result<(), SettingsError> {
    for (place, inbox) in inboxes.iter().enumerate() {
        from_the_root("inboxes.folder", &inbox.folder)?;
        if inbox.site.trim().is_empty() || inbox.site.trim() != inbox.site {
            return Err(out_of_range("inboxes.site", SettingFault::NoName));
        }
        for other in inboxes.iter().take(place) {
            if other.folder == inbox.folder {
                let name = inbox.folder.display().to_string();
                return Err(out_of_range("inboxes.folder", SettingFault::Twice { name }));
            }
            if other.site().is_called(&inbox.site) && other.site() != inbox.site() {
                return Err(out_of_range("inboxes.site", SettingFault::Twice { name: inbox.site.clone() }));
            }
        }
    }
    Ok(())
}

/// Checks those who take what is exported.
fn check_consumers(consumers: &[ConsumerSettings]) -> Result<(), SettingsError> {
    for (place, consumer) in consumers.iter().enumerate() {
        if consumers.iter().take(place).any(|other| other.name == consumer.name) {
            return Err(out_of_range("consumers.name", SettingFault::Twice { name: consumer.name.to_string() }));
        }
        if !consumer.folder.as_os_str().is_empty() {
            from_the_root("consumers.folder", &consumer.folder)?;
        }
        if let Some(portal) = &consumer.portal {
            within("consumers.portal.timeout_seconds", &portal.timeout_seconds, &(0.1..=3600.0))?;
            within("consumers.portal.tries", &portal.tries, &(1..=100))?;
            within("consumers.portal.pause_seconds", &portal.pause_seconds, &(0.0..=3600.0))?;
            within("consumers.portal.requests_per_second", &portal.requests_per_second, &(0.0..=1000.0))?;
            within("consumers.portal.file_mb", &portal.file_mb, &(1..=4096))?;
        }
    }
    Ok(())
}

fn check_workers(workers: &WorkerSettings) -> Result<(), SettingsError> {
    within("workers.page_seconds", &workers.page_seconds, &(0.1..=DAY))?;
    if !(workers.page_seconds..=DAY).contains(&workers.page_wall_seconds) {
        return Err(out_of_range("workers.page_wall_seconds", between("workers.page_seconds", DAY)));
    }
    if workers.memory_mib < 256 {
        return Err(out_of_range("workers.memory_mib", SettingFault::AtLeast { least: "256".to_owned() }));
    }
    within("workers.jobs", &workers.jobs, &(0..=1024))
}

fn check_watch(watch: &WatchSettings) -> Result<(), SettingsError> {
    within("watch.poll_seconds", &watch.poll_seconds, &(0.05..=DAY))?;
    within("watch.full_look_seconds", &watch.full_look_seconds, &(0.0..=DAY))?;
    within("watch.quiet_seconds", &watch.quiet_seconds, &(0.0..=DAY))?;
    within("watch.gather_seconds", &watch.gather_seconds, &(0.0..=DAY))?;
    within("watch.retry_seconds", &watch.retry_seconds, &(0.0..=DAY))?;
    within("watch.stop_seconds", &watch.stop_seconds, &(0.0..=DAY))
}

fn check_console(console: &ConsoleSettings) -> Result<(), SettingsError> {
    if console.has_tls() == console.tls_key.as_os_str().is_empty() {
        return Err(out_of_range("console.tls_key", SettingFault::TogetherWith { other: "console.tls_certificate".to_owned() }));
    }
    if console.has_tls() {
        from_the_root("console.tls_certificate", &console.tls_certificate)?;
        from_the_root("console.tls_key", &console.tls_key)?;
    }
    if console.trusted_proxies.is_empty() && !console.has_tls() && !console.listen.ip().is_loopback() {
        return Err(out_of_range("console.listen", SettingFault::NotLoopback { address: console.listen.to_string() }));
    }
    within("console.connections", &console.connections, &(1..=10_000))?;
    within("console.request_seconds", &console.request_seconds, &(0.1..=3600.0))?;
    within("console.form_kib", &console.form_kib, &(1..=10_240))?;
    within("console.readers", &console.readers, &(1..=64))?;
    within("console.idle_minutes", &console.idle_minutes, &(0.01..=1440.0))?;
    within("console.session_hours", &console.session_hours, &(0.01..=168.0))?;
    within("console.picture_cache_mib", &console.picture_cache_mib, &(1..=1_048_576))
}

fn check_oidc(oidc: &OidcSettings) -> Result<(), SettingsError> {
    within("oidc.clock_skew_seconds", &oidc.clock_skew_seconds, &(0..=600))?;
    within("oidc.timeout_seconds", &oidc.timeout_seconds, &(0.1..=60.0))?;
    if !oidc.is_set() {
        return Ok(());
    }
    for (key, value) in
        [("oidc.client_id", &oidc.client_id), ("oidc.address", &oidc.address), ("oidc.role_claim", &oidc.role_claim)]
    {
        if value.is_empty() {
            return Err(out_of_range(key, SettingFault::TogetherWith { other: "oidc.issuer".to_owned() }));
        }
    }
    if !oidc.scopes.iter().any(|scope| scope == "openid") {
        return Err(out_of_range("oidc.scopes", SettingFault::TogetherWith { other: "openid".to_owned() }));
    }
    // Somebody of whom a service says nothing would have it.
    if oidc.roles.iter().any(|mapping| mapping.value.trim().is_empty()) {
        return Err(out_of_range("oidc.roles", SettingFault::NoName));
    }
    for (key, path) in [("oidc.client_secret_file", &oidc.client_secret_file), ("oidc.ca_file", &oidc.ca_file)] {
        if !path.as_os_str().is_empty() {
            from_the_root(key, path)?;
        }
    }
    Ok(())
}

fn check_mail(mail: &MailSettings) -> Result<(), SettingsError> {
    if !mail.user.is_empty() && mail.tls == MailTls::None {
        // A password is not sent in the open.
        return Err(out_of_range("mail.user", SettingFault::TogetherWith { other: "mail.tls".to_owned() }));
    }
    Ok(())
}

fn check_limits(limits: &IntakeLimits) -> Result<(), SettingsError> {
    for (key, limit) in [
        ("limits.file_mib", limits.file_mib),
        ("limits.pages_per_file", limits.pages_per_file.into()),
        ("limits.page_megapixels", limits.page_megapixels.into()),
        ("limits.side_pixels", limits.side_pixels.into()),
        ("limits.jpeg2000_megapixels", limits.jpeg2000_megapixels.into()),
        ("limits.decoded_mib", limits.decoded_mib),
        ("limits.contents_mib", limits.contents_mib),
        ("limits.nesting", limits.nesting.into()),
        ("limits.objects_per_page", limits.objects_per_page.into()),
    ] {
        if limit == 0 {
            return Err(out_of_range(key, SettingFault::AtLeast { least: "1".to_owned() }));
        }
    }
    // Each level takes some of the stack.
    within("limits.nesting", &limits.nesting, &(1..=40))
}

fn check_fields(fields: &FieldSettings) -> Result<(), SettingsError> {
    if fields.earliest_year > fields.latest_year {
        return Err(out_of_range("fields.earliest_year", SettingFault::NotAfter { other: "fields.latest_year".to_owned() }));
    }
    if !fields.document_types.iter().any(|kind| kind.key == fields.letter_type) {
        return Err(out_of_range("fields.letter_type", SettingFault::KeyOfOne { other: "fields.document_types".to_owned() }));
    }
    within("fields.title_similarity", &fields.title_similarity, &(0.0..=1.0))
}

fn check_accepting(check: &CheckSettings) -> Result<(), SettingsError> {
    within("check.accept_confidence", &check.accept_confidence, &(0.0..=1.0))?;
    within("check.repeated_similarity", &check.repeated_similarity, &(0.0..=1.0))
}

fn check_seal(seal: &SealSettings) -> Result<(), SettingsError> {
    if !seal.has_language_tag() {
        return Err(out_of_range("seal.language", SettingFault::NotALanguageTag { tag: seal.language.clone() }));
    }
    within("seal.compression", &seal.compression, &(0..=9))
}

pub(super) fn within<T: PartialOrd + Display>(
    key: &'static str,
    value: &T,
    range: &RangeInclusive<T>,
) -> Result<(), SettingsError> {
    if range.contains(value) {
        return Ok(());
    }
    Err(out_of_range(key, between(range.start(), range.end())))
}

fn between(least: impl ToString, most: impl ToString) -> SettingFault {
    SettingFault::Between { least: least.to_string(), most: most.to_string() }
}

pub(super) fn out_of_range(key: &'static str, reason: SettingFault) -> SettingsError {
    SettingsError::OutOfRange { key, reason }
}
