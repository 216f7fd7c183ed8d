//! How many connections each address holds: one that takes all it gets keeps the others waiting and not out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who holds how many connections.
#[derive(Debug, Clone)]
pub(super) struct Crowd {
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
    connections: usize,
    /// Proxies speak for many.
    trusted: Arc<[IpAddr]>,
}

/// A connection of an address, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    crowd: Crowd,
    peer: IpAddr,
}

impl Crowd {
    /// Nobody yet, of so many at once.
    pub(super) fn new(connections: usize, trusted: &[IpAddr]) -> Self {
        Self { held: Arc::default(), connections, trusted: trusted.iter().map(IpAddr::to_canonical).collect() }
    }

    /// A connection for `peer`, where `free` others can still be taken; none where places are scarce and it holds half
    /// of them. While there is room anybody may have more: a terminal server is one address of many people.
    pub(super) fn seat(&self, peer: IpAddr, free: usize) -> Option<Seat> {
        let is_trusted = self.trusted.contains(&peer.to_canonical());
        let peer = network_of(peer);
        let mut held = self.held();
        let has = held.entry(peer).or_default();
        if free < self.connections / 4 && *has >= self.connections / 2 && !is_trusted {
            return None;
        }
        *has += 1;
        Some(Seat { crowd: self.clone(), peer })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands for one who connects: an address, or the network of 64 bits that each machine has in IPv6.
fn network_of(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.crowd.held();
        let left = held.get_mut(&self.peer).map(|has| {
            *has = has.saturating_sub(1);
            *has
        });
        if left == Some(0) {
            held.remove(&self.peer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_holds_half_of_scarce_places_gets_no_more_and_others_do() {
        let [one, other, proxy] = [1, 2, 3].map(|last| IpAddr::from([10, 0, 0, last]));
        let crowd = Crowd::new(16, &[proxy]);
        let mut seats: Vec<Seat> = (0..12).map(|taken| crowd.seat(one, 15 - taken).unwrap()).collect();
        assert!(crowd.seat(one, 3).is_none());
        // The same address, written otherwise.
        assert!(crowd.seat("::ffff:10.0.0.1".parse().unwrap(), 3).is_none());
        seats.push(crowd.seat(other, 3).unwrap());
        assert!((0..20).all(|_| crowd.seat(proxy, 0).map(|seat| seats.push(seat)).is_some()));
        drop(seats.drain(..6));
        assert!(crowd.seat(one, 3).is_some(), "it let go of some");
        drop(seats);
        assert!(crowd.held().is_empty());
    }
}
