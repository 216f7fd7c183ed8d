//! Entropy-coded data of a JPEG: bits, Huffman tables and where the data end (ITU-T T.81, Annex F).

use crate::model::failure::cause::ScanFault;

/// Bits that a look-up table decides at once.
const QUICK: u32 = 9;
/// Bytes of zeros or ones that writers may pad coded data with before the next marker.
const PADDING: usize = 32;

/// What is wrong with coded data.
pub(super) type Fault = ScanFault;

pub(super) const ENDS_EARLY: Fault = ScanFault::CodedDataEndEarly;
const NO_CODE: Fault = ScanFault::CodeInNoTable;
const GOES_ON: Fault = ScanFault::CodedDataGoOn;

/// A Huffman table.
pub(super) struct Table {
    /// By the next [`QUICK`] bits: length of the code and its symbol; length 0 for longer codes.
    quick: Vec<(u8, u8)>,
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
        let mut quick = vec![(0, 0); 1 << QUICK];
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
        Some((Self { quick, longer, symbols }, body.get(16 + total..)?))
    }
}

/// Reads bits up to the next marker.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Of the next byte.
    at: usize,
    bits: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, bits: 0, count: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 48 {
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
            self.bits = self.bits << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    /// The next bits, at the right end; what is missing is 0.
    fn peek(&self, length: u32) -> u32 {
        let known = if self.count >= length { self.bits >> (self.count - length) } else { self.bits << (length - self.count) };
        (known & ((1 << length) - 1)) as u32
    }

    /// Takes so many bits, at most 16.
    pub(super) fn take(&mut self, length: u32) -> Result<u32, Fault> {
        if self.count < length {
            self.fill();
            if self.count < length {
                return Err(ENDS_EARLY);
            }
        }
        let bits = self.peek(length);
        self.count -= length;
        Ok(bits)
    }

    /// Takes a code and gives its symbol.
    pub(super) fn symbol(&mut self, table: &Table) -> Result<u8, Fault> {
        if self.count < 16 {
            self.fill();
        }
        let (length, symbol) = table.quick.get(self.peek(QUICK) as usize).copied().unwrap_or_default();
        if length > 0 {
            self.count = self.count.checked_sub(length.into()).ok_or(ENDS_EARLY)?;
            return Ok(symbol);
        }
        let code = self.peek(16);
        for length in QUICK + 1..=16 {
            let Some(&(end, offset)) = table.longer.get(length as usize) else { break };
            if code < end {
                self.count = self.count.checked_sub(length).ok_or(ENDS_EARLY)?;
                let place = (code >> (16 - length)) as i32 + offset;
                return usize::try_from(place).ok().and_then(|place| table.symbols.get(place)).copied().ok_or(NO_CODE);
            }
        }
        Err(if self.count < 16 { ENDS_EARLY } else { NO_CODE })
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
        self.fill();
        self.count < 8 && self.data.get(self.at).is_none_or(|&byte| byte == 0xFF)
    }

    /// Passes what pads the data and gives the place of the next marker.
    ///
    /// # Errors
    /// Where more than padding is left: the image is at its end, its data are not.
    pub(super) fn finish(mut self) -> Result<usize, Fault> {
        let whole = self.count / 8;
        let mut left = 0;
        let mut pads = |byte: u8| {
            left += 1;
            left <= PADDING && matches!(byte, 0 | 0xFF)
        };
        for place in (0..whole).rev() {
            if !pads((self.bits >> (8 * place)) as u8) {
                return Err(GOES_ON);
            }
        }
        loop {
            match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (None, _) => return Ok(self.at),
                (Some(0xFF), Some(0xFF)) => self.at += 1,
                (Some(0xFF), Some(0)) if pads(0xFF) => self.at += 2,
                (Some(0xFF), Some(0)) => return Err(GOES_ON),
                (Some(0xFF), _) => return Ok(self.at),
                (Some(&byte), _) if pads(byte) => self.at += 1,
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
    }
}
