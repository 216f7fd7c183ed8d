//! What it costs to import the register of a year, as CSV and as JSON lines, and to report on it.
//!
//! `cargo bench --bench register` makes the register of 2023 up, imports it with the program, and prints times
//! and the most memory that was used; `-- --tenth` does so with a tenth of it.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, unreachable_pub)]

mod make;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

fn main() {
    let is_tenth = std::env::args().any(|argument| argument == "--tenth");
    let year = if is_tenth { make::YEAR_2023.tenth() } else { make::YEAR_2023 };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut out = BufWriter::new(File::create(at("ho-so.csv")).unwrap());
    make::dossiers(year, &mut out).unwrap();
    drop(out);
    make::reductions(year, &mut File::create(at("giam-phi.csv")).unwrap()).unwrap();
    make::visits(year, &mut File::create(at("luot-khach.csv")).unwrap()).unwrap();
    fs::write(at("register.toml"), make::register_toml()).unwrap();
    for file in ["ho-so.csv", "ho-so.csv", "giam-phi.csv", "luot-khach.csv"] {
        run(folder.path(), &["register", "import", at(file).to_str().unwrap()]);
    }
    run(folder.path(), &["report", "--period", "2023"]);
    run(folder.path(), &["verify"]);
}

fn run(folder: &Path, arguments: &[&str]) {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_sohoa"))
        .args(arguments)
        .env("SOHOA_REPOSITORY", folder.join("kho"))
        .env("SOHOA__REGISTER__FILE", folder.join("register.toml"))
        .output()
        .unwrap();
    println!("{arguments:?}: {:.2} s, {}", begun.elapsed().as_secs_f64(), output.status);
    println!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let used = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).unwrap();
    println!("most memory of any so far: {} MiB\n", used.max_rss() / 1024);
}
