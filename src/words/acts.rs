//! Words for who did what.

use super::accounts::{access_name, account_state, role_name};
use super::decisions::{document_action, settlement, verdict};
use super::exchange::{item_state, key_state};
use super::names::{field_name, kind_name, state_name};
use super::register::list_name;
use super::tell;
use crate::model::act::{Actor, Bundle, ComponentReused, Deed, SampleChecked, SampleDrawn};
use crate::model::failure::Language;
use crate::model::ids::RecordId;
use crate::model::record::{RecordName, manifest_file_name};

/// Records that are named in a line.
const NAMED: usize = 3;

/// Who did something.
pub(crate) fn actor(actor: &Actor) -> String {
    match &actor.by {
        Some(by) => format!("{by} ({})", actor.account),
        None => actor.account.clone(),
    }
}

/// What was done. `name_of` tells what people call a record; one that it does not know is told by its id.
#[expect(clippy::too_many_lines, reason = "a text for each deed")]
pub(crate) fn deed(deed: &Deed, name_of: &dyn Fn(RecordId) -> Option<RecordName>, language: Language) -> String {
    match deed {
        Deed::Adopted { records, batches, .. } => tell!(
            language,
            "tiếp nhận kho đã có: {records} bản ghi, {batches} lô",
            "took over what was there: {records} records, {batches} batches"
        ),
        Deed::Sealed { batch, records } => {
            let names = names(records, name_of, language);
            tell!(language, "đóng gói {names} (lô {batch})", "sealed {names} (batch {batch})")
        }
        Deed::PagesChanged { batch, records } => {
            let names = names(records, name_of, language);
            tell!(language, "thay đổi trang: {names} (lô {batch})", "changed pages: {names} (batch {batch})")
        }
        Deed::FieldDecided { record, ordinal, field, verdict: found, .. } => {
            let name = names(std::slice::from_ref(record), name_of, language);
            let (field, found) = (field_name(*field, language), verdict(*found, language));
            tell!(language, "{field}: {found}, tài liệu số {ordinal}, {name}", "{field}: {found}, document {ordinal}, {name}")
        }
        Deed::DocumentsChanged { records, action, ordinal, .. } => {
            let (names, done) = (names(records, name_of, language), document_action(*action, language));
            tell!(language, "tài liệu số {ordinal} {done}: {names}", "document {ordinal} {done}: {names}")
        }
        Deed::FileSettled { scan, settlement: decided } => {
            let scan: String = scan.to_string().chars().take(12).collect();
            let told = settlement(decided, language);
            tell!(language, "quyết định về bản quét {scan}: {told}", "decided about scan {scan}: {told}")
        }
        Deed::BatchEnded { batch, state, files, .. } => {
            let state = state_name(*state, language);
            tell!(language, "kết thúc lô {batch}: {state}, {files} tệp", "batch {batch} ended: {state}, {files} files")
        }
        Deed::PagesReadAgain { pages, .. } => {
            let pages = pages.len();
            tell!(
                language,
                "đọc lại {pages} trang bị mất kết quả, kết quả như cũ",
                "read {pages} lost pages again, with the same outcome"
            )
        }
        Deed::BackedUp { to, snapshot, blobs } => {
            tell!(language, "sao lưu vào {to}: {snapshot}, {blobs} tệp", "backed up to {to}: {snapshot}, {blobs} files")
        }
        Deed::Restored { from, snapshot } => {
            tell!(language, "khôi phục kho từ {from}: {snapshot}", "restored the repository from {from}: {snapshot}")
        }
        Deed::MadeAgain { made } => {
            let told = |name: &String| match name.as_str() {
                "index" => tell!(language, "chỉ mục tìm kiếm", "the search index"),
                manifest => manifest.to_owned(),
            };
            let made = made.iter().map(told).collect::<Vec<_>>().join(", ");
            tell!(language, "tạo lại: {made}", "made again: {made}")
        }
        Deed::Exported { sequence, records, .. } => {
            let name = manifest_file_name(*sequence);
            tell!(language, "xuất bản kê {name}: {records} bản ghi", "exported {name}: {records} records")
        }
        Deed::AccountSet { account, role, state, .. } => {
            let (role, state) = (role_name(*role, language), account_state(*state, language));
            tell!(language, "tài khoản {account}: {role}, {state}", "account {account}: {role}, {state}")
        }
        Deed::TokenSet { account, token, state, .. } => {
            let state = account_state(*state, language);
            tell!(language, "mã truy cập API {token} của {account}: {state}", "token {token} of {account}: {state}")
        }
        Deed::FileBrought { scan, path, .. } => {
            tell!(language, "tải lên hộp đến: {path} ({scan})", "brought into the inbox: {path} ({scan})")
        }
        Deed::FileViewed { scan } => tell!(language, "xem tệp đang chờ: {scan}", "saw pages of a file that waits: {scan}"),
        Deed::TakenOver { record, ordinal, from } => {
            let name = names(std::slice::from_ref(record), name_of, language);
            tell!(
                language,
                "nhận xử lý từ {from}: {name}, tài liệu {ordinal}",
                "taken over from {from}: {name}, document {ordinal}"
            )
        }
        Deed::Delivered { consumer, sequence, records, .. } => {
            let name = manifest_file_name(*sequence);
            tell!(language, "giao {name} cho {consumer}: {records} bản ghi", "gave {consumer} {name}: {records} records")
        }
        Deed::ItemSet { consumer, record, state, .. } => {
            let (name, state) = (names(std::slice::from_ref(record), name_of, language), item_state(*state, language));
            tell!(language, "giao cho {consumer}: {state}, {name}", "sent to {consumer}: {state}, {name}")
        }
        Deed::Bundled(Bundle { to, first, last, records, files, .. }) => tell!(
            language,
            "đóng gói các bản kê {first}–{last} vào {to}: {records} bản ghi, {files} tệp",
            "bundled manifests {first}–{last} into {to}: {records} records, {files} files"
        ),
        Deed::KeySet { key, state, .. } => {
            let state = key_state(*state, language);
            tell!(language, "khóa ký {key}: {state}", "signing key {key}: {state}")
        }
        Deed::RegisterImported { list, file, added, changed, rows, .. } => {
            let list = list_name(*list, language);
            tell!(
                language,
                "nhập sổ hồ sơ ({list}) từ {file}: thêm {added}, sửa {changed}, nay có {rows} dòng",
                "imported {list} into the register from {file}: {added} added, {changed} changed, {rows} rows now"
            )
        }
        Deed::ComponentReused(ComponentReused { dossier, component, record, ordinal, .. }) => {
            let name = names(std::slice::from_ref(record), name_of, language);
            tell!(
                language,
                "dùng lại cho {dossier}, thành phần {component}: {name}, tài liệu {ordinal}",
                "used again for {dossier}, component {component}: {name}, document {ordinal}"
            )
        }
        Deed::SampleDrawn(SampleDrawn { documents, of, .. }) => {
            let count = documents.len();
            tell!(language, "rút mẫu {count} trong {of} tài liệu để kiểm tra", "drew {count} of {of} documents for a check")
        }
        Deed::SampleChecked(SampleChecked { document, wrong }) => {
            let (name, ordinal) = (names(std::slice::from_ref(&document.record), name_of, language), document.ordinal);
            let wrong = wrong.iter().map(|field| field_name(*field, language)).collect::<Vec<_>>().join(", ");
            let told = if wrong.is_empty() {
                tell!(language, "không có lỗi", "nothing wrong")
            } else {
                tell!(language, "sai {wrong}", "wrong {wrong}")
            };
            tell!(
                language,
                "kiểm tra mẫu: {name}, tài liệu {ordinal}: {told}",
                "sample check: {name}, document {ordinal}: {told}"
            )
        }
        Deed::Accessed { record, document, access } => {
            let name = names(std::slice::from_ref(record), name_of, language);
            let part =
                document.map(|ordinal| tell!(language, ", tài liệu {ordinal}", ", document {ordinal}")).unwrap_or_default();
            format!("{}: {name}{part}", access_name(*access, language))
        }
    }
}

/// The first few records by what people call them.
fn names(records: &[RecordId], name_of: &dyn Fn(RecordId) -> Option<RecordName>, language: Language) -> String {
    let name = |id: &RecordId| match name_of(*id) {
        Some(RecordName { dossier_code: code, kind, version }) => {
            let kind = kind_name(kind, language);
            tell!(language, "{code} {kind}, phiên bản {version}", "{code} {kind}, version {version}")
        }
        None => id.to_string(),
    };
    let mut text = records.iter().take(NAMED).map(name).collect::<Vec<_>>().join("; ");
    if let Some(more) = records.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push_str(&format!(" … +{more}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dossier::RecordKind;
    use crate::model::ids::BatchId;

    #[test]
    fn few_records_are_named_and_one_that_is_not_known_by_its_id() {
        let ids: Vec<RecordId> = (0..5).map(|number| RecordId::V2([number; 32])).collect();
        let name_of = |id: RecordId| {
            let dossier_code = "H38.16-230706-0012".parse().unwrap();
            (id != ids[1]).then_some(RecordName { dossier_code, kind: RecordKind::Result, version: 2 })
        };
        let sealed = Deed::Sealed { batch: BatchId(7), records: ids.clone() };
        let name = "H38.16-230706-0012 result, version 2";
        let unknown = ids[1];
        assert_eq!(deed(&sealed, &name_of, Language::En), format!("sealed {name}; {unknown}; {name} … +2 (batch 7)"));
    }
}
