//! The dossier register: imported from the province's information system, held against the papers, and
//! counted for reports.

mod cells;
pub(crate) mod config;
pub(crate) mod import;
mod layout;
mod mapping;
mod moment;
mod targets;

#[cfg(test)]
mod tests;
