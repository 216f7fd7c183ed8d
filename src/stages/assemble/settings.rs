//! Settings of this stage. Codes, names and types are facts of law and custom: defaults that an
//! office can replace.

use serde::{Deserialize, Serialize};

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
    /// The facts that a document of this type must bear: one that is not found is asked for.
    #[serde(default)]
    pub must_bear: Vec<FieldName>,
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
    fn default() -> Self {
        Self {
            document_types: default_types(),
            must_bear: vec![FieldName::DocumentType],
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

/// Facts that administrative documents bear (NĐ 30/2020/NĐ-CP, Art. 8).
const ADMINISTRATIVE: &[FieldName] =
    &[FieldName::Number, FieldName::Symbol, FieldName::IssueDate, FieldName::IssuingBody, FieldName::Title];
/// Facts of what citizens write and of papers that two sides sign: they have no issuing body.
const FORM: &[FieldName] = &[FieldName::IssueDate, FieldName::Title];
/// Facts of the forms of intake, which not all bear a number.
const RECEIPT: &[FieldName] = &[FieldName::IssueDate, FieldName::IssuingBody, FieldName::Title];
/// Facts of an identity card.
const CARD: &[FieldName] = &[FieldName::OwnerNumber, FieldName::OwnerName, FieldName::OwnerBirthDate];
/// Facts of registers and of forms that are filled in over days.
const TITLED: &[FieldName] = &[FieldName::Title];

/// Types of TT 05/2025/TT-BNV with the abbreviations of NĐ 30/2020/NĐ-CP, normative documents, and the
/// forms of TT 03/2025/TT-VPCP and of citizens, which the archive files under "other".
fn default_types() -> Vec<DocumentType> {
    const TYPES: &[(&str, &str, &str, &str, &[&str], &[FieldName])] = &[
        ("nghi_quyet", "Nghị quyết", "NQ", "01", &[], ADMINISTRATIVE),
        ("quyet_dinh", "Quyết định", "QĐ", "02", &[], ADMINISTRATIVE),
        ("chi_thi", "Chỉ thị", "CT", "03", &[], ADMINISTRATIVE),
        ("quy_che", "Quy chế", "QC", "04", &[], TITLED),
        ("quy_dinh", "Quy định", "QyĐ", "05", &[], TITLED),
        ("thong_cao", "Thông cáo", "TC", "06", &[], ADMINISTRATIVE),
        ("thong_bao", "Thông báo", "TB", "07", &[], ADMINISTRATIVE),
        ("huong_dan", "Hướng dẫn", "HD", "08", &[], ADMINISTRATIVE),
        ("chuong_trinh", "Chương trình", "CTr", "09", &[], ADMINISTRATIVE),
        ("ke_hoach", "Kế hoạch", "KH", "10", &[], ADMINISTRATIVE),
        ("phuong_an", "Phương án", "PA", "11", &[], ADMINISTRATIVE),
        ("de_an", "Đề án", "ĐA", "12", &[], ADMINISTRATIVE),
        ("du_an", "Dự án", "DA", "13", &[], ADMINISTRATIVE),
        ("bao_cao", "Báo cáo", "BC", "14", &[], ADMINISTRATIVE),
        ("to_trinh", "Tờ trình", "TTr", "15", &[], ADMINISTRATIVE),
        ("giay_uy_quyen", "Giấy ủy quyền", "GUQ", "16", &[], FORM),
        ("phieu_gui", "Phiếu gửi", "PG", "17", &[], ADMINISTRATIVE),
        ("phieu_chuyen", "Phiếu chuyển", "PC", "18", &[], ADMINISTRATIVE),
        ("phieu_bao", "Phiếu báo", "PB", "19", &[], ADMINISTRATIVE),
        ("bien_ban", "Biên bản", "BB", "20", &[], FORM),
        ("hop_dong", "Hợp đồng", "HĐ", "21", &[], FORM),
        ("cong_van", "Công văn", "", "22", &[], ADMINISTRATIVE),
        ("cong_dien", "Công điện", "CĐ", "23", &[], ADMINISTRATIVE),
        ("ban_ghi_nho", "Bản ghi nhớ", "BGN", "24", &[], FORM),
        ("ban_thoa_thuan", "Bản thỏa thuận", "BTT", "25", &[], FORM),
        ("giay_moi", "Giấy mời", "GM", "26", &[], ADMINISTRATIVE),
        ("giay_gioi_thieu", "Giấy giới thiệu", "GGT", "27", &[], ADMINISTRATIVE),
        ("giay_nghi_phep", "Giấy nghỉ phép", "GNP", "28", &[], ADMINISTRATIVE),
        ("thu_cong", "Thư công", "TCg", "29", &[], ADMINISTRATIVE),
        ("luat", "Luật", "", "32", &[], ADMINISTRATIVE),
        ("phap_lenh", "Pháp lệnh", "", "32", &[], ADMINISTRATIVE),
        ("lenh", "Lệnh", "L", "32", &[], ADMINISTRATIVE),
        ("nghi_dinh", "Nghị định", "NĐ", "32", &[], ADMINISTRATIVE),
        ("thong_tu", "Thông tư", "TT", "32", &[], ADMINISTRATIVE),
        ("thong_tu_lien_tich", "Thông tư liên tịch", "TTLT", "32", &[], ADMINISTRATIVE),
        ("ban_sao_y", "Bản sao y", "SY", "32", &["Bản sao y", "Sao y bản chính"], ADMINISTRATIVE),
        ("ban_sao_luc", "Bản sao lục", "SL", "32", &["Bản sao lục"], ADMINISTRATIVE),
        ("ban_trich_sao", "Bản trích sao", "TrS", "32", &["Bản trích sao"], ADMINISTRATIVE),
        (
            "giay_tiep_nhan",
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "TNHS",
            "32",
            &["Giấy tiếp nhận hồ sơ", "Biên nhận hồ sơ", "Phiếu biên nhận", "Giấy biên nhận hồ sơ"],
            RECEIPT,
        ),
        ("phieu_yeu_cau_bo_sung", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "", "32", &["Phiếu yêu cầu bổ sung"], RECEIPT),
        ("phieu_tu_choi", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "", "32", &["Phiếu từ chối"], RECEIPT),
        (
            "phieu_xin_loi",
            "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
            "",
            "32",
            &["Phiếu xin lỗi", "Văn bản xin lỗi", "Thư xin lỗi"],
            RECEIPT,
        ),
        (
            "thong_bao_dung",
            "Thông báo dừng giải quyết hồ sơ",
            "TB",
            "32",
            &["Thông báo dừng giải quyết", "Thông báo về việc dừng giải quyết", "Thông báo dừng"],
            ADMINISTRATIVE,
        ),
        ("phieu_kiem_soat", "Phiếu kiểm soát quá trình giải quyết hồ sơ", "", "32", &["Phiếu kiểm soát"], TITLED),
        ("so_theo_doi", "Sổ theo dõi hồ sơ", "", "32", &["Sổ theo dõi"], TITLED),
        (
            "don_de_nghi",
            "Đơn đề nghị",
            "",
            "32",
            &["Đơn đề nghị", "Đơn xin", "Đơn đăng ký", "Đơn yêu cầu", "Đơn trình báo", "Đơn khiếu nại", "Giấy đề nghị"],
            FORM,
        ),
        ("to_khai", "Tờ khai", "", "32", &[], FORM),
        (
            "ban_cam_ket",
            "Bản cam kết",
            "",
            "32",
            &["Bản cam kết", "Giấy cam kết", "Văn bản cam kết", "Giấy cam đoan", "Bản cam đoan"],
            FORM,
        ),
        (
            "cccd",
            "Căn cước công dân",
            "",
            "32",
            &["Căn cước công dân", "Thẻ căn cước", "Căn cước", "Giấy chứng minh nhân dân"],
            CARD,
        ),
        ("gcn_qsdd", "Giấy chứng nhận quyền sử dụng đất", "", "32", &["Giấy chứng nhận quyền sử dụng đất"], FORM),
        ("giay_chung_nhan", "Giấy chứng nhận", "", "32", &["Giấy chứng nhận", "Chứng nhận"], FORM),
        ("giay_xac_nhan", "Giấy xác nhận", "", "32", &[], FORM),
        ("giay_phep", "Giấy phép", "", "32", &[], FORM),
        ("giay_khai_sinh", "Giấy khai sinh", "", "32", &["Giấy khai sinh", "Trích lục khai sinh"], FORM),
        ("trich_luc", "Trích lục", "", "32", &["Trích lục", "Giấy chứng tử"], FORM),
        ("phieu_ly_lich_tu_phap", "Phiếu lý lịch tư pháp", "", "32", &[], FORM),
    ];
    TYPES
        .iter()
        .map(|&(key, name, abbreviation, archive_code, titles, must_bear)| DocumentType {
            key: key.to_owned(),
            name: name.to_owned(),
            abbreviation: abbreviation.to_owned(),
            archive_code: archive_code.to_owned(),
            titles: if titles.is_empty() { vec![name.to_owned()] } else { strings(titles) },
            must_bear: must_bear.to_vec(),
        })
        .collect()
}
