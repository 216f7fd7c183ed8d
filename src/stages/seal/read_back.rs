//! Reading a sealed file with a parser that had no part in writing it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pdf::content::{Op, TextMode, parse_ops};
use pdf::enc::{StreamFilter, decode};
use pdf::error::PdfError;
use pdf::file::FileOptions;
use pdf::font::{Font, ToUnicodeMap};
use pdf::object::{Object, PlainRef, Resolve, Stream};
use pdf::primitive::{Dictionary, PdfStream, Primitive};

use super::PageProof;
use super::error::ReadBackError;
use super::font::LAST_BLANK;
use crate::model::geometry::Turn;
use crate::model::ids::BlobId;

/// How deep a tree of pages may be; ours has one level.
const DEEPEST_TREE: usize = 16;

pub(super) fn unreadable(error: impl ToString) -> ReadBackError {
    ReadBackError::Unreadable(error.to_string())
}

/// Runs `read`, which may meet a panic of the parser on a damaged file, and reports one as an
/// error.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, ReadBackError>) -> Result<T, ReadBackError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(unreadable("the parser gave up")))
}

/// Counts the pages of any PDF that the second parser can read.
///
/// # Errors
/// The file cannot be read.
pub fn page_count(bytes: &[u8]) -> Result<u32, ReadBackError> {
    guarded(|| {
        let file = FileOptions::uncached().load(bytes).map_err(unreadable)?;
        let pages = pages(&file.resolver(), file.trailer.root.get_ref().get_inner(), bytes.len()).map_err(unreadable)?;
        u32::try_from(pages.len()).map_err(unreadable)
    })
}

/// Finds in a sealed file again what `proofs` says was put into it: every page with its turn, the
/// bytes of its image, and its text.
///
/// # Errors
/// The file cannot be read, or is not the one that was sealed.
pub fn read_back(bytes: &[u8], proofs: &[PageProof]) -> Result<(), ReadBackError> {
    guarded(|| {
        let file = FileOptions::uncached().load(bytes).map_err(unreadable)?;
        let resolver = file.resolver();
        let pages = pages(&resolver, file.trailer.root.get_ref().get_inner(), bytes.len()).map_err(unreadable)?;
        if pages.len() != proofs.len() {
            return Err(ReadBackError::Pages { expected: proofs.len(), found: pages.len() });
        }
        let mut font = None;
        for (page, (index, proof)) in pages.iter().zip(proofs.iter().enumerate()) {
            compare(page, proof, index + 1, &resolver, &mut font)?;
        }
        Ok(())
    })
}

pub(super) fn entry(dictionary: &Dictionary, key: &str, resolver: &impl Resolve) -> Result<Option<Primitive>, PdfError> {
    dictionary.get(key).map(|value| value.clone().resolve(resolver)).transpose()
}

pub(super) fn dictionary(dictionary: &Dictionary, key: &str, resolver: &impl Resolve) -> Result<Dictionary, PdfError> {
    entry(dictionary, key, resolver)?.map_or_else(|| Ok(Dictionary::new()), Primitive::into_dictionary)
}

/// The leaves of the page tree, in order. A file of `size` bytes cannot have more nodes than
/// bytes, however its references are knotted.
pub(super) fn pages(resolver: &impl Resolve, root: PlainRef, size: usize) -> Result<Vec<Dictionary>, PdfError> {
    let root = resolver.resolve(root)?.into_dictionary()?;
    let mut waiting = vec![(dictionary(&root, "Pages", resolver)?, 0)];
    let (mut leaves, mut seen) = (Vec::new(), 0);
    while let Some((node, depth)) = waiting.pop() {
        let Some(kids) = entry(&node, "Kids", resolver)? else {
            leaves.push(node);
            continue;
        };
        let kids = kids.into_array()?;
        seen += kids.len();
        if depth == DEEPEST_TREE || seen > size {
            return Err(PdfError::Other { msg: "the page tree has no end".to_owned() });
        }
        for kid in kids.into_iter().rev() {
            waiting.push((kid.resolve(resolver)?.into_dictionary()?, depth + 1));
        }
    }
    Ok(leaves)
}

/// A font with its meanings, kept from page to page.
pub(super) type KnownFont = Option<(Primitive, ToUnicodeMap)>;

fn compare(
    page: &Dictionary,
    proof: &PageProof,
    number: usize,
    resolver: &impl Resolve,
    font: &mut KnownFont,
) -> Result<(), ReadBackError> {
    let turn =
        entry(page, "Rotate", resolver).map_err(unreadable)?.map_or(Ok(0), |turn| turn.as_integer()).map_err(unreadable)?;
    if turn != i32::from(proof.turn.degrees()) {
        return Err(ReadBackError::Turn { page: number });
    }
    let resources = dictionary(page, "Resources", resolver).map_err(unreadable)?;
    let images = image_digests(&resources, resolver).map_err(unreadable)?;
    if images != [(proof.image, proof.image_globals)] {
        return Err(ReadBackError::Image { page: number });
    }
    let text = page_text(page, &resources, resolver, font).map_err(unreadable)?;
    if text != proof.text {
        return Err(ReadBackError::Text { page: number });
    }
    Ok(())
}

/// What a page holds, for the proof of a copy; none if it holds other than one image.
pub(super) fn proof_of(page: &Dictionary, resolver: &impl Resolve, font: &mut KnownFont) -> Result<Option<PageProof>, PdfError> {
    let degrees = entry(page, "Rotate", resolver)?.map_or(Ok(0), |turn| turn.as_integer())?;
    let turn = Turn::ALL.into_iter().find(|turn| i32::from(turn.degrees()) == degrees);
    let resources = dictionary(page, "Resources", resolver)?;
    let images = image_digests(&resources, resolver)?;
    let text = page_text(page, &resources, resolver, font)?;
    Ok(match (turn, images.as_slice()) {
        (Some(turn), &[(image, image_globals)]) => Some(PageProof { image, image_globals, turn, text }),
        _ => None,
    })
}

/// The data of an image as its own decoder is given them: without a layer of Flate round them.
fn image_data(stream: &PdfStream, resolver: &impl Resolve) -> Result<Arc<[u8]>, PdfError> {
    let data = stream.raw_data(resolver)?;
    match entry(&stream.info, "Filter", resolver)? {
        Some(Primitive::Array(filters)) if filters.len() > 1 => {
            let layer = filters.first().map_or(Ok(""), Primitive::as_name)?;
            let layer = StreamFilter::from_kind_and_params(layer, Dictionary::new(), resolver)?;
            decode(&data, &layer).map(Arc::from)
        }
        _ => Ok(data),
    }
}

/// Digests of the page's images, each with that of its JBIG2 segments.
fn image_digests(resources: &Dictionary, resolver: &impl Resolve) -> Result<Vec<(BlobId, Option<BlobId>)>, PdfError> {
    let mut digests = Vec::new();
    for (_, object) in dictionary(resources, "XObject", resolver)?.iter() {
        let image = PdfStream::from_primitive(object.clone().resolve(resolver)?, resolver)?;
        let parameters = dictionary(&image.info, "DecodeParms", resolver)?;
        let globals = match entry(&parameters, "JBIG2Globals", resolver)? {
            Some(globals) => Some(BlobId::of(&PdfStream::from_primitive(globals, resolver)?.raw_data(resolver)?)),
            None => None,
        };
        digests.push((BlobId::of(&image_data(&image, resolver)?), globals));
    }
    Ok(digests)
}

/// What the page's invisible strings mean, one after the other.
fn page_text(
    page: &Dictionary,
    resources: &Dictionary,
    resolver: &impl Resolve,
    known: &mut KnownFont,
) -> Result<String, PdfError> {
    let contents = entry(page, "Contents", resolver)?.unwrap_or(Primitive::Null);
    let content = Stream::<()>::from_primitive(contents, resolver)?.data(resolver)?;
    let fonts = dictionary(resources, "Font", resolver)?;
    let mut text = String::new();
    let mut invisible = false;
    for operation in parse_ops(&content, resolver)? {
        match operation {
            Op::TextRenderMode { mode } => invisible = matches!(mode, TextMode::Invisible),
            Op::TextFont { name, .. } => {
                let wanted = fonts.get(name.as_str()).unwrap_or(&Primitive::Null);
                if !matches!(known, Some((have, _)) if have == wanted) {
                    let font = Font::from_primitive(wanted.clone().resolve(resolver)?, resolver)?;
                    let meanings = font.to_unicode(resolver).unwrap_or_else(|| Ok(ToUnicodeMap::new()))?;
                    *known = Some((wanted.clone(), meanings));
                }
            }
            Op::TextDraw { text: codes } if invisible => {
                let Some((_, meanings)) = known else { continue };
                for code in codes.as_bytes().chunks(2) {
                    let code = code.iter().fold(0, |code, byte| code << 8 | u16::from(*byte));
                    let meaning = meanings.get(code).unwrap_or("\u{fffd}");
                    text.extend(meaning.chars().map(|c| if c == LAST_BLANK { ' ' } else { c }));
                }
            }
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    Ok(text)
}
