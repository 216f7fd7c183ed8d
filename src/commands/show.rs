//! Showing a dossier, the text of its pages, and handing out its files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::records::{current_records, find_records, is_current};
use super::register::{Offer, Reused, differences_of, offers, reused};
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::failure::Failure;
use crate::model::ids::PageId;
use crate::model::mask::{Masking, secret_words, without_words};
use crate::model::page::RecognisedPage;
use crate::model::quality::{PageQuality, Shortcoming};
use crate::model::record::{Record, RecordDocument};
use crate::model::register::{Difference, RegisterDossier};
use crate::model::text::TextSource;
use crate::model::worst_region::WorstRegion;
use crate::pipeline::hand_out;
use crate::pipeline::notices::{read_pages, repeated_pages};
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::check::judge_quality;

/// Which dossier is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShowOrder {
    /// Its code, in whatever letters.
    pub code: String,
    /// Of which versions the pages are shown.
    pub pages: PagesOf,
}

/// Versions of records whose pages are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagesOf {
    /// Those whose place no later one took.
    Current,
    /// All.
    All,
}

/// A dossier as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ShownDossier {
    /// Its code as the repository has it.
    pub dossier_code: DossierCode,
    /// The dossier as the register has it; null if it does not.
    pub register: Option<RegisterDossier>,
    /// Where its newest papers and the register disagree.
    pub differences: Vec<Difference>,
    /// What is held already and may stand for components that it needs.
    pub offers: Vec<Offer>,
    /// What stands for components of it, by component.
    pub reused: Reused,
    /// All versions of its records, by kind and version.
    pub records: Vec<ShownRecord>,
}

/// A record as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ShownRecord {
    /// Whether no later version took its place.
    pub current: bool,
    /// What it says.
    #[serde(flatten)]
    pub record: Record,
    /// The files of its documents, in their order; none of a version whose pages are not shown.
    pub files: Vec<ShownFile>,
}

/// Where a document's files lie, and what was read on its pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ShownFile {
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The name of the sealed file.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Where the scan lies that the document was made from.
    pub source_path: PathBuf,
    /// Where the scans lie that pages came late from.
    pub more_source_paths: Vec<PathBuf>,
    /// The scans with their names: what of them may be handed on.
    #[serde(skip)]
    pub originals: Vec<Original>,
    /// Its pages, in order.
    pub pages: Vec<ShownPage>,
}

/// A scan that a document was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Original {
    /// The name it came under.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

/// A page of a sealed file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ShownPage {
    /// Its place in the file, from 1.
    pub page: u32,
    /// The scan that it came from.
    pub id: PageId,
    /// Mean of its words.
    pub confidence: Confidence,
    /// What the mean hides; null if it has no words.
    pub worst_region: Option<WorstRegion>,
    /// How far down the page that is, for people, who see it upright: 0 is the top edge, 1 the bottom edge.
    #[serde(skip)]
    pub worst_down: Option<f32>,
    /// What was measured on its picture; null if it was read before that was done.
    pub quality: Option<PageQuality>,
    /// Where its picture is below the present floors.
    pub shortcomings: Vec<Shortcoming>,
    /// Where its text comes from.
    pub text_source: TextSource,
    /// The first page before it that it looks like, if one does.
    pub looks_like: Option<u32>,
    /// Whether it shows what is to be kept from strangers.
    pub sensitive: bool,
    /// What was read on it.
    pub text: String,
}

/// What is handed out of a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandOutOrder {
    /// Its code, in whatever letters.
    pub code: String,
    /// The folder that the files are written into.
    pub folder: PathBuf,
}

/// Shows a dossier with all its records.
///
/// # Errors
/// [`FailureCode::NotFound`](crate::model::failure::FailureCode::NotFound) when there is no such dossier, or why
/// it cannot be read.
pub(crate) fn show(repository: &Repository, settings: &Settings, order: &ShowOrder) -> Result<ShownDossier, Failure> {
    let (dossier_code, all) = find_records(repository, &order.code)?;
    let shown = all.iter().map(|record| {
        let current = is_current(record, &all);
        let files = match order.pages {
            PagesOf::Current if !current => Vec::new(),
            _ => {
                record.documents.iter().map(|document| file(repository, record, document, settings)).collect::<Result<_, _>>()?
            }
        };
        Ok(ShownRecord { current, record: record.clone(), files })
    });
    let records = shown.collect::<Result<_, Failure>>()?;
    let entry = repository.catalog.register_dossier(&dossier_code)?;
    let differences = differences_of(repository, settings, &dossier_code)?;
    let (offers, reused) = match &entry {
        Some(entry) => (offers(repository, settings, &dossier_code)?, reused(repository, entry)?),
        None => (Vec::new(), Reused::new()),
    };
    Ok(ShownDossier { dossier_code, register: entry, differences, offers, reused, records })
}

/// The code of a dossier as the repository has it.
///
/// # Errors
/// As for [`show`].
pub(crate) fn code_of(repository: &Repository, typed: &str) -> Result<DossierCode, Failure> {
    Ok(find_records(repository, typed)?.0)
}

/// The texts of all pages of a dossier's newest records, one page after the other.
///
/// # Errors
/// As for [`show`]; and in its place for a page whose text cannot be read.
pub(crate) fn texts<'a>(
    repository: &'a Repository,
    code: &str,
) -> Result<impl Iterator<Item = Result<String, Failure>> + use<'a>, Failure> {
    let (_, records) = current_records(repository, code)?;
    Ok(records.into_iter().flat_map(move |record| {
        let documents = record.documents.clone();
        documents.into_iter().flat_map(move |document| match read_pages(repository, &record, &document) {
            Ok(pages) => pages.into_iter().map(|(_, page)| Ok(Masking::Shown.text(&page.text()))).collect(),
            Err(failure) => vec![Err(failure)],
        })
    }))
}

/// Writes the sealed files of a dossier's newest records into a folder, each proven on its way, and returns where
/// they lie. Either all of them come to lie there or none does.
///
/// # Errors
/// As for [`show`], or why a file cannot be handed out.
pub(crate) fn hand_out(repository: &Repository, order: &HandOutOrder) -> Result<Vec<PathBuf>, Failure> {
    let (_, records) = current_records(repository, &order.code)?;
    hand_out::hand_out(repository, &records.iter().collect::<Vec<_>>(), &order.folder)
}

fn file(repository: &Repository, record: &Record, document: &RecordDocument, settings: &Settings) -> Result<ShownFile, Failure> {
    let place_of = |file| repository.blobs.place_of(file);
    let read = read_pages(repository, record, document)?;
    let repeated: BTreeMap<u32, u32> = repeated_pages(&read, settings).into_iter().collect();
    let originals: Vec<Original> = document
        .shareable_sources()
        .map(|source| Original { name: source.name.clone(), path: place_of(source.blake3) })
        .collect();
    let pages = (1..).zip(&read).map(|(place, (id, read))| ShownPage {
        looks_like: repeated.get(&place).copied(),
        sensitive: document.sensitive_pages.contains(id),
        ..page(place, *id, read, settings)
    });
    Ok(ShownFile {
        ordinal: document.ordinal,
        name: document.file.name.clone(),
        path: place_of(document.file.blake3),
        source_path: originals.first().map_or_else(PathBuf::new, |original| original.path.clone()),
        more_source_paths: document.more_sources.iter().map(|source| place_of(source.blake3)).collect(),
        pages: pages.collect(),
        originals,
    })
}

/// What a page says of itself.
fn page(page: u32, id: PageId, read: &RecognisedPage, settings: &Settings) -> ShownPage {
    let mut worst_region = read.worst_region();
    if let Some(worst) = &mut worst_region {
        // Its lines alone may not show that they hold a secret.
        worst.text = without_words(&Masking::Shown.text(&worst.text), &secret_words(&read.text()));
    }
    ShownPage {
        page,
        id,
        confidence: read.confidence(),
        worst_down: worst_region.as_ref().map(|worst| read.share_down(&worst.place)),
        worst_region,
        quality: read.quality,
        shortcomings: judge_quality(read, &settings.quality),
        text_source: read.text_source,
        looks_like: None,
        sensitive: false,
        text: Masking::Shown.text(&read.text()),
    }
}
