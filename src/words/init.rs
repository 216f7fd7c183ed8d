//! Words for the first settings of a machine: what is asked, and what is to be done next.

use std::path::Path;

use super::doctor::typed;
use super::{tell, texts};
use crate::model::failure::Language;
use crate::model::next_step::NextStep;

/// What a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// The code of the agency.
    AgencyCode,
    /// Its name.
    Agency,
    /// The shape of dossier codes, where no agency was named.
    CodePattern,
    /// Where scans arrive.
    Inbox,
    /// Where the repository is to lie.
    Repository,
    /// Who signs in first.
    Administrator,
}

texts! {
    /// A question, without what is taken if nothing is typed.
    pub(crate) question(Question) {
        Question::AgencyCode => "Mã cơ quan đứng đầu mã hồ sơ, ví dụ H38.16 (bỏ trống: mọi cơ quan)",
            "Code of the agency that dossier codes begin with, such as H38.16 (empty: any agency)";
        Question::Agency => "Tên cơ quan số hóa, ghi trong tệp lưu trữ (có thể bỏ trống)",
            "Name of the agency that digitises, stated in sealed files (may be empty)";
        Question::CodePattern => "Mẫu mã hồ sơ, biểu thức chính quy (bỏ trống: mẫu chung cả nước)",
            "Shape of dossier codes, a regular expression (empty: the shapes used nationwide)";
        Question::Inbox => "Thư mục hộp đến", "Folder of the inbox";
        Question::Repository => "Thư mục kho dữ liệu", "Folder of the repository";
        Question::Administrator => "Tên đăng nhập của quản trị viên đầu tiên của trang làm việc (bỏ trống: để sau)",
            "Sign-in name of the first administrator of the console (empty: later)";
    }
}

/// What a step is for.
pub(crate) fn purpose(step: &NextStep, language: Language) -> String {
    match step {
        NextStep::MakeFolder { folder } => {
            let folder = folder.display();
            tell!(language, "Tạo thư mục {folder} cho tài khoản sohoa:", "Make the folder {folder} for the account sohoa:")
        }
        NextStep::LetUnitsWrite { .. } => tell!(
            language,
            "Cho các dịch vụ systemd ghi vào các thư mục này:",
            "Let the units of systemd write to these folders:"
        ),
        NextStep::Doctor { .. } => tell!(language, "Kiểm tra máy:", "Check the machine:"),
        NextStep::MakeAdministrator { .. } => {
            tell!(language, "Tạo tài khoản quản trị đầu tiên cho trang làm việc:", "Make the first administrator of the console:")
        }
        NextStep::Run { .. } => tell!(
            language,
            "Chạy lô đầu tiên (sau đó sohoa.timer chạy mỗi đêm lúc 20:00):",
            "Run the first batch (from then on sohoa.timer does every night at 20:00):"
        ),
    }
}

/// The lines to type, as root; the same in both languages.
pub(crate) fn lines(step: &NextStep) -> Vec<String> {
    match step {
        NextStep::MakeFolder { folder } => vec![format!("install -d -m 0750 -o sohoa -g sohoa -- {}", path(folder))],
        NextStep::LetUnitsWrite { folders } => {
            let list = folders.iter().map(|folder| path(folder)).collect::<Vec<_>>().join(" ");
            let mut lines: Vec<String> = ["sohoa", "sohoa-watch", "sohoa-console", "sohoa-verify", "sohoa-backup"]
                .into_iter()
                .map(|unit| {
                    let drop_in = format!("/etc/systemd/system/{unit}.service.d");
                    format!(
                        "mkdir -p {drop_in} && printf '[Service]\\nReadWritePaths=%s\\n' {} > {drop_in}/folders.conf",
                        typed(&list)
                    )
                })
                .collect();
            lines.push("systemctl daemon-reload".to_owned());
            lines
        }
        NextStep::Doctor { config } => vec![sohoa("doctor", config.as_deref())],
        NextStep::MakeAdministrator { config } => vec![sohoa("user add admin --role administrator", config.as_deref())],
        NextStep::Run { config } => vec![sohoa("run", config.as_deref())],
    }
}

fn sohoa(verb: &str, config: Option<&Path>) -> String {
    let config = config.map(|file| format!(" --config {}", path(file))).unwrap_or_default();
    format!("runuser -u sohoa -- sohoa {verb}{config}")
}

fn path(path: &Path) -> String {
    typed(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_can_be_typed_as_they_stand() {
        let config = Some("/etc/sở hóa/sohoa.toml".into());
        assert_eq!(lines(&NextStep::Run { config }), ["runuser -u sohoa -- sohoa run --config '/etc/sở hóa/sohoa.toml'"]);
        assert_eq!(lines(&NextStep::Doctor { config: None }), ["runuser -u sohoa -- sohoa doctor"]);
        let lines = lines(&NextStep::LetUnitsWrite { folders: vec!["/data/in".into(), "/data/kho".into()] });
        assert!(
            lines.iter().any(|line| line.contains("'/data/in /data/kho' > /etc/systemd/system/sohoa.service.d/")),
            "{lines:?}"
        );
    }

    #[test]
    fn every_step_is_told_in_two_languages() {
        let steps = [
            NextStep::MakeFolder { folder: "/x".into() },
            NextStep::LetUnitsWrite { folders: Vec::new() },
            NextStep::Doctor { config: None },
            NextStep::MakeAdministrator { config: None },
            NextStep::Run { config: None },
        ];
        for step in steps {
            assert_ne!(purpose(&step, Language::Vi), purpose(&step, Language::En));
        }
    }
}
