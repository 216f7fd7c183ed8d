//! What can be typed about acts and sample checks.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Name;
use super::desk::TypedField;
use crate::model::record::DocumentName;

/// `sohoa audit`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub work: Option<AuditWork>,
    /// Check these manifests against the acts, or without a repository among themselves.
    /// / Đối chiếu các bản kê này.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub manifest: Vec<PathBuf>,
}

/// What is checked by hand.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditWork {
    /// Draw documents for a second person to hold against their papers. / Rút mẫu tài liệu để người thứ hai kiểm tra.
    Sample(Sample),
    /// Say what is wrong with a drawn document; nothing if no fact is named. / Ghi kết quả kiểm tra một tài liệu.
    Checked(Checked),
}

/// `sohoa audit sample`
#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// How many per cent, such as 2 or 2% or 0,5. / Tỷ lệ phần trăm.
    #[arg(value_name = "PERCENT", value_parser = typed_share)]
    pub share: u32,
    /// Only a blank and the sign, as in '2 %'. / Dấu phần trăm.
    #[arg(value_name = "%", hide = true, value_parser = ["%"])]
    pub sign: Option<String>,
    /// What they are drawn by, to draw the same again; by chance if not given. / Hạt giống.
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa audit checked`
#[derive(Debug, Args)]
pub(crate) struct Checked {
    /// The document: CODE.NNN. / Tài liệu.
    #[arg(value_name = "CODE.NNN")]
    pub document: DocumentName,
    /// Facts that are wrong. / Các trường sai.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELD")]
    pub wrong: Vec<TypedField>,
    #[command(flatten)]
    pub name: Name,
}

/// A share in per cent as hundredths of one: more than none, and no more than all.
fn typed_share(text: &str) -> Result<u32, String> {
    let wrong = || "a share is written 2, 2% or 0,5 / tỷ lệ viết dạng 2, 2% hoặc 0,5".to_owned();
    let number: f64 = text.trim_end_matches('%').trim().replace(',', ".").parse().map_err(|_| wrong())?;
    let hundredths = (number * 100.0).round();
    if (1.0..=10_000.0).contains(&hundredths) { Ok(hundredths as u32) } else { Err(wrong()) }
}
