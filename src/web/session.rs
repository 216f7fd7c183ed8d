//! Who is signed in: random names of sessions in cookies, and what they stand for in memory. A restart
//! signs everybody out; in return nothing lies on a disk that would open a door.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::commands::chance;
use crate::model::account::{Account, AccountName};
use crate::model::failure::Failure;
use crate::model::ids::{AccountDigest, BlobId, RecordId};
use crate::model::mask::Masking;

/// Most sessions at once; the one that was idle longest gives way.
const MOST: usize = 10_000;
/// How long personal data stay unmasked once a reason was given.
const UNMASKED: Duration = Duration::from_secs(15 * 60);
/// A view of the same record is an act again after this long.
const SAME_VIEW: Duration = Duration::from_secs(10 * 60);

/// Longest token of a service that is kept.
const LONGEST_TOKEN: usize = 16 * 1024;

/// A session's key here: the hash of what stands in the cookie.
pub(super) type SessionKey = [u8; 32];

/// Somebody who is signed in.
struct Session {
    account: AccountName,
    /// The account as it was then: with another password, role or state the session is over.
    digest: AccountDigest,
    csrf: String,
    began: Instant,
    seen: Instant,
    /// What of a record was told in an act, and when.
    told: HashMap<(RecordId, Masking), Instant>,
    /// Pages of which waiting files, and when.
    told_files: HashMap<BlobId, Instant>,
    unmasked: HashMap<RecordId, Instant>,
    /// By what the service vouched for somebody: it says at the end which of its sessions is over too.
    token: Option<String>,
}

/// What a cookie stands for.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The key of the session.
    pub key: SessionKey,
    /// Whose it is.
    pub account: AccountName,
    /// The account as it was when the session began.
    pub digest: AccountDigest,
    /// What each form of the session holds.
    pub csrf: String,
}

/// All sessions.
pub(super) struct Sessions {
    kept: Mutex<HashMap<SessionKey, Session>>,
    idle: Duration,
    longest: Duration,
}

/// No secret of a session stands in a log.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Sessions {
    /// Sessions that end after so long without a request, and after so long in any case.
    pub(super) fn new(idle: Duration, longest: Duration) -> Self {
        Self { kept: Mutex::default(), idle, longest }
    }

    /// Begins a session and returns what its cookie says. Whatever a browser brought before means nothing.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub(super) fn begin(&self, account: &Account, now: Instant) -> Result<String, Failure> {
        self.begun(account, None, now)
    }

    /// The same for somebody for whom a service vouched by this token.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub(super) fn begin_by_service(&self, account: &Account, token: String, now: Instant) -> Result<String, Failure> {
        // A service ends its session without one too, if it is told who asks.
        let token = if token.len() > LONGEST_TOKEN { String::new() } else { token };
        self.begun(account, Some(token), now)
    }

    fn begun(&self, account: &Account, token: Option<String>, now: Instant) -> Result<String, Failure> {
        let (secret, csrf) = (chance::text()?, chance::text()?);
        let session = Session {
            account: account.name.clone(),
            digest: account.digest(),
            csrf,
            began: now,
            seen: now,
            told: HashMap::new(),
            told_files: HashMap::new(),
            unmasked: HashMap::new(),
            token,
        };
        let mut kept = self.kept();
        kept.retain(|_, session| self.lasts(session, now));
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, session)| session.seen).map(|(key, _)| *key)
        {
            kept.remove(&oldest);
        }
        kept.insert(key_of(&secret), session);
        Ok(secret)
    }

    /// What a cookie stands for, if it stands for anything (still).
    pub(super) fn find(&self, secret: &str, now: Instant) -> Option<Known> {
        let key = key_of(secret);
        let mut kept = self.kept();
        let session = kept.get_mut(&key)?;
        if !self.lasts(session, now) {
            kept.remove(&key);
            return None;
        }
        session.seen = now;
        Some(Known { key, account: session.account.clone(), digest: session.digest, csrf: session.csrf.clone() })
    }

    /// The same for what a page sends by itself while nobody is there: the session lasts no longer by it.
    pub(super) fn peek(&self, secret: &str, now: Instant) -> Option<Known> {
        let key = key_of(secret);
        let kept = self.kept();
        let session = kept.get(&key).filter(|session| self.lasts(session, now))?;
        Some(Known { key, account: session.account.clone(), digest: session.digest, csrf: session.csrf.clone() })
    }

    /// How many there are.
    pub(super) fn count(&self, now: Instant) -> usize {
        self.kept().values().filter(|session| self.lasts(session, now)).count()
    }

    /// Ends a session. Returns the token of one that began by a service.
    pub(super) fn end(&self, key: &SessionKey) -> Option<String> {
        self.kept().remove(key)?.token
    }

    /// Whether a view of a record is to be told in an act: not if it just was.
    pub(super) fn is_news(&self, key: &SessionKey, record: RecordId, masking: Masking, now: Instant) -> bool {
        let mut kept = self.kept();
        let Some(session) = kept.get_mut(key) else { return true };
        session.told.retain(|_, told| now.duration_since(*told) < SAME_VIEW);
        if session.told.contains_key(&(record, masking)) {
            return false;
        }
        session.told.insert((record, masking), now);
        true
    }

    /// The same for the pages of a file that waits.
    pub(super) fn is_file_news(&self, key: &SessionKey, scan: BlobId, now: Instant) -> bool {
        let mut kept = self.kept();
        let Some(session) = kept.get_mut(key) else { return true };
        session.told_files.retain(|_, told| now.duration_since(*told) < SAME_VIEW);
        if session.told_files.contains_key(&scan) {
            return false;
        }
        session.told_files.insert(scan, now);
        true
    }

    /// The view of a file could not be told: the next one is news.
    pub(super) fn was_file_not_told(&self, key: &SessionKey, scan: BlobId) {
        if let Some(session) = self.kept().get_mut(key) {
            session.told_files.remove(&scan);
        }
    }

    /// A view could not be told: the next one is news.
    pub(super) fn was_not_told(&self, key: &SessionKey, record: RecordId, masking: Masking) {
        if let Some(session) = self.kept().get_mut(key) {
            session.told.remove(&(record, masking));
        }
    }

    /// Shows the personal data of a record in this session for a while.
    pub(super) fn unmask(&self, key: &SessionKey, record: RecordId, now: Instant) {
        if let Some(session) = self.kept().get_mut(key) {
            session.unmasked.retain(|_, since| now.duration_since(*since) < UNMASKED);
            session.unmasked.insert(record, now);
        }
    }

    /// Whether the personal data of a record are shown in this session.
    pub(super) fn is_unmasked(&self, key: &SessionKey, record: RecordId, now: Instant) -> bool {
        let kept = self.kept();
        let since = kept.get(key).and_then(|session| session.unmasked.get(&record));
        since.is_some_and(|since| now.duration_since(*since) < UNMASKED)
    }

    fn lasts(&self, session: &Session, now: Instant) -> bool {
        now.duration_since(session.seen) < self.idle && now.duration_since(session.began) < self.longest
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<SessionKey, Session>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_of(secret: &str) -> SessionKey {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::{AccountState, Role};

    const MINUTE: Duration = Duration::from_secs(60);

    fn account() -> Account {
        Account {
            name: "lan".parse().unwrap(),
            full_name: "Lan".into(),
            role: Role::Archivist,
            state: AccountState::Active,
            password: String::new(),
            changed_at: time::OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_session_ends_when_it_is_idle_old_or_told_to() {
        let sessions = Sessions::new(30 * MINUTE, 100 * MINUTE);
        let start = Instant::now();
        let secret = sessions.begin(&account(), start).unwrap();
        let other = sessions.begin(&account(), start).unwrap();
        assert_ne!(secret, other);
        assert!(sessions.find("", start).is_none() && sessions.find(&"0".repeat(64), start).is_none());
        for minute in [29, 58, 87] {
            assert!(sessions.find(&secret, start + minute * MINUTE).is_some(), "{minute}");
        }
        assert!(sessions.find(&secret, start + 101 * MINUTE).is_none(), "old");
        assert!(sessions.find(&other, start + 31 * MINUTE).is_none(), "idle");
        let third = sessions.begin(&account(), start).unwrap();
        sessions.end(&sessions.find(&third, start).unwrap().key);
        assert!(sessions.find(&third, start).is_none());
    }

    #[test]
    fn a_session_that_began_by_a_service_ends_with_its_token() {
        let sessions = Sessions::new(30 * MINUTE, 100 * MINUTE);
        let start = Instant::now();
        let end = |secret: &str| sessions.end(&key_of(secret));
        assert_eq!(end(&sessions.begin(&account(), start).unwrap()), None);
        let by = |token: &str| sessions.begin_by_service(&account(), token.to_owned(), start).unwrap();
        let secret = by("mã");
        assert!(!format!("{sessions:?}").contains("mã"));
        assert_eq!((end(&secret), end(&secret)), (Some("mã".to_owned()), None));
        assert_eq!(end(&by(&"x".repeat(LONGEST_TOKEN + 1))), Some(String::new()), "too long to be kept");
    }

    /// A desk that was left open kept its session for as long as it may last at all.
    #[test]
    fn what_a_page_sends_by_itself_does_not_prolong_a_session() {
        let sessions = Sessions::new(30 * MINUTE, 100 * MINUTE);
        let start = Instant::now();
        let secret = sessions.begin(&account(), start).unwrap();
        for minute in [10, 20, 29] {
            assert!(sessions.peek(&secret, start + minute * MINUTE).is_some(), "{minute}");
        }
        assert!(sessions.peek(&secret, start + 30 * MINUTE).is_none());
        assert!(sessions.find(&secret, start + 30 * MINUTE).is_none());
    }

    #[test]
    fn what_was_unmasked_is_masked_again_after_a_while_and_only_there() {
        let sessions = Sessions::new(100 * MINUTE, 100 * MINUTE);
        let start = Instant::now();
        let key = |secret: String| sessions.find(&secret, start).unwrap().key;
        let one = key(sessions.begin(&account(), start).unwrap());
        let other = key(sessions.begin(&account(), start).unwrap());
        let (record, another) = (RecordId::V2([1; 32]), RecordId::V2([2; 32]));
        sessions.unmask(&one, record, start);
        assert!(sessions.is_unmasked(&one, record, start + 14 * MINUTE));
        assert!(!sessions.is_unmasked(&one, record, start + 15 * MINUTE));
        assert!(!sessions.is_unmasked(&one, another, start) && !sessions.is_unmasked(&other, record, start));
        let masked = Masking::Masked;
        assert!(sessions.is_news(&one, record, masked, start) && !sessions.is_news(&one, record, masked, start + 9 * MINUTE));
        assert!(
            sessions.is_news(&one, record, Masking::Shown, start) && sessions.is_news(&one, record, masked, start + 10 * MINUTE)
        );
    }
}
