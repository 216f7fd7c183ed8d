//! A document at the desk, in words.

use super::queue::filter_in;
use super::view::{FactState, ShownCandidate, ShownDocument, ShownFact, ShownMark, ShownStale, ShownStaleFact};
use super::{Look, address_of, desk_of};
use crate::commands::desk::{Candidate, CandidateSource, DeskDocument, DeskFact, FieldPlace, Queue, Stale};
use crate::commands::dossier::Change;
use crate::model::draft::Ruling;
use crate::model::failure::Language;
use crate::model::field::{Field, FieldName, FieldStatus};
use crate::settings::Settings;
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::leases::Holder;
use crate::web::pages::record::short;
use crate::words::{self, DeskPhrases};

pub(super) fn shown_document(
    looked: &DeskDocument,
    queue: &Queue,
    look: &Look,
    holder: Option<&Holder>,
    (app, language): (&App, Language),
) -> ShownDocument {
    let settings = &app.settings;
    let base = desk_of(&looked.document);
    let filter = filter_in(&look.kind);
    let is_it = |item: &crate::commands::desk::QueueItem| item.document() == Some(&looked.document);
    let to = |item| format!("{}{filter}", address_of(item));
    let number = page_of(looked, look);
    let image = format!("/records/{}/{}/pages/", encoded(looked.document.code.as_str()), looked.document.ordinal);
    let behind = format!("/1240?v={}s", short(looked.record));
    let query = |more: &str| {
        let sign = if filter.is_empty() { '?' } else { '&' };
        format!("{base}{filter}{sign}{more}")
    };
    let leaf = |page: u32| (page >= 1 && page <= looked.pages).then(|| query(&format!("page={page}")));
    let is_editing = !look.edit.is_empty();
    ShownDocument {
        name: looked.document.to_string(),
        record: format!("/records/{}?document={}", encoded(looked.document.code.as_str()), looked.document.ordinal),
        kind: words::kind_name(looked.kind, language),
        version: looked.version,
        page: number,
        pages: looked.pages,
        image: format!("{image}{number}{behind}"),
        image_parts: (image, behind),
        marks: looked.facts.iter().filter_map(|fact| mark(fact, number)).collect(),
        before: leaf(number.saturating_sub(1)),
        after: leaf(number.saturating_add(1)),
        facts: looked.facts.iter().map(|fact| shown_fact(fact, look, settings, language)).collect(),
        asked: looked.asked(),
        open: looked.open(),
        saved: saved(looked, app, language),
        held: holder.map(|holder| held(holder, app, language)),
        stale: looked.stale.as_ref().map(|stale| shown_stale(stale, looked, app, language)),
        previous: queue.before(is_it).map(to),
        skip: queue.behind(is_it).map_or_else(|| format!("/desk{filter}"), to),
        edit: if is_editing { format!("{base}{filter}") } else { query("edit=1") },
        is_editing,
        filter: look.kind.clone(),
        base,
    }
}

/// The page that is looked at: that of the first open fact if none is told.
fn page_of(looked: &DeskDocument, look: &Look) -> u32 {
    let first = looked.facts.iter().filter(|fact| fact.is_open()).find_map(|fact| fact.place).map(|place| place.page);
    look.page.or(first).unwrap_or(1).clamp(1, looked.pages.max(1))
}

/// A place in thousandths of its page: left, top, width, height.
pub(super) fn thousandths(place: FieldPlace) -> [u32; 4] {
    let FieldPlace { left, top, width, height, .. } = place;
    [left, top, width, height].map(|share| (share * 1000.0).round().clamp(0.0, 1000.0) as u32)
}

/// Where the value of a fact stands.
fn mark(fact: &DeskFact, shown: u32) -> Option<ShownMark> {
    let place = fact.place?;
    let (page, [left, top, width, height]) = (place.page, thousandths(place));
    Some(ShownMark { name: fact.name.as_str(), page, is_shown: page == shown, left, top, width, height })
}

/// When the draft was saved last.
pub(super) fn saved(looked: &DeskDocument, app: &App, language: Language) -> String {
    let Some(at) = looked.saved_at else { return String::new() };
    let at = clock(app, at);
    words::tell!(language, "Đã lưu nháp {at}", "Draft saved {at}")
}

pub(super) fn clock(app: &App, at: time::OffsetDateTime) -> String {
    app.settings.general.local(at).format(time::macros::format_description!("[hour]:[minute]")).unwrap_or_default()
}

pub(super) fn held(holder: &Holder, app: &App, language: Language) -> String {
    let (who, since) = (&holder.full_name, clock(app, holder.since));
    words::tell!(language, "{who} đang xử lý tài liệu này từ {since}.", "{who} has been working on this document since {since}.")
}

/// How a fact is shown, for the page and for the script.
pub(super) fn state_of(fact: &DeskFact) -> FactState {
    match &fact.drafted {
        _ if fact.ruling.is_some() => FactState::Decided,
        Some(field) if field.status.is_open() => FactState::Open,
        Some(_) => FactState::Sure,
        None => FactState::None,
    }
}

/// A value as people type it.
fn typed(name: FieldName, field: Option<&Field>, settings: &Settings, language: Language) -> String {
    let field = field.filter(|field| field.status.has_value());
    field.map(|field| words::value(name, &field.value, settings, language)).unwrap_or_default()
}

/// The value of a fact as it would be with the draft carried out.
pub(super) fn value_of(fact: &DeskFact, settings: &Settings, language: Language) -> String {
    if is_hidden(fact, settings) {
        return String::new();
    }
    typed(fact.name, fact.drafted.as_ref(), settings, language)
}

/// Whether a fact is keyed twice, and what was read of it is not sent.
pub(super) fn is_blind(name: FieldName, settings: &Settings) -> bool {
    settings.console.blind_numbers && name == FieldName::OwnerNumber
}

/// Whether nothing of a fact may be sent until somebody has keyed it.
fn is_hidden(fact: &DeskFact, settings: &Settings) -> bool {
    is_blind(fact.name, settings) && fact.is_asked() && fact.ruling.is_none()
}

/// What is said beside the value.
pub(super) fn about(fact: &DeskFact, settings: &Settings, language: Language) -> String {
    let d = DeskPhrases::of(language);
    if is_hidden(fact, settings) {
        return String::new();
    }
    match (&fact.ruling, &fact.drafted) {
        (Some(Ruling::NotOnPaper), _) => d.not_on_paper.to_owned(),
        (Some(_), _) => d.just_decided.to_owned(),
        (None, Some(field)) => words::fact_state(fact.name, field, settings, language),
        (None, None) => String::new(),
    }
}

fn shown_fact(fact: &DeskFact, look: &Look, settings: &Settings, language: Language) -> ShownFact {
    let d = DeskPhrases::of(language);
    let is_refused = look.field == fact.name.as_str();
    let value = value_of(fact, settings, language);
    let hidden = is_hidden(fact, settings);
    let candidates: &[Candidate] = if hidden { &[] } else { fact.candidates.as_slice() };
    let is_day = matches!(fact.name, FieldName::IssueDate | FieldName::OwnerBirthDate);
    ShownFact {
        name: fact.name.as_str(),
        label: words::field_name(fact.name, language).to_owned(),
        state: state_of(fact),
        value: if is_refused && !hidden { look.typed.clone() } else { value },
        sealed: if hidden { String::new() } else { typed(fact.name, fact.sealed.as_ref(), settings, language) },
        about: about(fact, settings, language),
        error: if is_refused { look.error.clone() } else { String::new() },
        page: fact.place.map_or(0, |place| place.page),
        example: if is_day { d.day_example } else { "" },
        blind: is_blind(fact.name, settings),
        candidates: candidates.iter().map(|one| shown_candidate(fact.name, one, settings, language)).collect(),
    }
}

pub(super) fn shown_candidate(name: FieldName, one: &Candidate, settings: &Settings, language: Language) -> ShownCandidate {
    let d = DeskPhrases::of(language);
    let source = match one.source {
        CandidateSource::Reading => d.reading,
        CandidateSource::OtherReading => d.other_reading,
        CandidateSource::Register => d.register,
        CandidateSource::DossierRegister => d.of_register,
        CandidateSource::Dossier => d.of_dossier,
        CandidateSource::List => d.of_list,
    };
    let sure = one.confidence.map(|confidence| format!(" {}", words::percent(confidence))).unwrap_or_default();
    ShownCandidate { value: words::value(name, &one.value, settings, language), source: format!("{source}{sure}") }
}

fn shown_stale(stale: &Stale, looked: &DeskDocument, app: &App, language: Language) -> ShownStale {
    let (settings, d) = (&app.settings, DeskPhrases::of(language));
    let (who, version) = (stale.by.as_deref().unwrap_or("?"), looked.version);
    let (seen, at) = (stale.seen, clock(app, stale.at));
    let value = |name, value: Option<&str>| match value {
        Some(value) => words::value(name, value, settings, language),
        None => d.nothing_there.to_owned(),
    };
    let change = |change: &Change| match change {
        Change::Added(_) | Change::Removed(_) => words::tell!(language, "tài liệu này", "this document"),
        Change::Pages { before, after, .. } => {
            words::tell!(language, "các trang: {before} → {after}", "pages: {before} → {after}")
        }
        Change::Field { name, before, after, .. } => {
            let field = words::field_name(*name, language);
            format!("{field}: {} → {}", value(*name, before.as_deref()), value(*name, after.as_deref()))
        }
    };
    let fact = |fact: &crate::commands::desk::StaleFact| ShownStaleFact {
        name: fact.name.as_str(),
        label: words::field_name(fact.name, language).to_owned(),
        mine: match &fact.mine {
            Ruling::Set(value) => value.clone(),
            Ruling::Confirm => d.confirm.to_owned(),
            Ruling::NotOnPaper => d.not_on_paper.to_owned(),
            Ruling::Withdraw => d.take_back.to_owned(),
        },
        theirs: match &fact.theirs {
            Some(field) if field.status == FieldStatus::NotOnPaper => d.not_on_paper.to_owned(),
            Some(field) => words::value(fact.name, &field.value, settings, language),
            None => d.nothing_there.to_owned(),
        },
        is_kept: fact.mine != Ruling::Confirm,
    };
    ShownStale {
        what: words::tell!(
            language,
            "{who} đã lưu phiên bản {version} lúc {at}; bạn đã xem phiên bản {seen}. Giá trị bạn nhập vẫn còn; hãy chọn từng trường.",
            "{who} saved version {version} at {at}; you looked at version {seen}. What you typed is still there; choose for each fact."
        ),
        changes: stale.changes.iter().map(change).collect(),
        facts: stale.facts.iter().map(fact).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::FieldSource;

    /// Whoever keys a number blind must not find it in the page, and whoever has keyed it sees what they keyed.
    #[test]
    fn what_is_keyed_blind_is_not_sent() {
        let number = "999099000001";
        let field = Field {
            value: number.into(),
            source: FieldSource::Ocr,
            confidence: Confidence::saturating(0.4),
            status: FieldStatus::NeedsPerson,
            raw: Some(number.into()),
            doubts: Vec::new(),
            others: vec![number.into()],
            decision: None,
        };
        let candidate = Candidate { value: number.into(), source: CandidateSource::Reading, confidence: None };
        let mut fact = DeskFact {
            name: FieldName::OwnerNumber,
            sealed: Some(field.clone()),
            drafted: Some(field),
            ruling: None,
            place: None,
            candidates: vec![candidate],
        };
        let mut settings = Settings::default();
        let told = |fact: &DeskFact, settings: &Settings| {
            let ShownFact { value, sealed, about, candidates, blind, .. } =
                shown_fact(fact, &Look::default(), settings, Language::Vi);
            let values = candidates.into_iter().map(|candidate| candidate.value).collect::<String>();
            (format!("{value}{sealed}{about}{values}").contains(number), blind)
        };
        assert_eq!(told(&fact, &settings), (true, false));
        settings.console.blind_numbers = true;
        assert_eq!(told(&fact, &settings), (false, true));
        fact.ruling = Some(Ruling::Set(number.into()));
        assert_eq!(told(&fact, &settings), (true, true));
        fact.name = FieldName::OwnerName;
        fact.ruling = None;
        assert_eq!(told(&fact, &settings), (true, false));
    }
}
