//! Settings that load say the same when they are written down and loaded again, and every layer
//! that is refused says why.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sohoa::settings::{Layers, Settings, SettingsError};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check(Layers::default().text("a file", text).and_then(Layers::finish));
    // The same as variables, one a line.
    let variables = text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned()));
    check(Layers::default().environment(variables).and_then(Layers::finish));
});

fn check(loaded: Result<Settings, SettingsError>) {
    match loaded {
        Ok(settings) => {
            let written = toml::to_string(&settings).expect("settings can be written down");
            let again = Layers::default().text("what was written", &written).and_then(Layers::finish);
            assert_eq!(again.expect("what was written loads"), settings);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
