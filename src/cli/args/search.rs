//! What can be typed to find pages and look at them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TypedKind;
use crate::commands::saved::SearchName;
use crate::model::hit::{Cursor, HitName};

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// What fits best first. / Phù hợp nhất trước.
    Relevance,
    /// The newest date of issue first. / Ngày ban hành mới nhất trước.
    Date,
    /// By dossier code. / Theo mã hồ sơ.
    Code,
}

/// `sohoa search`
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for, best in single quotes; docs/search.md tells the language. / Điều cần tìm, nên
    /// đặt trong nháy đơn: 'loai:"quyết định" ngay:2025 (đất HOẶC nhà) KHÔNG "nông nghiệp"'
    #[arg(required_unless_present_any = ["saved", "list_saved"], conflicts_with_all = ["saved", "list_saved"])]
    pub words: Vec<String>,
    /// Most hits to show. / Số kết quả tối đa.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Which list of so many hits to show, from 1. / Xem danh sách kết quả thứ mấy, từ 1.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub page: usize,
    /// Go on behind the hit that the list before named as `next`. / Xem tiếp từ giá trị next của danh sách trước.
    #[arg(long, value_name = "NEXT", conflicts_with = "page")]
    pub after: Option<Cursor>,
    /// Order of the hits; relevance if none is given. / Thứ tự kết quả.
    #[arg(long, value_enum)]
    pub sort: Option<Sort>,
    /// Find words only with the tones that were typed. / Chỉ tìm đúng dấu đã gõ.
    #[arg(long)]
    pub exact_tones: bool,
    /// Search superseded versions and what was voided too. / Tìm cả phiên bản đã thay thế và tài liệu đã hủy.
    #[arg(long)]
    pub all_versions: bool,
    /// Count all hits, by kind, type, agency and year. / Đếm mọi kết quả theo loại, cơ quan, năm.
    #[arg(long)]
    pub facets: bool,
    /// Only say how the query is understood. / Chỉ cho biết câu tìm được hiểu thế nào.
    #[arg(long, conflicts_with = "json")]
    pub explain: bool,
    /// Write all hits to this file, .csv or .xlsx. / Ghi mọi kết quả ra tệp .csv hoặc .xlsx.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "page", "after", "explain"])]
    pub export: Option<PathBuf>,
    /// What parts the cells of a CSV. / Dấu ngăn cột trong CSV.
    #[arg(long, value_enum, default_value_t = Separator::Comma, requires = "export")]
    pub separator: Separator,
    /// Leave out the sign by which Excel knows UTF-8. / Không ghi dấu BOM ở đầu CSV.
    #[arg(long, requires = "export")]
    pub no_bom: bool,
    /// Keep this search under a name. / Lưu câu tìm này dưới một tên.
    #[arg(long, value_name = "NAME", conflicts_with = "saved")]
    pub save: Option<SearchName>,
    /// Search again for what is kept under a name. / Tìm lại theo câu tìm đã lưu.
    #[arg(long, value_name = "NAME")]
    pub saved: Option<SearchName>,
    /// List the searches that are kept. / Liệt kê các câu tìm đã lưu.
    #[arg(long, conflicts_with_all = ["saved", "save", "export", "explain"])]
    pub list_saved: bool,
    /// Folder of the searches that are kept; `searches` in the repository if not given. / Thư mục câu tìm đã lưu.
    #[arg(long, value_name = "DIR", env = "SOHOA_SEARCHES")]
    pub searches: Option<PathBuf>,
}

/// What parts the cells of a CSV, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

/// `sohoa open`
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// The hit as a search names it: CODE/DOCUMENT/PAGE. / Kết quả tìm: MÃ-HỒ-SƠ/TÀI-LIỆU/TRANG.
    pub hit: HitName,
    /// The picture to write; named after the hit in the present folder if not given. / Tệp ảnh kết quả.
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    #[command(flatten)]
    pub picture: PictureOptions,
}

/// What the picture of a page shows.
#[derive(Debug, Clone, Args)]
pub(crate) struct PictureOptions {
    /// Mark what this query looks for. / Đánh dấu những gì câu tìm này tìm.
    #[arg(long, value_name = "QUERY")]
    pub mark: Option<String>,
    /// Handed in or given back, where both have a document of this number. / Hồ sơ hay kết quả.
    #[arg(long, value_enum)]
    pub kind: Option<TypedKind>,
    /// Draw it though it shows an identity card. / Vẽ cả trang có thẻ căn cước.
    #[arg(long)]
    pub sensitive: bool,
}
