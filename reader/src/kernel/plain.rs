//! The reference, and what machines without a kernel of their own read with.

pub(super) use crate::layers::{along, around, count, first, norm};

use super::{Dense, Finish, Output, PANEL, Rows};
use crate::layers::{Sums, finish_row};

pub(super) fn product(dense: &Dense, input: &[i16], rows: Rows, finish: Finish<'_>, mut output: Output<'_>) {
    for (place, panel) in dense.panels.chunks_exact(dense.inputs * PANEL).enumerate() {
        for row in 0..rows.count {
            let mut sums: Sums = [0; PANEL];
            let mut weights = panel.as_chunks::<{ 2 * PANEL }>().0.iter();
            for segment in 0..rows.segments {
                let start = row * rows.step + segment * rows.segment_step;
                let Some(numbers) = input.get(start..start + rows.length) else { return };
                for (&[a, b], weights) in numbers.as_chunks::<2>().0.iter().zip(&mut weights) {
                    for (sum, &[v, w]) in sums.iter_mut().zip(weights.as_chunks::<2>().0) {
                        let both = i32::from(a).wrapping_mul(v.into()).wrapping_add(i32::from(b).wrapping_mul(w.into()));
                        *sum = sum.wrapping_add(both);
                    }
                }
            }
            finish_row(&sums, (place, row), (dense.width(), &dense.scale, &dense.bias), finish, &mut output);
        }
    }
}
