//! What can be typed about the console.

use std::net::SocketAddr;

use clap::{Args, Subcommand, ValueEnum};

use super::Name;
use crate::model::account::Role;

/// `sohoa serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port to listen on; port 0 for any that is free. / Địa chỉ và cổng.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
}

/// `sohoa user`
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; its password is asked for, or read from standard input. / Tạo tài khoản.
    Add(AddUser),
    /// List accounts. / Liệt kê tài khoản.
    List,
    /// Let an account not be used any more. / Khóa tài khoản.
    Disable(NamedUser),
    /// Let a disabled account be used again. / Mở khóa tài khoản.
    Enable(NamedUser),
    /// Give an account another password. / Đổi mật khẩu.
    Password(NamedUser),
}

/// `sohoa user add`
#[derive(Debug, Args)]
pub(crate) struct AddUser {
    /// What its owner signs in with. / Tên đăng nhập.
    #[arg(value_name = "USER")]
    pub user: String,
    /// What its owner is called. / Họ và tên.
    #[arg(long, value_name = "TEXT")]
    pub full_name: Option<String>,
    /// What it is for. / Vai trò.
    #[arg(long, value_enum)]
    pub role: TypedRole,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa user disable`, `sohoa user password`
#[derive(Debug, Args)]
pub(crate) struct NamedUser {
    /// The account. / Tên đăng nhập.
    #[arg(value_name = "USER")]
    pub user: String,
    #[command(flatten)]
    pub name: Name,
}

/// What an account is for, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TypedRole {
    /// Clears what waits. / Cán bộ số hóa.
    Clerk,
    /// Searches and hands out. / Cán bộ lưu trữ.
    Archivist,
    /// A program that reads through the API. / Hệ thống kết nối.
    Integrator,
    /// Looks after the service. / Quản trị viên.
    Administrator,
}

impl From<TypedRole> for Role {
    fn from(typed: TypedRole) -> Self {
        match typed {
            TypedRole::Clerk => Self::Clerk,
            TypedRole::Archivist => Self::Archivist,
            TypedRole::Integrator => Self::Integrator,
            TypedRole::Administrator => Self::Administrator,
        }
    }
}

/// `sohoa token`
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token; its secret is shown once. / Tạo mã truy cập; chỉ hiện một lần.
    Add(AddToken),
    /// List tokens. / Liệt kê mã truy cập.
    List,
    /// Take a token back. / Thu hồi mã truy cập.
    Revoke(NamedToken),
}

/// `sohoa token add`
#[derive(Debug, Args)]
pub(crate) struct AddToken {
    /// The account in whose name it is used. / Tài khoản.
    #[arg(value_name = "USER")]
    pub user: String,
    /// Tells it from others of the account. / Tên của mã truy cập.
    #[arg(value_name = "TOKEN")]
    pub token: String,
    /// Days after which it ends. / Số ngày có hiệu lực.
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: u32,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa token revoke`
#[derive(Debug, Args)]
pub(crate) struct NamedToken {
    /// The account in whose name it is used. / Tài khoản.
    #[arg(value_name = "USER")]
    pub user: String,
    /// Its name. / Tên của mã truy cập.
    #[arg(value_name = "TOKEN")]
    pub token: String,
    #[command(flatten)]
    pub name: Name,
}
