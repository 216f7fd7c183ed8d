//! How names, numbers and strings are written in a PDF, and which names a content stream speaks of.

use std::collections::BTreeSet;

use hayro_syntax::object::Name;

fn ends_name(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// All names in a content stream. What looks like one within a string or an image is one too many, and
/// does no harm.
pub(super) fn names_in(content: &[u8]) -> BTreeSet<Vec<u8>> {
    let begins = memchr::memchr_iter(b'/', content);
    let name = |at: usize| {
        let rest = content.get(at + 1..).unwrap_or_default();
        let end = rest.iter().position(|&byte| ends_name(byte)).unwrap_or(rest.len());
        Name::new(rest.get(..end)?).map(|name| name.as_ref().to_vec())
    };
    begins.filter_map(name).collect()
}

pub(super) fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for &byte in name {
        if (b'!'..=b'~').contains(&byte) && byte != b'#' && !ends_name(byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

/// Whole numbers without a point. Others never with an exponent, which PDF does not know.
pub(super) fn write_number(number: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{number}").as_bytes());
}

pub(super) fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'<');
    for byte in text {
        out.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    out.push(b'>');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_written_whatever_their_letters() {
        let content = b"q /Im0 Do /F#31 12 Tf(/x)Tj /a#20b gs/Im0 Do";
        let names: Vec<Vec<u8>> = names_in(content).into_iter().collect();
        assert_eq!(names, [b"F1".to_vec(), b"Im0".to_vec(), b"a b".to_vec(), b"x".to_vec()]);
        let mut out = Vec::new();
        write_name("a b#/ế".as_bytes(), &mut out);
        assert_eq!(out, b"/a#20b#23#2F#E1#BA#BF");
    }

    #[test]
    fn numbers_have_no_exponent() {
        let written = |number| {
            let mut out = Vec::new();
            write_number(number, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([written(595.0), written(-0.5), written(0.000_000_1)], ["595", "-0.5", "0.0000001"]);
    }
}
