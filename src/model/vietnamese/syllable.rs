//! One written syllable: onset, rhyme and tone.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::fold::fold;
use super::letters::{Tone, is_decomposed, lower_case, part, with_tone};
use super::rhymes::{AFTER_QU, BEFORE_GLIDE, BEFORE_Y, NAMES, NUCLEI, Nucleus, ONSETS, Place, RARE_GLIDES, SHARED_I};

/// Letters of the longest syllable, `nghiêng`.
const LONGEST: usize = 7;
/// Bytes of the longest syllable when each of its marks is a character of its own.
const LONGEST_BYTES: usize = 24;

/// How a syllable is capitalised. Other mixtures of small letters and capitals are misreadings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    /// The first letter only; also a capital that stands alone.
    Title,
    Upper,
}

/// A syllable that the orthography allows. Whether a word has it is another question: the
/// grammar admits more than twice the syllables in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syllable {
    /// Small letters without tone; unused ones are NUL.
    letters: [char; LONGEST],
    length: usize,
    case: Case,
    tone: Tone,
    /// The letter that bears the tone in the canonical form.
    tone_at: usize,
}

impl Syllable {
    /// Takes `token`, letters only, for a syllable; none if it cannot be one. Both Unicode forms
    /// and both places of the tone in `hòa`, `hòe` and `thủy` are accepted, and Ð as Đ.
    pub fn parse(token: &str) -> Option<Self> {
        if token.len() > LONGEST_BYTES {
            return None;
        }
        if is_decomposed(token) { Self::of_letters(token.nfc()) } else { Self::of_letters(token.chars()) }
    }

    fn of_letters(token: impl Iterator<Item = char>) -> Option<Self> {
        let mut letters = ['\0'; LONGEST];
        let (mut length, mut capitals, mut first_is_capital) = (0, 0, false);
        let mut mark: Option<(Tone, usize)> = None;
        for c in token {
            let small = lower_case(c);
            let (letter, tone) = part(small)?;
            if c.is_uppercase() {
                capitals += 1;
                first_is_capital |= length == 0;
            }
            if tone != Tone::Ngang && mark.replace((tone, length)).is_some() {
                return None;
            }
            *letters.get_mut(length)? = letter;
            length += 1;
        }
        let case = match capitals {
            0 => Case::Lower,
            1 if first_is_capital => Case::Title,
            _ if capitals == length => Case::Upper,
            _ => return None,
        };
        let written = letters.get(..length)?;
        let tone = mark.map_or(Tone::Ngang, |(tone, _)| tone);
        let Spelled { tone_at, either, stopped } = spell(written).or_else(|| spell_name(written, tone))?;
        let bears = |place: usize| place == tone_at || either && place + 1 == tone_at;
        if mark.is_some_and(|(_, place)| !bears(place)) || stopped && !matches!(tone, Tone::Sac | Tone::Nang) {
            return None;
        }
        // Of the two places the first is canonical, see `canonical_tone`.
        Some(Self { letters, length, case, tone, tone_at: if either { tone_at - 1 } else { tone_at } })
    }

    /// The tone.
    pub fn tone(&self) -> Tone {
        self.tone
    }
}

/// Whether `token`, letters only, can be a syllable of Vietnamese.
pub fn is_syllable(token: &str) -> bool {
    Syllable::parse(token).is_some()
}

/// Writes the tone of a syllable, given in NFC, where the traditional spelling has it: `hoà` becomes `hòa`,
/// `hoè` `hòe`, `thuỷ` `thủy`. What is no syllable, or has its tone in one place only (`quý`,
/// `hoàng`), stays as it is.
///
/// Both spellings are correct and stand in papers side by side, so what is compared has to be
/// brought to one of them. This one, since the header of every paper is printed so (`CỘNG HÒA`,
/// NĐ 30/2020/NĐ-CP, App. I) and the common input methods write it unless told otherwise.
pub fn canonical_tone(token: &str) -> Cow<'_, str> {
    // The tone moves only between two vowels at the end.
    let mut end = token.chars().rev();
    let may_move = end.next().is_some_and(|last| !last.is_ascii()) && end.next().is_some_and(|c| "oOuU".contains(c));
    let syllable = if may_move { Syllable::parse(token) } else { None };
    syllable.map_or(Cow::Borrowed(token), |syllable| Cow::Owned(syllable.to_string()))
}

impl std::fmt::Display for Syllable {
    /// Writes the canonical form, composed, capitalised as it was.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write;
        for (place, &letter) in self.letters.iter().take(self.length).enumerate() {
            let small = if place == self.tone_at { with_tone(letter, self.tone) } else { letter };
            if self.case == Case::Upper || self.case == Case::Title && place == 0 {
                small.to_uppercase().try_for_each(|c| f.write_char(c))?;
            } else {
                f.write_char(small)?;
            }
        }
        Ok(())
    }
}

/// What the letters of a syllable say about its tone.
struct Spelled {
    /// The letter that bears it.
    tone_at: usize,
    /// Whether it may also stand on the letter before.
    either: bool,
    /// Whether a stop ends the syllable, so that only two tones are left to it.
    stopped: bool,
}

/// Parts small letters without tone into onset and rhyme.
fn spell(letters: &[char]) -> Option<Spelled> {
    let onset = ONSETS.iter().find(|onset| starts_with(letters, onset))?;
    let onset_length = onset.chars().count();
    let rhyme = letters.get(onset_length..)?;
    match *onset {
        "qu" => find(&AFTER_QU, rhyme, onset_length, |_, _| true),
        "gi" => {
            let shared = || find(&SHARED_I, letters.get(1..)?, 1, |_, _| true);
            let full = || find(&NUCLEI, rhyme, onset_length, |nucleus, coda| may_follow(onset, nucleus, coda));
            full().filter(|_| !matches!(rhyme, ['i' | 'y', ..])).or_else(shared)
        }
        _ => find(&NUCLEI, rhyme, onset_length, |nucleus, coda| may_follow(onset, nucleus, coda)),
    }
}

/// Finds `rhyme` among `nuclei` and their codas.
fn find(nuclei: &[Nucleus], rhyme: &[char], before: usize, fits: impl Fn(&Nucleus, &str) -> bool) -> Option<Spelled> {
    nuclei.iter().find_map(|nucleus| {
        let left = starts_with(rhyme, nucleus.letters).then(|| rhyme.get(nucleus.letters.chars().count()..))??;
        let coda = nucleus.codas.iter().find(|coda| left.iter().copied().eq(coda.chars()))?;
        fits(nucleus, coda).then(|| Spelled {
            tone_at: before + nucleus.tone_at,
            either: coda.is_empty() && matches!(nucleus.letters, "oa" | "oe" | "uy"),
            stopped: matches!(*coda, "p" | "t" | "c" | "ch"),
        })
    })
}

/// Finds a syllable of an official name; its tone is part of the spelling.
fn spell_name(letters: &[char], tone: Tone) -> Option<Spelled> {
    let known = NAMES.iter().any(|(name, its)| *its == tone && letters.iter().copied().eq(name.chars()));
    known.then_some(Spelled { tone_at: 1, either: false, stopped: false })
}

fn starts_with(letters: &[char], beginning: &str) -> bool {
    let mut letters = letters.iter();
    beginning.chars().all(|c| letters.next() == Some(&c))
}

/// Whether the rules of spelling let `nucleus` with `coda` stand after `onset`.
fn may_follow(onset: &str, nucleus: &Nucleus, coda: &str) -> bool {
    let is_front = nucleus.letters.starts_with(['i', 'e', 'ê', 'y']);
    let spelled = match onset {
        "k" | "gh" | "ngh" => is_front,
        "c" | "g" | "ng" => !is_front,
        _ => true,
    };
    spelled
        && match nucleus.place {
            Place::Anywhere => true,
            Place::AfterOnset => !onset.is_empty(),
            Place::AtStart => onset.is_empty(),
            Place::BeforeY => BEFORE_Y.contains(&onset),
            Place::Glided => {
                let rare = |(before, rhyme): &(&str, &str)| {
                    *before == onset && rhyme.strip_prefix(nucleus.letters).is_some_and(|rest| rest == coda)
                };
                BEFORE_GLIDE.contains(&onset) || RARE_GLIDES.iter().any(rare)
            }
        }
}

/// Whether `rhyme`, in small letters without any marks, is a rhyme once marks are put on it.
pub(super) fn has_rhyme_without_marks(rhyme: &str) -> bool {
    NUCLEI.iter().chain(&AFTER_QU).chain(&SHARED_I).any(|nucleus| {
        let left = rhyme.strip_prefix(fold(nucleus.letters).as_str());
        left.is_some_and(|left| nucleus.codas.contains(&left))
    })
}
