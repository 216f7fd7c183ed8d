//! The program with engines that do not read: for the tests of everything around the engine, and
//! as a pattern for plugging in another one.
//!
//! - `stub` answers at once with a text made from the pixels;
//! - `slow` does the same after a fixed time;
//! - `modest` does the same and is less sure of it;
//! - `unsure` reads one more line, and that one badly;
//! - `hang`, `crash`, `hungry`, `bad-text` and `wrong-boxes` do what their names say on landscape
//!   pages and are stubs on all others;
//! - `nap` sleeps on landscape pages for four seconds before it reads them;
//! - `spin` never comes to an end on landscape pages, and works all the while;
//! - `burglar` tries all that a worker must not do, and reads the names of what it got away with.

use std::fs::{self, File, OpenOptions, Permissions};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use sohoa::model::geometry::Rect;
use sohoa::model::page::{PageLayout, PreparedPage};
use sohoa::model::recipe::EngineIdentity;
use sohoa::model::text::SecondReading;
use sohoa::reading::Engines;
use sohoa::stages::recognise::{Engine, EngineLine, EngineWord, RecogniseError, RecogniseSettings};

/// What is wrong with an engine; from `Hang` on it happens on landscape pages only.
#[derive(Clone, Copy)]
enum Fault {
    None,
    Slow,
    Modest,
    Unsure,
    Hang,
    Spin,
    Nap,
    Crash,
    Hungry,
    BadText,
    Burglar,
    WrongBoxes,
}

struct TestEngine {
    name: &'static str,
    identity: EngineIdentity,
    fault: Fault,
    /// What the burglar needs to know.
    hint: String,
}

impl TestEngine {
    fn boxed(name: &'static str, fault: Fault, hint: String) -> Box<dyn Engine> {
        let identity = EngineIdentity { name: name.into(), version: "1".into(), language: "vie".into(), model: String::new() };
        Box::new(Self { name, identity, fault, hint })
    }
}

impl Engine for TestEngine {
    fn identity(&self) -> &EngineIdentity {
        &self.identity
    }

    fn recognise(&mut self, page: &PreparedPage, _: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
        let (width, height) = (page.image.width(), page.image.height());
        if matches!(self.fault, Fault::Slow) {
            thread::sleep(Duration::from_millis(100));
        }
        let mut text = "quyết định số trang".to_owned();
        if matches!(self.fault, Fault::Burglar) {
            text = loot(&self.hint).join(" ");
        }
        if width > height {
            match self.fault {
                Fault::Hang => thread::sleep(Duration::from_secs(3600)),
                Fault::Spin => loop {
                    std::hint::black_box(width);
                },
                Fault::Nap => thread::sleep(Duration::from_secs(4)),
                Fault::Crash => std::process::abort(),
                Fault::Hungry => {
                    let hoard = std::hint::black_box(vec![1_u8; 1 << 40]);
                    text = format!("{}", hoard.len());
                }
                Fault::BadText => text = "\u{0}\u{1b}[31m \u{fffe} \u{202e}ế\u{301} \u{fffd}nh\u{fffd}".to_owned(),
                Fault::WrongBoxes => return Ok(wrong_boxes(self.name, width as f32, height as f32)),
                Fault::None | Fault::Slow | Fault::Modest | Fault::Unsure | Fault::Burglar => {}
            }
        }
        let digest = blake3::hash(page.image.samples()).to_hex();
        text.push(' ');
        text.push_str(&digest[..8]);
        let confidence = if matches!(self.fault, Fault::Modest) { 80.0 } else { 90.0 };
        let words = text
            .split(' ')
            .zip(0_u16..)
            .map(|(text, place)| EngineWord {
                text: text.to_owned(),
                confidence,
                place: Rect { x: 10.0 + 50.0 * f32::from(place), y: 10.0, width: 45.0, height: 12.0 },
                engine: self.name,
                second: SecondReading::None,
            })
            .collect();
        let mut lines = vec![EngineLine { words, begins_block: true }];
        if matches!(self.fault, Fault::Unsure) {
            let place = Rect { x: 10.0, y: page.image.height() as f32 / 2.0, width: 45.0, height: 12.0 };
            let word =
                EngineWord {
                    text: "chứng".to_owned(), confidence: 60.0, place, engine: self.name, second: SecondReading::None
                };
            lines.push(EngineLine { words: vec![word], begins_block: false });
        }
        Ok(lines)
    }
}

/// What a worker needs of its environment.
const NEEDED: [&str; 7] = [
    "LD_LIBRARY_PATH",
    "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_TOP_PAD_",
    "MALLOC_TRIM_THRESHOLD_",
    "OMP_THREAD_LIMIT",
    "RUST_BACKTRACE",
    "TESSDATA_PREFIX",
];

/// What worked of all that a process taken over would try, in words that pass for Vietnamese. The
/// test prepares in a folder the files `secret` and `victim`, and listens on a port; both stand in the name
/// of the language, `FOLDER:PORT`, since a worker inherits nothing.
fn loot(hint: &str) -> Vec<&'static str> {
    let mut parts = hint.split(':');
    let place = PathBuf::from(parts.next().unwrap_or_default());
    let port = parts.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let victim = place.join("victim");
    let parent = nix::unistd::getppid();
    let tries = [
        ("luồng", thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok())),
        ("mật", std::env::vars_os().any(|(name, _)| !name.to_str().is_some_and(|name| NEEDED.contains(&name)))),
        // All but the three of every program.
        ("mở", (3..1024).any(|file| fs::read_link(format!("/proc/self/fd/{file}")).is_ok())),
        ("nối", TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()),
        ("nghe", TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).is_ok()),
        ("chạy", Command::new("/bin/true").status().is_ok_and(|status| status.success())),
        ("hiệu", nix::sys::signal::kill(parent, None).is_ok()),
        ("quyền", fs::set_permissions(&victim, Permissions::from_mode(0o600)).is_ok()),
        ("cắt", OpenOptions::new().read(true).custom_flags(nix::libc::O_TRUNC).open(&victim).is_ok()),
        ("đọc", fs::read(place.join("secret")).is_ok()),
        ("ghi", File::create(place.join("planted")).is_ok()),
        ("xóa", fs::remove_file(&victim).is_ok()),
    ];
    tries.into_iter().filter(|(_, worked)| *worked).map(|(name, _)| name).collect()
}

/// One line whose words are in order and whose boxes are as wrong as boxes can be.
fn wrong_boxes(engine: &'static str, width: f32, height: f32) -> Vec<EngineLine> {
    let place = |x, y, width, height| Rect { x, y, width, height };
    let words = [
        // From right to left and from bottom to top.
        ("một", place(width - 60.0, height - 30.0, 45.0, 12.0)),
        ("hai", place(60.0, 10.0, 45.0, 12.0)),
        // One over the other, and over the whole page.
        ("ba", place(60.0, 10.0, 45.0, 12.0)),
        ("bốn", place(0.0, 0.0, width, height)),
        // Off the page on either side.
        ("năm", place(width * 3.0, height * 3.0, 45.0, 12.0)),
        ("sáu", place(-500.0, -900.0, 45.0, 12.0)),
        // Inside out, flat, and no numbers at all.
        ("bảy", place(100.0, 100.0, -45.0, -12.0)),
        ("tám", place(100.0, 100.0, 0.0, 0.0)),
        ("chín", place(f32::NAN, 10.0, f32::NAN, 12.0)),
        ("mười", place(f32::INFINITY, f32::NEG_INFINITY, 45.0, 12.0)),
        ("mốt", place(f32::MIN, f32::MIN, f32::MAX, f32::MAX)),
    ];
    let word = |(text, place): (&str, Rect)| EngineWord {
        text: text.to_owned(),
        confidence: 90.0,
        place,
        engine,
        second: SecondReading::None,
    };
    vec![EngineLine { words: words.into_iter().map(word).collect(), begins_block: true }]
}

fn main() -> ExitCode {
    fn no_settings(fault: Fault, name: &'static str) -> Result<Box<dyn Engine>, RecogniseError> {
        Ok(TestEngine::boxed(name, fault, String::new()))
    }
    let engines = Engines::standard()
        .with("stub", |_: &RecogniseSettings| no_settings(Fault::None, "stub"))
        .with("slow", |_: &RecogniseSettings| no_settings(Fault::Slow, "slow"))
        .with("modest", |_: &RecogniseSettings| no_settings(Fault::Modest, "modest"))
        .with("unsure", |_: &RecogniseSettings| no_settings(Fault::Unsure, "unsure"))
        .with("hang", |_: &RecogniseSettings| no_settings(Fault::Hang, "hang"))
        .with("spin", |_: &RecogniseSettings| no_settings(Fault::Spin, "spin"))
        .with("nap", |_: &RecogniseSettings| no_settings(Fault::Nap, "nap"))
        .with("crash", |_: &RecogniseSettings| no_settings(Fault::Crash, "crash"))
        .with("hungry", |_: &RecogniseSettings| no_settings(Fault::Hungry, "hungry"))
        .with("burglar", |settings: &RecogniseSettings| {
            Ok(TestEngine::boxed("burglar", Fault::Burglar, settings.language.clone()))
        })
        .with("bad-text", |_: &RecogniseSettings| no_settings(Fault::BadText, "bad-text"))
        .with("wrong-boxes", |_: &RecogniseSettings| no_settings(Fault::WrongBoxes, "wrong-boxes"));
    sohoa::cli::main(std::env::args_os(), engines)
}
