//! How sure the program is of something it read.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A share from 0 (a guess) to 1 (certain), kept to three decimals so that it reads and hashes
/// the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(with = "f64", extend("minimum" = 0, "maximum" = 1))]
pub struct Confidence(f64);

impl Confidence {
    /// Nothing speaks for it.
    pub const NONE: Self = Self(0.0);
    /// Read from a source that checks itself, such as a barcode.
    pub const CERTAIN: Self = Self(1.0);

    /// Takes a share; what lies outside 0 to 1 is brought to the nearer end, NaN to 0.
    pub fn saturating(share: f64) -> Self {
        if share.is_nan() {
            return Self::NONE;
        }
        Self((share.clamp(0.0, 1.0) * 1000.0).round() / 1000.0)
    }

    /// The share, from 0 to 1.
    pub fn share(self) -> f64 {
        self.0
    }

    /// The chance that both hold when they are independent.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::saturating(self.0 * other.0)
    }
}

impl TryFrom<f64> for Confidence {
    type Error = String;

    fn try_from(share: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&share) {
            Ok(Self::saturating(share))
        } else {
            Err(format!("a confidence lies between 0 and 1, not {share}"))
        }
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_stays_between_0_and_1() {
        assert_eq!(Confidence::saturating(f64::NAN), Confidence::NONE);
        assert_eq!(Confidence::saturating(7.0), Confidence::CERTAIN);
        assert_eq!(Confidence::saturating(0.123_456).share(), 0.123);
        assert!(Confidence::try_from(1.1).is_err());
        assert!(serde_json::from_str::<Confidence>("-0.1").is_err());
    }
}
