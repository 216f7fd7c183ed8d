//! A watched inbox: files that come and grow, shares that go and come back, and being told to stop.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::{CODE_A, CODE_B, Place, Ran, exceptions, expect_ledger, png_page};

/// How long something may take that is bound to happen.
const AT_MOST: Duration = Duration::from_secs(300);

/// A watch at work, in a process group of its own.
struct Watching {
    child: Child,
    reports: Receiver<String>,
    words: Receiver<String>,
    heard: String,
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            if line.is_err() || sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The watch over a place's inbox with short times, ready to start.
fn watch_command(place: &Place) -> Command {
    let mut command = place.command(&["watch", "--json", "--lang", "en", "--jobs", "2", "--inbox"]);
    command.arg(place.inbox());
    for (key, seconds) in [("POLL", "0.05"), ("FULL_LOOK", "0.2"), ("QUIET", "0.3"), ("GATHER", "0"), ("RETRY", "0.2")] {
        command.env(format!("SOHOA__WATCH__{key}_SECONDS"), seconds);
    }
    command
}

impl Watching {
    fn start(place: &Place) -> Self {
        Self::with(watch_command(place))
    }

    fn with(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
        let reports = lines(child.stdout.take().unwrap());
        let words = lines(child.stderr.take().unwrap());
        Self { child, reports, words, heard: String::new() }
    }

    /// The next batch's report: one line of JSON.
    #[track_caller]
    fn report(&mut self) -> Value {
        match self.reports.recv_timeout(AT_MOST) {
            Ok(line) => serde_json::from_str(&line).unwrap(),
            Err(error) => panic!("no report: {error}; {}", self.last_words()),
        }
    }

    /// Waits until it says something.
    #[track_caller]
    fn says(&mut self, words: &str) {
        loop {
            match self.words.recv_timeout(AT_MOST) {
                Ok(line) => {
                    self.heard.push_str(&line);
                    self.heard.push('\n');
                    if line.contains(words) {
                        return;
                    }
                }
                Err(error) => panic!("'{words}' was not said: {error}; {}", self.heard),
            }
        }
    }

    fn last_words(&mut self) -> String {
        self.heard.extend(self.words.try_iter().map(|line| line + "\n"));
        self.heard.clone()
    }

    /// Waits for its end and gives its exit code and all it said.
    #[track_caller]
    fn end(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + AT_MOST;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it did not end: {}", self.last_words());
            thread::sleep(Duration::from_millis(10));
        };
        // The readers end with the pipes.
        while let Ok(line) = self.words.recv_timeout(AT_MOST) {
            self.heard.push_str(&line);
            self.heard.push('\n');
        }
        assert!(!self.heard.contains(['\u{1b}', '\r']), "bars are for terminals: {}", self.heard);
        (status.code(), self.heard.clone())
    }

    /// Ends it as systemd does, and expects that it ends well.
    #[track_caller]
    fn stop(self) -> String {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM).unwrap();
        let (code, heard) = self.end();
        assert_eq!(code, Some(0), "{heard}");
        heard
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until somebody holds the repository's lock.
fn wait_for_a_batch(place: &Place) {
    let deadline = Instant::now() + AT_MOST;
    let lock = place.repository().join("lock");
    while File::open(&lock).map_or(true, |file| file.try_lock().is_ok()) {
        assert!(Instant::now() < deadline, "no batch began");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_is_dropped_is_sealed_once_and_nothing_new_is_no_batch() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put("nobody.png", &png_page(2));
    let mut watching = Watching::start(&place);
    watching.says("Watching the inbox");
    let first = watching.report();
    expect_ledger(&first, 2, 1, 0, 1, 0);
    assert_eq!(first["batch"], 1);

    // Until this file has settled the inbox is looked through several times: neither the sealed
    // file nor the one that waits for a person makes a batch of its own.
    place.put(&format!("{CODE_B}/1.png"), &png_page(3));
    let second = watching.report();
    assert_eq!(second["batch"], 2);
    expect_ledger(&second, 2, 1, 0, 1, 0);
    assert_eq!(second["unchanged_files"], 1);
    watching.stop();
    assert_eq!(place.sohoa(&["report", "--json"]).expect_code(0).json()["batch"], 2);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_file_that_grows_is_left_until_it_settles() {
    let place = Place::with_engine("stub");
    let page = png_page(1);
    let growing = place.put(&format!("{CODE_A}/grows.png"), &page[..100]);
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let mut command = watch_command(&place);
    command.env("SOHOA__WATCH__QUIET_SECONDS", "2");
    let mut watching = Watching::with(command);
    // It grows, and every time its date is set far back, until the other file has been sealed.
    let mut file = File::options().append(true).open(&growing).unwrap();
    let mut rest = page[100..].iter();
    let first = loop {
        match watching.reports.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => break serde_json::from_str::<Value>(&line).unwrap(),
            Err(RecvTimeoutError::Timeout) => {}
            Err(error) => panic!("{error}: {}", watching.last_words()),
        }
        file.write_all(&[*rest.next().expect("the settled file is not taken up")]).unwrap();
        crate::support::settle(&growing);
    };
    expect_ledger(&first, 1, 1, 0, 0, 0);
    assert_eq!(first["left_files"], 1);
    file.write_all(rest.as_slice()).unwrap();
    let second = watching.report();
    expect_ledger(&second, 1, 1, 0, 0, 0);
    assert_eq!(second["dossiers"][0]["code"], CODE_A);
    watching.stop();
}

#[test]
fn a_share_that_goes_away_is_waited_for() {
    let place = Place::with_engine("stub");
    let away = place.path().join("away");
    fs::rename(place.inbox(), &away).unwrap();
    // Not there yet when the machine starts.
    let mut watching = Watching::start(&place);
    watching.says("[inbox-missing]");
    fs::rename(&away, place.inbox()).unwrap();
    watching.says("The inbox is back");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let first = watching.report()["batch"].as_i64().unwrap();

    fs::rename(place.inbox(), &away).unwrap();
    watching.says("[inbox-missing]");
    fs::rename(&away, place.inbox()).unwrap();
    watching.says("The inbox is back");
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let second = watching.report();
    assert_eq!(second["batch"].as_i64().unwrap(), first + 1, "what was sealed before is not new");
    assert_eq!(second["dossiers"][0]["code"], CODE_B);
    let heard = watching.stop();
    assert_eq!(heard.matches("[inbox-missing]").count(), 2, "it is said once each time: {heard}");
}

#[test]
fn an_empty_mount_point_is_no_empty_inbox() {
    let place = Place::with_engine("stub");
    let page = place.path().join("page.png");
    fs::write(&page, png_page(1)).unwrap();
    fs::create_dir(place.inbox().join("left-below")).unwrap();
    let command = watch_command(&place);
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let script = format!(
        "until_has() {{ until grep -q \"$2\" \"$1\"; do sleep 0.05; done; }}
         mount -t tmpfs tmpfs inbox || exit 90
         {watch} >out 2>err & watch=$!
         mkdir inbox/{CODE_A} && cp page.png inbox/{CODE_A}/1.png
         until_has out '\"batch\":1,'
         umount -l inbox || exit 91
         until_has err 'inbox-missing.*nothing is mounted'
         mount -t tmpfs tmpfs inbox || exit 92
         until_has err 'The inbox is back'
         mkdir inbox/{CODE_B} && cp page.png inbox/{CODE_B}/1.png
         until_has out '\"batch\":2,'
         kill -TERM $watch; wait $watch; echo code=$?; cat err >&2",
        watch = words.join(" "),
    );
    let mut shell = Command::new("timeout");
    shell.args(["100", "unshare", "--map-root-user", "--mount", "sh", "-c", &script]).current_dir(place.path());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = Ran::from(shell.output().unwrap());
    assert!(ran.stdout.contains("code=0"), "{}\n{:?}", ran.stderr, fs::read_to_string(place.path().join("err")));
}

#[test]
fn a_link_to_outside_is_refused_and_not_followed() {
    let place = Place::with_engine("stub");
    let outside = place.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.png"), png_page(9)).unwrap();
    fs::create_dir(place.inbox().join(CODE_A)).unwrap();
    symlink(&outside, place.inbox().join(CODE_A).join("folder")).unwrap();
    symlink(outside.join("secret.png"), place.inbox().join(CODE_A).join("file.png")).unwrap();
    let mut watching = Watching::start(&place);
    let report = watching.report();
    expect_ledger(&report, 2, 0, 0, 0, 2);
    assert!(exceptions(&report).values().all(|code| code == "link-outside"), "{report:#}");
    watching.stop();
    assert!(outside.join("secret.png").exists());
    assert_eq!(blobs(&place), 0);
}

fn blobs(place: &Place) -> usize {
    let walk = walkdir::WalkDir::new(place.repository().join("blobs"));
    walk.into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count()
}

#[test]
fn a_busy_repository_is_waited_for() {
    let place = Place::with_one_sealed_page();
    let lock = File::open(place.repository().join("lock")).unwrap();
    lock.lock().unwrap();
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let mut watching = Watching::start(&place);
    watching.says("[repository-locked]");
    drop(lock);
    let report = watching.report();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    let heard = watching.stop();
    assert_eq!(heard.matches("[repository-locked]").count(), 1, "{heard}");
    assert!(heard.contains("the watch goes on"), "{heard}");
}

#[test]
fn a_repository_that_goes_away_is_not_made_anew() {
    let place = Place::with_one_sealed_page();
    let mut watching = Watching::start(&place);
    watching.report();
    let away = place.path().join("away");
    fs::rename(place.repository(), &away).unwrap();
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    watching.says("[repository-missing]");
    assert!(!place.repository().exists());
    fs::rename(&away, place.repository()).unwrap();
    assert_eq!(watching.report()["batch"], 3);
    watching.stop();
    assert_eq!(place.exported().len(), 2);
}

#[test]
fn a_full_disk_is_waited_for_and_fills_no_catalog() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let mut command = watch_command(&place);
    command.env("SOHOA__GENERAL__MIN_FREE_MIB", "1000000000");
    let mut watching = Watching::with(command);
    watching.says("[disk-full]");
    watching.stop();
    let report = place.run().expect_code(0).json();
    assert_eq!(report["batch"], 1, "a try without room is no batch");
}

#[test]
fn what_waiting_cannot_mend_ends_the_watch_with_its_exit_code() {
    let place = Place::with_tesseract();
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let mut command = watch_command(&place);
    command.env("SOHOA__RECOGNISE__TESSDATA", place.path());
    let (code, heard) = Watching::with(command).end();
    assert_eq!(code, Some(7), "{heard}");
    assert!(heard.contains("[engine-missing]"), "{heard}");

    let place = Place::with_one_sealed_page();
    let mut command = place.command(&["watch", "--lang", "en", "--inbox"]);
    command.arg(place.repository());
    let (code, heard) = Watching::with(command).end();
    assert_eq!(code, Some(2), "{heard}");
}

#[test]
fn a_batch_in_work_comes_to_its_end_before_the_watch_does() {
    let place = Place::with_engine("slow");
    for number in 0..12 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    let mut watching = Watching::start(&place);
    wait_for_a_batch(&place);
    // As Ctrl-C at a terminal and systemd do it: the workers get it too.
    killpg(Pid::from_raw(watching.child.id().cast_signed()), Signal::SIGINT).unwrap();
    let report = watching.report();
    expect_ledger(&report, 12, 12, 0, 0, 0);
    let (code, heard) = watching.end();
    assert_eq!(code, Some(0), "{heard}");
    assert!(heard.contains("Stopping when the batch in work is done"), "{heard}");
}

#[test]
fn a_batch_that_takes_too_long_is_left_to_the_next_start() {
    let place = Place::with_engine("slow");
    for number in 0..16 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    let mut command = watch_command(&place);
    command.env("SOHOA__WATCH__STOP_SECONDS", "0");
    let watching = Watching::with(command);
    wait_for_a_batch(&place);
    let heard = watching.stop();
    assert!(heard.contains("goes on from where it stopped"), "{heard}");
    // The files look as they did, but the batch was not finished.
    let mut again = Watching::start(&place);
    let report = again.report();
    expect_ledger(&report, 16, 16, 0, 0, 0);
    again.stop();
    assert_eq!(place.exported().len(), 1);
    assert!(Path::new(&place.repository().join("exports/000001.json")).exists());
}
