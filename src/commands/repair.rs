//! Making again what can be made from the rest: lost texts of pages, the search index, files of manifests.

pub(crate) use crate::pipeline::repair::{Repair, repair};
