//! The list of what waits.

use super::address_of;
use super::view::{ShownItem, ShownKind, ShownQueue};
use crate::commands::desk::{self, Queue, QueueItem, QueueOrder};
use crate::model::failure::Language;
use crate::model::pending::PendingKind;
use crate::settings::Settings;
use crate::web::address::encoded;
use crate::web::app::App;
use crate::web::refused::Refused;
use crate::words;

/// Facts and files that are looked at for the list.
const LOOKED_AT: usize = 200;

/// A kind by its name in an address.
fn kind_of(name: &str) -> Option<PendingKind> {
    serde_json::from_value(name.into()).ok()
}

/// Asks what waits, of one kind or all.
pub(super) async fn ask(app: &App, kind: &str) -> Result<Queue, Refused> {
    let kinds: Vec<PendingKind> = kind_of(kind).into_iter().collect();
    let inner = app.clone();
    let order = QueueOrder { kinds, limit: LOOKED_AT, after: None };
    Ok(app.pool.read(move |repository| desk::queue(repository, &inner.settings, &order)).await?)
}

/// What an address says of the filter.
pub(super) fn filter_in(kind: &str) -> String {
    kind_of(kind).map(|_| format!("?kind={}", encoded(kind))).unwrap_or_default()
}

pub(super) fn shown_queue(
    queue: &Queue,
    is_shown: &dyn Fn(&QueueItem) -> bool,
    kind: &str,
    settings: &Settings,
    language: Language,
) -> ShownQueue {
    let filter = filter_in(kind);
    let days = queue.oldest_days.unwrap_or_default();
    let kinds = PendingKind::ALL.into_iter().map(|kind| ShownKind {
        key: serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default(),
        name: words::pending_kind(kind, language),
        count: queue.counts.get(&kind).copied().unwrap_or_default(),
    });
    ShownQueue {
        total: queue.total,
        oldest: match queue.oldest_days {
            None => String::new(),
            Some(0) => words::tell!(language, "từ hôm nay", "since today"),
            Some(_) => words::tell!(language, "{days} ngày", "{days} days"),
        },
        kinds: kinds.collect(),
        items: queue.items.iter().map(|item| shown_item(item, is_shown(item), &filter, settings, language)).collect(),
        filter: if filter.is_empty() { String::new() } else { kind.to_owned() },
        has_more: queue.next.is_some(),
    }
}

fn shown_item(item: &QueueItem, is_shown: bool, filter: &str, settings: &Settings, language: Language) -> ShownItem {
    let address = address_of(item);
    match item {
        QueueItem::Document { document, document_type, open, .. } => ShownItem {
            address: format!("{address}{filter}"),
            name: document.to_string(),
            about: document_type.as_deref().map(|key| words::type_name(key, settings)).unwrap_or_default(),
            count: (*open).into(),
            is_shown,
        },
        QueueItem::Dossier { code, differences, .. } => ShownItem {
            address,
            name: code.to_string(),
            about: differences.first().map(|one| words::difference(one, language)).unwrap_or_default(),
            count: differences.len() as u64,
            is_shown,
        },
        QueueItem::File { path, kind, pages, .. } => ShownItem {
            address,
            name: path.clone(),
            about: words::pending_kind(*kind, language).to_owned(),
            count: *pages,
            is_shown,
        },
    }
}
