//! Which crates the program is made of, as cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

/// One crate of the program.
pub(crate) struct Crate {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: String,
    pub authors: Vec<String>,
    pub description: Option<String>,
    pub repository: Option<String>,
    /// Where its sources lie.
    pub folder: PathBuf,
    /// SHA-256 of its archive; none for our own crates.
    pub checksum: Option<String>,
    /// Places in the list of the crates that it is made of in turn.
    pub parts: Vec<usize>,
}

impl Crate {
    /// Its package URL, which names it wherever such lists are compared.
    pub(crate) fn url(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version.replace('+', "%2B"))
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    description: Option<String>,
    repository: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    root: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// What a dependency is for; none where it becomes part of the program.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// All crates that become part of the program, by name and version, the program's own first. What only
/// builds or tests it is left out.
pub(crate) fn in_the_program() -> Result<Vec<Crate>, Box<dyn Error>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &target])
        .current_dir(&root)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let lock: Lock = toml::from_str(&std::fs::read_to_string(root.join("Cargo.lock"))?)?;
    let mut checksums: BTreeMap<(String, String), Option<String>> =
        lock.package.into_iter().map(|locked| ((locked.name, locked.version), locked.checksum)).collect();

    let nodes: BTreeMap<&str, Vec<&str>> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), parts_of(node))).collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![metadata.resolve.root.as_str()];
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            open.extend(nodes.get(id).into_iter().flatten());
        }
    }
    let mut packages: Vec<Package> =
        metadata.packages.into_iter().filter(|package| reached.contains(package.id.as_str())).collect();
    packages.sort_by_key(|package| {
        (package.id != metadata.resolve.root, package.name.clone(), package.version.clone(), package.id.clone())
    });
    let place = |id: &str| packages.iter().position(|package| package.id == id);
    let parts: Vec<Vec<usize>> = packages
        .iter()
        .map(|package| {
            let parts: BTreeSet<usize> =
                nodes.get(package.id.as_str()).into_iter().flatten().filter_map(|id| place(id)).collect();
            parts.into_iter().collect()
        })
        .collect();
    packages
        .into_iter()
        .zip(parts)
        .map(|(package, parts)| {
            let licence = package.license.ok_or_else(|| format!("{} states no licence", package.name))?;
            Ok(Crate {
                checksum: checksums.remove(&(package.name.clone(), package.version.clone())).flatten(),
                // An old way to write "or".
                licence: licence.replace('/', " OR "),
                folder: package.manifest_path.parent().ok_or("a manifest without a folder")?.to_owned(),
                name: package.name,
                version: package.version,
                authors: package.authors,
                description: package.description,
                repository: package.repository,
                parts,
            })
        })
        .collect()
}

fn parts_of(node: &Node) -> Vec<&str> {
    let is_part = |dependency: &&Dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
    node.deps.iter().filter(is_part).map(|dependency| dependency.pkg.as_str()).collect()
}
