//! What is said of the command line itself, in one language: help, and why it is not understood.
//!
//! The parser knows English only. Help texts stand in both languages beside what they explain; the
//! parser's own words are put into Vietnamese here.

use std::error::Error as _;
use std::ffi::OsString;
use std::num::ParseIntError;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _};

use super::args::{Arguments, NotAStart};
use crate::commands::pending::NotACursor;
use crate::commands::saved::{MAX_NAME, NoName};
use crate::commands::verify::NotAShare;
use crate::model::failure::Language;
use crate::model::hit::HitError;
use crate::model::record::NotADocumentName;
use crate::model::snapshot::NotASnapshotName;

/// What parts the two languages of a help text.
const BETWEEN: &str = " / ";

/// What the parser itself writes into help texts and messages.
const PARSERS_WORDS: [(&str, &str); 16] = [
    ("Usage:", "Cách dùng:"),
    ("Options:", "Tùy chọn:"),
    ("Arguments:", "Tham số:"),
    ("Commands:", "Lệnh:"),
    ("Possible values:", "Các giá trị:"),
    ("[possible values: ", "[các giá trị: "),
    ("[default: ", "[mặc định: "),
    ("[env: ", "[biến môi trường: "),
    ("[OPTIONS]", "[TÙY CHỌN]"),
    ("<COMMAND>", "<LỆNH>"),
    ("[COMMAND]", "[LỆNH]"),
    ("Print help (see more with '--help')", "Xem trợ giúp (đầy đủ hơn với '--help')"),
    ("Print help (see a summary with '-h')", "Xem trợ giúp (tóm tắt với '-h')"),
    ("Print help", "Xem trợ giúp"),
    ("Print version", "Xem phiên bản"),
    ("Print this message or the help of the given subcommand(s)", "Xem trợ giúp của một lệnh"),
];

/// Reads what was typed.
///
/// # Errors
/// Help that was asked for, or why it is not understood, in `language`; and whether it goes to
/// standard error.
pub(super) fn parse(typed: &[OsString], language: Language) -> Result<Arguments, Said> {
    let matches = command(language).try_get_matches_from(typed);
    let parsed = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    parsed.map_err(|error| Said { text: told(&error, language), is_wrong: error.use_stderr() })
}

/// Something said in place of work.
#[derive(Debug)]
pub(super) struct Said {
    /// The words.
    pub text: String,
    /// Whether what was typed is wrong.
    pub is_wrong: bool,
}

/// The language that was typed or is in the environment: the settings are not read yet.
pub(super) fn language_of(typed: &[OsString], environment: Option<&str>) -> Language {
    let mut named = None;
    let mut words = typed.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        match word.strip_prefix("--lang") {
            Some("") => named = words.next(),
            Some(rest) => named = rest.strip_prefix('=').or(named),
            None => {}
        }
    }
    match named.or(environment) {
        Some("en") => Language::En,
        _ => Language::Vi,
    }
}

/// What can be typed, with its help in one language.
pub(super) fn command(language: Language) -> Command {
    localised(Arguments::command(), language)
}

/// Leaves one language in each help text.
fn localised(command: Command, language: Language) -> Command {
    let about = command.get_about().map(|text| part(&text.to_string(), language));
    let long = command.get_long_about().map(|text| part(&text.to_string(), language));
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let mut command = command.mut_args(|arg| localised_arg(arg, language));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    for verb in verbs {
        command = command.mut_subcommand(verb, |verb| localised(verb, language));
    }
    command
}

fn localised_arg(mut arg: Arg, language: Language) -> Arg {
    let long = arg.get_long_help().map(|text| part(&text.to_string(), language));
    if let Some(help) = arg.get_help().map(|text| part(&text.to_string(), language)) {
        arg = arg.help(help);
    }
    match long {
        Some(long) => arg.long_help(long),
        None => arg,
    }
}

fn part(text: &str, language: Language) -> String {
    match (text.split_once(BETWEEN), language) {
        (Some((en, _)), Language::En) => en.to_owned(),
        (Some((_, vi)), Language::Vi) => vi.to_owned(),
        (None, _) => text.to_owned(),
    }
}

fn told(error: &clap::Error, language: Language) -> String {
    let own_words = error.to_string();
    // Values have their help from their types, which know both languages.
    let lines = |text: &str| text.lines().map(|line| value_line(line, language)).collect::<Vec<_>>().join("\n") + "\n";
    match (language, error.kind()) {
        (Language::En, _) => lines(&own_words),
        (Language::Vi, ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) => {
            lines(&vietnamese(&own_words))
        }
        (Language::Vi, ErrorKind::DisplayVersion) => own_words,
        (Language::Vi, kind) => {
            let usage = text_of(error, ContextKind::Usage).map(|usage| format!("\n\n{}", vietnamese(&usage)));
            let advice = "\n\nXem thêm: thêm '--help' vào lệnh.\n";
            format!("lỗi: {}{}{advice}", reason(error, kind), usage.unwrap_or_default().trim_end())
        }
    }
}

/// A line of help for one value of an option: `- date: The newest first. / Mới nhất trước.`
fn value_line(line: &str, language: Language) -> String {
    match line.trim_start().strip_prefix("- ").and_then(|value| value.split_once(": ")) {
        Some((value, help)) if help.contains(BETWEEN) => {
            let indent = line.len() - line.trim_start().len();
            format!("{}- {value}: {}", " ".repeat(indent), part(help, language))
        }
        _ => line.to_owned(),
    }
}

fn vietnamese(text: &str) -> String {
    PARSERS_WORDS.iter().fold(text.to_owned(), |text, (en, vi)| text.replace(en, vi))
}

fn text_of(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Why what was typed is not understood.
fn reason(error: &clap::Error, kind: ErrorKind) -> String {
    let context = |kind| text_of(error, kind).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let maybe = |kind| text_of(error, kind).map(|near| format!("; có phải ý là '{near}'?")).unwrap_or_default();
    match kind {
        ErrorKind::InvalidValue if context(ContextKind::InvalidValue).is_empty() => format!("'{argument}' cần có một giá trị"),
        ErrorKind::InvalidValue => {
            let (value, known) = (context(ContextKind::InvalidValue), context(ContextKind::ValidValue));
            format!("giá trị '{value}' không dùng được cho '{argument}'; các giá trị: '{known}'")
        }
        ErrorKind::ValueValidation => {
            let value = context(ContextKind::InvalidValue);
            let why = match error.source() {
                Some(source) if source.is::<NotAShare>() => "; viết như '3/30' hoặc 'today/30'".to_owned(),
                Some(source) if source.is::<NoName>() => {
                    format!("; tên gồm 1 đến {MAX_NAME} chữ, số, dấu cách, - và _")
                }
                Some(source) if source.downcast_ref() == Some(&HitError::Hit) => {
                    "; viết MÃ-HỒ-SƠ/SỐ-TÀI-LIỆU/TRANG, như 'H38.23-260412-1763/2/1'".to_owned()
                }
                Some(source) if source.is::<HitError>() => "; hãy dùng đúng giá trị 'next' của danh sách trước".to_owned(),
                Some(source) if source.is::<NotADocumentName>() => "; viết MÃ-HỒ-SƠ.SỐ, như 'H38.23-260412-1763.001'".to_owned(),
                Some(source) if source.is::<NotASnapshotName>() => "; viết như '20261130T021500Z'".to_owned(),
                Some(source) if source.is::<NotACursor>() => "; hãy dùng đúng giá trị 'next' của danh sách trước".to_owned(),
                Some(source) if source.is::<NotAStart>() => "; viết dạng 3 hoặc 3=MÃ-HỒ-SƠ".to_owned(),
                Some(source) if source.is::<ParseIntError>() => "; cần một số nguyên".to_owned(),
                Some(source) => format!(" (chi tiết kỹ thuật: {source})"),
                None => String::new(),
            };
            format!("giá trị '{value}' không dùng được cho '{argument}'{why}")
        }
        ErrorKind::UnknownArgument => format!("không có tùy chọn '{argument}'{}", maybe(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            let verb = context(ContextKind::InvalidSubcommand);
            format!("không có lệnh '{verb}'{}", maybe(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand => format!("cần có một lệnh; các lệnh: '{}'", context(ContextKind::ValidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("thiếu '{argument}'"),
        ErrorKind::ArgumentConflict => match context(ContextKind::PriorArg) {
            prior if prior == argument => format!("chỉ dùng '{argument}' một lần"),
            prior => format!("không dùng '{argument}' cùng với '{prior}'"),
        },
        ErrorKind::NoEquals | ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("số giá trị của '{argument}' không đúng")
        }
        ErrorKind::InvalidUtf8 => "có tham số không phải UTF-8".into(),
        _ => "không hiểu dòng lệnh".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::purity::assert_no_english;

    fn said(typed: &[&str], language: Language) -> Said {
        let typed: Vec<OsString> = ["sohoa"].iter().chain(typed).map(OsString::from).collect();
        parse(&typed, language).unwrap_err()
    }

    /// Verbs are typed as they are, in whatever language help is.
    fn assert_help(text: &str) {
        let all = Arguments::command();
        for line in text.lines().filter(|line| !line.starts_with("Cách dùng:")) {
            let word = line.split_whitespace().next().unwrap_or_default();
            let has_verb = |of: &Command| of.find_subcommand(word).is_some();
            let is_known = word == "help" || has_verb(&all) || all.get_subcommands().any(has_verb);
            let is_verb = line.starts_with("  ") && is_known;
            assert_no_english(if is_verb { line.trim_start().strip_prefix(word).unwrap_or(line) } else { line });
        }
    }

    #[test]
    fn what_is_wrong_with_a_command_is_said_in_vietnamese() {
        for (typed, begins) in [
            (&["show", "--txt"][..], "lỗi: không có tùy chọn '--txt'; có phải ý là '--text'?"),
            (&["shwo"], "lỗi: không có lệnh 'shwo'; có phải ý là 'show'?"),
            (
                &["search", "x", "--sort", "size"],
                "lỗi: giá trị 'size' không dùng được cho '--sort <SORT>'; các giá trị: 'relevance, date, code'",
            ),
            (&["search", "x", "--limit"], "lỗi: '--limit <N>' cần có một giá trị"),
            (&["search", "x", "--limit", "many"], "lỗi: giá trị 'many' không dùng được cho '--limit <N>'; cần một số nguyên"),
            (&["search", "x", "--save", "a/b"], "lỗi: giá trị 'a/b' không dùng được cho '--save <NAME>'; tên gồm 1 đến 80 chữ"),
            (
                &["search", "x", "--after", "a"],
                "lỗi: giá trị 'a' không dùng được cho '--after <NEXT>'; hãy dùng đúng giá trị 'next'",
            ),
            (&["open", "a"], "lỗi: giá trị 'a' không dùng được cho '<HIT>'; viết MÃ-HỒ-SƠ/SỐ-TÀI-LIỆU/TRANG"),
            (
                &["verify", "--share", "9"],
                "lỗi: giá trị '9' không dùng được cho '--share <K/N>'; viết như '3/30' hoặc 'today/30'",
            ),
            (&["field", "confirm", "A.x", "number"], "lỗi: giá trị 'A.x' không dùng được cho '<CODE.NNN>'; viết MÃ-HỒ-SƠ.SỐ"),
            (&["pending", "--after", "a"], "lỗi: giá trị 'a' không dùng được cho '--after <NEXT>'; hãy dùng đúng giá trị 'next'"),
            (
                &["settle", "x", "--split", "a"],
                "lỗi: giá trị 'a' không dùng được cho '--split <P[=CODE]>'; viết dạng 3 hoặc 3=MÃ-HỒ-SƠ",
            ),
            (&["open"], "lỗi: thiếu '<HIT>'"),
            (&["show", "A", "--text", "--json"], "lỗi: không dùng '--text' cùng với '--json'"),
            (&["show", "--text"], "lỗi: thiếu '"),
            (&["doctor", "--inbox", "a", "--inbox", "b"], "lỗi: chỉ dùng '--inbox <DIR>' một lần"),
            (&["page"], "Chèn trang đến sau, hoặc thay một trang\n"),
        ] {
            let Said { text, is_wrong } = said(typed, Language::Vi);
            assert!(is_wrong && text.starts_with(begins), "{typed:?}: {text}");
            assert_help(&text);
        }
    }

    #[test]
    fn help_of_every_verb_is_in_one_language() {
        let all = command(Language::Vi);
        let verbs: Vec<String> =
            all.get_subcommands().filter(|verb| !verb.is_hide_set()).map(|verb| verb.get_name().to_owned()).collect();
        assert!(verbs.len() >= 12, "{verbs:?}");
        for verb in verbs.iter().map(|verb| vec![verb.as_str()]).chain([vec![], vec!["page", "insert"], vec!["page", "replace"]])
        {
            for help in ["-h", "--help"] {
                let typed: Vec<&str> = verb.iter().copied().chain([help]).collect();
                let (vi, en) = (said(&typed, Language::Vi), said(&typed, Language::En));
                assert!(!vi.is_wrong && vi.text.contains("Cách dùng: sohoa") && en.text.contains("Usage: sohoa"), "{}", vi.text);
                assert_help(&vi.text);
                assert!(!vi.text.contains(BETWEEN) && !en.text.contains(BETWEEN), "{}\n{}", vi.text, en.text);
            }
        }
    }

    #[test]
    fn the_language_that_was_typed_wins_over_the_environment() {
        let typed = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        for (words, environment, language) in [
            (&["sohoa", "show"][..], None, Language::Vi),
            (&["sohoa", "show", "--lang", "en"], None, Language::En),
            (&["sohoa", "--lang=en", "show"], Some("vi"), Language::En),
            (&["sohoa", "show"], Some("en"), Language::En),
            (&["sohoa", "--lang", "vi"], Some("en"), Language::Vi),
            (&["sohoa", "--lang"], None, Language::Vi),
        ] {
            assert_eq!(language_of(&typed(words), environment), language, "{words:?}");
        }
    }
}
