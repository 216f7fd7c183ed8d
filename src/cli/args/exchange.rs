//! What can be typed about the exchange with others.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Name;

/// `sohoa key`
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make the first key; its public half is printed, for the receivers. / Tạo khóa đầu tiên và in khóa công khai.
    New(Name),
    /// List keys and what each signed. / Liệt kê khóa và các bản kê đã ký.
    List,
    /// Put a new key in the place of the one that signs. / Thay khóa đang dùng bằng khóa mới.
    Rotate(Name),
}

/// `sohoa portal`
#[derive(Debug, Subcommand)]
pub(crate) enum Portal {
    /// Send what waits for portals. / Gửi những gì đang chờ tới cổng.
    Send(SendToPortal),
    /// Tell how far everything has come on its way to consumers. / Tình trạng giao nhận.
    Status(OfConsumer),
    /// Take acknowledgements: these files, or what lies in the outboxes. / Nhận phản hồi của nơi nhận.
    Acknowledge(TakeAcknowledgements),
    /// Let records go again that were rejected, or whose outcome is not known. / Gửi lại hồ sơ bị từ chối hoặc chưa rõ kết quả.
    Retry(RetryDossier),
}

/// `sohoa portal send`
#[derive(Debug, Args)]
pub(crate) struct SendToPortal {
    /// To this portal alone. / Chỉ gửi tới cổng này.
    #[arg(long, value_name = "NAME")]
    pub consumer: Option<String>,
    /// Show what would be sent, and what is missing; send nothing. / Chỉ xem những gì sẽ gửi.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa portal status`
#[derive(Debug, Args)]
pub(crate) struct OfConsumer {
    /// Of this consumer alone. / Chỉ xem nơi nhận này.
    #[arg(long, value_name = "NAME")]
    pub consumer: Option<String>,
}

/// `sohoa portal acknowledge`
#[derive(Debug, Args)]
pub(crate) struct TakeAcknowledgements {
    /// Files of acknowledgements; those in outboxes if none is given. / Tệp phản hồi.
    #[arg(value_name = "FILE", requires = "consumer")]
    pub files: Vec<PathBuf>,
    /// Of this consumer. / Của nơi nhận này.
    #[arg(long, value_name = "NAME")]
    pub consumer: Option<String>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa portal retry`
#[derive(Debug, Args)]
pub(crate) struct RetryDossier {
    /// The consumer. / Nơi nhận.
    #[arg(value_name = "NAME")]
    pub consumer: String,
    /// The dossier's code. / Mã hồ sơ.
    #[arg(value_name = "CODE", required_unless_present = "all", conflicts_with = "all")]
    pub code: Option<String>,
    /// Those of all dossiers. / Mọi hồ sơ.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub name: Name,
}
