//! What the pages say, in both languages.

use crate::model::failure::Language;

/// Declares the phrases: name, Vietnamese, English.
macro_rules! phrases {
    ($($name:ident: $vi:literal, $en:literal;)*) => {
        /// What the pages say, in one language.
        #[derive(Debug)]
        pub struct Phrases {
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static VI: Phrases = Phrases { $($name: $vi,)* };
        static EN: Phrases = Phrases { $($name: $en,)* };

        #[cfg(test)]
        static PAIRS: &[(&str, &str)] = &[$(($vi, $en),)*];
    };
}

phrases! {
    console: "Kho hồ sơ điện tử", "Electronic records";
    skip_to_content: "Đến nội dung", "Skip to content";
    other_language: "English", "Tiếng Việt";
    sign_in: "Đăng nhập", "Sign in";
    sign_out: "Đăng xuất", "Sign out";
    user_name: "Tên đăng nhập", "User name";
    password: "Mật khẩu", "Password";
    sign_in_failed: "Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or password is not right.";
    no_accounts: "Chưa có tài khoản nào. Tạo tài khoản đầu tiên trên máy chủ:", "There is no account yet. Make the first one on the server:";
    signed_out: "Đã đăng xuất.", "Signed out.";
    session_over: "Phiên làm việc đã hết hạn. Hãy đăng nhập lại.", "The session is over. Sign in again.";
    something_wrong: "Không thực hiện được", "That did not work";
    what_to_do: "Cần làm gì", "What to do";
    back_to_start: "Về trang đầu", "Back to the start";
    account: "Tài khoản", "Account";
    role: "Vai trò", "Role";
    change_password: "Đổi mật khẩu", "Change the password";
    password_now: "Mật khẩu hiện nay", "Present password";
    password_new: "Mật khẩu mới (ít nhất 10 ký tự)", "New password (10 characters at least)";
    password_wrong: "Mật khẩu hiện nay không đúng.", "The present password is not right.";
    password_changed: "Đã đổi mật khẩu.", "The password was changed.";
}

/// The phrases of a language.
pub(super) fn phrases(language: Language) -> &'static Phrases {
    match language {
        Language::Vi => &VI,
        Language::En => &EN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_is_said_in_both_languages() {
        for (vi, en) in PAIRS {
            assert!(!vi.is_empty() && !en.is_empty() && vi != en, "{vi} / {en}");
        }
        assert_eq!(phrases(Language::Vi).sign_in, "Đăng nhập");
        assert_eq!(phrases(Language::En).sign_in, "Sign in");
    }
}
