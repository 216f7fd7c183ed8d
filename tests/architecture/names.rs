//! What a file names: every path in its code, resolved to the crate or the module it starts from.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree};

use super::sources::is_for_tests;

/// A path in the code, as in `["crate", "model", "page", "Page"]` or `["std", "fs", "read"]`.
pub struct Name {
    pub parts: Vec<String>,
    pub line: usize,
}

impl Name {
    /// True if the name is `path` or lies in it, as `std::fs::read` lies in `std::fs`.
    pub fn is_in(&self, path: &str) -> bool {
        let wanted: Vec<_> = path.split("::").collect();
        self.parts.len() >= wanted.len() && self.parts.iter().zip(&wanted).all(|(part, wanted)| part == wanted)
    }
}

/// All names in the code of a file that is the module `module`, and the lines with `unsafe`.
pub fn names_in(file: &syn::File, module: &[String]) -> (Vec<Name>, Vec<usize>) {
    let mut imports = Imports::default();
    imports.visit_file(file);
    let mut reader = Reader { module: module.to_vec(), aliases: HashMap::new(), names: Vec::new(), unsafe_lines: Vec::new() };
    for module in imports.modules {
        let full = reader.resolve(vec!["self".to_owned(), module.clone()]);
        reader.aliases.insert(module, full);
    }
    for (path, alias, line) in imports.found {
        let full = reader.resolve(path);
        if let Some(alias) = alias {
            reader.aliases.insert(alias, full.clone());
        }
        reader.names.push(Name { parts: full, line });
    }
    reader.visit_file(file);
    (reader.names, reader.unsafe_lines)
}

/// First pass: what `use` brings in, with the name it goes by here, and the modules declared here,
/// which hide crates of the same name.
#[derive(Default)]
struct Imports {
    modules: Vec<String>,
    found: Vec<(Vec<String>, Option<String>, usize)>,
}

impl Imports {
    fn flatten(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let line = tree.span().start().line;
        match tree {
            UseTree::Path(path) => self.flatten(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.flatten(tree, before)),
            UseTree::Name(name) if name.ident == "self" => self.found.push((before.to_vec(), before.last().cloned(), line)),
            UseTree::Name(name) => self.found.push((with(&name.ident), Some(name.ident.to_string()), line)),
            UseTree::Rename(rename) => self.found.push((with(&rename.ident), Some(rename.rename.to_string()), line)),
            UseTree::Glob(_) => self.found.push((before.to_vec(), None, line)),
        }
    }
}

impl Visit<'_> for Imports {
    fn visit_item_use(&mut self, item: &ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.flatten(&item.tree, &[]);
        }
    }

    fn visit_item_mod(&mut self, module: &ItemMod) {
        if !is_for_tests(&module.attrs) {
            self.modules.push(module.ident.to_string());
            visit::visit_item_mod(self, module);
        }
    }
}

/// Second pass: every path in types, expressions, patterns and macros.
struct Reader {
    module: Vec<String>,
    aliases: HashMap<String, Vec<String>>,
    names: Vec<Name>,
    unsafe_lines: Vec<usize>,
}

impl Reader {
    /// Starts a path where the language would: at an import, at the crate or at another crate.
    fn resolve(&self, path: Vec<String>) -> Vec<String> {
        let upwards = path.iter().take_while(|part| *part == "super").count();
        let rest = |count: usize| path.get(count..).unwrap_or_default().to_vec();
        let under = |depth: usize, rest: Vec<String>| {
            [vec!["crate".to_owned()], self.module.get(..depth).unwrap_or_default().to_vec(), rest].concat()
        };
        match path.first().map(String::as_str) {
            Some("super") => under(self.module.len().saturating_sub(upwards), rest(upwards)),
            Some("self") => under(self.module.len(), rest(1)),
            Some("sohoa") => [vec!["crate".to_owned()], rest(1)].concat(),
            Some(first) => match self.aliases.get(first) {
                Some(full) => [full.clone(), rest(1)].concat(),
                None => path,
            },
            None => path,
        }
    }

    fn add(&mut self, path: Vec<String>, line: usize) {
        // A single word is a local variable or an import that is listed already.
        if path.len() > 1 {
            let parts = self.resolve(path);
            self.names.push(Name { parts, line });
        }
    }

    /// Macros are not parsed: their paths are read from the tokens.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut colons, mut line) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Ident(ident) if ident == "unsafe" => self.unsafe_lines.push(ident.span().start().line),
                TokenTree::Ident(ident) if colons == 2 => {
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Ident(ident) => {
                    self.add(std::mem::take(&mut path), line);
                    (colons, line) = (0, ident.span().start().line);
                    path.push(ident.to_string());
                }
                other => {
                    self.add(std::mem::take(&mut path), line);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.read_tokens(group.stream());
                    }
                }
            }
        }
        self.add(path, line);
    }
}

impl Visit<'_> for Reader {
    fn visit_item(&mut self, item: &Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(_) => return,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect(), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        self.visit_path(&called.path);
        self.read_tokens(called.tokens.clone());
    }

    fn visit_expr_unsafe(&mut self, block: &syn::ExprUnsafe) {
        self.unsafe_lines.push(block.span().start().line);
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_signature(&mut self, signature: &syn::Signature) {
        if let Some(word) = signature.unsafety {
            self.unsafe_lines.push(word.span().start().line);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        if let Some(word) = item.unsafety {
            self.unsafe_lines.push(word.span().start().line);
        }
        visit::visit_item_impl(self, item);
    }
}
