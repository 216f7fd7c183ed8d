//! Putting pages into a sealed document, or one in the place of another.

pub use crate::pipeline::batch::{PageOrder, change_pages};
pub use crate::stages::assemble::Acceptance;
