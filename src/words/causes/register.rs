//! What is wrong with a file of the register.

use crate::model::failure::cause::RegisterFault as Fault;
use crate::words::detailed;

pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::NotUtf8 => "dòng không phải văn bản UTF-8".into(),
        Fault::NotAnObject => "dòng không phải đối tượng JSON".into(),
        Fault::CellsNotClosed => "dấu ngoặc kép đặt sai nên các ô hoặc các dòng có thể bị dính vào nhau".into(),
        Fault::CellCount { cells, columns } => format!("dòng có {cells} ô, trong khi tệp có {columns} cột"),
        Fault::CellLines { limit } => format!("một ô dài hơn {limit} dòng: có thể thiếu dấu ngoặc kép"),
        Fault::FileNotUtf8 => "tệp không ở bảng mã UTF-8 (có thể là UTF-16 hoặc Windows-1258); hãy lưu lại thành UTF-8".into(),
        Fault::QuoteOpen { mib } => format!("dấu ngoặc kép chưa đóng đến hết tệp, hoặc một ô lớn hơn {mib} MiB"),
        Fault::ColumnEmpty => "ô để trống".into(),
        Fault::NotACode => "không phải mã: chữ cái và chữ số ASCII, dấu chấm, gạch nối, gạch dưới".into(),
        Fault::NotAMoment => "không phải ngày giờ hiểu được, chẳng hạn 06/07/2023 08:30".into(),
        Fault::NotACount => "không phải số nguyên".into(),
        Fault::NotOneOf { known } => format!("không thuộc các giá trị: {known}"),
        Fault::NotSoManyDigits { digits } => format!("không có đúng {digits} chữ số"),
        Fault::ZerosLost => "ô có kiểu số nên mất các số 0 ở đầu; hãy đổi cột sang kiểu văn bản".into(),
        Fault::TextTooLong { limit } => format!("dài hơn {limit} ký tự"),
        Fault::ValueWrong => "ô chứa lỗi của bảng tính hoặc giá trị không dùng được".into(),
        Fault::EndsBeforeBegin => "trước ngày tiếp nhận hồ sơ".into(),
        Fault::SameCode { line } => format!("dòng {line} có cùng mã nhưng nội dung khác"),
        Fault::OtherLineRefused { line } => format!("thuộc về dòng {line}, dòng đó không nhập được"),
        Fault::LayoutUnknown { columns } => format!("không mẫu nào có các cột này: {columns}"),
        Fault::TitlesUnknown { columns } => format!("không mẫu nào có các cột của tệp; dòng nhiều ô nhất có {columns} ô"),
        Fault::LayoutForeign { layout, column } => {
            format!("không phải tệp theo mẫu '{layout}' vì có cột '{column}'; hãy chọn mẫu khác bằng --layout")
        }
        Fault::LayoutUnclear { layouts } => format!("nhiều mẫu có các cột này; hãy chọn bằng --layout: {layouts}"),
        Fault::LayoutNotThere { layout, known } => format!("không có mẫu '{layout}', chỉ có: {known}"),
        Fault::SheetNotThere { sheets } => format!("không có trang tính này, chỉ có: {sheets}"),
        Fault::OldWorkbook => "tệp bảng tính kiểu cũ; hãy lưu lại thành .xlsx".into(),
        Fault::FileTooLarge { mib } => format!("tệp lớn hơn {mib} MiB"),
        Fault::NotATable { said } => detailed("không phải bảng", said),
        Fault::LayoutColumn { layout, column } => format!("mẫu '{layout}' nêu '{column}' mà danh sách của nó không có"),
    }
}
