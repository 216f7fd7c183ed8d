//! `sohoa serve`

use std::path::Path;

use super::args::Serve;
use super::exit::Exit;
use super::output::{Output, tell};
use crate::model::failure::Failure;
use crate::settings::Settings;
use crate::web;

/// Serves the console until it is told to stop. The address goes to standard output.
pub(super) fn serve(_: &Serve, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let mut told = Ok(());
    web::serve(root, settings, |address| {
        let scheme = if settings.console.has_tls() { "https" } else { "http" };
        let address = format!("{scheme}://{address}");
        told = if output.json() {
            output.line(&serde_json::json!({ "address": address }))
        } else {
            output.text(&format!("{address}\n"))
        };
        output.note(&tell!(
            output.language(),
            "Trang làm việc đã mở. Dừng bằng Ctrl-C.",
            "The console is open. Ctrl-C stops it."
        ));
    })?;
    told?;
    output.note(&tell!(output.language(), "Đã đóng trang làm việc.", "The console is closed."));
    Ok(Exit::Success)
}
