//! Sohoa (số hóa, "to digitise") turns the paper of a public administrative service centre into an
//! electronic repository: searchable, provably unaltered, and exported to the national portal.
//!
//! ```text
//! inbox ─ intake ─► Scan ─► Page ─ prepare ─► PreparedPage ─ layout, recognise ─► RecognisedPage
//!       ─ assemble ─► Dossier<Draft> ─ check ─► Dossier<Checked>  (or an exception for a person)
//!       ─ seal ─► Record ─ publish ─► Manifest
//! ```
//!
//! A tour, from the bottom up; nothing looks upwards, and a test keeps it so:
//!
//! - [`model`]: plain data, what a paper is at each step of its way;
//! - [`stages`]: pure functions from one type of the drawing to the next;
//! - [`reading`]: how the stages make text of a page's picture, and the recipe that stands for it;
//! - [`repository`]: blobs, catalog and search index on disk;
//! - [`settings`]: what may be configured;
//! - [`pipeline`]: the only place where stages meet the repository, in worker processes;
//! - `register`: the dossier register, imported, compared and counted;
//! - `commands`: what can be asked, as typed orders and views;
//! - [`words`]: what people are told, in both languages;
//! - `web`: the console in the browser;
//! - [`cli`]: the only place that prints, draws progress and chooses exit codes.
//!
//! `docs/architecture.md` tells the same with the reasons.

pub mod cli;
mod commands;
pub mod model;
pub mod pipeline;
pub mod reading;
mod register;
pub mod repository;
pub mod settings;
pub mod stages;
mod web;
pub mod words;
