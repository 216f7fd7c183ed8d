//! Settings of this stage. Codes, names and types are facts of law and custom: defaults that an
//! office can replace.

use serde::{Deserialize, Serialize};

use super::types::{DocumentType, default_types};
use crate::model::field::FieldName;

/// How the inbox is laid out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InboxSettings {
    /// Regular expressions for a whole dossier code. They match without regard to case, and a
    /// code found is written in upper case.
    ///
    /// The default takes every form in use: an agency code (QĐ 20/2020/QĐ-TTg: a capital, two
    /// digits and further levels), with or without the older prefix `nnn.nn.nn.`, the date as
    /// `yymmdd` or `yyyymmdd`, and an ordinal of 4, 5 or 7 digits.
    pub code_patterns: Vec<String>,
    /// Names of folders that hold results; compared without regard to case and diacritics.
    pub result_folders: Vec<String>,
    /// Names of folders for papers that a person has looked at and takes as they are, however poor
    /// the scan; compared like the ones above.
    pub accept_folders: Vec<String>,
    /// Regular expressions for names of result files, applied to the name without extension, in
    /// lower case and without diacritics.
    pub result_names: Vec<String>,
    /// Names of files that are left alone, with `*` and `?`, without regard to case: temporary
    /// files of scanners, browsers and file managers.
    pub ignore: Vec<String>,
    /// Seconds for which a file must not have changed before it is taken in.
    pub settle_seconds: f64,
}

impl Default for InboxSettings {
    fn default() -> Self {
        Self {
            code_patterns: vec![
                r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3})*-(?:\d{6}|\d{8})-(?:\d{4}|\d{5}|\d{7})".to_owned(),
            ],
            result_folders: strings(&["ket-qua", "ketqua", "ket qua", "ket_qua", "kq", "result", "results"]),
            accept_folders: strings(&["chap-nhan", "chapnhan", "chap nhan", "chap_nhan", "accept", "accepted"]),
            result_names: strings(&[
                r"^(?:kq|ket[-_ ]?qua|results?)(?:[-_ .]|$)",
                r"[-_ .](?:kq|ket[-_ ]?qua|results?)(?:[-_ .]|$)",
            ]),
            ignore: strings(&[
                ".*",
                "~*",
                "*~",
                "*.tmp",
                "*.temp",
                "*.part",
                "*.partial",
                "*.filepart",
                "*.crdownload",
                "*.download",
                "*.swp",
                "*.lock",
                "Thumbs.db",
                "desktop.ini",
            ]),
            settle_seconds: 2.0,
        }
    }
}

/// What begins the papers of another dossier in a stack scanned in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitRule {
    /// Cover sheets, and pages that bear a dossier's code as a barcode, such as its receipt.
    #[default]
    Barcodes,
    /// Cover sheets alone; two codes without them are a conflict.
    CoverSheets,
    /// Nothing: every file is one document of one dossier.
    Never,
}

/// What begins another document among the papers of one dossier in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentRule {
    /// Nothing.
    File,
    /// Separators, patch codes and cover sheets.
    #[default]
    Separator,
    /// The same, and every page that bears the header of an administrative document or form.
    Header,
}

/// How a scan of many papers is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StackSettings {
    /// Where dossiers begin.
    pub split: SplitRule,
    /// Where documents begin.
    pub documents: DocumentRule,
}

/// How facts are found on the pages of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldSettings {
    /// The types that are told apart.
    pub document_types: Vec<DocumentType>,
    /// The facts that every document must bear, of whatever type.
    pub must_bear: Vec<FieldName>,
    /// Key of the type of a letter (công văn), which has no title of its own.
    pub letter_type: String,
    /// Keys of the types that are intake receipts or one of their sister forms: more facts are read from them.
    pub receipt_types: Vec<String>,
    /// The words with which names of organisations begin, to tell the issuing body from the body
    /// above it.
    pub organisation_words: Vec<String>,
    /// The words with which lines over a signature begin; a date is an issue date only beside one
    /// of them, or in the header.
    pub signature_words: Vec<String>,
    /// The oldest year an issue date can have.
    pub earliest_year: i32,
    /// The latest year an issue date can have.
    pub latest_year: i32,
    /// Gap between two words, in heights of the line, at which a line is taken for two columns.
    pub column_gap: f64,
    /// How like a known title a printed one must be, from 0 to 1.
    pub title_similarity: f64,
}

impl FieldSettings {
    /// The facts that a document must bear, given the key of its type.
    pub fn required<'s>(&'s self, kind: Option<&str>) -> impl Iterator<Item = FieldName> + 's {
        let kind = self.document_types.iter().find(|known| Some(known.key.as_str()) == kind);
        let of_kind = kind.map(|kind| kind.must_bear.as_slice()).unwrap_or_default();
        let more = of_kind.iter().filter(|name| !self.must_bear.contains(name));
        self.must_bear.iter().chain(more).copied()
    }
}

impl Default for FieldSettings {
    #[expect(clippy::too_many_lines, reason = "lists of words")]
    fn default() -> Self {
        Self {
            document_types: default_types(),
            must_bear: vec![FieldName::DocumentType],
            letter_type: "cong_van".to_owned(),
            receipt_types: strings(&[
                "giay_tiep_nhan",
                "phieu_yeu_cau_bo_sung",
                "phieu_tu_choi",
                "phieu_xin_loi",
                "phieu_kiem_soat",
            ]),
            organisation_words: strings(&[
                "Ủy ban",
                "UBND",
                "Hội đồng",
                "HĐND",
                "Sở",
                "Bộ",
                "Ban",
                "Trung tâm",
                "Phòng",
                "Văn phòng",
                "Chi cục",
                "Cục",
                "Tổng cục",
                "Chi nhánh",
                "Công an",
                "Bộ Công an",
                "Tòa án",
                "Viện",
                "Thanh tra",
                "Kho bạc",
                "Bảo hiểm",
                "Thuế",
                "Trường",
                "Bệnh viện",
                "Công ty",
                "Ngân hàng",
                "Hội",
                "Quỹ",
                "Đảng ủy",
                "Tỉnh ủy",
                "Liên đoàn",
                "Mặt trận",
                "Hạt",
                "Trạm",
                "Đội",
                "Tổ công tác",
                "Làng",
                "Điện lực",
                "Đồn",
                "Hợp tác xã",
                "Thư viện",
                "Bảo tàng",
                "Đài",
                "Tổng công ty",
                "Tập đoàn",
                "Học viện",
                "Đại học",
                "Bưu điện",
                "Xí nghiệp",
                "Nhà máy",
                "Đoàn",
                "Vườn quốc gia",
            ]),
            signature_words: strings(&[
                "Người",
                "Tôi",
                "Ký",
                "TM",
                "KT",
                "TL",
                "TUQ",
                "Q",
                "Chủ tịch",
                "Phó chủ tịch",
                "Giám đốc",
                "Phó giám đốc",
                "Trưởng",
                "Phó trưởng",
                "Chánh",
                "Thủ trưởng",
                "Bộ trưởng",
                "Cục trưởng",
                "Chi cục trưởng",
                "Hiệu trưởng",
                "Đại diện",
                "Bên",
                "Chủ hộ",
                "Chủ sở hữu",
                "Cán bộ",
                "Công chức",
                "Thủ tướng",
                "Xác nhận",
            ]),
            earliest_year: 1945,
            latest_year: 2099,
            column_gap: 1.7,
            title_similarity: 0.84,
        }
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
