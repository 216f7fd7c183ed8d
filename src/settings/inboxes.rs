//! Inboxes that are told apart: which site fills them, and who scans there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::site::{Origin, Site, SiteKind};

/// An inbox, or a folder in one, that one site fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteInbox {
    /// The folder.
    pub folder: PathBuf,
    /// The code of the site.
    pub site: String,
    /// What it is called; its code if not told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
    /// Who scans there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operator: String,
}

impl SiteInbox {
    /// The site.
    pub fn site(&self) -> Site {
        let name = if self.name.trim().is_empty() { &self.site } else { &self.name };
        Site { code: self.site.clone(), name: name.trim().to_owned(), kind: self.kind }
    }

    /// What scans from it are said to come from.
    pub fn origin(&self) -> Origin {
        let operator = Some(self.operator.trim()).filter(|operator| !operator.is_empty());
        Origin { site: self.site(), operator: operator.map(str::to_owned) }
    }

    /// Of several, the one that a file lies in: the innermost.
    fn of<'a>(all: impl IntoIterator<Item = (&'a Path, &'a Self)>, file: &Path) -> Option<&'a Self> {
        let around = all.into_iter().filter(|(folder, _)| file.starts_with(folder));
        around.max_by_key(|(folder, _)| folder.components().count()).map(|(_, inbox)| inbox)
    }
}

/// Where the files of an inbox were taken in.
#[derive(Debug, Default)]
pub struct Origins<'a> {
    inbox: PathBuf,
    /// Sites by folder, both as they are without links.
    folders: Vec<(PathBuf, &'a SiteInbox)>,
}

impl<'a> Origins<'a> {
    /// What is known of the folders of `inbox`.
    pub fn new(sites: &'a [SiteInbox], inbox: &Path) -> Self {
        if sites.is_empty() {
            return Self::default();
        }
        let straight = |folder: &Path| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        Self { inbox: straight(inbox), folders: sites.iter().map(|site| (straight(&site.folder), site)).collect() }
    }

    /// Where a file with this path in the inbox was taken in; none if that is not told.
    pub fn of(&self, relative: &str) -> Option<Origin> {
        let folders = self.folders.iter().map(|(folder, site)| (folder.as_path(), *site));
        SiteInbox::of(folders, &self.inbox.join(relative)).map(SiteInbox::origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_innermost_folder_that_it_lies_in() {
        let inbox = |folder: &str, site: &str| SiteInbox {
            folder: folder.into(),
            site: site.into(),
            name: String::new(),
            kind: SiteKind::Commune,
            operator: " ".into(),
        };
        let all = [inbox("/a", "one"), inbox("/a/b", "two"), inbox("/a/bc", "three")];
        let of = |file: &str| {
            let all = all.iter().map(|inbox| (inbox.folder.as_path(), inbox));
            SiteInbox::of(all, Path::new(file)).map(|inbox| inbox.site.as_str())
        };
        assert_eq!(
            [of("/a/x.png"), of("/a/b/c/x.png"), of("/a/bcd/x.png"), of("/x.png")],
            [Some("one"), Some("two"), Some("one"), None]
        );
        let origin = all[0].origin();
        assert_eq!((origin.site.name.as_str(), origin.operator), ("one", None), "its code where nothing else is told");
    }
}
