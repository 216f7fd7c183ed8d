//! Whether the server lives and whether it can do its work, for whoever watches over it.

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use time::OffsetDateTime;

use crate::commands::certificate;
use crate::commands::status::{Delivered, Last, deliveries, last};
use crate::model::batch::BatchState;
use crate::model::delivery::ItemState;
use crate::model::failure::FailureCode;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::metrics::Gauge;
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
    let shared = Arc::clone(&app);
    let read = app.pool.read(move |repository| {
        let acts = repository.catalog.act_head()?.map_or(0, |head| head.count);
        let mut delivered = shared.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        // Each step on the way is an act.
        if delivered.0 != acts {
            *delivered = (acts, deliveries(repository, &shared.settings)?);
        }
        Ok((acts, last(repository)?, delivered.1.clone()))
    });
    let (acts, last, deliveries) = read.await?;
    let mut gauges =
        vec![Gauge::new("sohoa_sessions", app.sessions.count(Instant::now()) as u64), Gauge::new("sohoa_acts", acts)];
    let (pictures, bytes) = app.images.kept();
    gauges.extend([Gauge::new("sohoa_pictures", pictures), Gauge::new("sohoa_pictures_bytes", bytes)]);
    gauges.extend(gauges_of(&last));
    gauges.extend(deliveries.iter().flat_map(gauges_of_deliveries));
    // One that cannot be read any more is told by 'sohoa status'; what was read once is served still.
    if let Ok(Some((_, until))) = certificate::validity(&app.settings) {
        gauges.push(Gauge::new("sohoa_certificate_end_timestamp_seconds", seconds(until)));
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.text(gauges)).into_response())
}

/// What was done last, and when. What was never done has no gauge: its age is told by `absent()`.
fn gauges_of(last: &Last) -> Vec<Gauge> {
    let mut gauges = Vec::new();
    if let Some(batch) = &last.batch {
        gauges.extend([
            Gauge::new("sohoa_batch", u64::try_from(batch.batch.0).unwrap_or(0)),
            Gauge::new("sohoa_batch_running", u64::from(batch.state == BatchState::Running)),
            Gauge::new("sohoa_batch_failed", u64::from(batch.state == BatchState::Failed)),
            Gauge::new("sohoa_batch_timestamp_seconds", seconds(batch.ended_at.unwrap_or(batch.started_at))),
            Gauge::new("sohoa_batch_pages_scanned", batch.ledger.scanned),
            Gauge::new("sohoa_batch_pages_sealed", batch.ledger.sealed),
            Gauge::new("sohoa_batch_pages_waiting", batch.ledger.waiting),
            Gauge::new("sohoa_batch_pages_refused", batch.ledger.refused),
        ]);
    }
    if let Some(note) = &last.verify {
        gauges.extend([
            Gauge::new("sohoa_verify_timestamp_seconds", seconds(note.at)),
            Gauge::new("sohoa_verify_findings", note.findings),
        ]);
    }
    if let Some(note) = &last.backup {
        gauges.extend([
            Gauge::new("sohoa_backup_timestamp_seconds", seconds(note.at)),
            Gauge::new("sohoa_backup_findings", note.findings),
        ]);
    }
    if let Some((manifest, at)) = last.export {
        gauges.extend([Gauge::new("sohoa_manifest", manifest), Gauge::new("sohoa_manifest_timestamp_seconds", seconds(at))]);
    }
    gauges
}

/// How far what goes to a consumer has come. What never happened has no gauge.
fn gauges_of_deliveries(delivered: &Delivered) -> Vec<Gauge> {
    let consumer = delivered.consumer.to_string();
    let of_consumer = |name, value| Gauge::new(name, value).labelled("consumer", &consumer);
    let in_state = |state| of_consumer("sohoa_deliveries", delivered.count(state)).labelled("state", state.as_str());
    let mut gauges: Vec<Gauge> = ItemState::ALL.into_iter().map(in_state).collect();
    gauges.extend(delivered.open_since.map(|at| of_consumer("sohoa_delivery_open_since_timestamp_seconds", seconds(at))));
    gauges.extend(delivered.answered_at.map(|at| of_consumer("sohoa_delivery_answer_timestamp_seconds", seconds(at))));
    gauges
}

fn seconds(at: OffsetDateTime) -> u64 {
    u64::try_from(at.unix_timestamp()).unwrap_or(0)
}
