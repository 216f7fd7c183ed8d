//! System calls that a worker must not make.
//!
//! A list of what is forbidden, not of what is allowed: which calls Tesseract, its libraries and
//! the C runtime make changes with every version of theirs, and a worker that dies of a harmless
//! new call after an upgrade would cost an office its night. A forbidden call fails with an error,
//! as it does without the right to it, so that code which tries one for comfort goes on.

use std::collections::BTreeMap;

use nix::libc;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter, sock_filter,
};

/// Calls of newer kernels, whose numbers are the same on all processors and not yet in `libc`.
const FCHMODAT2: i64 = 452;
const SETXATTRAT: i64 = 463;
const REMOVEXATTRAT: i64 = 466;
const OPEN_TREE_ATTR: i64 = 467;
const FILE_SETATTR: i64 = 469;

/// What no step of the work needs.
const FORBIDDEN: &[i64] = &[
    // The network, also of this machine.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Queues that make other calls out of a filter's sight.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Other programs and other processes.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_setns,
    libc::SYS_unshare,
    // Changes to files that Landlock does not see, or not in its first versions.
    libc::SYS_truncate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    SETXATTRAT,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    REMOVEXATTRAT,
    FILE_SETATTR,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // Mounts.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    OPEN_TREE_ATTR,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    // The kernel itself, and the parts of it in which faults were found most often.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_fanotify_init,
    libc::SYS_syslog,
    libc::SYS_personality,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
];

/// The same as above under older names that only x86 has.
#[cfg(target_arch = "x86_64")]
const FORBIDDEN_OLD: &[i64] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];
#[cfg(not(target_arch = "x86_64"))]
const FORBIDDEN_OLD: &[i64] = &[];

/// Calls whose arguments a filter cannot see, since they lie in memory. They fail as if the kernel
/// were older, and the C runtime falls back on the calls below.
const UNKNOWN: &[i64] = &[libc::SYS_clone3, libc::SYS_openat2];

/// Forbids the calls to the calling thread and all that it will start.
///
/// # Errors
/// Where the kernel has no seccomp or the processor is not known.
pub(super) fn forbid() -> Result<(), seccompiler::Error> {
    let mut rules: BTreeMap<_, _> = FORBIDDEN.iter().chain(FORBIDDEN_OLD).map(|&call| (call, Vec::new())).collect();
    rules.extend(forbidden_uses()?);
    let unknown = UNKNOWN.iter().map(|&call| (call, Vec::new())).collect();
    for program in [filter(rules, libc::EPERM)?, filter(unknown, libc::ENOSYS)?, no_second_table()] {
        if !program.is_empty() {
            apply_filter(&program)?;
        }
    }
    Ok(())
}

/// Calls that some uses of are needed for the work.
fn forbidden_uses() -> Result<Vec<(i64, Vec<SeccompRule>)>, BackendError> {
    let when = |argument, operator, value| {
        SeccompRule::new(vec![SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?])
    };
    let thread = libc::CLONE_THREAD as u64;
    // Without the right to write, opening may still cut a file short on kernels before 6.2.
    let only_cut = || SeccompCmpOp::MaskedEq((libc::O_TRUNC | libc::O_ACCMODE) as u64);
    Ok(vec![
        // Threads, but no processes.
        (libc::SYS_clone, vec![when(0, SeccompCmpOp::MaskedEq(thread), 0)?]),
        // abort() sends itself a signal.
        (libc::SYS_tgkill, vec![when(0, SeccompCmpOp::Ne, std::process::id().into())?]),
        (libc::SYS_openat, vec![when(2, only_cut(), libc::O_TRUNC as u64)?]),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, vec![when(1, only_cut(), libc::O_TRUNC as u64)?]),
        // Typing into the terminal from which the program was started.
        (libc::SYS_ioctl, vec![when(1, SeccompCmpOp::Eq, libc::TIOCSTI)?]),
    ])
}

fn filter(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, BackendError> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    let action = SeccompAction::Errno(errno.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, action, architecture)?.try_into()
}

/// On x86 kernels may offer all calls a second time under high numbers ("x32"), which a list of
/// numbers would let through.
#[cfg(target_arch = "x86_64")]
fn no_second_table() -> BpfProgram {
    const FIRST_X32: u32 = 0x4000_0000;
    let load_number = sock_filter { code: (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16, jt: 0, jf: 0, k: 0 };
    let is_x32 = sock_filter { code: (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16, jt: 0, jf: 1, k: FIRST_X32 };
    let answer = |k| sock_filter { code: (libc::BPF_RET | libc::BPF_K) as u16, jt: 0, jf: 0, k };
    let none = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
    vec![load_number, is_x32, answer(none), answer(libc::SECCOMP_RET_ALLOW)]
}

#[cfg(not(target_arch = "x86_64"))]
fn no_second_table() -> BpfProgram {
    BpfProgram::new()
}
