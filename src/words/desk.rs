//! What the pages of the desk say.

use super::phrases;

phrases! {
    /// What the pages of the desk say, in one language.
    DeskPhrases {
        desk: "Bàn xác nhận", "Desk";
        queue: "Danh sách", "List";
        page: "Trang", "Page";
        fields: "Trường", "Facts";
        waiting: "Chờ xử lý", "Waiting";
        oldest: "Lâu nhất", "Oldest";
        filter: "Bộ lọc", "Filter";
        all_kinds: "Tất cả", "All";
        apply: "Lọc", "Apply";
        drop_filter: "Bỏ bộ lọc", "Drop the filter";
        queue_empty: "Không còn việc chờ xử lý.", "Nothing waits.";
        filter_empty: "Không có việc nào khớp bộ lọc.", "Nothing that waits fits the filter.";
        more_wait: "Còn nữa; danh sách chỉ hiện những việc lâu nhất.", "There is more; the list shows what has waited longest.";
        see_batches: "Xem các lô", "See the batches";
        pages_view: "Các trang", "Pages";
        decide: "Quyết định", "Decide";
        confirm: "Xác nhận", "Confirm";
        not_on_paper: "Không có trên giấy", "Not on the paper";
        take_back: "Bỏ quyết định", "Drop the decision";
        edit_sure: "Sửa trường đã chắc", "Edit sure facts";
        edit_done: "Thôi sửa trường đã chắc", "Leave sure facts";
        previous: "Hồ sơ trước", "Previous";
        skip: "Bỏ qua", "Skip";
        done_next: "Xong, hồ sơ tiếp theo", "Done, next";
        undo: "Hoàn tác", "Undo";
        shortcuts: "Phím tắt", "Keys";
        close: "Đóng", "Close";
        whole_page: "Cả trang", "Whole page";
        larger: "Phóng to", "Larger";
        smaller: "Thu nhỏ", "Smaller";
        turn_left: "Xoay trái", "Turn left";
        turn_right: "Xoay phải", "Turn right";
        pin: "Ghim", "Pin";
        page_before: "Trang trước", "Previous page";
        page_after: "Trang sau", "Next page";
        image_failed: "Không hiển thị được ảnh. Bản lưu vẫn nguyên.", "The picture cannot be shown. What is kept is whole.";
        reading: "Bản đọc", "Read";
        other_reading: "Bản đọc khác", "Other reading";
        register: "Đã có trong kho", "Seen before";
        of_register: "Sổ hồ sơ", "Dossier register";
        of_dossier: "Cùng hồ sơ", "Same dossier";
        of_list: "Danh mục", "List of types";
        day_example: "15/09/2025", "15/9/2025";
        just_decided: "quyết định, chưa tạo phiên bản", "decided, no version yet";
        left: "còn", "left";
        not_sent: "đã gõ nhưng chưa xác nhận; nhấn Enter để nhận, Esc để bỏ.", "typed and not decided; Enter takes it, Esc drops it.";
        again: "Gõ lại lần nữa", "Type it again";
        not_the_same: "Hai lần gõ không giống nhau. Hãy gõ lại cả hai.", "The two are not the same. Type both again.";
        facts_left: "trường chưa quyết định", "facts are not decided yet";
        watch_only: "Chỉ xem", "Look only";
        take_over: "Nhận xử lý", "Take over";
        yours: "Của bạn", "Yours";
        theirs: "Hiện có", "What is there";
        keep_chosen: "Giữ các mục đã chọn", "Keep what is chosen";
        nothing_there: "không có", "nothing";
        offline: "Mất kết nối. Nội dung đang nhập chưa mất; đang thử lại…", "No connection. What you typed is not lost; trying again…";
        online: "Đã kết nối lại, đã lưu.", "Connected again, saved.";
        session_gone: "Phiên làm việc đã hết hạn. Đăng nhập lại để lưu; nội dung vẫn còn.", "The session is over. Sign in again to save; what you typed is still here.";
        sealing: "Đang tạo phiên bản…", "Making the version…";
        not_saved: "Không lưu được.", "That could not be saved.";
        keys_off: "Phím chữ: tắt", "Letter keys: off";
        keys_on: "Phím chữ: bật", "Letter keys: on";
        key_confirm: "xác nhận, sang trường tiếp theo", "confirm, next fact";
        key_next: "trường chưa chắc tiếp theo, trước đó", "next, previous doubtful fact";
        key_list: "danh sách gợi ý; Enter chọn, Esc đóng", "candidates; Enter takes, Esc closes";
        key_absent: "không có trên giấy", "not on the paper";
        key_escape: "lấy lại giá trị cũ; rồi sang ảnh trang", "the value as it was; then to the page";
        key_edit: "sửa trường đã chắc, và trở lại", "edit sure facts, and back";
        key_done: "xong, hồ sơ tiếp theo", "done, next document";
        key_skip: "bỏ qua; hồ sơ trước", "skip; previous document";
        key_pages: "trang sau, trang trước", "next, previous page";
        key_zoom: "thu nhỏ, phóng to", "smaller, larger";
        key_whole: "cả trang, và trở lại chỗ của trường", "whole page, and back to the fact's place";
        key_move: "ở ảnh trang: di chuyển; phóng to, thu nhỏ, cả trang", "on the page: move; larger, smaller, whole";
        key_turn: "ở ảnh trang: xoay trái, xoay phải", "on the page: turn left, right";
        key_pin: "ở ảnh trang: ghim; về trường", "on the page: pin; back to the fact";
        key_help: "danh sách phím (khi không nhập)", "this list (while nothing is typed)";
    }
}
