//! Words for the dossier register.

use super::names::field_name;
use super::{tell, texts};
use crate::model::failure::Language;
use crate::model::register::{Channel, Difference, DossierStatus, RegisterList, ReuseLapse};
use crate::model::site::{Origin, SiteKind};

texts! {
    /// What a list of the register is called.
    pub(crate) list_name(RegisterList) {
        RegisterList::Agencies => "cơ quan", "agencies";
        RegisterList::Procedures => "thủ tục", "procedures";
        RegisterList::Components => "thành phần hồ sơ", "components";
        RegisterList::Dossiers => "hồ sơ", "dossiers";
        RegisterList::Ratings => "đánh giá", "ratings";
        RegisterList::FeeReductions => "giảm phí, lệ phí", "fee reductions";
        RegisterList::Visits => "lượt khách", "visits";
    }
}

texts! {
    /// How a dossier came.
    pub(crate) channel_name(Channel) {
        Channel::Direct => "trực tiếp", "at a desk";
        Channel::Online => "trực tuyến", "online";
        Channel::Post => "qua bưu chính", "by post";
    }
}

texts! {
    /// How far a dossier has come.
    pub(crate) status_name(DossierStatus) {
        DossierStatus::Registered => "mới đăng ký", "registered";
        DossierStatus::Accepted => "đã tiếp nhận", "accepted";
        DossierStatus::NotAccepted => "không tiếp nhận", "not accepted";
        DossierStatus::InProcessing => "đang xử lý", "in processing";
        DossierStatus::SupplementAsked => "yêu cầu bổ sung", "more papers asked for";
        DossierStatus::PaymentAsked => "yêu cầu nghĩa vụ tài chính", "payment asked for";
        DossierStatus::Withdrawn => "rút hồ sơ", "withdrawn";
        DossierStatus::Stopped => "dừng xử lý", "stopped";
        DossierStatus::Processed => "đã xử lý xong", "processed";
        DossierStatus::Returned => "đã trả kết quả", "returned";
    }
}

texts! {
    /// What a place is that takes papers.
    pub(crate) site_kind(SiteKind) {
        SiteKind::Centre => "trung tâm", "centre";
        SiteKind::CityDesk => "bộ phận một cửa", "city desk";
        SiteKind::PostalEnterprise => "doanh nghiệp bưu chính", "postal enterprise";
        SiteKind::Commune => "cấp xã", "commune";
    }
}

/// Where a scan came from: the site with its code and kind, and who scanned.
pub(crate) fn origin(origin: &Origin, language: Language) -> String {
    let (name, code, kind) = (&origin.site.name, &origin.site.code, site_kind(origin.site.kind, language));
    let operator = origin.operator.as_ref().map(|operator| format!("; {operator}")).unwrap_or_default();
    format!("{name} ({code}, {kind}){operator}")
}

texts! {
    /// Why a document stands no more for a component.
    pub(crate) reuse_lapse(ReuseLapse) {
        ReuseLapse::DocumentGone => "tài liệu đã bị lấy ra hoặc chuyển khỏi hồ sơ của nó", "the document was taken out of its dossier or moved away";
        ReuseLapse::NumberUncertain => "số và ký hiệu của tài liệu chưa chắc chắn", "the document's number and symbol are not certain";
        ReuseLapse::ResultUnknown => "sổ hồ sơ không có kết quả mang số này", "the register has no result of this number";
        ReuseLapse::Expired => "kết quả đã hết hiệu lực khi được dùng lại", "the result was valid no more when it was reused";
        ReuseLapse::OtherOwner => "giấy tờ của người hoặc tổ chức khác", "it is another person's or organisation's";
    }
}

/// In what papers and register disagree.
pub(crate) fn difference(difference: &Difference, language: Language) -> String {
    match difference {
        Difference::NoEntry => tell!(language, "có giấy tờ, không có trong sổ hồ sơ", "papers, but no entry in the register"),
        Difference::NoPapers { days } => {
            tell!(language, "chưa có giấy tờ sau {days} ngày từ khi tiếp nhận", "no papers {days} days after it was received")
        }
        Difference::OtherNumber { ordinal } => tell!(
            language,
            "số định danh trên giấy tờ (tài liệu số {ordinal}) khác số trong sổ",
            "the number on the identity card (document {ordinal}) is not that of the register"
        ),
        Difference::OtherName { ordinal } => tell!(
            language,
            "họ tên trên giấy tờ (tài liệu số {ordinal}) khác họ tên trong sổ",
            "the name on the identity card (document {ordinal}) is not that of the register"
        ),
        Difference::Receipt { ordinal, field } => {
            let field = field_name(*field, language);
            tell!(
                language,
                "{field} trên giấy tiếp nhận (tài liệu số {ordinal}) khác trong sổ",
                "{field} on the receipt (document {ordinal}) is not as in the register"
            )
        }
        Difference::ComponentMissing { code, name, lapse: None } => {
            tell!(language, "thiếu thành phần {code}: {name}", "component {code} is missing: {name}")
        }
        Difference::ComponentMissing { code, name, lapse: Some(lapse) } => {
            let why = reuse_lapse(*lapse, language);
            tell!(
                language,
                "thiếu thành phần {code}: {name} (giấy tờ dùng lại từ kho không còn dùng được: {why})",
                "component {code} is missing: {name} (what was reused for it no longer stands: {why})"
            )
        }
    }
}
