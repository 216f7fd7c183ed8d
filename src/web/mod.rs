//! The console: pages for people and an API for programs, over HTTP.
//!
//! ```text
//! listen ─► guard (who, language, time, headers, log) ─► pages, api ─► pool ─► commands
//! ```
//!
//! Pages are made on the server and work without script. The repository is read on threads of the
//! [`pool`](self), never where requests wait. What was not done is a `Refused`, which becomes a page or
//! problem details in one place. What a role may not see is never sent.

mod address;
mod api;
mod app;
mod asked;
mod chrome;
mod cookie;
mod crowd;
mod escape;
mod guard;
mod leases;
mod listen;
mod metrics;
mod multipart;
mod pages;
mod pool;
mod refused;
mod session;
mod signed;
mod stream;
mod throttle;
mod tls;
mod tries;
mod unmasked;
mod words;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::access::to_read;
use crate::commands::upload::sweep;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::settings::Settings;
use app::{App, Shared};
use crowd::Crowd;
use listen::Limits;
use pages::handling;

/// Threads that talk to browsers; the work is done elsewhere.
const TALKERS: usize = 2;
/// Longest that the head of a request may take.
const HEAD: f64 = 10.0;
/// How long work that nobody waits for may still go on at the end.
const LEFT: Duration = Duration::from_secs(2);

/// Serves the console of the repository at `root` until the program is told to stop (SIGTERM, SIGINT).
/// `ready` is told the address once it can be reached.
///
/// # Errors
/// If the repository cannot be read, [`FailureCode::CertificateUnusable`] or [`FailureCode::AddressUnavailable`].
pub(crate) fn serve(root: &Path, settings: &Settings, ready: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
    // What is wrong with the repository is told now and not to the first who signs in.
    drop(to_read(root)?);
    match sweep(settings) {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "files that were not whole were removed from the inbox"),
        Err(error) => tracing::warn!(%error, "the inbox could not be swept"),
    }
    let app = Shared::new(root, settings)?;
    let runtime = runtime()?;
    let done = runtime.block_on(run(app, settings, ready));
    runtime.shutdown_timeout(LEFT);
    done
}

fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_multi_thread().worker_threads(TALKERS).enable_all().build();
    built.map_err(|error| Failure::new(FailureCode::WorkerMissing).because(error))
}

async fn run(app: App, settings: &Settings, ready: impl FnOnce(SocketAddr)) -> Result<(), Failure> {
    let console = &settings.console;
    let address = console.listen;
    let unavailable = |error: std::io::Error| {
        Failure::new(FailureCode::AddressUnavailable).at(Place::Typed { text: address.to_string() }).because(error)
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(unavailable)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unavailable)?;
    let tls = tls::acceptor(console)?;
    let listener = TcpListener::bind(address).await.map_err(unavailable)?;
    ready(listener.local_addr().map_err(unavailable)?);
    let patience = Duration::from_secs_f64(console.request_seconds.min(HEAD));
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let crowd = Crowd::new(console.connections, &console.trusted_proxies);
    let limits = Limits { connections: console.connections, crowd, patience };
    listen::serve(listener, tls, router(app), limits, stop).await;
    Ok(())
}

fn router(app: App) -> Router {
    let forms = DefaultBodyLimit::max(app.settings.console.form_kib.saturating_mul(1024));
    Router::new()
        .route("/", get(pages::start))
        .route("/login", get(pages::login::form).post(pages::login::sign_in))
        .route("/login/oidc", get(pages::oidc::begin))
        .route("/login/oidc/back", get(pages::oidc::back))
        .route("/login/oidc/out", get(pages::oidc::out))
        .route("/logout", post(pages::login::sign_out))
        .route("/account", get(pages::account::shown).post(pages::account::change_password))
        .route("/search", get(pages::search::search))
        .route("/records/{code}", get(pages::record::record))
        .route("/records/{code}/unmask", post(pages::record::unmask))
        .route("/records/{code}/{ordinal}/pages/{page}/{size}", get(pages::page_images::image))
        .route("/records/{code}/{ordinal}/file.pdf", get(pages::page_images::sealed))
        .route("/records/{code}/{ordinal}/original", get(pages::page_images::original))
        .route("/desk", get(pages::desk::first))
        .route("/desk/{code}/{ordinal}", get(pages::desk::document))
        .route("/desk/{code}/{ordinal}/complete", get(pages::desk::complete))
        .route("/desk/{code}/{ordinal}/words/{page}", get(pages::desk::words))
        .route("/desk/{code}/{ordinal}/decide", post(pages::desk::decide))
        .route("/desk/{code}/{ordinal}/done", post(pages::desk::done))
        .route("/desk/{code}/{ordinal}/undo", post(pages::desk::undo))
        .route("/desk/{code}/{ordinal}/rebase", post(pages::desk::rebase))
        .route("/desk/{code}/{ordinal}/take", post(pages::desk::take))
        .route("/desk/{code}/{ordinal}/beat", post(pages::desk::beat))
        .route("/desk/{code}/{ordinal}/pages", get(handling::document::sheets))
        .route("/desk/{code}/{ordinal}/pages/preview", post(handling::document::preview))
        .route("/desk/{code}/{ordinal}/pages/change", post(handling::document::carry_out))
        .route("/desk/files/{scan}", get(handling::file::file).post(handling::file::settle))
        .route("/desk/files/{scan}/pages/{page}/{size}", get(handling::file::picture))
        .route("/records/{code}/{ordinal}/text", get(handling::text::text).post(handling::text::save))
        .route("/upload", get(handling::upload::shown).post(handling::upload_form::take_form).layer(DefaultBodyLimit::disable()))
        .route("/upload/{name}", put(handling::upload::take).layer(DefaultBodyLimit::disable()))
        .route("/batches", get(pages::batches::all))
        .route("/batches/{number}", get(pages::batches::one))
        .route("/batches/{number}/events", get(pages::batches::progress))
        .route("/batches/{number}/pictures/{at}/{place}", get(pages::batches::picture))
        .nest("/api/v1", api::router())
        .route("/static/{name}", get(pages::files::file))
        .route("/healthz", get(pages::health::alive))
        .route("/metrics", get(pages::health::metrics))
        .route("/readyz", get(pages::health::ready))
        .fallback(pages::files::nowhere)
        .layer(forms)
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}
