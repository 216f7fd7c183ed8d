//! Pictures of pages and files of documents.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::record::{masking, tell_views};
use crate::commands::dossier::{self, ProvenFile, WhichFile};
use crate::commands::page_image::{ImageOrder, ImageSize};
use crate::model::account::Right;
use crate::model::failure::FailureCode;
use crate::model::mask::Masking;
use crate::web::app::App;
use crate::web::refused::Refused;
use crate::web::signed::{NotSigned, Signed};
use crate::web::stream::body_of;

/// The picture of a page: covered and blurred for those who may not see personal data.
pub(in crate::web) async fn image(
    State(app): State<App>,
    signed: Signed,
    Path((code, ordinal, page, size)): Path<(String, u32, u32, String)>,
) -> Result<Response, NotSigned> {
    signed.must(Right::Read)?;
    let size = ImageSize::of(&size).ok_or_else(|| Refused::of(FailureCode::NotFound))?;
    let order = ImageOrder { code, ordinal, page, size };
    let (inner, viewer) = (app.clone(), signed.clone());
    let drawn =
        app.drawing.read(move |repository| inner.images.image(repository, &order, |record| masking(&inner, &viewer, record)));
    let image = drawn.await.map_err(Refused::from)?;
    // What can be read is looked at, whichever page asked for it.
    if size != ImageSize::Thumbnail {
        tell_views(&app, &signed, vec![(image.record, image.masking)]).await.map_err(Refused::from)?;
    }
    // What only some may see is not kept by browsers that others use after them.
    let keep = if image.is_private { "private, no-store" } else { "private, max-age=3600, immutable" };
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("image/jpeg")), (CACHE_CONTROL, HeaderValue::from_static(keep))];
    Ok((headers, image.jpeg.as_ref().clone()).into_response())
}

/// The sealed file of a document.
pub(in crate::web) async fn sealed(
    State(app): State<App>,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
) -> Result<Response, NotSigned> {
    file(app, signed, code, ordinal, WhichFile::Sealed).await
}

/// The scan of a document.
pub(in crate::web) async fn original(
    State(app): State<App>,
    signed: Signed,
    Path((code, ordinal)): Path<(String, u32)>,
) -> Result<Response, NotSigned> {
    file(app, signed, code, ordinal, WhichFile::Original).await
}

/// A file shows all that is on the paper: only whoever may see that just now is given it.
async fn file(app: App, signed: Signed, code: String, ordinal: u32, which: WhichFile) -> Result<Response, NotSigned> {
    signed.must(Right::Read)?;
    let (inner, by) = (app.clone(), signed.account.name.to_string());
    let proven = app.pool.read(move |repository| {
        let may = |record| masking(&inner, &signed, record) == Masking::Shown;
        dossier::prove_file(repository, &code, ordinal, which, &may)
    });
    let proven = proven.await.map_err(Refused::from)?;
    tell_handed(&app, by, &proven).await?;
    Ok(sent(proven))
}

/// Tells in an act that a file is handed out, before it is.
pub(in crate::web) async fn tell_handed(app: &App, by: String, proven: &ProvenFile) -> Result<(), Refused> {
    let (record, ordinal, access) = (proven.record, proven.ordinal, proven.access);
    let at = app.settings.general.now();
    Ok(app.pool.write(by, None, move |repository| dossier::tell_handed_out(repository, record, ordinal, access, at)).await?)
}

/// A proven file as an answer, to be kept and not to be shown.
pub(in crate::web) fn sent(proven: ProvenFile) -> Response {
    let ProvenFile { file, bytes, media_type, name, .. } = proven;
    let attachment = format!("attachment; filename=\"{name}\"");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type.as_str())),
        (CONTENT_LENGTH, HeaderValue::from(bytes)),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&attachment).unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, body_of(file)).into_response()
}
