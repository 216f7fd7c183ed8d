//! What is wrong with the repository.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::model::failure::cause::StorageFault as Fault;
use crate::words::detailed;

/// A moment that was noted for machines, as people write it; what is none stays as it is.
fn moment(noted: &str) -> String {
    let format = format_description!("[hour]:[minute] [day]/[month]/[year] (UTC[offset_hour sign:mandatory])");
    let time = OffsetDateTime::parse(noted, &Rfc3339).ok();
    time.and_then(|time| time.format(format).ok()).unwrap_or_else(|| noted.to_owned())
}

#[expect(clippy::too_many_lines, reason = "a text for each fault")]
pub(super) fn vietnamese(fault: &Fault) -> String {
    match fault {
        Fault::NoMarker { marker } => format!("trong thư mục không có {marker}"),
        Fault::OtherThings { marker, example } => {
            format!("trong thư mục không có {marker} mà có thứ khác, chẳng hạn {example}")
        }
        Fault::HeldBy { pid, host, since } => format!("tiến trình {pid} trên máy {host} đang dùng từ {}", moment(since)),
        Fault::FormatNewer { found, known } => {
            format!("kho có định dạng {found}, chương trình này chỉ biết đến {known}")
        }
        Fault::MadeByOlder => "do phiên bản cũ hơn của chương trình tạo ra".into(),
        Fault::CatalogMissing => "thiếu danh mục".into(),
        Fault::CatalogLost => "thiếu danh mục, trong khi có các tệp mà danh mục phải biết".into(),
        Fault::CatalogRemade => "chương trình khác vừa tạo lại danh mục".into(),
        Fault::SymbolicLink => "không đi theo liên kết tượng trưng; hãy đặt chính thư mục hoặc tệp vào đó".into(),
        Fault::OpenForReading => "kho chỉ được mở để đọc".into(),
        Fault::BlobMissing => "thiếu tệp".into(),
        Fault::BlobChanged { path } => format!("nội dung tệp không phải nội dung đã lưu: {path}"),
        Fault::BlobAbsent { path } => format!("thiếu tệp: {path}"),
        Fault::BlobUnreadable { path } => format!("không đọc được tệp: {path}"),
        Fault::ItemChanged { dossier } => format!("việc gửi hồ sơ {dossier} vừa được thay đổi"),
        Fault::KeyActive => "đã có khóa khác đang dùng để ký".into(),
        Fault::Signed { sequence } => format!("bản kê {sequence} đã có chữ ký"),
        Fault::AccountTaken { name } => format!("đã có tài khoản '{name}'"),
        Fault::AccountChanged { name } => format!("tài khoản '{name}' vừa được thay đổi"),
        Fault::ManifestUnknown => "danh mục không biết bản kê này".into(),
        Fault::ManifestContent => "nội dung trong danh mục không phải nội dung đã chuẩn bị".into(),
        Fault::ManifestDigest { sequence } => format!("bản kê {sequence}: mã băm hoặc kích thước không khớp nội dung"),
        Fault::ManifestBeforeUnreleased { sequence } => {
            format!("chưa chuẩn bị bản kê {sequence}: bản kê trước nó chưa được phát hành")
        }
        Fault::ManifestNumber { sequence } => format!("chưa chuẩn bị bản kê {sequence}: số này không phải số kế tiếp"),
        Fault::ManifestRecord { sequence } => {
            format!("chưa chuẩn bị bản kê {sequence}: một bản ghi bị thiếu hoặc đã được xuất")
        }
        Fault::ManifestReleased => "một bản kê khác mang số này đã được phát hành".into(),
        Fault::VersionDoesNotFollow { version, dossier } => {
            format!("phiên bản {version} của {dossier} không nối tiếp phiên bản mới nhất đang lưu")
        }
        Fault::IdNotMadeFrom { version, dossier } => {
            format!("mã định danh của phiên bản {version} của {dossier} không khớp nội dung")
        }
        Fault::NumberGiven { number, dossier } => format!("số {number} của {dossier} đã cấp cho tài liệu khác"),
        Fault::OtherNumber { number, dossier } => format!("tài liệu ở số {number} của {dossier} đã được cấp số khác"),
        Fault::RecordAltered => "nội dung bản ghi không phải nội dung đã đóng gói".into(),
        Fault::RecordWithoutAct => "có bản ghi mà không có việc đóng gói tương ứng".into(),
        Fault::Column { column, value } => format!("cột {column} có giá trị {value}"),
        Fault::UnpacksToMore { limit } => format!("giải nén ra nhiều hơn {limit} byte"),
        Fault::IndexWithoutNumber => "một mục thiếu số".into(),
        Fault::IndexWithoutText => "một mục thiếu chữ".into(),
        Fault::IndexWithoutDigest => "một mục thiếu mã băm".into(),
        Fault::IndexVersion => "phiên bản của chỉ mục chưa từng có".into(),
        Fault::IndexFields => "các trường của chỉ mục không phải của phiên bản này".into(),
        Fault::IndexUntold => "chỉ mục không ghi nó chứa gì".into(),
        Fault::ScanNotNamed => "bản ghi không nêu bản quét của trang".into(),
        Fault::SearchTooLong { bytes } => format!("câu tìm đã lưu không thể dài {bytes} byte"),
        Fault::SearchVersion { version } => format!("chương trình này không biết phiên bản {version} của câu tìm đã lưu"),
        Fault::TableTooLong { rows } => format!("{rows} dòng là quá nhiều cho một trang tính"),
        Fault::TableNotWritten { said } => detailed("không ghi được bảng", said),
        Fault::TableName => "tên tệp phải kết thúc bằng .csv hoặc .xlsx".into(),
        Fault::NotInCatalog { record, ordinal } => format!("danh mục không có bản ghi {record} với tài liệu {ordinal}"),
        Fault::IndexCorrupt => "các tệp của chỉ mục bị hỏng".into(),
        Fault::ReadOtherwise => "nội dung đọc được bây giờ không giống lần trước".into(),
        Fault::IndexAhead { change, newest } => {
            format!("chỉ mục có thay đổi số {change}, còn danh mục kết thúc ở {newest}")
        }
        Fault::OtherList => "dòng thuộc danh sách khác".into(),
        Fault::NameTaken => "đã có tệp khác mang tên này; Sohoa không ghi đè".into(),
        Fault::LittleRoom { free_mib, needed_mib } => {
            format!("còn trống {free_mib} MiB < general.min_free_mib = {needed_mib} MiB")
        }
        Fault::InRepository => "thư mục nằm trong kho".into(),
        Fault::LeadsOutside => "đường dẫn của tệp dẫn ra ngoài kho".into(),
        Fault::NotARecipient { text } => format!("'{text}' không phải khóa công khai của age"),
        Fault::NoIdentity => "tệp không chứa khóa riêng của age".into(),
        Fault::IdentityProtected => "tệp khóa có mật khẩu: hãy giải mã bằng 'age -d' trước".into(),
        Fault::BackupEncrypted => "bản sao lưu được mã hóa, mà backup.recipients để trống".into(),
        Fault::BackupInClear => "bản sao lưu không được mã hóa, mà backup.recipients có khóa".into(),
        Fault::BackupNotEncrypted => "bản sao lưu không được mã hóa, mà có khóa được đưa ra để đọc".into(),
        Fault::CredentialsMissing => "không có khóa truy cập cùng khóa bí mật".into(),
        Fault::CredentialsOpen => "mọi tài khoản trên máy này đều đọc được tệp".into(),
        Fault::CutOff => "câu trả lời bị cắt ngang".into(),
        Fault::SourceNotPlain => "không phải tệp thông thường".into(),
        Fault::SourceChanged => "tệp bị thay đổi trong lúc đọc".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_as_people_write_it() {
        assert_eq!(moment("2026-03-05T02:30:00Z"), "02:30 05/03/2026 (UTC+00)");
        assert_eq!(moment("2026-03-05T09:30:00+07:00"), "09:30 05/03/2026 (UTC+07)");
        assert_eq!(moment("hôm qua"), "hôm qua");
    }
}
