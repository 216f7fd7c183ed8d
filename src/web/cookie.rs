//! Cookies: reading them, and setting them so that no script and no other site gets at them.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

use crate::model::failure::Language;

/// Stands before the name of a cookie that came by TLS: browsers keep one of such a name only if it was set by TLS
/// and for this host alone, so that no other host of the domain and nobody on the way can set it.
const HOST: &str = "__Host-";

/// Holds the name of the session.
pub(super) const SESSION: &str = "sohoa_session";
/// Binds the form that signs somebody in to a browser.
pub(super) const SIGN_IN: &str = "sohoa_sign_in";
/// Binds a try to sign in by a service to a browser.
pub(super) const SERVICE: &str = "sohoa_service";
/// Holds the language that was chosen.
pub(super) const LANGUAGE: &str = "sohoa_language";

/// The value of a cookie of a browser that came by TLS or not: by TLS one without the mark says nothing, for anybody
/// on the way may have set it.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str, secure: bool) -> Option<&'a str> {
    let mark = if secure { HOST } else { "" };
    let all = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    all.flat_map(|header| header.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found.strip_prefix(mark) == Some(name)).then_some(value)
    })
}

/// A cookie that lasts as long as the browser is open. `value` is of letters and digits.
pub(super) fn set(name: &str, value: &str, secure: bool) -> HeaderValue {
    written(name, value, "", secure)
}

/// A cookie for whoever is sent to the service that signs people in: it comes along when that sends them back.
/// Without TLS it goes to no other page; the mark of a host is for all of them or for none.
pub(super) fn for_service(value: &str, secure: bool) -> HeaderValue {
    let (mark, path, more) = if secure { (HOST, "/", "; Secure") } else { ("", "/login/oidc", "") };
    let text = format!("{mark}{SERVICE}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age=600{more}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Takes a cookie back.
pub(super) fn remove(name: &str, secure: bool) -> HeaderValue {
    written(name, "", "; Max-Age=0", secure)
}

/// Remembers a language for a year.
pub(super) fn language(language: Language, secure: bool) -> HeaderValue {
    let name = match language {
        Language::Vi => "vi",
        Language::En => "en",
    };
    written(LANGUAGE, name, "; Max-Age=31536000", secure)
}

fn written(name: &str, value: &str, more: &str, secure: bool) -> HeaderValue {
    let (mark, secure) = if secure { (HOST, "; Secure") } else { ("", "") };
    let text = format!("{mark}{name}={value}; Path=/; HttpOnly; SameSite=Strict{more}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("xsohoa_session=1; sohoa_session=2; a"));
        headers.append(COOKIE, HeaderValue::from_static("b=3"));
        assert_eq!([SESSION, "b", "a", "session"].map(|name| find(&headers, name, false)), [Some("2"), Some("3"), None, None]);
        let set = |secure| set(SESSION, "ab", secure).to_str().unwrap().to_owned();
        assert_eq!(set(false), "sohoa_session=ab; Path=/; HttpOnly; SameSite=Strict");
        assert_eq!(set(true), "__Host-sohoa_session=ab; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert!(for_service("ab", true).to_str().unwrap().starts_with("__Host-sohoa_service=ab; Path=/; "));
    }

    /// Another host of the domain sets a cookie for all of it, or somebody on the way one in an answer without TLS.
    #[test]
    fn by_tls_only_what_was_set_by_tls_for_this_host_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("sohoa_session=theirs; __Secure-sohoa_session=theirs"));
        assert_eq!((find(&headers, SESSION, true), find(&headers, SESSION, false)), (None, Some("theirs")));
        headers.append(COOKIE, HeaderValue::from_static("__Host-sohoa_session=ours"));
        assert_eq!((find(&headers, SESSION, true), find(&headers, SESSION, false)), (Some("ours"), Some("theirs")));
    }
}
