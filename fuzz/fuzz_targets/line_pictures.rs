//! The picture of a line, however odd, is read by every kernel alike, and what is read lies on it.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use sohoa_reader::{Kernel, Model, Reader, WEIGHTS};

/// Higher pictures are cut: what is shown of them would be the same.
const HIGHEST: usize = 200;

thread_local! {
    static READERS: RefCell<Vec<Reader>> = RefCell::new({
        let model = Model::parse(WEIGHTS).expect("the model that comes with the reader");
        Kernel::available().into_iter().map(|kernel| Reader::with_kernel(model.clone(), kernel)).collect()
    });
}

// The first byte is the width.
fuzz_target!(|bytes: &[u8]| {
    let Some((&width, samples)) = bytes.split_first() else { return };
    let width = usize::from(width);
    let samples = &samples[..samples.len().min(HIGHEST * width)];
    READERS.with_borrow_mut(|readers| {
        let mut readings = readers.iter_mut().map(|reader| reader.read(samples, width));
        let first = readings.next().expect("plain Rust is always there");
        assert!(readings.all(|other| other == first), "kernels differ");
        let mut last = f32::NEG_INFINITY;
        for character in &first {
            assert!((0.0..=1.0).contains(&character.probability), "{character:?}");
            assert!(character.from >= last && character.to > character.from, "{character:?} is out of order");
            last = character.from;
        }
        assert!(width > 0 && samples.len() >= width || first.is_empty(), "nothing is read from nothing");
    });
});
