//! Barcodes on a page.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};
use serde::{Deserialize, Serialize};
use zxingcpp::{BarcodeFormat, BarcodeReader, FromStr, ImageFormat, ImageView, PointI};

use crate::model::geometry::{Point, Quad};
use crate::model::page::Barcode;
use crate::model::raster::{Channels, Raster};
use crate::model::resize::resized;

use super::patch::{bears_more_than_a_sheet, find_patches};

/// Which barcodes to look for, and how hard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BarcodeSettings {
    /// Symbologies by the names of ZXing, such as `QRCode`, `Code128`, `DataMatrix`, `Aztec`,
    /// `PDF417`. Unknown names are passed over; an empty list finds nothing.
    pub formats: Vec<String>,
    /// A page whose long side has more pixels than this is searched at half its size too: grain
    /// that hides a large symbol goes, and a small one that was found stays found. Both are looked
    /// through because one code overlooked beside another would hide a conflict.
    pub half_size_above: u32,
    /// Whether patch codes are looked for.
    pub patch_codes: PatchSearch,
}

/// Whether patch codes are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatchSearch {
    /// They are.
    #[default]
    Find,
    /// They mean nothing.
    Ignore,
}

impl Default for BarcodeSettings {
    fn default() -> Self {
        Self { formats: vec!["QRCode".into(), "Code128".into()], half_size_above: 2000, patch_codes: PatchSearch::Find }
    }
}

impl BarcodeSettings {
    /// Those of `formats` that are no symbology that can be read.
    pub fn unknown_formats(&self) -> Vec<&str> {
        self.formats.iter().map(String::as_str).filter(|name| symbology(name).is_none()).collect()
    }
}

fn symbology(name: &str) -> Option<BarcodeFormat> {
    let format = BarcodeFormat::from_str(name).ok()?;
    (format != BarcodeFormat::Invalid && format != BarcodeFormat::None).then_some(format)
}

/// Finds the barcodes of `raster`, from top to bottom, in any of the four orientations. Places are
/// in pixels of `raster`, the first corner where the symbol itself begins.
pub fn find_barcodes(raster: &Raster, settings: &BarcodeSettings) -> Vec<Barcode> {
    let gray = gray_of(raster);
    let size = (raster.width(), raster.height());
    let mut found = find_symbols(&gray, size, settings);
    if settings.patch_codes == PatchSearch::Find {
        found.extend(find_patches(&gray, size));
        // Tables, rulers and stripes can look like one, and the paper that they are on would be left out.
        let parts = found.iter().any(|one| one.symbology == Barcode::PATCH_T);
        if parts && bears_more_than_a_sheet(&gray, size, &found) {
            found.retain(|one| one.symbology != Barcode::PATCH_T);
        }
    }
    found.sort_by(|a, b| top(a).total_cmp(&top(b)));
    found
}

fn find_symbols(gray: &[u8], (width, height): (u32, u32), settings: &BarcodeSettings) -> Vec<Barcode> {
    let formats: Vec<BarcodeFormat> = settings.formats.iter().filter_map(|name| symbology(name)).collect();
    if formats.is_empty() {
        return Vec::new();
    }
    let reader = zxingcpp::read().formats(&formats).try_harder(true).try_rotate(true).try_invert(false).try_downscale(false);
    let mut found = read(&reader, gray, (width, height), (1.0, 1.0));
    if width.max(height) > settings.half_size_above {
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        if let Some(half) = shrink(gray, (width, height), (half_width, half_height)) {
            let scale = (width as f32 / half_width as f32, height as f32 / half_height as f32);
            let mut more = read(&reader, &half, (half_width, half_height), scale);
            more.retain(|one| !found.iter().any(|known| known.text == one.text && known.symbology == one.symbology));
            found.append(&mut more);
        }
    }
    found
}

fn top(barcode: &Barcode) -> f32 {
    barcode.place.0.iter().map(|corner| corner.y).fold(f32::INFINITY, f32::min)
}

fn read(reader: &BarcodeReader, gray: &[u8], (width, height): (u32, u32), scale: (f32, f32)) -> Vec<Barcode> {
    let Ok(view) = ImageView::from_slice(gray, width, height, ImageFormat::Lum) else { return Vec::new() };
    let corner = |point: PointI| Point { x: point.x as f32 * scale.0, y: point.y as f32 * scale.1 };
    let symbols = reader.from(view).unwrap_or_default();
    symbols
        .into_iter()
        .filter(|symbol| symbol.is_valid())
        .map(|symbol| {
            let place = symbol.position();
            Barcode {
                symbology: format!("{:?}", symbol.symbology()),
                text: text_of(&symbol.bytes()).unwrap_or_else(|| symbol.text()),
                place: Quad([place.top_left, place.top_right, place.bottom_right, place.bottom_left].map(corner)),
            }
        })
        .collect()
}

/// The payload where its bytes are UTF-8 that ASCII cannot say. Few QR codes tell their encoding:
/// those of Vietnamese identity cards do not, and guessing makes other letters of the names.
fn text_of(payload: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(payload).ok()?;
    (!text.is_ascii()).then(|| text.to_owned())
}

/// Luminance with the weights of ITU-R BT.601, in 8-bit fixed point.
fn gray_of(raster: &Raster) -> std::borrow::Cow<'_, [u8]> {
    match raster.channels() {
        Channels::Gray => raster.samples().into(),
        Channels::Rgb => {
            let luminance = |&[r, g, b]: &[u8; 3]| ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8;
            raster.samples().as_chunks().0.iter().map(luminance).collect::<Vec<_>>().into()
        }
    }
}

fn shrink(gray: &[u8], from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    resized(gray, Channels::Gray, from, to, &options).ok()
}
