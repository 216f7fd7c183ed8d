//! [`Acts`](crate::repository::Acts).

use super::{World, in_both_worlds};
use crate::model::act::{Act, Chain, Deed};
use crate::model::batch::BatchState;
use crate::repository::tests::{CODE, code, commit, end_of, new_batch, recipe};
use crate::repository::{Mode, Repository};

in_both_worlds!(
    what_is_done_is_chained_and_nothing_else,
    acts_are_told_a_part_at_a_time,
    an_act_names_who_did_it_and_why,
    a_commit_that_fails_leaves_no_act,
);

fn chain_of(repository: &Repository) -> Vec<Act> {
    let mut chain = Chain::default();
    let acts = repository.catalog.acts_after(0, usize::MAX).unwrap();
    let acts = acts.iter().map(|row| chain.follow(row.number, &row.content, row.digest).unwrap()).collect();
    assert_eq!(chain.head(), repository.catalog.act_head().unwrap());
    acts
}

fn what_is_done_is_chained_and_nothing_else(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    assert_eq!(catalog.act_head().unwrap(), None);
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let second = commit(&repository, batch, &code(CODE), recipe(1), &["hai"]);
    catalog.finish_batch(batch, &end_of(BatchState::Finished)).unwrap();
    let (files, ledger) = catalog.ledger_digest(batch).unwrap();
    let deeds: Vec<Deed> = chain_of(&repository).into_iter().map(|act| act.deed).collect();
    let sealed = |record: &crate::model::record::Record| Deed::Sealed { batch, records: vec![record.id] };
    assert_eq!(deeds, [sealed(&first), sealed(&second), Deed::BatchEnded { batch, state: BatchState::Finished, files, ledger }]);
}

fn acts_are_told_a_part_at_a_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    for text in ["một", "hai", "ba"] {
        commit(&repository, batch, &code(CODE), recipe(1), &[text]);
    }
    let numbers = |after, limit| -> Vec<u64> {
        repository.catalog.acts_after(after, limit).unwrap().iter().map(|act| act.number).collect()
    };
    assert_eq!((numbers(0, 2), numbers(2, 2), numbers(3, 2)), (vec![1, 2], vec![3], vec![]));
}

fn an_act_names_who_did_it_and_why(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some(" Chị Lan "), Some("bổ sung"));
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let [act] = &chain_of(&repository)[..] else { panic!() };
    assert_eq!((act.actor.by.as_deref(), act.reason.as_deref()), (Some("Chị Lan"), Some("bổ sung")));
    assert!(!act.actor.account.is_empty());
}

fn a_commit_that_fails_leaves_no_act(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let before = chain_of(&repository);
    let mut stale = first.clone();
    stale.version = 3;
    let records = [stale];
    let sealing = crate::repository::Sealing { batch, records: &records, blobs: &[], entries: &[], alike: &[] };
    // Another record under the id of one that is kept is that one: nothing is new.
    repository.catalog.commit_dossier(&sealing).unwrap();
    assert_eq!(chain_of(&repository), before);
    let fork = crate::model::record::Record::new(code(CODE), first.kind, None, first.sealed_at, recipe(2), None, vec![]);
    let records = [fork];
    assert!(repository.catalog.commit_dossier(&crate::repository::Sealing { records: &records, ..sealing }).is_err());
    assert_eq!(chain_of(&repository), before);
}
