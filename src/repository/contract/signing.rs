//! [`Signing`](crate::repository::Signing).

use time::{Duration, OffsetDateTime};

use super::{World, in_both_worlds};
use crate::model::act::{Act, Bundle, Chain, Deed};
use crate::model::ids::Sha256;
use crate::model::signing::{KeyId, KeyState, ManifestSignature, SigningKey};
use crate::repository::{Mode, Repository, RepositoryError};

in_both_worlds!(
    one_key_signs_at_a_time_and_acts_tell_which,
    a_manifest_is_signed_once,
    a_reader_makes_no_key,
    a_bundle_is_told_in_an_act,
);

const AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn key(number: u64, state: KeyState) -> SigningKey {
    let made_at = AT + Duration::days(number as i64);
    SigningKey { id: KeyId::of_number(number), public: format!("RW{number}"), state, made_at }
}

fn deeds(repository: &Repository) -> Vec<Deed> {
    let mut chain = Chain::default();
    let acts = repository.catalog.acts_after(0, usize::MAX).unwrap();
    let act = |row: &crate::repository::ActRow| -> Act { chain.follow(row.number, &row.content, row.digest).unwrap() };
    acts.iter().map(act).map(|act| act.deed).collect()
}

fn one_key_signs_at_a_time_and_acts_tell_which(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let [first, second] = [key(9, KeyState::Active), key(1, KeyState::Active)];
    catalog.put_keys(std::slice::from_ref(&first), AT).unwrap();
    assert!(matches!(catalog.put_keys(std::slice::from_ref(&second), AT), Err(RepositoryError::Conflict { .. })));
    assert_eq!(catalog.keys().unwrap(), std::slice::from_ref(&first), "nothing of it was kept");
    let retired = SigningKey { state: KeyState::Retired, ..first.clone() };
    catalog.put_keys(&[retired.clone(), second.clone()], AT).unwrap();
    assert_eq!(catalog.keys().unwrap(), [second.clone(), retired.clone()], "by the time they were made");
    assert_eq!(deeds(&repository), [&first, &retired, &second].map(Deed::of_key));
}

fn a_manifest_is_signed_once(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let made = key(1, KeyState::Active);
    let own = ManifestSignature { consumer: None, sequence: 2, key: made.id.clone(), text: "một".into() };
    assert!(catalog.put_signature(&own).is_err(), "by a key that is not known");
    catalog.put_keys(&[made], AT).unwrap();
    catalog.put_signature(&own).unwrap();
    let again = ManifestSignature { text: "hai".into(), ..own.clone() };
    assert!(matches!(catalog.put_signature(&again), Err(RepositoryError::Conflict { .. })));
    let others = ManifestSignature { consumer: Some("kho".parse().unwrap()), ..own.clone() };
    let first = ManifestSignature { sequence: 1, ..own.clone() };
    catalog.put_signature(&others).unwrap();
    catalog.put_signature(&first).unwrap();
    assert_eq!(catalog.signatures().unwrap(), [first, own, others]);
}

fn a_reader_makes_no_key(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let made = key(1, KeyState::Active);
    writer.catalog.put_keys(std::slice::from_ref(&made), AT).unwrap();
    let reader = world.open(Mode::Read);
    let signature = ManifestSignature { consumer: None, sequence: 1, key: made.id.clone(), text: String::new() };
    for result in [reader.catalog.put_keys(&[made], AT), reader.catalog.put_signature(&signature)] {
        assert!(matches!(result, Err(RepositoryError::ReadOnly { .. })), "{result:?}");
    }
    assert_eq!(reader.catalog.keys().unwrap().len(), 1);
}

fn a_bundle_is_told_in_an_act(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some("lan"), None);
    let digest = Sha256::from_bytes([3; 32]);
    let bundle = Bundle { to: "/ra".into(), first: 1, last: 2, records: 3, files: 4, digest };
    repository.catalog.tell_bundled(AT, bundle.clone()).unwrap();
    assert_eq!(deeds(&repository), [Deed::Bundled(bundle.clone())]);
    let reader = world.open(Mode::Read);
    assert!(matches!(reader.catalog.tell_bundled(AT, bundle), Err(RepositoryError::ReadOnly { .. })));
}
