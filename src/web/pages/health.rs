//! Whether the server lives and whether it can do its work, for whoever watches over it.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use time::OffsetDateTime;

use crate::commands::certificate;
use crate::commands::status::{Last, last};
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
        Ok((acts, last(repository)?))
    });
    let (acts, last) = read.await?;
    let mut gauges = vec![("sohoa_sessions", app.sessions.count(Instant::now()) as u64), ("sohoa_acts", acts)];
    let (pictures, bytes) = app.images.kept();
    gauges.extend([("sohoa_pictures", pictures), ("sohoa_pictures_bytes", bytes)]);
    gauges.extend(gauges_of(&last));
    // One that cannot be read any more is told by 'sohoa status'; what was read once is served still.
    if let Ok(Some((_, until))) = certificate::validity(&app.settings) {
        gauges.push(("sohoa_certificate_end_timestamp_seconds", u64::try_from(until.unix_timestamp()).unwrap_or(0)));
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.text(&gauges)).into_response())
}

/// What was done last, and when. What was never done has no gauge: its age is told by `absent()`.
fn gauges_of(last: &Last) -> Vec<(&'static str, u64)> {
    let seconds = |at: OffsetDateTime| u64::try_from(at.unix_timestamp()).unwrap_or(0);
    let mut gauges = Vec::new();
    if let Some(batch) = &last.batch {
        gauges.extend([
            ("sohoa_batch", u64::try_from(batch.batch.0).unwrap_or(0)),
            ("sohoa_batch_running", u64::from(batch.state == BatchState::Running)),
            ("sohoa_batch_failed", u64::from(batch.state == BatchState::Failed)),
            ("sohoa_batch_timestamp_seconds", seconds(batch.ended_at.unwrap_or(batch.started_at))),
            ("sohoa_batch_pages_scanned", batch.ledger.scanned),
            ("sohoa_batch_pages_sealed", batch.ledger.sealed),
            ("sohoa_batch_pages_waiting", batch.ledger.waiting),
            ("sohoa_batch_pages_refused", batch.ledger.refused),
        ]);
    }
    if let Some(note) = &last.verify {
        gauges.extend([("sohoa_verify_timestamp_seconds", seconds(note.at)), ("sohoa_verify_findings", note.findings)]);
    }
    if let Some(note) = &last.backup {
        gauges.extend([("sohoa_backup_timestamp_seconds", seconds(note.at)), ("sohoa_backup_findings", note.findings)]);
    }
    if let Some((manifest, at)) = last.export {
        gauges.extend([("sohoa_manifest", manifest), ("sohoa_manifest_timestamp_seconds", seconds(at))]);
    }
    gauges
}
