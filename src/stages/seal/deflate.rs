//! Compression of what is written into a sealed file.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Packs bytes as zlib does.
pub(super) fn deflate(bytes: &[u8], level: u8) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(u32::from(level.min(9))));
    // A Vec takes every byte; there is nothing that could fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
