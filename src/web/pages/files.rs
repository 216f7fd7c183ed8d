//! Style, script and icon.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::model::failure::FailureCode;
use crate::web::chrome::{DESK_SCRIPT, DESK_STYLE, HANDLING_SCRIPT, HANDLING_STYLE, ICON, SCRIPT, STYLE};
use crate::web::refused::Refused;

/// A file by its name. Their addresses hold a version, so that browsers may keep them.
pub(in crate::web) async fn file(Path(name): Path<String>) -> Result<Response, Refused> {
    let (kind, content) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "icon.svg" => ("image/svg+xml", ICON),
        "desk.css" => ("text/css; charset=utf-8", DESK_STYLE),
        "desk.js" => ("text/javascript; charset=utf-8", DESK_SCRIPT),
        "handling.css" => ("text/css; charset=utf-8", HANDLING_STYLE),
        "handling.js" => ("text/javascript; charset=utf-8", HANDLING_SCRIPT),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return Err(Refused::of(FailureCode::NotFound)),
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, content).into_response())
}

/// What is answered to addresses that lead nowhere.
pub(in crate::web) async fn nowhere() -> Refused {
    Refused::of(FailureCode::NotFound)
}
