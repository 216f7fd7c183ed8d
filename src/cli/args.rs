//! What can be typed.

mod audit;
mod console;
mod desk;
mod dossier;
mod exchange;
mod register;
mod search;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::access::InNameOf;
use crate::commands::verify::WantedShare;
use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::model::snapshot::SnapshotName;

pub(super) use audit::{Audit, AuditWork};
pub(super) use console::{AddToken, AddUser, NamedToken, Serve, Token, User};
pub(super) use desk::{
    CorrectedText, DecidedFields, Document, Field, MovedPage, NotAStart, Pending, RemovedPage, SetField, Settle, Target, Text,
};
pub(super) use dossier::{ChangedPage, Page, Show};
pub(super) use exchange::{Key, Portal};
pub(super) use register::{CheckRegister, ImportRegister, Register, ReuseRegister};
pub(super) use search::{Open, PictureOptions, Search, Separator, Sort};

/// Digitises dossiers: OCR, sealed PDF/A, search and export. / Số hóa hồ sơ hành chính.
#[derive(Debug, Parser)]
#[command(name = "sohoa", version, arg_required_else_help = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(super) struct Common {
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
pub(super) enum Verb {
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
    /// Correct text that was read wrong. / Sửa chữ đọc sai.
    #[command(subcommand)]
    Text(Text),
    /// Move, void, split, merge or reorder documents. / Chuyển, loại, tách, gộp tài liệu.
    #[command(subcommand)]
    Document(Document),
    /// Put a late page into a sealed document, or replace one. / Chèn trang đến sau, hoặc thay một trang.
    #[command(subcommand)]
    Page(Page),
    /// Write the manifest of what is new. / Xuất bản kê các hồ sơ mới.
    Export(Export),
    /// Make, rotate and list the keys that manifests are signed with. / Khóa ký bản kê.
    #[command(subcommand)]
    Key(Key),
    /// Send to portals, take acknowledgements, and tell how far everything has come. / Giao nhận với cổng và kho khác.
    #[command(subcommand)]
    Portal(Portal),
    /// Re-read everything and name what is damaged. / Kiểm tra toàn vẹn kho dữ liệu.
    Verify(Verify),
    /// Make again what can be made: lost texts of pages, search index, files of manifests. / Tạo lại những gì có thể tạo lại.
    Repair(Repair),
    /// Copy everything to a second place, and prove that it lies there. / Sao lưu kho dữ liệu.
    Backup(Backup),
    /// Make a repository from a backup, or prove that it can be made. / Khôi phục kho từ bản sao lưu.
    Restore(Restore),
    /// List who did what, when and why, and prove that nothing of it was changed. / Nhật ký các việc đã làm.
    Audit(Audit),
    /// Show the report of a batch. / Xem báo cáo của một lô.
    Report(Report),
    /// The dossier register: import it, and hold it against the papers. / Sổ theo dõi hồ sơ: nhập và đối chiếu.
    #[command(subcommand)]
    Register(Register),
    /// Print cover sheets and separators for stacks. / In tờ bìa hồ sơ và tờ ngăn cách.
    Cover(Cover),
    /// Serve the console: search, records and batches in the browser. / Mở trang làm việc trong trình duyệt.
    Serve(Serve),
    /// Make, list and change accounts of the console. / Tài khoản của trang làm việc.
    #[command(subcommand)]
    User(User),
    /// Write the settings of this machine for the first time. / Lập cấu hình ban đầu cho máy này.
    Init(Init),
    /// Make, list and take back tokens for programs that use the API. / Mã truy cập API.
    #[command(subcommand)]
    Token(Token),
    /// Check whether this machine can do the work. / Kiểm tra máy.
    Doctor(Doctor),
    /// Write a letter about how things stand, without personal data; --send sends it as [mail] says. / Thư tóm tắt tình trạng.
    Digest(Digest),
    /// Bring a repository of an older version up to date; any verb that writes does the same. / Nâng cấp kho của phiên bản cũ.
    Upgrade(Upgrade),
    /// Tell how things stand: last batch, what waits, room, last verification, backup and manifest; the exit
    /// code is for monitoring. / Tình trạng: lô gần nhất, việc chờ, đĩa, kiểm tra, sao lưu, bản kê.
    Status,
    /// Serve as a worker of another run.
    #[command(hide = true)]
    Worker,
}

/// In whose name and why something is done.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Name {
    /// The person who does it, where several share an account. / Người thực hiện.
    #[arg(long, value_name = "NAME", env = "SOHOA_BY")]
    pub by: Option<String>,
    /// Why it is done. / Lý do.
    #[arg(long, visible_alias = "why", value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Name {
    /// What was told of it.
    pub(super) fn told(&self) -> InNameOf {
        InNameOf { by: self.by.clone(), reason: self.reason.clone() }
    }
}

/// `sohoa digest`
#[derive(Debug, Args)]
pub(super) struct Digest {
    /// Send it instead of printing it. / Gửi thư thay vì in ra.
    #[arg(long)]
    pub send: bool,
}

/// `sohoa upgrade`
#[derive(Debug, Args)]
pub(super) struct Upgrade {
    /// Say what would change and how to go back, and try it on a copy. / Chỉ nêu thay đổi và thử trên bản sao.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa export`
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Bundle manifests and the files in them as a BagIt bag in this folder, or in a ZIP file if the name ends in
    /// .zip; the same order goes on with a bundle that was broken off. / Đóng gói bản kê kèm tệp.
    #[arg(long, value_name = "PATH")]
    pub bundle: Option<PathBuf>,
    /// The first manifest of the bundle. / Bản kê đầu tiên trong gói.
    #[arg(long, value_name = "N", requires = "bundle", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub from: u64,
    /// The last manifest of the bundle; the newest if not given. / Bản kê cuối cùng trong gói.
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u64).range(1..))]
    pub until: Option<u64>,
    /// Split the bundle into parts of at most N million bytes. / Chia gói thành các phần tối đa N triệu byte.
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u64).range(1..))]
    pub part_mb: Option<u64>,
    /// Give sealed files of more than N million bytes in pieces of consecutive pages. / Tệp lớn hơn N triệu byte được chia theo trang.
    #[arg(long, value_name = "N", requires = "bundle", value_parser = clap::value_parser!(u64).range(1..))]
    pub file_mb: Option<u64>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa repair`
#[derive(Debug, Args)]
pub(super) struct Repair {
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa backup`
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// Folder of the backup, empty or one that was backed up to, or s3://BUCKET/PREFIX. / Thư mục sao lưu, hoặc
    /// s3://BUCKET/PREFIX.
    #[arg(value_name = "DIR")]
    pub to: String,
    /// Private key of age, where the repository no longer knows the names in an encrypted backup. / Khóa riêng của age,
    /// khi kho không còn biết tên tệp trong bản sao lưu mã hóa.
    #[arg(long, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa restore`
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// Folder of the backup, or s3://BUCKET/PREFIX. / Thư mục sao lưu, hoặc s3://BUCKET/PREFIX.
    #[arg(value_name = "DIR")]
    pub from: String,
    /// Private key of age, for an encrypted backup; can be given several times. / Khóa riêng của age, cho bản sao lưu mã
    /// hóa; có thể nêu nhiều lần.
    #[arg(long, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    /// The snapshot, such as 20261130T021500Z; otherwise the newest. / Lần chụp; nếu không nêu thì lần mới nhất.
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<SnapshotName>,
    /// List the snapshots. / Liệt kê các lần chụp.
    #[arg(long, conflicts_with_all = ["check", "snapshot"])]
    pub list: bool,
    /// Read everything and prove it, and restore nothing. / Đọc lại và kiểm tra, không khôi phục gì.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa verify`
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Read only a part of the files: 3/30, or today/30 for the one whose turn it is; the catalog
    /// is always read whole. / Chỉ đọc một phần các tệp.
    #[arg(long, value_name = "K/N")]
    pub share: Option<WantedShare>,
}

/// `sohoa run`
#[derive(Debug, Args)]
pub(super) struct Run {
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
pub(super) struct Watch {
    /// Folder that scans are put into; folders.inbox of the settings if not given. / Thư mục nhận tệp quét.
    #[arg(long, value_name = "DIR", env = "SOHOA_INBOX")]
    pub inbox: Option<PathBuf>,
    /// Pages worked on at once; 0 for one a core. / Số trang xử lý song song.
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<u32>,
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
pub(super) struct Report {
    /// The batch's number; the latest if not given. / Số lô; mặc định là lô mới nhất.
    pub batch: Option<i64>,
    /// Figures of a day, month, quarter or year, such as 2023, 07/2023 or quý III/2023, in place of a batch. / Số liệu của một kỳ.
    #[arg(long, value_name = "PERIOD", conflicts_with = "batch")]
    pub period: Option<String>,
    /// Only what was taken in at this site. / Chỉ tính một điểm tiếp nhận.
    #[arg(long, value_name = "SITE", requires = "period")]
    pub site: Option<String>,
    /// Print the figures as CSV. / In số liệu dạng CSV.
    #[arg(long, requires = "period", conflicts_with_all = ["json", "xlsx"])]
    pub csv: bool,
    /// Write the figures to this workbook. / Ghi số liệu ra tệp .xlsx này.
    #[arg(long, value_name = "FILE", requires = "period", conflicts_with = "json")]
    pub xlsx: Option<PathBuf>,
}

/// `sohoa cover`
#[derive(Debug, Args)]
pub(super) struct Cover {
    /// Dossier codes; a cover sheet for each. / Mã hồ sơ; mỗi mã một tờ bìa.
    #[arg(required_unless_present = "separators")]
    pub codes: Vec<String>,
    /// What the cover sheets lie on. / Loại giấy tờ nằm dưới tờ bìa.
    #[arg(long, value_enum, default_value = "dossier")]
    pub kind: TypedKind,
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

/// `sohoa doctor`
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Folder with the scans; folders.inbox of the settings if not given. / Thư mục chứa tệp quét.
    #[arg(long, value_name = "DIR", env = "SOHOA_INBOX")]
    pub inbox: Option<PathBuf>,
}

/// `sohoa init`
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Code of the agency that dossier codes begin with, such as H38.16; any agency if not given. / Mã cơ quan.
    #[arg(long, value_name = "CODE")]
    pub agency_code: Option<String>,
    /// Name of the agency that digitises, stated in sealed files. / Tên cơ quan số hóa.
    #[arg(long, value_name = "TEXT")]
    pub agency: Option<String>,
    /// A further shape of dossier codes, as a regular expression; may be given several times. / Mẫu mã hồ sơ khác.
    #[arg(long, value_name = "REGEX")]
    pub code_pattern: Vec<String>,
    /// Folder that scans arrive in. / Thư mục nhận tệp quét.
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Sign-in name of the first administrator of the console; the password is asked, or is the first line of standard
    /// input. / Tên đăng nhập của quản trị viên đầu tiên.
    #[arg(long, value_name = "USER")]
    pub administrator: Option<String>,
    #[command(flatten)]
    pub name: Name,
}
