//! Phrases that papers of Vietnamese offices share, told however they were read.

use super::fold::edit_distance;

/// The republic's name and the motto, as in the header of every paper; folded.
const NATIONAL: [&str; 2] = ["cong hoa xa hoi chu nghia viet nam", "doc lap tu do hanh phuc"];
/// A line is one of them if it is unlike it in no greater share of the longer one's characters.
const UNLIKE: f64 = 0.3;
/// Lines longer than this hold more than that.
const LONGEST: usize = 60;
/// With these begin the addressees, the legal grounds and the body of a paper; folded.
const PARTS: [&str; 12] = [
    "kinh gui",
    "can cu",
    "dieu ",
    "ma ho so",
    "so ",
    "hom nay",
    "toi ten",
    "xet ",
    "thuc hien ",
    "theo de nghi",
    "toi la",
    "chung toi",
];

/// Whether a line is the republic's name or the motto. `folded` is what [`super::fold_words`] makes of
/// it.
pub fn is_national(folded: &str) -> bool {
    let length = folded.chars().count();
    let is_like = |line: &str| (edit_distance(folded, line) as f64) < UNLIKE * length.max(line.len()) as f64;
    length < LONGEST && NATIONAL.iter().any(|line| is_like(line))
}

/// Whether a line begins a part of its own and goes on with no title. `text` is the line and `folded`
/// what [`super::fold_words`] makes of it.
pub fn begins_part(text: &str, folded: &str) -> bool {
    let letter = text.chars().find(|c| c.is_alphanumeric());
    // What goes on with a sentence is written small, and `Sở …` and `Sơ …` are no numbers.
    let is_begun = letter.is_none_or(|letter| !letter.is_lowercase());
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_other_word = folded.starts_with("so ") && first.contains(['ơ', 'ở', 'ờ', 'ớ', 'ợ', 'ỡ']);
    (is_begun && !is_other_word && PARTS.iter().any(|beginning| folded.starts_with(beginning)))
        || text.starts_with(|c: char| c.is_ascii_digit())
}
