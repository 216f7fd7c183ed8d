//! Kernels for the instructions of x86-64. They differ in the width of a vector and in how two
//! products are added to a sum; all else is one macro.

use core::arch::x86_64::*;

use safe_unaligned_simd::x86_64 as memory;

use super::{Dense, Finish, Output, PANEL, Rows};
use crate::layers::{self, Sums, finish_row};
use crate::model::Filter;

#[inline]
#[target_feature(enable = "avx2")]
fn load_256(numbers: &[i16; 16]) -> __m256i {
    memory::_mm256_loadu_si256(numbers)
}

#[inline]
#[target_feature(enable = "avx2")]
fn store_256(sums: &mut [i32; 8], vector: __m256i) {
    memory::_mm256_storeu_si256(sums, vector);
}

#[inline]
#[target_feature(enable = "avx2")]
fn multiply_add_256(sums: __m256i, a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(sums, _mm256_madd_epi16(a, b))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load_512(numbers: &[i16; 32]) -> __m512i {
    memory::_mm512_loadu_si512(numbers)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store_512(sums: &mut [i32; 16], vector: __m512i) {
    memory::_mm512_storeu_si512(sums, vector);
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn multiply_add_512(sums: __m512i, a: __m512i, b: __m512i) -> __m512i {
    _mm512_add_epi32(sums, _mm512_madd_epi16(a, b))
}

/// Two numbers side by side, as one of 32 bits.
#[inline(always)]
fn pair(numbers: [i16; 2]) -> i32 {
    let [low, high] = numbers.map(|number| u32::from(number.cast_unsigned()));
    (low | high << 16).cast_signed()
}

/// A module of kernels: `$tall` rows of `$wide` vectors of `$lanes` sums are worked out at once.
macro_rules! kernels {
    ($module:ident, $features:literal, $vector:ty, $lanes:literal, $wide:literal, $tall:literal,
     $zero:ident, $splat:ident, $load:ident, $store:ident, $dot:ident) => {
        pub(super) mod $module {
            use super::*;

            /// Pairs of numbers that are taken together; the lengths of stretches are multiples of four pairs.
            const SHORT: usize = 4;
            const LONG: usize = 32;
            /// Sums of a row that one tile covers.
            const SPAN: usize = $lanes * $wide;

            #[target_feature(enable = $features)]
            pub fn product(dense: &Dense, input: &[i16], rows: Rows, finish: Finish<'_>, mut output: Output<'_>) {
                let scaling = (dense.width(), dense.scale.as_slice(), dense.bias.as_slice());
                let mut tile: [Sums; $tall] = [[0; PANEL]; $tall];
                for (place, panel) in dense.panels.chunks_exact(dense.inputs * PANEL).enumerate() {
                    let panel = panel.as_chunks().0;
                    for top in (0..rows.count).step_by($tall) {
                        // The last rows are worked out more than once and written once.
                        let starts = core::array::from_fn(|row| (top + row).min(rows.count - 1) * rows.step);
                        if rows.length % (2 * LONG) == 0 {
                            sum::<LONG, 0>(input, starts, rows, panel, &mut tile);
                            if SPAN < PANEL {
                                sum::<LONG, 1>(input, starts, rows, panel, &mut tile);
                            }
                        } else {
                            sum::<SHORT, 0>(input, starts, rows, panel, &mut tile);
                            if SPAN < PANEL {
                                sum::<SHORT, 1>(input, starts, rows, panel, &mut tile);
                            }
                        }
                        for (row, sums) in (top..rows.count).zip(&tile) {
                            finish_row(sums, (place, row), scaling, finish, &mut output);
                        }
                    }
                }
            }

            /// Fills the [`SPAN`] sums of part `PART` of each row of `tile`.
            // Not inlined, and with nothing in its innermost loop that depends on a length, so that the
            // sums are kept in registers.
            #[inline(never)]
            #[target_feature(enable = $features)]
            fn sum<const PAIRS: usize, const PART: usize>(
                input: &[i16],
                starts: [usize; $tall],
                rows: Rows,
                panel: &[[i16; 2 * PANEL]],
                tile: &mut [Sums; $tall],
            ) {
                let mut sums = [[$zero(); $wide]; $tall];
                let mut weights = panel.as_chunks::<PAIRS>().0.iter();
                for segment in 0..rows.segments {
                    for block in (0..rows.length).step_by(2 * PAIRS) {
                        let at = segment * rows.segment_step + block;
                        let blocks: [Option<&[[i16; 2]; PAIRS]>; $tall] =
                            starts.map(|start| input.get(start + at..).and_then(|rest| rest.as_chunks().0.first_chunk()));
                        // No stretch lies outside the input.
                        let blocks = blocks.map(|block| block.unwrap_or(&[[0; 2]; PAIRS]));
                        let Some(weights) = weights.next() else { return };
                        for (place, weights) in weights.iter().enumerate() {
                            let part = weights.as_chunks::<{ 2 * SPAN }>().0.get(PART).unwrap_or(&[0; 2 * SPAN]);
                            let mut vectors = [$zero(); $wide];
                            for (vector, weights) in vectors.iter_mut().zip(part.as_chunks::<{ 2 * $lanes }>().0) {
                                *vector = $load(weights);
                            }
                            for (sums, block) in sums.iter_mut().zip(blocks) {
                                let numbers = $splat(pair(block.get(place).copied().unwrap_or_default()));
                                for (sum, vector) in sums.iter_mut().zip(vectors) {
                                    *sum = $dot(*sum, numbers, vector);
                                }
                            }
                        }
                    }
                }
                for (sums, row) in sums.iter().zip(tile) {
                    let Some(part) = row.as_chunks_mut::<SPAN>().0.get_mut(PART) else { return };
                    for (sum, part) in sums.iter().zip(part.as_chunks_mut::<$lanes>().0) {
                        $store(part, *sum);
                    }
                }
            }

            #[target_feature(enable = $features)]
            pub fn first(filter: &Filter, input: &[f32], width: usize, inverse: f32, output: &mut [i16]) {
                layers::first(filter, input, width, inverse, output);
            }

            #[target_feature(enable = $features)]
            pub fn around(filter: &Filter, input: &[f32], pitch: usize, step: usize, inverse: f32, output: &mut [i16]) {
                layers::around(filter, input, pitch, step, inverse, output);
            }

            #[target_feature(enable = $features)]
            pub fn along(filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
                layers::along(filter, input, inverse, output);
            }

            #[target_feature(enable = $features)]
            pub fn norm(filter: &Filter, input: &[f32], inverse: f32, output: &mut [i16]) {
                layers::norm(filter, input, inverse, output);
            }

            #[target_feature(enable = $features)]
            pub fn count(input: &[f32], inverse: f32, output: &mut [i16]) {
                layers::count(input, inverse, output);
            }
        }
    };
}

kernels!(avx2, "avx2", __m256i, 8, 2, 6, _mm256_setzero_si256, _mm256_set1_epi32, load_256, store_256, multiply_add_256);
kernels!(
    avx_vnni,
    "avx2,avxvnni",
    __m256i,
    8,
    2,
    6,
    _mm256_setzero_si256,
    _mm256_set1_epi32,
    load_256,
    store_256,
    _mm256_dpwssd_avx_epi32
);
kernels!(
    avx512,
    "avx512f,avx512bw",
    __m512i,
    16,
    2,
    12,
    _mm512_setzero_si512,
    _mm512_set1_epi32,
    load_512,
    store_512,
    multiply_add_512
);
kernels!(
    avx512_vnni,
    "avx512f,avx512bw,avx512vnni",
    __m512i,
    16,
    2,
    12,
    _mm512_setzero_si512,
    _mm512_set1_epi32,
    load_512,
    store_512,
    _mm512_dpwssd_epi32
);
