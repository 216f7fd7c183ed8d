//! Makes a repository of what the truth of the bench's pages says, as if every page had been read
//! without a fault: what the search does not find then is the search's fault.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::Digest;
use sohoa::model::codes::DossierCode;
use sohoa::model::confidence::Confidence;
use sohoa::model::dossier::RecordKind;
use sohoa::model::field::{Field, FieldName, FieldSource, FieldStatus};
use sohoa::model::geometry::{Point, Quad, Turn};
use sohoa::model::ids::{BlobId, DocumentId, PageId, RecipeId, Sha256};
use sohoa::model::page::{LineFinder, RecognisedPage, StageTimes};
use sohoa::model::recipe::EngineIdentity;
use sohoa::model::record::{Record, RecordDocument, StoredFile, sealed_file_name};
use sohoa::model::scan::MediaType;
use sohoa::model::text::{Line, SecondReading, TextSource, Word};
use sohoa::repository::{Index, Mode, NewBatch, Repository, Sealing, StoredBlob};
use time::OffsetDateTime;

/// The truth of one page.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    /// `dossier_00/page_02`.
    pub id: String,
    image: String,
    level: String,
    blank: bool,
    fields: BTreeMap<String, serde_json::Value>,
    lines: Vec<TruthLine>,
}

#[derive(Debug, Clone, Deserialize)]
struct TruthLine {
    text: String,
    poly: [[f32; 2]; 4],
}

/// A page as it lies in the repository, and its truth.
pub struct Made {
    /// `00/02`.
    pub name: String,
    /// Its dossier.
    pub code: String,
    /// Its dossier's record.
    pub kind: RecordKind,
    /// Its document's number.
    pub ordinal: u32,
    /// Its place in the sealed file, from 1.
    pub page: u32,
    /// What stands on it, and on a document's first page its label.
    pub text: String,
    /// The facts of its document, a line `name value` each.
    pub facts: String,
}

impl Truth {
    fn fact(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(serde_json::Value::as_str)
    }

    /// Facts that only the first page of a document bears.
    fn begins_document(&self) -> bool {
        self.fields.len() > 1
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn confidence(&self) -> f64 {
        match self.level.as_str() {
            "clean" => 0.97,
            "office" => 0.9,
            _ => 0.75,
        }
    }
}

/// The truths in `folder`, page after page.
pub fn truths(folder: &Path) -> Vec<Truth> {
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a folder that can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_name().is_some_and(|name| name != "index.json"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_str(&fs::read_to_string(path).expect("a truth")).expect("a truth");
    paths.iter().map(read).collect()
}

/// Makes the repository at `root` with its index; one record a dossier, and one for the certificates
/// that it gives back.
pub fn make(root: &Path, folder: &Path) -> Vec<Made> {
    let repository = Repository::open(root, Mode::Create).expect("a repository");
    let engine = EngineIdentity { name: "truth".into(), version: "1".into(), language: "vie".into(), model: String::new() };
    let recipe = RecipeId::from_bytes([7; 32]);
    let started_at = OffsetDateTime::UNIX_EPOCH;
    let batch = NewBatch {
        inbox: folder.display().to_string(),
        started_at,
        engine,
        recipe,
        program_version: env!("CARGO_PKG_VERSION").into(),
    };
    let batch = repository.begin_batch(&batch).expect("a batch");
    let mut dossiers: BTreeMap<String, Vec<Truth>> = BTreeMap::new();
    for truth in truths(folder) {
        let dossier = truth.id.split('/').next().unwrap_or_default().to_owned();
        dossiers.entry(dossier).or_default().push(truth);
    }
    let mut made = Vec::new();
    for (dossier, pages) in dossiers {
        let code = pages.iter().find_map(|page| page.fact("dossier_code")).expect("a code").to_owned();
        let mut documents: Vec<Vec<&Truth>> = Vec::new();
        for page in pages.iter().filter(|page| !page.blank) {
            match documents.last_mut() {
                Some(document) if !page.begins_document() => document.push(page),
                _ => documents.push(vec![page]),
            }
        }
        let (mut records, mut blobs) = (Vec::new(), Vec::new());
        for kind in [RecordKind::Dossier, RecordKind::Result] {
            let is_result = |document: &[&Truth]| document[0].fact("doc_type") == Some("gcn_qsdd");
            let numbered = (1..).zip(&documents);
            let mut sealed = Vec::new();
            for (ordinal, document) in numbered.filter(|(_, document)| is_result(document) == (kind == RecordKind::Result)) {
                let (sealed_document, blob) = seal(&repository, folder, &code, ordinal, recipe, document);
                sealed.push(sealed_document);
                blobs.push(blob);
                made.extend((1..).zip(document).map(|(page, truth)| Made {
                    name: truth.id.replace("dossier_", "").replace("page_", ""),
                    code: code.clone(),
                    kind,
                    ordinal,
                    page,
                    text: if page == 1 { format!("{}\n{}", truth.text(), label(truth, &code)) } else { truth.text() },
                    facts: facts_of(truth, document[0], kind, page, &code),
                }));
            }
            if !sealed.is_empty() {
                let code: DossierCode = code.parse().expect("a code");
                records.push(Record::new(code, kind, None, started_at, recipe, None, sealed));
            }
        }
        assert!(!records.is_empty(), "{dossier} has pages");
        let sealing = Sealing { batch, records: &records, blobs: &blobs, entries: &[], alike: &[] };
        repository.catalog.commit_dossier(&sealing).expect("room");
    }
    let mut index = Index::create_or_open(&repository.index_dir()).expect("an index");
    index.catch_up(repository.catalog.as_ref()).expect("room");
    made
}

/// What a document is called.
fn label(first: &Truth, code: &str) -> String {
    let names = ["doc_type", "doc_number", "abstract", "title"];
    let values = names.iter().filter_map(|name| first.fact(name)).map(|value| value.replace('_', " "));
    values.chain([code.to_owned()]).collect::<Vec<_>>().join("\n")
}

fn facts_of(truth: &Truth, first: &Truth, kind: RecordKind, page: u32, code: &str) -> String {
    let mut text = format!("page {page}\nkind {}\ncode {code}\nlevel {}\n", kind.as_str(), truth.level);
    for (name, value) in &first.fields {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.push_str(&format!("{name} {value}\n"));
    }
    text
}

fn seal(
    repository: &Repository,
    folder: &Path,
    code: &str,
    ordinal: u32,
    recipe: RecipeId,
    pages: &[&Truth],
) -> (RecordDocument, StoredBlob) {
    let mut ids = Vec::new();
    for truth in pages {
        // A picture for those who want to see the hits on it; the index needs none.
        let bytes = fs::read(folder.join(&truth.image)).unwrap_or_else(|_| truth.id.clone().into_bytes());
        let scan = put(repository, &bytes);
        repository.catalog.put_blob(&scan, Some(MediaType::Png)).expect("room");
        let id = PageId { scan: scan.id, ordinal: 0 };
        repository.catalog.put_page(id, recipe, &page_of(truth)).expect("room");
        ids.push((id, scan));
    }
    let file = put(repository, format!("%PDF {code} {ordinal} {}", pages[0].id).as_bytes());
    let code: DossierCode = code.parse().expect("a code");
    let stored = |blob: &StoredBlob, name: String, media_type| StoredFile {
        name,
        media_type,
        bytes: blob.bytes,
        pages: u32::try_from(pages.len()).expect("few pages"),
        sha256: blob.sha256,
        blake3: blob.id,
        origin: None,
    };
    let (first, pages_of) = (pages[0], ids.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    let document = RecordDocument {
        id: DocumentId::of_pages(&pages_of),
        ordinal,
        file: stored(&file, sealed_file_name(&code, ordinal), MediaType::Pdf),
        source: stored(&ids[0].1, first.image.replace('/', "-"), MediaType::Png),
        text_confidence: Confidence::saturating(first.confidence()),
        text_source: TextSource::Ocr,
        signatures: Vec::new(),
        sensitive_pages: if first.fact("doc_type") == Some("cccd") { pages_of.clone() } else { Vec::new() },
        more_sources: ids
            .iter()
            .zip(pages)
            .skip(1)
            .map(|((_, blob), page)| stored(blob, page.image.replace('/', "-"), MediaType::Png))
            .collect(),
        excerpt: None,
        blank_pages: Vec::new(),
        text_digest: repository.catalog.text_digest(&pages_of, recipe).expect("a catalog"),
        by_hand: None,
        fields: facts(first, &code),
        pages: pages_of,
    };
    (document, file)
}

fn put(repository: &Repository, bytes: &[u8]) -> StoredBlob {
    let sha256 = Sha256::from_bytes(sha2::Sha256::digest(bytes).into());
    let blob = StoredBlob { id: BlobId::of(bytes), sha256, bytes: bytes.len() as u64 };
    let path = repository.blobs.place_of(blob.id);
    fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(path, bytes)).expect("room");
    blob
}

/// The facts as a run writes them; what was written by hand waits for a person.
fn facts(first: &Truth, code: &DossierCode) -> BTreeMap<FieldName, Field> {
    let by_hand = first.fields.get("handwritten").and_then(serde_json::Value::as_bool) == Some(true);
    let status = if by_hand { FieldStatus::NeedsPerson } else { FieldStatus::Accepted };
    let field = |value: &str| Field {
        value: value.into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(first.confidence()),
        status,
        raw: None,
        doubts: Vec::new(),
        others: Vec::new(),
        decision: None,
    };
    let (number, symbol) = first.fact("doc_number").map_or((None, None), |number| match number.split_once('/') {
        Some((number, symbol)) => (Some(number), Some(symbol)),
        None => (Some(number), None),
    });
    let facts = [
        (FieldName::DossierCode, Some(code.as_str())),
        (FieldName::DocumentType, first.fact("doc_type")),
        (FieldName::Number, number),
        (FieldName::Symbol, symbol),
        (FieldName::IssueDate, first.fact("date")),
        (FieldName::IssuingBody, first.fact("issuing_body")),
        (FieldName::Title, first.fact("abstract").or(first.fact("title"))),
        (FieldName::OwnerName, first.fact("applicant")),
        (FieldName::OwnerNumber, first.fact("id_number")),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, field(value?)))).collect()
}

fn page_of(truth: &Truth) -> RecognisedPage {
    let confidence = Confidence::saturating(truth.confidence());
    let lines = truth.lines.iter().map(|line| Line { words: words_of(line, confidence), begins_block: true }).collect();
    RecognisedPage {
        width: 2480,
        height: 3508,
        turn: Turn::None,
        skew_degrees: 0.0,
        blank: truth.blank,
        quality: None,
        barcodes: Vec::new(),
        lines,
        unread_letters: None,
        line_finder: LineFinder::Own,
        text_source: TextSource::Ocr,
        pixels: None,
        times: StageTimes::default(),
    }
}

/// The line's words, each with its share of the line's place.
fn words_of(line: &TruthLine, confidence: Confidence) -> Vec<Word> {
    let length = line.text.chars().count().max(1) as f32;
    let along = |from: [f32; 2], to: [f32; 2], share: f32| Point {
        x: from[0] + (to[0] - from[0]) * share,
        y: from[1] + (to[1] - from[1]) * share,
    };
    let [top_left, top_right, bottom_right, bottom_left] = line.poly;
    let (mut words, mut at) = (Vec::new(), 0.0);
    for text in line.text.split(' ') {
        let (from, to) = (at / length, (at + text.chars().count() as f32) / length);
        at += text.chars().count() as f32 + 1.0;
        if text.is_empty() {
            continue;
        }
        words.push(Word {
            text: text.into(),
            confidence,
            place: Quad([
                along(top_left, top_right, from),
                along(top_left, top_right, to),
                along(bottom_left, bottom_right, to),
                along(bottom_left, bottom_right, from),
            ]),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        });
    }
    words
}
