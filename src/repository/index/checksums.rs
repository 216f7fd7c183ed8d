//! The files of an index against the checksum that ends each of them.
//!
//! tantivy can do this too, but maps each file as a whole: while a large index is looked at, all of it
//! counts as memory of this process. Here it is read a part at a time.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Crc;
use serde::Deserialize;

/// Read at a time.
const BUFFER: usize = 64 * 1024;
/// What each file ends with, as tantivy 0.27 writes it: the footer's length and a number, four bytes each.
const TAIL: usize = 8;
const NUMBER: [u8; 4] = 1337u32.to_le_bytes();
/// No footer is longer.
const LONGEST_FOOTER: usize = 50_000;

/// What we need of a footer.
#[derive(Deserialize)]
struct Footer {
    crc: u32,
}

/// Those of `files` in `folder` whose content is not what was written, or that are not there and have to be.
pub(super) fn damaged(folder: &Path, files: impl IntoIterator<Item = PathBuf>) -> io::Result<BTreeSet<PathBuf>> {
    let mut buffer = vec![0; BUFFER];
    let mut damaged = BTreeSet::new();
    for name in files {
        let path = folder.join(name);
        match File::open(&path) {
            Ok(file) => {
                if !is_whole(file, &mut buffer)? {
                    damaged.insert(path);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !may_be_missing(&path) {
                    damaged.insert(path);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(damaged)
}

/// Whether a piece of an index may have no such file: that of what was deleted from it, before anything was, and
/// one that is there only while it is written. All others are written with it, with nothing in them if need be.
fn may_be_missing(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".0.del") || path.ends_with(".store.temp"))
}

fn is_whole(mut file: File, buffer: &mut [u8]) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let Some((content, crc)) = told(&mut file, length)? else { return Ok(false) };
    file.rewind()?;
    let (mut content, mut found) = (file.take(content), Crc::new());
    loop {
        let count = match content.read(buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        found.update(buffer.get(..count).unwrap_or_default());
    }
    Ok(found.sum() == crc)
}

/// Length and checksum of the content, as the end of the file tells them; none if it does not.
fn told(file: &mut File, length: u64) -> io::Result<Option<(u64, u32)>> {
    let Some(footer_end) = length.checked_sub(TAIL as u64) else { return Ok(None) };
    let mut tail = [0; TAIL];
    file.seek(SeekFrom::Start(footer_end))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, number @ ..] = tail;
    let footer_length = u32::from_le_bytes([a, b, c, d]);
    let content = footer_end.checked_sub(footer_length.into());
    let Some(content) = content.filter(|_| number == NUMBER && footer_length as usize <= LONGEST_FOOTER) else {
        return Ok(None);
    };
    let mut footer = vec![0; footer_length as usize];
    file.seek(SeekFrom::Start(content))?;
    file.read_exact(&mut footer)?;
    let footer: Option<Footer> = serde_json::from_slice(&footer).ok();
    Ok(footer.map(|footer| (content, footer.crc)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use tantivy::directory::{Directory, MmapDirectory, TerminatingWrite};

    use super::*;

    const CONTENT: &[u8] = b"what is in an index";

    #[test]
    fn every_bit_of_a_file_counts_and_so_does_a_file_that_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let directory =
            tantivy::directory::ManagedDirectory::wrap(Box::new(MmapDirectory::open(folder.path()).unwrap())).unwrap();
        let mut writer = directory.open_write(Path::new("a.idx")).unwrap();
        writer.write_all(CONTENT).unwrap();
        writer.terminate().unwrap();
        let look = || damaged(folder.path(), ["a.idx", "none.0.del", "none.store.temp"].map(PathBuf::from)).unwrap();
        assert!(look().is_empty());
        for lost in ["none.pos", "none.7.del"] {
            let found = damaged(folder.path(), [PathBuf::from(lost)]).unwrap();
            assert!(found.contains(&folder.path().join(lost)), "{lost}");
        }
        let path = folder.path().join("a.idx");
        let sound = fs::read(&path).unwrap();
        // What the footer says besides the checksum is looked at when the file is opened.
        for place in (0..CONTENT.len()).chain(sound.len() - TAIL..sound.len()) {
            let mut content = sound.clone();
            content[place] ^= 4;
            fs::write(&path, content).unwrap();
            assert!(look().contains(&path), "{place}");
        }
        let text = String::from_utf8_lossy(&sound).replace("\"crc\":", "\"crc\":1");
        fs::write(&path, text.as_bytes()).unwrap();
        assert!(look().contains(&path), "the checksum");
        for length in [0, 5, sound.len() - 1] {
            fs::write(&path, &sound[..length]).unwrap();
            assert!(look().contains(&path), "{length}");
        }
    }
}
