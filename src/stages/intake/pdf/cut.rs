//! Pages cut out of a PDF as they are: every stream keeps its bytes, nothing is drawn or coded anew.
//!
//! The cut must show nothing of the pages that were left behind. So what leads to other pages stays
//! behind (links, the outline, the tree of the structure), and of resources, which scanners' programs
//! like to share between all pages, only what a page's own content names comes along.

use std::collections::{BTreeMap, BTreeSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::Page;

use super::super::error::{IntakeError, damaged, unsupported};
use super::names::{names_in, write_name, write_number, write_text};

/// Entries of a page that come along. All others speak of the file or of other pages.
const OF_PAGE: [&[u8]; 8] = [b"BleedBox", b"TrimBox", b"ArtBox", b"UserUnit", b"Contents", b"Group", b"Tabs", b"Lang"];
/// Those that may stand at a node above the page.
const INHERITED: [&[u8]; 3] = [b"MediaBox", b"CropBox", b"Rotate"];
/// Entries of an annotation that lead away from its page.
const LEADING_AWAY: [&[u8]; 7] = [b"P", b"Parent", b"Kids", b"A", b"AA", b"PA", b"Dest"];
/// What a field may have from its parents.
const OF_FIELD: [&[u8]; 9] = [b"FT", b"Ff", b"V", b"DV", b"DA", b"Q", b"MaxLen", b"Opt", b"T"];
/// What no page may bring along.
const ELSEWHERE: [&[u8]; 6] = [b"Page", b"Pages", b"Catalog", b"StructTreeRoot", b"StructElem", b"Outlines"];
/// Kinds of resources that content names.
const NAMED: [&[u8]; 7] = [b"Font", b"XObject", b"ExtGState", b"ColorSpace", b"Pattern", b"Shading", b"Properties"];
/// Nodes above a page or a field.
const ABOVE: usize = 64;
/// A cut is smaller than its file, but for lists of resources that are written out for each page.
const LARGEST: usize = 2;
const ROOM: usize = 1 << 20;

/// Cuts `pages` out, in this order.
pub(super) fn cut(pdf: &Pdf, pages: &[usize]) -> Result<Vec<u8>, IntakeError> {
    let mut copy = Copy {
        pdf,
        pages: pdf.pages().iter().filter_map(|page| page.raw().obj_id()).collect(),
        numbers: BTreeMap::new(),
        waiting: Vec::new(),
        objects: Vec::new(),
        fields: Vec::new(),
        left: pdf.data().as_ref().len().saturating_mul(LARGEST).saturating_add(ROOM),
    };
    let (catalog, tree) = (copy.reserve(), copy.reserve());
    let mut kids = Vec::with_capacity(pages.len());
    for &page in pages {
        let page = pdf.pages().get(page).ok_or_else(|| damaged("the page is missing"))?;
        kids.push(copy.page(page, tree)?);
    }
    copy.put(tree, format!("<</Type/Pages/Count {}/Kids[{}]>>", kids.len(), references(&kids)).into_bytes())?;
    let root = copy.catalog(tree)?;
    copy.put(catalog, root)?;
    copy.finish_waiting()?;
    Ok(copy.into_file(catalog))
}

fn references(numbers: &[u32]) -> String {
    numbers.iter().map(|number| format!("{number} 0 R")).collect::<Vec<_>>().join(" ")
}

struct Copy<'a> {
    pdf: &'a Pdf,
    /// All pages of the file: none is followed.
    pages: BTreeSet<ObjectIdentifier>,
    numbers: BTreeMap<ObjectIdentifier, u32>,
    waiting: Vec<(ObjectIdentifier, u32)>,
    /// Object number 1 first.
    objects: Vec<Vec<u8>>,
    /// Widgets that came along.
    fields: Vec<u32>,
    /// Bytes that may still be written.
    left: usize,
}

impl<'a> Copy<'a> {
    fn reserve(&mut self) -> u32 {
        self.objects.push(Vec::new());
        u32::try_from(self.objects.len()).unwrap_or(u32::MAX)
    }

    fn put(&mut self, number: u32, bytes: Vec<u8>) -> Result<(), IntakeError> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| unsupported("PDF whose pages cannot be cut apart"))?;
        if let Some(place) = self.objects.get_mut((number as usize).saturating_sub(1)) {
            *place = bytes;
        }
        Ok(())
    }

    /// The number that an object gets in the cut; none for what stays behind.
    fn number_of(&mut self, id: ObjectIdentifier) -> Option<u32> {
        if let Some(&number) = self.numbers.get(&id) {
            return Some(number);
        }
        let pdf: &'a Pdf = self.pdf;
        let dict = match pdf.xref().get::<Object<'a>>(id)? {
            Object::Dict(dict) => Some(dict),
            Object::Stream(stream) => Some(stream.dict().clone()),
            _ => None,
        };
        let kind = dict.and_then(|dict| dict.get::<Name<'a>>(keys::TYPE));
        if self.pages.contains(&id) || kind.is_some_and(|kind| ELSEWHERE.contains(&kind.as_ref())) {
            return None;
        }
        let number = self.reserve();
        self.numbers.insert(id, number);
        self.waiting.push((id, number));
        Some(number)
    }

    fn value(&mut self, value: MaybeRef<Object<'a>>, out: &mut Vec<u8>) -> Result<(), IntakeError> {
        match value {
            MaybeRef::Ref(reference) => match self.number_of(reference.into()) {
                Some(number) => out.extend_from_slice(format!("{number} 0 R").as_bytes()),
                None => out.extend_from_slice(b"null"),
            },
            MaybeRef::NotRef(object) => self.object(&object, out)?,
        }
        Ok(())
    }

    fn object(&mut self, object: &Object<'a>, out: &mut Vec<u8>) -> Result<(), IntakeError> {
        match object {
            Object::Null(_) => out.extend_from_slice(b"null"),
            Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Object::Number(number) => write_number(number.as_f64(), out),
            Object::String(text) => write_text(text.as_bytes(), out),
            Object::Name(name) => write_name(name.as_ref(), out),
            Object::Array(values) => {
                out.push(b'[');
                for value in values.raw_iter() {
                    self.value(value, out)?;
                    out.push(b' ');
                }
                out.push(b']');
            }
            Object::Dict(dict) => {
                out.extend_from_slice(b"<<");
                self.entries(dict, &[], out)?;
                out.extend_from_slice(b">>");
            }
            Object::Stream(stream) => self.stream(stream, out)?,
        }
        Ok(())
    }

    fn entries(&mut self, dict: &Dict<'a>, but: &[&[u8]], out: &mut Vec<u8>) -> Result<(), IntakeError> {
        for (key, value) in dict.entries().filter(|(key, _)| !but.contains(&key.as_ref())) {
            self.entry(key.as_ref(), value, out)?;
        }
        Ok(())
    }

    fn entry(&mut self, key: &[u8], value: MaybeRef<Object<'a>>, out: &mut Vec<u8>) -> Result<(), IntakeError> {
        write_name(key, out);
        out.push(b' ');
        self.value(value, out)
    }

    /// A stream with the bytes it has. What draws has only the resources that it names.
    fn stream(&mut self, stream: &Stream<'a>, out: &mut Vec<u8>) -> Result<(), IntakeError> {
        let dict = stream.dict();
        out.extend_from_slice(b"<<");
        match dict.get::<Dict<'a>>(keys::RESOURCES) {
            Some(resources) if draws(dict) => {
                self.entries(dict, &[keys::LENGTH, keys::RESOURCES], out)?;
                let content = stream.decoded_data().map_err(|_| damaged("content of a page that does not unfold"))?;
                out.extend_from_slice(b"/Resources ");
                self.resources(&resources, &content, out)?;
            }
            _ => self.entries(dict, &[keys::LENGTH], out)?,
        }
        let data = stream.raw_data();
        out.extend_from_slice(format!("/Length {}>>\nstream\n", data.len()).as_bytes());
        out.extend_from_slice(&data);
        out.extend_from_slice(b"\nendstream");
        Ok(())
    }

    /// Those of `resources` that `content` names, or a form that it draws and that has none of its own.
    fn resources(&mut self, resources: &Dict<'a>, content: &[u8], out: &mut Vec<u8>) -> Result<(), IntakeError> {
        let wanted = wanted(resources, content);
        out.extend_from_slice(b"<<");
        for kind in NAMED {
            let Some(list) = resources.get::<Dict<'a>>(kind) else { continue };
            // Colours of devices can be defined without being named.
            let comes = |name: &[u8]| wanted.contains(name) || (kind == b"ColorSpace" && name.starts_with(b"Default"));
            write_name(kind, out);
            out.extend_from_slice(b"<<");
            for (name, value) in list.entries().filter(|(name, _)| comes(name.as_ref())) {
                self.entry(name.as_ref(), value, out)?;
            }
            out.extend_from_slice(b">>");
        }
        out.extend_from_slice(b">>");
        Ok(())
    }

    fn page(&mut self, page: &Page<'a>, tree: u32) -> Result<u32, IntakeError> {
        let dict = page.raw();
        let number = self.reserve();
        let mut out = format!("<</Type/Page/Parent {tree} 0 R").into_bytes();
        for key in OF_PAGE {
            if let Some(value) = dict.get_raw::<Object<'a>>(key) {
                self.entry(key, value, &mut out)?;
            }
        }
        for key in INHERITED {
            if let Some(value) = inherited(dict, key) {
                self.entry(key, value, &mut out)?;
            }
        }
        if inherited(dict, b"MediaBox").is_none() {
            let sides = page.media_box();
            out.extend_from_slice(format!("/MediaBox[{} {} {} {}]", sides.x0, sides.y0, sides.x1, sides.y1).as_bytes());
        }
        out.extend_from_slice(b"/Resources ");
        let resources =
            dict.get::<Dict<'a>>(keys::RESOURCES).or_else(|| above(dict, |node| node.get::<Dict<'a>>(keys::RESOURCES)));
        self.resources(&resources.unwrap_or_default(), page.page_stream().unwrap_or_default(), &mut out)?;
        if let Some(list) = dict.get::<Array<'a>>(b"Annots".as_slice()) {
            let annotations = self.annotations(&list)?;
            out.extend_from_slice(format!("/Annots[{}]", references(&annotations)).as_bytes());
        }
        out.extend_from_slice(b">>");
        self.put(number, out)?;
        Ok(number)
    }

    fn annotations(&mut self, list: &Array<'a>) -> Result<Vec<u32>, IntakeError> {
        let pdf: &'a Pdf = self.pdf;
        let mut found = Vec::new();
        for annotation in list.raw_iter() {
            let (id, dict) = match annotation {
                MaybeRef::Ref(reference) => (Some(reference.into()), pdf.xref().get::<Dict<'a>>(reference.into())),
                MaybeRef::NotRef(object) => (None, object.into_dict()),
            };
            let Some(dict) = dict else { continue };
            let number = self.reserve();
            // A note and its pop-up refer to each other.
            if let Some(id) = id {
                self.numbers.insert(id, number);
            }
            found.push((number, dict));
        }
        for (number, dict) in &found {
            let annotation = self.annotation(dict, *number)?;
            self.put(*number, annotation)?;
        }
        Ok(found.into_iter().map(|(number, _)| number).collect())
    }

    fn annotation(&mut self, dict: &Dict<'a>, number: u32) -> Result<Vec<u8>, IntakeError> {
        let mut out = b"<<".to_vec();
        let is_field = dict.get::<Name<'a>>(b"Subtype".as_slice()).is_some_and(|kind| kind.as_ref() == b"Widget");
        if is_field {
            self.fields.push(number);
            self.entries(dict, &[&LEADING_AWAY[..], &OF_FIELD[..], &[b"StructParent"]].concat(), &mut out)?;
            for key in OF_FIELD {
                if let Some(value) = inherited(dict, key) {
                    self.entry(key, value, &mut out)?;
                }
            }
        } else {
            self.entries(dict, &[&LEADING_AWAY[..], &[b"StructParent"]].concat(), &mut out)?;
        }
        out.extend_from_slice(b">>");
        Ok(out)
    }

    fn catalog(&mut self, tree: u32) -> Result<Vec<u8>, IntakeError> {
        let pdf: &'a Pdf = self.pdf;
        let old = pdf.xref().get::<Dict<'a>>(pdf.xref().root_id()).unwrap_or_default();
        let mut out = format!("<</Type/Catalog/Pages {tree} 0 R").into_bytes();
        // Which layers are shown.
        if let Some(layers) = old.get_raw::<Object<'a>>(b"OCProperties".as_slice()) {
            self.entry(b"OCProperties", layers, &mut out)?;
        }
        if !self.fields.is_empty() {
            out.extend_from_slice(format!("/AcroForm<</Fields[{}]", references(&self.fields)).as_bytes());
            let form = old.get::<Dict<'a>>(keys::ACRO_FORM).unwrap_or_default();
            for key in [b"DR".as_slice(), b"DA", b"Q", b"NeedAppearances"] {
                if let Some(value) = form.get_raw::<Object<'a>>(key) {
                    self.entry(key, value, &mut out)?;
                }
            }
            out.extend_from_slice(b">>");
        }
        out.extend_from_slice(b">>");
        Ok(out)
    }

    fn finish_waiting(&mut self) -> Result<(), IntakeError> {
        let pdf: &'a Pdf = self.pdf;
        while let Some((id, number)) = self.waiting.pop() {
            let mut out = Vec::new();
            match pdf.xref().get::<Object<'a>>(id) {
                Some(object) => self.object(&object, &mut out)?,
                None => out.extend_from_slice(b"null"),
            }
            self.put(number, out)?;
        }
        Ok(())
    }

    /// The file: same pages, same bytes, so its identifier is made from what it holds.
    fn into_file(self, catalog: u32) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut places = Vec::with_capacity(self.objects.len());
        for (number, object) in (1..).zip(&self.objects) {
            places.push(file.len());
            file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        let hash = blake3::hash(&file).to_hex();
        let id = hash.get(..32).unwrap_or_default();
        let size = places.len() + 1;
        let lines: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
        file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n{lines}").as_bytes());
        let trailer = format!("trailer\n<</Size {size}/Root {catalog} 0 R/ID[<{id}><{id}>]>>\nstartxref\n{table}\n%%EOF\n");
        file.extend_from_slice(trailer.as_bytes());
        file
    }
}

/// Whether a stream draws with resources: a form, or a pattern of tiles.
fn draws(dict: &Dict<'_>) -> bool {
    is_form(dict) || dict.get::<i32>(b"PatternType".as_slice()) == Some(1)
}

fn is_form(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>(b"Subtype".as_slice()).is_some_and(|kind| kind.as_ref() == b"Form")
}

/// The names that `content` needs of `resources`. A form without resources of its own has those of
/// whoever draws it, and so have the letters of a font that are drawn.
fn wanted(resources: &Dict<'_>, content: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut wanted = names_in(content);
    let mut looked_at = BTreeSet::new();
    let list = |kind: &[u8]| resources.get::<Dict<'_>>(kind).unwrap_or_default();
    let (objects, fonts, states) = (list(b"XObject"), list(b"Font"), list(b"ExtGState"));
    loop {
        let new: Vec<Vec<u8>> = wanted.difference(&looked_at).cloned().collect();
        if new.is_empty() {
            return wanted;
        }
        for name in new {
            let mut borrowed: Vec<Stream<'_>> =
                objects.get::<Stream<'_>>(&name).into_iter().filter(|form| is_form(form.dict())).collect();
            let mask = states.get::<Dict<'_>>(&name).and_then(|state| state.get::<Dict<'_>>(b"SMask".as_slice()));
            borrowed.extend(mask.and_then(|mask| mask.get::<Stream<'_>>(b"G".as_slice())));
            if let Some(font) = fonts.get::<Dict<'_>>(&name).filter(|font| !font.contains_key(keys::RESOURCES)) {
                let letters = font.get::<Dict<'_>>(b"CharProcs".as_slice()).unwrap_or_default();
                borrowed.extend(letters.keys().filter_map(|letter| letters.get::<Stream<'_>>(letter.as_ref())));
            }
            for drawn in borrowed.iter().filter(|drawn| !drawn.dict().contains_key(keys::RESOURCES)) {
                wanted.extend(drawn.decoded_data().map(|content| names_in(&content)).unwrap_or_default());
            }
            looked_at.insert(name);
        }
    }
}

/// An entry of a page or field, or of a node above it.
fn inherited<'a>(dict: &Dict<'a>, key: &[u8]) -> Option<MaybeRef<Object<'a>>> {
    dict.get_raw::<Object<'a>>(key).or_else(|| above(dict, |node| node.get_raw::<Object<'a>>(key)))
}

/// The first that `find` finds at a node above.
fn above<'a, T>(dict: &Dict<'a>, find: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    let mut here = dict.clone();
    for _ in 0..ABOVE {
        here = here.get::<Dict<'a>>(b"Parent".as_slice())?;
        if let Some(found) = find(&here) {
            return Some(found);
        }
    }
    None
}
