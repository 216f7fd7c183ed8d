//! Words for how things stand: what was done last, and how long ago.

use time::OffsetDateTime;
use time::macros::format_description;

use super::{state_name, tell};
use crate::model::checkup::Seen;
use crate::model::failure::Language;

/// What was done last; empty for what is told elsewhere.
pub(super) fn seen(seen: &Seen, language: Language) -> String {
    match seen {
        Seen::Batch { batch, state, at, hours, ledger } => {
            let (state, when) = (state_name(*state, language), when(*at, *hours, language));
            let (scanned, sealed) = (ledger.scanned, ledger.sealed);
            let (waiting, refused) = (ledger.waiting, ledger.refused);
            tell!(
                language,
                "lô {batch} {state}, {when}; {scanned} trang quét, {sealed} đã lưu, {waiting} chờ xử lý, {refused} từ chối",
                "batch {batch} {state}, {when}; {scanned} pages scanned, {sealed} sealed, {waiting} waiting, {refused} refused"
            )
        }
        Seen::Waiting { total, days: Some(days) } => {
            tell!(language, "{total} việc, việc lâu nhất đã {days} ngày", "{total} items, the oldest for {days} days")
        }
        Seen::Waiting { total, days: None } => tell!(language, "{total} việc", "{total} items"),
        Seen::Verified { at, hours, share, findings } => {
            let when = when(*at, *hours, language);
            match share {
                Some(share) => tell!(
                    language,
                    "{when}; danh mục và phần {share} của các tệp, {findings} sai lệch",
                    "{when}; the catalog and part {share} of the files, {findings} findings"
                ),
                None => tell!(language, "{when}; toàn bộ, {findings} sai lệch", "{when}; everything, {findings} findings"),
            }
        }
        Seen::BackedUp { at, hours, to, findings } => {
            let when = when(*at, *hours, language);
            tell!(language, "{when}, vào {to}; {findings} sai lệch", "{when}, to {to}; {findings} findings")
        }
        Seen::Exported { at, hours, manifest } => {
            let when = when(*at, *hours, language);
            tell!(language, "số {manifest}, {when}", "number {manifest}, {when}")
        }
        Seen::Delivered { consumer, waiting, unanswered, rejected, days, answered } => {
            let answered = answered.map_or_else(|| tell!(language, "chưa lần nào", "never"), moment);
            let days = days
                .map_or_else(String::new, |days| tell!(language, ", lâu nhất đã {days} ngày", ", the oldest for {days} days"));
            tell!(
                language,
                "{consumer}: {waiting} chờ gửi, {unanswered} chưa trả lời, {rejected} bị từ chối{days}; trả lời gần nhất: {answered}",
                "{consumer}: {waiting} to be sent, {unanswered} not answered, {rejected} rejected{days}; last answer: {answered}"
            )
        }
        Seen::Certificate { file, from, until, days } => {
            let (from, until) = (moment(*from), moment(*until));
            tell!(
                language,
                "{file}, có hiệu lực từ {from} đến {until} (còn {days} ngày)",
                "{file}, holds from {from} to {until} ({days} days left)"
            )
        }
        Seen::Never => tell!(language, "chưa có lần nào được ghi lại", "none was ever noted"),
        _ => String::new(),
    }
}

/// A moment as people write it.
fn moment(at: OffsetDateTime) -> String {
    at.format(format_description!("[day]/[month]/[year] [hour]:[minute]")).unwrap_or_default()
}

/// A moment, and how long ago it was.
fn when(at: OffsetDateTime, hours: i64, language: Language) -> String {
    let moment = moment(at);
    tell!(language, "{moment} (cách đây {hours} giờ)", "{moment} ({hours} h ago)")
}
