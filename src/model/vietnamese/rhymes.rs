//! The closed lists of what a syllable is made of: onsets, nuclei and the codas that follow them.
//!
//! Drawn from the usual description of the orthography (onset, glide, nucleus, coda, tone).
//! Interjections (`hừm`) and sounds (`loẻng xoẻng`) of a kind of their own are left out: papers
//! do without them, and each would let many misreadings pass.

use super::letters::Tone;

/// What may stand before a nucleus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Any onset, or none.
    Anywhere,
    /// Any onset, but there must be one: without it `iê` is written `yê`.
    AfterOnset,
    /// No onset.
    AtStart,
    /// No onset, or one of those that are written before `y`.
    BeforeY,
    /// The nucleus begins with a glide (`hoa`, `tuy`), which few lip sounds bear before it.
    Glided,
}

/// A nucleus with the codas that may follow it.
pub(super) struct Nucleus {
    /// Its letters without tone, with the glide before it.
    pub letters: &'static str,
    /// The letter that bears the tone, counted from 0.
    pub tone_at: usize,
    /// Final consonants and semivowels; `""` where it may end the syllable.
    pub codas: &'static [&'static str],
    /// Where it may stand.
    pub place: Place,
}

const fn nucleus(letters: &'static str, tone_at: usize, codas: &'static [&'static str], place: Place) -> Nucleus {
    Nucleus { letters, tone_at, codas, place }
}

/// Every nucleus after every onset but `qu` and, where it begins with `i` or `ê`, `gi`.
pub(super) const NUCLEI: [Nucleus; 28] = [
    nucleus("a", 0, &["", "i", "o", "u", "y", "m", "n", "ng", "nh", "p", "t", "c", "ch"], Place::Anywhere),
    nucleus("ă", 0, &["m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("â", 0, &["u", "y", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("e", 0, &["", "o", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("ê", 0, &["", "u", "m", "n", "nh", "p", "t", "ch"], Place::Anywhere),
    nucleus("i", 0, &["", "u", "m", "n", "nh", "p", "t", "ch"], Place::Anywhere),
    nucleus("y", 0, &[""], Place::BeforeY),
    nucleus("o", 0, &["", "i", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("ô", 0, &["", "i", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("ơ", 0, &["", "i", "m", "n", "p", "t"], Place::Anywhere),
    nucleus("u", 0, &["", "i", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("ư", 0, &["", "i", "u", "ng", "t", "c"], Place::Anywhere),
    nucleus("ia", 0, &[""], Place::Anywhere),
    nucleus("ua", 0, &[""], Place::Anywhere),
    nucleus("ưa", 0, &[""], Place::Anywhere),
    nucleus("iê", 1, &["u", "m", "n", "ng", "p", "t", "c"], Place::AfterOnset),
    nucleus("yê", 1, &["u", "m", "n", "ng", "t"], Place::AtStart),
    nucleus("uô", 1, &["i", "m", "n", "ng", "t", "c"], Place::Anywhere),
    nucleus("ươ", 1, &["i", "u", "m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("oo", 1, &["ng", "c"], Place::Anywhere),
    nucleus("oa", 1, &["", "i", "o", "y", "m", "n", "ng", "nh", "p", "t", "c", "ch"], Place::Glided),
    nucleus("oă", 1, &["m", "n", "ng", "t", "c"], Place::Glided),
    nucleus("oe", 1, &["", "o", "n", "t"], Place::Glided),
    nucleus("uâ", 1, &["y", "n", "ng", "t"], Place::Glided),
    nucleus("uê", 1, &["", "nh", "ch"], Place::Glided),
    nucleus("uơ", 1, &[""], Place::Glided),
    nucleus("uy", 1, &["", "a", "u", "n", "nh", "p", "t", "ch"], Place::Glided),
    nucleus("uyê", 2, &["n", "t"], Place::Glided),
];

/// Nuclei after `qu`, which holds the glide itself.
pub(super) const AFTER_QU: [Nucleus; 10] = [
    nucleus("a", 0, &["", "i", "o", "u", "y", "n", "ng", "nh", "t", "c", "ch"], Place::Anywhere),
    nucleus("ă", 0, &["m", "n", "ng", "p", "t", "c"], Place::Anywhere),
    nucleus("â", 0, &["y", "n", "ng", "t"], Place::Anywhere),
    nucleus("e", 0, &["", "o", "n", "t"], Place::Anywhere),
    nucleus("ê", 0, &["", "u", "n", "nh", "t", "ch"], Place::Anywhere),
    nucleus("i", 0, &["", "t"], Place::Anywhere),
    nucleus("y", 0, &["", "nh", "t"], Place::Anywhere),
    nucleus("yê", 1, &["n", "t"], Place::Anywhere),
    nucleus("ô", 0, &["c"], Place::Anywhere),
    nucleus("ơ", 0, &["", "i"], Place::Anywhere),
];

/// What may follow the `g` of `gi` where the onset and the vowel share the `i`: `gì`, `giếng`.
pub(super) const SHARED_I: [Nucleus; 2] =
    [nucleus("i", 0, &["", "n"], Place::Anywhere), nucleus("iê", 1, &["c", "n", "ng", "t"], Place::Anywhere)];

/// The onsets, longest first where one begins another.
pub(super) const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p",
    "r", "s", "t", "v", "x", "",
];

/// Onsets that `y` alone may follow, in words (`kỹ`, `lý`) and in names (`Vy`, `Thy`).
pub(super) const BEFORE_Y: [&str; 11] = ["", "d", "h", "k", "l", "m", "n", "s", "t", "th", "v"];

/// Onsets that a glide follows freely.
pub(super) const BEFORE_GLIDE: [&str; 14] = ["", "ch", "d", "đ", "h", "kh", "l", "ng", "nh", "s", "t", "th", "tr", "x"];

/// The few words in which a glide follows another onset: `goá`, `noãn`, `roãn`, `xe buýt`, `voan`.
pub(super) const RARE_GLIDES: [(&str, &str); 7] =
    [("b", "uyt"), ("g", "oa"), ("gi", "oăng"), ("n", "oan"), ("ph", "uy"), ("r", "oan"), ("v", "oan")];

/// Syllables of official names that keep a spelling of their own (`Bắc Kạn`, `Đắk Lắk`, `Kon Tum`).
pub(super) const NAMES: [(&str, Tone); 4] = [("kan", Tone::Nang), ("đăk", Tone::Sac), ("lăk", Tone::Sac), ("kon", Tone::Ngang)];
