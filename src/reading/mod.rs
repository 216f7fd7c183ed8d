//! Reading: how the picture of a page becomes its text.
//!
//! ```text
//! OpenScan ─ decode ─► Raster ┬─ barcodes
//!                             ├─ prepare ─► PreparedPage ─ layout ─► lines ─ engine ─► words ┐
//!                             └─ text that the file carries itself ──────────────────────────┴─► RecognisedPage
//! ```
//!
//! The stages each do one step and know nothing of one another. Here is what they make together:
//! in which order they are called, how a page stands by its own text, when it is looked at a second
//! time in another turn, and what is read beside a text that the file carries ([`PageReader`]). Here is also what stands for all of
//! it: the recipe ([`recipe_of`]) and the version of the code ([`READER_VERSION`]), under which
//! results are kept. A golden test reads some pages and fails when one comes out otherwise and the
//! version is what it was.

mod clock;
mod engines;
mod error;
mod page;
mod recipe;
mod second_look;
mod settings;
mod standing;

pub use self::clock::CpuClock;
pub use self::engines::{Engines, StartEngine};
pub use self::error::ReadingError;
pub use self::page::PageReader;
pub use self::recipe::{READER_VERSION, earlier_recipes, recipe_of};
pub use self::settings::ReadingSettings;

#[cfg(test)]
mod golden;
