//! Products of whole numbers, and which instructions make them.
//!
//! Inputs are whole numbers of 14 bits, weights of 8; products are summed in 32 bits, which they
//! cannot fill (640 × 8191 × 127 < 2³¹). So every kernel gives the same sums as plain Rust, whatever the
//! order it adds in. Each kernel is a module of the same functions, compiled for its instructions:
//! the layers on floats from [`crate::layers`], and the product with a tile of its own.

#[cfg(target_arch = "x86_64")]
mod x86;

mod plain;
#[cfg(test)]
mod tests;

use crate::model::Filter;

/// Outputs that are worked out side by side; weights lie in panels of so many.
pub(crate) const PANEL: usize = 32;
/// The largest whole number that an input becomes.
pub(crate) const LARGEST: i16 = 8191;

/// A set of instructions that this machine has.
///
/// There is no way to name one that it has not: they come from [`Kernel::available`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Instructions);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instructions {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
}

impl Kernel {
    /// Plain Rust: every machine has it, and it is what all others are held against.
    pub const PLAIN: Self = Self(Instructions::Plain);

    /// All that this machine has, the fastest first.
    pub fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
            let avx2 = is_x86_feature_detected!("avx2");
            for (there, instructions) in [
                (avx512 && is_x86_feature_detected!("avx512vnni"), Instructions::Avx512Vnni),
                (avx512, Instructions::Avx512),
                (avx2 && is_x86_feature_detected!("avxvnni"), Instructions::AvxVnni),
                (avx2, Instructions::Avx2),
            ] {
                found.extend(there.then_some(Self(instructions)));
            }
        }
        found.push(Self::PLAIN);
        found
    }

    /// The fastest that gives what plain Rust gives: a processor, or a program that plays one, that
    /// counts differently must not change what is read.
    pub fn best() -> Self {
        Self::available().into_iter().find(|kernel| kernel.agrees()).unwrap_or(Self::PLAIN)
    }

    /// Whether a product of made-up numbers comes out as in plain Rust.
    fn agrees(self) -> bool {
        let (inputs, outputs, count) = (48, 40, 15);
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let weights: Vec<u8> = (0..inputs * outputs).map(|_| next().to_le_bytes()[0]).collect();
        let input: Vec<i16> = (0..count * inputs).map(|_| (next() % 16383) as i16 - LARGEST).collect();
        let dense = Dense::pack(inputs, outputs, 1.0, &vec![0.5; outputs], &vec![0.25; outputs], &weights);
        let product = |kernel: Self| {
            let mut output = vec![0.0; count * dense.width()];
            let rows = Rows { count, step: inputs, segments: 1, length: inputs, segment_step: 0 };
            kernel.product(&dense, &input, rows, Finish::default(), Output::Floats(&mut output));
            output
        };
        product(self) == product(Self::PLAIN)
    }
}

/// A layer in which every output sums up all inputs.
#[derive(Debug, Clone)]
pub(crate) struct Dense {
    pub inputs: usize,
    /// One over the step in which inputs are counted.
    pub inverse: f32,
    /// For each panel, for each pair of inputs, for each output of the panel: two weights.
    panels: Vec<i16>,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

impl Dense {
    /// `weights` are bytes with a sign, all outputs of the first input first. Outputs are filled up
    /// to whole panels with zeros, inputs to whole pairs.
    pub fn pack(inputs: usize, outputs: usize, step: f32, scale: &[f32], bias: &[f32], weights: &[u8]) -> Self {
        let width = outputs.next_multiple_of(PANEL);
        let row = |input: usize| weights.get(input * outputs..).and_then(|rest| rest.get(..outputs)).unwrap_or_default();
        let mut panels = Vec::with_capacity(inputs.next_multiple_of(2) * width);
        for panel in (0..width).step_by(PANEL) {
            for pair in (0..inputs).step_by(2) {
                for output in panel..panel + PANEL {
                    let weight = |input| row(input).get(output).map_or(0, |&byte| i16::from(byte.cast_signed()));
                    panels.extend([weight(pair), weight(pair + 1)]);
                }
            }
        }
        let filled = |values: &[f32]| values.iter().copied().chain(std::iter::repeat(0.0)).take(width).collect();
        Self { inputs, inverse: step.recip(), panels, scale: filled(scale), bias: filled(bias) }
    }

    /// Outputs in whole panels: how wide a row of output is.
    pub fn width(&self) -> usize {
        self.bias.len()
    }
}

/// Which stretches of the input are multiplied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// So many rows.
    pub count: usize,
    /// From the start of a row to that of the next one.
    pub step: usize,
    /// A row is so many stretches ...
    pub segments: usize,
    /// ... of this length, a whole number of eights ...
    pub length: usize,
    /// ... and from the start of one to that of the next it is so far.
    pub segment_step: usize,
}

/// What is done to a sum before it is written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Finish<'r> {
    /// Added first; rows as wide as those of the output.
    pub residual: Option<&'r [f32]>,
    pub activation: Activation,
}

/// What becomes of numbers below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Activation {
    /// They stay.
    #[default]
    Linear,
    /// They become zero.
    Relu,
}

/// Where results go.
pub(crate) enum Output<'o> {
    Floats(&'o mut [f32]),
    /// Counted in steps, for the next layer.
    Whole(&'o mut [i16], f32),
}

/// Calls a function of the module that goes with a kernel.
macro_rules! dispatch {
    ($kernel:expr, $function:ident($($argument:expr),*)) => {
        match $kernel.0 {
            Instructions::Plain => plain::$function($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => dispatch!(@there avx2::$function($($argument),*)),
            #[cfg(target_arch = "x86_64")]
            Instructions::AvxVnni => dispatch!(@there avx_vnni::$function($($argument),*)),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => dispatch!(@there avx512::$function($($argument),*)),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512Vnni => dispatch!(@there avx512_vnni::$function($($argument),*)),
        }
    };
    (@there $module:ident::$function:ident($($argument:expr),*)) => {{
        // SAFETY: the functions are safe but for the instructions they want, and a kernel that wants
        // them is only made by `available`, which has asked the processor for them.
        #[allow(unsafe_code)]
        unsafe {
            x86::$module::$function($($argument),*);
        }
    }};
}

impl Kernel {
    /// `input` times `dense`, row by row.
    pub(crate) fn product(self, dense: &Dense, input: &[i16], rows: Rows, finish: Finish<'_>, output: Output<'_>) {
        dispatch!(self, product(dense, input, rows, finish, output));
    }

    /// See [`crate::layers::first`].
    pub(crate) fn first(self, filter: &Filter, input: &[f32], width: usize, inverse: f32, output: &mut [i16]) {
        dispatch!(self, first(filter, input, width, inverse, output));
    }

    /// See [`crate::layers::around`].
    pub(crate) fn around(self, filter: &Filter, input: &[f32], pitch: usize, step: usize, inverse: f32, output: &mut [i16]) {
        dispatch!(self, around(filter, input, pitch, step, inverse, output));
    }

    /// See [`crate::layers::along`].
    pub(crate) fn along(self, filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
        dispatch!(self, along(filter, input, inverse, output));
    }

    /// See [`crate::layers::norm`].
    pub(crate) fn norm(self, filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
        dispatch!(self, norm(filter, input, inverse, output));
    }

    /// See [`crate::layers::count`].
    pub(crate) fn count(self, input: &[f32], inverse: f32, output: &mut [i16]) {
        dispatch!(self, count(input, inverse, output));
    }
}
