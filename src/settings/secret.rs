//! Passwords that settings name a file for: one way to read them, whatever they open.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No password is longer, and whatever else the settings name by mistake is not read to its end.
const LONGEST: u64 = 4096;

/// The first line of a file, as it stands there; empty if there is none.
///
/// # Errors
/// When the file cannot be read, or its first line is longer than a password or is not UTF-8.
pub(crate) fn first_line(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    let line = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => bytes.get(..end).unwrap_or_default(),
        None if bytes.len() as u64 == LONGEST => return Err(io::Error::from(io::ErrorKind::InvalidData)),
        None => &bytes,
    };
    let line = std::str::from_utf8(line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// The same without blanks at its end, which nobody sees; none if nothing is left.
///
/// # Errors
/// As [`first_line`].
pub(crate) fn password(path: &Path) -> io::Result<Option<String>> {
    let line = first_line(path)?;
    let line = line.trim_end();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_password_is_the_first_line_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        let read = |content: &[u8]| {
            fs::write(&file, content).unwrap();
            (first_line(&file).map_err(|error| error.kind()), password(&file).map_err(|error| error.kind()))
        };
        for (content, line, word) in [
            ("mật khẩu \r\nkhác", "mật khẩu ", Some("mật khẩu")),
            (" x", " x", Some(" x")),
            ("\nx", "", None),
            ("  \n", "  ", None),
            ("", "", None),
        ] {
            assert_eq!(read(content.as_bytes()), (Ok(line.to_owned()), Ok(word.map(str::to_owned))), "{content:?}");
        }
        // What stands behind it may be of any size and kind.
        let long = [b"x\n".as_slice(), "ế".repeat(4000).as_bytes(), &[0xff]].concat();
        assert_eq!(read(&long).1, Ok(Some("x".to_owned())));
        for wrong in ["x".repeat(5000).as_bytes(), &[0xff, b'\n']] {
            assert_eq!(read(wrong).1, Err(io::ErrorKind::InvalidData));
        }
        assert!(password(&folder.path().join("none")).is_err());
    }
}
