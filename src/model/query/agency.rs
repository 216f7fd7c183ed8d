//! Names of agencies, written out or short.

use super::{Condition, TextFact, Words, WordsForm};
use crate::model::vietnamese::fold;

/// What everybody shortens, and nobody in one way: papers have either.
const SHORT: [(&str, &str); 2] = [("UBND", "Ủy ban nhân dân"), ("HĐND", "Hội đồng nhân dân")];

/// Words in the name of the issuing body, as they were typed or as the name may be written too.
pub(super) fn in_issuing_body(words: Words) -> Condition {
    let other = if words.form == WordsForm::Beginning { None } else { written_otherwise(&words.typed) };
    let condition = |words| Condition::In(TextFact::IssuingBody, words);
    match other {
        Some(typed) => {
            let other = Words { typed, form: words.form };
            Condition::Any(vec![condition(words), condition(other)])
        }
        None => condition(words),
    }
}

/// The same name with what is short written out, or with what is written out short.
fn written_otherwise(typed: &str) -> Option<String> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    SHORT.iter().find_map(|(short, long)| {
        let (pieces, short_form) = (fold(long), fold(short));
        let pieces: Vec<&str> = pieces.split(' ').collect();
        let replaced = |at: usize, length: usize, by: &str| {
            let (before, after) = (words.get(..at)?, words.get(at + length..)?);
            Some([before, &[by], after].concat().join(" "))
        };
        if let Some(at) = folded.iter().position(|word| *word == short_form) {
            return replaced(at, 1, long);
        }
        let at = folded.windows(pieces.len()).position(|window| window.iter().zip(&pieces).all(|(word, piece)| word == piece))?;
        replaced(at, pieces.len(), short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_written_out_and_long_ones_short() {
        for (typed, other) in [
            ("UBND tỉnh", Some("Ủy ban nhân dân tỉnh")),
            ("ubnd", Some("Ủy ban nhân dân")),
            ("uỷ ban nhân dân xã Tả Van", Some("UBND xã Tả Van")),
            ("HDND", Some("Hội đồng nhân dân")),
            ("Sở Xây dựng", None),
            ("ban nhân dân", None),
        ] {
            assert_eq!(written_otherwise(typed).as_deref(), other, "{typed}");
        }
    }
}
