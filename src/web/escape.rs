//! Text as it stands on pages: no markup, and no marks that turn the order of letters, by which a name could seem to
//! end otherwise than it does.

use std::fmt;

use askama::filters::{Escaper, Html};

use crate::model::text::turns_order;

/// What every value on a page goes through (`askama.toml`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OnPage;

impl Escaper for OnPage {
    fn write_escaped_str<W: fmt::Write>(&self, mut page: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_unseen) {
            let (before, from) = rest.split_at(at);
            Html.write_escaped_str(&mut page, before)?;
            page.write_char(char::REPLACEMENT_CHARACTER)?;
            rest = from.strip_prefix(is_unseen).unwrap_or_default();
        }
        Html.write_escaped_str(page, rest)
    }
}

/// A text as it stands on a page: what comes back of a field that nobody touched.
pub(super) fn on_page(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Whether a letter is not seen and does something: it turns the order of others, or is none that pages have.
fn is_unseen(c: char) -> bool {
    let breaks = matches!(c, '\n' | '\r' | '\t');
    (c.is_control() && !breaks) || turns_order(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_page_is_markup_or_turns_what_stands_beside_it() {
        let told = |text: &str| {
            let mut page = String::new();
            OnPage.write_escaped_str(&mut page, text).unwrap();
            page
        };
        for text in ["", "Đơn đề nghị\ncấp giấy", "x \u{200d}y"] {
            assert_eq!(told(text), text);
        }
        assert_eq!(told("a\u{202e}gnp.exe"), "a\u{fffd}gnp.exe");
        assert_eq!(on_page("a\u{202e}gnp.exe"), "a\u{fffd}gnp.exe");
        assert_eq!(told("\u{2066}<b>\u{0}\"\u{85}"), "\u{fffd}&#60;b&#62;\u{fffd}&#34;\u{fffd}");
    }
}
