//! Every kernel that the machine has against plain Rust, bit by bit.

use super::*;
use crate::{Model, Reader, WEIGHTS};

/// Made-up numbers, the same at every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    fn float(&mut self) -> f32 {
        self.next() as f32 / (1u32 << 30) as f32 - 1.0
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.float()).collect()
    }
}

fn others() -> Vec<Kernel> {
    Kernel::available().into_iter().filter(|kernel| *kernel != Kernel::PLAIN).collect()
}

#[test]
fn products_of_any_shape_are_those_of_plain_rust() {
    let mut numbers = Numbers(1);
    for round in 0..60 {
        let segments = 1 + numbers.below(5);
        let length = 8 * (1 + numbers.below(16));
        let (inputs, outputs) = (segments * length, 1 + numbers.below(100));
        let weights: Vec<u8> = (0..inputs * outputs).map(|_| numbers.next() as u8).collect();
        let (scale, bias) = (numbers.floats(outputs), numbers.floats(outputs));
        let dense = Dense::pack(inputs, outputs, 0.01, &scale, &bias, &weights);
        let count = 1 + numbers.below(40);
        let (step, segment_step) = (numbers.below(length + 9), numbers.below(300));
        let rows = Rows { count, step, segments, length, segment_step };
        let input: Vec<i16> =
            (0..count * step + segments * segment_step + length).map(|_| numbers.below(16383) as i16 - LARGEST).collect();
        let residual = numbers.floats(count * dense.width());
        let finish = Finish {
            residual: (round % 2 == 0).then_some(residual.as_slice()),
            activation: if round % 3 == 0 { Activation::Linear } else { Activation::Relu },
        };
        let floats = |kernel: Kernel| {
            let mut output = vec![f32::NAN; count * dense.width()];
            kernel.product(&dense, &input, rows, finish, Output::Floats(&mut output));
            output.iter().map(|float| float.to_bits()).collect::<Vec<_>>()
        };
        let whole = |kernel: Kernel| {
            let mut output = vec![-1; count * dense.width()];
            kernel.product(&dense, &input, rows, finish, Output::Whole(&mut output, 0.02));
            output
        };
        for kernel in others() {
            assert_eq!(floats(kernel), floats(Kernel::PLAIN), "{kernel:?} {rows:?} {outputs}");
            assert_eq!(whole(kernel), whole(Kernel::PLAIN), "{kernel:?} {rows:?} {outputs}");
        }
    }
}

#[test]
fn the_largest_sums_are_right() {
    for weight in [127_i8, -127] {
        let dense = Dense::pack(640, 32, 1.0, &[1.0; 32], &[0.0; 32], &vec![weight.cast_unsigned(); 640 * 32]);
        let rows = Rows { count: 1, step: 0, segments: 1, length: 640, segment_step: 0 };
        for kernel in Kernel::available() {
            let mut output = [0.0; 32];
            kernel.product(&dense, &[LARGEST; 640], rows, Finish::default(), Output::Floats(&mut output));
            let expected = 640 * i32::from(LARGEST) * i32::from(weight);
            assert_eq!(output, [expected as f32; 32], "{kernel:?}");
        }
    }
}

/// What plain Rust makes of a layer is worked out by hand once; see also the golden digest.
#[test]
fn a_small_product_is_right() {
    // Two inputs, two outputs: weights 1 2 / 3 -4.
    let dense = Dense::pack(2, 2, 0.5, &[2.0, 1.0], &[10.0, 0.5], &[1, 2, 3, (-4_i8).cast_unsigned()]);
    let mut output = [0.0; PANEL];
    let rows = Rows { count: 1, step: 2, segments: 1, length: 2, segment_step: 0 };
    Kernel::PLAIN.product(&dense, &[5, 7], rows, Finish::default(), Output::Floats(&mut output));
    assert_eq!(output[..3], [2.0 * 26.0 + 10.0, -18.0 + 0.5, 0.0]);
    assert_eq!((dense.width(), dense.inverse), (32, 2.0));
}

#[test]
fn lines_of_every_width_are_read_alike_by_all_kernels() {
    let model = Model::parse(WEIGHTS).unwrap();
    let mut plain = Reader::with_kernel(model.clone(), Kernel::PLAIN);
    let mut readers: Vec<_> = others().into_iter().map(|kernel| Reader::with_kernel(model.clone(), kernel)).collect();
    let mut numbers = Numbers(7);
    for width in (1..=64).step_by(3).chain([150, 331]) {
        let height = 1 + numbers.below(70);
        let samples: Vec<u8> =
            (0..width * height).map(|place| if place / 3 % 5 < 2 { numbers.next() as u8 / 2 } else { 240 }).collect();
        let expected = plain.read(&samples, width);
        for reader in &mut readers {
            assert_eq!(reader.read(&samples, width), expected, "{width} × {height}");
        }
    }
}
