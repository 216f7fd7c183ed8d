//! Whether all that a page draws is there. A PDF reader goes on without what it cannot find or
//! decode; an archive must not keep a page with a hole for a whole one.

use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::super::codec::jpeg;
use super::super::error::{IntakeError, damaged};
use super::super::jpeg2000;
use super::super::limits::IntakeLimits;
use super::dict::{Filter, filters, items, key};
use super::unfold::{self, Packed};
use super::watch::Seen;
use crate::model::failure::cause::ScanFault;

/// What one page has taken of its limits.
struct Walk<'l> {
    limits: &'l IntakeLimits,
    drawn: u32,
    decoded: u64,
}

/// Checks that contents and drawn objects of `page` can be found, and that they stay within
/// `limits` before anything is made of them.
pub(super) fn check_objects(page: &Page<'_>, limits: &IntakeLimits) -> Result<(), IntakeError> {
    let contents = b"Contents".as_slice();
    let mut walk = Walk { limits, drawn: 0, decoded: 0 };
    for part in content_streams(page) {
        walk.unfold(&part)?;
    }
    if page.raw().contains_key(contents) {
        let whole = match page.raw().get::<Array<'_>>(contents) {
            Some(parts) => items(&parts).into_iter().all(|part| part.is_some_and(is_null_or_reads)),
            None => page.page_stream().is_some(),
        };
        // A reference to the null object is a page without contents.
        let empty = matches!(page.raw().get::<Object<'_>>(contents), Some(Object::Null(_)));
        if !whole && !empty {
            return Err(damaged(ScanFault::ContentsMissing));
        }
    }
    walk.content(page.typed_operations(), page.resources(), 0)
}

/// Whether a part of the contents can be had; the null object adds nothing to them.
fn is_null_or_reads(part: Object<'_>) -> bool {
    matches!(part, Object::Null(_)) || part.into_stream().is_some_and(|part| part.decoded_data().is_ok())
}

/// The parts of the contents of a page that are there.
fn content_streams<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    let contents = b"Contents".as_slice();
    let mut parts: Vec<_> = page.raw().get::<Stream<'_>>(contents).into_iter().collect();
    if let Some(array) = page.raw().get::<Array<'_>>(contents) {
        parts.extend(items(&array).into_iter().flatten().filter_map(Object::into_stream));
    }
    parts
}

impl Walk<'_> {
    fn unfold(&mut self, stream: &Stream<'_>) -> Result<(), IntakeError> {
        self.decoded = unfold::measure_contents(stream, self.decoded, self.limits)?;
        Ok(())
    }

    fn content(&mut self, mut content: TypedIter<'_>, resources: &Resources<'_>, depth: usize) -> Result<(), IntakeError> {
        self.limits.check_nesting(depth)?;
        while let Some(operation) = content.next() {
            let TypedInstruction::XObject(object) = operation else { continue };
            self.drawn = self.drawn.saturating_add(1);
            self.limits.check_objects(self.drawn)?;
            let missing = || damaged(ScanFault::ObjectMissing { object: object.0.as_str().to_owned() });
            let stream = resources.x_objects.get::<Stream<'_>>(object.0).ok_or_else(missing)?;
            let dict = stream.dict();
            match dict.get::<Name<'_>>(b"Subtype".as_slice()).as_deref() {
                Some(b"Image") => {
                    let side = |key: &[u8]| dict.get::<u32>(key).filter(|&side| side > 0).ok_or_else(missing);
                    side(b"Width").and(side(b"Height"))?;
                }
                Some(b"Form") => {
                    self.unfold(&stream)?;
                    let data = stream.decoded_data().map_err(|_| missing())?;
                    let own = dict.get::<Dict<'_>>(b"Resources".as_slice()).map(Resources::new);
                    self.content(TypedIter::new(&data), own.as_ref().unwrap_or(resources), depth + 1)?;
                }
                _ => return Err(missing()),
            }
        }
        Ok(())
    }
}

/// Checks a page on which nothing was drawn: blank paper, or contents that were lost?
pub(super) fn check_drawn(page: &Page<'_>, seen: &Seen) -> Result<(), IntakeError> {
    if !seen.images.is_empty() || seen.marks > 0 {
        return Ok(());
    }
    let parts = content_streams(page);
    // Some programs write a Flate stream without a byte for contents that are empty.
    let empty = |part: &Stream<'_>| part.dict().get::<u32>(b"Length".as_slice()) == Some(0);
    let lost = |part: &Stream<'_>| {
        filters(part.dict()).as_slice() == [Filter::Flate]
            && !empty(part)
            && std::io::copy(&mut ZlibDecoder::new(&*part.raw_data()), &mut std::io::sink()).is_err()
    };
    if parts.iter().any(lost) { Err(damaged(ScanFault::ContentsDamaged)) } else { Ok(()) }
}

/// Checks the size of an image by its own header, and that its data are not cut short; then the
/// same of its mask.
pub(super) fn check_stream(stream: &Stream<'_>, limits: &IntakeLimits) -> Result<(), IntakeError> {
    check_data(stream, limits)?;
    for mask in ["SMask", "Mask"].iter().filter_map(|key| stream.dict().get::<Stream<'_>>(key.as_bytes())) {
        let side = |key: &[u8]| mask.dict().get::<u32>(key).unwrap_or(0).into();
        limits.check_image(side(b"Width"), side(b"Height"))?;
        check_data(&mask, limits)?;
    }
    Ok(())
}

fn check_data(stream: &Stream<'_>, limits: &IntakeLimits) -> Result<(), IntakeError> {
    match unfold::packed(stream, limits)? {
        Some(Packed { filter: Filter::Jpeg, data, .. }) => {
            let info = jpeg::inspect(&data)?;
            limits.check_image(info.width.into(), info.height.into())
        }
        Some(Packed { filter: Filter::Jpeg2000, data, .. }) => {
            let info = jpeg2000::info(&data)?;
            limits.check_jpeg2000(info.width.into(), info.height.into())
        }
        Some(Packed { filter: Filter::Flate, data, .. }) => check_flate(stream.dict(), &data, limits),
        _ => unfold::measure(stream, 0, limits).map(drop),
    }
}

/// Counts the bytes behind a Flate stream, up to well above what its image can need.
fn check_flate(dict: &Dict<'_>, packed: &[u8], limits: &IntakeLimits) -> Result<(), IntakeError> {
    let number = |long, short| dict.get::<u32>(key(dict, long, short));
    let (width, height) = (number("Width", "W").unwrap_or(0), number("Height", "H").unwrap_or(0));
    let row = (u64::from(width) * u64::from(number("BitsPerComponent", "BPC").unwrap_or(1).min(16))).div_ceil(8);
    let least = row * u64::from(height);
    // Up to 32 channels, and a predictor's byte a row.
    let most = least.saturating_mul(32).saturating_add(1 << 20);
    let mut found = 0_u64;
    let mut inflater = ZlibDecoder::new(packed);
    let mut buffer = vec![0; 1 << 16];
    // What follows the last row, a wrong checksum for one, does not matter.
    while let Ok(count @ 1..) = inflater.read(&mut buffer) {
        found += count as u64;
        limits.check_decoded(found)?;
        if found > most {
            return Err(damaged(ScanFault::ImageDataTooLong));
        }
    }
    if found < least { Err(damaged(ScanFault::ImageDataCutShort)) } else { Ok(()) }
}
