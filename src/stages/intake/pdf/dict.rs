//! Entries of dictionaries: of images, by their long names and the short ones of inline images, and of
//! annotations.

use hayro_syntax::object::{Array, Dict, Name, Object};

/// Bits of `F`: hidden, and not shown on a screen.
const HIDDEN: u32 = 0b10_0010;

/// A compression, as far as intake treats it in a way of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Jpeg,
    Jpeg2000,
    Fax,
    Jbig2,
    Flate,
    Lzw,
    Other,
}

/// The one of both names under which `dict` has the entry.
pub(super) fn key<'k>(dict: &Dict<'_>, long: &'k str, short: &'k str) -> &'k [u8] {
    if dict.contains_key(long.as_bytes()) { long.as_bytes() } else { short.as_bytes() }
}

/// The objects of an array; none for one that is referred to and not there. Iterators of the parser end at
/// the first such, as if nothing followed.
pub(super) fn items<'a>(array: &Array<'a>) -> Vec<Option<Object<'a>>> {
    let mut items = array.flex_iter();
    array.raw_iter().map(|_| items.next::<Object<'a>>()).collect()
}

/// The dictionaries of an array.
pub(super) fn dicts<'a>(array: &Array<'a>) -> impl Iterator<Item = Dict<'a>> {
    items(array).into_iter().flatten().filter_map(Object::into_dict)
}

/// The filters of a stream, in the order in which they are undone.
pub(super) fn filters(dict: &Dict<'_>) -> Vec<Filter> {
    let entry = key(dict, "Filter", "F");
    match dict.get::<Object<'_>>(entry) {
        Some(Object::Name(name)) => vec![named(&name)],
        Some(Object::Array(names)) => names.iter::<Name<'_>>().map(|name| named(&name)).collect(),
        _ => Vec::new(),
    }
}

fn named(name: &Name<'_>) -> Filter {
    match name.as_ref() {
        b"DCTDecode" | b"DCT" => Filter::Jpeg,
        b"JPXDecode" => Filter::Jpeg2000,
        b"CCITTFaxDecode" | b"CCF" => Filter::Fax,
        b"JBIG2Decode" => Filter::Jbig2,
        b"FlateDecode" | b"Fl" => Filter::Flate,
        b"LZWDecode" | b"LZW" => Filter::Lzw,
        _ => Filter::Other,
    }
}

/// The parameters of the filter at `place`, counted from 0 as in [`filters`].
pub(super) fn decode_params<'a>(dict: &Dict<'a>, place: usize) -> Dict<'a> {
    let entry = key(dict, "DecodeParms", "DP");
    let listed = || dict.get::<Array<'a>>(entry)?.iter::<Object<'a>>().nth(place)?.into_dict();
    let single = || if place == 0 { dict.get::<Dict<'a>>(entry) } else { None };
    single().or_else(listed).unwrap_or_default()
}

/// Whether nobody sees an annotation on a screen.
pub(super) fn is_hidden(annotation: &Dict<'_>) -> bool {
    annotation.get::<u32>(b"F".as_slice()).unwrap_or(0) & HIDDEN != 0
}

/// Whether an annotation takes up room.
pub(super) fn has_area(annotation: &Dict<'_>) -> bool {
    let Some(sides) = annotation.get::<Array<'_>>(b"Rect".as_slice()) else { return false };
    let sides: Vec<f32> = sides.iter::<f32>().collect();
    matches!(sides.as_slice(), [x0, y0, x1, y1] if (x1 - x0).abs() > 0.5 || (y1 - y0).abs() > 0.5)
}
