//! Why a change to documents or their pages cannot be made.

use crate::model::failure::cause::DocumentFault as Fault;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::ReasonMissing => "loại ra phải có lý do".into(),
        Fault::OnlyPage => "đây là trang duy nhất của tài liệu; có thể loại cả tài liệu".into(),
        Fault::NoSuchPage { page, last } => format!("không có trang {page}; các trang của tài liệu là từ 1 đến {last}"),
        Fault::NoSuchLine { page, line } => format!("trang {page} không có dòng {line}, hoặc dòng đó không có từ này"),
        Fault::NothingChanged => "như vậy thì không có gì thay đổi".into(),
        Fault::NotAnOrder { last } => format!("thứ tự mới phải nêu mỗi trang từ 1 đến {last} đúng một lần"),
        Fault::NoSplit { last } => format!("chỉ tách trước các trang từ 2 đến {last}, mỗi trang nêu một lần và theo thứ tự"),
        Fault::ItIsThere { document } => format!("đã có ở đó, là {document}"),
        Fault::SameDocument => "đó chính là tài liệu này".into(),
        Fault::NotVoided => "tài liệu chưa bị loại".into(),
        Fault::LivesOn { document } => {
            format!("các trang của tài liệu hiện ở {document}; có thể chuyển lại hoặc tách tài liệu đó")
        }
        Fault::ReadDifferently { document } => {
            format!("{document} được đọc bằng phiên bản hoặc cấu hình khác; 'sohoa run --reread' đọc lại cho giống nhau")
        }
        Fault::KeptByHand { document } => format!(
            "{document} được đọc bằng phiên bản hoặc cấu hình khác, và một trong hai đã được sửa chữ hoặc xoay trang bằng tay nên giữ nguyên cách đọc"
        ),
        Fault::ShowsOthers { name } => format!("{name} có giấy tờ của người khác và không cắt rời được"),
        Fault::CodeUnknown { dossier } => format!("{dossier} không phải mã hồ sơ theo inbox.code_patterns"),
    }
}
