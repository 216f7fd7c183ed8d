//! Entropy-coded data of a JPEG: bits, Huffman tables and where the data end (ITU-T T.81, Annex F).

use crate::model::failure::cause::ScanFault;

/// Bits that a look-up table decides at once.
const QUICK: u32 = 9;
/// Bits that a look-up table decides of values, which are shorter than that in most cases.
const WIDE: u32 = 11;
/// A code and the value behind it have at most 31 bits.
const AT_HAND: u32 = 32;
/// Bytes of zeros or ones that writers may pad coded data with before the next marker.
const PADDING: usize = 32;

/// What is wrong with coded data.
pub(super) type Fault = ScanFault;

pub(super) const ENDS_EARLY: Fault = ScanFault::CodedDataEndEarly;
const NO_CODE: Fault = ScanFault::CodeInNoTable;
const GOES_ON: Fault = ScanFault::CodedDataGoOn;

/// More than the places of a block and the longest run together.
pub(super) const BLOCK_ENDS: u8 = 128;

/// How many places of a block a value of this symbol passes (F.1.2.2).
fn places(symbol: u8) -> u8 {
    match (symbol >> 4, symbol & 15) {
        (15, 0) => 16,
        (_, 0) => BLOCK_ENDS,
        (run, _) => run + 1,
    }
}

/// What the next bits say of values: of one, and of as many as there are two of.
#[derive(Clone, Copy, Default)]
struct Values {
    /// Bits of the first code and the value behind it; 0 if the code is longer than the table knows.
    bits: u8,
    /// How many places of the block it passes, [`BLOCK_ENDS`] for the code that ends the block.
    places: u8,
    /// The same of the first two together, or of the first alone.
    both_bits: u8,
    both_places: u8,
}

/// A Huffman table.
pub(super) struct Table {
    /// By the next [`QUICK`] bits: length of the code and its symbol; length 0 for longer codes.
    quick: Box<[(u8, u8); 1 << QUICK]>,
    /// By the next [`WIDE`] bits, for values of a block behind its mean level.
    values: Box<[Values; 1 << WIDE]>,
    /// By length: the first code that is longer, left-aligned in 16 bits, and what to add to a code to
    /// find its symbol.
    longer: [(u32, i32); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// Reads a table: 16 counts, then the symbols. Returns it with what follows.
    pub(super) fn read(body: &[u8]) -> Option<(Self, &[u8])> {
        let counts = body.get(..16)?;
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        let symbols = body.get(16..16 + total)?.to_vec();
        let mut quick = Box::new([(0, 0); 1 << QUICK]);

        let mut longer = [(0, 0); 17];
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, &count) in (1_u32..).zip(counts) {
            if let Some(entry) = longer.get_mut(length as usize) {
                entry.1 = place as i32 - code as i32;
            }
            for symbol in symbols.get(place..place + usize::from(count))? {
                if code >= 1 << length {
                    return None;
                }
                if length <= QUICK {
                    let from = (code << (QUICK - length)) as usize;
                    quick.get_mut(from..from + (1 << (QUICK - length)))?.fill((length as u8, *symbol));
                }
                code += 1;
            }
            place += usize::from(count);
            if let Some(entry) = longer.get_mut(length as usize) {
                entry.0 = code << (16 - length);
            }
            code <<= 1;
        }
        let values = pairs(&quick);
        Some((Self { quick, values, longer, symbols }, body.get(16 + total..)?))
    }
}

/// Looks up the first two values of whatever bits may come.
fn pairs(quick: &[(u8, u8); 1 << QUICK]) -> Box<[Values; 1 << WIDE]> {
    let first = |bits: usize| match quick.get(bits >> (WIDE - QUICK)) {
        Some(&(length @ 1.., symbol)) => Some((u32::from(length + (symbol & 15)), places(symbol))),
        _ => None,
    };
    let mut values = Box::new([Values::default(); 1 << WIDE]);
    for (bits, entry) in values.iter_mut().enumerate() {
        let Some((length, passed)) = first(bits) else { continue };
        let alone = Values { bits: length as u8, places: passed, both_bits: length as u8, both_places: passed };
        // The bits behind the first; what is not known of them is 0, and no code that needs it counts.
        let left = WIDE.saturating_sub(length);
        let behind = if passed < BLOCK_ENDS && left > 0 { first(bits << length & ((1 << WIDE) - 1)) } else { None };
        *entry = match behind {
            Some((second, more)) if second <= left => {
                Values { both_bits: (length + second) as u8, both_places: passed + more, ..alone }
            }
            _ => alone,
        };
    }
    values
}

/// Reads bits up to the next marker.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Of the next byte.
    at: usize,
    /// The next bits, from the left end on; those that are not known are 0.
    bits: u64,
    /// How many are known.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, bits: 0, count: 0 }
    }

    /// Makes more than [`AT_HAND`] bits known, unless a marker or the end of the file comes before.
    #[inline]
    fn fill(&mut self) {
        if self.count > AT_HAND {
            return;
        }
        // Four bytes at a time where none of them can be a part of a marker.
        if let Some(bytes) = self.data.get(self.at..).and_then(|rest| rest.first_chunk::<4>()) {
            let word = u32::from_be_bytes(*bytes);
            if word & 0x8080_8080 & (!word).wrapping_sub(0x0101_0101) == 0 {
                self.bits |= u64::from(word) << (32 - self.count);
                self.count += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_bytewise();
    }

    fn fill_bytewise(&mut self) {
        while self.count <= 56 {
            let byte = match self.data.get(self.at) {
                Some(0xFF) if self.data.get(self.at + 1) == Some(&0) => {
                    self.at += 2;
                    0xFF
                }
                // Here a marker begins, or the file ends.
                Some(0xFF) | None => return,
                Some(&byte) => {
                    self.at += 1;
                    byte
                }
            };
            self.bits |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Passes so many bits, at most 32.
    #[inline]
    fn pass(&mut self, length: u32) -> Result<(), Fault> {
        self.count = self.count.checked_sub(length).ok_or(ENDS_EARLY)?;
        self.bits <<= length;
        Ok(())
    }

    /// Takes so many bits, at most 16.
    #[inline]
    pub(super) fn take(&mut self, length: u32) -> Result<u32, Fault> {
        self.fill();
        // Two steps, because nothing at all may be taken.
        let bits = (self.bits >> 32 >> (32 - length)) as u32;
        self.pass(length)?;
        Ok(bits)
    }

    /// The length of the next code and its symbol. The code itself may reach beyond the known bits.
    #[inline]
    fn next(&mut self, table: &Table) -> Result<(u32, u8), Fault> {
        self.fill();
        match table.quick.get((self.bits >> (64 - QUICK)) as usize) {
            Some(&(length @ 1.., symbol)) => Ok((length.into(), symbol)),
            _ => self.next_long(table),
        }
    }

    fn next_long(&self, table: &Table) -> Result<(u32, u8), Fault> {
        let code = (self.bits >> 48) as u32;
        for length in QUICK + 1..=16 {
            let Some(&(end, offset)) = table.longer.get(length as usize) else { break };
            if code < end {
                let place = (code >> (16 - length)) as i32 + offset;
                let symbol = usize::try_from(place).ok().and_then(|place| table.symbols.get(place));
                // What is cut off is no code.
                return if self.count < length { Err(ENDS_EARLY) } else { Ok((length, *symbol.ok_or(NO_CODE)?)) };
            }
        }
        Err(if self.count < 16 { ENDS_EARLY } else { NO_CODE })
    }

    /// Takes a code and gives its symbol.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Result<u8, Fault> {
        let (length, symbol) = self.next(table)?;
        self.pass(length)?;
        Ok(symbol)
    }

    /// Passes a value of a block of which `place` comes next, or two, and gives the place behind them: 64
    /// where the block is full, more where it runs over, [`BLOCK_ENDS`] and more where it was ended.
    #[inline]
    pub(super) fn values(&mut self, table: &Table, place: u8) -> Result<u8, Fault> {
        self.fill();
        match table.values.get((self.bits >> (64 - WIDE)) as usize) {
            Some(&Values { bits: 1.., places, both_bits, both_places }) if place + places < 64 => {
                self.pass(both_bits.into())?;
                Ok(place + both_places)
            }
            Some(&Values { bits: bits @ 1.., places, .. }) => {
                self.pass(bits.into())?;
                Ok(place + places)
            }
            _ => {
                let (length, symbol) = self.next_long(table)?;
                self.pass(length + u32::from(symbol & 15))?;
                Ok(place + places(symbol))
            }
        }
    }

    /// Takes a number of `size` bits with its sign (F.2.2.1, EXTEND).
    pub(super) fn signed(&mut self, size: u8) -> Result<i32, Fault> {
        if size == 0 {
            return Ok(0);
        }
        let bits = self.take(size.into())? as i32;
        Ok(if bits < 1 << (size - 1) { bits - (1 << size) + 1 } else { bits })
    }

    /// Whether nothing but the padding of the last byte is left before a marker.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.fill_bytewise();
        self.count < 8 && self.data.get(self.at).is_none_or(|&byte| byte == 0xFF)
    }

    /// Passes what pads the data and gives the place of the next marker. Writers pad where the image ends; elsewhere,
    /// what looks like padding is data that something was overwritten in.
    ///
    /// # Errors
    /// Where more than padding is left: the image is at its end, its data are not.
    pub(super) fn finish(self) -> Result<usize, Fault> {
        let data = self.data;
        let (at, padding) = self.end()?;
        let ends = matches!(data.get(at + 1), None | Some(0xD9 | 0xDC));
        if padding == 0 || ends { Ok(at) } else { Err(GOES_ON) }
    }

    /// The place of the next marker and how many bytes of padding stand before it.
    fn end(mut self) -> Result<(usize, usize), Fault> {
        let whole = self.count / 8;
        let mut left = 0;
        let pads = |byte: u8, left: &mut usize| {
            *left += 1;
            *left <= PADDING && matches!(byte, 0 | 0xFF)
        };
        // The bits of the byte that was begun come first.
        let rest = self.bits << (self.count % 8);
        for place in 0..whole {
            if !pads((rest << (8 * place) >> 56) as u8, &mut left) {
                return Err(GOES_ON);
            }
        }
        loop {
            match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (None, _) => return Ok((self.at, left)),
                (Some(0xFF), Some(0xFF)) => self.at += 1,
                (Some(0xFF), Some(0)) if pads(0xFF, &mut left) => self.at += 2,
                (Some(0xFF), Some(0)) => return Err(GOES_ON),
                (Some(0xFF), _) => return Ok((self.at, left)),
                (Some(&byte), _) if pads(byte, &mut left) => self.at += 1,
                _ => return Err(GOES_ON),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 0, 10, 110, 1110 … and one of 12 bits.
    fn table() -> Table {
        let mut body = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        body.extend([7, 8, 9, 10]);
        Table::read(&body).unwrap().0
    }

    #[test]
    fn codes_of_every_length_are_found_and_others_are_not() {
        // 0 10 110 111000000000 then ones for padding
        let data = [0b0101_1011, 0b1000_0000, 0b0011_1111, 0xFF, 0xD9];
        let mut bits = Bits::new(&data, 0);
        let table = table();
        assert_eq!([(); 4].map(|()| bits.symbol(&table).unwrap()), [7, 8, 9, 10]);
        assert!(bits.is_at_end());
        assert_eq!(bits.finish(), Ok(3));
        assert_eq!(Bits::new(&[0xFF, 0, 0xFF, 0, 0xFF, 0], 0).symbol(&table), Err(NO_CODE));
        assert_eq!(Bits::new(&[0b1110_0000, 0xFF, 0xD9], 0).symbol(&table), Err(ENDS_EARLY));
    }

    /// Whatever bits come, two values at a time are the same as one after the other.
    #[test]
    fn values_taken_two_at_a_time_are_those_taken_alone() {
        // Symbols with runs and sizes, an end of the block, a run of 16, and long codes.
        let mut body = vec![0, 2, 1, 2, 1, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1];
        body.extend([0x01, 0x00, 0x11, 0x02, 0xF0, 0x32, 0x25, 0x7A, 0xE1, 0x0A]);
        let table = Table::read(&body).unwrap().0;
        let mut state = 9_u32;
        for _ in 0..3000 {
            let data: Vec<u8> = (0..40)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 24) as u8).min(0xFE)
                })
                .collect();
            let (mut alone, mut together) = (Bits::new(&data, 0), Bits::new(&data, 0));
            let by_one = (|| {
                let mut place = 1_u8;
                while place < 64 {
                    let symbol = alone.symbol(&table)?;
                    alone.take((symbol & 15).into())?;
                    place += places(symbol);
                }
                Ok::<_, Fault>((place >= BLOCK_ENDS, place.min(BLOCK_ENDS)))
            })();
            let by_two = (|| {
                let mut place = 1;
                while place < 64 {
                    place = together.values(&table, place)?;
                }
                Ok::<_, Fault>((place >= BLOCK_ENDS, place.min(BLOCK_ENDS)))
            })();
            assert_eq!(by_one, by_two, "{data:?}");
            if by_one.is_ok() {
                assert_eq!(alone.take(16), together.take(16), "{data:?}");
            }
        }
    }

    #[test]
    fn numbers_have_their_sign_and_stuffed_bytes_count_once() {
        let data = [0xFF, 0x00, 0b0101_0000, 0xFF, 0xD9];
        let mut bits = Bits::new(&data, 0);
        assert_eq!(bits.take(8), Ok(0xFF));
        assert_eq!((bits.signed(2), bits.signed(2)), (Ok(-2), Ok(-2)));
        assert_eq!(bits.take(5), Err(ENDS_EARLY));
    }

    #[test]
    fn a_little_padding_is_none_of_the_data_and_much_is() {
        let padded = |count: usize, byte: u8| {
            let data = [vec![0x12], vec![byte; count], vec![0xFF, 0xD9]].concat();
            let mut bits = Bits::new(&data, 0);
            bits.take(8).unwrap();
            bits.finish()
        };
        assert_eq!((padded(0, 0), padded(16, 0)), (Ok(1), Ok(17)));
        assert_eq!((padded(1000, 0), padded(1, 0x55)), (Err(GOES_ON), Err(GOES_ON)));
        let before = |marker: u8| Bits::new(&[0xFF, 0, 0, 0, 0xFF, marker], 0).finish();
        for marker in [0xD9, 0xDC] {
            assert_eq!(before(marker), Ok(4), "{marker:x}");
        }
        for marker in [0xD3, 0xC4] {
            assert_eq!(before(marker), Err(GOES_ON), "{marker:x}: data look like that too");
        }
    }
}
