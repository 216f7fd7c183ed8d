//! Tries to sign in by a service, from when a browser is sent there until it comes back: once, soon, and the
//! same browser.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// How long somebody may take at the service.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Most tries at once; the oldest gives way.
const MOST: usize = 10_000;

/// What was given along, and what only the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Try {
    /// What the cookie of the browser says.
    pub browser: String,
    /// What the token has to name.
    pub nonce: String,
    /// What proves that whoever brings the code began the try.
    pub verifier: String,
    /// The page that was asked for.
    pub next: String,
}

/// All tries, by the hash of their state.
#[derive(Debug, Default)]
pub(super) struct Tries {
    kept: Mutex<HashMap<[u8; 32], (Instant, Try)>>,
}

impl Tries {
    /// Keeps a try in mind.
    pub(super) fn begin(&self, state: &str, one: Try, now: Instant) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (began, _)| now.duration_since(*began) < LONGEST);
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, (began, _))| *began).map(|(key, _)| *key)
        {
            kept.remove(&oldest);
        }
        kept.insert(key_of(state), (now, one));
    }

    /// The try of this state, if this browser began it. It is over in any case.
    pub(super) fn end(&self, state: &str, browser: &str, now: Instant) -> Option<Try> {
        let (began, found) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&key_of(state))?;
        let is_own = !browser.is_empty() && key_of(&found.browser) == key_of(browser);
        (is_own && now.duration_since(began) < LONGEST).then_some(found)
    }
}

fn key_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(browser: &str) -> Try {
        Try { browser: browser.into(), nonce: "n".into(), verifier: "v".into(), next: "/".into() }
    }

    #[test]
    fn a_try_ends_once_soon_and_in_its_own_browser() {
        let (tries, start) = (Tries::default(), Instant::now());
        for state in ["a", "b", "c", "d"] {
            tries.begin(state, of("mine"), start);
        }
        assert_eq!(tries.end("a", "mine", start + LONGEST / 2), Some(of("mine")));
        assert_eq!(tries.end("a", "mine", start), None, "once");
        assert_eq!(tries.end("b", "another", start), None);
        assert_eq!(tries.end("b", "mine", start), None, "a stranger has used it up");
        assert_eq!(tries.end("c", "mine", start + LONGEST), None, "late");
        assert_eq!(tries.end("", "mine", start), None);
        tries.begin("e", of(""), start);
        assert_eq!(tries.end("e", "", start), None, "no cookie is no browser");
    }

    #[test]
    fn many_tries_push_out_the_oldest() {
        let (tries, start) = (Tries::default(), Instant::now());
        for number in 0..=MOST {
            tries.begin(&number.to_string(), of("mine"), start + Duration::from_micros(number as u64));
        }
        assert_eq!(tries.end("0", "mine", start), None);
        assert!(tries.end("1", "mine", start + LONGEST / 2).is_some());
    }
}
