//! [`Accounts`](crate::repository::Accounts).

use time::OffsetDateTime;

use super::{World, in_both_worlds};
use crate::model::account::{Account, AccountState, ApiToken, Role};
use crate::model::act::{Access, Act, Chain, Deed};
use crate::model::ids::{RecordId, Sha256};
use crate::repository::{Mode, Repository, RepositoryError};

in_both_worlds!(
    an_account_is_made_once_and_changed_from_what_it_was,
    a_token_is_found_by_the_hash_of_its_secret,
    what_somebody_saw_is_an_act,
    a_reader_changes_no_account,
);

fn account(name: &str) -> Account {
    Account {
        name: name.parse().unwrap(),
        full_name: "Nguyễn Thị Mẫu".into(),
        role: Role::Archivist,
        state: AccountState::Active,
        password: "$argon2id$v=19$x".into(),
        changed_at: OffsetDateTime::UNIX_EPOCH,
    }
}

fn token(account: &Account) -> ApiToken {
    ApiToken {
        secret: Sha256::from_bytes([7; 32]),
        name: "cong".into(),
        account: account.name.clone(),
        state: AccountState::Active,
        expires_at: OffsetDateTime::UNIX_EPOCH,
    }
}

fn acts(repository: &Repository) -> Vec<Act> {
    let mut chain = Chain::default();
    let acts = repository.catalog.acts_after(0, usize::MAX).unwrap();
    acts.iter().map(|row| chain.follow(row.number, &row.content, row.digest).unwrap()).collect()
}

fn an_account_is_made_once_and_changed_from_what_it_was(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some("Chị Hoa"), Some("mới vào"));
    let catalog = &repository.catalog;
    let (lan, nam) = (account("lan"), account("an"));
    catalog.add_account(&lan).unwrap();
    catalog.add_account(&nam).unwrap();
    assert!(matches!(catalog.add_account(&lan), Err(RepositoryError::Conflict { .. })));
    assert_eq!(catalog.accounts().unwrap(), [nam.clone(), lan.clone()], "by name");
    let changed = Account { role: Role::Clerk, ..lan.clone() };
    catalog.change_account(&lan, &changed).unwrap();
    assert!(matches!(catalog.change_account(&lan, &changed), Err(RepositoryError::Conflict { .. })), "of what it was before");
    assert_eq!(catalog.account(&lan.name).unwrap(), Some(changed.clone()));
    assert_eq!(catalog.account(&"nobody".parse().unwrap()).unwrap(), None);
    let told: Vec<_> = acts(&repository);
    let set = |account: &Account| Deed::AccountSet {
        account: account.name.clone(),
        role: account.role,
        state: account.state,
        digest: account.digest(),
    };
    assert_eq!(told.iter().map(|act| act.deed.clone()).collect::<Vec<_>>(), [set(&lan), set(&nam), set(&changed)]);
    assert_eq!(told[0].reason.as_deref(), Some("mới vào"));
    assert_eq!(catalog.changed_rows("account", 9).unwrap_or_default(), [""; 0]);
}

fn a_token_is_found_by_the_hash_of_its_secret(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, at) = (&repository.catalog, OffsetDateTime::UNIX_EPOCH);
    let lan = account("lan");
    let made = token(&lan);
    assert!(catalog.put_token(&made, at).is_err(), "of nobody");
    catalog.add_account(&lan).unwrap();
    catalog.put_token(&made, at).unwrap();
    assert_eq!(catalog.token(made.secret).unwrap(), Some(made.clone()));
    assert_eq!(catalog.token(Sha256::from_bytes([8; 32])).unwrap(), None);
    let taken_back = ApiToken { state: AccountState::Disabled, ..made.clone() };
    catalog.put_token(&taken_back, at).unwrap();
    assert_eq!(catalog.tokens().unwrap(), std::slice::from_ref(&taken_back));
    let deeds: Vec<Deed> = acts(&repository).into_iter().map(|act| act.deed).collect();
    let [Deed::AccountSet { .. }, Deed::TokenSet { state: before, .. }, Deed::TokenSet { state: after, digest, .. }] = &deeds[..]
    else {
        panic!("{deeds:?}")
    };
    assert_eq!((*before, *after, *digest), (AccountState::Active, AccountState::Disabled, taken_back.digest()));
}

fn what_somebody_saw_is_an_act(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some("lan"), None);
    let record = RecordId::V2([3; 32]);
    let at = OffsetDateTime::UNIX_EPOCH;
    repository.catalog.tell_access(record, Some(2), Access::SealedFile, at).unwrap();
    let [act] = &acts(&repository)[..] else { panic!() };
    assert_eq!(act.deed, Deed::Accessed { record, document: Some(2), access: Access::SealedFile });
    assert_eq!(act.actor.by.as_deref(), Some("lan"));
    repository.catalog.tell_access(RecordId::V2([4; 32]), None, Access::Viewed, at).unwrap();
    repository.catalog.tell_access(record, None, Access::Viewed, at).unwrap();
    let numbers = |records: &[RecordId], limit| -> Vec<u64> {
        repository.catalog.acts_naming(records, limit).unwrap().iter().map(|act| act.number).collect()
    };
    assert_eq!(numbers(&[record], 9), [3, 1], "the newest first");
    assert_eq!(numbers(&[record, RecordId::V2([4; 32])], 2), [3, 2]);
    assert!(numbers(&[RecordId::V1([3; 32])], 9).is_empty(), "another form of id");
}

fn a_reader_changes_no_account(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let lan = account("lan");
    writer.catalog.add_account(&lan).unwrap();
    let reader = world.open(Mode::Read);
    assert_eq!(reader.catalog.account(&lan.name).unwrap(), Some(lan.clone()));
    let refused = [
        reader.catalog.add_account(&account("nam")),
        reader.catalog.change_account(&lan, &lan),
        reader.catalog.put_token(&token(&lan), OffsetDateTime::UNIX_EPOCH),
        reader.catalog.tell_access(RecordId::V2([3; 32]), None, Access::Viewed, OffsetDateTime::UNIX_EPOCH),
    ];
    for result in refused {
        assert!(matches!(result, Err(RepositoryError::ReadOnly { .. })), "{result:?}");
    }
}
