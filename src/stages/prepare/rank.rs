//! Values by their rank.

/// The value below which this share of `values` lies; `None` if there are none.
pub(super) fn at_share(values: &mut [f32], share: f32) -> Option<f32> {
    let index = (values.len() as f32 * share) as usize;
    if index >= values.len() {
        return None;
    }
    Some(*values.select_nth_unstable_by(index, f32::total_cmp).1)
}
