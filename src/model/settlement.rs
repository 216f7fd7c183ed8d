//! What a person decided about a file that waits in the inbox, for the next run to go by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::codes::DossierCode;
use super::dossier::RecordKind;

/// A decision about a scan, known by its bytes: wherever they lie, it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Whose papers it holds, whatever names and barcodes say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<DossierCode>,
    /// Handed in or given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RecordKind>,
    /// What was said of its picture.
    #[serde(default, skip_serializing_if = "Picture::is_judged")]
    pub picture: Picture,
    /// The pages that begin documents. None where sheets in the scan tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<Start>,
}

/// What a person said of the picture of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// Nothing: it has to be good enough.
    #[default]
    Judged,
    /// It is taken as it is.
    Accepted,
}

impl Picture {
    fn is_judged(&self) -> bool {
        *self == Self::Judged
    }
}

/// A page that begins a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Its place in the scan, from 1.
    pub page: u32,
    /// Whose paper it is; that of the document before if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<DossierCode>,
}

impl Settlement {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Tells one decision from another.
    pub fn digest(&self) -> String {
        // Nothing in it can fail to be written.
        let content = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&content).to_hex().to_string()
    }

    /// It, with what was decided `before` where it tells nothing.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        Self {
            code: self.code.or(before.code),
            kind: self.kind.or(before.kind),
            picture: if self.picture.is_judged() { before.picture } else { self.picture },
            starts: if self.starts.is_empty() { before.starts } else { self.starts },
        }
    }

    /// Whether it tells whose papers lie where, so that nothing on the scan is asked.
    pub fn takes_apart(&self) -> bool {
        self.code.is_some() || !self.starts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second decision about a file once erased the first.
    #[test]
    fn what_was_decided_before_stands_unless_it_is_told_anew() {
        let code: DossierCode = "H38.23-260412-1763".parse().unwrap();
        let start = |page| Start { page, code: None };
        let whose = Settlement { code: Some(code.clone()), starts: vec![start(2)], ..Settlement::default() };
        let accepted = Settlement { picture: Picture::Accepted, ..Settlement::default() };
        let both = accepted.after(whose.clone());
        assert_eq!((&both.code, both.picture, &both.starts), (&Some(code), Picture::Accepted, &vec![start(2)]));
        let again = Settlement { kind: Some(RecordKind::Result), starts: vec![start(3)], ..Settlement::default() };
        let all = again.after(both);
        assert_eq!((all.kind, all.picture, all.starts), (Some(RecordKind::Result), Picture::Accepted, vec![start(3)]));
    }
}
