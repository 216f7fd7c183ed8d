//! The metadata packet (ISO 19005-2, 6.6).

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};
use xmp_writer::{CustomNamespace, DateTime, LangId, Namespace, Timezone, XmpWriter};

use super::error::SealError;
use super::{DocumentMetadata, SealSettings};

/// Properties of our own, each a text that the program and not a person sets, with what the file
/// says about it.
const PROPERTIES: [(&str, &str); 4] = [
    ("dossierCode", "Code of the dossier that the document belongs to"),
    ("fileName", "Name under which the document was sealed"),
    ("sourceName", "Name of the scan that the document was made of"),
    ("sourceSha256", "SHA-256 of the scan that the document was made of, as hexadecimal digits"),
];

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
    let date = date(metadata)?;
    let [title, file_name, source_name, agency] =
        [&metadata.title, &metadata.file_name, &metadata.source_name, &settings.agency].map(|text| one_line(text));
    let title = if title.is_empty() { &file_name } else { &title };
    let id = uuid(digest);
    let software = concat!("Sohoa ", env!("CARGO_PKG_VERSION"));

    let mut xmp = XmpWriter::new();
    xmp.pdfa_part(2).pdfa_conformance("U");
    xmp.format("application/pdf")
        .identifier(&file_name)
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
    describe_properties(&mut xmp);
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
fn describe_properties(xmp: &mut XmpWriter<'_>) {
    let mut schemas = xmp.extension_schemas();
    let mut schema = schemas.add_schema();
    schema.namespace(namespace());
    let mut properties = schema.properties();
    for (name, description) in PROPERTIES {
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
    fn an_untitled_document_is_called_by_its_file_name() {
        let metadata = DocumentMetadata { title: " \u{2} ".to_owned(), ..metadata() };
        let packet = packet(&metadata, &SealSettings::default(), 1, &[7; 16]).unwrap();
        assert!(packet.contains(">H38.23-260412-1763.001.pdf</rdf:li>"), "{packet}");
    }
}
