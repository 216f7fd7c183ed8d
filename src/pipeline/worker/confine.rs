//! What a worker gives up before it sees its first scan. Decoders and the engine meet bytes that
//! anybody may have put into the inbox; a process that is taken over must find nothing to take.
//!
//! - Resource limits, always: address space, size of a written file, open files, no core dump.
//! - [Landlock](https://landlock.io): reads from the system's libraries and models and from the
//!   folders of the work in hand, writes to its scratch folder, nothing else.
//! - seccomp ([`super::seccomp`]): no network, no other program, no hand on other processes.
//!
//! The number of processes is not limited: the kernel counts those of the user, not of the worker,
//! and seccomp lets a worker start none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::getppid;
use serde::{Deserialize, Serialize};

use super::seccomp;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::settings::{ConfinementMode, Settings};

/// Files that a worker has open at once: its pipes, one scan, one output and the engine's model.
const OPEN_FILES: u64 = 64;

/// Stack that a worker may use, in bytes. Documents nest as deep as whoever made them wished, and
/// parsers follow them by recursion. Linux keeps 128 MiB of addresses free for a main thread's stack.
const STACK: u64 = 120 << 20;

/// What the C and C++ runtimes may look for after the start: libraries and tables, the number of
/// processors, the time zone, and the program itself for the names in a backtrace.
const SYSTEM: [&str; 12] = [
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/urandom",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/exe",
    "/proc/sys/vm",
    "/sys/devices/system/cpu",
];

/// Where a worker may go.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Folders {
    /// Scans lie here.
    pub readable: Vec<PathBuf>,
    /// What a worker makes goes here; it may also be read back.
    pub writable: Vec<PathBuf>,
}

/// What holds a worker in, as far as this kernel can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// The version of Landlock's interface that keeps files out of reach, or why none does.
    pub landlock: Result<i32, String>,
    /// Whether seccomp keeps system calls out of reach, or why not.
    pub seccomp: Result<(), String>,
}

impl Confinement {
    /// What is missing; `None` if nothing is.
    ///
    /// Any version of Landlock counts: it governs which files are opened for writing, and what the
    /// first ones leave open (cutting a file short, its rights, the network) seccomp forbids.
    pub fn gap(&self) -> Option<String> {
        let landlock = self.landlock.as_ref().err().map(|cause| format!("Landlock: {cause}"));
        let seccomp = self.seccomp.as_ref().err().map(|cause| format!("seccomp: {cause}"));
        let gaps: Vec<_> = landlock.into_iter().chain(seccomp).collect();
        (!gaps.is_empty()).then(|| gaps.join("; "))
    }

    /// Why no page may be read, where the settings ask for more than there is.
    pub fn refusal(&self, mode: ConfinementMode) -> Option<Failure> {
        let gap = self.gap().filter(|_| mode == ConfinementMode::Required)?;
        Some(Failure::new(FailureCode::WorkerUnconfined).because(Cause::said(gap)))
    }
}

/// Gives up what is given up on every kernel, takes the stack that deep documents need, and dies
/// with the parent from now on.
///
/// # Errors
/// When the kernel refuses or the parent is gone already.
pub(super) fn limit(memory_mib: u64, parent: i32) -> io::Result<()> {
    let bytes = memory_mib.saturating_mul(1024 * 1024);
    setrlimit(Resource::RLIMIT_AS, bytes, bytes)?;
    let (_, most) = getrlimit(Resource::RLIMIT_STACK)?;
    setrlimit(Resource::RLIMIT_STACK, STACK.min(most), most)?;
    // Whatever a worker writes it first holds in memory, so no honest file is larger.
    setrlimit(Resource::RLIMIT_FSIZE, bytes, bytes)?;
    setrlimit(Resource::RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)?;
    // A core dump would hold people's papers.
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_no_new_privs()?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have died before the line above took effect.
    if getppid().as_raw() != parent {
        return Err(io::Error::other("the parent process is gone"));
    }
    Ok(())
}

/// Closes all files but the three of every program: whoever started the program may have left some open,
/// and what is open is beyond any check of names. Nothing must have been opened before.
pub(super) fn close_inherited() {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else { return };
    let open: Vec<i32> = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for file in open.into_iter().filter(|&file| file > 2) {
        // The one through which they were listed is closed already.
        let _ = nix::unistd::close(file);
    }
}

/// Shuts the calling thread, and all that it will start, out of everything but `folders`. There
/// must be no other thread yet.
pub(super) fn confine(settings: &Settings, folders: &Folders) -> Confinement {
    if settings.workers.confinement == ConfinementMode::Off {
        let cause = "workers.confinement = \"off\"".to_owned();
        return Confinement { landlock: Err(cause.clone()), seccomp: Err(cause) };
    }
    let landlock = match keep_files_out(settings, folders) {
        Ok(version) => version.ok_or_else(|| "the kernel has none, or it is switched off".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    // Last, since what it forbids may include the calls above one day.
    Confinement { landlock, seccomp: seccomp::forbid().map_err(|error| error.to_string()) }
}

/// Puts a Landlock domain round the thread and tells its version, `None` where there is none.
fn keep_files_out(settings: &Settings, folders: &Folders) -> Result<Option<i32>, RulesetError> {
    let known = ABI::V6;
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = read | AccessFs::WriteFile | AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(known))?
        .handle_access(AccessNet::from_all(known))?
        .scope(Scope::from_all(known))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(models(settings.recognise.tessdata.as_deref()), read))?
        .add_rules(path_beneath_rules([&settings.fonts.folder], read))?
        .add_rules(path_beneath_rules(&folders.readable, read))?
        .add_rules(path_beneath_rules(&folders.writable, write))?
        .add_rules(path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile))?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => None,
        (_, LandlockStatus::Available { effective_abi, kernel_abi }) => Some(kernel_abi.unwrap_or(effective_abi as i32)),
        _ => None,
    })
}

/// The folder of models, and where the links in it lead.
fn models(tessdata: Option<&Path>) -> Vec<PathBuf> {
    let Some(folder) = tessdata else { return Vec::new() };
    let linked = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let linked = linked.filter(|path| path.is_symlink() && path.extension().is_some_and(|kind| kind == "traineddata"));
    linked.chain([folder.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_required_confinement_that_has_a_gap_stops_the_work() {
        let whole = Confinement { landlock: Ok(2), seccomp: Ok(()) };
        assert_eq!(whole.gap(), None);
        assert_eq!(whole.refusal(ConfinementMode::Required), None);
        let without = Confinement { landlock: Err("none".into()), ..whole };
        assert_eq!(without.refusal(ConfinementMode::BestEffort), None);
        let refusal = without.refusal(ConfinementMode::Required).unwrap();
        assert_eq!((refusal.code, refusal.cause), (FailureCode::WorkerUnconfined, Some(Box::new(Cause::said("Landlock: none")))));
    }

    #[test]
    fn links_to_models_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("vie.traineddata");
        std::os::unix::fs::symlink("/nowhere", &model).unwrap();
        assert_eq!(models(Some(folder.path())), [model, folder.path().to_owned()]);
        assert!(models(None).is_empty());
    }
}
