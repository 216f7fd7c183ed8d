//! What must hold of a repository at every moment, and what it must hold in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::Digest;
use sohoa::stages::publish;
use sohoa::stages::seal;

use crate::support::{CODE_A, CODE_B, Place};

/// The digests of all files in the inbox.
pub fn inputs(place: &Place) -> BTreeSet<String> {
    files(&place.inbox()).iter().map(|path| blake3_of(&fs::read(path).unwrap())).collect()
}

fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// All files under `folder`, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let entries = walk.into_iter().filter(|entry| entry.as_ref().map_or(true, |entry| !entry.file_type().is_dir()));
    match folder.exists() {
        true => entries.map(|entry| entry.unwrap().into_path()).collect(),
        false => Vec::new(),
    }
}

/// What can be seen in a repository by anybody who opens a file of it: no part may be half there.
pub struct Sound {
    blobs: Vec<PathBuf>,
    exports: Vec<PathBuf>,
    quarantine: Vec<PathBuf>,
}

impl Sound {
    pub fn of(place: &Place) -> Self {
        let part = |name| files(&place.repository().join(name));
        Self { blobs: part("blobs"), exports: part("exports"), quarantine: part("quarantine") }
    }

    /// Asserts that every file is whole; a PDF that is none of `inputs` is one that was sealed.
    pub fn expect(&self, inputs: &BTreeSet<String>) {
        for path in &self.blobs {
            let bytes = fs::read(path).unwrap();
            let digest = blake3_of(&bytes);
            assert!(path.ends_with(Path::new(&digest[..2]).join(&digest[2..4]).join(&digest)), "{}", path.display());
            if bytes.starts_with(b"%PDF") && !inputs.contains(&digest) {
                assert!(seal::page_count(&bytes).unwrap() > 0, "{}", path.display());
            }
        }
        let mut previous = None;
        for (path, sequence) in self.exports.iter().zip(1..) {
            assert!(path.ends_with(publish::file_name(sequence)), "{} comes as number {sequence}", path.display());
            let bytes = fs::read(path).unwrap();
            publish::validate(&bytes).unwrap();
            let manifest: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(manifest["sequence"], sequence);
            assert_eq!(manifest["previous_sha256"].as_str().map(str::to_owned), previous, "{}", path.display());
            previous = Some(sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect());
        }
        for path in &self.quarantine {
            let name = path.to_str().unwrap();
            if name.ends_with(".reason.json") {
                let reason: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
                assert!(reason["code"].is_string() && reason["remedy"]["vi"].is_string(), "{reason}");
            } else {
                assert!(inputs.contains(&blake3_of(&fs::read(path).unwrap())), "{name} is no whole file");
                let reason = format!("{name}.reason.json");
                assert!(self.quarantine.contains(&reason.clone().into()), "{reason} is not there");
            }
        }
    }
}

/// Asserts that nothing the catalog speaks of is missing or changed: a killed run may leave blobs
/// that nothing refers to, a manifest not released yet and an index that lags behind.
pub fn expect_only_leftovers(place: &Place) {
    if !place.repository().join("catalog.sqlite").exists() {
        return;
    }
    let verification = place.sohoa(&["verify", "--json"]);
    assert!(matches!(verification.code, Some(0 | 5)), "{verification:?}");
    for finding in verification.json()["findings"].as_array().unwrap() {
        let (subject, damage) = (finding["subject"].as_str().unwrap(), finding["damage"].as_str().unwrap());
        let unreleased = finding["detail"].as_str().unwrap().starts_with("prepared but not released");
        let is_leftover = match (subject, damage) {
            ("blob", "orphaned") | ("index-entry", _) => true,
            ("manifest", "missing") => unreleased,
            _ => false,
        };
        assert!(is_leftover, "{finding}");
    }
}

/// Asserts that the ledger of the last batch balances and no batch before it is left running.
pub fn expect_balance(place: &Place, report: &Value) {
    let ledger = &report["ledger"];
    let outcomes = ["sealed", "separators", "blank", "waiting", "refused"];
    let sum: u64 = outcomes.iter().map(|key| ledger[key].as_u64().unwrap()).sum();
    assert_eq!(ledger["scanned"].as_u64(), Some(sum), "{report:#}");
    for batch in 1..report["batch"].as_i64().unwrap() {
        let state = place.sohoa(&["report", &batch.to_string(), "--json"]).expect_code(0).json()["state"].clone();
        assert!(state == "interrupted" || state == "finished", "batch {batch} is {state}");
    }
}

/// All that a repository and its inbox hold when the work is done, whatever number of batches it
/// took.
#[derive(Debug, PartialEq)]
pub struct End {
    /// Records in all manifests, without times.
    pub records: BTreeMap<String, Value>,
    /// Each file set aside and its reason's code.
    pub quarantine: BTreeMap<PathBuf, String>,
    /// Documents by dossier and kind, in their last version, as `show` tells.
    shown: BTreeMap<String, Value>,
    /// What is left in the inbox.
    inbox: Vec<PathBuf>,
    /// Files that should be gone when a run has ended.
    unfinished: Vec<PathBuf>,
    /// How many records of each dossier and kind there are, in all versions.
    versions: BTreeMap<String, usize>,
}

impl End {
    pub fn of(place: &Place) -> Self {
        let (mut shown, mut versions) = (BTreeMap::new(), BTreeMap::new());
        for code in [CODE_A, CODE_B] {
            let answer = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
            for record in answer["records"].as_array().unwrap() {
                let of = format!("{code} {}", record["kind"]);
                *versions.entry(of.clone()).or_default() += 1;
                if record["current"] == true {
                    shown.insert(of, record["documents"].clone());
                }
            }
        }
        let folder = place.repository().join("quarantine");
        let quarantine = files(&folder).into_iter().filter(|path| !path.to_str().unwrap().ends_with(".reason.json"));
        let reason = |path: &Path| -> String {
            let beside = format!("{}.reason.json", path.display());
            let reason: Value = serde_json::from_slice(&fs::read(beside).unwrap()).unwrap();
            reason["code"].as_str().unwrap().to_owned()
        };
        let below = |path: &Path, folder: &Path| path.strip_prefix(folder).unwrap().to_owned();
        Self {
            records: place.exported(),
            quarantine: quarantine.map(|path| (below(&path, &folder), reason(&path))).collect(),
            shown,
            inbox: files(&place.inbox()).iter().map(|path| below(path, place.path())).collect(),
            unfinished: files(&place.repository().join("tmp")).iter().map(|path| below(path, place.path())).collect(),
            versions,
        }
    }
}
