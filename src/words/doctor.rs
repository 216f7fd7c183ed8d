//! Words for what a machine is looked at for. What is to be typed is the same in both languages.

use super::{cause, message, place, remedy, tell, texts, upkeep};
use crate::model::checkup::{Advice, Reach, Seen, Step, Subject};
use crate::model::failure::{Failure, Language};

texts! {
    /// What was looked at.
    pub(crate) subject(Subject) {
        Subject::Engine => "Bộ nhận dạng chữ", "Text engine";
        Subject::Confinement => "Cô lập tiến trình xử lý trang", "Confinement of workers";
        Subject::Memory => "Bộ nhớ", "Memory";
        Subject::Disk => "Dung lượng đĩa của kho", "Disk of the repository";
        Subject::Fonts => "Phông chữ thay thế", "Substitute fonts";
        Subject::WriteAccess => "Quyền ghi vào kho", "Right to write to the repository";
        Subject::Privacy => "Quyền xem kho", "Rights to see the repository";
        Subject::Repository => "Kho dữ liệu", "Repository";
        Subject::Inbox => "Hộp đến", "Inbox";
        Subject::LastBatch => "Lô gần nhất", "Last batch";
        Subject::Waiting => "Việc chờ xử lý", "What waits";
        Subject::LastVerify => "Lần kiểm tra gần nhất", "Last verification";
        Subject::LastBackup => "Lần sao lưu gần nhất", "Last backup";
        Subject::LastExport => "Bản kê gần nhất", "Last manifest";
        Subject::Deliveries => "Gửi nơi nhận", "Deliveries";
        Subject::Certificate => "Chứng thư TLS của trang làm việc", "Certificate of the console";
        Subject::PdfCertificate => "Chứng thư ký tệp đã đóng gói", "Certificate for sealed files";
    }
}

/// What was seen.
pub(crate) fn seen(seen: &Seen, language: Language) -> String {
    match seen {
        Seen::Engine { name, version, language, model } => format!("{name} {version}, {language} ({model})"),
        Seen::Confinement { scratch, landlock, seccomp } => confinement(scratch, landlock, seccomp, language),
        Seen::Memory { free_mib: Some(free), needed_mib } => {
            tell!(language, "còn trống {free} MiB, cần {needed_mib} MiB", "{free} MiB free, {needed_mib} MiB needed")
        }
        Seen::Memory { free_mib: None, needed_mib } => tell!(
            language,
            "không đọc được lượng bộ nhớ còn trống; cần {needed_mib} MiB",
            "free memory cannot be read; {needed_mib} MiB needed"
        ),
        Seen::Room { free_mib, needed_mib } => tell!(
            language,
            "còn trống {free_mib} MiB, ít nhất phải có {needed_mib} MiB",
            "{free_mib} MiB free, at least {needed_mib} MiB needed"
        ),
        Seen::Folder { folder } => folder.clone(),
        Seen::FontsMissing { folder, files } => tell!(language, "trong {folder} thiếu {files}", "{folder} lacks {files}"),
        Seen::Rights { folder, mode, reach: Reach::AsSet } => {
            tell!(language, "{folder}, quyền {mode:04o}, đúng như cấu hình", "{folder}, rights {mode:04o}, as configured")
        }
        Seen::Rights { folder, mode, reach: Reach::Wider } => tell!(
            language,
            "{folder}, quyền {mode:04o}, rộng hơn cấu hình cho phép",
            "{folder}, rights {mode:04o}, wider than configured"
        ),
        Seen::Repository { folder, batch: Some(batch), dossiers } => tell!(
            language,
            "{folder}, {dossiers} hồ sơ, lô gần nhất là lô {batch}",
            "{folder}, {dossiers} dossiers, latest batch {batch}"
        ),
        Seen::Repository { folder, batch: None, dossiers } => {
            tell!(language, "{folder}, {dossiers} hồ sơ, chưa có lô nào", "{folder}, {dossiers} dossiers, no batch yet")
        }
        Seen::OlderManifests { series } => tell!(
            language,
            "{series}: vẫn ghi bản kê phiên bản 5, có tên và số giấy tờ của cá nhân",
            "{series}: manifests are still of version 5, with names and numbers of people"
        ),
        Seen::Failed { failure } => failed(failure, language),
        done => upkeep::seen(done, language),
    }
}

/// What workers can do.
fn confinement(scratch: &str, landlock: &Result<i32, String>, seccomp: &Result<(), String>, language: Language) -> String {
    let files = match landlock {
        Ok(version) => tell!(
            language,
            "chỉ ghi vào {scratch} (Landlock ABI {version})",
            "writing only in {scratch} (Landlock ABI {version})"
        ),
        Err(why) => tell!(language, "ghi được mọi nơi (Landlock: {why})", "writing everywhere (Landlock: {why})"),
    };
    let calls = match seccomp {
        Ok(()) => tell!(language, "mạng tắt, không chạy chương trình khác (seccomp)", "network off, no other programs (seccomp)"),
        Err(why) => tell!(
            language,
            "mạng và chương trình khác không bị chặn (seccomp: {why})",
            "network and other programs open (seccomp: {why})"
        ),
    };
    format!("{calls}; {files}")
}

fn failed(failure: &Failure, language: Language) -> String {
    let why = match &failure.cause {
        Some(known) => cause(known, language),
        None => message(failure.code, language).to_owned(),
    };
    match &failure.place {
        Some(known) => format!("{}: {why}", place(known, language)),
        None => why,
    }
}

/// What to do about it, in a sentence that can be sent on.
pub(crate) fn advice(advice: Advice, language: Language) -> &'static str {
    let [vi, en] = match advice {
        Advice::OfCode { code } => return remedy(code, language),
        Advice::Kernel => [
            "Dùng nhân Linux có bật Landlock và seccomp (Debian 12 trở lên có sẵn); lệnh dưới đây phải hiện 'landlock' và 'Seccomp'.",
            "Use a kernel with Landlock and seccomp switched on (Debian 12 and later have both); the command below must show 'landlock' and 'Seccomp'.",
        ],
        Advice::Confine => [
            "Bật cô lập tiến trình trở lại: tệp quét từ ngoài vào có thể chứa mã độc.",
            "Confine workers again: scans from outside can carry hostile code.",
        ],
        Advice::FewerWorkers => {
            ["Giảm workers.jobs, hoặc đóng bớt chương trình khác.", "Lower workers.jobs, or close other programs."]
        }
        Advice::FreeRoom => [
            "Giải phóng chỗ trống trên ổ đĩa của kho, hoặc gắn ổ lớn hơn.",
            "Free space on the repository's disk, or mount a larger one.",
        ],
        Advice::GrantWriting => [
            "Cấp quyền ghi thư mục kho cho tài khoản chạy Sohoa.",
            "Give the account that runs Sohoa the right to write to the repository's folder.",
        ],
        Advice::InstallFonts => [
            "Cài gói fonts-croscore; nếu không, PDF dùng phông không nhúng sẽ bị từ chối.",
            "Install the package fonts-croscore; without it PDFs whose fonts are not embedded are refused.",
        ],
        Advice::CloseToOthers => [
            "Bỏ quyền của người khác trên thư mục kho, hoặc đặt general.access nếu họ được phép xem.",
            "Take the others' rights on the repository away, or set general.access if they may see it.",
        ],
        Advice::SeeBatch => [
            "Xem nhật ký và lịch của dịch vụ chạy lô; nếu cần, chạy 'sohoa run' ngay.",
            "Look at the log and the times of the unit that runs batches; run 'sohoa run' now if need be.",
        ],
        Advice::Settle => [
            "Có việc chờ đã lâu: giải quyết từng việc theo lệnh nêu trong danh sách.",
            "Something has waited for long: settle each item by the command that the list names.",
        ],
        Advice::SeeDamage => [
            "Kiểm tra lại toàn bộ, rồi khôi phục những gì đã mất từ bản sao lưu.",
            "Verify everything anew, then restore what is lost from a backup.",
        ],
        Advice::SeeDeliveries => [
            "Xem nơi nhận còn thiếu gì hoặc vì sao từ chối, rồi gửi lại.",
            "See what the consumer has not answered or why it has not taken something, then let it be sent again.",
        ],
        Advice::RenewCertificate => [
            "Thay tệp chứng thư và khóa; trang làm việc tự đọc lại, không cần khởi động lại.",
            "Put a new certificate and key in their places; the console reads them again by itself.",
        ],
        Advice::ChoosePersonal => [
            "Chọn người đọc được biết gì về cá nhân: đặt 'personal' trong [export] hoặc của nơi nhận, như dưới đây; đặt version = 5 nếu muốn giữ như cũ.",
            "Say what readers are told of people: set 'personal' in [export] or of the consumer, as below; set version = 5 to leave it as it was.",
        ],
        Advice::VerifyNightly => ["Bật lịch kiểm tra hằng đêm.", "Let the repository be verified every night."],
        Advice::BackUpNightly => [
            "Bật lịch sao lưu hằng đêm, hoặc chạy 'sohoa backup' với một thư mục trên ổ đĩa khác.",
            "Let a backup be taken every night, or run 'sohoa backup' with a folder on another disk.",
        ],
    };
    if language == Language::Vi { vi } else { en }
}

/// What stands before an exact step.
pub(crate) fn before_step(step: &Step, language: Language) -> &'static str {
    match (step, language) {
        (Step::Set { .. }, Language::Vi) => "Ghi vào tệp cấu hình:",
        (Step::Set { .. }, Language::En) => "Write into the settings file:",
        (_, Language::Vi) => "Gõ lệnh:",
        (_, Language::En) => "Type:",
    }
}

/// The exact line to type or to write.
pub(crate) fn step(step: &Step) -> String {
    match step {
        Step::Install { packages } => format!("sudo apt install {}", packages.join(" ")),
        Step::Own { folder, account } => format!("sudo chown -R {} -- {}", typed(account), typed(folder)),
        Step::Make { folder, account } => format!("sudo install -d -m 700 -o {} -- {}", typed(account), typed(folder)),
        Step::Close { folder, rights } => format!("chmod -R {rights} -- {}", typed(folder)),
        Step::ShowRoom { folder } => format!("df -h -- {}", typed(folder)),
        Step::ShowRights { folder } => format!("ls -ld -- {}", typed(folder)),
        Step::ShowKernel => "cat /sys/kernel/security/lsm; grep Seccomp /proc/self/status".into(),
        Step::Verify { folder } => format!("sohoa verify --repository {}", typed(folder)),
        Step::ShowPending { folder } => format!("sohoa pending --repository {}", typed(folder)),
        Step::ShowDeliveries { folder, consumer } => {
            format!("sohoa portal status --repository {} --consumer {}", typed(folder), typed(consumer))
        }
        Step::ShowUnits { units } => format!("systemctl status --no-pager {}", units.join(" ")),
        Step::StartUnit { unit } => format!("sudo systemctl enable --now {unit}"),
        Step::Set { key, value } => format!("{key} = {value}"),
    }
}

/// A word as a shell takes it for one.
pub(crate) fn typed(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '=' | ':' | '@' | ',');
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureCode;
    use crate::words::purity::assert_no_english;

    #[test]
    fn every_check_is_told_in_two_languages() {
        for sample in Seen::samples() {
            let (vi, en) = (seen(&sample, Language::Vi), seen(&sample, Language::En));
            let is_a_name = matches!(sample, Seen::Engine { .. } | Seen::Folder { .. });
            assert!(!vi.is_empty() && (vi != en || is_a_name), "{sample:?}");
            assert_no_english(&vi);
            let values = |text: &str| ["12", "34", "«x»", "«y»", "«z»", "0755"].map(|value| text.contains(value));
            assert_eq!(values(&vi), values(&en), "{vi}\n{en}");
        }
        for sample in Advice::SAMPLES {
            assert_ne!(advice(sample, Language::Vi), advice(sample, Language::En));
            assert_no_english(advice(sample, Language::Vi));
        }
    }

    #[test]
    fn a_step_can_be_typed_as_it_stands() {
        let folder = "/srv/kho dữ liệu/o'ng".to_owned();
        assert_eq!(step(&Step::Close { folder, rights: "go-rwx".into() }), r"chmod -R go-rwx -- '/srv/kho dữ liệu/o'\''ng'");
        let own = Step::Own { folder: "/srv/kho".into(), account: "sohoa".into() };
        assert_eq!(step(&own), "sudo chown -R sohoa -- /srv/kho");
        let set = Step::Set { key: "workers.jobs".into(), value: "3".into() };
        assert_eq!(step(&set), "workers.jobs = 3");
        assert_ne!(before_step(&set, Language::Vi), before_step(&own, Language::Vi));
    }

    #[test]
    fn what_fails_is_told_with_its_place_and_its_cause() {
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let failure = Failure::new(FailureCode::StorageFailed).at_file("/srv/kho").because(denied);
        let told = seen(&Seen::Failed { failure }, Language::Vi);
        assert_eq!(told, "/srv/kho: không có quyền truy cập (chi tiết kỹ thuật: permission denied)");
    }
}
