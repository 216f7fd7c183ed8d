//! Faint print and show-through, after the background was flattened.

/// The level of paper in a flattened page.
pub(super) const PAPER: u8 = 250;
/// Darker than this is ink for the purpose of finding how dark ink is.
const INK_BELOW: usize = 190;
/// The share of ink pixels that are darker than what is taken for the ink's level. Edges of
/// letters are paler than their cores, so it is below one half.
const CORE_SHARE: f32 = 0.3;
/// What is nearer to paper than this share of the distance between ink and paper becomes paper:
/// grain, folds and print that shines through.
const WHITE_SHARE: f32 = 0.25;
/// Fewer ink pixels than this tell nothing.
const FEWEST_INK: u32 = 200;

/// Stretches the levels so that ink is black and paper with what shines through is white. A page
/// without ink stays as it is.
pub(super) fn stretch(samples: &mut [u8]) {
    let counts = counts(samples);
    let ink: u32 = counts.iter().take(INK_BELOW).sum();
    if ink < FEWEST_INK {
        return;
    }
    let core = (ink as f32 * CORE_SHARE) as u32;
    let mut below = 0;
    let level = counts.iter().position(|&count| {
        below += count;
        below > core
    });
    let black = level.unwrap_or(0) as f32;
    let paper = f32::from(PAPER);
    let white = paper - WHITE_SHARE * (paper - black);
    let mut table = [0_u8; 256];
    for (value, entry) in table.iter_mut().enumerate() {
        *entry = ((value as f32 - black) * 255.0 / (white - black)).clamp(0.0, 255.0) as u8;
    }
    for sample in samples.iter_mut() {
        *sample = table.get(usize::from(*sample)).copied().unwrap_or(*sample);
    }
}

/// How many samples have each level. Neighbours are much alike: counted in four rows by turns, they do
/// not wait for each other.
fn counts(samples: &[u8]) -> [u32; 256] {
    let mut rows = [[0_u32; 256]; 4];
    let (groups, rest) = samples.as_chunks::<4>();
    for group in groups {
        for (row, &sample) in rows.iter_mut().zip(group) {
            if let Some(count) = row.get_mut(usize::from(sample)) {
                *count += 1;
            }
        }
    }
    let [mut counts, others @ ..] = rows;
    for row in others {
        counts.iter_mut().zip(row).for_each(|(count, more)| *count += more);
    }
    for &sample in rest {
        if let Some(count) = counts.get_mut(usize::from(sample)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faint_ink_turns_black_and_show_through_white() {
        let mut samples = vec![PAPER; 10_000];
        samples[..600].fill(160);
        samples[600..1200].fill(235);
        stretch(&mut samples);
        assert_eq!((samples[0], samples[700], samples[5000]), (0, 255, 255));
    }

    #[test]
    fn a_page_without_ink_is_not_made_to_have_some() {
        let mut samples = vec![PAPER; 10_000];
        samples[..1200].fill(215);
        let before = samples.clone();
        stretch(&mut samples);
        assert_eq!(samples, before);
    }
}
