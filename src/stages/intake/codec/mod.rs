//! Codecs of our own, below pictures and containers.

pub(super) mod jpeg_bits;
pub(super) mod jpeg_frame;
pub(super) mod jpeg_walk;
