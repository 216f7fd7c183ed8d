//! What a bag says of itself (RFC 8493).

use time::macros::format_description;

use super::plan::Plan;
use super::sha256_of;
use super::sink::Hashes;

/// The file that tells of the bag.
pub(super) const INFO: &str = "bag-info.txt";
/// Its first line, before the version of the program.
pub(super) const AGENT: &str = "Bag-Software-Agent: sohoa ";
/// This version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Lines for the lists of hashes.
#[derive(Default)]
pub(super) struct Bag {
    bytes: u64,
    files: u64,
    sha256: String,
    sha512: String,
}

impl Bag {
    /// A file of the payload. Our own paths hold nothing that has to be escaped.
    pub(super) fn payload(&mut self, path: &str, bytes: u64, hashes: Hashes) {
        self.bytes += bytes;
        self.files += 1;
        self.sha256.push_str(&format!("{}  {path}\n", hashes.sha256));
        self.sha512.push_str(&format!("{}  {path}\n", hashes.sha512));
    }

    /// All files of the bag beside the payload, as they are to be written.
    pub(super) fn tag_files(self, plan: &Plan, number: usize, version: &str) -> Vec<(String, String)> {
        let Self { bytes, files, sha256, sha512 } = self;
        let day = plan.made_at.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
        let group: String = plan.digest.to_string().chars().take(16).collect();
        let info = format!(
            "{AGENT}{version}\nBagging-Date: {day}\nExternal-Identifier: sohoa-manifests-{:06}-{:06}\n\
             Payload-Oxum: {bytes}.{files}\nBag-Group-Identifier: sohoa-{group}\nBag-Count: {} of {}\n",
            plan.first,
            plan.last,
            number + 1,
            plan.parts.len()
        );
        let mut tags: Vec<(String, String)> = vec![
            ("bagit.txt".into(), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".into()),
            (INFO.into(), info),
            ("manifest-sha256.txt".into(), sha256),
            ("manifest-sha512.txt".into(), sha512),
        ];
        let lines = |hash: &dyn Fn(&str) -> String| -> String {
            tags.iter().map(|(path, text)| format!("{}  {path}\n", hash(text))).collect()
        };
        let of_tags = [
            ("tagmanifest-sha256.txt".into(), lines(&|text| sha256_of(text).to_string())),
            ("tagmanifest-sha512.txt".into(), lines(&|text| Hashes::of(text.as_bytes()).sha512)),
        ];
        tags.extend(of_tags);
        tags
    }
}
