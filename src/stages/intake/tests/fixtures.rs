//! Scans made on the spot.

use std::io::{Cursor, Write};

use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

use crate::model::raster::{Channels, Raster};

/// A page with a frame, a stair of bars and, if `gray`, shades in between.
pub(super) fn page(width: u32, height: u32, shades: bool) -> Raster {
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let ink = x < 3 || y < 3 || x + 3 >= width || (x / 7 + y / 5) % 4 == 0 && x > y / 2;
            let paper = if shades { 180 + ((x + 2 * y) % 60) as u8 } else { 255 };
            samples.push(if ink { 0 } else { paper });
        }
    }
    Raster::new(width, height, Channels::Gray, samples).unwrap()
}

pub(super) fn jpeg(raster: &Raster) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 90);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(200));
    let colour = match raster.channels() {
        Channels::Gray => image::ExtendedColorType::L8,
        Channels::Rgb => image::ExtendedColorType::Rgb8,
    };
    encoder.encode(raster.samples(), raster.width(), raster.height(), colour).unwrap();
    file
}

pub(super) fn png(image: &image::DynamicImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Puts an EXIF segment with this orientation behind the start marker.
pub(super) fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&[0xFF, 0xD8, 0xFF, 0xE1], &length[..], &exif, &jpeg[2..]].concat()
}

/// An image object of a test PDF: its data and the entries that describe them.
pub(super) struct PdfImage {
    pub data: Vec<u8>,
    pub width: i32,
    pub height: i32,
    pub bits: i32,
    pub colours: &'static [u8],
    pub filter: Option<Filter>,
    /// Whether the data lie in a further layer of Flate.
    pub layered: bool,
    pub k: Option<i32>,
    pub inverted: bool,
}

impl PdfImage {
    pub(super) fn new(raster: &Raster, data: Vec<u8>, filter: Filter) -> Self {
        let colours: &[u8] = if raster.channels() == Channels::Gray { b"DeviceGray" } else { b"DeviceRGB" };
        let (width, height) = (raster.width() as i32, raster.height() as i32);
        Self { data, width, height, bits: 8, colours, filter: Some(filter), layered: false, k: None, inverted: false }
    }

    pub(super) fn jpeg(raster: &Raster) -> Self {
        Self::new(raster, jpeg(raster), Filter::DctDecode)
    }

    pub(super) fn jpeg_in_flate(jpeg: &[u8], raster: &Raster) -> Self {
        Self { layered: true, ..Self::new(raster, zlib(jpeg), Filter::DctDecode) }
    }

    pub(super) fn flate(raster: &Raster) -> Self {
        Self::new(raster, zlib(raster.samples()), Filter::FlateDecode)
    }

    pub(super) fn group4(raster: &Raster) -> Self {
        let data = super::super::encode::losslessly(raster).unwrap().bytes;
        Self { bits: 1, k: Some(-1), ..Self::new(raster, data, Filter::CcittFaxDecode) }
    }
}

pub(super) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A page: its size in points, what it draws and its images, named `I0`, `I1` …
pub(super) struct PdfPage {
    pub size: (f32, f32),
    pub rotate: i32,
    pub content: Vec<u8>,
    pub images: Vec<PdfImage>,
}

impl PdfPage {
    /// A page that one image covers at `dpi`.
    pub(super) fn scan(image: PdfImage, dpi: f32) -> Self {
        let size = (image.width as f32 * 72.0 / dpi, image.height as f32 * 72.0 / dpi);
        let mut content = Content::new();
        content.save_state().transform([size.0, 0.0, 0.0, size.1, 0.0, 0.0]).x_object(Name(b"I0")).restore_state();
        Self { size, rotate: 0, content: content.finish().into_vec(), images: vec![image] }
    }
}

pub(super) fn pdf(pages: &[PdfPage]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree) = (Ref::new(1), Ref::new(2));
    let mut next = 3;
    let mut new_ref = || {
        next += 1;
        Ref::new(next)
    };
    let page_refs: Vec<_> = pages.iter().map(|_| new_ref()).collect();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(page_refs.iter().copied()).count(pages.len() as i32);
    for (page, &page_ref) in pages.iter().zip(&page_refs) {
        let content = new_ref();
        let image_refs: Vec<_> = page.images.iter().map(|_| new_ref()).collect();
        let mut writer = pdf.page(page_ref);
        writer.parent(tree).media_box(Rect::new(0.0, 0.0, page.size.0, page.size.1)).contents(content).rotate(page.rotate);
        let mut resources = writer.resources();
        let mut objects = resources.x_objects();
        for (index, &image_ref) in image_refs.iter().enumerate() {
            objects.pair(Name(format!("I{index}").as_bytes()), image_ref);
        }
        objects.finish();
        resources.finish();
        writer.finish();
        pdf.stream(content, &zlib(&page.content)).filter(Filter::FlateDecode);
        for (image, &image_ref) in page.images.iter().zip(&image_refs) {
            let mut object = pdf.image_xobject(image_ref, &image.data);
            object.width(image.width).height(image.height).bits_per_component(image.bits);
            object.pair(Name(b"ColorSpace"), Name(image.colours));
            if image.layered {
                object.insert(Name(b"Filter")).array().items([Name(b"FlateDecode"), Name(b"DCTDecode")]);
            } else if let Some(filter) = image.filter {
                object.filter(filter);
            }
            if let Some(k) = image.k {
                object.decode_parms().k(k).columns(image.width).rows(image.height);
            }
            if image.inverted {
                object.decode([1.0, 0.0]);
            }
        }
    }
    pdf.finish()
}

/// A little-endian TIFF of whole-page directories; `tags` are written in the order given.
pub(super) struct TiffPage {
    pub tags: Vec<(u16, u32)>,
    pub strips: Vec<Vec<u8>>,
    pub dpi: (u32, u32),
    pub tables: Vec<u8>,
}

pub(super) fn tiff(pages: &[TiffPage]) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for page in pages {
        let mut offsets = Vec::new();
        for strip in &page.strips {
            offsets.push(file.len() as u32);
            file.extend_from_slice(strip);
        }
        let mut put = |bytes: Vec<u8>| {
            let at = file.len() as u32;
            file.extend(bytes);
            at
        };
        let words = |list: &[u32]| list.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
        let lengths: Vec<u32> = page.strips.iter().map(|strip| strip.len() as u32).collect();
        let count = lengths.len() as u32;
        let single = |list: &[u32], at: u32| if count == 1 { list[0] } else { at };
        let (offset_list, length_list) = (put(words(&offsets)), put(words(&lengths)));
        let (x, y) = (put(words(&[page.dpi.0, 1])), put(words(&[page.dpi.1, 1])));
        let tables = put(page.tables.clone());
        let mut entries: Vec<(u16, u16, u32, u32)> = page.tags.iter().map(|&(tag, value)| (tag, 4, 1, value)).collect();
        entries.push((273, 4, count, single(&offsets, offset_list)));
        entries.push((279, 4, count, single(&lengths, length_list)));
        entries.push((282, 5, 1, x));
        entries.push((283, 5, 1, y));
        if !page.tables.is_empty() {
            entries.push((347, 7, page.tables.len() as u32, tables));
        }
        entries.sort();
        let at = (file.len() as u32).to_le_bytes();
        file[link..link + 4].copy_from_slice(&at);
        file.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(count.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

pub(super) fn tiff_page(raster: &Raster, compression: u32, photometric: u32, strips: Vec<Vec<u8>>) -> TiffPage {
    let bits = if matches!(compression, 2..=4) { 1 } else { 8 };
    let rows = raster.height().div_ceil(strips.len() as u32);
    let samples = raster.channels().count() as u32;
    let tags = vec![
        (256, raster.width()),
        (257, raster.height()),
        (258, bits),
        (259, compression),
        (262, photometric),
        (277, samples),
        (278, rows),
    ];
    TiffPage { tags, strips, dpi: (204, 98), tables: Vec::new() }
}

/// A PDF of these objects, the first of which is its catalog.
pub(super) fn of_objects(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        file.extend([format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let table = file.len();
    let lines: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    let size = objects.len() + 1;
    file.extend(
        format!("xref\n0 {size}\n0000000000 65535 f \n{lines}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n")
            .bytes(),
    );
    file
}

/// A stream object with these entries.
pub(super) fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{entries}/Length {}>>stream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}
