//! Those who take what is exported, each by its own series of manifests.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::ProcedureCode;
use crate::model::consumer::ConsumerName;
use crate::model::dossier::RecordKind;
use crate::model::telling::{PersonalMode, Recipient};

/// Somebody who takes what is exported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerSettings {
    /// Its name, which is also that of its folder.
    pub name: ConsumerName,
    /// How it is served.
    #[serde(default)]
    pub kind: ConsumerKind,
    /// Its outbox; `outbox/NAME` in the repository if empty.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub folder: PathBuf,
    /// Which records it gets; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<RecordKind>,
    /// Beginnings of the codes of dossiers that it gets, such as those of an agency; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Codes of procedures (mã TTHC) whose dossiers it gets, by the register; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub procedures: Vec<ProcedureCode>,
    /// Where the dossiers were taken in that it gets, by the register; anywhere if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// It gets what was sealed from then on; everything if not told.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub since: Option<OffsetDateTime>,
    /// The version of its manifests; that of `export` if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What becomes of what is personal; as `export` says if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal: Option<PersonalMode>,
    /// For whom it is encrypted, where it is; for those of `export` if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Recipient>,
    /// The portal behind it, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<PortalSettings>,
}

impl ConsumerSettings {
    /// One that gets all there is, in its own folder.
    #[cfg(test)]
    pub(crate) fn of_all(name: &str, kind: ConsumerKind) -> Self {
        Self {
            name: name.parse().unwrap(),
            kind,
            folder: PathBuf::new(),
            kinds: vec![],
            codes: vec![],
            procedures: vec![],
            sites: vec![],
            since: None,
            version: None,
            personal: None,
            recipients: vec![],
            portal: None,
        }
    }

    /// Whether the register decides what it gets.
    pub fn asks_the_register(&self) -> bool {
        !self.procedures.is_empty() || !self.sites.is_empty()
    }

    /// Where its manifests lie; `root` is the repository's folder.
    pub fn outbox(&self, root: &Path) -> PathBuf {
        if self.folder.as_os_str().is_empty() { self.name.outbox(root) } else { self.folder.clone() }
    }
}

/// How a portal is reached and spoken to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortalSettings {
    /// Its address: https, or this machine.
    pub url: String,
    /// The name of our account there (client id).
    pub username: String,
    /// File whose first line is the password (client secret).
    pub password_file: PathBuf,
    /// Mã định danh of the agency in whose name is sent.
    pub agency: String,
    /// Who digitised, and in which department, in what is told of progress.
    pub operator: String,
    /// See `operator`.
    pub department: String,
    /// What stands before the path of a file where the portal fetches files by their address; none are named if
    /// empty.
    pub files_url: String,
    /// Most millions of bytes of a file that is sent.
    pub file_mb: u64,
    /// Certificates that are trusted.
    pub ca_file: PathBuf,
    /// Longest that an answer may take, in seconds.
    pub timeout_seconds: f64,
    /// How often a message is tried in one pass.
    pub tries: u32,
    /// Pause after the first try, in seconds; each later one is twice as long.
    pub pause_seconds: f64,
    /// Most messages in a second; as many as there are if 0.
    pub requests_per_second: f64,
    /// File with tables in the place of `config/portal.toml`.
    pub tables: PathBuf,
}

impl Default for PortalSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            username: String::new(),
            password_file: PathBuf::new(),
            agency: String::new(),
            operator: String::new(),
            department: String::new(),
            files_url: String::new(),
            file_mb: 6,
            ca_file: "/etc/ssl/certs/ca-certificates.crt".into(),
            timeout_seconds: 60.0,
            tries: 5,
            pause_seconds: 2.0,
            requests_per_second: 5.0,
            tables: PathBuf::new(),
        }
    }
}

fn is_empty(folder: &Path) -> bool {
    folder.as_os_str().is_empty()
}

/// How a consumer is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsumerKind {
    /// It fetches manifests from its outbox, and may put acknowledgements there.
    #[default]
    Folder,
    /// It is a portal of variant A.
    Mc,
    /// It is a portal of variant B.
    Lgsp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Layers, Settings, SettingsError};

    fn read(text: &str) -> Result<Settings, SettingsError> {
        Layers::default().text("test", text).and_then(Layers::finish)
    }

    #[test]
    fn consumers_are_read_with_their_portals() {
        let text = "[[consumers]]\nname = \"kho\"\n\n[[consumers]]\nname = \"cong\"\nkind = \"mc\"\nkinds = [\"result\"]\n\
                    since = \"2026-01-01T00:00:00+07:00\"\nprocedures = [\"1.005129\"]\n[consumers.portal]\nurl = \"https://x\"\n";
        let consumers = read(text).unwrap().consumers;
        assert_eq!((consumers[0].kind, consumers[1].kind), (ConsumerKind::Folder, ConsumerKind::Mc));
        assert_eq!(consumers[0].outbox(Path::new("/kho")), Path::new("/kho/outbox/kho"));
        let portal = consumers[1].portal.as_ref().unwrap();
        assert_eq!((portal.url.as_str(), portal.tries, portal.file_mb), ("https://x", 5, 6));
        assert!(!consumers[0].asks_the_register() && consumers[1].asks_the_register());
    }

    #[test]
    fn names_that_are_no_folders_or_are_there_twice_are_refused() {
        for wrong in [
            "[[consumers]]\nname = \"../x\"\n",
            "[[consumers]]\nname = \"a\"\n[[consumers]]\nname = \"a\"\n",
            "[[consumers]]\nname = \"a\"\nfolder = \"x\"\n",
            "[[consumers]]\nname = \"a\"\nkind = \"ftp\"\n",
            "[[consumers]]\nname = \"a\"\n[consumers.portal]\ntries = 0\n",
            "[[consumers]]\nkind = \"mc\"\n",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
