//! The console over HTTP, as browsers, programs and those who mean no good speak to it.

mod client;
mod sign_in;

use client::{PASSWORD, Server, add_user};
