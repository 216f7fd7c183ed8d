//! Which layout a file has, and which of its columns bears what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::cells::{Cells, Values};
use super::config::{Layout, RegisterConfig};
use crate::model::failure::cause::{Names, RegisterFault};
use crate::model::register::RegisterList;
use crate::model::vietnamese::fold;
use crate::stages::table::read::{ReadCell, ReadObject};

/// Names of columns are compared by their letters and digits alone.
fn plain(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A layout whose names are ready to be looked up.
pub(super) struct Matched<'c> {
    pub layout: &'c Layout,
    /// Which column bears what, by place; of a file with named cells none.
    places: Vec<Option<&'c str>>,
    /// What a name stands for, and how good a name for it that is; the best is 0.
    named: HashMap<String, (&'c str, usize)>,
    /// What the names of rows within rows stand for, by list.
    inner: BTreeMap<&'c str, HashMap<String, &'c str>>,
    /// What the columns are called in the file.
    titles: BTreeMap<&'c str, String>,
    values: Values,
    /// Columns that stand for nothing.
    pub ignored: Vec<String>,
    known_names: HashMap<Rc<str>, Option<(&'c str, usize)>>,
}

impl<'c> Matched<'c> {
    /// What `titles` of a file stand for by this layout; none if one is missing that it requires.
    fn of(layout: &'c Layout, titles: &[&str]) -> Option<Self> {
        let mut named = HashMap::new();
        for (target, names) in &layout.columns {
            for (place, name) in names.iter().enumerate() {
                named.entry(plain(name)).or_insert((target.as_str(), place));
            }
            named.entry(plain(target)).or_insert((target.as_str(), names.len()));
        }
        let mut inner = BTreeMap::new();
        for (list, columns) in &layout.lists {
            for name in columns.get("column").into_iter().flatten() {
                named.insert(plain(name), (list.as_str(), 0));
            }
            let names = columns.iter().filter(|(target, _)| *target != "column");
            let names = names.flat_map(|(target, names)| names.iter().map(|name| (plain(name), target.as_str())));
            inner.insert(list.as_str(), names.collect());
        }
        let mut best: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (place, title) in titles.iter().enumerate() {
            let Some((target, rank)) = named.get(&plain(title)) else { continue };
            let entry = best.entry(target).or_insert((place, *rank));
            if *rank < entry.1 {
                *entry = (place, *rank);
            }
        }
        let has = |target: &String| best.contains_key(target.as_str());
        if !layout.required.iter().all(has) {
            return None;
        }
        let place_of = |(place, _): (usize, &&str)| best.iter().find(|(_, (at, _))| *at == place).map(|(target, _)| *target);
        let places: Vec<Option<&str>> = titles.iter().enumerate().map(place_of).collect();
        let titled = best.iter().filter_map(|(target, (place, _))| Some((*target, (*titles.get(*place)?).to_owned())));
        let ignored = titles.iter().zip(&places).filter(|(title, place)| place.is_none() && !title.is_empty());
        Some(Self {
            titles: titled.collect(),
            ignored: ignored.map(|(title, _)| (*title).to_owned()).collect(),
            places,
            named,
            inner,
            values: Values::of(&layout.values),
            layout,
            known_names: HashMap::new(),
        })
    }

    /// What the file tells of, be it nothing in many a row.
    pub(crate) fn told(&self) -> BTreeSet<String> {
        let named = self.known_names.values().flatten().map(|(target, _)| *target);
        self.titles.keys().copied().chain(named).map(str::to_owned).collect()
    }

    /// How many columns it understands.
    fn understood(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// The cells of a row, by what they stand for.
    pub(crate) fn cells<'r>(&'r self, cells: &'r [ReadCell]) -> Cells<'r> {
        let cells = self.places.iter().zip(cells).filter_map(|(place, cell)| Some(((*place)?, cell)));
        Cells::new(cells.collect(), &self.titles, &self.values)
    }

    /// Learns what the names of a row's cells stand for.
    pub(crate) fn learn(&mut self, object: &ReadObject) {
        for (name, _) in object {
            if !self.known_names.contains_key(name) {
                self.known_names.insert(Rc::clone(name), self.named.get(&plain(name)).copied());
            }
        }
    }

    /// The cells of a row that have names, which were learnt.
    pub(crate) fn named_cells<'r>(&'r self, object: &'r ReadObject) -> Cells<'r> {
        let mut found: Vec<(&str, usize, &ReadCell)> = Vec::with_capacity(object.len());
        for (name, cell) in object {
            let Some((target, rank)) = self.known_names.get(name).copied().flatten() else { continue };
            if *cell != ReadCell::Empty {
                found.push((target, rank, cell));
            }
        }
        found.sort_by_key(|(_, rank, _)| *rank);
        Cells::new(found.into_iter().map(|(target, _, cell)| (target, cell)).collect(), &self.titles, &self.values)
    }

    /// The cells of a row within a row.
    pub(crate) fn inner_cells<'r>(&'r self, list: &str, object: &'r ReadObject) -> Cells<'r> {
        let names = self.inner.get(list);
        let cell = |(name, cell): &'r (Rc<str>, ReadCell)| Some((*names?.get(&plain(name))?, cell));
        Cells::new(object.iter().filter_map(cell).collect(), &self.titles, &self.values)
    }
}

/// The layout of a file with these titles, of those that were asked for.
pub(super) fn find<'c>(
    config: &'c RegisterConfig,
    (list, name): (Option<RegisterList>, Option<&str>),
    titles: &[&str],
) -> Result<Matched<'c>, RegisterFault> {
    let mut seen: Vec<&str> = Vec::new();
    let mut fitting: Vec<Matched<'c>> = Vec::new();
    let mut foreign: Option<(String, String)> = None;
    for layout in &config.layouts {
        let is_wanted = list.is_none_or(|list| list == layout.list) && name.is_none_or(|name| name == layout.name);
        // The first of a name counts.
        if !is_wanted || seen.contains(&layout.name.as_str()) {
            continue;
        }
        seen.push(&layout.name);
        let Some(matched) = Matched::of(layout, titles) else { continue };
        match foreign_column(layout, titles) {
            None => fitting.push(matched),
            Some(column) => foreign = Some((layout.name.clone(), column.to_owned())),
        }
    }
    if let (true, Some((layout, column))) = (fitting.is_empty(), foreign) {
        return Err(RegisterFault::LayoutForeign { layout, column });
    }
    let most = fitting.iter().map(Matched::understood).max().unwrap_or(0);
    fitting.retain(|one| one.understood() == most);
    if fitting.len() > 1 {
        let layouts = Names::of(fitting.iter().map(|one| &one.layout.name));
        return Err(RegisterFault::LayoutUnclear { layouts });
    }
    fitting.pop().ok_or_else(|| unknown(titles))
}

/// A column of the file that a layout says its files do not have.
fn foreign_column<'t>(layout: &Layout, titles: &[&'t str]) -> Option<&'t str> {
    let absent: Vec<String> = layout.absent.iter().map(|name| plain(name)).collect();
    titles.iter().copied().find(|title| absent.contains(&plain(title)))
}

/// No layout has these titles. They are repeated only where they can be no person's: short, and without digits.
pub(super) fn unknown(titles: &[&str]) -> RegisterFault {
    const LONGEST: usize = 40;
    let told: Vec<&&str> = titles.iter().filter(|title| !title.is_empty()).collect();
    let is_title = |title: &str| title.chars().count() <= LONGEST && !title.chars().any(|c| c.is_ascii_digit());
    if told.iter().all(|title| is_title(title)) {
        return RegisterFault::LayoutUnknown { columns: Names::of(told.into_iter().take(40)) };
    }
    RegisterFault::TitlesUnknown { columns: told.len() as u64 }
}
