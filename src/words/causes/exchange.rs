//! What is in the way of an exchange with others.

use crate::model::failure::cause::ExchangeFault as Fault;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::NotEncrypted { url } => format!("'{url}' không phải https và cũng không ở máy này"),
        Fault::NoPortal { name } => format!("nơi nhận {name} chưa có phần cổng trong cấu hình"),
        Fault::OtherFile { file, hash } => format!("cổng nhận được nội dung khác với {file} (mã băm {hash})"),
        Fault::Contradiction => "các trả lời của cổng mâu thuẫn nhau".into(),
        Fault::NotLetIn => "cổng cho đăng nhập nhưng không nhận thông điệp này".into(),
        Fault::SaidTwice { record } => format!("bản ghi {record} có hai phản hồi khác nhau"),
        Fault::NotGiven { record } => format!("bản ghi {record} chưa từng giao cho nơi nhận này"),
        Fault::NoReason { record } => format!("bản ghi {record} bị từ chối mà không có lý do"),
        Fault::PasswordEmpty => "dòng đầu tiên để trống".into(),
        Fault::KeyOpen { mode } => format!("người khác ngoài chủ tệp cũng dùng được (quyền {mode})"),
        Fault::OtherKey { key } => format!("không phải khóa bí mật của khóa {key}"),
        Fault::NotPkcs12 => "không phải tệp PKCS#12, hoặc tệp bị hỏng".into(),
        Fault::KeyCount { found } => format!("tệp chứa {found} khóa bí mật thay vì một"),
        Fault::KeyDamaged => "khóa bí mật trong tệp bị hỏng".into(),
        Fault::KeyKind { found } => format!("tệp dùng {found}, không được hỗ trợ"),
        Fault::NoCertificate => "tệp không chứa chứng thư của khóa bí mật".into(),
        Fault::NotForSigning => "chứng thư không dùng để ký".into(),
        Fault::CertificateDates { from, until } => format!("chứng thư có hiệu lực từ {from} đến {until}"),
        Fault::NoVariable { name } => format!("môi trường không có biến {name}"),
    }
}
