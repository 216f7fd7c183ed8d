//! The metadata packet (ISO 19005-2, 6.6).

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};
use xmp_writer::{CustomNamespace, DateTime, LangId, Namespace, Timezone, XmpWriter};

use super::error::SealError;
use super::{DocumentMetadata, SealSettings};
use crate::model::ids::Sha256;
use crate::model::piece::PageRange;

/// Properties of our own, each a text that the program and not a person sets, with what the file
/// says about it.
const PROPERTIES: [(&str, &str); 4] = [
    ("dossierCode", "Code of the dossier that the document belongs to"),
    ("fileName", "Name under which the document was sealed"),
    ("sourceName", "Name of the scan that the document was made of"),
    ("sourceSha256", "SHA-256 of the scan that the document was made of, as hexadecimal digits"),
];

/// Those of pages of a sealed file that are a file of their own.
const OF_PIECES: [(&str, &str); 2] = [
    ("sealedSha256", "SHA-256 of the sealed file that these pages are of, as hexadecimal digits"),
    ("sealedPages", "Which pages of the sealed file these are, such as 1-12 of 30"),
];
/// This program, as what made a file.
const SOFTWARE: &str = concat!("Sohoa ", env!("CARGO_PKG_VERSION"));

fn namespace() -> Namespace<'static> {
    Namespace::Custom(Box::new(CustomNamespace::new("Sohoa record", "sohoa", "urn:sohoa:record:1#")))
}

/// What XML 1.0 can hold of `text`, in one line.
fn one_line(text: &str) -> String {
    let allowed = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let clean: String = allowed.filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}')).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn date(metadata: &DocumentMetadata) -> Result<DateTime, SealError> {
    let time = metadata.scanned_at.checked_to_offset(UtcOffset::UTC).ok_or(SealError::Date)?;
    let year = u16::try_from(time.year()).ok().filter(|year| *year <= 9999).ok_or(SealError::Date)?;
    Ok(DateTime::new(year, time.month().into(), time.day(), time.hour(), time.minute(), time.second(), Timezone::Utc))
}

/// A hash written like a UUID, as XMP identifiers are.
fn uuid(digest: &[u8; 16]) -> String {
    let hex = format!("{:032x}", u128::from_be_bytes(*digest));
    let mut rest = hex.as_str();
    let groups = [8, 4, 4, 4, 12].map(|length| {
        let (group, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        group
    });
    format!("uuid:{}", groups.join("-"))
}

/// The whole packet.
pub(super) fn packet(
    metadata: &DocumentMetadata,
    settings: &SealSettings,
    pages: u32,
    digest: &[u8; 16],
) -> Result<String, SealError> {
    write(metadata, settings, pages, digest, SOFTWARE, None)
}

/// What the packet of a sealed file says.
pub(super) struct Told {
    pub(super) metadata: DocumentMetadata,
    pub(super) settings: SealSettings,
    software: String,
}

/// Pages of a sealed file.
pub(super) struct OfSealed {
    pub(super) sha256: Sha256,
    pub(super) pages: PageRange,
    /// How many pages it has.
    pub(super) of: u32,
}

impl Told {
    /// Reads a packet that was written here.
    pub(super) fn read(packet: &str) -> Option<Self> {
        let text = |name: &str| element(packet, name).unwrap_or_default();
        let metadata = DocumentMetadata {
            title: text("dc:title"),
            dossier_code: text("sohoa:dossierCode").parse().ok()?,
            file_name: text("sohoa:fileName"),
            scanned_at: OffsetDateTime::parse(&text("xmp:CreateDate"), &Rfc3339).ok()?,
            source_sha256: text("sohoa:sourceSha256").parse().ok()?,
            source_name: text("sohoa:sourceName"),
        };
        let settings = SealSettings { language: text("dc:language"), agency: text("dc:publisher"), ..SealSettings::default() };
        Some(Self { metadata, settings, software: text("xmp:CreatorTool") })
    }

    /// The packet of some of its pages. The program that sealed them is named, and not the one that parts them, so
    /// that a newer one makes the same bytes.
    pub(super) fn packet_of(&self, piece: &OfSealed, digest: &[u8; 16]) -> Result<String, SealError> {
        write(&self.metadata, &self.settings, piece.pages.count(), digest, &self.software, Some(piece))
    }
}

/// The text of an element, or of the first item in it.
fn element(packet: &str, name: &str) -> Option<String> {
    let (_, rest) = packet.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    let text = match inner.split_once("<rdf:li") {
        Some((_, item)) => item.split_once('>')?.1.split_once("</rdf:li>")?.0,
        None => inner,
    };
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&quot;", "\""), ("&amp;", "&")];
    Some(plain.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain)))
}

fn write(
    metadata: &DocumentMetadata,
    settings: &SealSettings,
    pages: u32,
    digest: &[u8; 16],
    software: &str,
    piece: Option<&OfSealed>,
) -> Result<String, SealError> {
    let date = date(metadata)?;
    let [title, file_name, source_name, agency] =
        [&metadata.title, &metadata.file_name, &metadata.source_name, &settings.agency].map(|text| one_line(text));
    let title = if title.is_empty() { &file_name } else { &title };
    let (title, identifier) = match piece {
        Some(OfSealed { pages, of, .. }) => (format!("{title} (trang {pages}/{of})"), pages.name_in(&file_name)),
        None => (title.clone(), file_name.clone()),
    };
    let id = uuid(digest);

    let mut xmp = XmpWriter::new();
    xmp.pdfa_part(2).pdfa_conformance("U");
    xmp.format("application/pdf")
        .identifier(&identifier)
        .language([LangId(&settings.language)])
        .source(&source_name)
        .title([(None, title.as_str()), (Some(LangId(&settings.language)), title.as_str())]);
    if !agency.is_empty() {
        xmp.publisher([agency.as_str()]);
    }
    xmp.create_date(date).modify_date(date).metadata_date(date).creator_tool(software);
    xmp.producer(software);
    xmp.document_id(&id).instance_id(&id).num_pages(pages);
    let values = [metadata.dossier_code.to_string(), file_name.clone(), source_name.clone(), metadata.source_sha256.to_string()];
    for ((name, _), value) in PROPERTIES.iter().zip(&values) {
        xmp.element(name, namespace()).value(value.as_str());
    }
    if let Some(OfSealed { sha256, pages, of }) = piece {
        for ((name, _), value) in OF_PIECES.iter().zip([sha256.to_string(), format!("{pages} of {of}")]) {
            xmp.element(name, namespace()).value(value.as_str());
        }
    }
    let own = OF_PIECES.iter().filter(|_| piece.is_some());
    describe_properties(&mut xmp, PROPERTIES.iter().chain(own));
    Ok(xmp.finish(None))
}

/// Stands around the day of the scan in the packets of sealed files, which are not compressed.
const CREATED: (&[u8], &[u8]) = (b"<xmp:CreateDate>", b"</xmp:CreateDate>");

/// When the document in a sealed file was scanned; none if these are not the bytes of one.
pub fn scanned_at(sealed: &[u8]) -> Option<OffsetDateTime> {
    let find = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).position(|window| window == wanted);
    // The packet is written last, and nothing of a scan is to be taken for it.
    let from = sealed.windows(CREATED.0.len()).rposition(|window| window == CREATED.0)?.saturating_add(CREATED.0.len());
    let rest = sealed.get(from..)?;
    let date = rest.get(..find(rest, CREATED.1)?)?;
    OffsetDateTime::parse(std::str::from_utf8(date).ok()?, &Rfc3339).ok()
}

/// PDF/A asks for a description of every property that is not in the XMP specification.
fn describe_properties<'a>(xmp: &mut XmpWriter<'_>, described: impl Iterator<Item = &'a (&'a str, &'a str)>) {
    let mut schemas = xmp.extension_schemas();
    let mut schema = schemas.add_schema();
    schema.namespace(namespace());
    let mut properties = schema.properties();
    for (name, description) in described {
        properties.add_property().name(name).value_type("Text").category(true).description(description);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::metadata;
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        let metadata = DocumentMetadata { title: "<x>&\u{1}\u{ffff}]]>\nTờ trình".to_owned(), ..metadata() };
        let packet = packet(&metadata, &SealSettings::default(), 1, &[7; 16]).unwrap();
        assert!(packet.contains("&lt;x&gt;&amp;]]&gt; Tờ trình"));
        assert!(!packet.contains('\u{1}'));
        assert!(packet.contains("uuid:07070707-0707-0707-0707-070707070707"));
    }

    #[test]
    fn a_packet_tells_when_its_document_was_scanned() {
        let metadata = metadata();
        let packet = packet(&metadata, &SealSettings::default(), 1, &[7; 16]).unwrap();
        let scan = b"%PDF- <xmp:CreateDate>1999-01-01T00:00:00Z</xmp:CreateDate> ".as_slice();
        let found = scanned_at(&[scan, packet.as_bytes()].concat()).unwrap();
        assert_eq!(found, metadata.scanned_at.replace_nanosecond(0).unwrap());
        assert_eq!(scanned_at(b"<xmp:CreateDate>x</xmp:CreateDate>"), None);
    }

    #[test]
    fn what_a_packet_says_is_read_from_it_again() {
        let metadata = DocumentMetadata { title: "<x>&amp;&lt; \"'</dc:title> Tờ trình".to_owned(), ..metadata() };
        let settings = SealSettings { agency: "Sở <A> & B".to_owned(), ..SealSettings::default() };
        let told = Told::read(&packet(&metadata, &settings, 9, &[7; 16]).unwrap()).unwrap();
        assert_eq!((&told.metadata.title, &told.metadata.source_name), (&metadata.title, &metadata.source_name));
        assert_eq!((told.metadata.source_sha256, &told.settings), (metadata.source_sha256, &settings));
        let piece = OfSealed { sha256: Sha256::from_bytes([3; 32]), pages: PageRange { from: 2, to: 4 }, of: 9 };
        let written = told.packet_of(&piece, &[8; 16]).unwrap();
        let text = |name: &str| element(&written, name).unwrap();
        assert_eq!(text("dc:title"), format!("{} (trang 2-4/9)", metadata.title));
        assert_eq!(text("dc:identifier"), "H38.23-260412-1763.001.trang-2-4.pdf");
        assert_eq!((text("sohoa:sealedPages").as_str(), text("sohoa:sealedSha256")), ("2-4 of 9", piece.sha256.to_string()));
        assert_eq!((text("xmpTPg:NPages").as_str(), text("sohoa:fileName")), ("3", metadata.file_name));
        assert!(Told::read("").is_none());
    }

    #[test]
    fn an_untitled_document_is_called_by_its_file_name() {
        let metadata = DocumentMetadata { title: " \u{2} ".to_owned(), ..metadata() };
        let packet = packet(&metadata, &SealSettings::default(), 1, &[7; 16]).unwrap();
        assert!(packet.contains(">H38.23-260412-1763.001.pdf</rdf:li>"), "{packet}");
    }
}
