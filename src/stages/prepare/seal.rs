//! Round seals in grey scans.
//!
//! In colour the red channel makes a seal as light as paper ([`super::scale`]). In grey it stays,
//! lighter than the print that it lies over but dark enough to be read with it. A seal is found
//! by its ring: the slopes of a ring all point to its middle (the circle transform of Kimme,
//! Ballard and Sklansky). Within it, what is no darker than the ring becomes paper.

/// Samples are averaged over squares of this side before rings are looked for.
const COARSE: usize = 4;
/// Radii of the outer rings of seals in inches (14 to 22 mm); Vietnamese seals of agencies are 32
/// to 42 mm wide.
const RADIUS: std::ops::RangeInclusive<f32> = 0.55..=0.87;
/// A slope between neighbouring averages as steep as this may be the edge of a ring.
const STEEP: i32 = 60;
/// Directions in which a ring is looked at.
const DIRECTIONS: usize = 96;
/// An average darker than this is a part of a ring.
const RING: u8 = 215;
/// A ring is there in at least this share of the directions; words that happen to lie around a
/// point are in about a third.
const CLOSED: f32 = 0.75;
/// So many places are looked at, those at which most slopes point first: barcodes have many.
const TRIALS: usize = 24;
/// The share of the directions in which a ring is darker than its level: there it is crossed by
/// print or has more ink.
const CROSSED: f32 = 0.5;
/// A ring darker than this can not be told from print by its level.
const AS_DARK_AS_INK: u8 = 40;
/// From the ring's middle line a seal reaches outwards by this many inches (1 mm).
const RIM: f32 = 0.04;

/// A ring: its middle and radius in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ring {
    x: f32,
    y: f32,
    radius: f32,
}

/// Lightens the seals of a page whose ink is black and whose paper is white.
pub(super) fn lift_seals(width: u32, height: u32, samples: &mut [u8], dpi: f32) {
    let (width, height) = (width as usize, height as usize);
    let coarse = Coarse::of(width, height, samples);
    let directions = directions();
    for ring in coarse.rings(dpi, &directions) {
        let level = ring_level(width, samples, ring, &directions);
        if level > AS_DARK_AS_INK {
            lighten(width, samples, ring, RIM * dpi, level);
        }
    }
}

/// The page in averages.
struct Coarse {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Coarse {
    fn of(width: usize, height: usize, samples: &[u8]) -> Self {
        let across = width / COARSE;
        let mut coarse = Vec::with_capacity(across * (height / COARSE));
        for band in samples.chunks_exact((width * COARSE).max(1)) {
            let mut sums = vec![0_u16; across];
            for row in band.chunks_exact(width) {
                for (sum, part) in sums.iter_mut().zip(row.chunks_exact(COARSE)) {
                    *sum += part.iter().map(|&v| u16::from(v)).sum::<u16>();
                }
            }
            coarse.extend(sums.iter().map(|&sum| (sum / (COARSE * COARSE) as u16) as u8));
        }
        Self { width: across, height: height / COARSE, samples: coarse }
    }

    fn at(&self, x: i32, y: i32) -> u8 {
        let place = usize::try_from(x).ok().zip(usize::try_from(y).ok()).filter(|&(x, _)| x < self.width);
        place.and_then(|(x, y)| self.samples.get(y * self.width + x)).copied().unwrap_or(u8::MAX)
    }

    /// The outer rings of seals, in pixels of the page.
    fn rings(&self, dpi: f32, directions: &Directions) -> Vec<Ring> {
        let (least, most) = (RADIUS.start() * dpi / COARSE as f32, RADIUS.end() * dpi / COARSE as f32);
        if self.width < 3 || self.height < 3 || most as usize * 2 > self.width.max(self.height) {
            return Vec::new();
        }
        let mut votes = self.votes(least, most);
        let mut rings: Vec<Ring> = Vec::new();
        for _ in 0..TRIALS {
            let most_votes = votes.iter().copied().max().filter(|&count| count > 0);
            let Some(place) = most_votes.and_then(|most| votes.iter().rposition(|&count| count == most)) else { break };
            let (x, y) = ((place % self.width) as i32, (place / self.width) as i32);
            rings.extend(self.ring_around((x, y), least, most, directions));
            for row in (y - 4).max(0)..=y + 4 {
                let start = row as usize * self.width + (x - 4).max(0) as usize;
                votes.iter_mut().skip(start).take(9).for_each(|count| *count = 0);
            }
        }
        rings.iter().map(|ring| ring.scaled(COARSE as f32)).collect()
    }

    /// How many steep places point at each place from a distance between `least` and `most`.
    fn votes(&self, least: f32, most: f32) -> Vec<u16> {
        let mut votes = vec![0_u16; self.samples.len()];
        let rows = self.samples.chunks_exact(self.width);
        for (y, ((above, row), below)) in rows.clone().zip(rows.clone().skip(1)).zip(rows.skip(2)).enumerate() {
            let slopes = row.windows(3).zip(above.iter().zip(below).skip(1));
            for (x, (near, (&above, &below))) in slopes.enumerate() {
                let &[left, _, right] = near else { continue };
                let (along, down) = (i32::from(right) - i32::from(left), i32::from(below) - i32::from(above));
                let steepness = along * along + down * down;
                if steepness < STEEP * STEEP {
                    continue;
                }
                let length = (steepness as f32).sqrt();
                let (dx, dy) = (along as f32 / length, down as f32 / length);
                for far in (least as i32..=most as i32).flat_map(|far| [far as f32, -far as f32]) {
                    let (cx, cy) = (x as f32 + 1.0 + dx * far, y as f32 + 1.0 + dy * far);
                    if cx < 0.0 || cy < 0.0 || cx >= self.width as f32 {
                        continue;
                    }
                    if let Some(count) = votes.get_mut(cy as usize * self.width + cx as usize) {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
        votes
    }

    /// The best closed ring with its middle within two places of (x, y).
    fn ring_around(&self, (x, y): (i32, i32), least: f32, most: f32, directions: &Directions) -> Option<Ring> {
        let middles = (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (x + dx, y + dy)));
        let rings = middles.flat_map(|(x, y)| {
            (least as i32..=most as i32).map(move |radius| Ring { x: x as f32, y: y as f32, radius: radius as f32 })
        });
        let closed = |ring: &Ring| ring.points(directions).filter(|&(x, y)| self.at(x, y) < RING).count();
        let (ring, count) = rings.map(|ring| (ring, closed(&ring))).max_by_key(|(_, count)| *count)?;
        (count as f32 >= CLOSED * DIRECTIONS as f32).then_some(ring)
    }
}

impl Ring {
    /// The ring where places are `factor` times as fine.
    fn scaled(self, factor: f32) -> Self {
        let middle = |v: f32| (v + 0.5) * factor;
        Self { x: middle(self.x), y: middle(self.y), radius: self.radius * factor }
    }

    /// One place on the ring for each direction.
    fn points(self, directions: &Directions) -> impl Iterator<Item = (i32, i32)> {
        let Self { x, y, radius } = self;
        // Half is added before the fraction is cut off: places lie within the page or close to it.
        directions.iter().map(move |(sin, cos)| ((x + radius * cos + 0.5) as i32, (y + radius * sin + 0.5) as i32))
    }
}

/// Sine and cosine of each direction.
type Directions = [(f32, f32); DIRECTIONS];

fn directions() -> Directions {
    std::array::from_fn(|direction| (direction as f32 * std::f32::consts::TAU / DIRECTIONS as f32).sin_cos())
}

/// How dark the ring is where nothing crosses it.
fn ring_level(width: usize, samples: &[u8], ring: Ring, directions: &Directions) -> u8 {
    let near = |(x, y): (i32, i32)| {
        let reach = COARSE as i32;
        let column = (x - reach).max(0) as usize;
        let rows = (y - reach).max(0) as usize..=(y + reach).max(0) as usize;
        let row = |row: usize| samples.get(row * width + column..row * width + (column + 2 * COARSE + 1).min(width));
        rows.filter_map(row).flatten().copied().min().unwrap_or(u8::MAX)
    };
    let mut levels: Vec<u8> = ring.points(directions).map(near).collect();
    let crossed = (CROSSED * levels.len() as f32) as usize;
    *levels.select_nth_unstable(crossed).1
}

/// Stretches the levels within the ring and `rim` pixels around it, so that `level` becomes white.
fn lighten(width: usize, samples: &mut [u8], ring: Ring, rim: f32, level: u8) {
    let reach = ring.radius + rim;
    let table: Vec<u8> = (0..=255_u32).map(|v| (v * 255 / u32::from(level.max(1))).min(255) as u8).collect();
    let rows = (ring.y - reach).max(0.0) as usize..=(ring.y + reach).max(0.0) as usize;
    for y in rows {
        let half = (reach * reach - (y as f32 + 0.5 - ring.y).powi(2)).max(0.0).sqrt();
        let (left, right) = ((ring.x - half).max(0.0) as usize, ((ring.x + half).max(0.0) as usize).min(width));
        for sample in samples.get_mut(y * width + left..y * width + right).into_iter().flatten() {
            *sample = table.get(usize::from(*sample)).copied().unwrap_or(*sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white page with a ring of radius 140 at (400, 300), 5 pixels wide.
    fn page_with_ring(level: u8) -> Vec<u8> {
        let (width, height) = (900_usize, 700_usize);
        let mut samples = vec![255; width * height];
        for (i, sample) in samples.iter_mut().enumerate() {
            let distance = ((i % width) as f32 - 400.0).hypot((i / width) as f32 - 300.0);
            if (distance - 140.0).abs() <= 2.5 {
                *sample = level;
            }
        }
        samples
    }

    /// Draws bars like the stems of letters over rows 290 to 309.
    fn print(samples: &mut [u8]) {
        for row in samples.chunks_exact_mut(900).skip(290).take(20) {
            row.chunks_exact_mut(12).skip(15).take(40).for_each(|part| part[..4].fill(0));
        }
    }

    #[test]
    fn a_grey_ring_goes_and_print_over_it_stays() {
        let mut samples = page_with_ring(110);
        print(&mut samples);
        lift_seals(900, 700, &mut samples, 200.0);
        assert!(samples.iter().all(|&v| v == 0 || v >= 250));
        assert_eq!(samples.iter().filter(|&&v| v == 0).count(), 40 * 4 * 20);
    }

    #[test]
    fn a_ring_as_dark_as_print_and_a_page_without_one_stay() {
        for ring in [true, false] {
            let mut samples = if ring { page_with_ring(0) } else { vec![255; 900 * 700] };
            print(&mut samples);
            let before = samples.clone();
            lift_seals(900, 700, &mut samples, 200.0);
            assert!(samples == before);
        }
    }

    #[test]
    fn tiny_pages_have_no_seals() {
        for (width, height) in [(1, 1), (3, 900), (900, 3), (40, 40)] {
            let mut samples = vec![90; width * height];
            lift_seals(width as u32, height as u32, &mut samples, 200.0);
            assert!(samples.iter().all(|&v| v == 90));
        }
    }
}
