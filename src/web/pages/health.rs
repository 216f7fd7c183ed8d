//! Whether the server lives and whether it can do its work, for whoever watches over it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::web::app::App;

/// It answers.
pub(in crate::web) async fn alive() -> &'static str {
    "ok\n"
}

/// The repository answers too.
pub(in crate::web) async fn ready(State(app): State<App>) -> Response {
    let read = app.pool.read(|repository| Ok(repository.catalog.act_head()?.map(|head| head.count))).await;
    match read {
        Ok(acts) => Json(json!({ "ready": true, "acts": acts.unwrap_or(0) })).into_response(),
        Err(failure) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "code": failure.code }))).into_response(),
    }
}
