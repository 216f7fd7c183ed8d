//! What the documents tell in two languages is typed the same in both.

use std::collections::BTreeMap;
use std::fs;

use crate::support::project_file;

/// The commands of a document that have a name, as `make test-deb` runs them.
fn named_commands(document: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(project_file(document)).unwrap();
    let mut blocks = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```sh ") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.insert(name.to_owned(), block.join("\n"));
        }
    }
    blocks
}

#[test]
fn the_vietnamese_administrator_types_what_the_english_one_types() {
    let english = named_commands("docs/administration.md");
    assert!(english.len() > 10, "{english:?}");
    assert_eq!(named_commands("docs/administration.vi.md"), english);
}
