//! Barcodes to be printed.

use zxingcpp::BarcodeFormat;

use crate::model::raster::{Channels, Raster};

/// A kind of barcode that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// A square one.
    QrCode,
    /// Bars.
    Code128,
}

/// Makes the symbol of `text`, one pixel for each module, without a quiet zone. It is made by the
/// library that reads scans, so the two agree on what is a symbol. `None` if it cannot hold the
/// text.
pub fn make_symbol(symbology: Symbology, text: &str) -> Option<Raster> {
    let (format, options) = match symbology {
        // A quarter of the symbol may be lost.
        Symbology::QrCode => (BarcodeFormat::QRCode, "ecLevel=Q"),
        Symbology::Code128 => (BarcodeFormat::Code128, ""),
    };
    let symbol = zxingcpp::create(format).options(options).from_str(text).ok()?;
    let image = symbol.to_image_with(&zxingcpp::write().scale(1).add_quiet_zones(false)).ok()?;
    let (width, height) = (u32::try_from(image.width()).ok()?, u32::try_from(image.height()).ok()?);
    Raster::new(width, height, Channels::Gray, image.data())
}
