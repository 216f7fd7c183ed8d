//! What can be asked of the program, one file a verb: a typed order in, a view that serialises out. No
//! words, no exit codes; those are for the faces above.
//!
//! Types of the pipeline that an order or a view is made of are given on here, so that a face names
//! nothing below. A function takes an open repository ([`access`]) and may be called from many threads.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod batches;
pub(crate) mod certificate;
pub(crate) mod chance;
pub(crate) mod change;
pub(crate) mod cover;
pub(crate) mod desk;
pub(crate) mod doctor;
pub(crate) mod document;
pub(crate) mod dossier;
pub(crate) mod export;
pub(crate) mod field;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod mail;
pub(crate) mod oidc;
pub(crate) mod open;
mod owner;
pub(crate) mod page;
pub(crate) mod page_image;
mod password;
pub(crate) mod pending;
pub(crate) mod period;
pub(crate) mod portal;
mod portal_facts;
pub(crate) mod progress;
mod records;
pub(crate) mod register;
pub(crate) mod repair;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod settle;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod upgrade;
pub(crate) mod upload;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod waiting;
pub(crate) mod watch;
pub(crate) mod worker;

#[cfg(test)]
mod tests;
