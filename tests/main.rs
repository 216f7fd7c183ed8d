//! Tests of the whole program, as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, missing_docs)]
#![allow(unreachable_pub)]

mod access;
mod acts;
mod architecture;
mod backup;
mod batch;
mod cases;
mod confinement;
mod console;
mod damage;
mod digital;
mod docs;
mod documents;
mod excerpts;
mod facts;
mod faults;
mod fields;
mod init;
mod integration;
mod interruption;
mod keys;
mod mail;
mod mishaps;
mod names;
mod old;
mod pages;
mod pending;
mod planted;
mod portal;
mod readers;
mod receipts;
mod register;
mod repair;
mod rescan;
mod search;
mod settle;
mod sites;
mod stacks;
mod status;
mod support;
mod text;
mod verbs;
mod watch;
