//! Passwords: whether one is fit, its hash, and whether somebody knows it.

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use unicode_normalization::UnicodeNormalization;

use super::chance;
use crate::model::account::AccountName;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Cause, Failure, FailureCode};

/// Fewest characters of a password.
const LEAST: usize = 10;
/// Most bytes of one: hashing a book would cost whoever has to.
const MOST: usize = 1024;

/// What one try costs: 19 MiB and two passes, the least that OWASP asks for.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The hash of nobody's password, so that an unknown name costs as long as a wrong password.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_of("nobody").ok());

/// The hash of a password that is fit for an account, in the PHC string format.
///
/// # Errors
/// [`FailureCode::PasswordUnfit`] if it is too short, too long or the account's name.
pub(super) fn hash(password: &str, name: &AccountName) -> Result<String, Failure> {
    expect_fit(password, name)?;
    hash_of(password)
}

/// Whether a password is fit for an account.
///
/// # Errors
/// As [`hash`].
pub(super) fn expect_fit(password: &str, name: &AccountName) -> Result<(), Failure> {
    let unfit = |fault: WorkFault| Failure::new(FailureCode::PasswordUnfit).because(fault);
    if password.len() > MOST {
        return Err(unfit(WorkFault::PasswordLong { most: MOST as u64 }));
    }
    if password.chars().count() < LEAST {
        return Err(unfit(WorkFault::PasswordShort { least: LEAST as u64 }));
    }
    if password.trim().eq_ignore_ascii_case(name.as_str()) {
        return Err(unfit(WorkFault::PasswordIsName));
    }
    Ok(())
}

/// The same password comes in one form from one keyboard and in another from the next.
fn composed(password: &str) -> String {
    password.nfc().collect()
}

fn hash_of(password: &str) -> Result<String, Failure> {
    let hash = argon().hash_password_with_salt(composed(password).as_bytes(), &chance::bytes::<16>()?);
    hash.map(|hash| hash.to_string()).map_err(|error| Failure::new(FailureCode::PasswordUnfit).because(Cause::said(error)))
}

/// Whether `password` makes the hash `known`. It takes as long where there is none to compare with, also for the
/// account of somebody whom a sign-in service knows, which bears no hash.
pub(super) fn is_right(password: &str, known: Option<&str>) -> bool {
    let known = known.filter(|known| known.starts_with("$argon2"));
    let Some(against) = known.or(NOBODY.as_deref()) else { return false };
    if password.len() > MOST {
        return false;
    }
    let is_same = argon().verify_password(composed(password).as_bytes(), against).is_ok();
    is_same && known.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_in_either_normal_form() {
        let name: AccountName = "lan".parse().unwrap();
        let hash = hash("bốn từ bất kỳ", &name).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let decomposed: String = "bốn từ bất kỳ".nfd().collect();
        assert!(is_right("bốn từ bất kỳ", Some(&hash)) && is_right(&decomposed, Some(&hash)));
        assert!(!is_right("bon tu bat ky", Some(&hash)));
        assert!(!is_right("nobody", None), "the hash of nobody opens nothing");
        assert!(!is_right("nobody", Some("oidc:nobody")) && !is_right("oidc:nobody", Some("oidc:nobody")));
    }

    #[test]
    fn a_password_that_is_short_long_or_the_name_is_refused() {
        let name: AccountName = "nguyen.thi.lan".parse().unwrap();
        for unfit in ["123456789", "Nguyen.Thi.Lan", &"a".repeat(1025)] {
            assert_eq!(hash(unfit, &name).unwrap_err().code, FailureCode::PasswordUnfit, "{unfit}");
        }
    }
}
