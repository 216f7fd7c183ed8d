//! What is wrong with scans.

use crate::model::failure::cause::ScanFault as Fault;
use crate::words::detailed;

#[expect(clippy::too_many_lines, reason = "a text for each fault")]
pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::Content { kind } => format!("nội dung là {kind}"),
        Fault::TooManyBytes { bytes, limit_mib } => format!("{bytes} byte, lớn hơn {limit_mib} MiB"),
        Fault::AnotherPdf { offset } => format!("một PDF khác bắt đầu ở byte {offset}"),
        Fault::Portfolio { files } => format!("bộ sưu tập gồm các tệp: {files}"),
        Fault::NoAppearance { kind } => format!("chú thích loại '{kind}' không có hình thức hiển thị"),
        Fault::FontsMissing { names } => format!("các phông chữ không có trong tệp: {names}"),
        Fault::PagesOverLimit { pages, limit } => format!("ít nhất {pages} trang, vượt giới hạn {limit}"),
        Fault::PixelsOverLimit { width, height, setting, limit } => {
            format!("{width} × {height} điểm ảnh, vượt giới hạn limits.{setting} = {limit}")
        }
        Fault::BytesOverLimit { bytes, setting, limit_mib } => {
            format!("giải nén ra ít nhất {bytes} byte, vượt giới hạn limits.{setting} = {limit_mib} MiB")
        }
        Fault::DeeperThan { limit } => format!("sâu hơn {limit} tầng"),
        Fault::ObjectsOverLimit { limit } => format!("vẽ nhiều hơn {limit} đối tượng"),
        Fault::LinkTo { target } => format!("liên kết trỏ tới {target}"),
        Fault::DecoderPanicked { said } => detailed("bộ giải mã bị sập", said),
        Fault::Decoder { format, said } => detailed(&format!("không giải mã được dữ liệu {format}"), said),
        Fault::Library { said } => detailed("không xử lý được điểm ảnh của trang", said),
        Fault::Inflate { said } => detailed("không nén hoặc giải nén được dữ liệu Flate", said),
        Fault::CutShort { format } => format!("dữ liệu {format} bị cắt cụt"),
        Fault::NoHeader { format } => format!("{format} thiếu phần đầu"),
        Fault::TooLargePicture { format } => format!("ảnh {format} quá lớn"),
        Fault::NoPixels { format } => format!("{format} có ít điểm ảnh hơn đã khai"),
        Fault::NotOfFormat { format } => format!("không phải {format}"),
        Fault::NoImage { format } => format!("{format} không có ảnh"),
        Fault::OtherSize { format } => format!("ảnh {format} có kích thước khác với kích thước đã khai"),
        Fault::FaxRows { rows, stated } => format!("dữ liệu CCITT hết sau {rows} trong {stated} dòng"),
        Fault::FaxFault { rows, stated, said } => {
            detailed(&format!("dữ liệu CCITT chỉ đọc được {rows} trong {stated} dòng"), said)
        }
        Fault::ImageEmpty => "một ảnh có ít điểm ảnh hơn đã khai".into(),
        Fault::ImageOtherSize => "kích thước ảnh khác với kích thước trang đã khai".into(),
        Fault::ImageUndecodable => "không giải mã được một ảnh của trang".into(),
        Fault::ImageMissing => "thiếu ảnh của trang".into(),
        Fault::ImageRows { rows, stated } => format!("một ảnh kết thúc sau {rows} trong {stated} dòng"),
        Fault::ImageDataCutShort => "dữ liệu của một ảnh bị cắt cụt".into(),
        Fault::ImageDataTooLong => "một ảnh chứa nhiều dữ liệu hơn hẳn số điểm ảnh".into(),
        Fault::MaskUndecodable => "không giải mã được mặt nạ của trang".into(),
        Fault::GlobalsMissing => "thiếu phần dữ liệu dùng chung của JBIG2".into(),
        Fault::GlobalsUnreadable => "không đọc được phần dữ liệu dùng chung của JBIG2".into(),
        Fault::NoSheetOfPaper { width, height, points_across, points_down } => {
            format!("{width} × {height} điểm ảnh, {points_across} × {points_down} point: không phải khổ của tờ giấy nào")
        }
        Fault::PageMissing { page, pages } => format!("không có trang {page} trong {pages} trang"),
        Fault::PageAbsent => "thiếu trang".into(),
        Fault::PageNoArea => "trang không có diện tích".into(),
        Fault::ContentsMissing => "thiếu nội dung của trang".into(),
        Fault::ContentsDamaged => "nội dung của trang bị hỏng".into(),
        Fault::ObjectMissing { object } => format!("thiếu đối tượng {object} của trang"),
        Fault::NoStructure => "không có cấu trúc PDF nào đọc được hoặc sửa được".into(),
        Fault::NoPageTree => "PDF bị cắt cụt: thiếu cây trang".into(),
        Fault::PagesFound { found, counted } => format!("chỉ tìm thấy {found} trong {counted} trang"),
        Fault::LastAdditionCutOff => "có đối tượng sau bảng tham chiếu cuối cùng: phần ghi thêm sau cùng bị cắt mất".into(),
        Fault::PiecesMissing => "TIFF thiếu dải hoặc ô ảnh".into(),
        Fault::PiecesBeyondFile => "TIFF có dải hoặc ô ảnh vượt ra ngoài tệp".into(),
        Fault::PiecesNoSize => "TIFF có ô ảnh không có kích thước".into(),
        Fault::PiecesDoNotFit => "TIFF có các dải hoặc ô ảnh không khớp nhau".into(),
        Fault::PiecesOverlap => "TIFF có các dải hoặc ô ảnh chồng lên nhau".into(),
        Fault::PagesInCircle => "TIFF có các trang nối thành vòng".into(),
        Fault::DirectoryLost => "TIFF không tìm thấy thư mục trang".into(),
        Fault::PaletteTooShort => "TIFF có bảng màu quá ngắn".into(),
        Fault::StripNoJpeg => "TIFF có dải ảnh không phải JPEG".into(),
        Fault::PlanesOtherSize => "TIFF có các lớp màu khác kích thước với trang".into(),
        Fault::AnotherPicture => "tệp còn chứa một ảnh khác ngoài các trang đọc được: nhiều tệp nối thành một".into(),
        Fault::SeveralFrames => "JPEG có nhiều khung ảnh".into(),
        Fault::CodedDataEndEarly => "dữ liệu mã hóa hết trước khi hết ảnh".into(),
        Fault::CodeInNoTable => "dữ liệu mã hóa có mã không nằm trong bảng nào".into(),
        Fault::CodedDataGoOn => "dữ liệu mã hóa còn tiếp sau khi hết ảnh".into(),
        Fault::BlockRunsOver => "một khối của ảnh bị tràn".into(),
        Fault::RestartsOutOfOrder => "các mốc bắt đầu lại của ảnh không đúng thứ tự".into(),
        Fault::LevelsRunAway => "các mức sáng của ảnh vượt ra ngoài".into(),
        Fault::NoTable => "JPEG dùng đến các bảng không có trong tệp".into(),
        Fault::ScanFitsNoFrame => "JPEG có lượt quét không khớp khung ảnh nào".into(),
        Fault::PartNeverCoded => "JPEG có một phần chưa được mã hóa".into(),
        Fault::OnePageNotCut => "tệp một trang thì không cắt".into(),
        Fault::CutPages { wanted, found } => format!("cắt {wanted} trang nhưng ra {found} trang"),
        Fault::CutLooksOtherwise { page } => format!("trang {page} hiển thị khác đi sau khi cắt ra"),
        Fault::TooManyPieces => "TIFF có các trang nằm trong quá nhiều mảnh".into(),
        Fault::PagesShareBytes => "TIFF có các trang dùng chung dữ liệu".into(),
        Fault::TiffOver4Gib => "TIFF lớn hơn 4 GiB".into(),
        Fault::PagesNotApart => "PDF có các trang không tách rời được".into(),
        Fault::UnusualJpeg => "JPEG nén không mất dữ liệu, nén số học, 12 bit hoặc có kiểu màu lạ".into(),
        Fault::DrawnJpeg => "JPEG mã hóa từng màu một hoặc ghi chiều cao ở cuối, trong một trang vẽ".into(),
        Fault::UnusualColour { format } => format!("{format} có kiểu màu lạ"),
        Fault::FourColoursApart => "JPEG bốn màu được mã hóa từng màu một".into(),
        Fault::FourColoursNoInks => "TIFF có JPEG bốn màu không phải màu mực thông thường".into(),
        Fault::OneBitFlate => "Flate với một bit mỗi điểm ảnh".into(),
        Fault::Unsupported { format, said } => detailed(&format!("kiểu {format} này chưa được hỗ trợ"), said),
        Fault::JpegForEachColour => "TIFF có một JPEG cho mỗi màu".into(),
        Fault::FaxOfManyBits => "TIFF nén kiểu fax với nhiều hơn một bit mỗi điểm ảnh".into(),
        Fault::OldJpegNotWhole => "TIFF có JPEG kiểu cũ không đầy đủ".into(),
        Fault::PlanesInTiles => "TIFF có các lớp màu riêng chia thành ô".into(),
        Fault::PaletteDepth => "TIFF có bảng màu với độ sâu lạ".into(),
        Fault::NumbersNoColours => "TIFF chứa các số không phải màu".into(),
    }
}
