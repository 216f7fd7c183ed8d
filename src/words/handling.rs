//! What the pages say on which documents, files and texts are handled.

use super::phrases;

phrases! {
    /// What the pages say on which documents, files and texts are handled, in one language.
    HandlingPhrases {
        pages_of: "Các trang của", "Pages of";
        back_to_desk: "Về bàn xác nhận", "Back to the desk";
        back_to_record: "Về hồ sơ", "Back to the record";
        page: "Trang", "Page";
        document: "Tài liệu", "Document";
        dossier: "Hồ sơ", "Dossier";
        new_number: "số mới", "a new number";
        thumbs_help: "Kéo thả để đổi thứ tự, hoặc Ctrl+↑ ↓. T: tách trước trang; N: nối; , . : xoay; L: loại ra; C: chuyển; Enter: xem lớn.", "Drag to reorder, or Ctrl+↑ ↓. T: split before; N: join; , . : turn; L: leave out; C: move; Enter: large view.";
        scan_help: "T: tách trước trang; N: nối với trước; Enter: xem lớn.", "T: split before; N: join; Enter: large view.";
        order: "Thứ tự trang", "Order of pages";
        split_before: "Tách trước các trang", "Split before pages";
        turn_pages: "Xoay các trang", "Turn pages";
        turn_right: "phải", "right";
        turn_left: "trái", "left";
        turn_half: "ngược", "upside down";
        leave_out: "Loại trang", "Leave out page";
        move_page: "Chuyển trang", "Move page";
        to_document: "sang tài liệu", "to document";
        merge_with: "Gộp thêm tài liệu", "Merge with document";
        move_document: "Chuyển tài liệu sang hồ sơ", "Move the document to dossier";
        as_kind: "là", "as";
        kind_same: "như hiện có", "as it is";
        kind_dossier: "hồ sơ nộp vào", "handed in";
        kind_result: "kết quả", "result";
        void_document: "Loại tài liệu khỏi hồ sơ", "Take the document out";
        reason: "Lý do", "Reason";
        reason_needed: "Loại ra phải có lý do, ít nhất 5 ký tự.", "To take out needs a reason of 5 characters at least.";
        preview: "Xem trước", "Preview";
        would_be: "Sau khi thực hiện", "Afterwards";
        would_be_out: "Loại khỏi hồ sơ", "Out of the dossier";
        carry_out: "Thực hiện", "Carry out";
        discard: "Hủy thay đổi", "Discard";
        turned_note: "Xoay xong, trang được đọc lại.", "A turned page is read anew.";
        why_waiting: "Vì sao chờ", "Why it waits";
        what_to_do: "Cần làm gì", "What to do";
        decision: "Quyết định", "Decision";
        give_code: "Gán mã hồ sơ", "Dossier code";
        accept: "Chấp nhận ảnh như hiện có", "Take the picture as it is";
        starts_example: "3, 5=H38.16-230706-0013", "such as 3, 5=H38.16-230706-0013";
        already_decided: "Đã quyết định", "Decided";
        next_run: "Lượt chạy tới sẽ làm theo quyết định này.", "The next run goes by it.";
        no_decision: "Tệp này không quyết định ở đây được; hãy làm theo hướng dẫn trên.", "Nothing can be decided about this file here; do as it says above.";
        large_view: "Xem lớn", "Large view";
        close: "Đóng", "Close";
        text_of: "Chữ trên trang", "Text of the page";
        text_help: "Sửa dòng đọc sai theo đúng giấy; dòng để trống là không có gì trên giấy.", "Put wrong lines right as the paper says; an empty line says that nothing stands there.";
        save_text: "Lưu chữ đã sửa", "Save the corrections";
        line: "Dòng", "Line";
        no_lines: "Trang này không có chữ.", "This page has no text.";
        nothing_changed: "Chưa sửa dòng nào.", "No line was changed.";
        upload: "Tải lên", "Upload";
        upload_title: "Tải giấy tờ vào hộp đến", "Bring papers into the inbox";
        drop_here: "Kéo tệp vào đây, hoặc", "Drop files here, or";
        choose: "Chọn tệp", "Choose files";
        upload_code: "Mã hồ sơ (nếu biết)", "Dossier code (if known)";
        upload_kinds: "PDF, TIFF, JPEG, PNG; mỗi tệp đến", "PDF, TIFF, JPEG, PNG; each up to";
        upload_none: "Chưa đặt hộp đến cho tải lên (console.upload_inbox). Hãy liên hệ quản trị viên.", "No inbox is set for uploads (console.upload_inbox). Ask the administrator.";
        uploaded: "đã vào hộp đến:", "is in the inbox:";
        upload_running: "đang tải", "on its way";
        upload_failed: "không tải được:", "was not taken:";
        file_conflict: "Tệp này vừa được quyết định khác; hãy xem quyết định đó rồi làm lại.", "Something else has just been decided about this file; look at it and decide again.";
        stands_now: "hiện nay:", "now:";
        you_typed: "bạn đã gõ:", "you typed:";
        typed_gone: "Bạn đã gõ vào những dòng không còn nữa:", "You typed in lines that are no more:";
        conflict: "Tài liệu vừa thay đổi; hãy xem lại rồi làm lại.", "The document has just changed; look again.";
    }
}
