//! The stages of the pipeline, in the order of the paper's way: pure functions from input and
//! settings to output. A stage touches no clock, network, randomness or progress bar, and no
//! stage knows another. Before all of them comes [`cover`], which draws the sheets that staff lay
//! between papers.

pub mod assemble;
pub(crate) mod check;
pub(crate) mod cover;
pub mod intake;
pub(crate) mod layout;
pub mod prepare;
pub mod publish;
pub mod recognise;
pub mod seal;
pub(crate) mod table;
