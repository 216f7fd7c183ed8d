//! A safe wrapper over the few Leptonica functions that cleaning a page needs; nothing outside
//! this module touches the C library.
//!
//! Leptonica counts pixels in `i32` and reports every failure as a null pointer or a non-zero
//! return, which become [`PixError`]. Its messages are silenced: a page that it cannot work on
//! is an ordinary outcome here.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Once;

use leptonica_sys as lept;

use super::bits::Bits;

/// Leptonica refused, which for valid arguments means that memory ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Leptonica could not {0}")]
pub(super) struct PixError(&'static str);

/// An image of 1 or 8 bits a pixel that frees itself.
#[derive(Debug)]
pub(super) struct Pix {
    raw: NonNull<lept::Pix>,
}

fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: sets one global integer; `Once` keeps two threads from writing it at a time.
        unsafe { lept::setMsgSeverity(lept::L_SEVERITY_NONE as c_int) };
    });
}

impl Pix {
    /// Takes ownership of what a Leptonica function returned.
    ///
    /// # Safety
    /// `raw` is null or a reference of its own to a valid image.
    unsafe fn own(raw: *mut lept::Pix, task: &'static str) -> Result<Self, PixError> {
        NonNull::new(raw).map(|raw| Self { raw }).ok_or(PixError(task))
    }

    /// Copies 8-bit grey samples in; `samples` holds `width` × `height` of them.
    pub(super) fn from_gray(width: u32, height: u32, samples: &[u8]) -> Result<Self, PixError> {
        silence();
        let task = "take the page's pixels";
        let (Ok(w), Ok(h)) = (c_int::try_from(width), c_int::try_from(height)) else { return Err(PixError(task)) };
        if width == 0 || samples.len() != (width as usize) * (height as usize) {
            return Err(PixError(task));
        }
        // SAFETY: plain numbers go in; Leptonica checks them against overflow.
        let pix = unsafe { Self::own(lept::pixCreate(w, h, 8), task)? };
        let words_per_row = pix.words_per_row();
        // SAFETY: the image was just made, is not shared, and holds `height` rows of that many
        // 32-bit words.
        let words = unsafe { slice::from_raw_parts_mut(lept::pixGetData(pix.raw.as_ptr()), words_per_row * height as usize) };
        for (row, line) in words.chunks_exact_mut(words_per_row).zip(samples.chunks_exact(width as usize)) {
            let mut groups = line.chunks_exact(4);
            for (word, group) in row.iter_mut().zip(&mut groups) {
                // The first pixel is the most significant byte of its word.
                *word = u32::from_be_bytes(group.try_into().unwrap_or_default());
            }
            if let Some(last) = row.get_mut(line.len() / 4) {
                *last = groups.remainder().iter().enumerate().fold(0, |word, (i, &v)| word | u32::from(v) << (24 - 8 * i));
            }
        }
        Ok(pix)
    }

    /// Copies 8-bit samples out, row after row; empty if the image is not grey.
    pub(super) fn gray_samples(&self) -> Vec<u8> {
        // SAFETY: reads a field of a valid image.
        if unsafe { lept::pixGetDepth(self.raw.as_ptr()) } != 8 {
            return Vec::new();
        }
        let (width, height) = (self.width() as usize, self.height() as usize);
        let words_per_row = self.words_per_row();
        // SAFETY: a valid image holds `height` rows of that many 32-bit words, and nothing
        // writes to it while `self` is borrowed.
        let words = unsafe { slice::from_raw_parts(lept::pixGetData(self.raw.as_ptr()), words_per_row * height) };
        let mut samples = vec![0; width * height];
        for (line, row) in words.chunks_exact(words_per_row).zip(samples.chunks_exact_mut(width.max(1))) {
            let (groups, rest) = row.as_chunks_mut::<4>();
            groups.iter_mut().zip(line).for_each(|(group, word)| *group = word.to_be_bytes());
            let last = line.get(groups.len()).copied().unwrap_or_default().to_be_bytes();
            rest.iter_mut().zip(last).for_each(|(sample, byte)| *sample = byte);
        }
        samples
    }

    /// Pixels across.
    pub(super) fn width(&self) -> u32 {
        // SAFETY: reads a field of a valid image.
        unsafe { lept::pixGetWidth(self.raw.as_ptr()) }.unsigned_abs()
    }

    /// Pixels down.
    pub(super) fn height(&self) -> u32 {
        // SAFETY: reads a field of a valid image.
        unsafe { lept::pixGetHeight(self.raw.as_ptr()) }.unsigned_abs()
    }

    fn words_per_row(&self) -> usize {
        // SAFETY: reads a field of a valid image.
        unsafe { lept::pixGetWpl(self.raw.as_ptr()) }.unsigned_abs() as usize
    }

    /// Of the levels of paper in tiles of a page, each 0 where it could not be told, what the samples of each
    /// tile are multiplied by (in parts of 256) to bring paper to `paper`. The tiles of the first `whole`
    /// columns and rows are whole ones.
    pub(super) fn gains(&self, whole: (usize, usize), paper: u8) -> Result<Vec<u16>, PixError> {
        let task = "flatten the background";
        let (Ok(across), Ok(down)) = (c_int::try_from(whole.0), c_int::try_from(whole.1)) else { return Err(PixError(task)) };
        // SAFETY: the image is our own and nothing else holds it; it is as large as the call below asks.
        let failed = unsafe { lept::pixFillMapHoles(self.raw.as_ptr(), across, down, lept::L_FILL_BLACK as c_int) };
        if failed != 0 {
            return Err(PixError(task));
        }
        // SAFETY: the result is a new image.
        let gains = unsafe { Self::own(lept::pixGetInvBackgroundMap(self.raw.as_ptr(), c_int::from(paper), 2, 1), task)? };
        let (width, words_per_row) = (gains.width() as usize, gains.words_per_row());
        // SAFETY: a valid image holds `height` rows of that many 32-bit words, and nothing writes to it.
        let words =
            unsafe { slice::from_raw_parts(lept::pixGetData(gains.raw.as_ptr()), words_per_row * gains.height() as usize) };
        // Two numbers of 16 bits lie in a word, the first one in its upper half.
        let halves =
            |row: &[u32]| -> Vec<u16> { row.iter().flat_map(|word| [(word >> 16) as u16, *word as u16]).take(width).collect() };
        Ok(words.chunks_exact(words_per_row.max(1)).flat_map(halves).collect())
    }

    /// Replaces each pixel of a grey image by the mean of the 3 × 3 around it.
    pub(super) fn blurred(&self) -> Result<Self, PixError> {
        // SAFETY: a null accumulator is allowed; the result is a new image.
        unsafe { Self::own(lept::pixBlockconvGray(self.raw.as_ptr(), ptr::null_mut(), 1, 1), "blur the page") }
    }

    /// Turned clockwise by `quarters` × 90°.
    pub(super) fn turned(&self, quarters: u8) -> Result<Self, PixError> {
        // SAFETY: the result is a new image, or the same one with its count of owners raised.
        unsafe { Self::own(lept::pixRotateOrth(self.raw.as_ptr(), c_int::from(quarters % 4)), "turn the page") }
    }

    /// Adds `margin` pixels of value `level` on each side of a grey image.
    #[cfg(test)]
    pub(super) fn bordered(&self, margin: u16, level: u8) -> Result<Self, PixError> {
        // SAFETY: the result is a new image.
        unsafe { Self::own(lept::pixAddBorder(self.raw.as_ptr(), c_int::from(margin), u32::from(level)), "widen the page") }
    }

    /// Rotates a grey image about its middle, clockwise for positive `degrees`; the size stays
    /// and what comes in from outside has value `level`.
    #[cfg(test)]
    pub(super) fn rotated(&self, degrees: f32, level: u8) -> Result<Self, PixError> {
        // SAFETY: the result is a new image.
        unsafe { Self::own(lept::pixRotateAMGray(self.raw.as_ptr(), degrees.to_radians(), level), "rotate the page") }
    }

    /// The pixels of a 1-bit image; none of another.
    pub(super) fn bits(&self) -> Bits {
        // SAFETY: reads a field of a valid image.
        if unsafe { lept::pixGetDepth(self.raw.as_ptr()) } != 1 {
            return Bits::new(0, 0, Vec::new());
        }
        let (width, height, words_per_row) = (self.width() as usize, self.height() as usize, self.words_per_row());
        // SAFETY: a valid image holds `height` rows of that many 32-bit words, and nothing
        // writes to it while `self` is borrowed.
        let words = unsafe { slice::from_raw_parts(lept::pixGetData(self.raw.as_ptr()), words_per_row * height) };
        // The first pixel is the highest bit of its word.
        let turned = |word: Option<&u32>| u64::from(word.copied().unwrap_or_default().reverse_bits());
        let joined = |pair: &[u32]| turned(pair.first()) | turned(pair.get(1)) << u32::BITS;
        let words = words.chunks_exact(words_per_row.max(1)).flat_map(|row| row.chunks(2).map(joined));
        Bits::new(width, height, words.collect())
    }

    /// The same image as `bits`, of 1 bit a pixel.
    pub(super) fn from_bits(bits: &Bits) -> Result<Self, PixError> {
        silence();
        let task = "take the page's pixels";
        let (Ok(w), Ok(h)) = (c_int::try_from(bits.width()), c_int::try_from(bits.height())) else { return Err(PixError(task)) };
        // SAFETY: plain numbers go in; Leptonica checks them against overflow.
        let pix = unsafe { Self::own(lept::pixCreate(w, h, 1), task)? };
        let words_per_row = pix.words_per_row();
        // SAFETY: the image was just made, is not shared, and holds that many rows of that many
        // 32-bit words.
        let words = unsafe { slice::from_raw_parts_mut(lept::pixGetData(pix.raw.as_ptr()), words_per_row * bits.height()) };
        for (row, from) in words.chunks_exact_mut(words_per_row.max(1)).zip(bits.rows()) {
            for (pair, word) in row.chunks_mut(2).zip(from) {
                let halves = [*word as u32, (word >> u32::BITS) as u32];
                pair.iter_mut().zip(halves).for_each(|(to, half)| *to = half.reverse_bits());
            }
        }
        Ok(pix)
    }

    /// By how much ascenders outnumber descenders in a 1-bit image of 150 to 300 dpi without skew,
    /// in standard deviations of chance; positive speaks for text that stands upright.
    pub(super) fn ascent(&self) -> Option<f32> {
        let mut up = 0.0;
        // SAFETY: the pointer leads to a float that outlives the call.
        let failed = unsafe { lept::pixUpDownDetect(self.raw.as_ptr(), &mut up, 1, 0, 0) };
        (failed == 0).then_some(up)
    }

    /// Rotates a 1-bit image a little about its middle, clockwise for positive `degrees`, by
    /// moving rows and columns; what comes in from outside is paper.
    pub(super) fn sheared(&self, degrees: f32) -> Result<Self, PixError> {
        let paper = lept::L_BRING_IN_WHITE as c_int;
        // SAFETY: the result is a new image, or the same one with its count of owners raised.
        unsafe { Self::own(lept::pixRotateShearCenter(self.raw.as_ptr(), degrees.to_radians(), paper), "level the lines") }
    }

    /// Number of set pixels in each row of a 1-bit image, from the top.
    pub(super) fn ink_by_row(&self) -> Result<Vec<f32>, PixError> {
        let task = "count ink";
        // SAFETY: the list of numbers is our own; its array is read within its length, before the
        // list is freed, once. A null table is allowed.
        unsafe {
            let mut list = lept::pixCountPixelsByRow(self.raw.as_ptr(), ptr::null_mut());
            if list.is_null() {
                return Err(PixError(task));
            }
            let array = lept::numaGetFArray(list, lept::L_NOCOPY as c_int);
            let length = lept::numaGetCount(list).unsigned_abs() as usize;
            let rows = if array.is_null() { Err(PixError(task)) } else { Ok(slice::from_raw_parts(array, length).to_vec()) };
            lept::numaDestroy(&mut list);
            rows
        }
    }

    /// What is left of a 1-bit image where only solid squares of `side` pixels may stand.
    pub(super) fn opened(&self, side: u8) -> Result<Self, PixError> {
        let side = c_int::from(side);
        // SAFETY: a null destination asks for a new image.
        unsafe { Self::own(lept::pixOpenBrick(ptr::null_mut(), self.raw.as_ptr(), side, side), "find solid strokes") }
    }
}

impl Drop for Pix {
    fn drop(&mut self) {
        let mut raw = self.raw.as_ptr();
        // SAFETY: gives back the one reference that this value owns.
        unsafe { lept::pixDestroy(&mut raw) };
    }
}

/// What the steps that are taken without Leptonica are held against.
#[cfg(test)]
pub(super) mod leptonica {
    use super::{NonNull, Pix, PixError, c_int, lept, ptr};

    impl Pix {
        /// One bit a pixel: set where a grey image is darker than `level`.
        pub(in super::super) fn darker_than(&self, level: u8) -> Result<Self, PixError> {
            // SAFETY: the result is a new image.
            unsafe { Self::own(lept::pixThresholdToBinary(self.raw.as_ptr(), c_int::from(level)), "tell ink from paper") }
        }

        /// Divides a grey image by its background, estimated in tiles of 10 × 15 pixels.
        pub(in super::super) fn flattened(&self, foreground: u8, paper: u8) -> Result<Self, PixError> {
            let (mask, grey) = (ptr::null_mut(), ptr::null_mut());
            let (foreground, paper) = (c_int::from(foreground), c_int::from(paper));
            // SAFETY: null mask and null grey copy are allowed; the result is a new image.
            unsafe {
                let flat = lept::pixBackgroundNorm(self.raw.as_ptr(), mask, grey, 10, 15, foreground, 50, paper, 2, 1);
                Self::own(flat, "flatten the background")
            }
        }

        /// Angle, confidence and score of the lean of a 1-bit image.
        pub(in super::super) fn sweep(&self, coarse: i32, fine: i32, range: f32, finest: f32) -> Option<[f32; 3]> {
            let (mut angle, mut confidence, mut score) = (0.0, 0.0, 0.0);
            let found = (&mut angle, &mut confidence, &mut score);
            // SAFETY: the three pointers lead to floats that outlive the call.
            let failed = unsafe {
                let raw = self.raw.as_ptr();
                lept::pixFindSkewSweepAndSearchScore(raw, found.0, found.1, found.2, coarse, fine, 0.0, range, 1.0, finest)
            };
            (failed == 0).then_some([angle, confidence, score])
        }

        /// Without components that are larger.
        pub(in super::super) fn without_larger_than(&self, side: u16) -> Self {
            let (side, both, at_most) = (c_int::from(side), lept::L_SELECT_IF_BOTH as c_int, lept::L_SELECT_IF_LTE as c_int);
            // SAFETY: a null place for the report is allowed; the result is a new image, or the same
            // one with its count of owners raised.
            unsafe {
                let kept = lept::pixSelectBySize(self.raw.as_ptr(), side, side, 8, both, at_most, ptr::null_mut());
                Self { raw: NonNull::new(kept).unwrap() }
            }
        }

        /// Left, top, width and height of each 8-connected component.
        pub(in super::super) fn boxes(&self) -> Vec<[i32; 4]> {
            // SAFETY: the list of boxes is our own, is asked only within its length, and is freed
            // once; all pointers lead to integers that outlive the call.
            unsafe {
                let mut boxes = lept::pixConnCompBB(self.raw.as_ptr(), 8);
                let boxed = (0..lept::boxaGetCount(boxes)).map(|index| {
                    let [mut x, mut y, mut width, mut height] = [0; 4];
                    lept::boxaGetBoxGeometry(boxes, index, &mut x, &mut y, &mut width, &mut height);
                    [x, y, width, height]
                });
                let boxed = boxed.collect();
                lept::boxaDestroy(&mut boxes);
                boxed
            }
        }
    }
}
