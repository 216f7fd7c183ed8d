//! Worker processes: the program starts itself again, once for each core, and lets these children
//! open, decode, clean, read and seal. A crash, a hang or a decompression bomb in one of them
//! costs the page in hand and never the batch.
//!
//! What a child may still do is settled before it sees its first scan (`confine`).
//!
//! [`serve`] is the child's side, [`WorkerPool`] the parent's.

mod child;
mod confine;
mod pool;
mod process;
mod protocol;
mod seccomp;

pub use child::serve;
pub use confine::{Confinement, Folders};
pub use pool::WorkerPool;
pub use protocol::{Reply, Request, WORKER_VERB};
