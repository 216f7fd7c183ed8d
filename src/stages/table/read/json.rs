//! A JSON object a line.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use serde_json::Value;

use super::{ReadCell, ReadError, ReadObject, ReadRow, RowContent, SeeRow, text};

/// Bytes of a line beyond which it is no row of a register.
const MAX_LINE: u64 = 8 << 20;
/// Whole numbers below this are held exactly.
const EXACT: u64 = 1 << 53;

pub(super) fn read(input: impl Read, see: &mut SeeRow<'_>) -> Result<(), ReadError> {
    let mut input = BufReader::new(input);
    let mut names = Names::default();
    let (mut bytes, mut line) = (Vec::new(), 0);
    loop {
        bytes.clear();
        line += 1;
        let read = (&mut input).take(MAX_LINE).read_until(b'\n', &mut bytes);
        if read.map_err(|error| ReadError::Unreadable(error.to_string()))? == 0 {
            return Ok(());
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let content = match std::str::from_utf8(bytes).map(serde_json::from_str) {
            Ok(Ok(Value::Object(object))) => RowContent::Object(names.cells(object)),
            Ok(_) => RowContent::NotJson,
            Err(_) => RowContent::NotUtf8(Vec::new()),
        };
        if see(ReadRow { line, content }).is_break() {
            return Ok(());
        }
    }
}

/// Names of columns, each made once.
#[derive(Default)]
struct Names(HashMap<String, Rc<str>>);

impl Names {
    fn cells(&mut self, object: serde_json::Map<String, Value>) -> ReadObject {
        object.into_iter().map(|(name, value)| (self.name(name), self.cell(value))).collect()
    }

    fn name(&mut self, name: String) -> Rc<str> {
        if let Some(known) = self.0.get(&name) {
            return Rc::clone(known);
        }
        let made: Rc<str> = name.as_str().into();
        self.0.insert(name, Rc::clone(&made));
        made
    }

    fn cell(&mut self, value: Value) -> ReadCell {
        match value {
            Value::Null => ReadCell::Empty,
            Value::Bool(value) => ReadCell::Text(if value { "true".to_owned() } else { "false".to_owned() }),
            // What is too large to be held exactly is taken as it is written.
            Value::Number(number) if number.as_u64().is_some_and(|whole| whole >= EXACT) => ReadCell::Text(number.to_string()),
            Value::Number(number) => ReadCell::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(string) => text(&string),
            Value::Array(values) => self.rows(values),
            Value::Object(object) => ReadCell::Rows(vec![self.cells(object)]),
        }
    }

    /// Objects are rows; plain values are told one after the other.
    fn rows(&mut self, values: Vec<Value>) -> ReadCell {
        if values.is_empty() {
            return ReadCell::Empty;
        }
        let mut rows = Vec::with_capacity(values.len());
        let mut plain = Vec::new();
        for value in values {
            match value {
                Value::Object(object) => rows.push(self.cells(object)),
                Value::String(text) => plain.push(text),
                Value::Number(number) => plain.push(number.to_string()),
                _ => return ReadCell::Wrong,
            }
        }
        match (rows.is_empty(), plain.is_empty()) {
            (false, true) => ReadCell::Rows(rows),
            (true, false) => text(&plain.join(";")),
            _ => ReadCell::Wrong,
        }
    }
}
