//! Addresses of services of other machines, and of ours.

use std::net::IpAddr;

/// Whether nobody can listen in on the way to an address: it is encrypted, or leads to this machine. Read as the
/// client reads it, and without a name before the host, which would hide the host from a reader.
pub(crate) fn is_safe(url: &str) -> bool {
    let Ok(uri) = url.parse::<ureq::http::Uri>() else { return false };
    let Some(authority) = uri.authority().filter(|authority| !authority.as_str().contains('@')) else { return false };
    let name = authority.host().trim_matches(['[', ']']);
    match uri.scheme_str() {
        Some("https") => !name.is_empty(),
        Some("http") => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        _ => false,
    }
}

/// Whether paths can be put behind an address: nobody can listen in on the way, and it has no query and no fragment.
pub(crate) fn is_base(url: &str) -> bool {
    is_safe(url) && !url.contains(['?', '#'])
}
