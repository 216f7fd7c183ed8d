//! What can be typed.

mod desk;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::pipeline::hit::{Cursor, HitName};
use crate::pipeline::saved_searches::SearchName;
use crate::pipeline::verify::WantedShare;
use crate::repository::Repository;
pub use desk::{
    DecidedFields, Document, Field, MovedPage, Pending, RemovedPage, SetField, Settle, Target, TypedField, TypedPending,
};

/// Digitises dossiers: OCR, sealed PDF/A, search and export. / Số hóa hồ sơ hành chính.
#[derive(Debug, Parser)]
#[command(name = "sohoa", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub struct Common {
    /// Settings file (TOML); /etc/sohoa/sohoa.toml if there and no other is named. / Tệp cấu hình.
    #[arg(long, global = true, value_name = "FILE", env = "SOHOA_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder of the repository; folders.repository of the settings if not given. / Thư mục kho dữ liệu điện tử.
    #[arg(long, global = true, value_name = "DIR", env = "SOHOA_REPOSITORY")]
    pub repository: Option<PathBuf>,
    /// Language of messages. / Ngôn ngữ thông báo.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<MessageLanguage>,
    /// Print data as JSON. / In dữ liệu dạng JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Say only what went wrong. / Chỉ báo lỗi.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Log more; twice for everything. / Ghi nhật ký chi tiết hơn.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// A language of messages, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum MessageLanguage {
    Vi,
    En,
}

impl MessageLanguage {
    /// As it stands in settings.
    pub fn key(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

impl From<MessageLanguage> for Language {
    fn from(typed: MessageLanguage) -> Self {
        match typed {
            MessageLanguage::Vi => Self::Vi,
            MessageLanguage::En => Self::En,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Take up an inbox: read, seal, index, export. / Xử lý hộp đến.
    Run(Run),
    /// Wait for files and take up what has settled, until stopped. / Theo dõi hộp đến liên tục.
    Watch(Watch),
    /// Find pages by what is written on them. / Tìm trong các trang đã số hóa.
    Search(Search),
    /// Draw the page of a hit, what was looked for marked on it. / Vẽ trang tìm được, đánh dấu chỗ tìm thấy.
    Open(Open),
    /// Show a dossier, or list them all. / Xem một hồ sơ, hoặc liệt kê tất cả.
    Show(Show),
    /// List what waits for a person, over all nights, with the command that settles each. / Việc chờ xử lý.
    Pending(Pending),
    /// Decide about a file that waits in the inbox, for the next run. / Quyết định về tệp đang chờ.
    Settle(Settle),
    /// Settle a fact that was read: correct or confirm it, or say that the paper does not bear it. / Xác nhận hoặc sửa một trường đã đọc.
    #[command(subcommand)]
    Field(Field),
    /// Move, void, split, merge or reorder documents. / Chuyển, loại, tách, gộp tài liệu.
    #[command(subcommand)]
    Document(Document),
    /// Put a late page into a sealed document, or replace one. / Chèn trang đến sau, hoặc thay một trang.
    #[command(subcommand)]
    Page(Page),
    /// Write the manifest of what is new. / Xuất bản kê các hồ sơ mới.
    Export(Export),
    /// Re-read everything and name what is damaged. / Kiểm tra toàn vẹn kho dữ liệu.
    Verify(Verify),
    /// Make again what can be made: lost texts of pages, search index, files of manifests. / Tạo lại những gì có thể tạo lại.
    Repair(Repair),
    /// List who did what, when and why, and prove that nothing of it was changed. / Nhật ký các việc đã làm.
    Audit(Audit),
    /// Show the report of a batch. / Xem báo cáo của một lô.
    Report(Report),
    /// Print cover sheets and separators for stacks. / In tờ bìa hồ sơ và tờ ngăn cách.
    Cover(Cover),
    /// Check whether this machine can do the work. / Kiểm tra máy.
    Doctor(Doctor),
    /// Serve as a worker of another run.
    #[command(hide = true)]
    Worker,
}

/// In whose name and why something is done.
#[derive(Debug, Clone, Default, Args)]
pub struct Name {
    /// The person who does it, where several share an account. / Người thực hiện.
    #[arg(long, value_name = "NAME", env = "SOHOA_BY")]
    pub by: Option<String>,
    /// Why it is done. / Lý do.
    #[arg(long, visible_alias = "why", value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Name {
    /// Does what is done to `repository` in this name.
    pub fn sign(&self, repository: Repository) -> Repository {
        repository.in_name_of(self.by.as_deref(), self.reason.as_deref())
    }
}

/// `sohoa export`
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa repair`
#[derive(Debug, Args)]
pub struct Repair {
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Read only a part of the files: 3/30, or today/30 for the one whose turn it is; the catalog
    /// is always read whole. / Chỉ đọc một phần các tệp.
    #[arg(long, value_name = "K/N")]
    pub share: Option<WantedShare>,
}

/// `sohoa audit`
#[derive(Debug, Args)]
pub struct Audit {
    /// Check these manifests against the acts, or without a repository among themselves.
    /// / Đối chiếu các bản kê này.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub manifest: Vec<PathBuf>,
}

/// `sohoa run`
#[derive(Debug, Args)]
pub struct Run {
    /// Folder with the scans; folders.inbox of the settings if not given. / Thư mục chứa tệp quét.
    #[arg(long, value_name = "DIR", env = "SOHOA_INBOX")]
    pub inbox: Option<PathBuf>,
    /// Pages worked on at once; 0 for one a core. / Số trang xử lý song song.
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<u32>,
    /// Say what would be done, write nothing. / Chỉ lập kế hoạch, không ghi gì.
    #[arg(long)]
    pub dry_run: bool,
    /// Take up at most N new files. / Chỉ xử lý tối đa N tệp mới.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Read again what an older program has read, too. / Đọc lại cả những gì phiên bản cũ đã đọc.
    #[arg(long)]
    pub reread: bool,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa watch`
#[derive(Debug, Args)]
pub struct Watch {
    /// Folder that scans are put into; folders.inbox of the settings if not given. / Thư mục nhận tệp quét.
    #[arg(long, value_name = "DIR", env = "SOHOA_INBOX")]
    pub inbox: Option<PathBuf>,
    /// Pages worked on at once; 0 for one a core. / Số trang xử lý song song.
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<u32>,
    #[command(flatten)]
    pub name: Name,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// What fits best first. / Phù hợp nhất trước.
    Relevance,
    /// The newest date of issue first. / Ngày ban hành mới nhất trước.
    Date,
    /// By dossier code. / Theo mã hồ sơ.
    Code,
}

/// `sohoa search`
#[derive(Debug, Args)]
pub struct Search {
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
pub enum Separator {
    Comma,
    Semicolon,
    Tab,
}

/// `sohoa open`
#[derive(Debug, Args)]
pub struct Open {
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
pub struct PictureOptions {
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

/// `sohoa show`
#[derive(Debug, Args)]
pub struct Show {
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
pub enum Page {
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
pub struct ChangedPage {
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

/// A kind of record, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TypedKind {
    Dossier,
    Result,
}

impl From<TypedKind> for RecordKind {
    fn from(typed: TypedKind) -> Self {
        match typed {
            TypedKind::Dossier => Self::Dossier,
            TypedKind::Result => Self::Result,
        }
    }
}

/// `sohoa report`
#[derive(Debug, Args)]
pub struct Report {
    /// The batch's number; the latest if not given. / Số lô; mặc định là lô mới nhất.
    pub batch: Option<i64>,
}

/// `sohoa cover`
#[derive(Debug, Args)]
pub struct Cover {
    /// Dossier codes; a cover sheet for each. / Mã hồ sơ; mỗi mã một tờ bìa.
    #[arg(required_unless_present = "separators")]
    pub codes: Vec<String>,
    /// What the cover sheets lie on. / Loại giấy tờ nằm dưới tờ bìa.
    #[arg(long, value_enum, default_value = "dossier")]
    pub kind: CoverKind,
    /// How many sheets of paper lie under the cover sheet; a run tells where it scans others. / Số tờ giấy dưới tờ bìa.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub sheets: Option<u32>,
    /// Print N separators of documents too. / In thêm N tờ ngăn cách tài liệu.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub separators: u32,
    /// Print Patch T on the separators, for scanners that know it. / In mã Patch T lên tờ ngăn cách.
    #[arg(long, requires = "separators")]
    pub patch: bool,
    /// The PDF to write. / Tệp PDF kết quả.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// What a cover sheet lies on, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum CoverKind {
    Dossier,
    Result,
}

impl From<CoverKind> for RecordKind {
    fn from(typed: CoverKind) -> Self {
        match typed {
            CoverKind::Dossier => Self::Dossier,
            CoverKind::Result => Self::Result,
        }
    }
}

/// `sohoa doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// Folder with the scans; folders.inbox of the settings if not given. / Thư mục chứa tệp quét.
    #[arg(long, value_name = "DIR", env = "SOHOA_INBOX")]
    pub inbox: Option<PathBuf>,
}
