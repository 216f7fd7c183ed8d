//! Copies any folder of scans into an inbox that the program takes up whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

/// The shape of the dossier codes given here. Codes on the pages themselves do not fit it, so that
/// no page is set aside because it belongs to another dossier.
pub const CODE_PATTERN: &str = r"BENCH-\d{6}";

/// A copied inbox.
pub struct BenchInbox {
    /// Where it lies.
    pub folder: PathBuf,
    /// All files that were copied, as they were named, in the order of their names.
    pub files: Vec<PathBuf>,
}

impl BenchInbox {
    /// Copies every scan below `from`; each of its folders becomes a dossier.
    pub fn copy(from: &Path, to: &Path) -> Self {
        let mut inbox = Self { folder: to.to_owned(), files: Vec::new() };
        let mut codes: BTreeMap<PathBuf, String> = BTreeMap::new();
        for entry in WalkDir::new(from).sort_by_file_name().into_iter().flatten() {
            let extension = entry.path().extension().map(|extension| extension.to_string_lossy().to_lowercase());
            let scan = matches!(extension.as_deref(), Some("pdf" | "tif" | "tiff" | "jpg" | "jpeg" | "png"));
            if !entry.file_type().is_file() || !scan {
                continue;
            }
            let parent = entry.path().parent().unwrap().to_owned();
            let number = codes.len() + 1;
            let code = codes.entry(parent).or_insert_with(|| format!("BENCH-{number:06}")).clone();
            fs::create_dir_all(to.join(&code)).expect("room for the pages");
            let copy = to.join(&code).join(entry.file_name());
            fs::copy(entry.path(), &copy).expect("room for the pages");
            let settled = SystemTime::now() - Duration::from_secs(3600);
            fs::File::options().write(true).open(&copy).and_then(|file| file.set_modified(settled)).expect("a date");
            inbox.files.push(entry.path().to_owned());
        }
        assert!(!inbox.files.is_empty(), "no scans below {}", from.display());
        inbox
    }
}
