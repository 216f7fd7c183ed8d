//! The console over HTTP, as browsers, programs and those who mean no good speak to it.

mod api;
mod attacks;
mod browser;
mod browser_desk;
mod browser_morning;
mod browser_oidc;
mod client;
mod desk;
mod handling;
mod oidc;
mod oidc_service;
mod pages;
mod sign_in;
mod tls;

use client::{Answer, PASSWORD, encoded, request};
pub(crate) use client::{Server, add_user};
