//! Forms with files (RFC 7578), a piece at a time: what browsers send where there is no script. Nothing of a file
//! is kept here but what may be the beginning of the line behind it.

use thiserror::Error;

/// Most bytes of the lines before a part.
const HEAD: usize = 8 * 1024;
/// Longest boundary, as the standard has it.
const LONGEST: usize = 70;

/// That what comes is no form with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no form with files")]
pub(super) struct NoForm;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A part begins: its field, and what its file is called if it is one.
    Begin(String, Option<String>),
    /// Bytes of it.
    Bytes(Vec<u8>),
    /// It is whole.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// What stands before the first part.
    Preamble,
    /// Behind a boundary: another part, or the end.
    Behind,
    Head,
    Body,
    /// What stands behind the last part.
    Over,
}

/// A form that is read.
#[derive(Debug)]
pub(super) struct Parts {
    /// The line that parts the parts, with the line break before it.
    boundary: Vec<u8>,
    held: Vec<u8>,
    within: Within,
}

impl Parts {
    /// A form with this content type.
    ///
    /// # Errors
    /// If it is none.
    pub(super) fn of(kind: &str) -> Result<Self, NoForm> {
        let (kind, parameters) = kind.split_once(';').ok_or(NoForm)?;
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(NoForm);
        }
        let value = |parameter: &str| {
            let (name, value) = parameter.trim().split_once('=')?;
            name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"').to_owned())
        };
        let boundary = parameters.split(';').find_map(value).filter(|found| (1..=LONGEST).contains(&found.len()));
        let boundary = format!("\r\n--{}", boundary.ok_or(NoForm)?).into_bytes();
        // The first one has no line before it.
        Ok(Self { boundary, held: b"\r\n".to_vec(), within: Within::Preamble })
    }

    /// Whether the end was there.
    pub(super) fn is_over(&self) -> bool {
        self.within == Within::Over
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// If they cannot be those of a form.
    pub(super) fn take(&mut self, piece: &[u8]) -> Result<Vec<Event>, NoForm> {
        self.held.extend_from_slice(piece);
        let mut events = Vec::new();
        while self.step(&mut events)? {}
        Ok(events)
    }

    /// Goes on by as much as is known; whether it can go on at once.
    fn step(&mut self, events: &mut Vec<Event>) -> Result<bool, NoForm> {
        match self.within {
            Within::Preamble | Within::Body => {
                let is_body = self.within == Within::Body;
                let found = memchr::memmem::find(&self.held, &self.boundary);
                // What is not the boundary for certain.
                let sure = found.unwrap_or_else(|| self.held.len().saturating_sub(self.boundary.len().saturating_sub(1)));
                let bytes: Vec<u8> = self.held.drain(..sure).collect();
                if is_body && !bytes.is_empty() {
                    events.push(Event::Bytes(bytes));
                }
                if found.is_none() {
                    return Ok(false);
                }
                if is_body {
                    events.push(Event::End);
                }
                drop(self.held.drain(..self.boundary.len()));
                self.within = Within::Behind;
                Ok(true)
            }
            Within::Behind => {
                let Some(two) = self.held.get(..2) else { return Ok(false) };
                self.within = match two {
                    b"--" => Within::Over,
                    b"\r\n" => Within::Head,
                    _ => return Err(NoForm),
                };
                Ok(true)
            }
            Within::Head => {
                let Some(end) = memchr::memmem::find(&self.held, b"\r\n\r\n") else {
                    return if self.held.len() > HEAD { Err(NoForm) } else { Ok(false) };
                };
                let head: Vec<u8> = self.held.drain(..end + 4).collect();
                events.push(begin(&head)?);
                self.within = Within::Body;
                Ok(true)
            }
            Within::Over => {
                self.held.clear();
                Ok(false)
            }
        }
    }
}

/// What the lines before a part say of it.
fn begin(head: &[u8]) -> Result<Event, NoForm> {
    let head = std::str::from_utf8(head).map_err(|_| NoForm)?;
    let told = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let told = told.ok_or(NoForm)?;
    let name = parameter(told, "name").ok_or(NoForm)?;
    Ok(Event::Begin(name, parameter(told, "filename")))
}

/// A value in quotation marks. Browsers write a quotation mark in it as `%22`, and line breaks so too.
fn parameter(told: &str, name: &str) -> Option<String> {
    let mut rest = told;
    while let Some(at) = rest.find(&format!("{name}=\"")) {
        let (before, from) = rest.split_at(at);
        let value = from.get(name.len() + 2..)?;
        if before.ends_with([' ', ';', '\t']) {
            return Some(value.split('"').next().unwrap_or_default().replace("%22", "\"").replace("%0D", "").replace("%0A", ""));
        }
        rest = value;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----X1";
    const FORM: &str = "------X1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
        ------X1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Đơn %22x%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\
        %PDF\r\n------X\r\n--\r\n\r\n------X1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n------X1--\r\nrest";

    type Read = Vec<(String, Option<String>, Vec<u8>)>;

    /// What a form says, fed in pieces of so many bytes, and whether its end was there.
    fn read(form: &[u8], size: usize) -> Result<(Read, bool), NoForm> {
        let mut parts = Parts::of(KIND).unwrap();
        let (mut read, mut open) = (Vec::new(), None);
        for piece in form.chunks(size) {
            for event in parts.take(piece)? {
                match event {
                    Event::Begin(name, file) => open = Some((name, file, Vec::new())),
                    Event::Bytes(bytes) => open.as_mut().unwrap().2.extend(bytes),
                    Event::End => read.push(open.take().unwrap()),
                }
            }
        }
        Ok((read, parts.is_over()))
    }

    #[test]
    fn a_form_says_the_same_however_it_is_cut_into_pieces() {
        for size in [1, 2, 3, 7, 64, 10_000] {
            let (read, is_over) = read(FORM.as_bytes(), size).unwrap();
            assert!(is_over, "{size}");
            let expected = [
                ("csrf".to_owned(), None, b"abc".to_vec()),
                ("file".to_owned(), Some("Đơn \"x\".pdf".to_owned()), b"%PDF\r\n------X\r\n--\r\n".to_vec()),
                ("file".to_owned(), Some(String::new()), Vec::new()),
            ];
            assert_eq!(read, expected, "{size}");
        }
    }

    #[test]
    fn what_is_no_form_or_has_no_end_is_told() {
        for kind in ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a"] {
            assert!(Parts::of(kind).is_err(), "{kind}");
        }
        assert!(Parts::of(&format!("multipart/form-data; boundary={}", "a".repeat(71))).is_err());
        assert!(Parts::of("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").is_ok());
        for wrong in [
            "------X1\r\n\r\nabc\r\n------X1--",
            "------X1\r\nContent-Disposition: form-data\r\n\r\nabc",
            "------X1\r\nContent-Disposition: form-data; filename=\"name=\"\r\n\r\nabc",
            "------X1xx\r\n",
            &format!("------X1\r\n{}", "a: b\r\n".repeat(2000)),
        ] {
            assert_eq!(read(wrong.as_bytes(), 10), Err(NoForm), "{wrong:.40}");
        }
        let half = FORM.split_at(FORM.len() - 20).0;
        assert!(!read(half.as_bytes(), 10).unwrap().1, "cut off");
        assert_eq!(read(b"nothing", 3).unwrap(), (Vec::new(), false));
    }
}
