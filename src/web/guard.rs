//! What happens to every request and every answer: who asked, in which language, how long it may take,
//! headers that keep browsers in check, and a line in the log.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use super::app::App;
use super::asked::{Asked, Origin};
use super::cookie;
use super::listen::Channel;
use super::refused::{Refused, told};
use crate::model::failure::{FailureCode, Language};

/// Nothing but what comes from here, no script or style within a page, and no page of ours in another.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'",
);

/// Requests that may take as long as the other side keeps sending, or for which files are sealed and pages read.
const LONG: [&str; 10] = [
    "/upload",
    "/upload/{name}",
    "/api/v1/inbox/{name}",
    "/desk/{code}/{ordinal}/done",
    "/desk/{code}/{ordinal}/undo",
    "/desk/{code}/{ordinal}/pages/change",
    "/records/{code}/{ordinal}/text",
    "/api/v1/records/{code}/documents/{ordinal}/fields",
    "/api/v1/records/{code}/documents/{ordinal}/text",
    "/api/v1/records/{code}/documents/{ordinal}/changes",
];
/// Longest that even these take.
const LONGEST: Duration = Duration::from_secs(3600);

/// Stands around all routes.
pub(super) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let Some(origin) = origin_of(&app, &request) else {
        return finished(told(&Refused::of(FailureCode::NotPermitted), &Asked::default()), None, None);
    };
    let (language, chosen) = language_of(&app, &request, origin.secure);
    let uri = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let asked = Asked { origin, language, uri };
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    request.extensions_mut().insert(asked.clone());
    // Who brings a file is watched piece by piece; what is sealed has to wait for what is before it.
    let is_long = route.as_deref().is_some_and(|route| LONG.contains(&route));
    let patience = if is_long { LONGEST } else { Duration::from_secs_f64(app.settings.console.request_seconds) };
    let mut response = match timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refused { status: StatusCode::REQUEST_TIMEOUT, ..Refused::of(FailureCode::AnswerLate) }.into(),
    };
    if let Some(refused) = response.extensions_mut().remove::<Refused>() {
        response = told(&refused, &asked);
    }
    if let Some(refused) = unlabelled(&response) {
        response = told(&refused, &asked);
    }
    let status = response.status().as_u16();
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The route and not the path: codes of dossiers and what is looked for are nobody's business here.
    let route = route.unwrap_or_else(|| "none".to_owned());
    app.metrics.count(method.as_str(), &route, status, began.elapsed());
    tracing::info!(%method, route, status, millis, "request");
    finished(response, chosen.map(|language| cookie::language(language, origin.secure)), Some(origin))
}

/// What was refused before a handler saw it, such as a number that is none or a method that is not served.
fn unlabelled(response: &Response) -> Option<Refused> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    let is_plain = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    (status.is_client_error() && is_plain).then(|| Refused { status, ..Refused::of(FailureCode::RequestInvalid) })
}

fn finished(mut response: Response, cookie: Option<HeaderValue>, origin: Option<Origin>) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    );
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if origin.is_some_and(|origin| origin.secure) {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Some(cookie) = cookie {
        headers.append(axum::http::header::SET_COOKIE, cookie);
    }
    response
}

/// Where a request came from; none if it came from another machine without TLS and around the proxy.
fn origin_of(app: &App, request: &Request) -> Option<Origin> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    if app.trusts(peer) {
        return Some(behind_proxy(request.headers(), peer));
    }
    let secure = request.extensions().get::<Channel>() == Some(&Channel::Tls);
    (secure || peer.is_loopback()).then_some(Origin { address: peer, secure })
}

/// What a trusted proxy tells: the last address of the list is the one it saw itself.
fn behind_proxy(headers: &HeaderMap, peer: IpAddr) -> Origin {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let address = last.and_then(|list| list.rsplit(',').next()).and_then(|address| address.trim().parse().ok());
    let secure = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    Origin { address: address.unwrap_or(peer), secure }
}

/// The language of the answer, and whether it was chosen just now: by the address, else by the cookie, else
/// by the settings.
fn language_of(app: &App, request: &Request, secure: bool) -> (Language, Option<Language>) {
    let named = |name: &str| match name {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    };
    let query = request.uri().query().unwrap_or_default();
    let chosen = query.split('&').find_map(|pair| named(pair.strip_prefix("lang=")?));
    let kept = cookie::find(request.headers(), cookie::LANGUAGE, secure).and_then(named);
    (chosen.or(kept).unwrap_or(app.settings.general.language), chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request that was cut off at 30 seconds was told as failed and carried out none the less.
    #[test]
    fn what_takes_its_time_is_known_by_its_route() {
        let (pages, api) = (include_str!("mod.rs"), include_str!("api/mod.rs"));
        for route in LONG {
            let (routes, path) = route.strip_prefix("/api/v1").map_or((pages, route), |path| (api, path));
            assert!(routes.contains(&format!(".route(\"{path}\", ")), "{route}");
        }
        assert!(LONGEST > Duration::from_secs(600), "longer than what waits for its turn");
    }

    #[test]
    fn of_a_list_of_addresses_the_one_that_the_proxy_saw_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4, 10.0.0.7"));
        let origin = behind_proxy(&headers, IpAddr::from([127, 0, 0, 1]));
        assert_eq!((origin.address, origin.secure), (IpAddr::from([10, 0, 0, 7]), false));
        headers.append("x-forwarded-for", HeaderValue::from_static("nonsense"));
        headers.insert("x-forwarded-proto", HeaderValue::from_static("HTTPS"));
        let origin = behind_proxy(&headers, IpAddr::from([127, 0, 0, 1]));
        assert_eq!((origin.address, origin.secure), (IpAddr::from([127, 0, 0, 1]), true));
    }
}
