//! The file as a whole.

use pdf_writer::types::OutputIntentSubtype;
use pdf_writer::writers::{Catalog, Form};
use pdf_writer::{Chunk, Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::deflate::deflate;
use super::error::SealError;
use super::font::{self, CharacterCodes, FontRefs};
use super::page_image::{self, ImageRefs};
use super::plane::PagePlane;
use super::signature::{SignatureOrder, Unsigned, make_room};
use super::text_layer;
use super::{DocumentMetadata, PageProof, SealPage, SealSettings, SealedDocument, icc, xmp};
use crate::model::geometry::Turn;
use crate::model::ids::BlobId;

const FONT: Name<'static> = Name(b"T");
const IMAGE: Name<'static> = Name(b"I");
/// PDF/A-2 allows 8,388,607 objects (6.1.13); a page takes up to four.
const MOST_PAGES: usize = 2_000_000;
/// A cross-reference table counts bytes in ten digits.
const MOST_BYTES: usize = 9_000_000_000;

/// Gives out object numbers.
pub(super) struct Numbers(i32);

impl Numbers {
    pub(super) fn new() -> Self {
        Self(0)
    }

    pub(super) fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// What a page's dictionary is made of.
#[derive(Debug, Clone, Copy)]
struct WrittenPage {
    page: Ref,
    tree: Ref,
    content: Ref,
    image: Ref,
    /// None on a page without text.
    font: Option<Ref>,
    plane: PagePlane,
    turn: Turn,
}

impl WrittenPage {
    fn write(&self, chunk: &mut Chunk, field: Option<Ref>) {
        let mut dictionary = chunk.page(self.page);
        let paper = Rect::new(0.0, 0.0, self.plane.width as f32, self.plane.height as f32);
        dictionary.parent(self.tree).media_box(paper).contents(self.content);
        dictionary.rotate(i32::from(self.turn.degrees()));
        if let Some(field) = field {
            dictionary.annotations([field]);
        }
        let mut resources = dictionary.resources();
        resources.x_objects().pair(IMAGE, self.image);
        if let Some(font) = self.font {
            resources.fonts().pair(FONT, font);
        }
    }
}

/// What the catalog is made of.
pub(super) struct WrittenCatalog<'a> {
    pub(super) tree: Ref,
    pub(super) packet: Ref,
    pub(super) profile: Ref,
    pub(super) language: &'a str,
}

impl WrittenCatalog<'_> {
    pub(super) fn write(&self, mut catalog: Catalog<'_>, form: Option<&dyn Fn(Form<'_>)>) {
        catalog.pages(self.tree).metadata(self.packet).lang(TextStr(self.language));
        catalog.viewer_preferences().display_doc_title(true);
        let mut intents = catalog.output_intents();
        let mut intent = intents.push();
        intent.subtype(OutputIntentSubtype::PDFA).output_condition_identifier(TextStr("sRGB IEC61966-2.1"));
        intent.info(TextStr("sRGB IEC61966-2.1")).dest_output_profile(self.profile);
        intent.finish();
        intents.finish();
        if let Some(form) = form {
            form(catalog.form());
        }
    }
}

/// A file under way.
struct Writer<'a> {
    pdf: Pdf,
    numbers: Numbers,
    settings: &'a SealSettings,
    tree: Ref,
    font: FontRefs,
    codes: CharacterCodes,
    pages: Vec<Ref>,
    first: Option<WrittenPage>,
    proofs: Vec<PageProof>,
    /// Of everything that is put in, for the file's identifier.
    digest: blake3::Hasher,
}

/// Seals `pages`, in order, into one PDF/A-2u.
///
/// Pages are taken one at a time, so a caller can open each only when it is its turn; the error
/// it meets in doing so ends the sealing and is returned.
///
/// # Errors
/// No page, a page or image that PDF/A-2 cannot hold, a language that is no tag; see
/// [`SealError`].
pub fn seal<E: From<SealError>>(
    pages: impl IntoIterator<Item = Result<SealPage, E>>,
    metadata: &DocumentMetadata,
    settings: &SealSettings,
) -> Result<SealedDocument, E> {
    seal_for(pages, metadata, settings, None)
}

/// The same with room for a signature, if there is to be one.
///
/// # Errors
/// As [`seal`].
pub fn seal_for<E: From<SealError>>(
    pages: impl IntoIterator<Item = Result<SealPage, E>>,
    metadata: &DocumentMetadata,
    settings: &SealSettings,
    signature: Option<&SignatureOrder>,
) -> Result<SealedDocument, E> {
    if !settings.has_language_tag() {
        return Err(SealError::Language(settings.language.clone()).into());
    }
    let mut writer = Writer::new(settings);
    for page in pages {
        writer.page(&page?)?;
    }
    Ok(writer.finish(metadata, signature)?)
}

impl<'a> Writer<'a> {
    fn new(settings: &'a SealSettings) -> Self {
        let mut numbers = Numbers::new();
        let tree = numbers.next();
        let font = FontRefs {
            font: numbers.next(),
            descendant: numbers.next(),
            descriptor: numbers.next(),
            to_unicode: numbers.next(),
            program: numbers.next(),
        };
        Self {
            pdf: Pdf::new(),
            numbers,
            settings,
            tree,
            font,
            codes: CharacterCodes::default(),
            pages: Vec::new(),
            first: None,
            proofs: Vec::new(),
            digest: blake3::Hasher::new_derive_key("sohoa 2026 sealed file identifier"),
        }
    }

    fn page(&mut self, page: &SealPage) -> Result<(), SealError> {
        let number = self.pages.len() + 1;
        let plane = PagePlane::new((page.image.width, page.image.height), page.geometry.resolution, page.turn);
        page_image::check(&page.image).map_err(|reason| SealError::Image { page: number, reason })?;
        if !plane.fits() {
            let [width, height] = [plane.width, plane.height].map(|side| side.round() as i64);
            return Err(SealError::PageSize { page: number, width, height });
        }
        if number > MOST_PAGES || self.pdf.len().saturating_add(page.image.bytes.len()) > MOST_BYTES {
            return Err(SealError::TooLarge);
        }
        let (width, height) = (plane.width as f32, plane.height as f32);
        let mut content = Content::new();
        content.save_state().transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(IMAGE).restore_state();
        let text = text_layer::write(&mut content, FONT, &mut self.codes, &page.lines, &plane)?;

        let image_globals = page_image::globals_digest(&page.image);
        let refs = ImageRefs { image: self.numbers.next(), globals: image_globals.map(|_| self.numbers.next()) };
        page_image::write(&mut self.pdf, refs, &page.image, self.settings.compression);
        let content = content.finish().into_vec();
        let content_ref = self.numbers.next();
        let packed = deflate(&content, self.settings.compression);
        if i32::try_from(packed.len()).is_err() {
            return Err(SealError::TooLarge);
        }
        self.pdf.stream(content_ref, &packed).filter(Filter::FlateDecode);

        let page_ref = self.numbers.next();
        let font = (!text.is_empty()).then_some(self.font.font);
        let (tree, image, turn) = (self.tree, refs.image, page.turn);
        let written = WrittenPage { page: page_ref, tree, content: content_ref, image, font, plane, turn };
        written.write(&mut self.pdf, None);
        self.first.get_or_insert(written);

        let proof = PageProof { image: BlobId::of(&page.image.bytes), image_globals, turn: page.turn, text };
        self.digest.update(proof.image.as_bytes()).update(blake3::hash(&content).as_bytes());
        self.digest.update(blake3::hash(proof.text.as_bytes()).as_bytes()).update(&page.turn.degrees().to_be_bytes());
        self.pages.push(page_ref);
        self.proofs.push(proof);
        Ok(())
    }

    fn finish(mut self, metadata: &DocumentMetadata, signature: Option<&SignatureOrder>) -> Result<SealedDocument, SealError> {
        let Some(first) = self.first else { return Err(SealError::NoPages) };
        let count = i32::try_from(self.pages.len()).map_err(|_| SealError::TooLarge)?;
        self.pdf.pages(self.tree).kids(self.pages.iter().copied()).count(count);
        if !self.codes.is_empty() {
            font::write(&mut self.pdf, self.font, &self.codes, self.settings.compression);
        }
        let profile = self.numbers.next();
        let packed = deflate(&icc::srgb_profile(), self.settings.compression);
        self.pdf.icc_profile(profile, &packed).n(3).filter(Filter::FlateDecode);

        let identifier = self.identifier(metadata);
        let packet = xmp::packet(metadata, self.settings, count.unsigned_abs(), &identifier)?;
        let packet_ref = self.numbers.next();
        // PDF/A readers look for the packet without knowing PDF, so it is not compressed.
        self.pdf.metadata(packet_ref, packet.as_bytes());

        let catalog_ref = self.numbers.next();
        let catalog = WrittenCatalog { tree: self.tree, packet: packet_ref, profile, language: &self.settings.language };
        catalog.write(self.pdf.catalog(catalog_ref), None);
        self.pdf.set_file_id((identifier.to_vec(), identifier.to_vec()));
        let next = self.numbers.next();
        let bytes = self.pdf.finish();
        let Some(signature) = signature else { return Ok(SealedDocument { bytes, proofs: self.proofs, slot: None }) };
        let unsigned = Unsigned {
            bytes,
            identifier,
            catalog: catalog_ref,
            page: first.page,
            plane: first.plane,
            next,
            compression: self.settings.compression,
            write_page: &|chunk, field| first.write(chunk, Some(field)),
            write_catalog: &|chunk, form| catalog.write(chunk.indirect(catalog_ref).start(), Some(form)),
        };
        let (bytes, slot) = make_room(unsigned, signature)?;
        Ok(SealedDocument { bytes, proofs: self.proofs, slot: Some(slot) })
    }

    /// The same for the same content, another one for any other.
    fn identifier(&mut self, metadata: &DocumentMetadata) -> [u8; 16] {
        let DocumentMetadata { title, dossier_code, file_name, scanned_at, source_sha256, source_name } = metadata;
        for text in [title, dossier_code.as_str(), file_name, source_name, &self.settings.agency, &self.settings.language] {
            self.digest.update(&(text.len() as u64).to_be_bytes()).update(text.as_bytes());
        }
        self.digest.update(&scanned_at.unix_timestamp_nanos().to_be_bytes()).update(source_sha256.as_bytes());
        let mut identifier = [0; 16];
        self.digest.finalize_xof().fill(&mut identifier);
        identifier
    }
}
