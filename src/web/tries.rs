//! Tries to sign in by a service, from when a browser is sent there until it comes back: once, soon, and the
//! same browser.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::throttle::network;

/// How long somebody may take at the service.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Most tries at once; the oldest gives way.
const MOST: usize = 10_000;
/// Most of one address, so that whoever begins many from there pushes out nobody else's.
const MOST_OF_ONE: usize = 1_000;
/// The longest page to go on to that is kept in mind.
const LONGEST_PAGE: usize = 2_048;

/// What was given along, and what only the server knows.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Try {
    /// Where the browser is.
    pub address: IpAddr,
    /// What the cookie of the browser says.
    pub browser: String,
    /// What the token has to name.
    pub nonce: String,
    /// What proves that whoever brings the code began the try.
    pub verifier: String,
    /// The page that was asked for.
    pub next: String,
}

/// Its secrets stand in no log.
impl fmt::Debug for Try {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Try").field("address", &self.address).finish_non_exhaustive()
    }
}

/// All tries, by the hash of their state.
#[derive(Debug, Default)]
pub(super) struct Tries {
    kept: Mutex<HashMap<[u8; 32], (Instant, Try)>>,
}

impl Tries {
    /// Keeps a try in mind.
    pub(super) fn begin(&self, state: &str, mut one: Try, now: Instant) {
        one.address = network(one.address);
        if one.next.len() > LONGEST_PAGE {
            one.next = "/".to_owned();
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (began, _)| now.duration_since(*began) < LONGEST);
        let of_one = kept.values().filter(|(_, other)| other.address == one.address).count();
        let gives_way = |other: &Try| of_one < MOST_OF_ONE || other.address == one.address;
        if kept.len() >= MOST || of_one >= MOST_OF_ONE {
            let others = kept.iter().filter(|(_, (_, other))| gives_way(other));
            if let Some(oldest) = others.min_by_key(|(_, (began, _))| *began).map(|(key, _)| *key) {
                kept.remove(&oldest);
            }
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

    fn from(last: u16) -> IpAddr {
        IpAddr::from([10, 0, last.to_be_bytes()[0], last.to_be_bytes()[1]])
    }

    fn of(browser: &str) -> Try {
        Try { address: from(1), browser: browser.into(), nonce: "n".into(), verifier: "v".into(), next: "/".into() }
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
    fn many_tries_push_out_the_oldest_of_their_address_and_then_of_all() {
        let (tries, start) = (Tries::default(), Instant::now());
        let at = |number: usize| start + Duration::from_micros(number as u64);
        tries.begin("theirs", Try { address: from(2), ..of("mine") }, start);
        for number in 1..=MOST_OF_ONE + 1 {
            tries.begin(&number.to_string(), of("mine"), at(number));
        }
        assert_eq!(tries.end("1", "mine", start), None);
        assert!(tries.end("2", "mine", start + LONGEST / 2).is_some());
        for number in 0..MOST {
            tries.begin(
                &format!("all {number}"),
                Try { address: from(100 + u16::try_from(number / 500).unwrap()), ..of("mine") },
                at(2_000),
            );
        }
        assert_eq!(tries.end("theirs", "mine", start), None, "the oldest of all");
        assert_eq!(tries.kept.lock().unwrap().len(), MOST);
    }

    #[test]
    fn what_a_try_keeps_is_bounded_and_shows_no_secret() {
        let (tries, start) = (Tries::default(), Instant::now());
        for (length, kept) in [(LONGEST_PAGE, LONGEST_PAGE), (LONGEST_PAGE + 1, 1)] {
            tries.begin("a", Try { next: format!("/{}", "a".repeat(length - 1)), ..of("mine") }, start);
            assert_eq!(tries.end("a", "mine", start).unwrap().next.len(), kept);
        }
        let secret = Try { nonce: "bi mat".into(), verifier: "bi mat".into(), ..of("bi mat") };
        assert!(!format!("{secret:?}").contains("bi mat"));
    }
}
