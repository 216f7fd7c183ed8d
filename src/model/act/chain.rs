//! Follows a chain of acts, and says where it is broken.

use thiserror::Error;

use super::{Act, ActHead};
use crate::model::ids::ActDigest;

/// Says where a chain of acts is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainBreak {
    /// The bytes are not those that the digest was made from.
    #[error("act {0} is not what its digest was made from")]
    Changed(u64),
    /// The bytes are none of an act.
    #[error("act {0} does not read: {1}")]
    Unreadable(u64, String),
    /// An act is missing or out of place.
    #[error("act {found} stands where act {expected} belongs")]
    Gap {
        /// The number that should follow.
        expected: u64,
        /// The number that is there.
        found: u64,
    },
    /// It names another act before it than the one that is there.
    #[error("act {0} does not follow from the act before it")]
    Unlinked(u64),
}

/// Follows a chain from its first act, one act after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chain {
    head: Option<ActHead>,
}

impl Chain {
    /// How far it has come.
    pub fn head(&self) -> Option<ActHead> {
        self.head
    }

    /// Takes the next act: its bytes, and the number and digest that are kept with them.
    ///
    /// The chain goes on from what is kept even where it is broken, so that one break is told once.
    ///
    /// # Errors
    /// When it is not the next one, or not what its digest says.
    pub fn follow(&mut self, number: u64, canonical: &str, digest: ActDigest) -> Result<Act, ChainBreak> {
        let before = self.head.replace(ActHead { count: number, digest });
        let expected = before.map_or(1, |head| head.count.saturating_add(1));
        if number != expected {
            return Err(ChainBreak::Gap { expected, found: number });
        }
        if Act::digest(canonical) != digest {
            return Err(ChainBreak::Changed(number));
        }
        let act: Act = serde_json::from_str(canonical).map_err(|error| ChainBreak::Unreadable(number, error.to_string()))?;
        if act.number != number {
            return Err(ChainBreak::Gap { expected, found: act.number });
        }
        if act.previous != before.map(|head| head.digest) {
            return Err(ChainBreak::Unlinked(number));
        }
        Ok(act)
    }
}
