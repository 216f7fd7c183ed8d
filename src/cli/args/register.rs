//! What can be typed about the dossier register.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Name;
use crate::model::register::RegisterList;

/// `sohoa register`
#[derive(Debug, Subcommand)]
pub(crate) enum Register {
    /// Import a file: CSV, XLSX or JSON lines. / Nhập một tệp: CSV, XLSX hoặc JSON từng dòng.
    Import(ImportRegister),
}

/// `sohoa register import`
#[derive(Debug, Args)]
pub(crate) struct ImportRegister {
    /// The file. / Tệp.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What its rows are; told by its columns if not given. / Loại danh sách.
    #[arg(long, value_enum)]
    pub list: Option<TypedList>,
    /// The layout that it has, of register.toml; told by its columns if not given. / Mẫu cột.
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// The sheet of a workbook; the first if not given. / Trang tính.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Write the rows that could not be taken to this file, .csv or .xlsx. / Ghi các dòng lỗi ra tệp này.
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    #[command(flatten)]
    pub name: Name,
}

/// A list of the register, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TypedList {
    Agencies,
    Procedures,
    Components,
    Dossiers,
    Ratings,
    FeeReductions,
    Visits,
}

impl From<TypedList> for RegisterList {
    fn from(typed: TypedList) -> Self {
        match typed {
            TypedList::Agencies => Self::Agencies,
            TypedList::Procedures => Self::Procedures,
            TypedList::Components => Self::Components,
            TypedList::Dossiers => Self::Dossiers,
            TypedList::Ratings => Self::Ratings,
            TypedList::FeeReductions => Self::FeeReductions,
            TypedList::Visits => Self::Visits,
        }
    }
}
