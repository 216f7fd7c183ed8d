//! Codes that people and other systems give out, checked once when they come in.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest dossier code the archival metadata allow (`fileCode`, TT 05/2025/TT-BNV).
pub(in crate::model) const MAX_CODE_LENGTH: usize = 100;

/// Says why a text cannot be a code.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CodeError {
    /// The text is empty.
    #[error("the code is empty")]
    Empty,
    /// The text is longer than archival metadata can hold.
    #[error("the code is longer than {MAX_CODE_LENGTH} characters")]
    TooLong,
    /// A character could not stand in a file name on every system.
    #[error("the code holds '{0}', which is neither a letter or digit of ASCII nor one of . - _")]
    BadCharacter(char),
    /// A leading or trailing dot would make a hidden file or vanish on some systems.
    #[error("the code begins or ends with a dot")]
    OuterDot,
}

/// A dossier's code (mã hồ sơ), safe to use as a file name.
///
/// Which shapes are dossier codes is configuration (`inbox.code_patterns`); this type only
/// promises that the code is non-empty, short and made of characters that every file system and
/// every exchange format can carry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct DossierCode(String);

impl DossierCode {
    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DossierCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        if text.len() > MAX_CODE_LENGTH {
            return Err(CodeError::TooLong);
        }
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_')) {
            return Err(CodeError::BadCharacter(bad));
        }
        if text.starts_with('.') || text.ends_with('.') {
            return Err(CodeError::OuterDot);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for DossierCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<DossierCode> for String {
    fn from(code: DossierCode) -> Self {
        code.0
    }
}

impl fmt::Display for DossierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The longest code of a procedure or component that anybody exchanges.
const MAX_PROCEDURE_LENGTH: usize = 50;

/// A procedure's code (mã TTHC): `1.005129`, or with the portal's tail `1.011441.000.00.00.H38`.
///
/// Whatever else information systems call their procedures is taken too, as long as it is a short code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ProcedureCode(String);

impl ProcedureCode {
    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code without the portal's tail: by this procedures are compared.
    pub fn short(&self) -> &str {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let mut dots = self.0.match_indices('.').map(|(place, _)| place);
        let (Some(first), second) = (dots.next(), dots.next()) else { return &self.0 };
        let end = second.unwrap_or(self.0.len());
        match (self.0.get(..first), self.0.get(first + 1..end), self.0.get(..end)) {
            (Some(head), Some(number), Some(short)) if is_number(head) && is_number(number) => short,
            _ => &self.0,
        }
    }
}

impl FromStr for ProcedureCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let code: DossierCode = text.parse()?;
        if text.len() > MAX_PROCEDURE_LENGTH {
            return Err(CodeError::TooLong);
        }
        Ok(Self(code.0))
    }
}

impl TryFrom<String> for ProcedureCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<ProcedureCode> for String {
    fn from(code: ProcedureCode) -> Self {
        code.0
    }
}

impl fmt::Display for ProcedureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_use_are_accepted() {
        for code in ["H38.16-230706-0012", "000.00.16.H38-230706-0012", "G09.20-20260609-0092637"] {
            assert_eq!(code.parse::<DossierCode>().map(String::from), Ok(code.to_owned()));
        }
    }

    #[test]
    fn a_procedure_is_known_by_its_code_without_the_tail_of_the_portal() {
        let short = |text: &str| text.parse::<ProcedureCode>().map(|code| code.short().to_owned()).unwrap();
        assert_eq!(short("1.011441.000.00.00.H38"), "1.011441");
        assert_eq!(short("2.000908"), "2.000908");
        for whole in ["TTHC-01", "a.1.2", "1.a.2", "7"] {
            assert!(whole.parse::<ProcedureCode>().is_ok_and(|code| code.short() == whole), "{whole}");
        }
        assert!("x".repeat(51).parse::<ProcedureCode>().is_err() && "1 2".parse::<ProcedureCode>().is_err());
    }

    #[test]
    fn a_code_cannot_leave_its_folder_or_hide() {
        assert_eq!("".parse::<DossierCode>(), Err(CodeError::Empty));
        assert_eq!("..".parse::<DossierCode>(), Err(CodeError::OuterDot));
        assert_eq!("a/b".parse::<DossierCode>(), Err(CodeError::BadCharacter('/')));
        assert_eq!("a b".parse::<DossierCode>(), Err(CodeError::BadCharacter(' ')));
        assert_eq!("a".repeat(101).parse::<DossierCode>(), Err(CodeError::TooLong));
        assert!(serde_json::from_str::<DossierCode>("\"../x\"").is_err());
    }
}
