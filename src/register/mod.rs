//! The dossier register: imported from the province's information system, held against the papers, and
//! counted for reports.

pub(crate) mod bad;
mod cells;
pub(crate) mod compare;
pub(crate) mod config;
mod gathering;
pub(crate) mod import;
mod layout;
mod mapping;
mod moment;
pub(crate) mod order;
pub(crate) mod report;
mod targets;

#[cfg(test)]
mod tests;
