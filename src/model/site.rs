//! Where papers come in: the places that take them, and who works there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vietnamese::fold_words;

/// A place that takes papers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Tells it from all others; the register may call it by this or by its name.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: SiteKind,
}

/// What a place that takes papers is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// Trung tâm Phục vụ hành chính công.
    Centre,
    /// A desk of a city or district.
    CityDesk,
    /// A postal enterprise that takes papers in and digitises them.
    PostalEnterprise,
    /// A commune.
    Commune,
}

/// Where a scan came from: it stays with the scan, whatever becomes of its papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Where its paper was taken in.
    pub site: Site,
    /// Who scanned it: the office or firm, if that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}

impl Site {
    /// Whether somebody means it: by its code or its name, in whatever letters.
    pub fn is_called(&self, typed: &str) -> bool {
        let typed = fold_words(typed);
        [&self.code, &self.name].into_iter().any(|own| fold_words(own) == typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_called_by_its_code_or_its_name() {
        let site = Site { code: "TT".into(), name: "Trung tâm".into(), kind: SiteKind::Centre };
        for typed in ["tt", "TRUNG TÂM", "trung tam"] {
            assert!(site.is_called(typed), "{typed}");
        }
        for typed in ["", "trung", "t t"] {
            assert!(!site.is_called(typed), "{typed}");
        }
    }
}
