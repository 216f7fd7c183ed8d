//! A TrueType file as a whole: its tables with the directory before them.

/// Numbers of two bytes, the high one first.
pub(super) fn words<const N: usize>(values: [u16; N]) -> impl Iterator<Item = u8> {
    values.into_iter().flat_map(u16::to_be_bytes)
}

/// Sum of a table's big-endian words, the last one filled with zeros.
pub(super) fn checksum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum, chunk| {
        let word = chunk.iter().chain(&[0; 3]).take(4).fold(0, |word, byte| word << 8 | u32::from(*byte));
        sum.wrapping_add(word)
    })
}

/// The file of `tables`, which come in the order of their names. The sum in `head` is made here and has to
/// be 0 in what is given.
pub(super) fn font_file(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let steps = count.checked_ilog2().unwrap_or_default() as u16;
    let range = 16 << steps;
    let mut file: Vec<u8> = words([1, 0, count, range, steps, (16 * count).saturating_sub(range)]).collect();
    let mut offset = file.len() + 16 * tables.len();
    let mut head_at = 0;
    for (name, table) in tables {
        if *name == b"head" {
            head_at = offset;
        }
        file.extend(**name);
        file.extend(checksum(table).to_be_bytes());
        file.extend((offset as u32).to_be_bytes());
        file.extend((table.len() as u32).to_be_bytes());
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xb1b0_afba_u32.wrapping_sub(checksum(&file)).to_be_bytes();
    for (byte, value) in file.iter_mut().skip(head_at + 8).zip(adjustment) {
        *byte = value;
    }
    file
}
