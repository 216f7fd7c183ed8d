//! A portal for integrators to try things against: what it is sent is kept in a folder.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs, unreachable_pub)]

#[path = "../tests/portal/stand_in.rs"]
mod stand_in;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/portal".into()));
    let port = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(7290);
    std::fs::create_dir_all(&folder).unwrap();
    let portal = stand_in::StandIn::start(&folder, port);
    println!("http://{} (variant A: Login, Call; variant B: token, files, dossiers, progress)", portal.address);
    println!("What it was sent: {}", folder.join("portal.json").display());
    loop {
        std::thread::park();
    }
}
