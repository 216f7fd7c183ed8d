//! The types of documents that are told apart where an office says nothing else.

use serde::{Deserialize, Serialize};

use crate::model::field::FieldName;

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

/// Key, name, abbreviation, archive code, titles (the name alone if none are given), and facts.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], &'static [FieldName]);

/// Types of TT 05/2025/TT-BNV with the abbreviations of NĐ 30/2020/NĐ-CP, normative documents, and the
/// forms of TT 03/2025/TT-VPCP and of citizens, which the archive files under "other".
#[expect(clippy::too_many_lines, reason = "a table of types")]
pub(super) fn default_types() -> Vec<DocumentType> {
    const TYPES: &[Row] = &[
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
            titles: if titles.is_empty() {
                vec![name.to_owned()]
            } else {
                titles.iter().map(|&title| title.to_owned()).collect()
            },
            must_bear: must_bear.to_vec(),
        })
        .collect()
}
