//! A backup in a bucket is as good as one in a folder. `make test-s3` starts the server.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::{Value, json};

use crate::backup::sealed;
use crate::support::{CODE_A, Place, Ran, png_page};

const SECRET: &str = "the/secret+of=tests";

/// A place of its own in the bucket.
fn address(place: &Place) -> String {
    format!("s3://sohoa/whole/{}", place.path().file_name().unwrap().to_string_lossy().trim_start_matches('.'))
}

fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.command(arguments);
    command.env("SOHOA__BACKUP__S3_ENDPOINT", env::var("SOHOA_TEST_S3").expect("make test-s3 names a server"));
    command.env("SOHOA__BACKUP__S3_PAUSE_SECONDS", "0.01").env("SOHOA__BACKUP__S3_TRIES", "2");
    command.env("AWS_ACCESS_KEY_ID", "SOHOA").env("AWS_SECRET_ACCESS_KEY", SECRET);
    command
}

fn back_up(place: &Place) -> Value {
    thread::sleep(Duration::from_millis(1100));
    Ran::from(command(place, &["backup", "--json", &address(place)]).output().unwrap()).expect_code(0).json()
}

fn check(place: &Place) -> Ran {
    command(place, &["restore", "--check", "--json", &address(place)]).output().unwrap().into()
}

fn restored(place: &Place, more: &[&str]) -> PathBuf {
    let root = place.path().join("restored");
    let mut command = command(place, &["restore", "--repository", root.to_str().unwrap(), &address(place)]);
    Ran::from(command.args(more).output().unwrap()).expect_code(0);
    let verified: Ran = place.command(&["verify", "--repository", root.to_str().unwrap()]).output().unwrap().into();
    verified.expect_code(0);
    root
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn a_repository_comes_back_from_a_bucket() {
    let place = sealed();
    let taken = back_up(&place);
    assert!(taken["copied"].as_u64().unwrap() >= 5 && taken["findings"] == json!([]), "{taken:#}");
    let again = back_up(&place);
    assert_eq!((&again["copied"], &again["removed"]), (&json!(0), &json!([taken["snapshot"]])));
    assert_eq!(check(&place).expect_code(0).json()["findings"], json!([]));
    let root = restored(&place, &[]);
    for blob in walkdir::WalkDir::new(place.repository().join("blobs")).into_iter().map(Result::unwrap) {
        if blob.file_type().is_file() {
            let below = blob.path().strip_prefix(place.repository()).unwrap();
            assert_eq!(fs::read(root.join(below)).unwrap(), fs::read(blob.path()).unwrap());
        }
    }
    // How things stand tells of it as of any other.
    let status = place.command(&["status", "--json"]).output().unwrap();
    assert!(String::from_utf8_lossy(&status.stdout).contains(&address(&place)));
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_is_encrypted_comes_back_from_a_bucket_too() {
    let place = sealed();
    let file = place.path().join("key");
    assert!(Command::new("age-keygen").arg("-o").arg(&file).output().unwrap().status.success());
    let text = fs::read_to_string(&file).unwrap();
    let public = text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    let mut backup = command(&place, &["backup", &address(&place)]);
    backup.env("SOHOA__BACKUP__RECIPIENTS", json!([public]).to_string());
    Ran::from(backup.output().unwrap()).expect_code(0);
    assert!(check(&place).expect_code(2).stderr.contains("backup-key-missing"));
    restored(&place, &["--identity", file.to_str().unwrap()]);
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn killed_backups_to_a_bucket_lose_nothing() {
    let place = sealed();
    back_up(&place);
    for number in 0..12_u32 {
        place.put(&format!("{CODE_A}/more-{number}.png"), &png_page(100 + number));
        place.run().expect_code(0);
        let mut backup = command(&place, &["backup", "--quiet", &address(&place)]).spawn().unwrap();
        thread::sleep(Duration::from_millis(u64::from(number) * 10));
        let _ = backup.kill();
        backup.wait().unwrap();
        check(&place).expect_code(0);
    }
    back_up(&place);
    restored(&place, &[]);
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_goes_wrong_is_told_without_any_secret() {
    let place = sealed();
    let run = |change: &dyn Fn(&mut Command) -> &mut Command| -> Ran {
        let mut command = command(&place, &["backup", &address(&place)]);
        command.env("SOHOA_LOG", "trace").stdin(Stdio::null());
        change(&mut command);
        command.output().unwrap().into()
    };
    let told = |ran: Ran, exit: i32, code: &str| {
        let ran = ran.expect_code(exit);
        assert!(ran.stderr.contains(code), "{ran:?}");
        for hidden in [SECRET, "X-Amz-Signature", "Signature="] {
            assert!(!ran.stderr.contains(hidden) && !ran.stdout.contains(hidden), "{hidden}: {ran:?}");
        }
    };
    told(run(&|command| command.env_remove("AWS_SECRET_ACCESS_KEY")), 2, "settings-invalid");
    told(run(&|command| command.env("SOHOA__BACKUP__S3_ENDPOINT", "http://127.0.0.1:9")), 8, "backup-unreachable");
    told(run(&|command| command.env("SOHOA__BACKUP__S3_ENDPOINT", "http://10.0.0.1")), 2, "settings-invalid");
    let hidden = "http://ai:the%2Fsecret@10.0.0.1";
    let ran = run(&|command| command.env("SOHOA__BACKUP__S3_ENDPOINT", hidden));
    assert!(!ran.stderr.contains("ai:the"), "{ran:?}");
    told(ran, 2, "settings-invalid");
    let absent: Ran = command(&place, &["restore", "--check", "s3://sohoa/whole/nothing-here"]).output().unwrap().into();
    told(absent, 6, "backup-missing");
    let bucket: Ran = command(&place, &["backup", "s3://no-such-bucket/x"]).output().unwrap().into();
    told(bucket, 6, "backup-missing");
    told(run(&|command| command), 0, "");
}
