//! Files that only who holds a key can read, in the format of age (age-encryption.org/v1, X25519), which programs
//! of others open too.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use age::armor::{ArmoredWriter, Format};
use age::x25519;
use thiserror::Error;

use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;

/// What is longer is no file of keys.
const LONGEST_FILE: u64 = 1 << 20;

/// Those who can read what is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recipients(Vec<x25519::Recipient>);

impl Recipients {
    /// Understands public keys (`age1…`).
    ///
    /// # Errors
    /// `NotARecipient` for the first that is none.
    pub(crate) fn parse(texts: &[String]) -> Result<Self, StorageFault> {
        let parsed = texts.iter().map(|text| {
            let wrong = |_| StorageFault::NotARecipient { text: text.chars().take(80).collect() };
            text.trim().parse().map_err(wrong)
        });
        Ok(Self(parsed.collect::<Result<_, _>>()?))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Encrypts all that is written, until it is [finished](age::stream::StreamWriter::finish).
    ///
    /// # Errors
    /// What `to` says, or that there is nobody to write for.
    pub(crate) fn seal<W: Write>(&self, to: W) -> io::Result<age::stream::StreamWriter<W>> {
        let recipients = self.0.iter().map(|one| one as &dyn age::Recipient);
        age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?.wrap_output(to)
    }
}

impl Recipients {
    /// Encrypts something small, in armour: text that stands in a JSON string as well as in a file of its own.
    ///
    /// # Errors
    /// That there is nobody to write for.
    pub(crate) fn armoured(&self, plain: &[u8]) -> io::Result<String> {
        let mut text = Vec::new();
        let mut writer = self.seal(ArmoredWriter::wrap_output(&mut text, Format::AsciiArmor)?)?;
        writer.write_all(plain)?;
        writer.finish()?.finish()?;
        String::from_utf8(text).map_err(io::Error::other)
    }
}

/// Private keys.
#[derive(Clone, Default)]
pub(crate) struct Identities(Vec<x25519::Identity>);

/// Nothing of a private key is ever shown.
impl std::fmt::Debug for Identities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identities({})", self.0.len())
    }
}

/// Says why something could not be opened.
#[derive(Debug, Error)]
pub(crate) enum OpenError {
    /// It was written for others.
    #[error("none of the keys opens it")]
    OtherKey,
    /// It is no file of this format, or was changed.
    #[error("{0}")]
    Damaged(String),
    /// It could not be read.
    #[error(transparent)]
    Source(#[from] io::Error),
}

impl Identities {
    /// Reads files of private keys as `age-keygen` writes them.
    ///
    /// # Errors
    /// The file with what the system says of it, or that it holds no key that can be used.
    pub(crate) fn read(files: &[impl AsRef<Path>]) -> Result<Self, (String, Cause)> {
        let mut found = Vec::new();
        for file in files {
            let file = file.as_ref();
            found.extend(keys_in(file).map_err(|cause| (file.display().to_string(), cause))?);
        }
        Ok(Self(found))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives what was encrypted in `source`. What was changed or cut off is an error while it is read.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) fn open<R: Read>(&self, source: R) -> Result<age::stream::StreamReader<R>, OpenError> {
        let decryptor = age::Decryptor::new(source).map_err(not_opened)?;
        decryptor.decrypt(self.0.iter().map(|one| one as &dyn age::Identity)).map_err(not_opened)
    }
}

fn not_opened(error: age::DecryptError) -> OpenError {
    match error {
        age::DecryptError::NoMatchingKeys => OpenError::OtherKey,
        age::DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => OpenError::Damaged(error.to_string()),
        age::DecryptError::Io(error) => OpenError::Source(error),
        other => OpenError::Damaged(other.to_string()),
    }
}

/// The keys in a file; lines that begin with `#` are remarks.
fn keys_in(file: &Path) -> Result<Vec<x25519::Identity>, Cause> {
    let mut text = String::new();
    if fs::metadata(file).map_err(Cause::from)?.len() > LONGEST_FILE {
        return Err(StorageFault::NoIdentity.into());
    }
    // What is no text is no key either.
    let read = File::open(file).and_then(|opened| opened.take(LONGEST_FILE).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(StorageFault::NoIdentity.into()),
        other => other.map(drop)?,
    }
    if text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE") {
        return Err(StorageFault::IdentityProtected.into());
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|line| line.parse::<x25519::Identity>().map_err(|_| Cause::from(StorageFault::NoIdentity)));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() { Err(StorageFault::NoIdentity.into()) } else { Ok(keys) }
}

/// The public half of a key that nobody has.
#[cfg(test)]
pub(crate) fn test_key() -> String {
    x25519::Identity::generate().to_public().to_string()
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn pair() -> (Recipients, Identities) {
        let identity = x25519::Identity::generate();
        (Recipients(vec![identity.to_public()]), Identities(vec![identity]))
    }

    fn sealed(recipients: &Recipients, content: &[u8]) -> Vec<u8> {
        let mut to = Vec::new();
        let mut writer = recipients.seal(&mut to).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap();
        to
    }

    fn opened(identities: &Identities, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let mut reader = identities.open(sealed).map_err(|error| error.to_string())?;
        reader.read_to_end(&mut content).map_err(|error| error.to_string())?;
        Ok(content)
    }

    #[test]
    fn only_who_holds_the_key_reads_it_and_no_change_is_overlooked() {
        let (recipients, identities) = pair();
        for content in [Vec::new(), vec![7], vec![9; 200_000]] {
            let sealed = sealed(&recipients, &content);
            assert_eq!(opened(&identities, &sealed), Ok(content.clone()));
            assert!(matches!(pair().1.open(&sealed[..]), Err(OpenError::OtherKey)));
            let step = (sealed.len() / 150).max(1);
            for at in (0..sealed.len()).step_by(step) {
                let mut flipped = sealed.clone();
                flipped[at] ^= 1;
                assert!(opened(&identities, &flipped).is_err(), "flipped at {at} of {}", sealed.len());
                assert!(opened(&identities, &sealed[..at]).is_err(), "cut at {at} of {}", sealed.len());
            }
            // At the bounds of the pieces that are encrypted each on its own.
            for pieces in 0..content.len() / 65536 {
                let kept = sealed.len() - (content.len() % 65536 + 16) - pieces * (65536 + 16);
                assert!(opened(&identities, &sealed[..kept]).is_err(), "{pieces}");
            }
        }
    }

    #[test]
    fn each_of_several_reads_it() {
        let ((one, first), (two, second)) = (pair(), pair());
        let both = Recipients([one.0, two.0].concat());
        let sealed = sealed(&both, b"x");
        for identities in [&first, &second] {
            assert_eq!(opened(identities, &sealed), Ok(b"x".to_vec()));
        }
    }

    /// Keys of this test alone.
    const SECRET: &str = "AGE-SECRET-KEY-1J0DMVL6GKTZTRUTM7KLZYFY4GNUN2QZMLSEWWNGE05UWTCEAFVUQXN8HWJ";
    const KEY: &str = "age14py2355nhkjy0py48nesqnd3nj3ktyje49eu37u9kagpku7x3yrs9mw82y";

    #[test]
    fn a_stranger_opens_what_is_armoured_with_the_tool_of_age_whatever_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let [key, file] = ["key", "file"].map(|name| folder.path().join(name));
        fs::write(&key, SECRET).unwrap();
        let recipients = Recipients::parse(&[test_key(), KEY.to_owned()]).unwrap();
        for size in [0, 1, 65535, 65536, 65537, 200_000] {
            let plain: Vec<u8> = (0..=250).cycle().take(size).collect();
            let armoured = recipients.armoured(&plain).unwrap();
            assert!(armoured.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx"), "{armoured}");
            assert!(armoured.lines().all(|line| line.len() <= 64), "{armoured}");
            fs::write(&file, armoured).unwrap();
            let opened = std::process::Command::new("age").arg("-d").arg("-i").arg(&key).arg(&file).output();
            let opened = opened.expect("age is installed by make test");
            assert!(opened.status.success() && opened.stdout == plain, "{size}: {}", String::from_utf8_lossy(&opened.stderr));
        }
        assert!(Recipients::default().armoured(b"x").is_err());
    }

    #[test]
    fn files_of_keys_are_understood_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.txt");
        let identity = x25519::Identity::generate();
        let secret = identity.to_string().expose_secret().to_owned();
        let read = |content: &[u8]| {
            fs::write(&file, content).unwrap();
            Identities::read(&[&file]).map(|found| found.0.len()).map_err(|(_, cause)| cause)
        };
        assert_eq!(read(format!("# created: 2026\n# public key: age1x\n\n{secret}\r\n{secret}\n").as_bytes()), Ok(2));
        for none in [&b""[..], b"# nothing\n", b"AGE-SECRET-KEY-1XXXX", b"\xff\xfe", identity.to_public().to_string().as_bytes()]
        {
            assert_eq!(read(none), Err(StorageFault::NoIdentity.into()));
        }
        assert_eq!(read(b"age-encryption.org/v1\n-> scrypt x 18\n"), Err(StorageFault::IdentityProtected.into()));
        assert_eq!(read(b"-----BEGIN AGE ENCRYPTED FILE-----\n"), Err(StorageFault::IdentityProtected.into()));
        assert!(Identities::read(&[folder.path().join("absent")]).is_err());
        assert!(!format!("{:?}", Identities(vec![identity])).contains(&secret[20..30]));
        for wrong in ["", "age1", "age1qqqq", secret.as_str(), "ssh-ed25519 AAAA"] {
            assert!(Recipients::parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
