//! How a query was understood, in words.

use time::Date;

use super::{decimal, document_state, tell};
use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::model::query::{CodeFact, Condition, Span, TextFact, Words, WordsForm};

/// The condition as an indented list.
pub(crate) fn explain(condition: &Condition, language: Language) -> String {
    let mut text = String::new();
    write(&mut text, condition, 0, language);
    text
}

fn write(text: &mut String, condition: &Condition, depth: usize, language: Language) {
    let (line, parts): (String, &[Condition]) = match condition {
        Condition::All(parts) => (tell!(language, "tất cả:", "all of:"), parts),
        Condition::Any(parts) => (tell!(language, "ít nhất một:", "at least one of:"), parts),
        Condition::Not(part) => (tell!(language, "không có:", "not:"), std::slice::from_ref(&**part)),
        Condition::Text(words) => (tell!(language, "trong trang: {0}", "on the page: {0}", described(words, language)), &[]),
        Condition::In(fact, words) => (format!("{}: {}", text_fact(*fact, language), described(words, language)), &[]),
        Condition::Code(fact, words) => (format!("{}: {}", code_fact(*fact, language), described(words, language)), &[]),
        Condition::Numbered(span) => (tell!(language, "số văn bản: {0}", "number: {0}", numbers(span)), &[]),
        Condition::Issued(span) => (tell!(language, "ngày ban hành: {0}", "date of issue: {0}", days(span)), &[]),
        Condition::Dated(span) => (
            tell!(
                language,
                "ngày ban hành hoặc ngày ghi trong trang: {0}",
                "date of issue or a date on the page: {0}",
                days(span)
            ),
            &[],
        ),
        Condition::Page(span) => (tell!(language, "trang thứ: {0}", "page: {0}", numbers(span)), &[]),
        Condition::Confidence(span) => {
            (tell!(language, "độ tin cậy chữ: {0}", "text confidence: {0}", shares(span, language)), &[])
        }
        Condition::Kind(RecordKind::Dossier) => (tell!(language, "thành phần hồ sơ", "papers handed in"), &[]),
        Condition::Kind(RecordKind::Result) => (tell!(language, "kết quả giải quyết", "results"), &[]),
        Condition::State(state) => (document_state(*state, language).to_owned(), &[]),
        Condition::Waits => (tell!(language, "có thông tin chờ xác nhận", "a fact waits for confirmation"), &[]),
    };
    text.push_str(&format!("{}{line}\n", "  ".repeat(depth)));
    for part in parts {
        write(text, part, depth + 1, language);
    }
}

fn described(words: &Words, language: Language) -> String {
    let typed = &words.typed;
    match words.form {
        WordsForm::Word => format!("'{typed}'"),
        WordsForm::Beginning => tell!(language, "bắt đầu bằng '{typed}'", "beginning with '{typed}'"),
        WordsForm::Phrase { gaps: 0 } => tell!(language, "đúng cụm '{typed}'", "the phrase '{typed}'"),
        WordsForm::Phrase { gaps } => {
            tell!(language, "cụm '{typed}', cách nhau tối đa {gaps} từ", "the phrase '{typed}' with at most {gaps} words between")
        }
    }
}

fn text_fact(fact: TextFact, language: Language) -> String {
    match fact {
        TextFact::DocumentType => tell!(language, "loại văn bản", "type"),
        TextFact::Symbol => tell!(language, "ký hiệu", "symbol"),
        TextFact::IssuingBody => tell!(language, "cơ quan ban hành", "issuing body"),
        TextFact::Title => tell!(language, "tiêu đề, trích yếu", "title"),
        TextFact::Owner => tell!(language, "chủ giấy tờ", "owner"),
        TextFact::Site => tell!(language, "nơi tiếp nhận", "site"),
    }
}

fn code_fact(fact: CodeFact, language: Language) -> String {
    match fact {
        CodeFact::Any => tell!(language, "số hoặc mã trong trang", "a number or code on the page"),
        CodeFact::Number => tell!(language, "số văn bản", "number"),
        CodeFact::OwnerNumber => tell!(language, "số định danh của chủ giấy tờ", "owner's number"),
        CodeFact::DossierCode => tell!(language, "mã hồ sơ", "dossier code"),
    }
}

fn days(span: &Span<Date>) -> String {
    let day = |day: Date| format!("{:02}/{:02}/{}", day.day(), u8::from(day.month()), day.year());
    match (span.from, span.to) {
        (Some(from), Some(to)) if from == to => day(from),
        (from, to) => format!("{}..{}", from.map(day).unwrap_or_default(), to.map(day).unwrap_or_default()),
    }
}

fn numbers(span: &Span<u32>) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    if span.from == span.to { number(span.from) } else { format!("{}..{}", number(span.from), number(span.to)) }
}

/// Thousandths as a range of percent.
fn shares(span: &Span<u32>, language: Language) -> String {
    let share = |share: u32| format!("{} %", decimal(f64::from(share) / 10.0, language));
    let (from, to) = (span.from.map(share), span.to.map(share));
    if from == to { from.unwrap_or_default() } else { format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::parse;

    #[test]
    fn a_share_is_told_in_percent_as_the_language_writes_it() {
        let told = |text: &str, language| explain(&parse(text).unwrap(), language);
        assert_eq!(told("tincay:<0.8", Language::Vi), "độ tin cậy chữ: ..79,9 %\n");
        assert_eq!(told("tincay:>=75%", Language::En), "text confidence: 75 %..\n");
    }
}
