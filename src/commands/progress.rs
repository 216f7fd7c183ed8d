//! How work that takes its time tells where it stands: a command speaks, a face draws.

pub(crate) use crate::pipeline::progress::{Phase, Progress, Silent};
