//! Cookies: reading them, and setting them so that no script and no other site gets at them.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};

use crate::model::failure::Language;

/// Holds the name of the session.
pub(super) const SESSION: &str = "sohoa_session";
/// Binds the form that signs somebody in to a browser.
pub(super) const SIGN_IN: &str = "sohoa_sign_in";
/// Binds a try to sign in by a service to a browser.
pub(super) const SERVICE: &str = "sohoa_service";
/// Holds the language that was chosen.
pub(super) const LANGUAGE: &str = "sohoa_language";

/// The value of a cookie.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    all.flat_map(|header| header.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

/// A cookie that lasts as long as the browser is open. `value` is of letters and digits.
pub(super) fn set(name: &str, value: &str, secure: bool) -> HeaderValue {
    written(name, value, "", secure)
}

/// A cookie for whoever is sent to the service that signs people in: it comes along when that sends them back,
/// and to no other page.
pub(super) fn for_service(value: &str, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{SERVICE}={value}; Path=/login/oidc; HttpOnly; SameSite=Lax; Max-Age=600{secure}");
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
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{more}{secure}");
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
        assert_eq!([SESSION, "b", "a", "session"].map(|name| find(&headers, name)), [Some("2"), Some("3"), None, None]);
        let set = set(SESSION, "ab", true);
        assert_eq!(set.to_str().unwrap(), "sohoa_session=ab; Path=/; HttpOnly; SameSite=Strict; Secure");
    }
}
