//! What can be typed to show a dossier and change its pages.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{MovedPage, Name, RemovedPage, TypedKind};

/// `sohoa show`
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The dossier's code; all dossiers are listed if not given. / Mã hồ sơ; để trống thì liệt kê tất cả.
    pub code: Option<String>,
    /// Print the text alone, page by page. / Chỉ in phần chữ, từng trang.
    #[arg(long, requires = "code", conflicts_with = "json")]
    pub text: bool,
    /// Write its PDFs into this folder under their names. / Ghi các tệp PDF ra thư mục này.
    #[arg(long, requires = "code", value_name = "DIR")]
    pub pdf: Option<PathBuf>,
    /// Write the picture of one page here. / Ghi ảnh của một trang ra tệp này.
    #[arg(long, requires_all = ["code", "document", "page"], conflicts_with_all = ["pdf", "text"], value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// The document's number, as in CODE.003.pdf. / Số thứ tự tài liệu.
    #[arg(long, requires = "png", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub document: Option<u32>,
    /// The page's number in that file. / Số trang trong tệp đó.
    #[arg(long, requires = "png", value_name = "P", value_parser = clap::value_parser!(u32).range(1..))]
    pub page: Option<u32>,
    /// Mark what this query looks for. / Đánh dấu những gì câu tìm này tìm.
    #[arg(long, requires = "png", value_name = "QUERY")]
    pub mark: Option<String>,
    /// Handed in or given back, where both have a document of this number. / Hồ sơ hay kết quả.
    #[arg(long, requires = "png", value_enum)]
    pub kind: Option<TypedKind>,
    /// Draw the page though it shows an identity card. / Vẽ cả trang có thẻ căn cước.
    #[arg(long, requires = "png")]
    pub sensitive: bool,
    /// List at most N. / Liệt kê tối đa N hồ sơ.
    #[arg(long, value_name = "N", conflicts_with = "code")]
    pub limit: Option<usize>,
    /// List those that come after this code. / Chỉ liệt kê các hồ sơ đứng sau mã này.
    #[arg(long, value_name = "CODE", conflicts_with = "code")]
    pub after: Option<String>,
}

/// `sohoa page`
#[derive(Debug, Subcommand)]
pub(crate) enum Page {
    /// Put the pages of a scan in before a page. / Chèn các trang của bản quét vào trước một trang.
    Insert(ChangedPage),
    /// Put the page of a scan in the place of a page. / Thay một trang bằng trang của bản quét.
    Replace(ChangedPage),
    /// Take a page out; it stays in the version before. / Loại một trang khỏi tài liệu.
    Remove(RemovedPage),
    /// Put a page into another document of the dossier. / Chuyển một trang sang tài liệu khác của hồ sơ.
    Move(MovedPage),
}

/// `sohoa page insert`, `sohoa page replace`
#[derive(Debug, Args)]
pub(crate) struct ChangedPage {
    /// The dossier's code. / Mã hồ sơ.
    pub code: String,
    /// The document's number, as in CODE.003.pdf. / Số thứ tự tài liệu.
    #[arg(long, value_name = "N")]
    pub document: u32,
    /// The page's number in that file; to append: one more than it has. / Số trang trong tệp đó.
    #[arg(long, value_name = "P")]
    pub page: u32,
    /// The scan with the new pages; it stays where it is. / Bản quét chứa trang mới.
    #[arg(long, value_name = "FILE")]
    pub scan: PathBuf,
    /// Handed in or given back, where both have a document of this number. / Hồ sơ hay kết quả.
    #[arg(long, value_enum)]
    pub kind: Option<TypedKind>,
    /// Take the pages however poor the scan is. / Chấp nhận ảnh quét như hiện có.
    #[arg(long)]
    pub accept: bool,
    #[command(flatten)]
    pub name: Name,
}
