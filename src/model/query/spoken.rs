//! Numbers written out in words, as they stand in dates: `mười lăm`, `hai nghìn không trăm hai mươi lăm`.

/// The figures by their names, from nought, without marks; behind tens `mốt`, `tư`, `lăm` and `nhăm` too.
const FIGURES: [&[&str]; 10] =
    [&["khong"], &["mot"], &["hai"], &["ba"], &["bon", "tu"], &["nam", "lam", "nham"], &["sau"], &["bay"], &["tam"], &["chin"]];

fn figure(word: &str) -> Option<u16> {
    FIGURES.iter().position(|names| names.contains(&word)).and_then(|at| u16::try_from(at).ok())
}

/// A number below a hundred: `năm`, `mười`, `mười lăm`, `hai mươi`, `hai mươi mốt`, `hai lăm`, `linh năm`.
pub(super) fn below_hundred(words: &[&str]) -> Option<u16> {
    match words {
        ["muoi"] => Some(10),
        [unit] | ["linh" | "le", unit] => figure(unit),
        ["muoi", unit] => Some(10 + figure(unit)?),
        [tens, "muoi"] => Some(figure(tens)? * 10),
        [tens, "muoi", unit] | [tens, unit] => Some(figure(tens)? * 10 + figure(unit)?),
        _ => None,
    }
}

/// A year in words: `hai nghìn không trăm hai mươi lăm`, `hai ngàn lẻ chín`, `một nghìn chín trăm chín mươi tư`.
pub(super) fn year(words: &[&str]) -> Option<u16> {
    let (thousands, rest) = match words {
        [thousands, "nghin" | "ngan", rest @ ..] => (figure(thousands)?, rest),
        _ => return None,
    };
    let (hundreds, rest) = match rest {
        [hundreds, "tram", rest @ ..] => (figure(hundreds)?, rest),
        rest => (0, rest),
    };
    let last = if rest.is_empty() { 0 } else { below_hundred(rest)? };
    Some(thousands * 1000 + hundreds * 100 + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, read: fn(&[&str]) -> Option<u16>) -> Option<u16> {
        read(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn numbers_in_words_are_read() {
        for (text, number) in [("mot", 1), ("muoi", 10), ("muoi lam", 15), ("hai muoi", 20), ("ba muoi mot", 31), ("hai tu", 24)]
        {
            assert_eq!(said(text, below_hundred), Some(number), "{text}");
        }
        for (text, number) in [
            ("hai nghin khong tram hai muoi lam", 2025),
            ("hai ngan le chin", 2009),
            ("hai nghin", 2000),
            ("mot nghin chin tram chin muoi tu", 1994),
        ] {
            assert_eq!(said(text, year), Some(number), "{text}");
        }
        for text in ["", "ngay", "muoi muoi muoi muoi", "hai nghin nam tram tram", "nghin hai"] {
            assert_eq!((said(text, below_hundred), said(text, year)), (None, None), "{text}");
        }
    }
}
