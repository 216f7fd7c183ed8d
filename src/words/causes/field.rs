//! Why what a person decided about a fact cannot be so.

use crate::model::failure::cause::FieldFault as Fault;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::NothingKeyed => "chưa có giá trị".into(),
        Fault::CodeNotKeyed => "không nhập mã hồ sơ cho tài liệu; hãy chuyển tài liệu sang hồ sơ của nó".into(),
        Fault::UnknownType { typed } => format!("'{typed}' không có trong fields.document_types"),
        Fault::NotDigits { typed } => {
            format!("'{typed}' không chỉ gồm chữ số; phần sau dấu gạch chéo là ký hiệu, một trường riêng")
        }
        Fault::NotADay { typed } => format!("'{typed}' không phải ngày hợp lệ; nhập ngày/tháng/năm, ví dụ 15/09/2025"),
        Fault::BeforeYear { typed, year } => format!("'{typed}' trước năm {year}"),
        Fault::AfterToday { typed } => format!("'{typed}' sau ngày hôm nay"),
        Fault::NotAnOwner { typed } => {
            format!("'{typed}' không phải số định danh: 12 chữ số, ba số đầu là mã tỉnh, hoặc 9 chữ số của chứng minh nhân dân")
        }
        Fault::NotOfItsForm { typed } => format!("'{typed}' không đúng dạng của trường này"),
        Fault::NothingToConfirm => "không có giá trị nào để xác nhận".into(),
        Fault::NothingToWithdraw => "chưa ai quyết định về trường này".into(),
        Fault::VersionIsNow { seen, now } => format!("đã xem phiên bản {seen}, mà phiên bản mới nhất là {now}"),
    }
}
