//! Portals: consumers that are told over HTTP and answer at once, and acknowledgements of all others.
//!
//! `tables` say what a portal calls things, `facts` gather what is known, `object` makes the one from the other,
//! `mc` and `lgsp` speak the two variants over `client` and `wire`, and `send` keeps in mind how far each
//! record has come; what of a dossier goes together, in which files, is `unit`'s.

pub(crate) mod acknowledge;
mod adapter;
pub(crate) mod client;
pub(crate) mod facts;
mod lgsp;
mod mc;
mod object;
mod progress;
pub(crate) mod report;
pub(crate) mod send;
pub(crate) mod tables;
pub(crate) mod unit;
pub(crate) mod wire;

#[cfg(test)]
#[path = "../../tests/portal/stand_in.rs"]
#[allow(unreachable_pub, reason = "programs and tests outside use it, too")]
mod stand_in;
#[cfg(test)]
mod tests;
