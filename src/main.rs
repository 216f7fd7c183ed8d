//! The `sohoa` program: hands its arguments to the command line and ends with its exit code.

use std::process::ExitCode;

use sohoa::reading::Engines;

fn main() -> ExitCode {
    sohoa::cli::main(std::env::args_os(), Engines::standard())
}
