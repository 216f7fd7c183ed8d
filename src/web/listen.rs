//! Connections: so many at once, none that dawdles, and an orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::crowd::Crowd;

/// Most bytes of the lines before a body.
const HEAD: usize = 32 * 1024;
/// Most header lines.
const HEADERS: usize = 64;
/// How long those at work may go on once the end was asked for.
const GRACE: Duration = Duration::from_secs(10);
/// Pause after the system had no room for a connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// How patient the server is.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Of whom.
    pub crowd: Crowd,
    /// For the head of a request, for the next request of a connection, and for whoever takes no bytes.
    pub patience: Duration,
}

/// Serves `router` until `stop` comes to its end; then no more is taken, and what is at work ends.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let (end, ended) = watch::channel(());
    let places = Arc::new(Semaphore::new(limits.connections));
    tokio::pin!(stop);
    loop {
        // A place first: who finds none waits in the queue of the system.
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_of_the_peer(&error) {
                    tracing::warn!(%error, "no connection can be taken");
                    sleep(NO_ROOM).await;
                }
                continue;
            }
        };
        let Some(seat) = limits.crowd.seat(peer.ip(), places.available_permits()) else {
            tracing::debug!("an address that holds half of all connections gets no more");
            continue;
        };
        let (tls, router, ended) = (tls.clone(), router.clone(), ended.clone());
        let patience = limits.patience;
        tokio::spawn(async move {
            let _held = (place, seat);
            greet(stream, tls, Visitor { peer, router, patience }, ended).await;
        });
    }
    drop(listener);
    drop(ended);
    // Every connection holds the other end, and lets go of it at its own.
    let _ = end.send(());
    if timeout(GRACE, end.closed()).await.is_err() {
        tracing::warn!("connections were still at work and are cut off");
    }
}

/// How the bytes of a request came here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// As they are.
    Plain,
    /// By TLS, which ends here.
    Tls,
}

/// Who connected, and who answers.
struct Visitor {
    peer: SocketAddr,
    router: Router,
    patience: Duration,
}

/// Agrees on TLS, where that is asked for, then talks.
async fn greet(stream: TcpStream, tls: Option<TlsAcceptor>, visitor: Visitor, ended: watch::Receiver<()>) {
    let _ = stream.set_nodelay(true);
    let stream = Patient { stream, patience: visitor.patience, waits: None };
    let Some(tls) = tls else {
        return talk(stream, Channel::Plain, visitor, ended).await;
    };
    match timeout(visitor.patience, tls.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, Channel::Tls, visitor, ended).await,
        Ok(Err(error)) => tracing::debug!(%error, "no TLS was agreed on"),
        Err(_) => tracing::debug!("agreeing on TLS took too long"),
    }
}

async fn talk<S>(stream: S, channel: Channel, visitor: Visitor, mut ended: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Visitor { peer, router, patience } = visitor;
    let service = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(channel);
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => done,
        _ = ended.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Whether whoever asked for a connection has gone away again.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused)
}

/// A connection that breaks off when the other side takes no bytes for too long.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    waits: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn watched<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waits = None;
            return outcome;
        }
        let waits = self.waits.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + self.patience)));
        ready!(waits.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(context, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.watched(context, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watched(context, outcome)
    }
}
