//! Layers that work on floats, and the floats at the end of a product.
//!
//! Pictures lie with their channels side by side. Every float is multiplied and added in the order
//! in which it stands here, whatever it is compiled for, so that all kernels give the same bits:
//! compilers may work on many channels at once, but never fuse or reorder what is done to one.

use crate::kernel::{Activation, Finish, LARGEST, Output, PANEL};
use crate::model::{Filter, WIDE};

/// Sums of one row of a panel.
pub(crate) type Sums = [i32; PANEL];

/// Channels that are worked on together.
const LANES: usize = 16;
/// Channels after the first layer.
const FIRST: usize = 24;
/// Pixels of zeros at either end of a picture that [`along`] looks at.
pub(crate) const MARGIN: usize = 15;

/// `value` in steps, between `least` and [`LARGEST`]; no number becomes `least`.
#[inline(always)]
fn whole(value: f32, inverse: f32, least: f32) -> i16 {
    // Added to a small number this leaves no room for a fraction: the sum is rounded to the nearest
    // whole number, ties to even ones.
    const ROUNDING: f32 = 12_582_912.0;
    let value = value * inverse;
    let value = if value > least { value } else { least };
    let value = if value < LARGEST as f32 { value } else { LARGEST as f32 };
    (value + ROUNDING).to_bits().wrapping_sub(ROUNDING.to_bits()) as i16
}

/// `output` = `input` in steps, nothing below zero.
#[inline(always)]
pub(crate) fn count(input: &[f32], inverse: f32, output: &mut [i16]) {
    for (&value, output) in input.iter().zip(output) {
        *output = whole(value, inverse, 0.0);
    }
}

/// Scales the sums of panel `place` and row `row`, does what `finish` says and writes them.
#[inline(always)]
pub(crate) fn finish_row(
    sums: &Sums,
    (place, row): (usize, usize),
    (width, scale, bias): (usize, &[f32], &[f32]),
    finish: Finish<'_>,
    output: &mut Output<'_>,
) {
    let from = place * PANEL;
    let at = row * width + from;
    let (Some(scale), Some(bias)) = (panel(scale, from), panel(bias, from)) else { return };
    let mut values = [0.0; PANEL];
    for (((value, &sum), scale), bias) in values.iter_mut().zip(sums).zip(scale).zip(bias) {
        *value = sum as f32 * scale + bias;
    }
    if let Some(residual) = finish.residual.and_then(|residual| panel(residual, at)) {
        for (value, residual) in values.iter_mut().zip(residual) {
            *value += residual;
        }
    }
    if finish.activation == Activation::Relu {
        for value in &mut values {
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
    }
    match output {
        Output::Floats(output) => {
            if let Some(output) = output.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<PANEL>()) {
                *output = values;
            }
        }
        Output::Whole(output, inverse) => {
            if let Some(output) = output.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<PANEL>()) {
                for (output, value) in output.iter_mut().zip(values) {
                    *output = whole(value, *inverse, 0.0);
                }
            }
        }
    }
}

#[inline(always)]
fn panel(values: &[f32], from: usize) -> Option<&[f32; PANEL]> {
    values.get(from..).and_then(|rest| rest.first_chunk())
}

/// The first layer: 3 × 3 of a picture of one channel, two steps at a time, into [`FIRST`] channels.
///
/// `input` has `width` columns and a border of one zero around; so has `output`, half as wide and high.
#[inline(always)]
pub(crate) fn first(filter: &Filter, input: &[f32], width: usize, inverse: f32, output: &mut [i16]) {
    let (pitch, half) = (width + 2, width / 2);
    let Some(bias) = filter.bias.first_chunk::<FIRST>() else { return };
    let Some(weights) = filter.weights.as_chunks::<FIRST>().0.first_chunk::<9>() else { return };
    let rows = output.as_chunks_mut::<FIRST>().0.chunks_exact_mut(half + 2).skip(1);
    for (lines, row) in input.chunks_exact(pitch).collect::<Vec<_>>().windows(3).step_by(2).zip(rows) {
        let [above, here, below] = lines else { return };
        let pixels = above.windows(3).zip(here.windows(3)).zip(below.windows(3)).step_by(2);
        for (((above, here), below), output) in pixels.zip(row.iter_mut().skip(1)) {
            let mut sums = *bias;
            for (&value, weights) in above.iter().chain(here).chain(below).zip(weights) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            }
            for (output, sum) in output.iter_mut().zip(sums) {
                *output = whole(sum, inverse, 0.0);
            }
        }
    }
}

/// A filter of 3 × 3 for each channel; what is below zero becomes zero.
///
/// `input` has rows of `pitch` pixels and a border of one zero around. `step` is how far it goes down
/// from one row of `output` to the next; these have the width of the input's, and no rows of border.
#[inline(always)]
pub(crate) fn around(filter: &Filter, input: &[f32], pitch: usize, step: usize, inverse: f32, output: &mut [i16]) {
    match filter.bias.len() {
        64 => around_channels::<64>(filter, input, pitch, step, inverse, output),
        128 => around_channels::<128>(filter, input, pitch, step, inverse, output),
        _ => {}
    }
}

#[inline(always)]
fn around_channels<const C: usize>(filter: &Filter, input: &[f32], pitch: usize, step: usize, inverse: f32, output: &mut [i16]) {
    let (Some(bias), Some(weights)) = (filter.bias.first_chunk::<C>(), filter.weights.as_chunks::<C>().0.first_chunk::<9>())
    else {
        return;
    };
    let lines: Vec<&[[f32; C]]> = input.as_chunks::<C>().0.chunks_exact(pitch).collect();
    let rows = output.as_chunks_mut::<C>().0.chunks_exact_mut(pitch);
    for (lines, row) in lines.windows(3).step_by(step).zip(rows) {
        let [above, here, below] = lines else { return };
        let pixels = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
        for (((above, here), below), output) in pixels.zip(row.iter_mut().skip(1)) {
            let ([a, b, c], [d, e, f], [g, h, i]) = (above, here, below) else { return };
            let taps = [a, b, c, d, e, f, g, h, i];
            for (block, output) in output.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let mut sums = lanes(bias, block);
                for (tap, weights) in taps.iter().zip(weights) {
                    add_product(&mut sums, &lanes(tap, block), &lanes(weights, block));
                }
                for (output, sum) in output.iter_mut().zip(sums) {
                    *output = whole(sum, inverse, 0.0);
                }
            }
        }
    }
}

/// A filter along the line for each of [`WIDE`] channels. `input` has [`MARGIN`] pixels of zeros at
/// either end, `output` has none.
#[inline(always)]
pub(crate) fn along(filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
    let Some(bias) = filter.bias.first_chunk::<WIDE>() else { return };
    let weights = filter.weights.as_chunks::<WIDE>().0;
    let pixels = input.as_chunks::<WIDE>().0.get(MARGIN - filter.taps / 2..).unwrap_or_default();
    for (taps, output) in pixels.windows(filter.taps).zip(output.as_chunks_mut::<WIDE>().0) {
        for (block, output) in output.as_chunks_mut::<{ 2 * LANES }>().0.iter_mut().enumerate() {
            let (mut low, mut high) = (lanes(bias, 2 * block), lanes(bias, 2 * block + 1));
            for (tap, weights) in taps.iter().zip(weights) {
                add_product(&mut low, &lanes(tap, 2 * block), &lanes(weights, 2 * block));
                add_product(&mut high, &lanes(tap, 2 * block + 1), &lanes(weights, 2 * block + 1));
            }
            for (output, sum) in output.iter_mut().zip(low.into_iter().chain(high)) {
                *output = whole(sum, inverse, -f32::from(LARGEST));
            }
        }
    }
}

/// Each channel times a factor and more by its bias; what is below zero becomes zero.
#[inline(always)]
pub(crate) fn norm(filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
    for (input, output) in input.as_chunks::<WIDE>().0.iter().zip(output.as_chunks_mut::<WIDE>().0) {
        for (((value, factor), bias), output) in input.iter().zip(&filter.weights).zip(&filter.bias).zip(output) {
            *output = whole(value * factor + bias, inverse, 0.0);
        }
    }
}

#[inline(always)]
fn lanes<const C: usize>(values: &[f32; C], block: usize) -> [f32; LANES] {
    values.as_chunks::<LANES>().0.get(block).copied().unwrap_or([0.0; LANES])
}

#[inline(always)]
fn add_product(sums: &mut [f32; LANES], values: &[f32; LANES], weights: &[f32; LANES]) {
    for ((sum, value), weight) in sums.iter_mut().zip(values).zip(weights) {
        *sum += value * weight;
    }
}
