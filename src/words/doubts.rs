//! Words for why a value waits.

use super::texts;
use crate::model::field::Doubt;

texts! {
    /// Why a value waits for a person.
    pub(crate) doubt(Doubt) {
        Doubt::NotFound => "không tìm thấy", "not found";
        Doubt::Unsure => "đọc chưa chắc", "not read surely";
        Doubt::OneReader => "chỉ một bộ nhận dạng đọc như vậy", "only one of two readers has read it so";
        Doubt::NotPrint => "có thể viết tay hoặc đóng dấu", "may be handwritten or stamped";
        Doubt::Several => "có nhiều giá trị", "several values";
        Doubt::Unfinished => "có thể thiếu một phần", "a part may be missing";
        Doubt::Spelling => "có từ không đúng chính tả", "a word that cannot be";
        Doubt::Contradicted => "mâu thuẫn với phần khác của trang", "something else on the page contradicts it";
        Doubt::Future => "sau ngày quét", "later than the scan";
        Doubt::Shape => "sai dạng", "not of the right form";
        Doubt::NotRegistered => "không có trong danh mục cơ quan", "not in the register of agencies";
        Doubt::Spellings => "trong kho có cách viết khác", "the repository has other spellings";
    }
}
