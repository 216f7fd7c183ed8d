//! Addresses of services of other machines, and of ours.

use std::net::IpAddr;

/// A text as a part of an address (RFC 3986): all but letters, digits and `-._~` as percent and digits.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

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

/// An address as it may be shown: without a name and a password before its host.
pub(crate) fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    // Also where it is no address at all: what stands before the last `@` may be a password with a slash in it.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_has_no_password() {
        for (url, expected) in [
            ("https://s3.example.vn/kho", "https://s3.example.vn/kho"),
            ("https://ai:mat-khau@s3.example.vn/kho", "https://s3.example.vn/kho"),
            ("http://ai:mat/kh@au@s3.example.vn", "http://s3.example.vn"),
            ("ai:mat-khau@s3.example.vn", "s3.example.vn"),
            ("s3.example.vn", "s3.example.vn"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
