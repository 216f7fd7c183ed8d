//! A page of a PDF either is refused or is read, sealed and shown again pixel for pixel.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sohoa::model::scan::MediaType;
use sohoa_fuzz::{catch_what_the_program_catches, check_pages};

fuzz_target!(init: catch_what_the_program_catches(), |bytes: &[u8]| check_pages(bytes, &[MediaType::Pdf], |_| {}));
