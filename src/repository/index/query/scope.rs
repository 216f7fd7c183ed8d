//! Which versions are searched.

use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SegmentReader, TERMINATED, Term};

use super::super::clause::{All, Clause, Every, Set};
use super::super::versions::state_number;
use super::{Compiler, Made};
use crate::model::document_state::DocumentState;

/// Which versions of records are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Versions {
    /// The newest of each.
    #[default]
    Current,
    /// All, with what was taken out of them.
    All,
}

impl Compiler<'_> {
    /// Pages of versions that are not searched.
    pub(super) fn out_of_scope(&self, segment: &SegmentReader) -> tantivy::Result<Vec<Box<dyn Clause>>> {
        match self.versions {
            Versions::All => Ok(Vec::new()),
            Versions::Current => self.not_current(segment),
        }
    }

    /// The pages of which this became.
    pub(super) fn of_state(&self, segment: &SegmentReader, state: DocumentState) -> Made {
        let Some(number) = state_number(state) else {
            let every: Vec<Box<dyn Clause>> = vec![Box::new(Every::new(segment.max_doc()))];
            return Ok(Box::new(All::new(every, self.not_current(segment)?, Vec::new())));
        };
        self.silent(segment, &Term::from_field_u64(self.fields.state, number))
    }

    fn not_current(&self, segment: &SegmentReader) -> tantivy::Result<Vec<Box<dyn Clause>>> {
        let pages = self.lists_of_not_current(segment)?;
        Ok(pages.into_iter().map(|pages| Box::new(Set::new(Box::new(pages), 0.0)) as Box<dyn Clause>).collect())
    }

    /// Of each state but the current one the pages that have it, if there are any.
    fn lists_of_not_current(&self, segment: &SegmentReader) -> tantivy::Result<Vec<SegmentPostings>> {
        let numbers = DocumentState::ALL.into_iter().filter_map(state_number);
        let pages = numbers.map(|number| self.postings(segment, &Term::from_field_u64(self.fields.state, number)));
        Ok(pages.collect::<tantivy::Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// Whether a page of the versions that are searched has this term.
    pub(in super::super) fn stands(&self, term: &Term) -> tantivy::Result<bool> {
        for segment in self.searcher.segment_readers() {
            let Some(mut pages) = segment.inverted_index(term.field())?.read_postings(term, IndexRecordOption::Basic)? else {
                continue;
            };
            let mut left_out = match self.versions {
                Versions::All => Vec::new(),
                Versions::Current => self.lists_of_not_current(segment)?,
            };
            while pages.doc() != TERMINATED {
                let page = pages.doc();
                let mut is_left_out = |list: &mut SegmentPostings| list.doc() <= page && list.seek(page) == page;
                if !segment.is_deleted(page) && !left_out.iter_mut().any(&mut is_left_out) {
                    return Ok(true);
                }
                pages.advance();
            }
        }
        Ok(false)
    }
}
