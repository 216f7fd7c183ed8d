//! Consecutive pages of a sealed file as files of their own, for those who take no file as large.
//!
//! Each is a PDF/A-2u like the one it is of: images, text and font are copied as they are, the metadata say which
//! pages of which file these are. A signature and its mark stay behind, for they are of the whole. All of it follows
//! from the sealed file and the limit, so the same pieces have the same bytes whenever they are made.

use std::collections::BTreeMap;

use pdf::file::FileOptions;
use pdf::object::{Object, PlainRef, Resolve, Stream};
use pdf::primitive::{Dictionary, PdfStream, Primitive};
use pdf_writer::{Chunk, Finish, Name, Null, Obj, Pdf, Ref, Str};
use thiserror::Error;

use super::error::{ReadBackError, SealError};
use super::read_back::{KnownFont, entry, guarded, pages as pages_of, proof_of, read_back, unreadable};
use super::writer::{Numbers, WrittenCatalog};
use super::xmp::{OfSealed, Told};
use crate::model::failure::cause::SealFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::Sha256;
use crate::model::piece::PageRange;

/// What a page does not bring along: the way to others, and fields of a signature.
const LEFT_BEHIND: [&str; 3] = ["Parent", "Annots", "StructParents"];
/// Bytes that an object can take more than was counted: its line in the table, longer numbers.
const AROUND_OBJECT: usize = 64;
/// What is in every piece besides font, profile and metadata, which are counted: table, catalog, tree.
const AROUND_FILE: usize = 2048;
/// Objects that lie within one another deeper than this are none of ours.
const DEEPEST: usize = 16;

/// Says why a sealed file cannot be given in pieces.
#[derive(Debug, Error)]
pub enum PieceError {
    /// A page alone is larger.
    #[error("page {page} alone takes {bytes} bytes, and a file may have {most}")]
    Page {
        /// Counted from 1.
        page: u32,
        /// Its size.
        bytes: u64,
        /// What a file may have.
        most: u64,
    },
    /// It is no sealed file, or a piece did not read back.
    #[error(transparent)]
    Read(#[from] ReadBackError),
    /// A piece cannot be written.
    #[error(transparent)]
    Write(#[from] SealError),
}

impl From<PieceError> for Failure {
    fn from(error: PieceError) -> Self {
        match error {
            PieceError::Page { page, bytes, most } => {
                let fault = SealFault::PageOverLimit { page: page.into(), bytes, most };
                Self::new(FailureCode::PageOverLimit).because(fault)
            }
            PieceError::Read(error) => error.into(),
            PieceError::Write(error) => error.into(),
        }
    }
}

/// Makes pieces of at most `most` bytes of the sealed file with these bytes and this hash, as few as there can be,
/// and gives each on as soon as it is made.
///
/// # Errors
/// [`PieceError::Page`] if a page alone is larger: then no piece is made. Or it is no sealed file.
pub fn pieces(sealed: &[u8], sha256: Sha256, most: u64, take: &mut dyn FnMut(PageRange, Vec<u8>)) -> Result<(), PieceError> {
    with(sealed, sha256, |cutter| cutter.all(most, take))
}

/// Makes one of them again.
///
/// # Errors
/// It is no sealed file, or has no such pages.
pub fn piece(sealed: &[u8], sha256: Sha256, pages: PageRange) -> Result<Vec<u8>, PieceError> {
    with(sealed, sha256, |cutter| cutter.cut(pages))
}

/// A sealed file that is opened, whatever its parser is.
trait Cut {
    fn all(&self, most: u64, take: &mut dyn FnMut(PageRange, Vec<u8>)) -> Result<(), PieceError>;
    fn cut(&self, pages: PageRange) -> Result<Vec<u8>, PieceError>;
}

fn with<T>(sealed: &[u8], sha256: Sha256, then: impl FnOnce(&dyn Cut) -> Result<T, PieceError>) -> Result<T, PieceError> {
    guarded(|| {
        let file = FileOptions::uncached().load(sealed).map_err(unreadable)?;
        let resolver = file.resolver();
        let sealed = Sealed::open(&resolver, file.trailer.root.get_ref().get_inner(), sealed.len(), sha256)?;
        Ok(then(&sealed))
    })?
}

/// A sealed file that is opened.
struct Sealed<'a, R> {
    resolver: &'a R,
    sha256: Sha256,
    pages: Vec<Dictionary>,
    told: Told,
    profile: PlainRef,
}

impl<'a, R: Resolve> Sealed<'a, R> {
    fn open(resolver: &'a R, root: PlainRef, size: usize, sha256: Sha256) -> Result<Self, ReadBackError> {
        let pages = pages_of(resolver, root, size).map_err(unreadable)?;
        let catalog = resolver.resolve(root).and_then(Primitive::into_dictionary).map_err(unreadable)?;
        let packet = entry(&catalog, "Metadata", resolver).map_err(unreadable)?.unwrap_or(Primitive::Null);
        let packet =
            Stream::<()>::from_primitive(packet, resolver).and_then(|stream| stream.data(resolver)).map_err(unreadable)?;
        let told = Told::read(&String::from_utf8_lossy(&packet))
            .ok_or_else(|| unreadable("its metadata are not those of a sealed file"))?;
        let intents = entry(&catalog, "OutputIntents", resolver).map_err(unreadable)?;
        let intent = intents.and_then(|intents| intents.into_array().ok()?.into_iter().next());
        let intent = intent.and_then(|intent| intent.resolve(resolver).ok()?.into_dictionary().ok());
        let profile = intent.and_then(|intent| intent.get("DestOutputProfile").cloned()?.into_reference().ok());
        let profile = profile.ok_or_else(|| unreadable("it has no profile of its colours"))?;
        Ok(Self { resolver, sha256, pages, told, profile })
    }

    fn count(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    fn range(&self, range: PageRange) -> Result<&[Dictionary], ReadBackError> {
        let [from, to] = [range.from, range.to].map(|page| page as usize);
        let pages = from.checked_sub(1).and_then(|from| self.pages.get(from..to)).filter(|pages| !pages.is_empty());
        pages.ok_or_else(|| unreadable("it has no such pages"))
    }

    /// What each page takes besides what all have, and that.
    fn sizes(&self) -> Result<(Vec<u64>, u64), PieceError> {
        let mut copy = Copy::new(self.resolver);
        let shared = self.shared(&mut copy).map_err(unreadable)?;
        let all = PageRange { from: 1, to: self.count() };
        let of = self.count();
        let packet = self.told.packet_of(&OfSealed { sha256: self.sha256, pages: all, of }, &[0; 16])?;
        let fixed = shared + packet.len() + copy.written.len() * AROUND_OBJECT + AROUND_FILE;
        let mut sizes = Vec::with_capacity(self.pages.len());
        for page in &self.pages {
            let (mut chunk, before) = (Chunk::new(), copy.written.len());
            copy.page(page, Ref::new(1), &mut chunk).map_err(unreadable)?;
            let objects = copy.written.len() - before + 1;
            sizes.push((chunk.len() + objects * AROUND_OBJECT) as u64);
        }
        Ok((sizes, fixed as u64))
    }

    /// Copies what pages share, and tells how many bytes it takes.
    fn shared(&self, copy: &mut Copy<'_, R>) -> pdf::error::Result<usize> {
        let mut chunk = Chunk::new();
        copy.reference(self.profile);
        for page in &self.pages {
            let resources = page.get("Resources").and_then(|resources| resources.as_dict().ok());
            let fonts = resources.and_then(|resources| resources.get("Font")?.as_dict().ok());
            for font in fonts.into_iter().flat_map(|fonts| fonts.values()) {
                if let Primitive::Reference(font) = font {
                    copy.reference(*font);
                }
            }
        }
        copy.copy_rest(&mut chunk)?;
        Ok(chunk.len())
    }

    fn plan(&self, most: u64) -> Result<Vec<PageRange>, PieceError> {
        let (sizes, fixed) = self.sizes()?;
        let mut ranges: Vec<PageRange> = Vec::new();
        let mut size = u64::MAX;
        for (page, bytes) in (1..).zip(sizes) {
            let alone = fixed.saturating_add(bytes);
            if alone > most {
                return Err(PieceError::Page { page, bytes: alone, most });
            }
            match ranges.last_mut().filter(|_| size.saturating_add(bytes) <= most) {
                Some(range) => {
                    range.to = page;
                    size += bytes;
                }
                None => {
                    ranges.push(PageRange { from: page, to: page });
                    size = alone;
                }
            }
        }
        Ok(ranges)
    }

    fn identifier(&self, pages: PageRange) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 identifier of a piece of a sealed file");
        hasher.update(self.sha256.as_bytes()).update(&pages.from.to_be_bytes()).update(&pages.to.to_be_bytes());
        let mut identifier = [0; 16];
        hasher.finalize_xof().fill(&mut identifier);
        identifier
    }

    fn written(&self, pages: PageRange) -> Result<Vec<u8>, PieceError> {
        let mut copy = Copy::new(self.resolver);
        let mut pdf = Pdf::new();
        let tree = copy.numbers.next();
        let profile = copy.reference(self.profile);
        let mut kids = Vec::new();
        for page in self.range(pages)? {
            kids.push(copy.page(page, tree, &mut pdf).map_err(unreadable)?);
        }
        copy.copy_rest(&mut pdf).map_err(unreadable)?;
        let count = i32::try_from(kids.len()).map_err(|_| SealError::TooLarge)?;
        pdf.pages(tree).kids(kids).count(count);

        let identifier = self.identifier(pages);
        let packet = self.told.packet_of(&OfSealed { sha256: self.sha256, pages, of: self.count() }, &identifier)?;
        let (packet_ref, catalog_ref) = (copy.numbers.next(), copy.numbers.next());
        pdf.metadata(packet_ref, packet.as_bytes());
        let language = &self.told.settings.language;
        WrittenCatalog { tree, packet: packet_ref, profile, language }.write(pdf.catalog(catalog_ref), None);
        pdf.set_file_id((identifier.to_vec(), identifier.to_vec()));
        Ok(pdf.finish())
    }
}

impl<R: Resolve> Cut for Sealed<'_, R> {
    fn all(&self, most: u64, take: &mut dyn FnMut(PageRange, Vec<u8>)) -> Result<(), PieceError> {
        for range in self.plan(most)? {
            let bytes = self.cut(range)?;
            // What was counted was counted too low.
            if bytes.len() as u64 > most {
                return Err(SealError::TooLarge.into());
            }
            take(range, bytes);
        }
        Ok(())
    }

    fn cut(&self, pages: PageRange) -> Result<Vec<u8>, PieceError> {
        let bytes = self.written(pages)?;
        let mut font = KnownFont::None;
        let mut proofs = Vec::new();
        for (number, page) in (pages.from..).zip(self.range(pages)?) {
            let proof = proof_of(page, self.resolver, &mut font).map_err(unreadable)?;
            proofs.push(proof.ok_or(ReadBackError::Image { page: number as usize })?);
        }
        read_back(&bytes, &proofs)?;
        Ok(bytes)
    }
}

/// Copies objects with all that they lead to.
struct Copy<'a, R> {
    resolver: &'a R,
    numbers: Numbers,
    written: BTreeMap<u64, Ref>,
    waiting: Vec<PlainRef>,
}

impl<'a, R: Resolve> Copy<'a, R> {
    fn new(resolver: &'a R) -> Self {
        Self { resolver, numbers: Numbers::new(), written: BTreeMap::new(), waiting: Vec::new() }
    }

    /// The number that an object has in the copy.
    fn reference(&mut self, to: PlainRef) -> Ref {
        if let Some(number) = self.written.get(&to.id) {
            return *number;
        }
        let number = self.numbers.next();
        self.written.insert(to.id, number);
        self.waiting.push(to);
        number
    }

    /// A page below another tree, with what it leads to.
    fn page(&mut self, page: &Dictionary, tree: Ref, chunk: &mut Chunk) -> pdf::error::Result<Ref> {
        let number = self.numbers.next();
        let mut dict = chunk.indirect(number).dict();
        dict.pair(Name(b"Parent"), tree);
        for (key, value) in page.iter().filter(|(key, _)| !LEFT_BEHIND.contains(&key.as_str())) {
            self.value(value, dict.insert(Name(key.as_str().as_bytes())), 0);
        }
        dict.finish();
        self.copy_rest(chunk)?;
        Ok(number)
    }

    /// Copies all that was led to and has not been copied.
    fn copy_rest(&mut self, chunk: &mut Chunk) -> pdf::error::Result<()> {
        while let Some(next) = self.waiting.pop() {
            let number = self.reference(next);
            match self.resolver.resolve(next)? {
                Primitive::Stream(stream) => self.stream(&stream, number, chunk)?,
                value => self.value(&value, chunk.indirect(number), 0),
            }
        }
        Ok(())
    }

    fn stream(&mut self, stream: &PdfStream, number: Ref, chunk: &mut Chunk) -> pdf::error::Result<()> {
        let data = stream.raw_data(self.resolver)?;
        let mut writer = chunk.stream(number, &data);
        for (key, value) in stream.info.iter().filter(|(key, _)| key.as_str() != "Length") {
            self.value(value, writer.insert(Name(key.as_str().as_bytes())), 0);
        }
        Ok(())
    }

    fn value(&mut self, value: &Primitive, to: Obj<'_>, depth: usize) {
        match value {
            _ if depth > DEEPEST => to.primitive(Null),
            Primitive::Null | Primitive::Stream(_) => to.primitive(Null),
            Primitive::Integer(number) => to.primitive(*number),
            Primitive::Number(number) => to.primitive(*number),
            Primitive::Boolean(flag) => to.primitive(*flag),
            Primitive::String(text) => to.primitive(Str(text.as_bytes())),
            Primitive::Name(name) => to.primitive(Name(name.as_bytes())),
            Primitive::Reference(reference) => to.primitive(self.reference(*reference)),
            Primitive::Array(values) => {
                let mut array = to.array();
                values.iter().for_each(|value| self.value(value, array.push(), depth + 1));
            }
            Primitive::Dictionary(dictionary) => {
                let mut dict = to.dict();
                for (key, value) in dictionary {
                    self.value(value, dict.insert(Name(key.as_str().as_bytes())), depth + 1);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
