//! What can be typed about the exchange with others.

use clap::Subcommand;

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
