//! The network: convolutions only. A stem of two layers that halve the picture, five blocks, a fold
//! of the five rows that are left into one, four mixers along the line, a head.
//!
//! Pictures between the layers have their channels side by side and, where a filter looks over their
//! edges, a border of zeros.

use crate::ink::ROWS;
use crate::kernel::{Activation, Finish, Kernel, Output, Rows};
use crate::layers::MARGIN;
use crate::model::{Layers, WIDE};

/// Columns of the picture for each step of the scores.
pub(crate) const COLUMNS_PER_STEP: usize = 4;
/// Channels after the first and the second layer.
const STEM: [usize; 2] = [24, 64];
/// Rows after the second layer.
const BLOCK_ROWS: usize = ROWS / 4;
/// The block that halves the rows.
const HALVING: usize = 2;
/// Rows that are folded into one.
const FOLDED: usize = ROWS / 8;

/// A network with its weights and the room it works in.
pub(crate) struct Net {
    layers: Layers,
    kernel: Kernel,
    room: Room,
}

/// Pictures between the layers, kept from line to line.
#[derive(Default)]
struct Room {
    ink: Vec<f32>,
    first: Vec<i16>,
    block: Vec<f32>,
    next_block: Vec<f32>,
    /// What a dense layer is given.
    whole: Vec<i16>,
    line: Vec<f32>,
    next_line: Vec<f32>,
    hidden: Vec<i16>,
    scores: Vec<f32>,
}

/// What comes out: a row of scores for each step along the line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scores<'s> {
    /// All rows, one after the other.
    pub scores: &'s [f32],
    /// Scores in a row: those of all classes, then some without a meaning.
    pub width: usize,
}

impl Net {
    pub fn new(layers: Layers, kernel: Kernel) -> Self {
        Self { layers, kernel, room: Room::default() }
    }

    /// Scores for `ink` of [`ROWS`] rows and `width` columns, a multiple of eight.
    pub fn scores(&mut self, ink: &[f32], width: usize) -> Scores<'_> {
        let steps = width / COLUMNS_PER_STEP;
        self.stem(ink, width);
        self.blocks(steps);
        self.fold(steps);
        self.mix(steps);
        let head = &self.layers.head;
        fit(&mut self.room.scores, steps * head.width());
        let output = Output::Floats(&mut self.room.scores);
        self.kernel.product(head, &self.room.whole, rows(steps, WIDE), Finish::default(), output);
        Scores { scores: &self.room.scores, width: head.width() }
    }

    fn stem(&mut self, ink: &[f32], width: usize) {
        let Self { layers, kernel, room } = self;
        let (half, pitch) = (width / 2 + 2, width / COLUMNS_PER_STEP + 2);
        fit(&mut room.ink, (ROWS + 2) * (width + 2));
        clear_border(&mut room.ink, width + 2, 1);
        for (row, ink) in room.ink.chunks_exact_mut(width + 2).skip(1).zip(ink.chunks_exact(width)) {
            row.iter_mut().skip(1).zip(ink).for_each(|(to, from)| *to = *from);
        }
        let [few, more] = STEM;
        fit(&mut room.first, (ROWS / 2 + 2) * half * few);
        kernel.first(&layers.first, &room.ink, width, layers.second.inverse, &mut room.first);
        clear_border(&mut room.first, half, few);

        fit(&mut room.block, (BLOCK_ROWS + 2) * pitch * more);
        let relu = Finish { activation: Activation::Relu, ..Finish::default() };
        let segments = Rows { count: pitch - 2, step: 2 * few, segments: 3, length: 3 * few, segment_step: half * few };
        for (row, output) in room.block.chunks_exact_mut(pitch * more).skip(1).take(BLOCK_ROWS).enumerate() {
            let (Some(input), Some(output)) = (room.first.get(2 * row * half * few..), output.get_mut(more..)) else { return };
            kernel.product(&layers.second, input, segments, relu, Output::Floats(output));
        }
        clear_border(&mut room.block, pitch, more);
    }

    fn blocks(&mut self, steps: usize) {
        let Self { layers, kernel, room } = self;
        let pitch = steps + 2;
        let mut height = BLOCK_ROWS;
        for (place, block) in layers.blocks.iter().enumerate() {
            let (from, to, step) = (block.dense.inputs, block.dense.width(), if place == HALVING { 2 } else { 1 });
            height /= step;
            fit(&mut room.whole, height * pitch * from);
            kernel.around(&block.filter, &room.block, pitch, step, block.dense.inverse, &mut room.whole);
            fit(&mut room.next_block, (height + 2) * pitch * to);
            // All columns, those of the border too, which are cleared after: one product, no gaps.
            let residual = (from == to).then(|| room.block.get(pitch * from..)).flatten();
            let finish = Finish { residual, activation: Activation::Relu };
            let output = Output::Floats(room.next_block.get_mut(pitch * to..).unwrap_or_default());
            kernel.product(&block.dense, &room.whole, rows(height * pitch, from), finish, output);
            clear_border(&mut room.next_block, pitch, to);
            std::mem::swap(&mut room.block, &mut room.next_block);
        }
    }

    fn fold(&mut self, steps: usize) {
        let Self { layers, kernel, room } = self;
        let pitch = steps + 2;
        let channels = layers.fold.inputs / FOLDED;
        fit(&mut room.whole, FOLDED * pitch * channels);
        kernel.count(room.block.get(pitch * channels..).unwrap_or_default(), layers.fold.inverse, &mut room.whole);
        fit(&mut room.line, (steps + 2 * MARGIN) * WIDE);
        let columns = Rows { count: steps, step: channels, segments: FOLDED, length: channels, segment_step: pitch * channels };
        let finish = Finish { activation: Activation::Relu, ..Finish::default() };
        let (Some(input), Some(output)) = (room.whole.get(channels..), room.line.get_mut(MARGIN * WIDE..)) else { return };
        kernel.product(&layers.fold, input, columns, finish, Output::Floats(output));
    }

    /// Leaves what the head is given in `whole`.
    fn mix(&mut self, steps: usize) {
        let Self { layers, kernel, room } = self;
        fit(&mut room.whole, steps * WIDE);
        fit(&mut room.hidden, steps * 2 * WIDE);
        fit(&mut room.next_line, (steps + 2 * MARGIN) * WIDE);
        for mixer in &layers.mixers {
            clear_margins(&mut room.line, steps);
            kernel.along(&mixer.filter, &room.line, mixer.up.inverse, &mut room.whole);
            let relu = Finish { activation: Activation::Relu, ..Finish::default() };
            let hidden = Output::Whole(&mut room.hidden, mixer.down.inverse);
            kernel.product(&mixer.up, &room.whole, rows(steps, WIDE), relu, hidden);
            let finish = Finish { residual: room.line.get(MARGIN * WIDE..), activation: Activation::Linear };
            let output = Output::Floats(room.next_line.get_mut(MARGIN * WIDE..).unwrap_or_default());
            kernel.product(&mixer.down, &room.hidden, rows(steps, 2 * WIDE), finish, output);
            std::mem::swap(&mut room.line, &mut room.next_line);
        }
        let line = room.line.get(MARGIN * WIDE..).unwrap_or_default();
        kernel.norm(&layers.norm, line, layers.head.inverse, &mut room.whole);
    }
}

/// Rows that lie one after the other.
fn rows(count: usize, length: usize) -> Rows {
    Rows { count, step: length, segments: 1, length, segment_step: 0 }
}

/// Makes `buffer` as long as that. What is in it is left from the last line.
fn fit<T: Copy + Default>(buffer: &mut Vec<T>, length: usize) {
    buffer.resize(length, T::default());
}

/// Fills the outermost pixels of a picture with zeros.
fn clear_border<T: Copy + Default>(picture: &mut [T], pitch: usize, channels: usize) {
    let zero = |row: &mut [T]| row.fill(T::default());
    let mut rows = picture.chunks_exact_mut(pitch * channels);
    rows.next().map(zero);
    rows.next_back().map(zero);
    for row in rows {
        if let Some((first, rest)) = row.split_at_mut_checked(channels) {
            zero(first);
            let end = rest.len().saturating_sub(channels);
            rest.get_mut(end..).map(zero);
        }
    }
}

fn clear_margins(line: &mut [f32], steps: usize) {
    let margin = MARGIN * WIDE;
    line.iter_mut().take(margin).for_each(|value| *value = 0.0);
    if let Some(after) = line.get_mut(margin + steps * WIDE..) {
        after.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Model, WEIGHTS};

    /// Ink without a meaning.
    fn ink(width: usize) -> Vec<f32> {
        (0..ROWS * width).map(|place| if place / 5 % 3 == 0 { (place * 7919 % 97) as f32 / 96.0 } else { 0.0 }).collect()
    }

    /// FNV-1a over the bits of the scores that mean something.
    fn digest(scores: Scores<'_>, classes: usize) -> u64 {
        let rows = scores.scores.chunks_exact(scores.width).flat_map(|row| &row[..classes]);
        rows.flat_map(|score| score.to_bits().to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    /// What is read must not change with a compiler, a processor or a change of the code that is not
    /// meant to: the version of the engine and the model's hash stand for these bits.
    #[test]
    fn the_scores_are_those_that_the_version_stands_for() {
        let Model { charset, layers } = Model::parse(WEIGHTS).unwrap();
        for kernel in Kernel::available() {
            let mut net = Net::new(layers.clone(), kernel);
            let digests = [16, 88, 264].map(|width| digest(net.scores(&ink(width), width), charset.len() + 1));
            assert_eq!(
                digests.map(|digest| format!("{digest:016x}")),
                ["d6b39e55bed58f57", "52923c9ac9392ada", "c2151ecfe95dcd4b"],
                "{kernel:?}"
            );
        }
    }

    #[test]
    fn what_was_read_before_leaves_no_trace() {
        let Model { layers, .. } = Model::parse(WEIGHTS).unwrap();
        let mut net = Net::new(layers.clone(), Kernel::best());
        for width in [320, 16, 72, 400, 8] {
            let fresh = Net::new(layers.clone(), Kernel::best()).scores(&ink(width), width).scores.to_vec();
            assert_eq!(net.scores(&ink(width), width).scores, fresh, "{width}");
            assert_eq!(fresh.len(), width / 4 * 256);
        }
    }
}
