//! From a grey picture of a line to the ink that the network is shown.

/// Rows of every line.
pub(crate) const ROWS: usize = 40;
/// Columns of paper to the left of a line.
pub(crate) const PAPER: usize = 4;
/// Lines are no wider than this, in columns of the network: what is longer for its height is no line
/// of text, and is squeezed.
const WIDEST: usize = 8192;
/// And no narrower.
const NARROWEST: usize = 16;
/// The share of samples that are darker than paper, and that of those darker than full ink.
const LIGHT: f32 = 0.85;
const DARK: f32 = 0.01;
/// Full ink is at least so much darker than paper: grain on an empty line is none.
const CONTRAST: f32 = 40.0;

/// What numbers below four million are rounded with.
const ROUNDING: f32 = 12_582_912.0;

/// A line as the network sees it.
#[derive(Debug)]
pub(crate) struct Line {
    /// [`ROWS`] rows; 0 is paper, 1 is ink.
    pub ink: Vec<f32>,
    /// Columns of `ink`, a multiple of eight.
    pub width: usize,
    /// Columns of `ink` for each of the picture.
    pub scale: f32,
}

/// Brings a picture `width` columns wide to the height of the network and its greys to ink.
pub(crate) fn prepare(samples: &[u8], width: usize) -> Option<Line> {
    let height = samples.len().checked_div(width).filter(|height| *height > 0)?;
    let scaled = (width as f64 * ROWS as f64 / height as f64).round_ties_even();
    let scaled = (scaled as usize).clamp(NARROWEST, WIDEST);
    let mut grey = resize(samples, width, height, scaled);
    // Added to a small number this leaves no room for a fraction: the sum is rounded to the nearest whole
    // number, ties to even ones.
    grey.iter_mut().for_each(|sample| *sample = *sample + ROUNDING - ROUNDING);
    let (paper, full) = (share(&grey, LIGHT), share(&grey, DARK));
    let contrast = (paper - full).max(CONTRAST);

    let padded = (scaled + 15) / 8 * 8;
    let mut ink = vec![0.0; ROWS * padded];
    for (row, grey) in ink.chunks_exact_mut(padded).zip(grey.chunks_exact(scaled)) {
        for (ink, grey) in row.iter_mut().skip(PAPER).zip(grey) {
            *ink = ((paper - grey) / contrast).clamp(0.0, 1.0);
        }
    }
    Some(Line { ink, width: padded, scale: scaled as f32 / width as f32 })
}

/// The sample below which so large a share of all lies.
fn share(samples: &[f32], share: f32) -> f32 {
    let mut counts = [0_usize; 256];
    for sample in samples {
        if let Some(count) = counts.get_mut(*sample as usize) {
            *count += 1;
        }
    }
    let place = (samples.len().saturating_sub(1) as f32 * share) as usize;
    let mut below = 0;
    let found = counts.iter().position(|count| {
        below += count;
        below > place
    });
    found.unwrap_or_default() as f32
}

/// What of the samples along one side goes into one that is made from them.
struct Window {
    start: usize,
    weights: Vec<f32>,
}

/// [`ROWS`] rows of `scaled` columns. A side that shrinks takes the mean of all that falls on a
/// sample, one that grows goes evenly from one sample to the next.
fn resize(samples: &[u8], width: usize, height: usize, scaled: usize) -> Vec<f32> {
    let mut rows = vec![0.0_f32; ROWS * width];
    for (row, window) in rows.chunks_exact_mut(width).zip(windows(height, ROWS)) {
        for (line, weight) in samples.chunks_exact(width).skip(window.start).zip(&window.weights) {
            row.iter_mut().zip(line).for_each(|(sum, sample)| *sum += f32::from(*sample) * weight);
        }
    }
    let columns: Vec<Window> = windows(width, scaled).collect();
    let mut out = Vec::with_capacity(ROWS * scaled);
    for row in rows.chunks_exact(width) {
        for window in &columns {
            let samples = row.get(window.start..).unwrap_or_default();
            out.push(samples.iter().zip(&window.weights).map(|(sample, weight)| sample * weight).sum());
        }
    }
    out
}

fn windows(from: usize, to: usize) -> impl Iterator<Item = Window> {
    let step = from as f64 / to as f64;
    (0..to).map(move |place| if from > to { mean(place as f64 * step, step, from) } else { between(place, step, from) })
}

fn mean(start: f64, step: f64, from: usize) -> Window {
    let end = (start + step).min(from as f64);
    let first = start as usize;
    let last = (end.ceil() as usize).clamp(first + 1, from.max(first + 1));
    let covered = |place: usize| (end.min((place + 1) as f64) - start.max(place as f64)).max(0.0);
    Window { start: first, weights: (first..last).map(|place| (covered(place) / step) as f32).collect() }
}

fn between(place: usize, step: f64, from: usize) -> Window {
    let at = ((place as f64 + 0.5) * step - 0.5).clamp(0.0, (from - 1) as f64);
    let part = (at - at.floor()) as f32;
    let weights = if part > 0.0 { vec![1.0 - part, part] } else { vec![1.0] };
    Window { start: at as usize, weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_takes_means_and_growing_goes_evenly() {
        let column: Vec<u8> = (0..80).map(|row| if row % 2 == 0 { 100 } else { 200 }).collect();
        assert!(resize(&column, 1, 80, 16).iter().all(|sample| (*sample - 150.0).abs() < 0.01));
        let slope: Vec<u8> = (0..20).map(|row| row * 10).collect();
        let grown: Vec<f32> = resize(&slope, 1, 20, 1);
        assert!(grown.windows(2).all(|pair| pair[1] - pair[0] <= 5.01) && grown.is_sorted());
        assert_eq!((grown[0], grown[39]), (0.0, 190.0));
        let same: Vec<u8> = (0..200).map(|sample| sample as u8).collect();
        assert_eq!(resize(&same, 5, 40, 5), same.iter().map(|sample| f32::from(*sample)).collect::<Vec<_>>());
    }

    #[test]
    fn the_weights_of_a_window_make_one_and_stay_on_the_picture() {
        for from in 1..130 {
            for to in [1, 7, 16, 40, 64] {
                for window in windows(from, to) {
                    let sum: f32 = window.weights.iter().sum();
                    assert!((sum - 1.0).abs() < 1e-4, "{from} {to}: {sum}");
                    assert!(window.start + window.weights.len() <= from, "{from} {to}");
                }
            }
        }
    }

    #[test]
    fn paper_is_none_and_the_darkest_is_full() {
        let mut samples = vec![230; 60 * 120];
        samples.chunks_exact_mut(120).skip(20).take(20).for_each(|row| row[50..60].fill(30));
        let line = prepare(&samples, 120).unwrap();
        assert_eq!((line.width, line.ink.len()), (88, 40 * 88));
        assert_eq!(line.ink[20 * 88 + PAPER + 36], 1.0);
        assert!(line.ink[..88].iter().all(|ink| *ink == 0.0));
        let grain: Vec<u8> = (0..4000_u32).map(|place| 240 + (place * 7 % 10) as u8).collect();
        assert!(prepare(&grain, 100).unwrap().ink.iter().all(|ink| *ink < 0.3), "grain is not ink");
        assert!(prepare(&[], 0).is_none() && prepare(&[1, 2], 3).is_none());
    }
}
