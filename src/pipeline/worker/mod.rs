//! Worker processes: the program starts itself again, once for each core, and lets these children
//! open, decode, clean, read and seal. A crash, a hang or a decompression bomb in one of them
//! costs the page in hand and never the batch.
//!
//! [`serve`] is the child's side, [`WorkerPool`] the parent's.

mod child;
mod pool;
mod process;
mod protocol;

pub use child::serve;
pub use pool::WorkerPool;
pub use protocol::{Reply, Request, WORKER_VERB};
