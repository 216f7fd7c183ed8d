//! The dossier register: imported from the province's information system, held against the papers, and
//! counted for reports.

pub(crate) mod bad;
mod cells;
pub(crate) mod compare;
pub(crate) mod config;
mod demand;
mod gathering;
pub(crate) mod import;
mod layout;
mod mapping;
mod moment;
pub(crate) mod order;
pub(crate) mod report;
pub(crate) mod reuse;
mod targets;

#[cfg(test)]
mod tests;
