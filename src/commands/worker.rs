//! Serving as a worker of another run.

pub use crate::pipeline::worker::serve;
pub use crate::reading::Engines;
