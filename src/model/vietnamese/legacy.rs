//! Text of the years before Unicode: fonts that show Vietnamese under the codes of other letters.
//!
//! A PDF made with such a font holds `Céng hßa` where a reader sees `Cộng hòa`. TCVN3 (the ABC fonts,
//! `.VnTime`) gives each letter one code and has fonts of their own for capitals; VNI (`VNI-Times`)
//! writes a plain letter and its mark one after the other.

use unicode_normalization::UnicodeNormalization;

/// Codes of TCVN 5712:1993 VN3 above ASCII, as Latin-1, and the letters at the same places of
/// [`TCVN3_LETTERS`]. The soft hyphen is the code of `ư`.
const TCVN3_CODES: &str = "¨©ª«¬\u{ad}®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¡¢£¤¥¦§";
const TCVN3_LETTERS: &str = "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂÊÔƠƯĐ";

/// Letters that VNI gives a code of their own.
const VNI_CODES: &str = "íìæóòôöîñÍÌÆÓÒÔÖÎÑ";
const VNI_LETTERS: &str = "íìỉĩịơưỵđÍÌỈĨỊƠƯỴĐ";
/// Marks of VNI, which follow their letter, and the combining characters that they stand for.
const VNI_MARKS: [(char, &str); 17] = [
    ('ù', "\u{301}"),
    ('ø', "\u{300}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('á', "\u{302}\u{301}"),
    ('à', "\u{302}\u{300}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{302}\u{323}"),
    ('ê', "\u{306}"),
    ('é', "\u{306}\u{301}"),
    ('è', "\u{306}\u{300}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{306}\u{323}"),
];

/// An encoding of Vietnamese that is not Unicode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegacyEncoding {
    /// TCVN3 in a font that shows small letters as small ones.
    Tcvn3,
    /// TCVN3 in a font that shows capitals only: its name ends with `H`, as in `.VnTimeH`.
    Tcvn3Capitals,
    /// VNI for Windows.
    Vni,
}

impl LegacyEncoding {
    /// What the name of a font promises; none for the name of a font of today. The prefix of a
    /// subset (`ABCDEF+`) and lost dots do not matter.
    pub fn of_font(name: &str) -> Option<Self> {
        let name = name.rsplit('+').next().unwrap_or(name).trim_start_matches(|c: char| !c.is_alphanumeric());
        if name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("vni-")) {
            return Some(Self::Vni);
        }
        let family = name.strip_prefix("Vn").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))?;
        let end = [",", "-", "Bold", "Italic"].iter().filter_map(|style| family.find(style)).min();
        let family = family.get(..end.unwrap_or(family.len())).unwrap_or(family);
        Some(if family.len() > 1 && family.ends_with('H') { Self::Tcvn3Capitals } else { Self::Tcvn3 })
    }

    /// The text that a reader sees where `text` stands in the file, in NFC. Characters that the
    /// encoding does not have stay as they are.
    pub fn decode(self, text: &str) -> String {
        match self {
            Self::Tcvn3 => text.chars().map(|c| replace(c, TCVN3_CODES, TCVN3_LETTERS)).collect(),
            Self::Tcvn3Capitals => Self::Tcvn3.decode(text).chars().flat_map(char::to_uppercase).collect(),
            Self::Vni => decode_vni(text),
        }
    }
}

fn replace(c: char, codes: &str, letters: &str) -> char {
    let c = latin1(c);
    codes.chars().zip(letters.chars()).find_map(|(code, letter)| (code == c).then_some(letter)).unwrap_or(c)
}

/// Undoes what readers make of some codes: the micro sign comes as the Greek letter, the raised dot
/// as an operator, and codes of symbol fonts come from a private area.
fn latin1(c: char) -> char {
    match c {
        'μ' => 'µ',
        '∙' => '·',
        '\u{f020}'..='\u{f0ff}' => char::from_u32(u32::from(c) - 0xf000).unwrap_or(c),
        _ => c,
    }
}

fn decode_vni(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len() * 2);
    let mut last = '\0';
    for c in text.chars().map(latin1) {
        // No mark of VNI has a lower case of more than one letter.
        let small = c.to_lowercase().next().unwrap_or(c);
        let marks = VNI_MARKS.iter().find(|(code, _)| *code == small).map(|(_, marks)| *marks);
        match marks.filter(|marks| bears(last, marks)) {
            Some(marks) => {
                decoded.push_str(marks);
                last = '\0';
            }
            None => {
                last = replace(c, VNI_CODES, VNI_LETTERS);
                decoded.push(last);
            }
        }
    }
    decoded.nfc().collect()
}

/// Whether `letter` can bear `marks`: a circumflex or breve stands over few letters.
fn bears(letter: char, marks: &str) -> bool {
    let letter = letter.to_lowercase().next().unwrap_or(letter);
    match marks.chars().next() {
        Some('\u{302}') => matches!(letter, 'a' | 'e' | 'o'),
        Some('\u{306}') => letter == 'a',
        _ => matches!(letter, 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::VOWELS;
    use super::*;

    /// The 67 letters of Vietnamese that are not in ASCII, in small.
    fn marked_letters() -> impl Iterator<Item = char> {
        VOWELS.into_iter().flatten().filter(|c| !c.is_ascii()).chain(['đ'])
    }

    fn capital(c: char) -> char {
        c.to_uppercase().next().unwrap()
    }

    /// How VNI writes a letter, from the other direction: taken apart by Unicode.
    fn vni(c: char) -> String {
        if let Some(place) = VNI_LETTERS.chars().position(|letter| letter == c) {
            return VNI_CODES.chars().nth(place).unwrap().into();
        }
        let apart: String = c.nfd().collect();
        // The dot below comes before the mark of the letter; VNI has them in one.
        let (base, marks) = apart.split_at(1);
        let (base, marks) = match marks.strip_prefix('\u{31b}') {
            Some(tone) => (
                if c.is_uppercase() {
                    if base == "O" { "Ô" } else { "Ö" }
                } else if base == "o" {
                    "ô"
                } else {
                    "ö"
                },
                tone,
            ),
            None => (base, marks),
        };
        let marks: String = match marks.strip_prefix('\u{323}') {
            Some(rest) => format!("{rest}\u{323}"),
            None => marks.into(),
        };
        let code = VNI_MARKS.iter().find(|(_, stands_for)| *stands_for == marks).unwrap().0;
        format!("{base}{}", if c.is_uppercase() { capital(code) } else { code })
    }

    #[test]
    fn every_letter_comes_back_from_tcvn3() {
        assert_eq!(marked_letters().count(), 67);
        let small: String = marked_letters().collect();
        let codes: String = small.chars().map(replace_back).collect();
        assert!(codes.chars().all(|c| ('\u{a1}'..='\u{ff}').contains(&c)), "one byte a letter");
        assert_eq!(LegacyEncoding::Tcvn3.decode(&codes), small);
        let capitals: String = marked_letters().map(capital).collect();
        assert_eq!(LegacyEncoding::Tcvn3Capitals.decode(&codes), capitals);
        assert_eq!(LegacyEncoding::Tcvn3.decode("¡¢£¤¥¦§"), "ĂÂÊÔƠƯĐ");
    }

    fn replace_back(letter: char) -> char {
        TCVN3_LETTERS.chars().zip(TCVN3_CODES.chars()).find(|(known, _)| *known == letter).unwrap().1
    }

    #[test]
    fn every_letter_comes_back_from_vni() {
        for letter in marked_letters().chain(marked_letters().map(capital)) {
            let written = vni(letter);
            assert!(written.chars().all(|c| c <= '\u{ff}'), "{written}");
            assert_eq!(LegacyEncoding::Vni.decode(&written), letter.to_string(), "{written}");
        }
    }

    #[test]
    fn lines_of_real_papers_are_decoded() {
        let tcvn3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam";
        assert_eq!(LegacyEncoding::Tcvn3.decode(tcvn3), "Cộng hòa xã hội chủ nghĩa Việt Nam");
        assert_eq!(LegacyEncoding::Tcvn3Capitals.decode("ñy ban nh©n d©n"), "ỦY BAN NHÂN DÂN");
        let vni = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp – Töï do – Haïnh phuùc";
        assert_eq!(LegacyEncoding::Vni.decode(vni), "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập – Tự do – Hạnh phúc");
    }

    #[test]
    fn codes_that_a_reader_changed_are_known_again() {
        assert_eq!(LegacyEncoding::Tcvn3.decode("nhμ n\u{f0ad}íc"), "nhà nước");
    }

    #[test]
    fn fonts_tell_their_encoding_by_name() {
        use LegacyEncoding::{Tcvn3, Tcvn3Capitals, Vni};
        let cases = [
            (".VnTime", Some(Tcvn3)),
            ("ABCDEF+.VnTimeH", Some(Tcvn3Capitals)),
            (".VnArial,Bold", Some(Tcvn3)),
            ("VnArialH-Bold", Some(Tcvn3Capitals)),
            (".VnArialNarrowHBold", Some(Tcvn3Capitals)),
            ("VNI-Times", Some(Vni)),
            ("GHIJKL+VNI-Helve-Condense", Some(Vni)),
            ("TimesNewRomanPSMT", None),
            ("Vnesque", None),
            ("VNfont", None),
        ];
        for (name, encoding) in cases {
            assert_eq!(LegacyEncoding::of_font(name), encoding, "{name}");
        }
    }
}
