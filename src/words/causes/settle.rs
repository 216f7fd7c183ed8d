//! Why a decision about a file that waits cannot be carried out.

use crate::model::failure::cause::SettleFault as Fault;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::SeveralOfName { other } => format!("còn tệp khác cùng tên: {other}; hãy nêu đường dẫn đầy đủ"),
        Fault::NothingDecided => "chưa quyết định điều gì".into(),
        Fault::NotToDecide { waits } => format!("tệp chờ vì {waits}; không quyết định nào thay được việc sửa tệp"),
        Fault::NoSuchPages { last } => {
            format!("các trang bắt đầu tài liệu nằm trong khoảng từ 1 đến {last}, mỗi trang nêu một lần và theo thứ tự")
        }
        Fault::NoDossierCode { dossier } => format!("{dossier} không phải mã hồ sơ theo inbox.code_patterns"),
        Fault::DossierMissing => "phải cho biết giấy tờ đầu tiên thuộc hồ sơ nào".into(),
    }
}
