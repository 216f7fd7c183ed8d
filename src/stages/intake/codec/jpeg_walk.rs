//! Proves that a JPEG is whole: every block of every scan is decoded as far as its bits.
//!
//! Decoders fill what is missing with grey and go on after what they cannot make sense of. An
//! archive must not: half a page would be kept for a whole one. So this walk allows what writers
//! do (padding, fill bytes, a height that is told later) and nothing else: all codes are in their
//! tables, no block runs over, restart markers come in their order, data end where the image ends, and
//! a progressive image was refined to its last bit.

use std::rc::Rc;

use super::jpeg_bits::{BLOCK_ENDS, Bits, ENDS_EARLY, Fault, Table};
use super::jpeg_frame::{Component, Frame, Scan};
use crate::model::failure::cause::{ScanFault, ScanFormat};

const CUT: Fault = ScanFault::CutShort { format: ScanFormat::Jpeg };
const NO_TABLE: Fault = ScanFault::NoTable;
const SCAN: Fault = ScanFault::ScanFitsNoFrame;
const OVER: Fault = ScanFault::BlockRunsOver;
const RESTARTS: Fault = ScanFault::RestartsOutOfOrder;
const UNREFINED: Fault = ScanFault::PartNeverCoded;

/// Sizes of coded values in images of 8 bits.
const LARGEST_SIZE: u8 = 11;
/// A mean level farther from the middle is in no image of 8 bits: 8 × 128 is, with room for what
/// rounding and sharpening do.
const FARTHEST_LEVEL: i64 = 2048;
/// A height of 0 or this without a word on it later is not known.
pub(in crate::stages::intake) const UNTOLD_HEIGHT: u32 = u16::MAX as u32;

/// What the walk found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::stages::intake) struct Walked {
    /// Lines of the image.
    pub(in crate::stages::intake) height: u32,
    /// Whether the components were coded one after the other, which not every decoder can read.
    pub(in crate::stages::intake) one_by_one: bool,
}

/// Walks a JPEG from its start marker to its end marker. What `height` the frame has may be known from
/// elsewhere; otherwise it is that of the header.
pub(in crate::stages::intake) fn walk(data: &[u8], height: Option<u32>) -> Result<Walked, Fault> {
    let mut walk = Walk { height, ..Walk::default() };
    let mut at = 2;
    loop {
        // Stray bytes before a marker are passed, as every decoder does.
        while !matches!(data.get(at..at + 2), Some([0xFF, code]) if !matches!(code, 0 | 0xFF)) {
            if at + 2 > data.len() {
                return Err(CUT);
            }
            // Behind coded data they are data.
            if walk.scanned && !matches!(data.get(at), Some(0 | 0xFF)) {
                return Err(OVER);
            }
            at += 1;
        }
        let code = *data.get(at + 1).ok_or(CUT)?;
        at += 2;
        if matches!(code, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        if code == 0xD9 {
            return walk.end();
        }
        let length = match data.get(at..at + 2) {
            Some([high, low]) => usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Err(CUT),
        };
        let body = data.get(at + 2..at + length).ok_or(CUT)?;
        at += length;
        match code {
            0xC4 => walk.huffman(body)?,
            0xDB => walk.quantisation(body).ok_or(NO_TABLE)?,
            0xC0..=0xC2 => walk.frame(Frame::read(code, body).ok_or(SCAN)?),
            0xDD => walk.interval = body.first_chunk().map_or(0, |pair| u16::from_be_bytes(*pair).into()),
            0xDA => at = walk.scan(data, at, body)?,
            _ => {}
        }
    }
}

#[derive(Default)]
struct Walk {
    height: Option<u32>,
    frame: Frame,
    /// Groups of blocks across the frame.
    groups_across: u32,
    dc: [Option<Rc<Table>>; 4],
    ac: [Option<Rc<Table>>; 4],
    /// Step of the mean level, by table.
    steps: [u16; 4],
    interval: u32,
    /// By component: the lowest bit to which each of 64 values was coded, or 255.
    refined: Vec<[u8; 64]>,
    /// Of progressive images, by component and block: which values are not 0.
    set: Vec<Vec<u64>>,
    one_by_one: bool,
    /// Whether a scan was walked.
    scanned: bool,
}

/// What goes on from block to block of a scan, until a restart.
struct State {
    levels: [i64; 4],
    /// Blocks still to come without anything in this scan.
    empty: u32,
}

impl State {
    const START: Self = Self { levels: [0; 4], empty: 0 };
}

impl Walk {
    fn huffman(&mut self, mut body: &[u8]) -> Result<(), Fault> {
        while let Some((&target, rest)) = body.split_first() {
            let (table, rest) = Table::read(rest).ok_or(NO_TABLE)?;
            let list = if target >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *list.get_mut(usize::from(target & 15)).ok_or(NO_TABLE)? = Some(Rc::new(table));
            body = rest;
        }
        Ok(())
    }

    fn quantisation(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&target, rest)) = body.split_first() {
            let wide = target >> 4 != 0;
            let first = match rest {
                [high, low, ..] if wide => u16::from_be_bytes([*high, *low]),
                [step, ..] => (*step).into(),
                [] => return None,
            };
            *self.steps.get_mut(usize::from(target & 15))? = first;
            body = rest.get(if wide { 128 } else { 64 }..)?;
        }
        Some(())
    }

    fn frame(&mut self, mut frame: Frame) {
        frame.height = self.height.unwrap_or(frame.height);
        self.refined = vec![[u8::MAX; 64]; frame.components.len()];
        self.set = vec![Vec::new(); frame.components.len()];
        self.groups_across = frame.groups().0;
        self.frame = frame;
    }

    /// Walks the coded data of a scan and gives the place behind them.
    fn scan(&mut self, data: &[u8], at: usize, body: &[u8]) -> Result<usize, Fault> {
        let frame = self.frame.clone();
        let scan = Scan::read(&frame, body).ok_or(SCAN)?;
        if !frame.progressive && (scan.from, scan.to, scan.high, scan.low) != (0, 63, 0, 0) {
            return Err(SCAN);
        }
        if frame.progressive && (scan.from == 0) != (scan.to == 0) {
            return Err(SCAN);
        }
        self.one_by_one |= !frame.progressive && scan.parts.len() < frame.components.len();
        let single = match scan.parts.as_slice() {
            [(part, ..)] => Some(frame.components.get(*part).ok_or(SCAN)?),
            _ if scan.from > 0 => return Err(SCAN),
            _ => None,
        };
        let (across, down) = single.map_or_else(|| frame.groups(), |component| frame.blocks(component));
        if across == 0 || (down == 0 && frame.progressive) {
            return Err(SCAN);
        }
        self.note(&scan)?;
        self.make_room();
        let at_once = if frame.progressive { Vec::new() } else { self.parts_at_once(&scan, single.is_some())? };
        let mut bits = Bits::new(data, at);
        let mut state = State::START;
        let mut done: u64 = 0;
        let mut row = 0;
        while row < down || down == 0 {
            if down == 0 && bits.is_at_end() && !self.goes_on(data, bits, done) {
                break;
            }
            for column in 0..across {
                if self.interval > 0 && done > 0 && done.is_multiple_of(self.interval.into()) {
                    let number = (done / u64::from(self.interval) - 1) % 8;
                    bits = restart(data, bits, number as u8)?;
                    state = State::START;
                }
                if frame.progressive {
                    self.group(&mut bits, &mut state, &scan, single.is_some(), (column, row))?;
                } else {
                    for (part, level) in at_once.iter().zip(&mut state.levels) {
                        for _ in 0..part.blocks {
                            part.block(&mut bits, level)?;
                        }
                    }
                }
                done += 1;
            }
            row += 1;
        }
        if state.empty > 0 {
            return Err(OVER);
        }
        if down == 0 {
            self.frame.height = row * frame.lines_of_row(&scan);
        }
        let end = bits.finish()?;
        self.scanned = true;
        // A restart marker behind the last interval is one too many, but says nothing.
        Ok(if matches!(data.get(end..end + 2), Some([0xFF, 0xD0..=0xD7])) { end + 2 } else { end })
    }

    /// Whether data that end here, after so many groups, end with an interval that another one follows.
    fn goes_on(&self, data: &[u8], bits: Bits<'_>, done: u64) -> bool {
        let is_interval = self.interval > 0 && done > 0 && done.is_multiple_of(self.interval.into());
        let follows = |at: usize| {
            matches!(data.get(at..at + 2), Some([0xFF, 0xD0..=0xD7])) && data.get(at + 2..at + 4) != Some(&[0xFF, 0xD9])
        };
        is_interval && bits.finish().is_ok_and(follows)
    }

    /// Notes to which bit a scan codes, and that it goes on where the one before stopped.
    fn note(&mut self, scan: &Scan) -> Result<(), Fault> {
        for (part, ..) in &scan.parts {
            let refined = self.refined.get_mut(*part).ok_or(SCAN)?;
            for bit in refined.iter_mut().take(usize::from(scan.to) + 1).skip(usize::from(scan.from)) {
                let follows = if scan.high == 0 { *bit == u8::MAX } else { *bit == scan.high && scan.low + 1 == scan.high };
                if !follows {
                    return Err(SCAN);
                }
                *bit = scan.low;
            }
        }
        Ok(())
    }

    fn make_room(&mut self) {
        if self.frame.progressive {
            let (across, down) = self.frame.groups();
            for (set, component) in self.set.iter_mut().zip(&self.frame.components) {
                set.resize((across * component.across) as usize * (down * component.down) as usize, 0);
            }
        }
    }

    /// Walks what a progressive scan codes together: one block of a single component, or some of each.
    fn group(
        &mut self,
        bits: &mut Bits<'_>,
        state: &mut State,
        scan: &Scan,
        single: bool,
        (column, row): (u32, u32),
    ) -> Result<(), Fault> {
        for (part, dc, ac) in &scan.parts {
            let (across, down) = self.frame.components.get(*part).map_or((1, 1), |component| (component.across, component.down));
            let (wide, high) = if single { (1, 1) } else { (across, down) };
            for (down_here, across_here) in (0..high).flat_map(|down| (0..wide).map(move |across| (down, across))) {
                let (x, y) = (column * wide + across_here, row * high + down_here);
                let block = (y * self.groups_across * across + x) as usize;
                self.refine(bits, state, scan, (*part, *dc, *ac), block)?;
            }
        }
        Ok(())
    }

    /// The components of a scan whose blocks are coded at once.
    fn parts_at_once(&self, scan: &Scan, single: bool) -> Result<Vec<AtOnce>, Fault> {
        let part = |&(part, dc, ac): &(usize, usize, usize)| {
            let component = self.frame.components.get(part).filter(|_| part < State::START.levels.len()).ok_or(SCAN)?;
            Ok(AtOnce {
                dc: self.dc.get(dc).and_then(Option::clone).ok_or(NO_TABLE)?,
                ac: self.ac.get(ac).and_then(Option::clone).ok_or(NO_TABLE)?,
                step: self.step(component),
                blocks: if single { 1 } else { component.across * component.down },
            })
        };
        scan.parts.iter().map(part).collect()
    }

    /// The step of a component's mean level.
    fn step(&self, component: &Component) -> i64 {
        self.steps.get(usize::from(component.table)).copied().unwrap_or(1).into()
    }

    /// Walks what a scan of a progressive image says of a block (G.1.2).
    fn refine(
        &mut self,
        bits: &mut Bits<'_>,
        state: &mut State,
        scan: &Scan,
        (part, dc, ac): (usize, usize, usize),
        block: usize,
    ) -> Result<(), Fault> {
        if scan.from == 0 {
            if scan.high > 0 {
                return bits.take(1).map(drop);
            }
            let table = self.dc.get(dc).and_then(Option::as_ref).ok_or(NO_TABLE)?;
            let component = self.frame.components.get(part).ok_or(SCAN)?;
            return pass_level(bits, state.levels.get_mut(part).ok_or(SCAN)?, table, self.step(component) << scan.low);
        }
        let table = self.ac.get(ac).and_then(Option::as_ref).ok_or(NO_TABLE)?;
        let set = self.set.get_mut(part).and_then(|set| set.get_mut(block)).ok_or(SCAN)?;
        let (mut place, to) = (u32::from(scan.from), u32::from(scan.to));
        let refining = scan.high > 0;
        if state.empty > 0 {
            state.empty -= 1;
            return if refining { correct(bits, *set, place, to) } else { Ok(()) };
        }
        while place <= to {
            let symbol = bits.symbol(table)?;
            let (run, size) = (u32::from(symbol >> 4), symbol & 15);
            if size == 0 && run < 15 {
                state.empty = (1 << run) + bits.take(run)? - 1;
                return if refining { correct(bits, *set, place, to) } else { Ok(()) };
            }
            bits.take(size.into())?;
            if !refining {
                place += run;
            } else {
                if size > 1 {
                    return Err(OVER);
                }
                // Values that are set already do not count for the run; each has its bit.
                let mut left = run;
                while place <= to {
                    if *set >> place & 1 == 1 {
                        bits.take(1)?;
                    } else if left == 0 {
                        break;
                    } else {
                        left -= 1;
                    }
                    place += 1;
                }
            }
            if size > 0 {
                if place > to {
                    return Err(OVER);
                }
                *set |= 1 << place;
            }
            place += 1;
        }
        if place > to + 1 && !refining { Err(OVER) } else { Ok(()) }
    }

    fn end(self) -> Result<Walked, Fault> {
        if self.refined.is_empty() || self.refined.iter().any(|bits| bits.iter().any(|&bit| bit != 0)) {
            return Err(UNREFINED);
        }
        Ok(Walked { height: self.frame.height, one_by_one: self.one_by_one })
    }
}

/// A component of a scan whose blocks are coded at once.
struct AtOnce {
    dc: Rc<Table>,
    ac: Rc<Table>,
    /// Of the mean level.
    step: i64,
    /// How many blocks of it are coded together.
    blocks: u32,
}

impl AtOnce {
    /// Walks a block (F.2.2).
    fn block(&self, bits: &mut Bits<'_>, level: &mut i64) -> Result<(), Fault> {
        // A copy of its own stays in registers.
        let mut here = *bits;
        pass_level(&mut here, level, &self.dc, self.step)?;
        let mut place = 1;
        while place < 64 {
            place = here.values(&self.ac, place)?;
        }
        *bits = here;
        if place == 64 || place >= BLOCK_ENDS { Ok(()) } else { Err(OVER) }
    }
}

/// Passes the difference of a mean level to the one before (F.2.1.3.1).
#[inline]
fn pass_level(bits: &mut Bits<'_>, level: &mut i64, table: &Table, step: i64) -> Result<(), Fault> {
    let size = bits.symbol(table)?;
    if size > LARGEST_SIZE {
        return Err(OVER);
    }
    *level += i64::from(bits.signed(size)?);
    if (*level * step).abs() > FARTHEST_LEVEL { Err(ScanFault::LevelsRunAway) } else { Ok(()) }
}

/// Passes the bits that correct values set before.
fn correct(bits: &mut Bits<'_>, set: u64, from: u32, to: u32) -> Result<(), Fault> {
    for place in from..=to {
        if set >> place & 1 == 1 {
            bits.take(1)?;
        }
    }
    Ok(())
}

/// Passes a restart marker, which must be the one of this number.
fn restart<'a>(data: &'a [u8], bits: Bits<'a>, number: u8) -> Result<Bits<'a>, Fault> {
    let at = bits.finish()?;
    match data.get(at..at + 2) {
        Some([0xFF, code]) if *code == 0xD0 + number => Ok(Bits::new(data, at + 2)),
        Some([0xFF, 0xD0..=0xD7]) => Err(RESTARTS),
        _ => Err(ENDS_EARLY),
    }
}
