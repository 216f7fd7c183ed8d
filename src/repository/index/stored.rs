//! What is kept of a page, before it is read.
//!
//! tantivy takes the length of a text from the file and asks for so much memory. A flipped bit there asks for
//! more than there is, which ends the program; so lengths are looked at first.

/// Texts and bytes: a length in groups of seven bits, and so many bytes.
const OF_LENGTH: [u8; 2] = [0, 4];
/// Whole numbers: eight bytes.
const NUMBER: u8 = 1;

/// Whether the values of a page, as tantivy 0.27 writes them, end where their bytes do: the number of values,
/// and for each its field (four bytes), its type (one) and itself. Only types that we keep are known.
pub(super) fn is_whole(mut bytes: &[u8]) -> bool {
    let Some(count) = length(&mut bytes) else { return false };
    for _ in 0..count {
        let Some((kind, rest)) = bytes.get(4..).and_then(<[u8]>::split_first) else { return false };
        bytes = rest;
        let size = match *kind {
            kind if OF_LENGTH.contains(&kind) => length(&mut bytes),
            NUMBER => Some(8),
            _ => None,
        };
        let rest = size.and_then(|size| usize::try_from(size).ok()).and_then(|size| bytes.get(size..));
        let Some(rest) = rest else { return false };
        bytes = rest;
    }
    bytes.is_empty()
}

/// Takes a length off the beginning: seven bits a byte, the lowest first, the highest bit set in the last.
fn length(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for place in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 != 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_their_bytes_do() {
        // Two values: the text "ab" in field 3, the number 7 in field 1.
        let page = [&[0x82, 3, 0, 0, 0, 0, 0x82][..], b"ab", &[1, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert!(is_whole(&page));
        assert!(!is_whole(&page[..page.len() - 1]) && !is_whole(&[&page[..], &[0]].concat()) && !is_whole(&[]));
        let mut far = page.clone();
        // A length of more than there is.
        far[6] = 0xff;
        assert!(!is_whole(&far));
        let mut unknown = page;
        unknown[5] = 13;
        assert!(!is_whole(&unknown));
        assert!(!is_whole(&[0x7f; 20]), "a length without an end");
    }
}
