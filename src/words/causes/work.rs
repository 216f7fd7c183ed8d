//! What is wrong with settings, with what was typed, or with the work itself.

use crate::model::failure::Language;
use crate::model::failure::cause::{SettingFault, SplitFault, WorkFault};
use crate::words::{detailed, reuse_lapse};

pub(super) fn setting(fault: &SettingFault) -> String {
    match fault {
        SettingFault::Between { least, most } => format!("phải nằm trong khoảng từ {least} đến {most}"),
        SettingFault::AtLeast { least } => format!("ít nhất phải là {least}"),
        SettingFault::AtMost { most } => format!("nhiều nhất là {most}"),
        SettingFault::LessThan { other } => format!("phải nhỏ hơn {other}"),
        SettingFault::NotAfter { other } => format!("không được sau {other}"),
        SettingFault::KeyOfOne { other } => format!("phải là khóa của một mục trong {other}"),
        SettingFault::NoName => "để trống, hoặc có dấu cách ở đầu hay cuối".to_owned(),
        SettingFault::NotFromTheRoot { path } => format!("'{path}' không bắt đầu bằng /"),
        SettingFault::FolderOfRoot { folder } => {
            format!("{folder} thuộc về root, tài khoản sohoa sẽ không ghi được vào kho tạo ở đó")
        }
        SettingFault::NotAnAgencyCode { typed } => format!("'{typed}' không phải mã cơ quan, như H38.16"),
        SettingFault::NotABaseAddress { address } => {
            format!(
                "'{address}' không phải địa chỉ https (hoặc http trên chính máy này) có tên máy, không kèm tên người dùng, '?' hay '#'"
            )
        }
        SettingFault::NotParted { version } => {
            format!("tệp kê phiên bản {version} cho mọi người thấy thông tin cá nhân: hãy ghi 'included', hoặc dùng phiên bản 6")
        }
        SettingFault::Twice { name } => format!("'{name}' có hai lần"),
        SettingFault::NotFinite => "không phải số hữu hạn".into(),
        SettingFault::NotLoopback { address } => {
            format!(
                "máy khác kết nối được tới {address}; hãy đặt console.tls_certificate hoặc console.trusted_proxies, hoặc dùng địa chỉ 127.0.0.1"
            )
        }
        SettingFault::TogetherWith { other } => format!("phải đặt cùng với {other}"),
        SettingFault::VariableForm => "phải có dạng SOHOA__SECTION__KEY".into(),
        SettingFault::NotALanguageTag { tag } => format!("'{tag}' không phải mã ngôn ngữ BCP 47, như vi-VN"),
        SettingFault::NotABarcode { name } => format!("'{name}' không phải loại mã vạch đọc được"),
        SettingFault::BadPattern { pattern, said } => detailed(&format!("'{pattern}' không phải mẫu hợp lệ"), said),
        SettingFault::TooWidePattern { pattern } => format!("mẫu '{pattern}' khớp cả với chuỗi rỗng"),
        SettingFault::NoCodePatterns => "danh sách rỗng: sẽ không tìm được mã hồ sơ nào".into(),
        SettingFault::NoSuchEngine { name, known } => format!("'{name}' không thuộc các giá trị: {known}"),
        SettingFault::RegisterUnreadable { path, said } => detailed(&format!("không đọc được {path}"), said),
    }
}

pub(super) fn split(fault: &SplitFault) -> String {
    match fault {
        SplitFault::CodeNowhere => "không có mã trong mã vạch hay tên".into(),
        SplitFault::CodeInText { dossier } => format!("không có mã trong mã vạch hay tên; chữ ở trang đầu có thể là {dossier}"),
        SplitFault::CodesDiffer { codes } => format!("các mã khác nhau: {codes}"),
        SplitFault::UnknownSheet { page } => {
            format!("trang {page} là tờ bìa hoặc tờ phân cách không đọc được, hoặc mã của nó không khớp inbox.code_patterns")
        }
        SplitFault::SignedStack => "tệp có chữ ký số mà chứa giấy tờ của nhiều hồ sơ".into(),
        SplitFault::NothingFollows { dossier, page } => {
            format!("sau tờ bìa của {dossier} (trang {page}) không có giấy tờ nào")
        }
    }
}

pub(super) fn work(fault: &WorkFault) -> String {
    match fault {
        WorkFault::CodeEmpty => "mã để trống".into(),
        WorkFault::CodeTooLong { limit } => format!("mã dài hơn {limit} ký tự"),
        WorkFault::CodeCharacter { character } => {
            format!("mã có ký tự '{character}', không phải chữ cái hay chữ số ASCII và cũng không phải . - _")
        }
        WorkFault::CodeOuterDot => "mã bắt đầu hoặc kết thúc bằng dấu chấm".into(),
        WorkFault::OptionMissing { options } => format!("cần có một trong các tùy chọn: {options}"),
        WorkFault::SamePerson { who } => format!("{who} đã quyết định về tài liệu này: cần người khác kiểm tra"),
        WorkFault::NotReusable { lapse } => {
            format!("không dùng lại được: {}", reuse_lapse(*lapse, Language::Vi))
        }
        WorkFault::NotCertain { field } => format!("{field} chưa được chấp nhận khi rút mẫu"),
        WorkFault::PagesUpTo { last } => format!("các trang của tài liệu là từ 1 đến {last}"),
        WorkFault::WrittenPages { pages, blank } => format!("{pages} trang, trong đó {blank} trang trắng"),
        WorkFault::OtherCode { found, wanted } => format!("trang mang mã {found}, không phải {wanted}"),
        WorkFault::TookSeconds { seconds } => format!("sau {seconds} giây"),
        WorkFault::TookMemory { mib } => format!("giới hạn {mib} MiB"),
        WorkFault::AccountNameForm { name } => {
            format!("'{name}' không phải tên đăng nhập: 1 đến 64 chữ cái không dấu, chữ số, dấu chấm, gạch nối, gạch dưới")
        }
        WorkFault::PasswordShort { least } => format!("mật khẩu có ít hơn {least} ký tự"),
        WorkFault::PasswordLong { most } => format!("mật khẩu dài hơn {most} byte"),
        WorkFault::PasswordIsName => "mật khẩu trùng với tên đăng nhập".into(),
        WorkFault::NoPeriod => "không phải ngày, tháng, quý hay năm, chẳng hạn 2023, 07/2023, quý III/2023".into(),
        WorkFault::NotMounted => "không có ổ nào được gắn ở đó".into(),
        WorkFault::OtherReply => "tiến trình trả lời một câu hỏi khác".into(),
        WorkFault::EngineUnknown { name } => format!("không có bộ nhận dạng chữ nào tên là '{name}'"),
        WorkFault::ModelLanguage { language } => format!("'{language}' không phải mã ngôn ngữ"),
        WorkFault::ModelMissing { language } => format!("không tìm thấy dữ liệu ngôn ngữ '{language}' trong thư mục nào"),
        WorkFault::ModelUnreadable { language, folder, said } => {
            detailed(&format!("không đọc được dữ liệu ngôn ngữ '{language}' trong {folder}"), said)
        }
        WorkFault::FolderNotUtf8 { folder } => format!("tên thư mục {folder} không phải UTF-8"),
        WorkFault::EngineNotStarted { said } => detailed("bộ nhận dạng chữ không khởi động được", said),
        WorkFault::EngineSaid { said } => detailed("bộ nhận dạng chữ báo lỗi", said),
        WorkFault::EnginePicture => "ảnh trang đã xử lý không phải ảnh xám hoặc quá lớn".into(),
        WorkFault::PagesLost { scanned, sealed, separators, blank, waiting, refused } => format!(
            "{scanned} trang quét ≠ {sealed} đã lưu + {separators} phân cách + {blank} trắng + {waiting} chờ xử lý + {refused} từ chối"
        ),
    }
}
