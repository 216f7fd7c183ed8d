//! Slows down guessing of passwords: by account and address together soon, by either alone late, so that
//! nobody can be locked out by somebody who only knows their name.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Tries are forgotten after this long.
const FORGOTTEN: Duration = Duration::from_secs(60 * 60);
/// Most that is remembered.
const MOST: usize = 100_000;

/// Whose tries are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Both([u8; 32], IpAddr),
    Address(IpAddr),
    Account([u8; 32]),
}

impl Who {
    /// Tries that cost no wait.
    fn free(self) -> u32 {
        match self {
            Self::Both(..) => 5,
            Self::Address(_) => 30,
            Self::Account(_) => 50,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    count: u32,
    last: Instant,
}

impl Tries {
    fn wait(self, who: Who, now: Instant) -> Option<Duration> {
        let over = self.count.checked_sub(who.free())?;
        let pause = Duration::from_secs(1_u64 << over.min(20)).min(LONGEST);
        (self.last + pause).checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

/// Tries that failed.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    tries: Mutex<HashMap<Who, Tries>>,
}

impl Throttle {
    /// Counts a try as failed before it is made, so that many at once are counted too.
    ///
    /// # Errors
    /// How long to wait before the next, and then nothing is counted.
    pub(super) fn begin(&self, account: &str, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.counted(&all_of(account, address), now)
    }

    /// The same for a try by the service that signs people in, which tells nobody's name beforehand.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub(super) fn begin_by_service(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.counted(&[Who::Address(network(address))], now)
    }

    /// Takes back what was counted: the password was right.
    pub(super) fn succeeded(&self, account: &str, address: IpAddr) {
        let [both, rest @ ..] = all_of(account, address);
        self.tries().remove(&both);
        self.taken_back(&rest);
    }

    /// Takes back what was counted: the service vouches for somebody, or does not answer.
    pub(super) fn did_not_fail_by_service(&self, address: IpAddr) {
        self.taken_back(&[Who::Address(network(address))]);
    }

    fn counted(&self, all: &[Who], now: Instant) -> Result<(), Duration> {
        let mut tries = self.tries();
        if tries.len() >= MOST {
            tries.retain(|_, tries| now.duration_since(tries.last) < FORGOTTEN);
        }
        if tries.len() >= MOST {
            tries.clear();
        }
        let wait = all.iter().filter_map(|who| tries.get(who)?.wait(*who, now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        for who in all {
            let found = tries.entry(*who).or_insert(Tries { count: 0, last: now });
            if now.duration_since(found.last) >= FORGOTTEN {
                found.count = 0;
            }
            *found = Tries { count: found.count.saturating_add(1), last: now };
        }
        Ok(())
    }

    fn taken_back(&self, all: &[Who]) {
        let mut tries = self.tries();
        for who in all {
            if let Some(found) = tries.get_mut(who) {
                found.count = found.count.saturating_sub(1);
            }
        }
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Who, Tries>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn all_of(account: &str, address: IpAddr) -> [Who; 3] {
    let account = *blake3::hash(account.trim().to_lowercase().as_bytes()).as_bytes();
    let address = network(address);
    [Who::Both(account, address), Who::Address(address), Who::Account(account)]
}

/// Who has one address of version 6 has 2⁶⁴ of them.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !(u128::from(u64::MAX))).into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn guessing_gets_slower_and_a_right_password_ends_that() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for _ in 0..5 {
            throttle.begin("lan", address(1), start).unwrap();
        }
        assert_eq!(throttle.begin(" LAN ", address(1), start), Err(SECOND), "however it is typed");
        throttle.begin("lan", address(1), start + SECOND).unwrap();
        assert_eq!(throttle.begin("lan", address(1), start + SECOND), Err(2 * SECOND));
        // Others are not concerned.
        throttle.begin("lan", address(2), start).unwrap();
        throttle.begin("nam", address(1), start).unwrap();
        throttle.begin("lan", address(1), start + 3 * SECOND).unwrap();
        throttle.succeeded("lan", address(1));
        throttle.begin("lan", address(1), start + 3 * SECOND).unwrap();
    }

    #[test]
    fn many_names_from_one_address_and_one_name_from_many_are_slowed_too() {
        let start = Instant::now();
        let throttle = Throttle::default();
        let tried = (0..100).take_while(|n| throttle.begin(&format!("name{n}"), address(1), start).is_ok()).count();
        assert_eq!(tried, 30);
        let throttle = Throttle::default();
        let tried = (0..100).take_while(|n| throttle.begin("lan", address(*n), start).is_ok()).count();
        assert_eq!(tried, 50);
        let throttle = Throttle::default();
        let one_network = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]);
        let tried = (0..100).take_while(|n| throttle.begin(&format!("name{n}"), one_network(*n), start).is_ok()).count();
        assert_eq!(tried, 30);
    }

    #[test]
    fn tries_by_the_service_count_for_their_address_until_they_are_taken_back() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for _ in 0..100 {
            throttle.begin_by_service(address(1), start).unwrap();
            throttle.did_not_fail_by_service(address(1));
        }
        let tried = (0..100).take_while(|_| throttle.begin_by_service(address(1), start).is_ok()).count();
        assert_eq!(tried, 30);
        throttle.begin_by_service(address(2), start).unwrap();
        assert_eq!(throttle.begin("lan", address(1), start), Err(SECOND), "passwords are no way around it");
    }

    #[test]
    fn a_wait_is_never_longer_than_a_quarter_of_an_hour_and_tries_are_forgotten() {
        let throttle = Throttle::default();
        let mut now = Instant::now();
        for _ in 0..40 {
            match throttle.begin("lan", address(1), now) {
                Ok(()) => {}
                Err(wait) => {
                    assert!(wait <= LONGEST);
                    now += wait;
                }
            }
        }
        now += FORGOTTEN;
        for _ in 0..5 {
            throttle.begin("lan", address(1), now).unwrap();
        }
    }
}
