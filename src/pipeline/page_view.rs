//! Pictures of sealed pages for screens: drawn by workers that stay, from copies that were proven.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use super::page_picture::{prove, prove_scan};
use super::step::{Drawing, PictureOrder};
use super::worker::{Folders, WorkerPool};
use crate::model::failure::Failure;
use crate::model::geometry::{Quad, Turn};
use crate::model::ids::{BlobId, PageId};
use crate::model::mask::{Masking, hidden};
use crate::model::page::RecognisedPage;
use crate::model::record::RecordDocument;
use crate::repository::{Repository, RepositoryError};
use crate::settings::Settings;
use crate::stages::prepare::{Clarity, View};

/// Copies of scans that are kept: whoever leafs through a document asks for its pages one by one.
const KEPT: usize = 4;

/// A copy of a scan, removed when nobody uses it any more.
#[derive(Debug)]
struct ScanCopy {
    scan: BlobId,
    path: PathBuf,
}

impl Drop for ScanCopy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Draws pages. Workers and copies of scans stay until it is dropped.
pub(crate) struct PageViews {
    workers: WorkerPool,
    /// Used last, last.
    copies: Mutex<Vec<Arc<ScanCopy>>>,
    number: AtomicU64,
    scratch: TempDir,
}

impl PageViews {
    /// Gets ready; workers start when they are needed.
    ///
    /// # Errors
    /// When there is no room for unfinished files.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Failure> {
        let scratch = tempfile::tempdir().map_err(|error| disk(&std::env::temp_dir(), &error))?;
        let folders = Folders { readable: Vec::new(), writable: vec![scratch.path().to_owned()] };
        Ok(Self {
            workers: WorkerPool::new(settings.clone(), folders),
            copies: Mutex::default(),
            number: AtomicU64::new(0),
            scratch,
        })
    }

    /// Draws a page of a document at most `width` pixels wide, as a JPEG. Where personal data are masked,
    /// numbers and days of birth that were read are covered, and sensitive pages are blurred.
    ///
    /// # Errors
    /// [`FailureCode::RepositoryDamaged`](crate::model::failure::FailureCode::RepositoryDamaged) if the scan
    /// is not what was taken in; or why it cannot be drawn.
    pub(crate) fn draw(
        &self,
        repository: &Repository,
        document: &RecordDocument,
        (id, read): (PageId, &RecognisedPage),
        width: u32,
        masking: Masking,
    ) -> Result<Vec<u8>, Failure> {
        let copy = self.copy(id.scan, |path| prove(repository, document, id, path))?;
        let (clarity, covered) = match masking {
            Masking::Shown => (Clarity::Sharp, Vec::new()),
            Masking::Masked if document.sensitive_pages.contains(&id) => (Clarity::Blurred, Vec::new()),
            Masking::Masked => (Clarity::Sharp, personal_words(read)),
        };
        self.drawn(&copy, id.ordinal, read.turn, View { width, clarity, covered })
    }

    /// Draws a page of a scan that is in no document yet, as it lies in its file; all of it is shown.
    ///
    /// # Errors
    /// As [`Self::draw`].
    pub(crate) fn draw_scan(&self, repository: &Repository, page: PageId, width: u32) -> Result<Vec<u8>, Failure> {
        let copy = self.copy(page.scan, |path| prove_scan(repository, page.scan, path))?;
        self.drawn(&copy, page.ordinal, Turn::None, View { width, clarity: Clarity::Sharp, covered: Vec::new() })
    }

    fn drawn(&self, copy: &ScanCopy, ordinal: u32, turn: Turn, view: View) -> Result<Vec<u8>, Failure> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let output = self.scratch.path().join(format!("{number}.jpg"));
        let scan = copy.path.clone();
        let order = PictureOrder { scan, ordinal, turn, drawing: Drawing::View(view), output: output.clone() };
        let drawn = self.workers.draw(order).and_then(|_| fs::read(&output).map_err(|error| disk(&output, &error)));
        let _ = fs::remove_file(&output);
        drawn
    }

    /// A copy of a scan, made by `prove` if there is none.
    fn copy(&self, scan: BlobId, prove: impl FnOnce(&Path) -> Result<(), Failure>) -> Result<Arc<ScanCopy>, Failure> {
        let mut kept = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|copy| copy.scan == scan) {
            let copy = kept.remove(at);
            kept.push(Arc::clone(&copy));
            return Ok(copy);
        }
        drop(kept);
        // A name of its own for each copy: workers remember what they opened by its path.
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let copy = Arc::new(ScanCopy { scan, path: self.scratch.path().join(format!("{number}.scan")) });
        prove(&copy.path)?;
        let mut kept = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(Arc::clone(&copy));
        Ok(copy)
    }
}

/// The words of a page in which personal data stand.
fn personal_words(page: &RecognisedPage) -> Vec<Quad> {
    let mut text = String::new();
    let mut places = Vec::new();
    for line in &page.lines {
        for word in &line.words {
            let start = text.len();
            text.push_str(&word.text);
            places.push((start..text.len(), word.place));
            text.push(' ');
        }
        text.pop();
        text.push('\n');
    }
    let hidden = hidden(&text);
    let is_hidden = |word: &std::ops::Range<usize>| hidden.iter().any(|range| range.start < word.end && word.start < range.end);
    places.into_iter().filter(|(word, _)| is_hidden(word)).map(|(_, place)| place).collect()
}

fn disk(path: &Path, error: &std::io::Error) -> Failure {
    RepositoryError::io(path, error).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Point;
    use crate::model::text::{Line, SecondReading, TextSource, Word};

    #[test]
    fn words_with_personal_data_are_found_across_words_and_lines() {
        let mut x = 0.0;
        let mut line = |text: &str| {
            let words = text.split(' ').map(|text| {
                x += 1.0;
                Word {
                    text: text.into(),
                    confidence: Confidence::saturating(1.0),
                    place: Quad([Point { x, y: 0.0 }; 4]),
                    source: TextSource::Ocr,
                    engine: None,
                    second: SecondReading::NotAsked,
                }
            });
            Line { words: words.collect(), begins_block: false }
        };
        let lines = vec![line("CCCD 015 072 544 472 của ông"), line("An sinh ngày"), line("05/03/1985 tại số 12")];
        let page = RecognisedPage::upright((100, 100), lines);
        let found: Vec<f32> = personal_words(&page).iter().map(|place| place.0[0].x).collect();
        assert_eq!(found, [2.0, 3.0, 4.0, 11.0], "the last digits of the number stay");
    }
}
