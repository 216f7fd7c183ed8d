//! Who we are to an S3 service.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusty_s3::Credentials;

use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;

/// What is longer is no file of credentials.
const LONGEST: u64 = 64 * 1024;
const KEY: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";

/// Reads them from `file`, in the form that other programs of S3 have too, or from the environment if it is empty.
/// They are shown nowhere.
///
/// # Errors
/// What is wrong with the file, or that there are none.
pub(super) fn credentials(file: &Path) -> Result<Credentials, Cause> {
    let value = |name: &str| env::var(name.to_uppercase()).ok().filter(|value| !value.is_empty());
    if file.as_os_str().is_empty() {
        return told(value).ok_or_else(|| StorageFault::CredentialsMissing.into());
    }
    let about = fs::metadata(file)?;
    if about.permissions().mode() & 0o007 != 0 {
        return Err(StorageFault::CredentialsOpen.into());
    }
    if about.len() > LONGEST {
        return Err(StorageFault::CredentialsMissing.into());
    }
    let text = fs::read_to_string(file)?;
    told(|name| in_file(&text, name)).ok_or_else(|| StorageFault::CredentialsMissing.into())
}

fn told(value: impl Fn(&str) -> Option<String>) -> Option<Credentials> {
    let (key, secret) = (value(KEY)?, value(SECRET)?);
    Some(match value(TOKEN) {
        Some(token) => Credentials::new_with_token(key, secret, token),
        None => Credentials::new(key, secret),
    })
}

/// The first value of this name, in whichever section.
fn in_file(text: &str, name: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim().eq_ignore_ascii_case(name) && !value.trim().is_empty()).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_who_we_are_unless_others_could_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s3");
        let write = |content: &str, mode: u32| {
            fs::write(&file, content).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            credentials(&file)
        };
        let whole = "[default]\naws_access_key_id = AKIA1\n# no\naws_secret_access_key=a=b/c+d\n";
        let found = write(whole, 0o600).unwrap();
        assert_eq!((found.key(), found.secret(), found.token()), ("AKIA1", "a=b/c+d", None));
        let with_token = write(&format!("{whole}aws_session_token = t\n"), 0o640).unwrap();
        assert_eq!(with_token.token(), Some("t"));
        assert!(!format!("{found:?}").contains("a=b/c"));
        assert_eq!(write(whole, 0o644).unwrap_err(), StorageFault::CredentialsOpen.into());
        for incomplete in ["", "aws_access_key_id = A\n", "aws_access_key_id = A\naws_secret_access_key =\n"] {
            assert_eq!(write(incomplete, 0o600).unwrap_err(), StorageFault::CredentialsMissing.into());
        }
        assert!(credentials(&folder.path().join("absent")).is_err());
    }
}
