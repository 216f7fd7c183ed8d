//! Words as the keys of an input method that was switched off, or as codes of old fonts.

use unicode_normalization::UnicodeNormalization;

use super::legacy::LegacyEncoding;
use super::letters::{Tone, VOWELS, with_tone};
use super::syllable::{Syllable, is_syllable};

/// Letters of a word that may be the keys of VNI: shorter ones with digits are codes (`A4`).
const VNI_LETTERS: usize = 3;

/// The syllable that the typist of `word` meant, if the word itself is none: keys of Telex
/// (`quyeets`) or VNI (`quye61t`), codes of TCVN3 (`quyÕt`) or of VNI's fonts.
pub fn meant_by_keys(word: &str) -> Option<String> {
    if is_syllable(word) {
        return None;
    }
    if word.is_ascii() {
        let keys = word.to_ascii_lowercase();
        let has_digit = keys.bytes().any(|b| b.is_ascii_digit());
        let letters = keys.bytes().filter(u8::is_ascii_alphabetic).count();
        return match has_digit {
            true if letters < VNI_LETTERS => None,
            true => keyed(&keys, vni_key),
            false => keyed(&keys, telex_key),
        };
    }
    [LegacyEncoding::Vni, LegacyEncoding::Tcvn3]
        .into_iter()
        .map(|encoding| encoding.decode(word).to_lowercase().nfc().collect::<String>())
        .find(|decoded| *decoded != word && is_syllable(decoded))
}

/// What a key does to the letters before it.
enum Key {
    Letter,
    Tone(Tone),
    /// Puts a mark on the last of these pairs of letters that stands there.
    Mark(&'static [(char, char)]),
}

fn telex_key(key: char, before: &[char]) -> Key {
    let has_vowel = before.iter().any(|c| VOWELS.iter().any(|row| row.contains(c)));
    match key {
        's' if has_vowel => Key::Tone(Tone::Sac),
        'f' if has_vowel => Key::Tone(Tone::Huyen),
        'r' if has_vowel => Key::Tone(Tone::Hoi),
        'x' if has_vowel => Key::Tone(Tone::Nga),
        'j' if has_vowel => Key::Tone(Tone::Nang),
        'a' if before.contains(&'a') => Key::Mark(&[('a', 'â')]),
        'e' if before.contains(&'e') => Key::Mark(&[('e', 'ê')]),
        'o' if before.contains(&'o') => Key::Mark(&[('o', 'ô')]),
        'd' if before.first() == Some(&'d') => Key::Mark(&[('d', 'đ')]),
        'w' => Key::Mark(&[('a', 'ă'), ('o', 'ơ'), ('u', 'ư')]),
        _ => Key::Letter,
    }
}

fn vni_key(key: char, _: &[char]) -> Key {
    match key {
        '1' => Key::Tone(Tone::Sac),
        '2' => Key::Tone(Tone::Huyen),
        '3' => Key::Tone(Tone::Hoi),
        '4' => Key::Tone(Tone::Nga),
        '5' => Key::Tone(Tone::Nang),
        '6' => Key::Mark(&[('a', 'â'), ('e', 'ê'), ('o', 'ô')]),
        '7' => Key::Mark(&[('o', 'ơ'), ('u', 'ư')]),
        '8' => Key::Mark(&[('a', 'ă')]),
        '9' => Key::Mark(&[('d', 'đ')]),
        _ => Key::Letter,
    }
}

/// The syllable that `keys` make; none if they make none, or say nothing but letters.
fn keyed(keys: &str, key_of: fn(char, &[char]) -> Key) -> Option<String> {
    let mut letters: Vec<char> = Vec::new();
    let mut tone = Tone::Ngang;
    for key in keys.chars() {
        match key_of(key, &letters) {
            Key::Letter => letters.push(key),
            Key::Tone(typed) => tone = typed,
            Key::Mark(pairs) => {
                let place = letters.iter().rposition(|letter| pairs.iter().any(|(plain, _)| plain == letter))?;
                // One key marks both letters of `ươ`.
                let pair = matches!(
                    (place.checked_sub(1).and_then(|before| letters.get(before)), letters.get(place)),
                    (Some('u'), Some('o'))
                );
                if let Some(letter) = letters.get_mut(place) {
                    *letter = pairs.iter().find(|(plain, _)| plain == letter).map_or(*letter, |(_, marked)| *marked);
                }
                if pair
                    && letters.get(place) == Some(&'ơ')
                    && let Some(letter) = letters.get_mut(place - 1)
                {
                    *letter = 'ư';
                }
            }
        }
    }
    let toned = |place: usize| -> String {
        letters.iter().enumerate().map(|(at, letter)| if at == place { with_tone(*letter, tone) } else { *letter }).collect()
    };
    // Where the tone stands, the spelling says.
    let syllable = (0..letters.len()).map(toned).find_map(|word| {
        let parsed = Syllable::parse(&word)?;
        (parsed.tone() == tone).then(|| parsed.to_string())
    })?;
    (syllable != keys).then_some(syllable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_input_methods_are_understood() {
        for (keys, meant) in [
            ("quyeets", "quyết"),
            ("ddinhj", "định"),
            ("QUYEETS", "quyết"),
            ("dduwowngf", "đường"),
            ("duowngf", "dường"),
            ("ddaats", "đất"),
            ("nguyeenx", "nguyễn"),
            ("hoaf", "hòa"),
            ("quye61t", "quyết"),
            ("d9i5nh", "định"),
            ("d9u7o7ng2", "đường"),
        ] {
            assert_eq!(meant_by_keys(keys).as_deref(), Some(meant), "{keys}");
        }
        for word in ["quyết", "dat", "ubnd", "a4", "15", "hanoi", "sapa", "x", "", "w"] {
            assert_eq!(meant_by_keys(word), None, "{word}");
        }
    }

    #[test]
    fn codes_of_old_fonts_are_understood() {
        for (codes, meant) in [("quyÕt", "quyết"), ("®Þnh", "định"), ("Coäng", "cộng"), ("hoøa", "hòa")] {
            assert_eq!(meant_by_keys(codes).as_deref(), Some(meant), "{codes}");
        }
    }
}
