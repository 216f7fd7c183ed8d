//! Plain data: what a paper is at each step of its way, with no input or output.
//!
//! A type is named by how far the paper has come: a [`scan`] has [`page`]s, a read page has
//! [`text`], documents make a [`dossier`], a checked dossier is sealed into a [`record`], records
//! are published in manifests. Who sealed and why is an [`act`]. What their language allows says [`vietnamese`]. Nothing here depends on another part of the program.

pub mod account;
pub mod act;
pub(crate) mod address;
pub mod backup;
pub mod batch;
pub mod by_hand;
pub mod canonical;
pub mod change;
pub mod checkup;
pub mod codes;
pub mod confidence;
pub mod consumer;
pub mod delivery;
pub mod document_state;
pub mod dossier;
pub mod draft;
pub mod failure;
pub mod field;
pub mod finding;
pub mod geometry;
pub mod hit;
pub mod ids;
pub mod language;
pub mod mask;
pub mod next_step;
pub mod page;
pub mod pending;
pub mod piece;
pub mod portal;
pub mod quality;
pub mod query;
pub mod raster;
pub mod recipe;
pub mod record;
pub mod register;
pub(crate) mod resize;
pub(crate) mod reuse_lapse;
pub mod scan;
pub mod settlement;
pub mod sheet;
pub mod signature;
pub mod signing;
pub mod site;
pub mod snapshot;
pub mod telling;
pub mod text;
pub mod upkeep;
pub mod vietnamese;
pub mod worst_region;

/// The name that a value without fields has in JSON; for logs.
fn name_in_json(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
