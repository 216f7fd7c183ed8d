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

pub(crate) use client::add_user;
use client::{Answer, PASSWORD, Server, encoded, request};
