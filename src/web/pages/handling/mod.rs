//! Handling documents, files that wait, texts, and what is brought.

pub(in crate::web) mod document;
pub(in crate::web) mod file;
mod form;
pub(in crate::web) mod text;
pub(in crate::web) mod upload;
pub(in crate::web) mod upload_form;
