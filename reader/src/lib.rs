//! Reads one line of Vietnamese print: a picture of the line goes in, characters with their places
//! and probabilities come out.
//!
//! ```text
//! picture ── ink: 40 rows, 1 is ink ── net: one score a class every 4 columns ── path: characters
//! ```
//!
//! - [`Model`]: the file of weights, read with every length checked.
//! - `net`: the network, five kinds of layer; where its numbers lie.
//! - `layers`: the kinds that work on floats, in plain Rust.
//! - [`Kernel`]: the products of whole numbers, which are nine tenths of the work, once in plain Rust
//!   and once for each set of instructions. All give the same bits, so what is read does not depend
//!   on the machine: products of whole numbers are exact, and floats are multiplied and added in one
//!   order, never fused.
//!
//! The weights are made by `training/`.

mod ink;
mod kernel;
mod layers;
mod model;
mod net;
mod path;

pub use kernel::Kernel;
pub use model::{Model, ModelError};
pub use path::Character;

/// The weights that come with this crate, for [`Model::parse`].
pub static WEIGHTS: &[u8] = include_bytes!("../reader.model");

/// Reads lines, one after the other, with one model.
pub struct Reader {
    charset: Vec<char>,
    net: net::Net,
}

impl Reader {
    /// A reader with the fastest kernel of this machine.
    pub fn new(model: Model) -> Self {
        Self::with_kernel(model, Kernel::best())
    }

    /// A reader with a kernel of one's choice.
    pub fn with_kernel(model: Model, kernel: Kernel) -> Self {
        Self { charset: model.charset, net: net::Net::new(model.layers, kernel) }
    }

    /// The characters of a line, from left to right, blanks between words among them.
    ///
    /// `samples` are the rows of a grey picture `width` columns wide; 0 is ink and 255 is paper. A
    /// picture without columns or whole rows has no characters.
    pub fn read(&mut self, samples: &[u8], width: usize) -> Vec<Character> {
        let Some(line) = ink::prepare(samples, width) else { return Vec::new() };
        let scores = self.net.scores(&line.ink, line.width);
        path::best(scores, &self.charset, &line)
    }
}
