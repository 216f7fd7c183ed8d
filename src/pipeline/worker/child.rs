//! The worker's side: take a request, perform one pure step, answer, until the parent is gone.

use std::io::{self, BufRead, Write};

use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::getppid;

use super::protocol::{Greeting, Reply, Request};
use crate::pipeline::step::{Engines, Stepper};

/// Stack that a worker may use, in bytes. Documents nest as deep as whoever made them wished, and
/// parsers follow them by recursion. Linux keeps 128 MiB of addresses free for a main thread's stack.
const STACK: u64 = 120 << 20;

/// Serves requests from `input` until it ends. Every line read is one request, every line written
/// to `output` its reply.
///
/// # Errors
/// When the parent can not be understood or is gone.
pub fn serve(engines: Engines, input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut lines = input.lines();
    let Some(first) = lines.next() else { return Ok(()) };
    let Greeting { settings, parent } = serde_json::from_str(&first?)?;
    let (_, most) = getrlimit(Resource::RLIMIT_STACK)?;
    setrlimit(Resource::RLIMIT_STACK, STACK.min(most), most)?;
    confine(settings.workers.memory_mib, parent)?;
    let mut stepper = Stepper::new(settings, engines);
    for line in lines {
        let reply = match serde_json::from_str(&line?)? {
            Request::Identify => stepper.identify().map(Reply::Identified),
            Request::Open { path } => stepper.open(&path).map(|(summary, times)| Reply::Opened { summary, times }),
            Request::Read { path, ordinal } => stepper.read(&path, ordinal).map(|page| Reply::Read(Box::new(page))),
            Request::Draw(order) => stepper.draw(&order).map(|times| Reply::Drawn { times }),
            Request::Seal(order) => stepper.seal(*order).map(|times| Reply::Sealed { times }),
        };
        let mut answer = serde_json::to_vec(&reply.unwrap_or_else(Reply::Failed))?;
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

/// Gives up what the worker must not have: more memory than allowed, core dumps that would hold
/// people's papers, and life after its parent.
fn confine(memory_mib: u64, parent: i32) -> io::Result<()> {
    let bytes = memory_mib.saturating_mul(1024 * 1024);
    setrlimit(Resource::RLIMIT_AS, bytes, bytes)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    // The parent may have died before the line above took effect.
    if getppid().as_raw() != parent {
        return Err(io::Error::other("the parent process is gone"));
    }
    Ok(())
}
