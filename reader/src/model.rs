//! The file of weights: `training/quantise.py` says how it is laid out.

use crate::kernel::Dense;

const MAGIC: &[u8] = b"SOHOARD1";
/// Channels after the two layers of the stem, the blocks and the fold.
const STEM: [usize; 2] = [24, 64];
/// Channels of each block: what it is given and what it makes.
const BLOCKS: [(usize, usize); 5] = [(64, 64), (64, 64), (64, 128), (128, 128), (128, 128)];
/// Channels along the line.
pub(crate) const WIDE: usize = 192;
/// Widths of the filters along the line.
const ALONG: [usize; 4] = [9, 15, 21, 31];

/// Why bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelError(&'static str);

impl std::fmt::Display for ModelError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a model of the reader: {}", self.0)
    }
}

impl std::error::Error for ModelError {}

/// What a reader knows.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) charset: Vec<char>,
    pub(crate) layers: Layers,
}

impl Model {
    /// Takes a model from the bytes of its file.
    ///
    /// # Errors
    /// [`ModelError`] if anything in it is not as the network wants it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut file = File(bytes);
        if file.take(MAGIC.len())? != MAGIC {
            return Err(ModelError("another kind of file"));
        }
        let length = file.number()?;
        let text = std::str::from_utf8(file.take(length)?).map_err(|_| ModelError("its characters are no UTF-8"))?;
        let charset: Vec<char> = text.chars().collect();
        let layers = Layers {
            first: file.filter(9, STEM[0])?,
            second: file.dense(9 * STEM[0], STEM[1])?,
            blocks: BLOCKS
                .map(|(from, to)| Ok(Block { filter: file.filter(9, from)?, dense: file.dense(from, to)? }))
                .into_iter()
                .collect::<Result<_, ModelError>>()?,
            fold: file.dense(5 * 128, WIDE)?,
            mixers: ALONG
                .map(|taps| {
                    let filter = file.filter(taps, WIDE)?;
                    Ok(Mixer { filter, up: file.dense(WIDE, 2 * WIDE)?, down: file.dense(2 * WIDE, WIDE)? })
                })
                .into_iter()
                .collect::<Result<_, ModelError>>()?,
            norm: file.filter(1, WIDE)?,
            head: file.dense(WIDE, charset.len() + 1)?,
        };
        if !file.0.is_empty() {
            return Err(ModelError("bytes are left over"));
        }
        Ok(Self { charset, layers })
    }
}

/// All layers, in the order in which a line passes them.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    pub first: Filter,
    pub second: Dense,
    pub blocks: Vec<Block>,
    pub fold: Dense,
    pub mixers: Vec<Mixer>,
    /// One tap, the factor; its bias is added.
    pub norm: Filter,
    pub head: Dense,
}

/// A filter of 3 × 3 for each channel, then all channels with each other.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub filter: Filter,
    pub dense: Dense,
}

/// A filter along the line for each channel, then twice all channels with each other.
#[derive(Debug, Clone)]
pub(crate) struct Mixer {
    pub filter: Filter,
    pub up: Dense,
    pub down: Dense,
}

/// Weights of a layer that works on floats: `taps` rows of as many as there are channels.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub taps: usize,
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
}

/// What of the file is still to be read.
struct File<'b>(&'b [u8]);

impl<'b> File<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], ModelError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ModelError("it is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<usize, ModelError> {
        let bytes = self.take(4)?.first_chunk().copied().unwrap_or_default();
        usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| ModelError("a length is too large"))
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, ModelError> {
        let bytes = self.take(count.checked_mul(4).ok_or(ModelError("a length is too large"))?)?;
        let floats: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if floats.iter().all(|float| float.is_finite()) { Ok(floats) } else { Err(ModelError("a weight is no number")) }
    }

    fn sizes(&mut self, wanted: [usize; 2]) -> Result<(), ModelError> {
        if [self.number()?, self.number()?] == wanted { Ok(()) } else { Err(ModelError("a layer has another size")) }
    }

    fn filter(&mut self, taps: usize, channels: usize) -> Result<Filter, ModelError> {
        self.sizes([taps, channels])?;
        Ok(Filter { taps, weights: self.floats(taps * channels)?, bias: self.floats(channels)? })
    }

    fn dense(&mut self, inputs: usize, outputs: usize) -> Result<Dense, ModelError> {
        self.sizes([inputs, outputs])?;
        let step = self.floats(1)?.into_iter().sum::<f32>();
        if step <= 0.0 || !step.recip().is_finite() {
            return Err(ModelError("a step is not above zero"));
        }
        let (scale, bias) = (self.floats(outputs)?, self.floats(outputs)?);
        let weights = self.take(inputs.checked_mul(outputs).ok_or(ModelError("a length is too large"))?)?;
        Ok(Dense::pack(inputs, outputs, step, &scale, &bias, weights))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WEIGHTS;

    #[test]
    fn the_models_own_file_is_read_whole() {
        let model = Model::parse(WEIGHTS).unwrap();
        assert_eq!(model.charset.len(), 239);
        assert!(model.charset.is_sorted() && model.charset.contains(&'ữ') && model.charset.contains(&' '));
        assert!(WEIGHTS.len() < 1_500_000);
    }

    #[test]
    fn a_file_that_was_cut_or_spoilt_is_refused() {
        for length in (0..WEIGHTS.len()).step_by(9973) {
            assert!(Model::parse(&WEIGHTS[..length]).is_err(), "{length}");
        }
        let longer = [WEIGHTS, &[0]].concat();
        assert_eq!(Model::parse(&longer).unwrap_err(), ModelError("bytes are left over"));
        let mut other = WEIGHTS.to_vec();
        other[7] = b'2';
        assert_eq!(Model::parse(&other).unwrap_err(), ModelError("another kind of file"));
        let mut huge = WEIGHTS.to_vec();
        huge[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Model::parse(&huge).unwrap_err(), ModelError("it is cut short"));
        let mut endless = WEIGHTS.to_vec();
        let first = 12 + u32::from_le_bytes(WEIGHTS[8..12].try_into().unwrap()) as usize + 8;
        endless[first..first + 4].copy_from_slice(&f32::INFINITY.to_le_bytes());
        assert_eq!(Model::parse(&endless).unwrap_err(), ModelError("a weight is no number"));
    }
}
