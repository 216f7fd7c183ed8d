//! Words that were typed or read with a letter wrong.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use tantivy::schema::Field;
use tantivy::{DocSet, SegmentReader, Term};

use super::super::clause::{All, Any, Clause, Nothing, Set, Union};
use super::super::snippet::Wanted;
use super::super::terms::{look_alikes, nearest_terms};
use super::{Compiler, LISTS, Made, Tolerance};

/// Words that one may have been meant as beside another.
const BESIDE: usize = 2;
/// Letters from which one of them may be wrong: shorter syllables are all alike.
const MIN_SIMILAR: usize = 4;
/// A word that differs by a letter against the word itself.
const SIMILAR: f32 = 0.3;

impl Compiler<'_> {
    pub(super) fn may_differ(&self, word: &str) -> bool {
        let Tolerance::Letter(only) = &self.tolerance else { return false };
        let is_long = word.chars().count() >= MIN_SIMILAR && word.chars().all(char::is_alphabetic);
        is_long && (only.is_empty() || only.contains(word))
    }

    /// Words in their place beside others: as they are, or what they may have been meant as.
    pub(super) fn taken_for(&self, part: &Wanted) -> tantivy::Result<Vec<Vec<String>>> {
        let [only] = part.folded.as_slice() else { return Ok(vec![part.folded.clone()]) };
        if !self.may_differ(only) {
            return Ok(vec![part.folded.clone()]);
        }
        Ok(self.alike(self.fields.texts.folded, only)?.into_iter().take(BESIDE).map(|word| vec![word]).collect())
    }

    /// Words that look alike or differ by a letter, the most common ones.
    pub(super) fn similar(&self, segment: &SegmentReader, field: Field, word: &str) -> Made {
        let mut lists: Vec<Box<dyn DocSet>> = Vec::new();
        for word in self.alike(field, word)? {
            if let Some(pages) = self.postings(segment, &Term::from_field_text(field, &word))? {
                lists.push(Box::new(pages));
            }
        }
        Ok(Box::new(Set::new(Box::new(Union::new(lists)), SIMILAR)))
    }

    /// The words of the index that may have been meant: what readers confuse with it first, then what
    /// differs by a letter, the most common first.
    fn alike(&self, field: Field, word: &str) -> tantivy::Result<Vec<String>> {
        let key = (field.field_id(), word.to_owned());
        // Held until it is known: to go through all words takes longer than to wait for who does.
        let mut nearest = self.nearest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(alike) = nearest.get(&key) {
            return Ok(alike.clone());
        }
        let mut alike = Vec::new();
        for other in look_alikes(word) {
            if self.stands(&Term::from_field_text(field, &other))? {
                alike.push(other);
            }
        }
        if word.chars().count() >= MIN_SIMILAR {
            for (other, _) in nearest_terms(self.searcher, field, word)? {
                if alike.len() >= LISTS {
                    break;
                }
                if self.stands(&Term::from_field_text(field, &other))? {
                    alike.push(other);
                }
            }
        }
        let mut seen = BTreeSet::new();
        alike.retain(|word| seen.insert(word.clone()));
        alike.truncate(LISTS);
        nearest.insert(key, alike.clone());
        Ok(alike)
    }

    /// All of the words on a page, each as it is or alike.
    pub(super) fn all_alike(&self, segment: &SegmentReader, field: Field, words: &[String]) -> Made {
        if words.is_empty() {
            return Ok(Box::new(Nothing));
        }
        let mut each: Vec<Box<dyn Clause>> = Vec::with_capacity(words.len());
        for word in words {
            let printed = self.word(segment, (field, None), word, 1.0)?;
            each.push(if self.may_differ(word) {
                Box::new(Any::new(vec![printed, self.similar(segment, field, word)?]))
            } else {
                printed
            });
        }
        Ok(Box::new(All::new(each, Vec::new(), Vec::new())))
    }
}
