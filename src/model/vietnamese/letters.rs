//! The letters of Vietnamese, each as a letter and a tone.

/// The six tones. `Ngang` has no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// `a`
    Ngang,
    /// `à`
    Huyen,
    /// `ả`
    Hoi,
    /// `ã`
    Nga,
    /// `á`
    Sac,
    /// `ạ`
    Nang,
}

impl Tone {
    /// All tones, in the order of [`VOWELS`].
    pub(super) const ALL: [Self; 6] = [Self::Ngang, Self::Huyen, Self::Hoi, Self::Nga, Self::Sac, Self::Nang];
}

/// The vowel letters, each with its six tones in the order of [`Tone::ALL`].
pub(super) const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
];

/// Writes `c` in lower case. What only looks like Đ becomes đ: the Icelandic Ð and the African Ɖ
/// are often typed and read in its place, and Vietnamese has neither.
pub fn lower_case(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'Đ' | 'Ð' | 'ð' | 'Ɖ' | 'ɖ' => 'đ',
        // No letter of Vietnamese has a longer lower case.
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Parts a small letter into the letter without its tone and the tone; none if Vietnamese does
/// not write native words with it (`f`, `j`, `w`, `z`, letters of other languages).
pub(super) fn part(c: char) -> Option<(char, Tone)> {
    match c {
        'f' | 'j' | 'w' | 'z' => None,
        'a'..='z' | 'đ' => Some((c, Tone::Ngang)),
        _ if c.is_ascii() => None,
        _ => VOWELS.iter().find_map(|row| {
            let place = row.iter().position(|vowel| *vowel == c)?;
            Some((*row.first()?, *Tone::ALL.get(place)?))
        }),
    }
}

/// Puts `tone` on a vowel letter without tone; other letters stay as they are.
pub(super) fn with_tone(letter: char, tone: Tone) -> char {
    let row = VOWELS.iter().find(|row| row.first() == Some(&letter));
    let place = Tone::ALL.iter().position(|other| *other == tone);
    row.zip(place).and_then(|(row, place)| row.get(place)).copied().unwrap_or(letter)
}

/// Whether a mark stands in `text` as a character of its own, so that it is not composed.
pub(super) fn is_decomposed(text: &str) -> bool {
    text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c))
}
