//! From what a person types to a [`Condition`], by recursive descent.

use unicode_normalization::UnicodeNormalization;

use super::agency::in_issuing_body;
use super::numbers::{is_list, numbered, numbers, thousandths};
use super::period::{is_no_day, span_of, written_date};
use super::together::join_what_belongs_together;
use super::types::in_document_type;
use super::{CodeFact, Condition, QueryError, QueryErrorKind as Kind, QueryField, Span, TextFact, Words, WordsForm, squeeze};
use crate::model::document_state::DocumentState;
use crate::model::dossier::RecordKind;

/// Longer queries are pasted by mistake.
const MAX_WORDS: usize = 64;
/// Brackets within brackets.
const MAX_DEPTH: usize = 20;
/// Words between those of a phrase.
const MAX_GAPS: u32 = 50;
/// Letters that the beginning of a word needs: one letter begins half of all words.
const MIN_BEGINNING: usize = 2;
/// Words of a range of dates that is typed after its field without quotes, as in
/// `ngay:tháng 1 năm 2025 .. tháng 6 năm 2025`.
const MAX_DATE_WORDS: usize = 15;

/// Understands `text`.
///
/// # Errors
/// Says what cannot be understood, where, and how it is written.
pub fn parse(text: &str) -> Result<Condition, QueryError> {
    let text: String = text.nfc().collect();
    let mut parser = Parser { text: &text, at: 0, depth: 0, words: 0, field: None };
    let condition = parser.any()?;
    parser.skip_blanks();
    if parser.peek() == Some(')') {
        return Err(parser.error(parser.at, parser.at + 1, Kind::BracketClosed));
    }
    condition.ok_or_else(|| parser.error(0, text.len(), Kind::Empty))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Not,
}

struct Parser<'a> {
    text: &'a str,
    /// As bytes.
    at: usize,
    depth: usize,
    words: usize,
    /// The field before the bracket that is open.
    field: Option<QueryField>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on to where something stands; commas say nothing.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || is_comma(c)).len();
    }

    fn error(&self, from: usize, to: usize, kind: Kind) -> QueryError {
        let place = self.text.get(..from).map_or(0, |before| before.chars().count()) + 1;
        let piece = self.text.get(from..to).or_else(|| self.text.get(from..)).unwrap_or_default();
        QueryError { place, piece: piece.trim().chars().take(40).collect(), kind }
    }

    /// The characters up to white space, a quote, a bracket, or a comma before a word, without commas at the
    /// end: in `108,5` it is part of a number.
    fn run(&self) -> &'a str {
        let rest = self.rest();
        let before_word = |at: usize| rest.get(at + 1..).is_some_and(|after| after.starts_with(char::is_alphabetic));
        let ends = |(at, c): &(usize, char)| {
            c.is_whitespace() || is_quote(*c) || matches!(c, '(' | ')') || is_comma(*c) && *at > 0 && before_word(*at)
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        rest.get(..end).unwrap_or_default().trim_end_matches(is_comma)
    }

    fn operator(&self) -> Option<(Operator, usize)> {
        let run = self.run();
        let operator = match run {
            "AND" | "VÀ" | "&&" => Operator::And,
            "OR" | "HOẶC" | "|" | "||" => Operator::Or,
            "NOT" | "KHÔNG" => Operator::Not,
            _ => return None,
        };
        Some((operator, run.len()))
    }

    /// Alternatives; none where nothing stands.
    fn any(&mut self) -> Result<Option<Condition>, QueryError> {
        let mut alternatives = Vec::new();
        let mut operator: Option<(usize, usize)> = None;
        loop {
            let part = self.all()?;
            self.skip_blanks();
            let next = self.operator().filter(|(operator, _)| *operator == Operator::Or);
            match part {
                Some(part) => alternatives.push(part),
                None => {
                    let here = next.map(|(_, length)| (self.at, self.at + length)).or(operator);
                    if let Some((from, to)) = here {
                        return Err(self.error(from, to, Kind::OperandMissing));
                    }
                }
            }
            let Some((_, length)) = next else { break };
            operator = Some((self.at, self.at + length));
            self.at += length;
        }
        Ok(one_of(alternatives, Condition::Any))
    }

    /// Conditions that hold together; none where nothing stands.
    fn all(&mut self) -> Result<Option<Condition>, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            let Some(next) = self.peek() else { break };
            if next == ')' {
                break;
            }
            let before = self.at;
            match self.operator() {
                Some((Operator::Or, _)) => break,
                Some((Operator::And, length)) => {
                    self.at += length;
                    self.skip_blanks();
                    let follows = !matches!(self.operator(), Some((Operator::And | Operator::Or, _)));
                    if parts.is_empty() || !follows || matches!(self.peek(), None | Some(')')) {
                        return Err(self.error(before, before + length, Kind::OperandMissing));
                    }
                }
                Some((Operator::Not, length)) => {
                    self.count(1)?;
                    self.at += length;
                    self.skip_blanks();
                    let operand =
                        if self.operator().is_none_or(|(operator, _)| operator == Operator::Not) { self.one()? } else { None };
                    let operand = operand.ok_or_else(|| self.error(before, before + length, Kind::OperandMissing))?;
                    parts.push(Condition::Not(Box::new(operand)));
                }
                None => parts.extend(self.one()?),
            }
        }
        Ok(one_of(join_what_belongs_together(parts), Condition::All))
    }

    /// One condition; none for punctuation that says nothing.
    fn one(&mut self) -> Result<Option<Condition>, QueryError> {
        let from = self.at;
        if let Some((Operator::Not, length)) = self.operator() {
            // Each of them lies in the one before.
            self.count(1)?;
            self.at += length;
            self.skip_blanks();
            let operand = self.one()?.ok_or_else(|| self.error(from, from + length, Kind::OperandMissing))?;
            return Ok(Some(Condition::Not(Box::new(operand))));
        }
        match self.peek() {
            Some('(') => self.bracket().map(Some),
            Some(c) if is_quote(c) => self.phrase().map(Some),
            // `!` is no sign of ours, and whoever types it means no other.
            Some('-' | '!') if self.rest().chars().nth(1).is_some_and(|c| c.is_alphanumeric() || is_quote(c) || c == '(') => {
                self.count(1)?;
                self.at += 1;
                let operand = self.one()?;
                let operand = operand.ok_or_else(|| self.error(from, self.at, Kind::OperandMissing))?;
                Ok(Some(Condition::Not(Box::new(operand))))
            }
            Some('~') => Err(self.error(from, from + self.run().len(), Kind::TildeMisplaced)),
            Some(_) => self.word(),
            None => Ok(None),
        }
    }

    fn bracket(&mut self) -> Result<Condition, QueryError> {
        let from = self.at;
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(from, from + 1, Kind::TooDeep));
        }
        let inside = self.any()?;
        self.skip_blanks();
        if self.peek() != Some(')') {
            return Err(self.error(from, self.text.len(), Kind::BracketOpen));
        }
        self.at += 1;
        self.depth -= 1;
        inside.ok_or_else(|| self.error(from, self.at, Kind::Empty))
    }

    /// What stands between quotes, and where.
    fn quoted(&mut self) -> Result<&'a str, QueryError> {
        let from = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let rest = self.rest();
        let end = rest.find(is_quote).ok_or_else(|| self.error(from, self.text.len(), Kind::QuoteOpen))?;
        let inside = rest.get(..end).unwrap_or_default();
        self.at += end;
        self.at += self.peek().map_or(0, char::len_utf8);
        if !inside.chars().any(char::is_alphanumeric) {
            return Err(self.error(from, self.at, Kind::PhraseEmpty));
        }
        Ok(inside)
    }

    fn phrase(&mut self) -> Result<Condition, QueryError> {
        let from = self.at;
        let inside = self.quoted()?;
        let mut gaps = 0;
        if self.peek() == Some('~') {
            let run = self.run();
            let number = run.get(1..).and_then(|number| number.parse().ok()).filter(|gaps| *gaps <= MAX_GAPS);
            gaps = number.ok_or_else(|| self.error(self.at, self.at + run.len(), Kind::TildeMisplaced))?;
            self.at += run.len();
        }
        self.count(inside.split_whitespace().count())?;
        // What it may stand for is said by `~`.
        if inside.contains('*') {
            return Err(self.error(from, self.at, Kind::StarMisplaced));
        }
        self.condition(self.field, inside, WordsForm::Phrase { gaps }, from)
    }

    fn count(&mut self, words: usize) -> Result<(), QueryError> {
        self.words += words;
        if self.words > MAX_WORDS { Err(self.error(self.at, self.text.len(), Kind::TooLong)) } else { Ok(()) }
    }

    fn word(&mut self) -> Result<Option<Condition>, QueryError> {
        let (from, run) = (self.at, self.run());
        // `tincay<0.8` is meant as `tincay:<0.8`.
        if let Some(sign) = run.find(['<', '>', '='])
            && let Some(field) = run.get(..sign).and_then(QueryField::of)
        {
            self.at += sign;
            return self.value(field, from).map(Some);
        }
        if let Some((field, length)) = QueryField::at_start(self.rest()) {
            self.at += length;
            return self.value(field, from).map(Some);
        }
        if let Some((name, value)) = run.split_once(':') {
            let is_name =
                name.chars().next().is_some_and(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            // `Điều:` before a blank is a word of a text that was pasted, and `https://` no field.
            let next = self.rest().get(name.len() + 1..).and_then(|after| after.chars().next());
            let is_followed = !value.is_empty() || next.is_some_and(is_quote);
            if is_name && is_followed && !value.starts_with("//") {
                return Err(self.error(from, from + name.len() + 1, Kind::FieldUnknown));
            }
        }
        self.at += run.len();
        if !run.chars().any(char::is_alphanumeric) {
            // Between words a hyphen is one of a text; where a query begins, somebody means to exclude.
            let begins = self.text.get(..from).is_some_and(|before| matches!(before.trim_end().chars().last(), None | Some('(')));
            let is_cut_off = run == "-" && (begins || matches!(self.rest().trim_start().chars().next(), None | Some(')')));
            return match run.contains('*') {
                true => Err(self.error(from, self.at, Kind::StarMisplaced)),
                false if is_cut_off => Err(self.error(from, self.at, Kind::OperandMissing)),
                false => Ok(None),
            };
        }
        if run == "NEAR" || run.starts_with("NEAR/") {
            return Err(self.error(from, self.at, Kind::NearElsewhere));
        }
        self.count(1)?;
        let (word, form) = self.beginning(run, from)?;
        if self.field.is_none() && form == WordsForm::Word {
            let words = Words { typed: word.to_owned(), form };
            let plain = word.trim_matches([',', '.', ';']);
            if is_no_day(plain) {
                return Err(self.error(from, self.at, Kind::DateInvalid));
            }
            if let Some((first, last)) = written_date(plain) {
                let days = Span { from: Some(first), to: Some(last) };
                return Ok(Some(Condition::Any(vec![Condition::Dated(days), Condition::Text(words)])));
            }
            if word.contains("..")
                && let Some(span) = span_of(word)
            {
                return self.ordered(span, from).map(|span| Some(Condition::Dated(span)));
            }
        }
        self.condition(self.field, word, form, from).map(Some)
    }

    /// A word without the `*` that makes it a beginning.
    fn beginning(&self, run: &'a str, from: usize) -> Result<(&'a str, WordsForm), QueryError> {
        let misplaced = || self.error(from, from + run.len(), Kind::StarMisplaced);
        // For one letter nothing stands: a wrong one is found as it is.
        if run.split('?').skip(1).any(|after| after.starts_with(char::is_alphanumeric)) {
            return Err(misplaced());
        }
        let Some((word, after)) = run.split_once('*') else {
            return if run.contains('~') {
                Err(self.error(from, from + run.len(), Kind::TildeMisplaced))
            } else {
                Ok((run, WordsForm::Word))
            };
        };
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        if after.chars().any(|c| c.is_alphanumeric() || c == '*') || letters < MIN_BEGINNING {
            return Err(misplaced());
        }
        Ok((word, WordsForm::Beginning))
    }

    /// What stands after the colon of `field`.
    fn value(&mut self, field: QueryField, from: usize) -> Result<Condition, QueryError> {
        self.skip_blanks();
        let start = self.at;
        match self.peek() {
            None | Some(')') => Err(self.error(from, self.at, Kind::ValueMissing)),
            Some('(') => {
                let outer = self.field.replace(field);
                let inside = self.bracket();
                self.field = outer;
                inside
            }
            Some(c) if is_quote(c) => {
                let outer = self.field.replace(field);
                let phrase = self.phrase();
                self.field = outer;
                phrase
            }
            Some(_) if self.operator().is_some() => Err(self.error(from, self.at, Kind::ValueMissing)),
            Some(_) => {
                if let Some(condition) = self.typed_range(field, start)? {
                    return Ok(condition);
                }
                let run = self.run();
                self.at += run.len();
                self.count(1)?;
                if !run.chars().any(char::is_alphanumeric) {
                    return Err(self.error(from, self.at, Kind::ValueMissing));
                }
                // What is excluded is said before the field.
                if matches!(field, QueryField::Text(_)) && run.starts_with(['-', '!']) {
                    return Err(self.error(start, self.at, Kind::OperandMissing));
                }
                let (word, form) = self.beginning(run, start)?;
                self.condition(Some(field), word, form, start)
            }
        }
    }

    /// A date or range that is typed with blanks in it: `ngay: 2025-01 .. 2025-06`, `trang: >= 2`,
    /// `ngay:15 tháng 9 năm 2025`; none where the first word alone is the value.
    fn typed_range(&mut self, field: QueryField, start: usize) -> Result<Option<Condition>, QueryError> {
        if !field.is_ordered() {
            return Ok(None);
        }
        let rest = self.rest();
        let end = rest.find(|c: char| is_quote(c) || matches!(c, '(' | ')')).unwrap_or(rest.len());
        let rest = rest.get(..end).unwrap_or_default();
        let ends: Vec<usize> = rest
            .char_indices()
            .filter(|(at, c)| {
                !c.is_whitespace()
                    && rest
                        .get(at + c.len_utf8()..)
                        .is_none_or(|after| after.is_empty() || after.starts_with(char::is_whitespace))
            })
            .map(|(at, c)| at + c.len_utf8())
            .take(MAX_DATE_WORDS)
            .collect();
        for end in ends.into_iter().skip(1).rev() {
            let typed: String = rest.get(..end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let typed = typed.trim_end_matches(is_comma).trim_end().to_owned();
            let typed = ["..", ">=", "<=", ">", "<"]
                .iter()
                .fold(typed, |typed, sign| typed.replace(&format!("{sign} "), sign).replace(&format!(" {sign}"), sign));
            // `so:15 đất` is a number and a word.
            if matches!(field, QueryField::Code(_)) && !is_range(&typed) {
                continue;
            }
            let before = self.at;
            self.at += end;
            match self.condition(Some(field), &typed, WordsForm::Word, start) {
                Ok(condition) => {
                    self.count(1)?;
                    return Ok(Some(condition));
                }
                Err(error) if error.kind == Kind::RangeReversed => return Err(error),
                Err(_) => self.at = before,
            }
        }
        Ok(None)
    }

    /// The condition that `typed` sets to `field`, or to the page.
    fn condition(&self, field: Option<QueryField>, typed: &str, form: WordsForm, from: usize) -> Result<Condition, QueryError> {
        let words = || Words { typed: typed.to_owned(), form };
        let wrong = |kind| self.error(from, self.at, kind);
        let plain = typed.trim();
        Ok(match field {
            None => Condition::Text(words()),
            Some(QueryField::Text(TextFact::IssuingBody)) => in_issuing_body(words()),
            Some(QueryField::Text(TextFact::DocumentType)) => in_document_type(words()),
            Some(QueryField::Text(fact)) => Condition::In(fact, words()),
            Some(QueryField::Code(CodeFact::Number)) if is_range(plain) => {
                let span = numbers(plain, |number| number.parse().ok()).ok_or_else(|| wrong(Kind::NumberInvalid))?;
                Condition::Numbered(self.ordered(span, from)?)
            }
            Some(QueryField::Code(CodeFact::Number)) if is_list(plain) => return Err(wrong(Kind::NumberInvalid)),
            Some(QueryField::Code(CodeFact::Number)) if !plain.bytes().any(|b| b.is_ascii_digit()) => {
                return Err(wrong(Kind::NumberInvalid));
            }
            Some(QueryField::Code(CodeFact::Number)) => numbered(words()),
            Some(QueryField::Code(fact)) => Condition::Code(fact, words()),
            Some(_) if form == WordsForm::Beginning => return Err(wrong(Kind::StarMisplaced)),
            Some(QueryField::Issued) => {
                let span = span_of(plain).ok_or_else(|| wrong(Kind::DateInvalid))?;
                Condition::Issued(self.ordered(span, from)?)
            }
            Some(QueryField::Page) => {
                let page = |text: &str| text.parse().ok().filter(|page| *page > 0);
                let span = numbers(plain, page).ok_or_else(|| wrong(Kind::NumberInvalid))?;
                Condition::Page(self.ordered(span, from)?)
            }
            Some(QueryField::Confidence) => {
                let span = numbers(plain, thousandths).ok_or_else(|| wrong(Kind::ShareInvalid))?;
                Condition::Confidence(self.ordered(span, from)?)
            }
            Some(QueryField::Kind) => match squeeze(plain).as_str() {
                "hoso" | "hs" | "thanhphan" | "thanhphanhoso" | "dossier" => Condition::Kind(RecordKind::Dossier),
                "ketqua" | "kq" | "ketquagiaiquyet" | "result" => Condition::Kind(RecordKind::Result),
                _ => return Err(wrong(Kind::KindUnknown)),
            },
            Some(QueryField::Waits) => match squeeze(plain).as_str() {
                "xacnhan" | "confirmation" | "nguoi" | "person" => Condition::Waits,
                _ => return Err(wrong(Kind::WaitsUnknown)),
            },
            Some(QueryField::State) => match squeeze(plain).as_str() {
                "hienhanh" | "current" => Condition::State(DocumentState::Current),
                "cu" | "thaythe" | "dathaythe" | "superseded" => Condition::State(DocumentState::Superseded),
                "huy" | "dahuy" | "voided" => Condition::State(DocumentState::Voided),
                "tatca" | "all" => Condition::Any(DocumentState::ALL.map(Condition::State).into()),
                _ => return Err(wrong(Kind::StateUnknown)),
            },
        })
    }

    fn ordered<T: PartialOrd>(&self, span: Span<T>, from: usize) -> Result<Span<T>, QueryError> {
        match (&span.from, &span.to) {
            (Some(first), Some(last)) if first > last => Err(self.error(from, self.at, Kind::RangeReversed)),
            _ => Ok(span),
        }
    }
}

/// A condition alone needs nothing around it.
fn one_of(mut conditions: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Option<Condition> {
    if conditions.len() > 1 { Some(several(conditions)) } else { conditions.pop() }
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | ';')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// Whether a value compares or spans, rather than being one itself.
fn is_range(text: &str) -> bool {
    text.contains("..") || text.starts_with(['<', '>', '='])
}
