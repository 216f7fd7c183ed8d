//! Serving as a worker of another run.

pub(crate) use crate::pipeline::worker::serve;
pub(crate) use crate::reading::Engines;
