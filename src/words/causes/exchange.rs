//! What is in the way of an exchange with others.

use crate::model::failure::cause::ExchangeFault as Fault;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::PasswordEmpty => "dòng đầu tiên để trống".into(),
        Fault::KeyOpen { mode } => format!("người khác ngoài chủ tệp cũng dùng được (quyền {mode})"),
        Fault::OtherKey { key } => format!("không phải khóa bí mật của khóa {key}"),
    }
}
