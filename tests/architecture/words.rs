//! Words for people are made at the faces: below them stand types, and Vietnamese only where it is data.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Lit, Meta};

use super::sources::{all_sources, is_for_tests};

/// The parts that tell people nothing.
const WORDLESS: [&str; 7] = ["model", "stages", "reading", "repository", "settings", "pipeline", "commands"];

/// Files and folders whose Vietnamese is what papers and sheets say, or what settings say of them.
const DATA: [&str; 8] = [
    // What our own sheets say and are known by.
    "src/model/sheet.rs",
    "src/stages/cover/page.rs",
    // How papers and people shorten the names of agencies and of types of papers.
    "src/model/query/agency.rs",
    "src/model/query/types.rs",
    // What people are addressed by, and names of agencies, as registers have them.
    "src/stages/publish/v6/names.rs",
    // Names of agencies and types of papers, as they stand on papers.
    "src/stages/assemble/settings.rs",
    "src/stages/assemble/types.rs",
    // What titles of papers begin with, and what stands beside them.
    "src/stages/assemble/fields/title.rs",
];

/// Texts of several words, in letters that Vietnamese has.
fn is_vietnamese(text: &str) -> bool {
    let letters = "ăâđêôơưàáãèéìíòóõùúý";
    let is_letter = |c: char| letters.contains(c) || ('\u{1ea0}'..='\u{1ef9}').contains(&c);
    text.split_whitespace().count() > 1 && text.to_lowercase().chars().any(is_letter)
}

/// The literals of a file that are no documentation and not of tests.
#[derive(Default)]
struct Literals(Vec<(usize, String)>);

impl Literals {
    fn read_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                TokenTree::Literal(literal) => self.visit_lit(&Lit::new(literal)),
                _ => {}
            }
        }
    }
}

impl Visit<'_> for Literals {
    fn visit_item(&mut self, item: &Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, attribute: &Attribute) {
        match &attribute.meta {
            Meta::List(list) => self.read_tokens(list.tokens.clone()),
            Meta::NameValue(pair) if !pair.path.is_ident("doc") => self.visit_expr(&pair.value),
            _ => {}
        }
    }

    fn visit_expr(&mut self, expression: &Expr) {
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, called: &syn::Macro) {
        self.read_tokens(called.tokens.clone());
    }

    fn visit_lit(&mut self, literal: &Lit) {
        if let Lit::Str(text) = literal {
            self.0.push((text.span().start().line, text.value()));
        }
    }
}

fn vietnamese_in(text: &str) -> Vec<usize> {
    let mut literals = Literals::default();
    literals.visit_file(&syn::parse_file(text).unwrap());
    literals.0.into_iter().filter(|(_, text)| is_vietnamese(text)).map(|(line, _)| line).collect()
}

#[test]
fn below_the_faces_vietnamese_is_data() {
    let found: Vec<(String, usize)> = all_sources()
        .into_iter()
        .filter(|source| WORDLESS.contains(&source.part()))
        .flat_map(|source| vietnamese_in(&source.text).into_iter().map(move |line| (source.path.clone(), line)))
        .collect();
    let wrong: Vec<_> = found.iter().filter(|(path, _)| !DATA.contains(&path.as_str())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for data in DATA {
        assert!(found.iter().any(|(path, _)| path == data), "{data} holds no Vietnamese any more");
    }
}

#[test]
fn a_sentence_is_seen_wherever_it_stands() {
    let text = "/// Tệp bị hỏng
        #[error(\"tệp bị hỏng\")] struct A; // tệp bị hỏng
        fn f() -> String { let a = \"Tệp này\"; format!(\"{a} đã mất\", [\"hồ\", \"file × lost\", \"Số:\"]) }
        #[cfg(test)] mod tests { const A: &str = \"tệp bị hỏng\"; }";
    assert_eq!(vietnamese_in(text), [2, 3, 3]);
}
