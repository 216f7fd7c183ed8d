//! Codecs of our own, below pictures and containers.

pub(super) mod jpeg;
mod jpeg_bits;
mod jpeg_frame;
mod jpeg_walk;
