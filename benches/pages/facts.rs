//! How right the facts are that a run has taken from the pages: accepted ones, and offered ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sohoa::model::field::{Field, FieldName, FieldStatus, Fields};
use sohoa::model::ids::BlobId;
use sohoa::model::vietnamese::same_spelling;
use sohoa::repository::{Mode, Repository};

/// The facts of which truth files tell.
const JUDGED: [FieldName; 6] = [
    FieldName::DocumentType,
    FieldName::Number,
    FieldName::Symbol,
    FieldName::IssueDate,
    FieldName::IssuingBody,
    FieldName::Title,
];

/// What became of one fact on all pages.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    accepted_right: usize,
    accepted_wrong: usize,
    /// Accepted where the truth file tells nothing.
    accepted_unjudged: usize,
    offered_right: usize,
    offered_wrong: usize,
    absent: usize,
}

/// Prints for each fact how often it was accepted, offered and not found on those of `files` that
/// have a truth. Wrong values are named: there must be none among those accepted.
pub fn report(repository: &Path, files: &[PathBuf]) {
    let catalog = Repository::open(repository, Mode::Read).expect("the program left a repository").catalog;
    let mut found: BTreeMap<BlobId, Fields> = BTreeMap::new();
    for document in
        catalog.current_records(None, usize::MAX).expect("a readable catalog").into_iter().flat_map(|record| record.documents)
    {
        found.insert(document.source.blake3, document.fields);
    }
    let mut counts = [Counts::default(); JUDGED.len()];
    let mut wrong = Vec::new();
    for file in files {
        let Some(truth) = truth_beside(file) else { continue };
        let scan = BlobId::of(&fs::read(file).expect("a file that is still there"));
        let Some(fields) = found.get(&scan) else { continue };
        for (name, counts) in JUDGED.into_iter().zip(&mut counts) {
            let told = truth.get(&name).map(String::as_str);
            let field = fields.get(&name).filter(|field| field.status.has_value());
            let Some(field) = field else {
                counts.absent += usize::from(told.is_some());
                continue;
            };
            let right = told.map(|told| is_right(name, field, told));
            match (field.status, right) {
                (FieldStatus::Accepted, Some(true)) => counts.accepted_right += 1,
                (FieldStatus::Accepted, Some(false)) => {
                    counts.accepted_wrong += 1;
                    wrong.push(format!("{}: {} «{}»", file.display(), name.as_str(), field.value));
                }
                (FieldStatus::Accepted, None) => counts.accepted_unjudged += 1,
                (_, Some(true)) => counts.offered_right += 1,
                (_, Some(false)) => counts.offered_wrong += 1,
                (_, None) => {}
            }
        }
    }
    let titles = ["right", "wrong", "unjudged", "right", "wrong"].map(|title| format!("{title:>10}")).concat();
    println!("\n{:<16}{:^30}{:^20}", "", "accepted", "offered");
    println!("{:<16}{titles}{:>10}", "fact", "absent");
    for (name, c) in JUDGED.iter().zip(counts) {
        let row = [c.accepted_right, c.accepted_wrong, c.accepted_unjudged, c.offered_right, c.offered_wrong, c.absent];
        println!("{:<16}{}", name.as_str(), row.map(|count| format!("{count:>10}")).concat());
    }
    for line in wrong {
        println!("accepted and wrong: {line}");
    }
}

/// What a truth file tells of the facts; nothing for pages without one.
fn truth_beside(page: &Path) -> Option<BTreeMap<FieldName, String>> {
    let truth: Value = serde_json::from_slice(&fs::read(page.with_extension("json")).ok()?).ok()?;
    let fields = &truth["fields"];
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let number = text(&fields["doc_number"]);
    let (number, symbol) = match number.as_deref().and_then(|number| number.split_once('/')) {
        Some((number, symbol)) => (Some(number.to_owned()), Some(symbol.to_owned())),
        None => (number, None),
    };
    let told = [
        (FieldName::DocumentType, text(&fields["doc_type"]).or_else(|| text(&truth["doc_type"]))),
        (FieldName::Number, number),
        (FieldName::Symbol, symbol),
        (FieldName::IssueDate, text(&fields["date"])),
        (FieldName::IssuingBody, text(&fields["issuing_body"])),
        (FieldName::Title, text(&fields["abstract"])),
    ];
    Some(told.into_iter().filter_map(|(name, text)| Some((name, text?))).collect())
}

/// Whether a value is what the truth tells. Truth files tell the abstract without the name of the type,
/// and of a name that runs over two lines the second.
fn is_right(name: FieldName, field: &Field, told: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().map(same_spelling).collect::<Vec<_>>().join(" ");
    let (value, told) = (plain(&field.value), plain(told));
    match name {
        FieldName::Title | FieldName::IssuingBody => value.ends_with(&told),
        _ => value == told,
    }
}
