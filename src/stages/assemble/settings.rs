//! Settings of this stage. Codes, names and types are facts of law and custom: defaults that an
//! office can replace.

use serde::{Deserialize, Serialize};

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

/// One type of document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    /// The value of the field, such as `quyet_dinh`.
    pub key: String,
    /// The name as people write it, such as `Quyết định`.
    pub name: String,
    /// The abbreviation in symbols (NĐ 30/2020/NĐ-CP, App. III), such as `QĐ`; empty if it has
    /// none.
    #[serde(default)]
    pub abbreviation: String,
    /// Code in archival metadata (`typeName`, TT 05/2025/TT-BNV); `32` is "other".
    pub archive_code: String,
    /// How its title begins on paper. The longest that fits wins; case and diacritics do not
    /// matter.
    pub titles: Vec<String>,
}

/// How facts are found on the pages of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldSettings {
    /// The types that are told apart.
    pub document_types: Vec<DocumentType>,
    /// Key of the type of a letter (công văn), which has no title of its own.
    pub letter_type: String,
    /// The words with which names of organisations begin, to tell the issuing body from the body
    /// above it.
    pub organisation_words: Vec<String>,
    /// The oldest year an issue date can have.
    pub earliest_year: i32,
    /// The latest year an issue date can have.
    pub latest_year: i32,
    /// Gap between two words, in heights of the line, at which a line is taken for two columns.
    pub column_gap: f64,
    /// How like a known title a printed one must be, from 0 to 1.
    pub title_similarity: f64,
}

impl Default for FieldSettings {
    fn default() -> Self {
        Self {
            document_types: default_types(),
            letter_type: "cong_van".to_owned(),
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

/// Types of TT 05/2025/TT-BNV with the abbreviations of NĐ 30/2020/NĐ-CP, and the forms that
/// citizens hand in, which the archive files under "other".
fn default_types() -> Vec<DocumentType> {
    const TYPES: &[(&str, &str, &str, &str, &[&str])] = &[
        ("nghi_quyet", "Nghị quyết", "NQ", "01", &[]),
        ("quyet_dinh", "Quyết định", "QĐ", "02", &[]),
        ("chi_thi", "Chỉ thị", "CT", "03", &[]),
        ("quy_che", "Quy chế", "QC", "04", &[]),
        ("quy_dinh", "Quy định", "QyĐ", "05", &[]),
        ("thong_cao", "Thông cáo", "TC", "06", &[]),
        ("thong_bao", "Thông báo", "TB", "07", &[]),
        ("huong_dan", "Hướng dẫn", "HD", "08", &[]),
        ("chuong_trinh", "Chương trình", "CTr", "09", &[]),
        ("ke_hoach", "Kế hoạch", "KH", "10", &[]),
        ("phuong_an", "Phương án", "PA", "11", &[]),
        ("de_an", "Đề án", "ĐA", "12", &[]),
        ("du_an", "Dự án", "DA", "13", &[]),
        ("bao_cao", "Báo cáo", "BC", "14", &[]),
        ("to_trinh", "Tờ trình", "TTr", "15", &[]),
        ("giay_uy_quyen", "Giấy ủy quyền", "GUQ", "16", &[]),
        ("phieu_gui", "Phiếu gửi", "PG", "17", &[]),
        ("phieu_chuyen", "Phiếu chuyển", "PC", "18", &[]),
        ("phieu_bao", "Phiếu báo", "PB", "19", &[]),
        ("bien_ban", "Biên bản", "BB", "20", &[]),
        ("hop_dong", "Hợp đồng", "HĐ", "21", &[]),
        ("cong_van", "Công văn", "", "22", &[]),
        ("cong_dien", "Công điện", "CĐ", "23", &[]),
        ("ban_ghi_nho", "Bản ghi nhớ", "BGN", "24", &[]),
        ("ban_thoa_thuan", "Bản thỏa thuận", "BTT", "25", &[]),
        ("giay_moi", "Giấy mời", "GM", "26", &[]),
        ("giay_gioi_thieu", "Giấy giới thiệu", "GGT", "27", &[]),
        ("giay_nghi_phep", "Giấy nghỉ phép", "GNP", "28", &[]),
        ("thu_cong", "Thư công", "TCg", "29", &[]),
        (
            "giay_tiep_nhan",
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "TNHS",
            "32",
            &["Giấy tiếp nhận hồ sơ", "Biên nhận hồ sơ", "Phiếu biên nhận", "Giấy biên nhận hồ sơ"],
        ),
        ("phieu_yeu_cau_bo_sung", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "", "32", &["Phiếu yêu cầu bổ sung"]),
        ("phieu_tu_choi", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "", "32", &["Phiếu từ chối"]),
        ("phieu_xin_loi", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "", "32", &["Phiếu xin lỗi"]),
        ("phieu_kiem_soat", "Phiếu kiểm soát quá trình giải quyết hồ sơ", "", "32", &["Phiếu kiểm soát"]),
        (
            "don_de_nghi",
            "Đơn đề nghị",
            "",
            "32",
            &["Đơn đề nghị", "Đơn xin", "Đơn đăng ký", "Đơn yêu cầu", "Đơn trình báo", "Đơn khiếu nại", "Giấy đề nghị"],
        ),
        ("to_khai", "Tờ khai", "", "32", &[]),
        ("ban_cam_ket", "Bản cam kết", "", "32", &["Giấy cam kết", "Văn bản cam kết", "Giấy cam đoan", "Bản cam đoan"]),
        ("cccd", "Căn cước công dân", "", "32", &["Căn cước công dân", "Thẻ căn cước", "Căn cước", "Giấy chứng minh nhân dân"]),
        ("gcn_qsdd", "Giấy chứng nhận quyền sử dụng đất", "", "32", &["Giấy chứng nhận quyền sử dụng đất"]),
        ("giay_chung_nhan", "Giấy chứng nhận", "", "32", &["Giấy chứng nhận", "Chứng nhận"]),
        ("giay_xac_nhan", "Giấy xác nhận", "", "32", &[]),
        ("giay_phep", "Giấy phép", "", "32", &[]),
        ("giay_khai_sinh", "Giấy khai sinh", "", "32", &["Giấy khai sinh", "Trích lục khai sinh"]),
        ("trich_luc", "Trích lục", "", "32", &["Trích lục", "Giấy chứng tử"]),
        ("phieu_ly_lich_tu_phap", "Phiếu lý lịch tư pháp", "", "32", &[]),
    ];
    TYPES
        .iter()
        .map(|&(key, name, abbreviation, archive_code, titles)| DocumentType {
            key: key.to_owned(),
            name: name.to_owned(),
            abbreviation: abbreviation.to_owned(),
            archive_code: archive_code.to_owned(),
            titles: if titles.is_empty() { vec![name.to_owned()] } else { strings(titles) },
        })
        .collect()
}
