//! The kind of a file, told by its first bytes, is the kind under which it is opened.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sohoa::stages::intake::{IntakeError, OpenScan, sniff};
use sohoa_fuzz::{as_a_worker, catch_what_the_program_catches, limits};

/// The PDF header may stand within the first 1024 bytes; nothing behind them counts.
const HEAD: usize = 1024;

fuzz_target!(init: catch_what_the_program_catches(), |bytes: &[u8]| {
    let kind = sniff(bytes);
    assert_eq!(kind, sniff(&bytes[..bytes.len().min(HEAD)]), "only the head counts");
    let Some(opened) = as_a_worker(|| OpenScan::open(bytes.to_vec(), &limits())) else { return };
    match (kind, opened) {
        (Ok(kind), Ok(scan)) => {
            let summary = scan.summary();
            assert_eq!(summary.media_type, kind);
            assert!((1..=limits().pages_per_file).contains(&summary.pages), "{} pages", summary.pages);
            assert!(scan.decode(summary.pages).is_err() && scan.encode(u32::MAX).is_err(), "there is no page after the last");
        }
        (Ok(_), Err(error)) => assert!(!matches!(error, IntakeError::FileUnknownType | IntakeError::FileEmpty), "{error}"),
        (Err(unknown), Err(error)) => assert_eq!(unknown, error),
        (Err(unknown), Ok(_)) => panic!("{unknown}, and yet it was opened"),
    }
});
