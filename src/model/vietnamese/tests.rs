use std::collections::BTreeSet;

use super::letters::{Tone, with_tone};
use super::rhymes::{AFTER_QU, NAMES, NUCLEI, ONSETS, SHARED_I};
use super::*;

#[test]
fn count() {
    println!("{}", every_syllable().len());
}

/// Every syllable that the grammar admits, in small letters, with its tone where `parse` has it.
fn every_syllable() -> BTreeSet<String> {
    let mut bare = BTreeSet::new();
    for onset in ONSETS {
        for nucleus in NUCLEI.iter().chain(&AFTER_QU).chain(&SHARED_I) {
            for coda in nucleus.codas {
                let rhyme = format!("{}{coda}", nucleus.letters);
                let shared = onset.strip_suffix('i').filter(|_| rhyme.starts_with('i')).unwrap_or(onset);
                bare.insert(format!("{shared}{rhyme}"));
            }
        }
    }
    bare.extend(NAMES.iter().map(|(name, _)| (*name).to_owned()));
    let mut all = BTreeSet::new();
    for word in bare {
        for tone in Tone::ALL {
            for place in 0..word.chars().count() {
                let marked = |(i, c)| if i == place { with_tone(c, tone) } else { c };
                let marked: String = word.chars().enumerate().map(marked).collect();
                all.extend(Syllable::parse(&marked).map(|syllable| syllable.to_string()));
            }
        }
    }
    all
}
