//! Pages cut out of a TIFF as they are: their tags and the bytes of their strips, nothing decoded.
//!
//! What a page's directory says of it goes with it: resolution, orientation, colour profile, the camera's
//! data (EXIF, GPS). Directories of other pages and reduced copies stay behind. A page whose strips reach
//! into those of another page is not cut: the cut would show that page too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use memchr::memmem::find_iter;

use super::error::{IntakeError, damaged, unsupported};
use crate::model::failure::cause::{ScanFault, ScanFormat};

/// Tags that lead to reduced copies, to what holds for all pages, or to unused places of the file.
const LEFT_BEHIND: [u16; 4] = [288, 289, 330, 400];
/// Tags that lead to a directory of what the camera or scanner noted: EXIF, GPS, and within EXIF how it
/// is to be understood.
const NOTES: [u16; 3] = [34665, 34853, 40965];
/// Such directories within one another that are gone through.
const NOTES_DEPTH: usize = 2;
/// Tags that say where something begins, with those that say how long it is.
const PLACES: [(u16, u16); 3] = [(273, 279), (324, 325), (513, 514)];
/// Tags that say where tables of the old JPEG begin: of 64 bytes, or of as many as their counts say.
const STEPS: u16 = 519;
const CODES: [u16; 2] = [520, 521];
const CODE_COUNTS: usize = 16;
/// Directories that are looked through.
const DIRECTORIES: usize = 100_000;
/// Entries and numbers that are looked at for where the pictures of a file lie.
const LOOKED_AT: usize = 4_000_000;
/// The tag that leads to directories below one.
const SUB_DIRECTORIES: u16 = 330;
/// Pieces of pages that are held against those of others.
const COMPARED: usize = 200_000_000;

/// What an entry stores, its tag, its kind and how many values it has.
type Stored<'a> = (&'a [u8], u16, u16, u64);

const LONG: u16 = 4;
const LONG8: u16 = 16;
/// Kinds of places of directories.
const DIRECTORY: u16 = 13;
const DIRECTORY8: u16 = 18;

/// Cuts out the directories with these numbers, in this order.
pub(super) fn cut(data: &[u8], wanted: &[usize]) -> Result<Vec<u8>, IntakeError> {
    let form = Form::of(data)?;
    let all = form.directories(data)?;
    let places: Vec<Vec<Range<usize>>> = all.iter().map(|entries| form.places(data, entries)).collect();
    let others: Vec<&Range<usize>> =
        (0..).zip(&places).filter(|(number, _)| !wanted.contains(number)).flat_map(|(_, places)| places).collect();
    let compared = wanted.iter().filter_map(|&number| places.get(number)).map(Vec::len).sum::<usize>();
    if compared.saturating_mul(others.len()) > COMPARED {
        return Err(unsupported(ScanFault::TooManyPieces));
    }
    let mut writer = Writer::new(form);
    for number in wanted {
        let (Some(entries), Some(own)) = (all.get(*number), places.get(*number)) else {
            return Err(damaged(ScanFault::PageAbsent));
        };
        let shows_another =
            |own: &Range<usize>| others.iter().any(|other| *other != own && own.start < other.end && other.start < own.end);
        if own.iter().any(shows_another) {
            return Err(unsupported(ScanFault::PagesShareBytes));
        }
        writer.page(data, entries, own)?;
    }
    Ok(writer.file)
}

/// Where in the file its headers and its pictures lie, as far as its directories tell; none where the first of these
/// cannot be read. Unlike what is cut, a picture may say where it begins and not how long it is.
pub(super) fn places(data: &[u8]) -> Option<Vec<Range<usize>>> {
    let form = Form::of(data).ok()?;
    let mut survey = Survey { data, form, left: LOOKED_AT, places: Vec::new() };
    let mut next = form.at(data, if form.wide { 8 } else { 4 }, form.width()).ok()?;
    let mut directories = BTreeSet::new();
    while next != 0 && survey.left > 0 && directories.len() < DIRECTORIES {
        let Some((below, end)) = survey.directory(next) else { break };
        for at in below {
            // Copies and other views of the page.
            survey.directory(at);
        }
        if !directories.insert(next) {
            break;
        }
        next = form.at(data, end, form.width()).unwrap_or(0);
    }
    survey.places.extend(form.headers(data, &directories));
    (!directories.is_empty()).then(|| joined(survey.places))
}

/// The ranges in their order, those that overlap or follow one another as one.
pub(super) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// What is looked through for the places of pictures, without the values that tell none: directories may all lead to
/// the same large ones.
struct Survey<'d> {
    data: &'d [u8],
    form: Form,
    /// How many more entries and numbers are looked at.
    left: usize,
    places: Vec<Range<usize>>,
}

impl Survey<'_> {
    /// Takes in a directory, and gives those below it and where its entries end. An entry that cannot be read is no
    /// reason to leave the others.
    fn directory(&mut self, at: u64) -> Option<(Vec<u64>, usize)> {
        let (data, form) = (self.data, self.form);
        let (entries, end, size) = form.entries(data, usize::try_from(at).ok()?).ok()?;
        let mut lists: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
        for at in (entries..end).step_by(size) {
            self.left = self.left.checked_sub(1)?;
            let Ok(tag) = form.at(data, at, 2) else { break };
            let tag = tag as u16;
            if !is_place(tag) && tag != SUB_DIRECTORIES {
                continue;
            }
            let Ok(Some((value, _, kind, _))) = form.value(data, at) else { continue };
            let size = width_of(kind);
            let numbers = value.chunks_exact(size).take(self.left).filter_map(|bytes| form.number(Some(bytes)));
            let list = lists.entry(tag).or_default();
            let before = list.len();
            list.extend(numbers);
            self.left -= list.len() - before;
        }
        let list = |tag: u16| lists.get(&tag).map(Vec::as_slice).unwrap_or_default();
        add_places(data, list, 1, &mut self.places);
        Some((list(SUB_DIRECTORIES).to_vec(), end))
    }
}

/// Whether a tag says where something of a picture begins, or how long it is.
fn is_place(tag: u16) -> bool {
    PLACES.iter().any(|&(starts, lengths)| tag == starts || tag == lengths) || tag == STEPS || CODES.contains(&tag)
}

/// An entry of a directory: its values as they are stored.
#[derive(Clone)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    value: Vec<u8>,
}

/// How the numbers of a file are written.
#[derive(Clone, Copy)]
struct Form {
    big_endian: bool,
    /// Whether places have 8 bytes (BigTIFF).
    wide: bool,
}

impl Form {
    fn of(data: &[u8]) -> Result<Self, IntakeError> {
        let big_endian = match data.get(..2) {
            Some(b"II") => false,
            Some(b"MM") => true,
            _ => return Err(damaged(ScanFault::NotOfFormat { format: ScanFormat::Tiff })),
        };
        let mut form = Self { big_endian, wide: false };
        form.wide = form.number(data.get(2..4)) == Some(43);
        Ok(form)
    }

    /// A number of 1, 2, 4 or 8 bytes.
    fn number(self, bytes: Option<&[u8]>) -> Option<u64> {
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let bytes = bytes?;
        Some(if self.big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }

    fn at(self, data: &[u8], at: usize, length: usize) -> Result<u64, IntakeError> {
        self.number(at.checked_add(length).and_then(|end| data.get(at..end)))
            .ok_or_else(|| damaged(ScanFault::CutShort { format: ScanFormat::Tiff }))
    }

    fn bytes(self, number: u64, length: usize) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        let mut bytes = bytes.get(bytes.len() - length..).unwrap_or_default().to_vec();
        if !self.big_endian {
            bytes.reverse();
        }
        bytes
    }

    /// Bytes of a place in the file.
    fn width(self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    fn directories(self, data: &[u8]) -> Result<Vec<Vec<Entry>>, IntakeError> {
        let first = if self.wide { 8 } else { 4 };
        let mut next = self.at(data, first, self.width())?;
        let mut found = Vec::new();
        while next != 0 {
            if found.len() == DIRECTORIES {
                return Err(damaged(ScanFault::PagesInCircle));
            }
            let at = usize::try_from(next).map_err(|_| damaged(ScanFault::CutShort { format: ScanFormat::Tiff }))?;
            let (entries, end) = self.directory(data, at)?;
            found.push(entries);
            next = self.at(data, end, self.width())?;
        }
        Ok(found)
    }

    /// Where the entries of the directory at a place begin and end, and how long each is.
    fn entries(self, data: &[u8], at: usize) -> Result<(usize, usize, usize), IntakeError> {
        let (count_width, entry) = if self.wide { (8, 20) } else { (2, 12) };
        let count = self.at(data, at, count_width)? as usize;
        let begin = at + count_width;
        let end = count.checked_mul(entry).and_then(|length| begin.checked_add(length)).filter(|end| *end <= data.len());
        Ok((begin, end.ok_or_else(|| damaged(ScanFault::CutShort { format: ScanFormat::Tiff }))?, entry))
    }

    /// The entries of the directory at a place, and where they end.
    fn directory(self, data: &[u8], at: usize) -> Result<(Vec<Entry>, usize), IntakeError> {
        let (begin, end, entry) = self.entries(data, at)?;
        let entries = (begin..end).step_by(entry).map(|at| self.entry(data, at));
        Ok((entries.filter_map(Result::transpose).collect::<Result<_, _>>()?, end))
    }

    /// The entry at a place; none of a kind that nobody knows the size of.
    fn entry(self, data: &[u8], at: usize) -> Result<Option<Entry>, IntakeError> {
        let value = self.value(data, at)?;
        Ok(value.map(|(value, tag, kind, count)| Entry { tag, kind, count, value: value.to_vec() }))
    }

    /// What an entry stores, its tag, its kind and how many values it has.
    fn value(self, data: &[u8], at: usize) -> Result<Option<Stored<'_>>, IntakeError> {
        let (tag, kind) = (self.at(data, at, 2)? as u16, self.at(data, at + 2, 2)? as u16);
        let count = self.at(data, at + 4, self.width())?;
        let size: usize = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => return Ok(None),
        };
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(size));
        let length = length.ok_or_else(|| damaged(ScanFault::CutShort { format: ScanFormat::Tiff }))?;
        let inline = at + 4 + self.width();
        let start = if length <= self.width() { inline } else { self.at(data, inline, self.width())? as usize };
        let value = start.checked_add(length).and_then(|end| data.get(start..end));
        let value = value.ok_or_else(|| damaged(ScanFault::CutShort { format: ScanFormat::Tiff }))?;
        Ok(Some((value, tag, kind, count)))
    }

    fn numbers(self, entry: &Entry) -> Vec<u64> {
        entry.value.chunks_exact(width_of(entry.kind)).filter_map(|bytes| self.number(Some(bytes))).collect()
    }

    /// The headers that lead to one of these directories. Pillow writes each page as a file, counts its places anew,
    /// and leaves its header where it was.
    fn headers(self, data: &[u8], directories: &BTreeSet<u64>) -> Vec<Range<usize>> {
        let Some(beginning) = data.get(..4) else { return Vec::new() };
        let link = if self.wide { 8 } else { 4 };
        let header = |from: usize| {
            let first = self.at(data, from.checked_add(link)?, self.width()).ok()?.checked_add(from as u64)?;
            directories.contains(&first).then_some(from..from + link + self.width())
        };
        find_iter(data, beginning).filter_map(header).collect()
    }

    /// Where in the file the picture of a directory lies: strips, tiles, the JPEG of the old kind and its
    /// tables, those that overlap or follow one another joined.
    fn places(self, data: &[u8], entries: &[Entry]) -> Vec<Range<usize>> {
        let lists: BTreeMap<u16, Vec<u64>> =
            entries.iter().rev().filter(|entry| is_place(entry.tag)).map(|entry| (entry.tag, self.numbers(entry))).collect();
        let mut places = Vec::new();
        add_places(data, |tag| lists.get(&tag).map(Vec::as_slice).unwrap_or_default(), 0, &mut places);
        joined(places)
    }
}

/// Adds what the numbers of a directory's tags say of places. What is told no length has the least.
fn add_places<'l>(data: &[u8], list: impl Fn(u16) -> &'l [u64], least: u64, places: &mut Vec<Range<usize>>) {
    let mut add = |start: u64, length: u64| {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(data.len());
        if start < end {
            places.push(start..end);
        }
    };
    for (starts, lengths) in PLACES {
        let lengths = list(lengths).iter().copied().chain(std::iter::repeat(0));
        for (&start, length) in list(starts).iter().zip(lengths) {
            add(start, length.max(least));
        }
    }
    for &start in list(STEPS) {
        add(start, 64);
    }
    for &start in CODES.into_iter().flat_map(&list) {
        let at = usize::try_from(start).unwrap_or(usize::MAX);
        let counts = at.checked_add(CODE_COUNTS).and_then(|end| data.get(at..end));
        let codes: u64 = counts.unwrap_or_default().iter().map(|&count| u64::from(count)).sum();
        add(start, CODE_COUNTS as u64 + codes);
    }
}

/// Bytes of a number of this kind.
fn width_of(kind: u16) -> usize {
    match kind {
        3 => 2,
        LONG | DIRECTORY => 4,
        LONG8 | DIRECTORY8 => 8,
        _ => 1,
    }
}

struct Writer {
    form: Form,
    file: Vec<u8>,
    /// Where the place of the next directory is to be written.
    link: usize,
}

impl Writer {
    fn new(form: Form) -> Self {
        let mut file = if form.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        if form.wide {
            file.extend([form.bytes(43, 2), form.bytes(8, 2), form.bytes(0, 2)].concat());
        } else {
            file.extend(form.bytes(42, 2));
        }
        let link = file.len();
        file.extend(form.bytes(0, form.width()));
        Self { form, file, link }
    }

    fn page(&mut self, data: &[u8], entries: &[Entry], places: &[Range<usize>]) -> Result<(), IntakeError> {
        let mut moved = BTreeMap::new();
        for place in places {
            self.align();
            moved.insert(place.start, (place.end, self.file.len()));
            self.file.extend_from_slice(data.get(place.clone()).unwrap_or_default());
        }
        // A place that nothing lies at, such as that of an empty strip, becomes 0.
        let new_place = |old: u64| {
            let old = usize::try_from(old).ok()?;
            let (start, (end, new)) = moved.range(..=old).next_back()?;
            (old < *end).then(|| (new + (old - start)) as u64)
        };
        let form = self.form;
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries.iter().filter(|entry| !LEFT_BEHIND.contains(&entry.tag)) {
            let says_where =
                PLACES.iter().any(|(starts, _)| *starts == entry.tag) || entry.tag == STEPS || CODES.contains(&entry.tag);
            if NOTES.contains(&entry.tag) {
                kept.extend(self.notes(data, entry, NOTES_DEPTH)?);
            } else if says_where {
                let kind = if form.wide { LONG8 } else { LONG };
                let places = form.numbers(entry).into_iter().map(|old| form.bytes(new_place(old).unwrap_or(0), form.width()));
                kept.push(Entry { tag: entry.tag, kind, count: entry.count, value: places.collect::<Vec<_>>().concat() });
            } else {
                kept.push(entry.clone());
            }
        }
        let directory = self.directory(kept)?;
        let directory = form.bytes(directory, form.width());
        if let Some(link) = self.file.get_mut(self.link..self.link + form.width()) {
            link.copy_from_slice(&directory);
        }
        self.link = self.file.len() - form.width();
        Ok(())
    }

    /// Copies the directory of notes that `entry` leads to, and gives the entry that leads to the copy. One
    /// that cannot be read is left behind: no decoder looks at it.
    fn notes(&mut self, data: &[u8], entry: &Entry, depth: usize) -> Result<Option<Entry>, IntakeError> {
        let form = self.form;
        let at = form.numbers(entry).first().and_then(|at| usize::try_from(*at).ok()).filter(|_| depth > 0);
        let Some(Ok((entries, _))) = at.map(|at| form.directory(data, at)) else { return Ok(None) };
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            if NOTES.contains(&entry.tag) {
                kept.extend(self.notes(data, &entry, depth - 1)?);
            } else if entry.kind != DIRECTORY && entry.kind != DIRECTORY8 && !PLACES.iter().any(|(start, _)| *start == entry.tag)
            {
                kept.push(entry);
            }
        }
        let place = self.directory(kept)?;
        let kind = if form.wide { LONG8 } else { LONG };
        Ok(Some(Entry { tag: entry.tag, kind, count: 1, value: form.bytes(place, form.width()) }))
    }

    /// Writes a directory that leads to no other, and gives its place.
    fn directory(&mut self, entries: Vec<Entry>) -> Result<u64, IntakeError> {
        let form = self.form;
        let mut written = Vec::with_capacity(entries.len());
        for Entry { tag, kind, count, value } in entries {
            let inline = if value.len() <= form.width() {
                let mut inline = value;
                inline.resize(form.width(), 0);
                inline
            } else {
                self.align();
                let place = self.file.len() as u64;
                self.file.extend_from_slice(&value);
                form.bytes(place, form.width())
            };
            let count = form.bytes(count, form.width());
            written.push([form.bytes(tag.into(), 2), form.bytes(kind.into(), 2), count, inline].concat());
        }
        self.align();
        let directory = self.file.len() as u64;
        if !form.wide && u32::try_from(directory).is_err() {
            return Err(unsupported(ScanFault::TiffOver4Gib));
        }
        self.file.extend(form.bytes(written.len() as u64, if form.wide { 8 } else { 2 }));
        self.file.extend(written.concat());
        self.file.extend(form.bytes(0, form.width()));
        Ok(directory)
    }

    /// Directories and values begin at even places.
    fn align(&mut self) {
        if self.file.len() % 2 == 1 {
            self.file.push(0);
        }
    }
}
