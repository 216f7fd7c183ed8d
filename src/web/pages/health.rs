//! Whether the server lives and whether it can do its work, for whoever watches over it.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::commands::batches;
use crate::model::batch::BatchState;
use crate::model::failure::FailureCode;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::refused::Refused;

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

/// What Prometheus asks for, told to this machine only.
pub(in crate::web) async fn metrics(State(app): State<App>, asked: Asked) -> Result<Response, Refused> {
    if !asked.origin.address.is_loopback() {
        return Err(Refused::of(FailureCode::NotPermitted));
    }
    let read = app.pool.read(|repository| {
        let acts = repository.catalog.act_head()?.map_or(0, |head| head.count);
        Ok((acts, batches::list(repository, 1)?.pop()))
    });
    let (acts, batch) = read.await?;
    let mut gauges = vec![("sohoa_sessions", app.sessions.count(Instant::now()) as u64), ("sohoa_acts", acts)];
    if let Some(batch) = batch {
        let number = u64::try_from(batch.batch.0).unwrap_or(0);
        gauges.extend([
            ("sohoa_batch", number),
            ("sohoa_batch_running", u64::from(batch.state == BatchState::Running)),
            ("sohoa_batch_pages_scanned", batch.ledger.scanned),
            ("sohoa_batch_pages_sealed", batch.ledger.sealed),
            ("sohoa_batch_pages_waiting", batch.ledger.waiting),
            ("sohoa_batch_pages_refused", batch.ledger.refused),
        ]);
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.text(&gauges)).into_response())
}
