//! The sRGB colour profile, computed from the figures of IEC 61966-2-1.
//!
//! An ICC version 2 display profile of the matrix kind: three primaries, adapted to the white of
//! the profile connection space, and one tone curve.

type Vector = [f64; 3];
type Matrix = [Vector; 3];

/// The primaries' chromaticities x, y (red, green, blue).
const PRIMARIES: [[f64; 2]; 3] = [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];
/// The white point D65, x and y.
const WHITE: [f64; 2] = [0.3127, 0.3290];
/// White of the profile connection space, D50, as the ICC writes it.
const CONNECTION_WHITE: Vector = [0.9642, 1.0, 0.8249];
/// From XYZ to the cone responses of Bradford's adaptation.
const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
/// Points of the tone curve; enough for an error below one part in 65,536 nearly everywhere.
const CURVE_POINTS: u32 = 1024;

fn apply(matrix: &Matrix, [x, y, z]: Vector) -> Vector {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn cross([a, b, c]: Vector, [x, y, z]: Vector) -> Vector {
    [b * z - c * y, c * x - a * z, a * y - b * x]
}

fn transpose(&[[a, b, c], [d, e, f], [g, h, i]]: &Matrix) -> Matrix {
    [[a, d, g], [b, e, h], [c, f, i]]
}

fn inverse(&[a, b, c]: &Matrix) -> Matrix {
    let columns = [cross(b, c), cross(c, a), cross(a, b)];
    let [x, y, z] = a;
    let [[p, q, r], ..] = columns;
    let determinant = x * p + y * q + z * r;
    transpose(&columns.map(|column| column.map(|value| value / determinant)))
}

fn from_chromaticity([x, y]: [f64; 2]) -> Vector {
    [x / y, 1.0, (1.0 - x - y) / y]
}

/// The primaries as XYZ under the connection space's white.
fn adapted_primaries() -> [Vector; 3] {
    let raw = PRIMARIES.map(from_chromaticity);
    let white = from_chromaticity(WHITE);
    let [red, green, blue] = apply(&inverse(&transpose(&raw)), white);
    let [source, target] = [white, CONNECTION_WHITE].map(|colour| apply(&BRADFORD, colour));
    let [[s, t, u], [x, y, z]] = [source, target];
    let back = inverse(&BRADFORD);
    let [r, g, b] = raw;
    [(r, red), (g, green), (b, blue)].map(|(primary, share)| {
        let [l, m, n] = apply(&BRADFORD, primary.map(|value| value * share));
        apply(&back, [l * x / s, m * y / t, n * z / u])
    })
}

/// Light of an encoded value, both from 0 to 1.
fn linear(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

fn xyz_tag(colour: Vector) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    tag.extend(colour.into_iter().flat_map(fixed));
    tag
}

fn curve_tag() -> Vec<u8> {
    let mut tag = b"curv\0\0\0\0".to_vec();
    tag.extend(CURVE_POINTS.to_be_bytes());
    for point in 0..CURVE_POINTS {
        let light = linear(f64::from(point) / f64::from(CURVE_POINTS - 1));
        tag.extend(((light * 65535.0).round() as u16).to_be_bytes());
    }
    tag
}

fn text_tag(text: &str) -> Vec<u8> {
    let mut tag = b"text\0\0\0\0".to_vec();
    tag.extend(text.bytes());
    tag.push(0);
    tag
}

/// A version 2 description: the text in ASCII, none in Unicode, none in Macintosh script.
fn description_tag(text: &str) -> Vec<u8> {
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend((text.len() as u32 + 1).to_be_bytes());
    tag.extend(text.bytes());
    tag.push(0);
    tag.extend([0; 4 + 4 + 2 + 1 + 67]);
    tag
}

/// The profile's bytes.
pub(super) fn srgb_profile() -> Vec<u8> {
    let [red, green, blue] = adapted_primaries();
    let tags: [(&[&[u8; 4]], Vec<u8>); 7] = [
        (&[b"desc"], description_tag("sRGB IEC61966-2.1 (Sohoa)")),
        (&[b"cprt"], text_tag("No copyright: computed from published figures")),
        (&[b"wtpt"], xyz_tag(CONNECTION_WHITE)),
        (&[b"rXYZ"], xyz_tag(red)),
        (&[b"gXYZ"], xyz_tag(green)),
        (&[b"bXYZ"], xyz_tag(blue)),
        (&[b"rTRC", b"gTRC", b"bTRC"], curve_tag()),
    ];
    let count: u32 = tags.iter().map(|(names, _)| names.len() as u32).sum();

    let mut directory = count.to_be_bytes().to_vec();
    let mut data = Vec::new();
    let first = 128 + 4 + 12 * count;
    for (names, tag) in &tags {
        for name in *names {
            directory.extend(**name);
            directory.extend((first + data.len() as u32).to_be_bytes());
            directory.extend((tag.len() as u32).to_be_bytes());
        }
        data.extend(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }

    let mut profile = Vec::new();
    profile.extend((first + data.len() as u32).to_be_bytes());
    profile.extend([0; 4]); // no preferred colour engine
    profile.extend([2, 0x10, 0, 0]); // version 2.1
    profile.extend(b"mntrRGB XYZ ");
    // The day the figures were fixed here, not the day of sealing: year, month, day, no time.
    profile.extend([2026u16, 1, 1, 0, 0, 0].into_iter().flat_map(u16::to_be_bytes));
    profile.extend(b"acsp");
    profile.extend([0; 4 + 4 + 4 + 4 + 8 + 4]); // platform, flags, maker, model, attributes, intent
    profile.extend(CONNECTION_WHITE.into_iter().flat_map(fixed));
    profile.resize(128, 0);
    profile.extend(directory);
    profile.extend(data);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primaries_are_the_published_ones() {
        // The values that sRGB profiles in circulation carry.
        let published = [[0.4360, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7139]];
        for (colour, expected) in adapted_primaries().into_iter().zip(published) {
            for (a, b) in colour.into_iter().zip(expected) {
                assert!((a - b).abs() < 0.0005, "{colour:?} {expected:?}");
            }
        }
    }

    #[test]
    fn white_is_the_sum_of_the_primaries() {
        let [r, g, b] = adapted_primaries();
        for (index, white) in CONNECTION_WHITE.into_iter().enumerate() {
            assert!((r[index] + g[index] + b[index] - white).abs() < 1e-6);
        }
    }

    #[test]
    fn every_tag_lies_within_the_profile() {
        let profile = srgb_profile();
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(number(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        for entry in 0..number(128) {
            let at = 132 + 12 * entry;
            assert!(number(at + 4) % 4 == 0 && number(at + 4) + number(at + 8) <= profile.len());
        }
    }
}
