//! Rotates a cleaned page by its small lean.
//!
//! Most of such a page is white, and what is white all around stays so: squares of the page without
//! ink are passed over, which leaves a third of the work. The pixels are those of Leptonica's
//! `pixRotateAMGray`, to the bit: places are counted in sixteenths of a pixel, and four pixels are
//! weighed by how much of each lies there.

/// Side of the squares that are looked at as a whole, in pixels.
const SQUARE: usize = 16;
/// Leptonica takes smaller angles for none (radians).
const LEAST: f32 = 0.001;

/// A grey page.
pub(super) struct Page<'s> {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row after row.
    pub(super) samples: &'s [u8],
}

/// The samples of `page` rotated about its middle, clockwise for positive `degrees`, within a white
/// margin of so many pixels on each side.
pub(super) fn rotated(page: &Page<'_>, degrees: f32, margin: usize) -> Vec<u8> {
    let (width, height) = (page.width + 2 * margin, page.height + 2 * margin);
    let angle = degrees.to_radians();
    let mut rotated = vec![u8::MAX; width * height];
    if angle.abs() < LEAST {
        let rows = rotated.chunks_exact_mut(width).skip(margin).zip(page.samples.chunks_exact(page.width));
        rows.for_each(|(row, from)| row.iter_mut().skip(margin).zip(from).for_each(|(to, from)| *to = *from));
        return rotated;
    }
    let squares = Squares::of(page);
    let (sin, cos) = ((16.0 * f64::from(angle).sin()) as f32, (16.0 * f64::from(angle).cos()) as f32);
    let (middle_x, middle_y) = ((width / 2) as i32, (height / 2) as i32);
    let (shift_x, shift_y) = (middle_x - margin as i32, middle_y - margin as i32);
    for (y, row) in rotated.chunks_exact_mut(width).enumerate() {
        let down = middle_y - y as i32;
        // Where a pixel comes from, in sixteenths of one from the middle.
        let source = |x: usize| {
            let across = middle_x - x as i32;
            let x = (-across as f32) * cos - (down as f32) * sin;
            let y = (-down as f32) * cos + (across as f32) * sin;
            (x as i32, y as i32)
        };
        for (place, part) in row.chunks_mut(SQUARE).enumerate() {
            let first = place * SQUARE;
            let ends = [source(first), source(first + part.len() - 1)];
            let ends = ends.map(|(x, y)| (shift_x + (x >> 4), shift_y + (y >> 4)));
            if squares.are_white(ends) {
                continue;
            }
            let is_inside = page.hold(ends);
            for (x, sample) in (first..).zip(part) {
                let (x, y) = source(x);
                let (place, parts) = ((shift_x + (x >> 4), shift_y + (y >> 4)), ((x & 15) as u32, (y & 15) as u32));
                *sample = match page.four(place).filter(|_| is_inside) {
                    Some(four) => weighed(four, parts),
                    None => page.between(place, parts),
                };
            }
        }
    }
    rotated
}

/// What four samples, two over two, come to at so many sixteenths of a pixel right of and below the first.
#[inline]
fn weighed([[a, b], [c, d]]: [[u8; 2]; 2], (right, below): (u32, u32)) -> u8 {
    let across = |a: u8, b: u8| (16 - right).wrapping_mul(a.into()).wrapping_add(right.wrapping_mul(b.into()));
    let down = (16 - below).wrapping_mul(across(a, b)).wrapping_add(below.wrapping_mul(across(c, d)));
    (down.wrapping_add(128) / 256) as u8
}

impl Page<'_> {
    /// Whether the pixels of a short way from one place to another lie on the page, and one more on each side.
    fn hold(&self, [from, to]: [(i32, i32); 2]) -> bool {
        let lie = |a: i32, b: i32, side: usize| a.min(b) > 0 && (a.max(b) as usize) + 2 < side;
        lie(from.0, to.0, self.width) && lie(from.1, to.1, self.height)
    }

    /// Two samples at a place on the page and two below.
    #[inline]
    fn four(&self, (x, y): (i32, i32)) -> Option<[[u8; 2]; 2]> {
        let at = (y as usize).wrapping_mul(self.width).wrapping_add(x as usize);
        let pair = |at: usize| self.samples.get(at..)?.first_chunk().copied();
        Some([pair(at)?, pair(at.wrapping_add(self.width))?])
    }

    /// The sample at so many sixteenths of a pixel right of and below a place; white outside.
    #[inline]
    fn between(&self, (x, y): (i32, i32), (right, below): (u32, u32)) -> u8 {
        let pair = |y: i32| -> [u32; 2] {
            let row = usize::try_from(y).ok().filter(|y| *y < self.height).map(|y| y * self.width);
            let Some(row) = row else { return [255; 2] };
            if let Ok(x) = usize::try_from(x)
                && x + 1 < self.width
                && let Some(&[a, b]) = self.samples.get(row + x..row + x + 2)
            {
                return [a.into(), b.into()];
            }
            let one = |x: i32| {
                let x = usize::try_from(x).ok().filter(|x| *x < self.width);
                x.and_then(|x| self.samples.get(row + x)).map_or(255, |&sample| u32::from(sample))
            };
            [one(x), one(x + 1)]
        };
        let across = |[a, b]: [u32; 2]| (16 - right) * a + right * b;
        (((16 - below) * across(pair(y)) + below * across(pair(y + 1)) + 128) / 256) as u8
    }
}

/// Which squares of a page have anything on them that is not white.
struct Squares {
    across: usize,
    inked: Vec<bool>,
}

impl Squares {
    fn of(page: &Page<'_>) -> Self {
        let across = page.width.div_ceil(SQUARE);
        let mut inked = vec![false; across * page.height.div_ceil(SQUARE)];
        let bands = page.samples.chunks(page.width * SQUARE);
        for (band, inked) in bands.zip(inked.chunks_exact_mut(across.max(1))) {
            for row in band.chunks_exact(page.width) {
                for (part, inked) in row.chunks(SQUARE).zip(inked.iter_mut()) {
                    *inked |= part.iter().fold(u8::MAX, |all, &sample| all & sample) < u8::MAX;
                }
            }
        }
        Self { across, inked }
    }

    /// Whether there is nothing on a short way from one place to another, nor one pixel beside it.
    fn are_white(&self, [from, to]: [(i32, i32); 2]) -> bool {
        let side = SQUARE as i32;
        let span = |a: i32, b: i32| ((a.min(b) - 1).div_euclid(side).max(0), (a.max(b) + 2).div_euclid(side));
        let ((left, right), (top, bottom)) = (span(from.0, to.0), span(from.1, to.1));
        let right = right.min(self.across as i32 - 1);
        (top..=bottom).all(|y| {
            let row = y as usize * self.across;
            right < left
                || self.inked.get(row + left as usize..=row + right as usize).is_none_or(|squares| !squares.contains(&true))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::pix::Pix;
    use super::*;

    #[test]
    fn the_pixels_are_those_of_leptonica() {
        let (width, height) = (301_usize, 260_usize);
        let mut state = 1_u32;
        let samples: Vec<u8> = (0..width * height)
            .map(|place| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (x, y) = (place % width, place / width);
                let inked = x % 90 < 30 && y % 70 < 25 || x < 3 || y + 2 > height;
                if inked { (state >> 24) as u8 } else { 255 }
            })
            .collect();
        let page = Page { width, height, samples: &samples };
        for (degrees, margin) in [(0.05, 1_u16), (0.06, 1), (-0.3, 2), (1.7, 5), (-6.9, 20)] {
            let whole = Pix::from_gray(width as u32, height as u32, &samples).unwrap();
            let expected = whole.bordered(margin, 255).unwrap().rotated(degrees, 255).unwrap();
            assert!(rotated(&page, degrees, margin.into()) == expected.gray_samples(), "{degrees}");
        }
    }

    #[test]
    fn the_smallest_pages_can_be_rotated() {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (17, 16)] {
            let samples = vec![0; width * height];
            let rotated = rotated(&Page { width, height, samples: &samples }, 3.0, 2);
            assert_eq!(rotated.len(), (width + 4) * (height + 4));
        }
    }
}
