//! The program with engines that do not read: for the tests of everything around the engine, and
//! as a pattern for plugging in another one.
//!
//! - `stub` answers at once with a text made from the pixels;
//! - `slow` does the same after a fixed time;
//! - `unsure` reads one more line, and that one badly;
//! - `hang`, `crash`, `hungry`, `bad-text` and `wrong-boxes` do what their names say on landscape
//!   pages and are stubs on all others.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use sohoa::model::geometry::Rect;
use sohoa::model::page::{PageLayout, PreparedPage};
use sohoa::model::recipe::EngineIdentity;
use sohoa::pipeline::step::Engines;
use sohoa::stages::recognise::{Engine, EngineLine, EngineWord, RecogniseError, RecogniseSettings};

/// What is wrong with an engine; from `Hang` on it happens on landscape pages only.
#[derive(Clone, Copy)]
enum Fault {
    None,
    Slow,
    Unsure,
    Hang,
    Crash,
    Hungry,
    BadText,
    WrongBoxes,
}

struct TestEngine {
    identity: EngineIdentity,
    fault: Fault,
}

impl TestEngine {
    fn boxed(name: &str, fault: Fault) -> Box<dyn Engine> {
        let identity = EngineIdentity { name: name.into(), version: "1".into(), language: "vie".into(), model: String::new() };
        Box::new(Self { identity, fault })
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
        if width > height {
            match self.fault {
                Fault::Hang => thread::sleep(Duration::from_secs(3600)),
                Fault::Crash => std::process::abort(),
                Fault::Hungry => {
                    let hoard = std::hint::black_box(vec![1_u8; 1 << 40]);
                    text = format!("{}", hoard.len());
                }
                Fault::BadText => text = "\u{0}\u{1b}[31m \u{fffe} \u{202e}ế\u{301} \u{fffd}nh\u{fffd}".to_owned(),
                Fault::WrongBoxes => return Ok(wrong_boxes(width as f32, height as f32)),
                Fault::None | Fault::Slow | Fault::Unsure => {}
            }
        }
        let digest = blake3::hash(page.image.samples()).to_hex();
        text.push(' ');
        text.push_str(&digest[..8]);
        let words = text
            .split(' ')
            .zip(0_u16..)
            .map(|(text, place)| EngineWord {
                text: text.to_owned(),
                confidence: 90.0,
                place: Rect { x: 10.0 + 50.0 * f32::from(place), y: 10.0, width: 45.0, height: 12.0 },
            })
            .collect();
        let mut lines = vec![EngineLine { words, begins_block: true }];
        if matches!(self.fault, Fault::Unsure) {
            let place = Rect { x: 10.0, y: page.image.height() as f32 / 2.0, width: 45.0, height: 12.0 };
            let word = EngineWord { text: "chứng".to_owned(), confidence: 60.0, place };
            lines.push(EngineLine { words: vec![word], begins_block: false });
        }
        Ok(lines)
    }
}

/// One line whose words are in order and whose boxes are as wrong as boxes can be.
fn wrong_boxes(width: f32, height: f32) -> Vec<EngineLine> {
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
    let word = |(text, place): (&str, Rect)| EngineWord { text: text.to_owned(), confidence: 90.0, place };
    vec![EngineLine { words: words.into_iter().map(word).collect(), begins_block: true }]
}

fn main() -> ExitCode {
    fn no_settings(fault: Fault, name: &str) -> Result<Box<dyn Engine>, RecogniseError> {
        Ok(TestEngine::boxed(name, fault))
    }
    let engines = Engines::standard()
        .with("stub", |_: &RecogniseSettings| no_settings(Fault::None, "stub"))
        .with("slow", |_: &RecogniseSettings| no_settings(Fault::Slow, "slow"))
        .with("unsure", |_: &RecogniseSettings| no_settings(Fault::Unsure, "unsure"))
        .with("hang", |_: &RecogniseSettings| no_settings(Fault::Hang, "hang"))
        .with("crash", |_: &RecogniseSettings| no_settings(Fault::Crash, "crash"))
        .with("hungry", |_: &RecogniseSettings| no_settings(Fault::Hungry, "hungry"))
        .with("bad-text", |_: &RecogniseSettings| no_settings(Fault::BadText, "bad-text"))
        .with("wrong-boxes", |_: &RecogniseSettings| no_settings(Fault::WrongBoxes, "wrong-boxes"));
    sohoa::cli::main(std::env::args_os(), engines)
}
