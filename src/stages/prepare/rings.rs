//! Finds the rings of round stamps.
//!
//! The slopes of a ring all point to its middle (the circle transform of Kimme, Ballard and
//! Sklansky). Where most slopes point it is looked whether a ring is closed.

use std::ops::{Range, RangeInclusive};

/// Samples are averaged over squares of this side before rings are looked for.
pub(super) const COARSE: usize = 4;
/// Radii of the outer rings of stamps in inches (14 to 22 mm); Vietnamese stamps of agencies are 32
/// to 42 mm wide.
const RADIUS: RangeInclusive<f32> = 0.55..=0.87;
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

/// A ring: its middle and radius in pixels, and in how many directions it is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ring {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
    pub(super) closed: usize,
}

/// The page in averages, dark where ink is.
pub(super) struct Coarse {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<u8>,
}

impl Coarse {
    pub(super) fn of(width: usize, height: usize, samples: &[u8]) -> Self {
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

    /// The outer rings of stamps, in pixels of the page.
    pub(super) fn rings(&self, dpi: f32, directions: &Directions) -> Vec<Ring> {
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
                let (from_x, from_y) = (x as f32 + 1.0, y as f32 + 1.0);
                for far in least as i32..=most as i32 {
                    let (right, down) = (dx * far as f32, dy * far as f32);
                    for (cx, cy) in [(from_x + right, from_y + down), (from_x - right, from_y - down)] {
                        // Rounded towards zero, what is just outside would come in.
                        if cx < 0.0 || cy < 0.0 {
                            continue;
                        }
                        let (cx, cy) = (cx as i32 as usize, cy as i32 as usize);
                        if cx < self.width
                            && let Some(count) = votes.get_mut(cy * self.width + cx)
                        {
                            *count = count.saturating_add(1);
                        }
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
            (least as i32..=most as i32).map(move |radius| Ring { x: x as f32, y: y as f32, radius: radius as f32, closed: 0 })
        });
        let ring = rings.filter_map(|ring| Some(Ring { closed: self.closed(ring, directions)?, ..ring }));
        ring.max_by_key(|ring| ring.closed)
    }

    /// In how many directions a ring is there; none if in too few.
    fn closed(&self, ring: Ring, directions: &Directions) -> Option<usize> {
        let fewest = (CLOSED * DIRECTIONS as f32).ceil() as usize;
        let mut may_be_open = DIRECTIONS - fewest;
        for (x, y) in ring.points(directions) {
            if self.at(x, y) >= RING {
                may_be_open = may_be_open.checked_sub(1)?;
            }
        }
        Some(fewest + may_be_open)
    }
}

impl Ring {
    /// The ring where places are `factor` times as fine.
    fn scaled(self, factor: f32) -> Self {
        let middle = |v: f32| (v + 0.5) * factor;
        Self { x: middle(self.x), y: middle(self.y), radius: self.radius * factor, ..self }
    }

    /// The rows within `reach` of its middle in a page of that width, each with its columns.
    pub(super) fn rows(self, reach: f32, width: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
        let Self { x, y, .. } = self;
        ((y - reach).max(0.0) as usize..=(y + reach).max(0.0) as usize).map(move |row| {
            let half = (reach * reach - (row as f32 + 0.5 - y).powi(2)).max(0.0).sqrt();
            let column = |x: f32| (x.max(0.0) as usize).min(width);
            (row, column(x - half)..column(x + half))
        })
    }

    /// One place on the ring for each direction.
    pub(super) fn points(self, directions: &Directions) -> impl Iterator<Item = (i32, i32)> {
        let Self { x, y, radius, .. } = self;
        // Half is added before the fraction is cut off: places lie within the page or close to it.
        directions.iter().map(move |(sin, cos)| ((x + radius * cos + 0.5) as i32, (y + radius * sin + 0.5) as i32))
    }
}

/// Sine and cosine of each direction.
pub(super) type Directions = [(f32, f32); DIRECTIONS];

pub(super) fn directions() -> Directions {
    std::array::from_fn(|direction| (direction as f32 * std::f32::consts::TAU / DIRECTIONS as f32).sin_cos())
}
