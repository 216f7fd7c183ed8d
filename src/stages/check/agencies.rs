//! What is known of agencies besides the page: a register of the office's own, and how their names
//! are spelled on all papers of the repository.

use std::collections::BTreeMap;

use crate::model::vietnamese::{edit_distance, fold, fold_words, same_spelling};

/// A name of one spelling must be so much of all readings of it to be beyond dispute.
const UNDISPUTED: f64 = 0.75;
/// Names that differ in fewer letters than one in so many are offered for one another.
const LETTERS_AN_ERROR: usize = 8;

/// The agencies that an office deals with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AgencyRegister {
    /// By name without case and marks, as [`plain`] gives it.
    names: BTreeMap<String, Vec<String>>,
}

impl AgencyRegister {
    /// Reads a register: CSV or plain text, an agency a line. The first column is the name, or the
    /// one that a first line heads `name`, `ten` or `tên`; lines that begin with `#` are left out.
    /// Columns are parted by `,`, `;` or tabs; names that hold one of these stand in quotes.
    pub(crate) fn parse(text: &str) -> Self {
        let mut lines =
            text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut register = Self::default();
        let Some(first) = lines.next() else { return register };
        let heads: Vec<String> = columns(first).iter().map(|head| fold(head)).collect();
        let column = heads.iter().position(|head| matches!(head.as_str(), "name" | "ten" | "ten co quan"));
        if column.is_none() {
            register.add(columns(first).first().map_or("", String::as_str));
        }
        for line in lines {
            register.add(columns(line).get(column.unwrap_or(0)).map_or("", String::as_str));
        }
        register
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn add(&mut self, name: &str) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = self.names.entry(fold_words(&name)).or_default();
        if !name.is_empty() && !known.contains(&name) {
            known.push(name);
        }
    }

    /// What the register says of a name that was read.
    pub(super) fn look_up(&self, read: &str) -> LookedUp<'_> {
        let folded = fold_words(read);
        let same = self.names.get(&folded).map(Vec::as_slice).unwrap_or_default();
        if let Some(name) = same.iter().find(|name| spelled(name) == spelled(read)) {
            return LookedUp::Known(name);
        }
        if let [only] = same {
            return LookedUp::Like(only);
        }
        let most = folded.chars().count() / LETTERS_AN_ERROR;
        let mut near = self.names.iter().filter(|(other, _)| edit_distance(other, &folded) <= most).flat_map(|(_, names)| names);
        match (near.next(), near.next()) {
            (Some(only), None) => LookedUp::Like(only),
            _ => LookedUp::Unknown,
        }
    }
}

/// What a register says of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookedUp<'r> {
    /// It is there, letter by letter but for case.
    Known(&'r str),
    /// One that it was perhaps read from is there, and no other.
    Like(&'r str),
    /// Nothing.
    Unknown,
}

/// How often each spelling of the issuing bodies' names was read in a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AgencySpellings {
    /// By name without case and marks; then by spelling without case.
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

impl AgencySpellings {
    /// Counts a name that was read so many times.
    pub(crate) fn add(&mut self, name: &str, times: u64) {
        let spellings = self.counts.entry(fold_words(name)).or_default();
        let count = spellings.entry(spelled(name)).or_default();
        *count = count.saturating_add(times);
    }

    /// Whether the same letters with other marks were read so often that none of the spellings, or
    /// not this one, is beyond dispute.
    pub(super) fn dispute(&self, name: &str) -> bool {
        let Some(spellings) = self.counts.get(&fold_words(name)) else { return false };
        let all: u64 = spellings.values().sum();
        let this = spellings.get(&spelled(name)).copied().unwrap_or_default();
        spellings.keys().any(|other| *other != spelled(name)) && (this as f64) < UNDISPUTED * all as f64
    }
}

/// Letters with their marks, without case and punctuation: `HOÀ` and `Hòa` are one spelling.
fn spelled(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(same_spelling).collect::<Vec<_>>().join(" ")
}

/// The cells of one line.
fn columns(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' | ';' | '\t' if !quoted => cells.push(String::new()),
            c => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(c);
                }
            }
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = "ma;ten\nH38.01;Sở Nội vụ\nH38.02;\"Ủy ban nhân dân xã Bát Xát\"\n# đã giải thể\nH38.03;Chi cục An toàn vệ sinh thực phẩm\n";

    #[test]
    fn a_register_is_read_from_csv_or_plain_lines() {
        let register = AgencyRegister::parse(REGISTER);
        assert_eq!(register.look_up("SỞ NỘI VỤ"), LookedUp::Known("Sở Nội vụ"));
        assert_eq!(register.look_up("UỶ BAN NHÂN DÂN XÃ BÁT XÁT"), LookedUp::Known("Ủy ban nhân dân xã Bát Xát"));
        let plain = AgencyRegister::parse("Sở Nội vụ\nSở Tư pháp\n");
        assert_eq!(plain.look_up("Sở nội vụ"), LookedUp::Known("Sở Nội vụ"));
        assert!(AgencyRegister::parse("# nothing\n").is_empty());
    }

    #[test]
    fn a_name_with_a_wrong_mark_or_letter_is_offered_its_like() {
        let register = AgencyRegister::parse(REGISTER);
        let food = LookedUp::Like("Chi cục An toàn vệ sinh thực phẩm");
        assert_eq!(register.look_up("CHI CỤC AN TOÀN VỆ SINH THỰC PHÁM"), food);
        assert_eq!(register.look_up("CHI CỤC AN TOAN VE SINH THỰC PHAMI"), food);
        assert_eq!(register.look_up("SỞ TƯ PHÁP"), LookedUp::Unknown);
    }

    #[test]
    fn names_in_many_spellings_are_disputed_and_a_rare_one_against_a_common_one_is() {
        let mut spellings = AgencySpellings::default();
        for name in ["CHI CỤC THỰC PHẨM", "CHI CỤC THỰC PHẢM", "CHI CỤC THỰC PHÁM"] {
            spellings.add(name, 1);
        }
        assert!(spellings.dispute("CHI CỤC THỰC PHẨM"));
        spellings.add("Chi cục Thực phẩm", 20);
        assert!(!spellings.dispute("CHI CỤC THỰC PHẨM") && spellings.dispute("CHI CỤC THỰC PHÁM"));
        spellings.add("SỞ NỘI VỤ", 1);
        assert!(!spellings.dispute("SỞ NỘI VỤ") && !spellings.dispute("SỞ TƯ PHÁP"));
    }
}
