//! The worker's side: give up every right but the few it needs, take a request, perform one pure
//! step, answer, until the parent is gone.

use std::io::{self, BufRead, Write};

use super::confine::{close_inherited, confine, limit};
use super::protocol::{Greeting, Reply, Request};
use crate::pipeline::step::Stepper;
use crate::reading::Engines;

/// Serves requests from `input` until it ends. Every line read is one request, every line written
/// to `output` its reply.
///
/// # Errors
/// When the parent cannot be understood or is gone.
pub fn serve(engines: Engines, input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    close_inherited();
    let mut lines = input.lines();
    let Some(first) = lines.next() else { return Ok(()) };
    let Greeting { settings, parent, folders } = serde_json::from_str(&first?)?;
    limit(settings.workers.memory_mib, parent)?;
    let confinement = confine(&settings, &folders);
    let refusal = confinement.refusal(settings.workers.confinement);
    let mut stepper = Stepper::new(settings, engines);
    for line in lines {
        let reply = match (serde_json::from_str(&line?)?, &refusal) {
            (Request::Confinement, _) => Ok(Reply::Confined(confinement.clone())),
            (_, Some(refusal)) => Err(refusal.clone()),
            (Request::Identify, None) => stepper.identify().map(Reply::Identified),
            (Request::Open { path }, None) => stepper.open(&path).map(|(summary, times)| Reply::Opened { summary, times }),
            (Request::Read { path, ordinal, turn }, None) => {
                stepper.read(&path, ordinal, turn).map(|page| Reply::Read(Box::new(page)))
            }
            (Request::Cut(order), None) => stepper.cut(&order).map(|times| Reply::WasCut { times }),
            (Request::Draw(order), None) => stepper.draw(&order).map(|times| Reply::Drawn { times }),
            (Request::Seal(order), None) => stepper.seal(*order).map(|(times, slot)| Reply::Sealed { times, slot }),
        };
        let mut answer = serde_json::to_vec(&reply.unwrap_or_else(Reply::Failed))?;
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}
