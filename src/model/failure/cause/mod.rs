//! Why something went wrong: codes with values, by the part that found it.
//!
//! Faces find the words. What stands beside each code is for logs and for programs that read JSON.

mod document;
mod exchange;
mod field;
mod register;
mod scan;
mod seal;
mod settle;
mod storage;
mod work;

use std::fmt;
use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::quality::Shortcoming;
use crate::model::query::QueryError;

pub use document::DocumentFault;
pub use exchange::ExchangeFault;
pub use field::FieldFault;
pub use register::RegisterFault;
pub use scan::{ScanFault, ScanFormat};
pub use seal::SealFault;
pub use settle::SettleFault;
pub use storage::StorageFault;
pub use work::{SettingFault, SplitFault, WorkFault};

/// Declares causes: each a code with values, and the text for logs in which the values stand.
macro_rules! faults {
    ($(#[$about:meta])* $name:ident { $($variant:ident $({ $($field:ident: $type:ty),+ })? = $text:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(tag = "code", rename_all = "kebab-case")]
        pub enum $name {
            $(
                #[doc = $text]
                $variant $({ $(#[doc = concat!("Stands in the text as `", stringify!($field), "`.")] $field: $type),+ })?,
            )+
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant $({ $($field),+ })? => write!(f, $text),)+
                }
            }
        }

        #[cfg(test)]
        impl $name {
            /// One of each.
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$variant $({ $($field: $crate::model::failure::cause::Sample::sample()),+ })?),+]
            }
        }
    };
}
pub(in crate::model) use faults;

faults! {
    /// What the system or a library said in its own words, and what of it is understood.
    Outside {
        Said { said: String } = "{said}";
        Absent { said: String } = "{said}";
        Denied { said: String } = "{said}";
        NoRoom { said: String } = "{said}";
        ReadOnly { said: String } = "{said}";
    }
}

/// Why something went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cause {
    /// Something about a scan or a page.
    Scan(ScanFault),
    /// Something about a sealed file, a manifest or a sheet.
    Seal(SealFault),
    /// Something about the repository.
    Storage(StorageFault),
    /// Something about settings.
    Setting(SettingFault),
    /// Which dossier a paper belongs to.
    Split(SplitFault),
    /// Something about the work or what was typed.
    Work(WorkFault),
    /// A decision about a fact that cannot be so.
    Field(FieldFault),
    /// A change to documents that cannot be made.
    Document(DocumentFault),
    /// A decision about a file that cannot be carried out.
    Settle(SettleFault),
    /// Something in the way of an exchange with others.
    Exchange(ExchangeFault),
    /// Something about a file of the register.
    Register(RegisterFault),
    /// What others said.
    Outside(Outside),
    /// A query that is not understood.
    Query(QueryError),
    /// Pages that are too poor to stand for their paper.
    Poor {
        /// Why.
        shortcomings: Vec<Shortcoming>,
    },
}

impl Cause {
    /// What others said, in their own words.
    pub fn said(said: impl fmt::Display) -> Self {
        Self::Outside(Outside::Said { said: said.to_string() })
    }
}

macro_rules! into_cause {
    ($($family:ident => $variant:ident),+) => {
        $(impl From<$family> for Cause {
            fn from(fault: $family) -> Self {
                Self::$variant(fault)
            }
        })+
    };
}
into_cause!(
    ScanFault => Scan, SealFault => Seal, StorageFault => Storage, SettingFault => Setting, SplitFault => Split,
    WorkFault => Work, FieldFault => Field, DocumentFault => Document,
    SettleFault => Settle, ExchangeFault => Exchange, RegisterFault => Register,
    Outside => Outside, QueryError => Query
);

impl From<&io::Error> for Cause {
    fn from(error: &io::Error) -> Self {
        let said = error.to_string();
        Self::Outside(match error.kind() {
            io::ErrorKind::NotFound => Outside::Absent { said },
            io::ErrorKind::PermissionDenied => Outside::Denied { said },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Outside::NoRoom { said },
            io::ErrorKind::ReadOnlyFilesystem => Outside::ReadOnly { said },
            _ => Outside::Said { said },
        })
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::from(&error)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scan(fault) => fault.fmt(f),
            Self::Seal(fault) => fault.fmt(f),
            Self::Storage(fault) => fault.fmt(f),
            Self::Setting(fault) => fault.fmt(f),
            Self::Split(fault) => fault.fmt(f),
            Self::Work(fault) => fault.fmt(f),
            Self::Field(fault) => fault.fmt(f),
            Self::Document(fault) => fault.fmt(f),
            Self::Settle(fault) => fault.fmt(f),
            Self::Exchange(fault) => fault.fmt(f),
            Self::Register(fault) => fault.fmt(f),
            Self::Outside(fault) => fault.fmt(f),
            Self::Query(error) => error.fmt(f),
            Self::Poor { shortcomings } => {
                for (place, shortcoming) in shortcomings.iter().enumerate() {
                    let separator = if place == 0 { "" } else { ", " };
                    write!(f, "{separator}{shortcoming}")?;
                }
                Ok(())
            }
        }
    }
}

/// Names in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Names(pub Vec<String>);

impl Names {
    /// These names.
    pub fn of<T: ToString>(names: impl IntoIterator<Item = T>) -> Self {
        Self(names.into_iter().map(|name| name.to_string()).collect())
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// A value for samples of causes. Texts are of no language.
#[cfg(test)]
pub trait Sample {
    /// The value.
    fn sample() -> Self;
}

#[cfg(test)]
macro_rules! samples {
    ($($type:ty = $value:expr),+ $(,)?) => {
        $(impl Sample for $type {
            fn sample() -> Self {
                $value
            }
        })+
    };
}

#[cfg(test)]
samples!(
    u64 = 12,
    u32 = 7,
    i64 = -3,
    char = '/',
    String = "«x»".to_owned(),
    Names = Names::of(["«y»", "«z»"]),
    ScanFormat = ScanFormat::Png,
    crate::model::reuse_lapse::ReuseLapse = crate::model::reuse_lapse::ReuseLapse::Expired,
);

#[cfg(test)]
impl Cause {
    /// One of each.
    pub fn samples() -> Vec<Self> {
        use crate::model::quality::Measure;
        let shortcomings = vec![Shortcoming { measure: Measure::Contrast, value: 0.08, limit: 0.2 }];
        let mut all: Vec<Self> = vec![Self::Poor { shortcomings }];
        all.extend(ScanFault::samples().into_iter().map(Self::from));
        all.extend(SealFault::samples().into_iter().map(Self::from));
        all.extend(StorageFault::samples().into_iter().map(Self::from));
        all.extend(SettingFault::samples().into_iter().map(Self::from));
        all.extend(SplitFault::samples().into_iter().map(Self::from));
        all.extend(WorkFault::samples().into_iter().map(Self::from));
        all.extend(FieldFault::samples().into_iter().map(Self::from));
        all.extend(DocumentFault::samples().into_iter().map(Self::from));
        all.extend(SettleFault::samples().into_iter().map(Self::from));
        all.extend(ExchangeFault::samples().into_iter().map(Self::from));
        all.extend(RegisterFault::samples().into_iter().map(Self::from));
        all.extend(Outside::samples().into_iter().map(Self::from));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Causes are told apart by their codes alone when they are read back.
    #[test]
    fn every_cause_comes_back_as_it_was_written() {
        for cause in Cause::samples() {
            let text = serde_json::to_string(&cause).unwrap();
            assert_eq!(serde_json::from_str::<Cause>(&text).unwrap(), cause, "{text}");
        }
    }
}
