//! What can be asked of the program, one file a verb: a typed order in, a view that serialises out. No
//! words, no exit codes; those are for the faces above.
//!
//! Types of the pipeline that an order or a view is made of are given on here, so that a face names
//! nothing below. A function takes an open repository ([`access`]) and may be called from many threads.

pub mod access;
pub mod audit;
pub mod backup;
pub mod batches;
pub mod chance;
pub mod cover;
pub mod doctor;
pub mod document;
pub mod dossier;
pub mod export;
pub mod field;
pub mod init;
pub mod list;
pub mod open;
pub mod page;
pub mod page_image;
mod password;
pub mod pending;
pub mod progress;
mod records;
pub mod repair;
pub mod report;
pub mod run;
pub mod saved;
pub mod search;
pub mod settle;
pub mod show;
pub mod status;
pub mod table;
pub mod text;
pub mod token;
pub mod user;
pub mod verify;
pub mod watch;
pub mod worker;

#[cfg(test)]
mod tests;
