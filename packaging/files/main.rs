//! Writes what the Debian package holds beside the program: settings, completions of shells, manual
//! pages, licences of all crates, and the list of what the program is made of (SBOM).
//!
//! usage: `cargo run --example package_files -- FOLDER`

mod crates;
mod licences;
mod sbom;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use sohoa::model::failure::Language;
use sohoa::settings::template;
use toml::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: package_files FOLDER")?);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("sohoa.toml"), template(&Table::new()))?;
    completions(&folder.join("completions"))?;
    manual(&folder.join("man/man1"), Language::En)?;
    manual(&folder.join("man/vi/man1"), Language::Vi)?;
    let crates = crates::in_the_program()?;
    fs::write(folder.join("licences.txt"), licences::gather(&crates)?)?;
    fs::write(folder.join("sbom.cdx.json"), sbom::text(&crates)?)?;
    Ok(())
}

fn completions(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut command = sohoa::cli::command(Language::Vi);
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "sohoa", folder)?;
    }
    Ok(())
}

fn manual(folder: &Path, language: Language) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(sohoa::cli::command(language).disable_help_subcommand(true), folder)?;
    Ok(())
}
