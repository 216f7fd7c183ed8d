//! A program killed at any moment loses nothing and does nothing twice.

mod moments;
mod sound;

use std::thread;
use std::time::{Duration, Instant};

use moments::{Dice, Moment};
use sound::{End, Sound};

use crate::support::{CODE_A, CODE_B, Place, png_page, tiff_of, two_page_pdf};

/// Kills that must strike a living program, in each of the two tests.
const KILLS: u32 = 100;
/// Kills on one repository, at most; then the work is done to its end and compared.
const KILLS_IN_A_ROW: u32 = 5;

/// One file of each kind that a night brings.
fn fill(place: &Place) {
    let white = image::GrayImage::from_pixel(330, 466, image::Luma([255]));
    let jpeg = |number| {
        let mut bytes = Vec::new();
        let page = image::load_from_memory(&png_page(number)).unwrap();
        page.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
        bytes
    };
    let page = |number| image::load_from_memory(&png_page(number)).unwrap().into_luma8();
    place.put(&format!("{CODE_A}/1.pdf"), &two_page_pdf());
    place.put(&format!("{CODE_A}/2.tif"), &tiff_of(&[page(1), white.clone(), page(2)]));
    place.put(&format!("{CODE_A}/3.png"), &png_page(3));
    place.put(&format!("{CODE_A}/white.tif"), &tiff_of(&[white]));
    place.put(&format!("{CODE_A}/cut.pdf"), &two_page_pdf()[..900]);
    place.put(&format!("{CODE_B}.001.jpg"), &jpeg(4));
    place.put(&format!("{CODE_B}/text.jpg"), "đây chỉ là chữ".as_bytes());
    place.put(&format!("ket-qua/{CODE_A}/1.jpg"), &jpeg(5));
    place.put("nobody.png", &png_page(6));
}

/// Kills the program at moments that `choose` gives, and says what must hold after each kill and
/// after the work was done to its end.
fn kill_and_compare(choose: fn(&mut Dice, Duration) -> Moment) {
    let undisturbed = Place::with_engine("stub");
    fill(&undisturbed);
    let inputs = sound::inputs(&undisturbed);
    let began = Instant::now();
    undisturbed.run().expect_code(3);
    let mut whole = began.elapsed();
    let expected = End::of(&undisturbed);
    assert_eq!((expected.records.len(), expected.quarantine.len()), (3, 2), "{expected:#?}");

    let mut dice = Dice::new();
    let mut killed = 0;
    while killed < KILLS {
        let place = Place::with_engine("stub");
        fill(&place);
        // Printed by a test that fails: what to try again.
        println!("{}", place.path().display());
        for _ in 0..KILLS_IN_A_ROW {
            let moment = choose(&mut dice, whole);
            let began = Instant::now();
            let mut run = place.start_run();
            let struck = moment.wait(&place, &mut run);
            run.kill().unwrap();
            run.wait().unwrap();
            println!("kill {killed} {moment:?}, the program lived: {struck}");
            Sound::of(&place).expect(&inputs);
            if !struck {
                // The machine may have been busy with other things when the time was taken.
                whole = whole.min(began.elapsed());
                break;
            }
            killed += 1;
        }
        sound::expect_only_leftovers(&place);
        let last = place.run();
        assert!(matches!(last.code, Some(0 | 3)), "{last:?}");
        sound::expect_balance(&place, &last.json());
        assert_eq!(End::of(&place), expected);
        place.sohoa(&["verify"]).expect_code(0);
    }
}

#[test]
fn kill_9_at_a_hundred_random_moments_changes_nothing_in_the_end() {
    kill_and_compare(|dice, whole| Moment::After(whole.mul_f64(dice.share())));
}

#[test]
fn kill_9_in_the_middle_of_a_hundred_writes_changes_nothing_in_the_end() {
    kill_and_compare(|dice, _| Moment::write(dice));
}

#[test]
fn workers_do_not_outlive_a_killed_run() {
    let place = Place::with_engine("hang");
    place.put(&format!("{CODE_A}/1.png"), &crate::support::landscape_page(1));
    let mut run = place.start_run();
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut workers = workers_of(run.id());
    while workers.is_empty() {
        assert!(Instant::now() < deadline, "no worker began");
        thread::sleep(Duration::from_millis(20));
        workers = workers_of(run.id());
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while workers.iter().any(|id| is_worker(*id)) {
        assert!(Instant::now() < deadline, "a worker lives on");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The workers among the children of a process. They inherit nothing else to know them by.
fn workers_of(run: u32) -> Vec<u32> {
    let parent = format!("PPid:\t{run}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |id: &u32| {
        std::fs::read_to_string(format!("/proc/{id}/status")).is_ok_and(|status| status.lines().any(|line| line == parent))
    };
    ids.filter(|id| is_worker(*id) && is_child(id)).collect()
}

fn is_worker(id: u32) -> bool {
    std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.ends_with(b"\0worker\0"))
}
