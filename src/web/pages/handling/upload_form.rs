//! Bringing files where there is no script: a form with any number of them.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use futures_core::Stream;
use tokio::time::timeout;

use super::upload::{Bringing, Brought, is_fast_enough, reason, upload_page};
use crate::model::account::Right;
use crate::model::failure::FailureCode;
use crate::web::app::App;
use crate::web::asked::Asked;
use crate::web::multipart::{Event, Parts};
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed, comes_from_here, is_same};

/// Most files of a form.
const MOST: usize = 200;
/// Longest value that is no file.
const LONGEST: usize = 1024;

/// A form as it comes in.
struct Form<'a> {
    app: &'a App,
    signed: &'a Signed,
    asked: &'a Asked,
    is_own: bool,
    code: String,
    brought: Vec<Brought>,
    part: Part,
}

/// The part that is read.
enum Part {
    None,
    /// A value, by its name.
    Value(String, Vec<u8>),
    /// A file on its way.
    File(String, Box<Bringing>),
    /// One that is not taken, and why.
    Left(String, Refused),
}

/// Takes files that a form sends. Its token and the dossier's code stand before them.
pub(in crate::web) async fn take_form(
    State(app): State<App>,
    asked: Asked,
    signed: Signed,
    request: Request,
) -> Result<Response, NotSigned> {
    signed.must(Right::Decide)?;
    let (parts, body) = request.into_parts();
    comes_from_here(&parts.headers)?;
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parts = Parts::of(kind).map_err(|_| invalid())?;
    let form = Form {
        app: &app,
        signed: &signed,
        asked: &asked,
        is_own: false,
        code: String::new(),
        brought: Vec::new(),
        part: Part::None,
    };
    let brought = form.read(parts, body).await?;
    let is_whole = brought.iter().all(Brought::is_taken);
    let mut response = upload_page(&app, &asked, &signed, brought)?;
    if !is_whole {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn invalid() -> Refused {
    Refused::of(FailureCode::RequestInvalid)
}

impl Form<'_> {
    /// Reads all of it. What was whole before something went wrong is there.
    async fn read(mut self, mut parts: Parts, body: Body) -> Result<Vec<Brought>, Refused> {
        let patience = Duration::from_secs_f64(self.app.settings.console.request_seconds);
        let mut pieces = body.into_data_stream();
        let (began, mut bytes) = (Instant::now(), 0);
        while let Some(piece) = next_of(&mut pieces, patience).await? {
            bytes += piece.len();
            if !is_fast_enough(bytes, began.elapsed(), patience) {
                return Err(Refused { status: StatusCode::REQUEST_TIMEOUT, ..invalid() });
            }
            for event in parts.take(&piece).map_err(|_| invalid())? {
                self.go_on(event).await?;
            }
        }
        // What has no end was cut off: the file on its way is given up.
        if parts.is_over() && self.is_own { Ok(self.brought) } else { Err(invalid()) }
    }

    async fn go_on(&mut self, event: Event) -> Result<(), Refused> {
        match event {
            Event::Begin(name, None) => self.part = Part::Value(name, Vec::new()),
            // Browsers send a file without a name where none was chosen.
            Event::Begin(_, Some(file)) if file.is_empty() => self.part = Part::None,
            Event::Begin(_, Some(file)) => self.part = self.begin(file).await?,
            Event::Bytes(bytes) => self.write(bytes).await?,
            Event::End => self.end().await?,
        }
        Ok(())
    }

    async fn begin(&self, file: String) -> Result<Part, Refused> {
        // Nothing is taken before it is known that the form is ours.
        if !self.is_own || self.brought.len() >= MOST {
            return Err(Refused { status: StatusCode::FORBIDDEN, ..invalid() });
        }
        Ok(match Bringing::begin(self.app, file.clone(), &self.code).await {
            Ok(bringing) => Part::File(file, Box::new(bringing)),
            Err(refused) => Part::Left(file, refused),
        })
    }

    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), Refused> {
        match &mut self.part {
            Part::Value(_, value) if value.len() + bytes.len() > LONGEST => return Err(invalid()),
            Part::Value(_, value) => value.extend(bytes),
            // Whoever writes has said why it takes no more, and is asked at the end.
            Part::File(_, bringing) => {
                bringing.write(Bytes::from(bytes)).await;
            }
            Part::None | Part::Left(..) => {}
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Refused> {
        match std::mem::replace(&mut self.part, Part::None) {
            Part::Value(name, value) => {
                let value = String::from_utf8(value).map_err(|_| invalid())?;
                match name.as_str() {
                    "csrf" => self.is_own = is_same(&value, &self.signed.session.csrf),
                    "code" => self.code = value,
                    _ => {}
                }
                if name == "csrf" && !self.is_own {
                    return Err(Refused { status: StatusCode::FORBIDDEN, ..invalid() });
                }
            }
            Part::File(name, bringing) => {
                let done = bringing.end(self.app, &self.signed.account.name).await;
                self.tell(name, done.map(|uploaded| uploaded.path));
            }
            Part::Left(name, refused) => self.tell(name, Err(refused)),
            Part::None => {}
        }
        Ok(())
    }

    fn tell(&mut self, name: String, done: Result<String, Refused>) {
        let done = done.map_err(|refused| reason(&refused, self.asked.language));
        self.brought.push(Brought { name, done });
    }
}

/// The next bytes, none at the end.
async fn next_of(pieces: &mut BodyDataStream, patience: Duration) -> Result<Option<Bytes>, Refused> {
    match timeout(patience, poll_fn(|context| Pin::new(&mut *pieces).poll_next(context))).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(None) => Ok(None),
        Ok(Some(Err(_))) | Err(_) => Err(Refused { status: StatusCode::REQUEST_TIMEOUT, ..invalid() }),
    }
}
