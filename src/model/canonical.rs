//! Canonical bytes (RFC 8785) of JSON that is canonical but for the order of its members, as all is that
//! this program writes: without making values of it, which takes ten times as long.
//!
//! What is written in any other way than ours (white space, numbers with exponents, rare escapes) is not
//! taken. Then there is `serde_json_canonicalizer`, which takes everything.

/// Nesting beyond which nothing is read; records have seven levels.
const DEEPEST: usize = 32;

/// What is left out of the canonical bytes.
pub trait Selection {
    /// Whether the member `key` is left out, in the object that is reached by the keys of `path`.
    fn leaves_out(&self, path: &[&str], key: &str) -> bool;

    /// Whether it is left out because of its value.
    fn leaves_out_value(&self, _path: &[&str], _value: &[u8]) -> bool {
        false
    }
}

/// The canonical bytes of `json` without what `selection` leaves out; none if it is not written as we
/// write.
pub fn canonical(json: &str, selection: &impl Selection) -> Option<Vec<u8>> {
    let mut writer =
        Writer { rest: json, out: Vec::with_capacity(json.len()), sorted: Vec::new(), path: Vec::new(), depth: 0, selection };
    writer.value()?;
    writer.rest.is_empty().then_some(writer.out)
}

/// The members of the object that is all of `json`, in the order in which they stand.
pub fn members(json: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = json.strip_prefix('{')?;
    let mut members = Vec::new();
    if rest == "}" {
        return Some(members);
    }
    loop {
        let (key, after) = string(rest)?;
        let after = after.strip_prefix(':')?;
        let (value, after) = span(after)?;
        members.push((key, value));
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (after == "}").then_some(members),
        }
    }
}

/// The elements of the array that is all of `json`.
pub fn elements(json: &str) -> Option<Vec<&str>> {
    let mut rest = json.strip_prefix('[')?;
    let mut elements = Vec::new();
    if rest == "]" {
        return Some(elements);
    }
    loop {
        let (value, after) = span(rest)?;
        elements.push(value);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (after == "]").then_some(elements),
        }
    }
}

/// The text of a string up to its closing quotation mark, and what comes after it.
fn string(json: &str) -> Option<(&str, &str)> {
    let inner = json.strip_prefix('"')?;
    let mut escaped = false;
    for (place, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => {
                // The others have a shorter form, or are written in one of several ways.
                if !matches!(byte, b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't') {
                    return None;
                }
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => return Some((inner.get(..place)?, inner.get(place + 1..)?)),
            0..=0x1f => return None,
            _ => {}
        }
    }
    None
}

/// A value whose content is not looked at, and what comes after it.
fn span(json: &str) -> Option<(&str, &str)> {
    let (mut depth, mut rest) = (0usize, json);
    loop {
        let first = *rest.as_bytes().first()?;
        rest = match first {
            b'"' => string(rest)?.1,
            b'{' | b'[' => {
                depth += 1;
                rest.get(1..)?
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                rest.get(1..)?
            }
            b',' | b':' if depth > 0 => rest.get(1..)?,
            _ => {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
                let length = rest.bytes().position(|byte| !plain(byte)).unwrap_or(rest.len());
                if length == 0 {
                    return None;
                }
                rest.get(length..)?
            }
        };
        if depth == 0 {
            let length = json.len() - rest.len();
            return Some((json.get(..length)?, rest));
        }
    }
}

struct Writer<'a, S> {
    rest: &'a str,
    out: Vec<u8>,
    /// Where members are put in order.
    sorted: Vec<u8>,
    path: Vec<&'a str>,
    depth: usize,
    selection: &'a S,
}

impl<'a, S: Selection> Writer<'a, S> {
    fn value(&mut self) -> Option<()> {
        match *self.rest.as_bytes().first()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => {
                let (text, rest) = string(self.rest)?;
                self.rest = rest;
                self.put_string(text);
                Some(())
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Option<()>) -> Option<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        inner(self)?;
        self.depth -= 1;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        self.out.extend_from_slice(word.as_bytes());
        Some(())
    }

    fn take(&mut self, mark: char) -> bool {
        let after = self.rest.strip_prefix(mark);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn put_string(&mut self, text: &str) {
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
    }

    fn array(&mut self) -> Option<()> {
        self.take('[');
        self.out.push(b'[');
        if !self.take(']') {
            loop {
                self.value()?;
                if self.take(']') {
                    break;
                }
                if !self.take(',') {
                    return None;
                }
                self.out.push(b',');
            }
        }
        self.out.push(b']');
        Some(())
    }

    fn object(&mut self) -> Option<()> {
        self.take('{');
        self.out.push(b'{');
        let begin = self.out.len();
        let mut members: Vec<(&'a str, usize, usize)> = Vec::with_capacity(16);
        let mut empty = self.take('}');
        while !empty {
            let (key, rest) = string(self.rest)?;
            // Keys are in the order of UTF-16, which for ASCII is that of bytes.
            if !key.is_ascii() || key.contains('\\') {
                return None;
            }
            self.rest = rest.strip_prefix(':')?;
            let from = self.out.len();
            self.put_string(key);
            self.out.push(b':');
            let value = self.out.len();
            self.path.push(key);
            self.value()?;
            self.path.pop();
            let is_out =
                self.selection.leaves_out(&self.path, key) || self.selection.leaves_out_value(&self.path, self.out.get(value..)?);
            if is_out {
                self.out.truncate(from);
            } else {
                members.push((key, from, self.out.len()));
            }
            empty = self.take('}');
            if !empty && !self.take(',') {
                return None;
            }
        }
        members.sort_unstable();
        if members.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
            return None;
        }
        self.sorted.clear();
        for (place, (_, from, to)) in members.into_iter().enumerate() {
            if place > 0 {
                self.sorted.push(b',');
            }
            self.sorted.extend_from_slice(self.out.get(from..to)?);
        }
        self.out.truncate(begin);
        self.out.extend_from_slice(&self.sorted);
        self.out.push(b'}');
        Some(())
    }

    /// Numbers that both ways to write them agree on.
    fn number(&mut self) -> Option<()> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        let length = self.rest.bytes().position(|byte| !is_digit(byte)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(length)?;
        // Whether a number goes on in a way that is not taken.
        if rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '+' | '-')) {
            return None;
        }
        let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
        let is_whole = whole == "0" || (!whole.is_empty() && !whole.starts_with('0') && whole.len() <= 15);
        let written = match part {
            None => text,
            // Our way to write floating point numbers that are whole.
            Some("0") => whole,
            Some(part) => {
                let is_short = part.len() <= 17 && (whole == "0" || text.len() <= 16);
                let is_small = part.starts_with("00000");
                if part.is_empty() || part.contains('.') || part.ends_with('0') || !is_short || is_small {
                    return None;
                }
                text
            }
        };
        if !is_whole {
            return None;
        }
        self.rest = rest;
        self.out.extend_from_slice(written.as_bytes());
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    struct All;

    impl Selection for All {
        fn leaves_out(&self, _: &[&str], _: &str) -> bool {
            false
        }
    }

    fn slowly(json: &str) -> Vec<u8> {
        serde_json_canonicalizer::to_vec(&serde_json::from_str::<Value>(json).unwrap()).unwrap()
    }

    #[test]
    fn the_same_bytes_come_out_as_by_way_of_values() {
        let text = "Quyết định \"số\" 5\\ \n\t\u{8}\u{c}\r/é\u{7f}\u{2028}";
        let value = json!({ "b": [1, 0, 999_999_999_999_999u64, true, false, null, {}, []], "a": text, "B": { "z": 0.5, "y": { "x": 1.0 } },
                            "ab": 0.123_456_789_012_345_67, "a_": 12.25, "aa": 0.0 });
        let written = serde_json::to_string(&value).unwrap();
        assert_eq!(canonical(&written, &All).map(String::from_utf8), Some(String::from_utf8(slowly(&written))));
        // Members in any order.
        let turned = r#"{"b":{"d":1,"c":[{"f":2,"e":"x"}]},"a":"ế"}"#;
        assert_eq!(canonical(turned, &All), Some(slowly(turned)));
    }

    /// Whatever a confidence is, the two ways agree or the fast one does not answer.
    #[test]
    fn numbers_come_out_the_same_or_not_at_all() {
        let mut state = 7u64;
        let mut answered = 0;
        for round in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let share = (state >> 11) as f64 / (1u64 << 53) as f64;
            let number = match round % 5 {
                0 => share,
                1 => share * 1e-7,
                2 => (share * 1000.0).round() / 1000.0,
                3 => share * 1e6,
                _ => f64::from_bits(state & !(1 << 63)),
            };
            if !number.is_finite() {
                continue;
            }
            let written = serde_json::to_string(&number).unwrap();
            if let Some(fast) = canonical(&written, &All) {
                answered += 1;
                assert_eq!(fast, slowly(&written), "{written}");
            }
        }
        assert!(answered > 8000, "{answered}");
    }

    #[test]
    fn what_is_not_written_as_we_write_is_not_taken() {
        for json in [
            "",
            " {}",
            "{} ",
            "{",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":1,\"a\":2}",
            "{\"a\" :1}",
            "[1,]",
            "[1 ,2]",
            "\"\\u00e9\"",
            "\"\\/\"",
            "01",
            "1.",
            ".5",
            "-1",
            "1e5",
            "0.50",
            "0.000001",
            "1.0.0",
            "1000000000000000",
            "12345678901.123456",
            "tru",
            "\"a",
            "{a:1}",
            "{\"é\":1}",
            "nul",
        ] {
            assert_eq!(canonical(json, &All), None, "{json}");
        }
        assert_eq!(canonical(&"[".repeat(100), &All), None);
        assert_eq!(canonical(&format!("{}{}", "[".repeat(40), "]".repeat(40)), &All), None);
    }

    #[test]
    fn what_is_left_out_leaves_no_trace() {
        struct Some_;
        impl Selection for Some_ {
            fn leaves_out(&self, path: &[&str], key: &str) -> bool {
                path == ["a"] && key == "b"
            }
            fn leaves_out_value(&self, path: &[&str], value: &[u8]) -> bool {
                path == ["c"] && value == b"[7]"
            }
        }
        let json = r#"{"c":{"x":[7],"y":7},"b":1,"a":{"d":2,"b":{"b":3}}}"#;
        assert_eq!(canonical(json, &Some_), Some(br#"{"a":{"d":2},"b":1,"c":{"y":7}}"#.to_vec()));
    }

    #[test]
    fn members_and_elements_are_cut_out_as_they_stand() {
        let json = r#"{"a":{"x":"}\"]"},"b":[1,2],"c":null}"#;
        assert_eq!(members(json), Some(vec![("a", r#"{"x":"}\"]"}"#), ("b", "[1,2]"), ("c", "null")]));
        assert_eq!(elements(r#"[{"a":[1]},"x,y",3.5]"#), Some(vec![r#"{"a":[1]}"#, "\"x,y\"", "3.5"]));
        assert_eq!((members("{}"), elements("[]")), (Some(vec![]), Some(vec![])));
        for json in ["", "{", "[1]", "{\"a\":}", "{\"a\":1}x", "{\"a\"}", "{\"a\":]}"] {
            assert_eq!(members(json), None, "{json}");
        }
        for json in ["", "[", "{}", "[,]", "[1]x", "[1}"] {
            assert_eq!(elements(json), None, "{json}");
        }
    }
}
