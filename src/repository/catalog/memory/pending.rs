//! What waits for a person.

use super::{MemoryCatalog, State};
use crate::model::batch::PageOutcome;
use crate::model::field::FieldStatus;
use crate::repository::catalog::{Entry, OpenField, OpenFilter, Pending, WaitingFile};
use crate::repository::error::RepositoryError;

impl Pending for MemoryCatalog {
    fn open_fields(
        &self,
        filter: &OpenFilter,
        after: Option<&OpenField>,
        limit: usize,
    ) -> Result<Vec<OpenField>, RepositoryError> {
        let mut open = self.read().open(filter);
        open.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
        open.retain(|one| after.is_none_or(|after| key_of(one) > key_of(after)));
        open.truncate(limit);
        Ok(open)
    }

    fn count_open_fields(&self, filter: &OpenFilter) -> Result<(u64, u64), RepositoryError> {
        let open = self.read().open(filter);
        let absent = open.iter().filter(|one| one.status == FieldStatus::Absent).count();
        Ok(((open.len() - absent) as u64, absent as u64))
    }

    fn open_fields_of(&self, code: &str, kind: &str) -> Result<Vec<OpenField>, RepositoryError> {
        let mut open = self.read().open(&OpenFilter::default());
        open.retain(|one| one.code.as_str() == code && one.kind.as_str() == kind);
        Ok(open)
    }

    fn waiting_files(&self) -> Result<Vec<WaitingFile>, RepositoryError> {
        let state = self.read();
        let inbox = |batch| state.batch(batch).map(|batch| batch.began.inbox.clone()).unwrap_or_default();
        let mut waiting = Vec::new();
        for ((batch, path), entry) in &state.entries {
            let Some(failure) = &entry.failure else { continue };
            let lay_in = inbox(*batch);
            let is_later = state.entries.keys().any(|(later, of)| of == path && later > batch && inbox(*later) == lay_in);
            let is_sealed = |other: &Entry| entry.scan.is_some() && other.scan == entry.scan && other.failure.is_none();
            let is_sealed = state.entries.iter().any(|((later, _), other)| later > batch && is_sealed(other));
            if lay_in == *path || is_later || is_sealed {
                continue;
            }
            let waited = state.entries.iter().filter(|((of, name), earlier)| {
                name == path && earlier.scan == entry.scan && earlier.failure.is_some() && inbox(*of) == lay_in
            });
            let since = waited.filter_map(|((of, _), _)| Some(state.batch(*of)?.began.started_at)).min();
            let Some(since) = since else { continue };
            let outcome = entry.outcomes.iter().map(|(outcome, _)| *outcome);
            let outcome = outcome.filter(|outcome| matches!(outcome, PageOutcome::Waiting | PageOutcome::Refused)).min();
            waiting.push(WaitingFile {
                since,
                batch: *batch,
                inbox: lay_in,
                path: path.clone(),
                scan: entry.scan,
                outcome: outcome.unwrap_or(PageOutcome::Refused),
                pages: entry.pages,
                failure: failure.clone(),
                moved_to: entry.moved_to.clone(),
                poor_pages: entry.poor_pages.clone(),
            });
        }
        waiting.sort_by(|a, b| (a.since, &a.inbox, &a.path).cmp(&(b.since, &b.inbox, &b.path)));
        Ok(waiting)
    }
}

type Key<'a> = (time::OffsetDateTime, &'a str, &'static str, u32, &'static str);

fn key_of(one: &OpenField) -> Key<'_> {
    (one.since, one.code.as_str(), one.kind.as_str(), one.ordinal, one.field.as_str())
}

impl State {
    /// The facts that wait and fit, by record, document and name.
    fn open(&self, filter: &OpenFilter) -> Vec<OpenField> {
        let mut open: Vec<OpenField> = Vec::new();
        for kept in self.sorted() {
            let is_of = |one: &OpenField| one.code == kept.record.dossier_code && one.kind == kept.record.kind;
            let (before, others): (Vec<_>, Vec<_>) = open.into_iter().partition(is_of);
            open = others;
            let now = OpenField::of(&kept.record, kept.batch, &before);
            open.extend(now);
        }
        let inbox = |one: &OpenField| self.batch(one.batch).map(|batch| batch.began.inbox.as_str());
        open.retain(|one| {
            (filter.inboxes.is_empty() || filter.inboxes.iter().any(|wanted| inbox(one) == Some(wanted)))
                && filter.document_type.as_ref().is_none_or(|wanted| one.document_type.as_ref() == Some(wanted))
                && filter.from.is_none_or(|from| one.since >= from)
                && filter.before.is_none_or(|before| one.since < before)
                && filter.status.is_none_or(|wanted| one.status == wanted)
        });
        open
    }
}
