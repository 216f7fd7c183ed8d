//! Follows the chain of acts, and manifests along it: those that others hold tell whether what the
//! repository says of the past is what it said then.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::verify::{Damage, Detail, Finding, Item, Remedy, Seen, Subject};
use crate::model::act::{Act, ActHead, Chain, Deed};
use crate::model::consumer::ConsumerName;
use crate::model::failure::cause::SealFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::ids::{ActDigest, Sha256};
use crate::repository::{Repository, sha256_of};
use crate::stages::publish::{self, Outline};

/// Acts read at a time.
const AT_ONCE: usize = 500;

/// A manifest that was given.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GivenManifest {
    /// Its file.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its number.
    pub sequence: u64,
    /// Its records.
    pub records: u64,
    /// The end of the chain of acts that it names; none before version 3.
    pub acts: Option<ActHead>,
    /// The consumer whose series it is of, if it was given to one; the repository's own series if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer: Option<ConsumerName>,
    #[serde(skip)]
    previous: Option<Sha256>,
}

/// What an audit saw.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Audit {
    /// Acts that were followed.
    #[serde(skip)]
    pub acts: u64,
    /// The end of the chain.
    pub head: Option<ActHead>,
    /// The manifests given, by number.
    pub manifests: Vec<GivenManifest>,
    /// What does not fit together.
    pub findings: Vec<Finding>,
}

/// Takes acts, some at a time, by number: there may be more than fit into memory.
pub(crate) type TakeActs<'a> = &'a mut dyn FnMut(&[Act]) -> Result<(), Failure>;

/// Follows the acts of `repository`, which `take` is shown, and lays `manifests` along them; without a
/// repository the manifests are laid along each other.
///
/// # Errors
/// When the acts or a file cannot be read, or what `take` says.
pub(crate) fn audit(repository: Option<&Repository>, manifests: &[PathBuf], take: TakeActs<'_>) -> Result<Audit, Failure> {
    let mut audit = Audit::default();
    for path in manifests {
        match given(path)? {
            Ok(manifest) => audit.manifests.push(manifest),
            Err(cause) => audit.find(Subject::Manifest, path.display().to_string(), Cause::from(cause)),
        }
    }
    audit.manifests.sort_by(|a, b| (a.sequence, &a.path).cmp(&(b.sequence, &b.path)));
    if let Some(repository) = repository {
        audit.follow(repository, take)?;
    }
    audit.compare_manifests();
    audit.findings.sort_by_cached_key(Finding::order);
    Ok(audit)
}

fn given(path: &Path) -> Result<Result<GivenManifest, SealFault>, Failure> {
    let unreadable = |error| Failure::new(FailureCode::FileUnreadable).at_file(path.display()).because(error);
    let (sha256, _) = File::open(path).and_then(sha256_of).map_err(unreadable)?;
    let read = publish::read(File::open(path).map_err(unreadable)?, &mut |_| {});
    Ok(read.map_err(publish::PublishError::cause).map(|outline| {
        let Outline { sequence, records, acts, previous_sha256: previous, .. } = outline;
        GivenManifest { path: path.to_owned(), sha256, sequence, records, acts, consumer: None, previous }
    }))
}

impl Audit {
    fn find(&mut self, subject: Subject, item: impl Into<Item>, detail: impl Into<Detail>) {
        let (item, detail) = (item.into(), detail.into());
        self.findings.push(Finding { subject, damage: Damage::Changed, item, detail, remedy: Remedy::CompareManifests });
    }

    /// Lays the manifests of each series along each other: each names the one before, and none may name an older or
    /// another end of the chain than those before it.
    fn compare_manifests(&mut self) {
        let mut wrong = Vec::new();
        let mut heads: BTreeMap<u64, ActDigest> = BTreeMap::new();
        let mut lasts: BTreeMap<Option<&ConsumerName>, (&GivenManifest, Option<ActHead>)> = BTreeMap::new();
        for manifest in &self.manifests {
            let series = manifest.consumer.as_ref();
            let (last, mut head) = lasts.get(&series).map_or((None, None), |(last, head)| (Some(*last), *head));
            let mut tell = |seen: Seen| wrong.push((manifest.path.display().to_string(), seen));
            match last {
                Some(before) if before.sequence == manifest.sequence && before.sha256 != manifest.sha256 => {
                    let path = before.path.display().to_string();
                    tell(Seen::SameNumber { sequence: manifest.sequence, path });
                }
                Some(before)
                    if before.sequence.checked_add(1) == Some(manifest.sequence) && manifest.previous != Some(before.sha256) =>
                {
                    tell(Seen::DoesNotFollow { path: before.path.display().to_string() });
                }
                None if manifest.sequence == 1 && manifest.previous.is_some() => tell(Seen::FirstFollowsNone),
                _ => {}
            }
            if let Some(named) = manifest.acts {
                if *heads.entry(named.count).or_insert(named.digest) != named.digest {
                    tell(Seen::OtherActNamed { act: named.count });
                }
                if head.is_some_and(|head| head.count > named.count) {
                    tell(Seen::FewerActsThanBefore { named: named.count });
                }
                head = Some(named);
            }
            lasts.insert(series, (manifest, head));
        }
        for (name, detail) in wrong {
            self.find(Subject::Manifest, name, detail);
        }
    }

    fn follow(&mut self, repository: &Repository, take: TakeActs<'_>) -> Result<(), Failure> {
        let mut chain = Chain::default();
        let named: BTreeSet<u64> = self.manifests.iter().filter_map(|manifest| Some(manifest.acts?.count)).collect();
        let mut digests: BTreeMap<u64, ActDigest> = BTreeMap::new();
        let mut settled: BTreeMap<u64, Sha256> =
            repository.catalog.manifests()?.into_iter().map(|row| (row.sequence, row.sha256)).collect();
        let mut given: BTreeMap<(u64, Sha256), ConsumerName> = BTreeMap::new();
        let mut last = 0;
        loop {
            let acts = repository.catalog.acts_after(last, AT_ONCE)?;
            let Some(newest) = acts.last() else { break };
            last = newest.number;
            let mut followed = Vec::with_capacity(acts.len());
            for row in acts {
                if named.contains(&row.number) {
                    digests.insert(row.number, row.digest);
                }
                match chain.follow(row.number, &row.content, row.digest) {
                    Ok(act) => {
                        // What the act says is chained; the row of the manifest is not.
                        match &act.deed {
                            Deed::Exported { sequence, sha256, .. } => drop(settled.insert(*sequence, *sha256)),
                            Deed::Delivered { sequence, sha256, consumer, .. } => {
                                given.insert((*sequence, *sha256), consumer.clone());
                            }
                            _ => {}
                        }
                        followed.push(act);
                    }
                    Err(broken) => self.find(Subject::Act, Item::Act { number: row.number }, broken),
                }
            }
            self.acts += followed.len() as u64;
            take(&followed)?;
        }
        self.head = chain.head();
        for manifest in &mut self.manifests {
            manifest.consumer = given.get(&(manifest.sequence, manifest.sha256)).cloned();
        }
        self.lay_along(&settled, &digests);
        Ok(())
    }

    /// Lays manifests along the acts that were followed: what the repository settled, and what it did until then.
    fn lay_along(&mut self, settled: &BTreeMap<u64, Sha256>, digests: &BTreeMap<u64, ActDigest>) {
        let count = self.head.map_or(0, |head| head.count);
        let mut wrong = Vec::new();
        for manifest in &self.manifests {
            let mut tell = |seen: Seen| wrong.push((manifest.path.display().to_string(), seen));
            match settled.get(&manifest.sequence) {
                _ if manifest.consumer.is_some() => {}
                Some(sha256) if *sha256 == manifest.sha256 => {}
                Some(_) => tell(Seen::SettledOtherwise { sequence: manifest.sequence }),
                None => tell(Seen::NoSuchManifest { sequence: manifest.sequence }),
            }
            match manifest.acts {
                Some(named) if named.count > count => tell(Seen::MoreActsNamed { named: named.count, kept: count }),
                Some(named) if digests.get(&named.count) != Some(&named.digest) => {
                    tell(Seen::AnotherPast { act: named.count });
                }
                _ => {}
            }
        }
        for (name, detail) in wrong {
            self.find(Subject::Manifest, name, detail);
        }
    }
}
