//! The command line: one file a verb. The only place that prints, draws progress or chooses an
//! exit code. Standard output carries data, standard error everything said about it.

mod args;
mod audit;
mod backup;
mod cover;
mod doctor;
mod document;
mod exit;
mod export;
mod field;
mod findings;
mod init;
mod key;
mod open;
mod output;
mod page;
mod pending;
mod progress;
mod record;
mod register;
mod repair;
mod report;
mod run;
mod saved;
mod search;
mod search_table;
mod serve;
mod settle;
mod show;
mod text;
mod token;
mod usage;
mod user;
mod verify;
mod watch;

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::ExitCode;

use nix::sys::stat::{Mode, umask};
use toml::Value;

use crate::commands::worker::{self, Engines};
use crate::model::failure::{Failure, Language};
use crate::settings::{Layers, Settings, SettingsError};
use args::{Arguments, Verb};
use exit::Exit;
use output::Output;

/// What can be typed, with its help in one language: for completions of shells and manual pages.
pub fn command(language: Language) -> clap::Command {
    usage::command(language)
}

/// Runs the program with `arguments` (the first is its name) and these engines.
pub fn main(arguments: impl IntoIterator<Item = OsString>, engines: Engines) -> ExitCode {
    let typed: Vec<OsString> = arguments.into_iter().collect();
    let environment = std::env::var("SOHOA__GENERAL__LANGUAGE").ok();
    let arguments = match usage::parse(&typed, usage::language_of(&typed, environment.as_deref())) {
        Ok(arguments) => arguments,
        Err(said) => {
            output::say(&said);
            return if said.is_wrong { Exit::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    if matches!(arguments.verb, Verb::Worker) {
        return match worker::serve(engines, BufReader::new(io::stdin()), io::stdout()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                output::last_message(&error);
                Exit::Failed.into()
            }
        };
    }
    start_log(arguments.common.verbose);
    let mut output = Output::new(&arguments.common);
    let done = settings(&arguments).map_err(Failure::from).and_then(|settings| {
        output.speak(settings.general.language);
        if let Some(mask) = settings.general.access.mask() {
            umask(Mode::from_bits_truncate(mask));
        }
        dispatch(&arguments, &settings, &output)
    });
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            Exit::of(failure.code).into()
        }
    }
}

fn dispatch(arguments: &Arguments, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let typed = arguments.common.repository.as_deref();
    let root = typed.unwrap_or(&settings.folders.repository);
    match &arguments.verb {
        Verb::Run(run) => run::run(run, root, settings, output),
        Verb::Watch(watch) => watch::watch(watch, root, settings, output),
        Verb::Search(search) => search::search(search, root, settings, output),
        Verb::Open(open) => open::open(open, root, settings, output),
        Verb::Show(show) => show::show(show, root, settings, output),
        Verb::Page(page) => page::page(page, root, settings, output),
        Verb::Pending(pending) => pending::pending(pending, root, settings, output),
        Verb::Settle(settle) => settle::settle(settle, root, settings, output),
        Verb::Field(field) => field::field(field, root, settings, output),
        Verb::Text(text) => text::text(text, root, settings, output),
        Verb::Document(document) => document::document(document, root, settings, output),
        Verb::Export(export) => export::export(export, root, settings, output),
        Verb::Key(order) => key::key(order, root, settings, output),
        Verb::Verify(verify) => verify::verify(verify, root, output),
        Verb::Repair(repair) => repair::repair(repair, root, settings, output),
        Verb::Backup(order) => backup::backup(order, root, settings, output),
        Verb::Restore(order) => backup::restore(order, root, settings, output),
        Verb::Audit(audit) => audit::audit(audit, audited(typed, settings), settings, output),
        Verb::Report(report) => report::report(report, root, settings, output),
        Verb::Register(order) => register::register(order, root, settings, output),
        Verb::Serve(serve) => serve::serve(serve, root, settings, output),
        Verb::Token(token) => token::token(token, root, settings, output),
        Verb::User(user) => user::user(user, root, settings, output),
        Verb::Cover(sheets) => cover::cover(sheets, settings, output),
        Verb::Init(order) => init::init(order, &arguments.common, settings, output),
        Verb::Doctor(doctor) => doctor::doctor(doctor, root, settings, output),
        // Served before any setting was read.
        Verb::Worker => Ok(Exit::Success),
    }
}

/// The repository that is audited: manifests that others hold prove something without one, too.
fn audited<'a>(typed: Option<&'a Path>, settings: &'a Settings) -> Option<&'a Path> {
    let usual = settings.folders.repository.as_path();
    typed.or_else(|| usual.exists().then_some(usual))
}

/// Lays default, file, environment and command line over one another.
fn settings(arguments: &Arguments) -> Result<Settings, SettingsError> {
    let layers = match &arguments.verb {
        // Writes the file.
        Verb::Init(_) => Layers::default(),
        _ => Layers::default().file_or_system(arguments.common.config.as_deref())?,
    };
    let mut layers = layers.environment(
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    )?;
    if let Some(language) = arguments.common.lang {
        layers = layers.value("--lang", "general", "language", Value::String(language.key().into()))?;
    }
    if let Verb::Serve(serve) = &arguments.verb
        && let Some(listen) = serve.listen
    {
        layers = layers.value("--listen", "console", "listen", Value::String(listen.to_string()))?;
    }
    let jobs = match &arguments.verb {
        Verb::Run(run) => run.jobs,
        Verb::Watch(watch) => watch.jobs,
        _ => None,
    };
    if let Some(jobs) = jobs {
        layers = layers.value("--jobs", "workers", "jobs", Value::Integer(jobs.into()))?;
    }
    layers.finish()
}

/// Sends what the program logs to standard error: warnings, or more with `-v` and `SOHOA_LOG`.
fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "sohoa=info,warn",
        _ => "sohoa=debug,info",
    };
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("SOHOA_LOG").unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).try_init();
}
