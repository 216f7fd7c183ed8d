//! Who is working on which document. A lease informs and keeps nobody out: the number of the version
//! decides. It is gone when its browser is silent for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use crate::model::account::AccountName;
use crate::model::record::DocumentName;

/// How long a lease lasts without a sign.
const LASTS: Duration = Duration::from_secs(120);

/// Somebody who is working on a document.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    /// The account.
    pub account: AccountName,
    /// What its owner is called.
    pub full_name: String,
    /// Since when.
    pub since: OffsetDateTime,
    seen: Instant,
}

/// All leases.
#[derive(Debug, Default)]
pub(super) struct Leases {
    held: Mutex<HashMap<String, Holder>>,
}

impl Leases {
    /// Takes a free document, or says that it is still being worked on; who else holds it, if somebody does.
    /// Nobody works on two documents at once.
    pub(super) fn hold(
        &self,
        document: &DocumentName,
        (account, full_name): (&AccountName, &str),
        (now, at): (Instant, OffsetDateTime),
    ) -> Option<Holder> {
        let mut held = self.held(now);
        let key = document.to_string();
        held.retain(|other, holder| *other == key || holder.account != *account);
        if let Some(holder) = held.get_mut(&key) {
            if holder.account != *account {
                return Some(holder.clone());
            }
            holder.seen = now;
            return None;
        }
        let holder = Holder { account: account.clone(), full_name: full_name.to_owned(), since: at, seen: now };
        held.insert(key, holder);
        None
    }

    /// Takes a document from whoever holds it, and says who that was, if it was another.
    pub(super) fn take(
        &self,
        document: &DocumentName,
        (account, full_name): (&AccountName, &str),
        (now, at): (Instant, OffsetDateTime),
    ) -> Option<Holder> {
        let holder = Holder { account: account.clone(), full_name: full_name.to_owned(), since: at, seen: now };
        let before = self.held(now).insert(document.to_string(), holder);
        before.filter(|before| before.account != *account)
    }

    /// Lets go of all that an account holds.
    pub(super) fn let_go(&self, account: &AccountName) {
        self.held(Instant::now()).retain(|_, holder| holder.account != *account);
    }

    fn held(&self, now: Instant) -> MutexGuard<'_, HashMap<String, Holder>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, holder| now.duration_since(holder.seen) < LASTS);
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_tells_of_the_other_until_it_is_silent_let_go_or_taken() {
        let leases = Leases::default();
        let (hoa, nam): (AccountName, AccountName) = ("hoa".parse().unwrap(), "nam".parse().unwrap());
        let one: DocumentName = "H38.16-230706-0012.001".parse().unwrap();
        let other: DocumentName = "H38.16-230706-0012.002".parse().unwrap();
        let (start, at) = (Instant::now(), OffsetDateTime::UNIX_EPOCH);
        let later = |seconds| (start + Duration::from_secs(seconds), at);
        let holder = |found: Option<Holder>| found.map(|holder| holder.full_name);
        assert_eq!(holder(leases.hold(&one, (&hoa, "Hoa"), later(0))), None);
        assert_eq!(holder(leases.hold(&one, (&nam, "Nam"), later(1))).as_deref(), Some("Hoa"));
        assert_eq!(holder(leases.hold(&one, (&hoa, "Hoa"), later(100))), None);
        assert_eq!(holder(leases.hold(&one, (&nam, "Nam"), later(219))).as_deref(), Some("Hoa"));
        assert_eq!(holder(leases.hold(&one, (&nam, "Nam"), later(220))), None, "silent for two minutes");
        assert_eq!(holder(leases.take(&one, (&hoa, "Hoa"), later(221))).as_deref(), Some("Nam"));
        assert_eq!(holder(leases.take(&one, (&hoa, "Hoa"), later(221))), None, "it is hers");
        assert_eq!(holder(leases.hold(&one, (&nam, "Nam"), later(222))).as_deref(), Some("Hoa"));
        assert_eq!(holder(leases.hold(&other, (&hoa, "Hoa"), later(223))), None);
        assert_eq!(holder(leases.hold(&one, (&nam, "Nam"), later(224))), None, "she went on to another");
    }
}
