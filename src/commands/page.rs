//! Putting pages into a sealed document, or one in the place of another.

pub(crate) use crate::pipeline::batch::{PageOrder, change_pages};
pub(crate) use crate::stages::assemble::Acceptance;
