//! What a file says, row by row, laid down before any of it is put into the catalog.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use time::UtcOffset;

use super::bad::Bad;
use super::config::{RegisterConfig, RowsOf};
use super::layout::{Matched, find, unknown};
use super::mapping;
use super::order::ImportOrder;
use super::targets::field_of;
use crate::model::failure::cause::RegisterFault;
use crate::model::register::{RegisterList, RegisterRow};
use crate::stages::table::read::{ReadCell, ReadFormat, ReadRow, RowContent};

/// Rows above the titles of the columns: names of tables, logos, dates.
const ROWS_BEFORE_TITLES: usize = 20;
/// Lines of JSON that are no object, after which nothing more is looked for.
const LINES_BEFORE_OBJECTS: usize = 1000;
/// Lines of a cell beyond which a quotation mark is missing.
const LINES_OF_CELL: usize = 50;

/// Why no more rows are taken.
pub(super) enum Stopped {
    Spool(io::Error),
    Layout(RegisterFault),
}

/// What a file says, before it is put into the catalog.
pub(super) struct Gathered {
    pub list: RegisterList,
    pub layout: String,
    /// What its columns tell of.
    pub told: BTreeSet<String>,
    pub ignored: Vec<String>,
    pub rows: u64,
    pub repeated: u64,
    /// Keys of rows that cannot be taken, and the line that is to blame.
    pub refused: HashMap<u128, u64>,
    pub bad: Bad,
}

/// Rows as they are read.
pub(super) struct Gathering<'a> {
    config: &'a RegisterConfig,
    order: &'a ImportOrder,
    format: ReadFormat,
    offset: UtcOffset,
    spool: BufWriter<&'a File>,
    matched: Option<Matched<'a>>,
    /// Rows of JSON that wait until it is known what the first ones together tell of.
    waiting: Vec<ReadRow>,
    /// Columns that have a title.
    columns: usize,
    is_not_utf8: bool,
    stopped: Option<Stopped>,
    /// What stood where titles were looked for.
    untitled: usize,
    first_titles: Vec<String>,
    rows: u64,
    repeated: u64,
    /// The row before, which the next one may go on with.
    held: Option<(u64, RegisterRow)>,
    /// For each key its line, and what the row says.
    seen: HashMap<u128, (u64, u128)>,
    refused: HashMap<u128, u64>,
    /// The line before, if it may have been of the same dossier and cannot be taken.
    lost: Option<u64>,
    bad: Bad,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        config: &'a RegisterConfig,
        order: &'a ImportOrder,
        format: ReadFormat,
        offset: UtcOffset,
        spool: &'a File,
    ) -> Self {
        Self {
            config,
            order,
            format,
            offset,
            spool: BufWriter::new(spool),
            matched: None,
            waiting: Vec::new(),
            columns: 0,
            is_not_utf8: false,
            lost: None,
            stopped: None,
            untitled: 0,
            first_titles: Vec::new(),
            rows: 0,
            repeated: 0,
            held: None,
            seen: HashMap::new(),
            refused: HashMap::new(),
            bad: Bad::default(),
        }
    }

    pub(super) fn see(&mut self, row: ReadRow) -> ControlFlow<()> {
        if matches!(&row.content, RowContent::Cells(cells) if cells.iter().all(|cell| *cell == ReadCell::Empty)) {
            return ControlFlow::Continue(());
        }
        match (&self.matched, self.format) {
            (Some(_), _) => self.take_or_stop(&row),
            (None, ReadFormat::JsonLines) => {
                self.waiting.push(row);
                let objects = self.waiting.iter().filter(|row| matches!(row.content, RowContent::Object(_))).count();
                if objects < ROWS_BEFORE_TITLES && self.waiting.len() < LINES_BEFORE_OBJECTS {
                    return ControlFlow::Continue(());
                }
                self.take_waiting()
            }
            (None, ReadFormat::Csv | ReadFormat::Xlsx) => self.look_for_titles(&row),
        }
    }

    fn stop(&mut self, why: Stopped) -> ControlFlow<()> {
        self.stopped = Some(why);
        ControlFlow::Break(())
    }

    /// Takes the first rows of JSON, once it is known what they together tell of.
    fn take_waiting(&mut self) -> ControlFlow<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut names: Vec<&str> = Vec::new();
        for row in &waiting {
            match &row.content {
                RowContent::Object(object) => {
                    let new: Vec<&str> = object.iter().map(|(name, _)| &**name).filter(|name| !names.contains(name)).collect();
                    names.extend(new);
                }
                RowContent::NotUtf8(_) => self.is_not_utf8 = true,
                _ => {}
            }
        }
        match find(self.config, (self.order.list, self.order.layout.as_deref()), &names) {
            Ok(matched) => self.matched = Some(matched),
            Err(_) if names.is_empty() && self.is_not_utf8 => return self.stop(Stopped::Layout(RegisterFault::FileNotUtf8)),
            Err(fault) => return self.stop(Stopped::Layout(fault)),
        }
        waiting.iter().try_for_each(|row| self.take_or_stop(row))
    }

    fn look_for_titles(&mut self, row: &ReadRow) -> ControlFlow<()> {
        let titles: Vec<&str> = match &row.content {
            RowContent::Cells(cells) => cells.iter().map(title).collect(),
            RowContent::NotUtf8(_) => {
                self.is_not_utf8 = true;
                self.bad.add(row.line, None, RegisterFault::NotUtf8);
                Vec::new()
            }
            RowContent::NotClosed(_) | RowContent::Object(_) | RowContent::NotJson => Vec::new(),
        };
        match find(self.config, (self.order.list, self.order.layout.as_deref()), &titles) {
            Ok(matched) => {
                self.columns = titles.iter().rposition(|title| !title.is_empty()).map_or(0, |last| last + 1);
                self.matched = Some(matched);
                ControlFlow::Continue(())
            }
            Err(RegisterFault::LayoutUnknown { .. } | RegisterFault::TitlesUnknown { .. }) => {
                self.untitled += 1;
                if titles.len() > self.first_titles.len() {
                    self.first_titles = titles.into_iter().map(str::to_owned).collect();
                }
                if self.untitled < ROWS_BEFORE_TITLES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
            Err(unclear) => self.stop(Stopped::Layout(unclear)),
        }
    }

    fn take_or_stop(&mut self, row: &ReadRow) -> ControlFlow<()> {
        match self.take(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => self.stop(Stopped::Spool(error)),
        }
    }

    fn take(&mut self, row: &ReadRow) -> io::Result<()> {
        let misshapen = self.misshapen(row);
        let Some(matched) = &mut self.matched else { return Ok(()) };
        self.rows += 1;
        let line = row.line;
        let offset = self.offset;
        if let Some(fault) = misshapen {
            let key = match &row.content {
                RowContent::Cells(read) | RowContent::NotUtf8(read) | RowContent::NotClosed(read) => {
                    key_cell(&matched.cells(read))
                }
                RowContent::Object(_) | RowContent::NotJson => None,
            };
            // Rows may be run together with others of other dossiers.
            let is_one_row = fault == RegisterFault::NotUtf8 && key.is_some();
            self.refuse(line, key, (None, fault));
            if !is_one_row {
                self.refuse_neighbours(line);
            }
            return Ok(());
        }
        let made = match &row.content {
            RowContent::Cells(read) => {
                let cells = matched.cells(read);
                mapping::row(matched, &cells, offset).map_err(|fault| (fault, key_cell(&cells)))
            }
            RowContent::Object(object) => {
                matched.learn(object);
                let cells = matched.named_cells(object);
                mapping::row(matched, &cells, offset).map_err(|fault| (fault, key_cell(&cells)))
            }
            // These have a fault of their own.
            RowContent::NotUtf8(_) | RowContent::NotClosed(_) | RowContent::NotJson => return Ok(()),
        };
        match made {
            Ok(made) => {
                if let Some(lost) = self.lost.take() {
                    self.refused.entry(key_of(&made.key())).or_insert(lost);
                }
                self.hold(line, made)
            }
            Err((fault, key)) => {
                let has_key = key.is_some();
                self.refuse(line, key, (Some(fault.column), fault.reason));
                if !has_key {
                    self.refuse_neighbours(line);
                }
                Ok(())
            }
        }
    }

    /// What is wrong with a row before its cells are understood.
    fn misshapen(&self, row: &ReadRow) -> Option<RegisterFault> {
        let cells = match &row.content {
            RowContent::NotUtf8(_) => return Some(RegisterFault::NotUtf8),
            RowContent::NotJson => return Some(RegisterFault::NotAnObject),
            RowContent::NotClosed(_) => return Some(RegisterFault::CellsNotClosed),
            RowContent::Object(_) => return None,
            RowContent::Cells(cells) => cells,
        };
        let filled = cells.iter().rposition(|cell| *cell != ReadCell::Empty).map_or(0, |last| last + 1);
        if self.format == ReadFormat::Csv && (cells.len() < self.columns || filled > self.columns) {
            let cells = if filled > self.columns { filled } else { cells.len() };
            return Some(RegisterFault::CellCount { cells: cells as u64, columns: self.columns as u64 });
        }
        let is_long = |cell: &ReadCell| matches!(cell, ReadCell::Text(text) if text.matches('\n').count() >= LINES_OF_CELL);
        cells.iter().any(is_long).then_some(RegisterFault::CellLines { limit: LINES_OF_CELL as u64 })
    }

    fn refuse(&mut self, line: u64, key: Option<String>, (column, fault): (Option<String>, RegisterFault)) {
        if let Some(key) = key {
            self.refused.insert(key_of(&key), line);
            self.lost = None;
        }
        self.bad.add(line, column, fault);
    }

    /// Of a dossier that has several rows, one may be lost here: neither the one before nor the one behind is
    /// known to be whole.
    fn refuse_neighbours(&mut self, line: u64) {
        if self.matched.as_ref().is_some_and(|matched| matched.layout.rows == RowsOf::Papers) {
            if let Some((_, held)) = &self.held {
                self.refused.entry(key_of(&held.key())).or_insert(line);
            }
            self.lost = Some(line);
        }
    }

    /// Keeps a row until it is known whether the next one goes on with it.
    fn hold(&mut self, line: u64, row: RegisterRow) -> io::Result<()> {
        let of_papers = self.matched.as_ref().is_some_and(|matched| matched.layout.rows == RowsOf::Papers);
        if let (true, Some((_, RegisterRow::Dossier(held))), RegisterRow::Dossier(next)) = (of_papers, &mut self.held, &row)
            && held.code == next.code
            && held.is_same_dossier(next)
        {
            for result in &next.results {
                if held.results.contains(result) {
                    self.repeated += 1;
                } else {
                    held.results.push(result.clone());
                }
            }
            held.components.extend(next.components.iter().cloned());
            return Ok(());
        }
        let before = self.held.replace((line, row));
        before.map_or(Ok(()), |(line, row)| self.lay_down(line, &row))
    }

    fn lay_down(&mut self, line: u64, row: &RegisterRow) -> io::Result<()> {
        let content = row.content().map_err(io::Error::other)?;
        let (key, said) = (key_of(&row.key()), key_of(&content));
        match self.seen.get(&key) {
            Some((_, known)) if *known == said => self.repeated += 1,
            Some((first, _)) => {
                self.bad.add(line, None, RegisterFault::SameCode { line: *first });
                self.refused.entry(key).or_insert(line);
            }
            None => {
                self.seen.insert(key, (line, said));
                writeln!(self.spool, "{line} {content}")?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Gathered, Stopped> {
        if self.matched.is_none() && !self.waiting.is_empty() {
            let _ = self.take_waiting();
        }
        if let Some(stopped) = self.stopped.take() {
            return Err(stopped);
        }
        if let Some((line, row)) = self.held.take() {
            self.lay_down(line, &row).map_err(Stopped::Spool)?;
        }
        self.spool.flush().map_err(Stopped::Spool)?;
        let Some(matched) = self.matched else {
            let titles: Vec<&str> = self.first_titles.iter().map(String::as_str).collect();
            let fault = if self.is_not_utf8 { RegisterFault::FileNotUtf8 } else { unknown(&titles) };
            return Err(Stopped::Layout(fault));
        };
        let list = matched.layout.list;
        Ok(Gathered {
            list,
            layout: matched.layout.name.clone(),
            told: matched.told().iter().map(|target| field_of(list, target).to_owned()).collect(),
            ignored: matched.ignored.clone(),
            rows: self.rows,
            repeated: self.repeated,
            refused: self.refused,
            bad: self.bad,
        })
    }
}

fn title(cell: &ReadCell) -> &str {
    match cell {
        ReadCell::Text(text) => text,
        _ => "",
    }
}

/// The key of a row that has a fault, where that can be told.
fn key_cell(cells: &super::cells::Cells<'_>) -> Option<String> {
    ["code", "dossier"].into_iter().find_map(|target| cells.text(target).ok().flatten())
}

/// Keys are many and compared only: a part of their hash will do.
pub(super) fn key_of(key: &str) -> u128 {
    let bytes = *blake3::hash(key.as_bytes()).as_bytes();
    u128::from_le_bytes(*bytes.first_chunk().unwrap_or(&[0; 16]))
}
