//! The pages that people see, a file each.

pub(super) mod account;
pub(super) mod batches;
pub(super) mod desk;
pub(super) mod files;
pub(super) mod handling;
pub(super) mod health;
pub(super) mod login;
pub(super) mod oidc;
pub(super) mod page_images;
pub(super) mod record;
pub(super) mod search;

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::refused::Refused;
use super::signed::Signed;
use crate::model::account::Right;
use crate::model::failure::{Cause, Failure, FailureCode};

/// The first page: the desk for those who decide, the search for all others.
pub(super) async fn start(signed: Signed) -> Redirect {
    let decides = signed.account.role.may(Right::Decide);
    Redirect::to(if decides { "/desk" } else { "/search" })
}

/// A page as an answer.
fn page(template: &impl Template) -> Result<Response, Refused> {
    let failed = |error: askama::Error| Failure::new(FailureCode::StorageFailed).because(Cause::said(error));
    Ok(Html(template.render().map_err(failed)?).into_response())
}
