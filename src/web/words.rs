//! What the pages say, in both languages.

use crate::model::failure::Language;

/// Declares the phrases: name, Vietnamese, English.
macro_rules! phrases {
    ($($name:ident: $vi:literal, $en:literal;)*) => {
        /// What the pages say, in one language.
        #[derive(Debug)]
        pub(crate) struct Phrases {
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
    search: "Tra cứu", "Search";
    batches: "Lô", "Batches";
    find: "Tìm", "Find";
    query_example: "quyết định \"thu hồi đất\" ngày:2025", "quyết định \"thu hồi đất\" date:2025";
    kind: "Loại hồ sơ", "Kind";
    kind_dossier: "Hồ sơ", "Handed in";
    kind_result: "Kết quả", "Results";
    all: "Tất cả", "All";
    document_type: "Loại văn bản", "Type";
    agency: "Cơ quan", "Agency";
    from: "Từ ngày", "From";
    to: "Đến ngày", "To";
    dossier_code: "Mã hồ sơ", "Dossier code";
    order: "Sắp xếp", "Order";
    best_first: "Phù hợp nhất", "Best first";
    newest_first: "Mới nhất", "Newest first";
    by_code: "Theo mã hồ sơ", "By code";
    bad_day: "Ngày không hợp lệ. Nhập ngày/tháng/năm, ví dụ 15/09/2025.", "That is no day. Write day/month/year, such as 15/09/2025.";
    how_to_write: "Cách viết", "How to write";
    how_phrase: "các từ, và một cụm từ đúng thứ tự", "words, and words in a row";
    how_or: "ít nhất một từ; có từ trước và không có từ sau", "at least one; the first without the second";
    how_begins: "từ hoặc số bắt đầu như vậy", "words or numbers that begin so";
    how_fields: "số, ký hiệu và ngày ban hành", "number, symbol and date of issue";
    how_person: "tên chủ giấy tờ", "name of the owner";
    how_code: "mã hồ sơ, cả mã hoặc một phần", "dossier code, all or part of it";
    understood_as: "Được hiểu là", "Understood as";
    did_you_mean: "Có phải bạn muốn tìm:", "Did you mean:";
    hits: "kết quả", "hits";
    narrow_down: "Thu hẹp", "Narrow down";
    drop_conditions: "Bỏ bộ lọc", "Drop the conditions";
    waits: "Chờ xác nhận", "To confirm";
    by_other_reading: "Theo bản đọc khác:", "By another reading:";
    nothing_found: "Không tìm thấy. Thử bỏ bớt điều kiện.", "Nothing was found. Try fewer conditions.";
    lists: "Danh sách kết quả", "Lists of hits";
    list_before: "Trang trước", "Previous";
    list_after: "Trang sau", "Next";
    lacks_time: "Hết thời gian tìm: có thể còn kết quả khác.", "Time is over: there may be more hits.";
    lacks_index: "Chỉ mục chưa đủ: một lô đang chạy.", "The index is not complete: a batch is running.";
    other_marks: "Không trang nào có đúng dấu đã gõ; đây là các từ khác dấu.", "No page has the marks as typed; these have others.";
    similar_words: "Không trang nào có đúng mọi từ; đây là các từ gần giống.", "No page has all the words; these have similar ones.";
    most_words: "Không trang nào có đủ các từ; đây là các trang có phần lớn.", "No page has all the words; these have most.";
    dossier: "Hồ sơ", "Dossier";
    get_pdf: "Tải PDF/A", "Get the PDF/A";
    get_original: "Tải bản gốc", "Get the original";
    masked_note: "Thông tin cá nhân đã che. Hiện thông tin…", "Personal data are masked. Show …";
    reason: "Lý do xem", "Reason";
    reason_example: "theo đề nghị của chủ hồ sơ ngày 24/11", "asked for by the owner on 24/11";
    reason_missing: "Hãy ghi lý do, ít nhất 5 ký tự.", "Give a reason of 5 characters at least.";
    unmask: "Hiện thông tin", "Show";
    unmask_note: "Thông tin hiện trong 15 phút; lý do và người xem được ghi vào nhật ký.", "Shown for 15 minutes; who looks and why is logged.";
    documents: "Tài liệu", "Documents";
    versions: "Phiên bản", "Versions";
    signatures: "Chữ ký số", "Signatures";
    log: "Nhật ký", "Log";
    where_kept: "Nơi lưu", "Where kept";
    version: "phiên bản", "version";
    is_current: "hiện hành", "current";
    first_version: "Phiên bản đầu tiên.", "The first version.";
    read_again: "Đọc lại; tài liệu và thông tin như cũ.", "Read again; documents and facts as before.";
    no_signatures: "Bản gốc không có chữ ký số.", "The original bears no digital signature.";
    number: "Số", "No.";
    when: "Thời điểm", "When";
    who: "Ai", "Who";
    what: "Việc", "What";
    why: "Lý do", "Why";
    file: "Tệp", "File";
    bytes: "Byte", "Bytes";
    soundness: "Toàn vẹn", "Soundness";
    sound: "khớp", "as sealed";
    unsound: "không khớp", "not as sealed";
    sealed_file: "bản lưu PDF/A", "sealed PDF/A";
    original: "bản gốc", "original";
    pages_short: "trang", "pages";
    page: "Trang", "Page";
    page_before: "< Trước", "< Previous";
    page_after: "Sau >", "Next >";
    hits_on_page: "Kết quả trên trang này:", "Hits on this page:";
    sensitive: "nhạy cảm", "sensitive";
    blurred: "Trang nhạy cảm, đã che", "Sensitive page, blurred";
    masked: "Đã che", "Masked";
    image_failed: "Không hiển thị được ảnh. Bản lưu vẫn nguyên.", "The picture cannot be shown. What is kept is whole.";
    fields: "Thông tin", "Facts";
    field: "Trường", "Fact";
    value: "Giá trị, nguồn", "Value, source";
    no_fields: "Chưa có thông tin nào.", "No facts.";
    no_batches: "Chưa có lô nào.", "No batches yet.";
    batch: "Lô số", "Batch";
    state: "Trạng thái", "State";
    began: "Bắt đầu", "Began";
    inbox: "Hộp đến", "Inbox";
    scanned: "Trang quét", "Scanned";
    sealed: "Đã lưu", "Sealed";
    set_aside: "Trắng, ngăn cách", "Blank, separators";
    separators: "Ngăn cách", "Separators";
    blank: "Trắng", "Blank";
    waiting: "Chờ xử lý", "Waiting";
    refused: "Bị từ chối", "Refused";
    needs_somebody: "Cần người xử lý", "For somebody to see to";
    nothing_waits: "Không còn việc chờ xử lý.", "Nothing waits.";
    open_facts: "Trường cần xác nhận", "Facts to confirm";
    dossiers: "Các hồ sơ", "Dossiers";
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
