//! Pixels of ink and paper, sixty-four to a word.
//!
//! What is asked of a page of black and white is asked of all its pixels, often of many of them at once.
//! Leptonica keeps 32 to a word and makes a new page of every step; the same numbers come out here for a
//! tenth of the time.

/// Pixels in a word.
const WORD: usize = u64::BITS as usize;

/// A page of one bit a pixel: the first pixel of a row is the lowest bit of its first word, and bits behind
/// the last one are paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    width: usize,
    height: usize,
    /// Words in a row.
    pitch: usize,
    words: Vec<u64>,
}

/// Neighbouring ink pixels of one row: `start..end` in row `y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) y: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The rectangle around a connected component, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// How many of four pixels have to be ink for the one that stands for them to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    One,
    Two,
}

impl Bits {
    /// Takes rows of as many words as `width` needs, bits behind it cleared.
    pub(super) fn new(width: usize, height: usize, words: Vec<u64>) -> Self {
        let mut bits = Self { width, height, pitch: width.div_ceil(WORD), words };
        bits.words.resize(bits.pitch * height, 0);
        bits.clear_ends();
        bits
    }

    /// Ink where grey `samples`, in rows of `width`, are darker than `level`.
    pub(super) fn darker(samples: &[u8], width: u32, level: u8) -> Self {
        let width = width as usize;
        let rows = samples.chunks_exact(width.max(1));
        let height = rows.len();
        let word = |pixels: &[u8]| {
            let mut ink = [0; WORD];
            ink.iter_mut().zip(pixels).for_each(|(ink, &sample)| *ink = u8::from(sample < level));
            // Eight bytes of 0 or 1 become eight bits: each is multiplied to its own place in the highest byte.
            let eight = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            (0..).step_by(8).zip(ink.as_chunks().0).map(|(at, bytes)| eight(bytes) << at).fold(0, |word, bits| word | bits)
        };
        Self::new(width, height, rows.flat_map(|row| row.chunks(WORD).map(word)).collect())
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Whether nothing is ink.
    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Its rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.pitch.max(1))
    }

    fn clear_ends(&mut self) {
        let last = self.width % WORD;
        if last > 0 {
            for row in self.words.chunks_exact_mut(self.pitch) {
                if let Some(word) = row.last_mut() {
                    *word &= (1 << last) - 1;
                }
            }
        }
    }

    /// Half as wide and half as high; an odd row or column at the end is left out.
    pub(super) fn halved(&self, least: Least) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut words = Vec::with_capacity(width.div_ceil(WORD) * height);
        for pair in self.words.chunks_exact((2 * self.pitch).max(1)) {
            let (above, below) = pair.split_at(self.pitch);
            let four = |(&a, &b): (&u64, &u64)| match least {
                Least::One => a | b | (a | b) >> 1,
                Least::Two => a & b | (a & b) >> 1 | (a | b) & (a | b) >> 1,
            };
            let mut halves = above.iter().zip(below).map(four).map(even_bits);
            for _ in 0..width.div_ceil(WORD) {
                let (low, high) = (halves.next().unwrap_or(0), halves.next().unwrap_or(0));
                words.push(low | high << (WORD / 2));
            }
        }
        Self::new(width, height, words)
    }

    /// How many pixels are ink.
    #[cfg(test)]
    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Every pixel moved right by so many, less than a word; what comes in is paper.
    pub(super) fn moved_across(&self, by: i32) -> Self {
        let mut words = self.words.clone();
        let shift = by.unsigned_abs() % u64::BITS;
        let rows = words.chunks_exact_mut(self.pitch.max(1)).zip(self.rows());
        if shift > 0 && by > 0 {
            for (to, from) in rows {
                to.iter_mut().zip(from).for_each(|(to, from)| *to = from << shift);
                to.iter_mut().skip(1).zip(from).for_each(|(to, from)| *to |= from >> (u64::BITS - shift));
            }
        } else if shift > 0 {
            for (to, from) in rows {
                to.iter_mut().zip(from).for_each(|(to, from)| *to = from >> shift);
                to.iter_mut().zip(from.iter().skip(1)).for_each(|(to, from)| *to |= from << (u64::BITS - shift));
            }
        }
        Self::new(self.width, self.height, words)
    }

    /// Every pixel moved down by so many; what comes in is paper.
    #[cfg(test)]
    pub(super) fn moved_down(&self, by: i32) -> Self {
        let mut moved = Self::new(self.width, self.height, Vec::new());
        moved.lay_on_moved(self, by, |_, b| b);
        moved
    }

    /// Lays another page of the same size on this one.
    pub(super) fn lay_on(&mut self, other: &Self, both: impl Fn(u64, u64) -> u64) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word = both(*word, *other));
    }

    /// The same with the other page moved down by so many pixels, paper coming in.
    pub(super) fn lay_on_moved(&mut self, other: &Self, by: i32, both: impl Fn(u64, u64) -> u64) {
        let far = (by.unsigned_abs() as usize).min(self.height) * self.pitch;
        let (before, after) = if by > 0 { (far, 0) } else { (0, far) };
        let end = self.words.len() - after;
        let with_paper = |word: &mut u64| *word = both(*word, 0);
        self.words.iter_mut().take(before).for_each(with_paper);
        self.words.iter_mut().skip(end).for_each(with_paper);
        let onto = self.words.iter_mut().take(end).skip(before);
        onto.zip(other.words.iter().skip(after)).for_each(|(word, other)| *word = both(*word, *other));
    }

    /// Ink made wider by so many pixels all around, in squares.
    pub(super) fn widened(&self, by: i32) -> Self {
        let mut wide = self.clone();
        for _ in 0..by {
            let (left, right) = (wide.moved_across(-1), wide.moved_across(1));
            wide.lay_on(&left, |a, b| a | b);
            wide.lay_on(&right, |a, b| a | b);
        }
        let across = wide.clone();
        for down in (-by..=by).filter(|down| *down != 0) {
            wide.lay_on_moved(&across, down, |a, b| a | b);
        }
        wide
    }

    /// Its runs, row by row from the left.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for (y, row) in (0..).zip(self.rows()) {
            let mut open = None;
            for (base, &word) in (0..).step_by(WORD).zip(row) {
                let mut rest = word;
                let mut at = 0;
                // What begins in one word may end in another.
                while at < u64::BITS {
                    match open {
                        None if rest == 0 => break,
                        None => {
                            let skip = rest.trailing_zeros();
                            rest >>= skip;
                            at += skip;
                            open = Some(base + at);
                        }
                        Some(start) => {
                            let long = rest.trailing_ones();
                            at += long;
                            if at >= u64::BITS {
                                break;
                            }
                            rest >>= long;
                            runs.push(Run { y, start, end: base + at });
                            open = None;
                        }
                    }
                }
            }
            if let Some(start) = open {
                runs.push(Run { y, start, end: self.width as u32 });
            }
        }
        runs
    }

    /// Rectangles around the ink that hangs together, corners included, from the topmost one down.
    pub(super) fn components(&self) -> Vec<Component> {
        Connected::of(self.runs()).components
    }

    /// Only what hangs together and is at most so many pixels wide and high.
    pub(super) fn without_larger_than(&self, side: u16) -> Self {
        let mut kept = self.clone();
        let connected = Connected::of(self.runs());
        for (run, owner) in connected.runs.iter().zip(&connected.owners) {
            if connected.components.get(*owner as usize).is_some_and(|one| one.width.max(one.height) > i32::from(side)) {
                kept.clear(*run);
            }
        }
        kept
    }

    fn clear(&mut self, run: Run) {
        let row = self.words.iter_mut().skip(run.y as usize * self.pitch);
        let (first, last) = (run.start as usize / WORD, (run.end as usize - 1) / WORD);
        for (at, word) in row.take(last + 1).enumerate().skip(first) {
            let from = if at == first { u64::MAX << (run.start as usize % WORD) } else { u64::MAX };
            let to = if at == last { u64::MAX >> (WORD - 1 - (run.end as usize - 1) % WORD) } else { u64::MAX };
            *word &= !(from & to);
        }
    }
}

/// Runs of ink, and which of them hang together.
struct Connected {
    runs: Vec<Run>,
    /// For each run the number of its component.
    owners: Vec<u32>,
    components: Vec<Component>,
}

impl Connected {
    fn of(runs: Vec<Run>) -> Self {
        let mut parents: Vec<u32> = (0..runs.len() as u32).collect();
        // The first run of the row above that may still touch.
        let mut above = 0;
        for (index, run) in runs.iter().enumerate() {
            while runs.get(above).is_some_and(|other| other.y + 1 < run.y || (other.y + 1 == run.y && other.end < run.start)) {
                above += 1;
            }
            let touching = (above..).zip(runs.get(above..).unwrap_or_default());
            for (other, _) in touching.take_while(|(_, other)| other.y < run.y && other.start <= run.end) {
                join(&mut parents, index as u32, other as u32);
            }
        }
        let mut owners: Vec<u32> = Vec::with_capacity(runs.len());
        let mut components: Vec<Component> = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let root = root(&mut parents, index as u32) as usize;
            let (x, y, width) = (run.start as i32, run.y as i32, (run.end - run.start) as i32);
            // The first run of all that hang together stands for them.
            let owner = owners.get(root).copied().unwrap_or(components.len() as u32);
            owners.push(owner);
            match components.get_mut(owner as usize) {
                Some(one) => {
                    let right = (one.x + one.width).max(x + width);
                    one.x = one.x.min(x);
                    one.width = right - one.x;
                    one.height = y + 1 - one.y;
                }
                None => components.push(Component { x, y, width, height: 1 }),
            }
        }
        Self { runs, owners, components }
    }
}

/// The bits at even places, side by side.
fn even_bits(word: u64) -> u64 {
    let steps = [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ];
    steps.into_iter().fold(word & 0x5555_5555_5555_5555, |word: u64, (by, mask)| (word | word >> by) & mask)
}

/// The number that stands for a set of numbers, its smallest.
fn root(parents: &mut [u32], mut item: u32) -> u32 {
    while let Some(&parent) = parents.get(item as usize)
        && parent != item
    {
        let grandparent = parents.get(parent as usize).copied().unwrap_or(parent);
        if let Some(slot) = parents.get_mut(item as usize) {
            *slot = grandparent;
        }
        item = grandparent;
    }
    item
}

fn join(parents: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(parents, a), root(parents, b));
    if let Some(slot) = parents.get_mut(a.max(b) as usize) {
        *slot = a.min(b);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::pix::Pix;
    use super::*;

    /// Samples of rows of marks of all sizes, with specks: about as a page of print looks, and leaning.
    pub(in super::super) fn print(width: u32, height: u32, lean: f32) -> Vec<u8> {
        let mut state = width ^ height << 8;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut samples = vec![255_u8; (width * height) as usize];
        for line in (0..height + 60).step_by(33) {
            let mut x = 0;
            while x < width {
                let (wide, tall, low) = (3 + next() % 9, 8 + 8 * u32::from(next() % 3 == 0), 6 * u32::from(next() % 7 == 0));
                for (dx, dy) in (0..wide).flat_map(|dx| (0..tall + low).map(move |dy| (dx, dy))) {
                    let y = (line + low) as f32 - dy as f32 + (x + dx) as f32 * lean;
                    let hollow = (2..wide.saturating_sub(2)).contains(&dx) && dy % 5 < 3;
                    if x + dx < width && (0.0..height as f32).contains(&y) && !hollow {
                        samples[(y as u32 * width + x + dx) as usize] = (next() % 120) as u8;
                    }
                }
                x += wide + 2 + 9 * u32::from(next() % 6 == 0);
            }
        }
        for _ in 0..width * height / 200 {
            let at = (next() << 16 | next()) as usize % samples.len();
            samples[at] = 255 - samples[at];
        }
        samples
    }

    const SIZES: [(u32, u32); 7] = [(300, 200), (64, 128), (65, 33), (127, 90), (1, 70), (200, 1), (523, 700)];

    fn pages() -> impl Iterator<Item = (Bits, Pix)> {
        SIZES.into_iter().map(|(width, height)| {
            let samples = print(width, height, 0.02);
            let ink = Bits::darker(&samples, width, 100);
            (ink, Pix::from_gray(width, height, &samples).unwrap().darker_than(100).unwrap())
        })
    }

    #[test]
    fn ink_is_what_leptonica_takes_for_ink() {
        for (ink, theirs) in pages() {
            assert_eq!(ink, theirs.bits());
            assert_eq!(Pix::from_bits(&ink).unwrap().bits(), ink);
            let samples: usize = ink.runs().iter().map(|run| (run.end - run.start) as usize).sum();
            assert_eq!(samples, ink.count() as usize);
        }
        assert!(Bits::darker(&[], 5, 100).is_empty() && Bits::darker(&[], 0, 100).runs().is_empty());
    }

    #[test]
    fn what_hangs_together_is_what_leptonica_finds_and_in_its_order() {
        for (ink, theirs) in pages() {
            let ours: Vec<[i32; 4]> = ink.components().iter().map(|one| [one.x, one.y, one.width, one.height]).collect();
            assert_eq!(ours, theirs.boxes());
            for side in [1, 7, 16, 500] {
                assert!(ink.without_larger_than(side) == theirs.without_larger_than(side).bits(), "{side}");
            }
        }
    }

    #[test]
    fn pixels_that_are_moved_out_are_gone_and_paper_comes_in() {
        for (ink, _) in pages() {
            let at = |bits: &Bits, x: i32, y: i32| {
                let inside = (0..bits.width as i32).contains(&x) && (0..bits.height as i32).contains(&y);
                inside && bits.words[y as usize * bits.pitch + x as usize / 64] >> (x % 64) & 1 == 1
            };
            for by in [-63, -2, 0, 1, 40] {
                let (across, down) = (ink.moved_across(by), ink.moved_down(by));
                for (x, y) in (0..ink.width as i32).step_by(3).flat_map(|x| (0..ink.height as i32).map(move |y| (x, y))) {
                    assert_eq!(at(&across, x, y), at(&ink, x - by, y), "{by}");
                    assert_eq!(at(&down, x, y), at(&ink, x, y - by), "{by}");
                }
            }
        }
    }
}
