//! What is wrong with files that are written.

use crate::model::failure::cause::SealFault as Fault;
use crate::words::detailed;

pub(super) fn vietnamese(fault: &Fault) -> String {
    let image = |page: &u64, why: &str| format!("không nhúng được ảnh của trang {page}: {why}");
    match fault {
        Fault::NoPagesToSeal => "tài liệu không có trang nào".into(),
        Fault::PageSize { page, width, height } => {
            format!("trang {page} có khổ {width} × {height} point; PDF/A cho phép từ 3 đến 14400")
        }
        Fault::ImageSize { page } => image(page, "kích thước bằng không hoặc quá lớn"),
        Fault::ImageColour { page } => image(page, "cách nén không hợp với kiểu màu"),
        Fault::ImageHeader { page } => image(page, "phần đầu của ảnh bị hỏng"),
        Fault::ImageMismatch { page } => image(page, "phần đầu của ảnh cho kích thước, độ sâu hoặc số màu khác"),
        Fault::ImageForm { page } => image(page, "dạng ảnh không được PDF/A-2 cho phép"),
        Fault::TooLarge => "tài liệu quá lớn cho một tệp PDF/A".into(),
        Fault::TooManyCharacters => "tài liệu có nhiều hơn 65.534 ký tự khác nhau".into(),
        Fault::ScanDate => "ngày quét nằm ngoài các năm 0 đến 9999".into(),
        Fault::NotReadBack { said } => detailed("không đọc lại được tệp", said),
        Fault::PageCountDiffers { expected, found } => format!("tệp có {found} trang thay vì {expected}"),
        Fault::PageOverLimit { page, bytes, most } => {
            format!("riêng trang {page} chiếm {bytes} byte, mà mỗi tệp chỉ được tối đa {most} byte")
        }
        Fault::OtherImage { page } => format!("trang {page} không chứa ảnh đã đóng gói"),
        Fault::OtherTurn { page } => format!("trang {page} không xoay như khi đóng gói"),
        Fault::OtherText { page } => format!("trang {page} không chứa phần chữ đã đóng gói"),
        Fault::NotWritten { said } => detailed("không ghi được bản kê thành JSON chuẩn tắc", said),
        Fault::NotAManifest { said } => detailed("không phải bản kê", said),
        Fault::AgainstSchema { violations } => detailed("không khớp lược đồ", &violations.to_string()),
        Fault::NotCanonical => "các byte không phải JSON chuẩn tắc (RFC 8785)".into(),
        Fault::SheetFont { said } => detailed("không đọc được phông chữ dựng sẵn", said),
        Fault::TooManySheets => "quá nhiều tờ".into(),
    }
}
