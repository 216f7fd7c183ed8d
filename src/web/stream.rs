//! Files as answers, read a piece at a time on threads that may wait.

use std::fs::File;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// Pieces that are read ahead.
const AHEAD: usize = 4;

/// Pieces as they come.
struct Pieces(Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_recv(context)
    }
}

/// All of a file. The thread that reads ends when nobody takes its pieces any more.
pub(super) fn body_of(mut file: File) -> Body {
    let (sender, receiver) = channel(AHEAD);
    spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = match file.read(&mut piece) {
                Ok(0) => return,
                Ok(read) => {
                    piece.truncate(read);
                    Ok(Bytes::from(piece))
                }
                Err(error) => Err(error),
            };
            let failed = read.is_err();
            if sender.blocking_send(read).is_err() || failed {
                return;
            }
        }
    });
    Body::from_stream(Pieces(receiver))
}

/// An answer whose pieces are sent as they come to be known.
pub(super) fn events() -> (tokio::sync::mpsc::Sender<io::Result<Bytes>>, Body) {
    let (sender, receiver) = channel(AHEAD);
    (sender, Body::from_stream(Pieces(receiver)))
}
