//! Words for accounts and for what was shown to whom.

use crate::model::account::{AccountState, Role};
use crate::model::act::Access;
use crate::model::failure::Language;

/// What an account is for.
pub(crate) fn role_name(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (Role::Clerk, Language::Vi) => "cán bộ số hóa",
        (Role::Archivist, Language::Vi) => "cán bộ lưu trữ",
        (Role::Integrator, Language::Vi) => "hệ thống kết nối",
        (Role::Administrator, Language::Vi) => "quản trị viên",
        (role, Language::En) => role.as_str(),
    }
}

/// Whether an account or a token can be used.
pub(crate) fn account_state(state: AccountState, language: Language) -> &'static str {
    match (state, language) {
        (AccountState::Active, Language::Vi) => "đang dùng",
        (AccountState::Disabled, Language::Vi) => "đã khóa",
        (state, Language::En) => state.as_str(),
    }
}

/// What somebody was shown or given, for people.
pub(crate) fn access_name(access: Access, language: Language) -> &'static str {
    match (access, language) {
        (Access::Viewed, Language::Vi) => "xem, đã che thông tin cá nhân",
        (Access::Viewed, Language::En) => "viewed, personal data masked",
        (Access::ViewedUnmasked, Language::Vi) => "xem cả thông tin cá nhân",
        (Access::ViewedUnmasked, Language::En) => "viewed with personal data",
        (Access::SealedFile, Language::Vi) => "tải tệp PDF/A",
        (Access::SealedFile, Language::En) => "downloaded the PDF/A",
        (Access::Original, Language::Vi) => "tải bản gốc",
        (Access::Original, Language::En) => "downloaded the original",
    }
}
