//! What stands around every page: its language, who is signed in, where the parts of the console are.

use std::sync::LazyLock;

use super::address::within;
use super::asked::Asked;
use super::words::{Phrases, phrases};
use crate::model::account::Right;
use crate::model::failure::Language;
use crate::words::role_name;

/// The style of all pages.
pub(super) const STYLE: &str = include_str!("static/style.css");
/// The picture in the tab of the browser.
pub(super) const ICON: &str = include_str!("static/icon.svg");
/// The script: without it everything works as well.
pub(super) const SCRIPT: &str = include_str!("static/console.js");

/// Tells one version of style and script from another, so that browsers may keep them.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(format!("{STYLE}{SCRIPT}").as_bytes()).to_hex();
    hash.chars().take(16).collect()
});

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Search,
    Batches,
    None,
}

/// Who is signed in, as the head of a page tells.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub full_name: String,
    pub role: &'static str,
    pub csrf: String,
    pub sees_batches: bool,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub(super) struct Chrome {
    pub w: &'static Phrases,
    pub lang: &'static str,
    /// The same page in the other language.
    pub other: String,
    pub user: Option<User>,
    pub version: &'static str,
    part: Part,
}

impl Chrome {
    /// For a page that anybody may see.
    pub(super) fn new(asked: &Asked) -> Self {
        let (lang, other) = match asked.language {
            Language::Vi => ("vi", "en"),
            Language::En => ("en", "vi"),
        };
        Self {
            w: phrases(asked.language),
            lang,
            other: in_language(&asked.uri, other),
            user: None,
            version: VERSION.as_str(),
            part: Part::None,
        }
    }

    /// For a page of somebody who is signed in.
    pub(super) fn signed(asked: &Asked, account: &crate::commands::user::ShownAccount, csrf: &str, part: Part) -> Self {
        let user = User {
            full_name: account.full_name.clone(),
            role: role_name(account.role, asked.language),
            csrf: csrf.to_owned(),
            sees_batches: account.role.may(Right::Batches),
        };
        Self { user: Some(user), part, ..Self::new(asked) }
    }

    /// Says to those who cannot see it which part this is.
    pub(super) fn searching(&self) -> bool {
        self.part == Part::Search
    }

    /// As [`Self::searching`].
    pub(super) fn at_batches(&self) -> bool {
        self.part == Part::Batches
    }
}

/// An address with the language chosen in it.
fn in_language(uri: &str, language: &str) -> String {
    // Not the address of another site that asks to be taken for a path of ours.
    let uri = within(uri);
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
    let pairs: Vec<&str> = kept.collect();
    let between = if pairs.is_empty() { "" } else { "&" };
    format!("{path}?{}{between}lang={language}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_is_that_of_the_same_page() {
        assert_eq!(in_language("/search?q=a%26b&lang=en&page=2", "vi"), "/search?q=a%26b&page=2&lang=vi");
        assert_eq!(in_language("/", "en"), "/?lang=en");
        assert_eq!(in_language("//evil.example/x", "en"), "/?lang=en");
    }
}
