//! Modules of one folder that name one another in a circle can only be read, tested and moved all
//! together. Each folder's modules are to have a bottom and a top.
//!
//! A folder is taken as one with all that is in it. What `mod.rs` itself holds is not counted: it is
//! the face of the folder, made of its modules, and holds the types that they share.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Source, all_sources};

/// For each module of a folder, those beside it that it names, with the place where it does.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// The graph of every folder under `src/`, by its path from the crate.
fn graphs(sources: &[Source]) -> BTreeMap<Vec<String>, Graph> {
    let modules: BTreeSet<Vec<String>> =
        sources.iter().map(Source::module).flat_map(|module| (1..=module.len()).map(move |end| module[..end].to_vec())).collect();
    let mut graphs: BTreeMap<Vec<String>, Graph> = BTreeMap::new();
    for source in sources {
        let from = source.module();
        for name in source.names.iter().filter(|name| name.parts[0] == "crate") {
            let to = &name.parts[1..];
            let shared = from.iter().zip(to).take_while(|(from, to)| from == to).count();
            // One of them is in the other, or it is no module but an item of the folder's face.
            let (Some(own), Some(other)) = (from.get(shared), to.get(shared)) else { continue };
            if modules.contains(&to[..=shared]) {
                let place = format!("{}:{}", source.path, name.line);
                let graph = graphs.entry(from[..shared].to_vec()).or_default();
                graph.entry(own.clone()).or_default().entry(other.clone()).or_insert(place);
            }
        }
    }
    graphs
}

/// All that can be reached from `start`.
fn reached(graph: &Graph, start: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

/// The edges of circles, a line each.
fn circles(graphs: &BTreeMap<Vec<String>, Graph>) -> Vec<String> {
    let mut edges = Vec::new();
    for (folder, graph) in graphs {
        for (from, named) in graph {
            for (to, place) in named.iter().filter(|(to, _)| reached(graph, to).contains(from)) {
                edges.push(format!("{}: {from} names {to} ({place})", folder.join("::")));
            }
        }
    }
    edges
}

#[test]
fn no_modules_of_a_folder_name_one_another_in_a_circle() {
    let circles = circles(&graphs(&all_sources()));
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// The rule above would pass on sources that were not understood.
#[test]
fn a_circle_is_found_however_long_and_wherever_it_lies() {
    let source = |path: &str, text: &str| Source::parsed(path.to_owned(), text.to_owned());
    let sources = [
        source("src/a/mod.rs", "pub mod one; pub mod two; pub mod three; pub mod beside; pub struct Shared;"),
        source("src/a/one.rs", "use super::two::deep::f; use super::Shared;"),
        source("src/a/two/mod.rs", "pub mod deep; pub mod deeper;"),
        source("src/a/two/deep.rs", "use super::deeper::g; fn f() -> crate::a::three::Three { g() }"),
        source("src/a/two/deeper.rs", "#[cfg(test)] mod tests { use super::super::deep::f; }"),
        source("src/a/three.rs", "fn h() { super::one::k() }"),
        source("src/a/beside.rs", "use super::one::k;"),
    ];
    let found = circles(&graphs(&sources));
    let expected = [
        "a: one names two (src/a/one.rs:1)",
        "a: three names one (src/a/three.rs:1)",
        "a: two names three (src/a/two/deep.rs:1)",
    ];
    assert_eq!(found, expected);
}
