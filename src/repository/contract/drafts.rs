//! [`Drafts`](crate::repository::Drafts).

use super::{World, in_both_worlds};
use crate::model::account::{Account, AccountState, Role};
use crate::model::act::{Act, Deed};
use crate::model::dossier::RecordKind;
use crate::model::draft::{Draft, FieldDecision, Ruling};
use crate::model::field::FieldName;
use crate::model::ids::RecordId;
use crate::model::record::DocumentName;
use crate::repository::tests::{CODE, code, new_batch};
use crate::repository::{Mode, Repository};

in_both_worlds!(
    a_draft_belongs_to_one_account_and_document_and_is_no_act,
    nobody_without_an_account_has_a_draft,
    to_take_over_is_an_act,
);

fn add(repository: &Repository, name: &str) {
    let account = Account {
        name: name.parse().unwrap(),
        full_name: name.into(),
        role: Role::Clerk,
        state: AccountState::Active,
        password: String::new(),
        changed_at: new_batch().started_at,
    };
    repository.catalog.add_account(&account).unwrap();
}

fn draft(account: &str, ordinal: u32, value: &str) -> Draft {
    Draft {
        account: account.parse().unwrap(),
        document: DocumentName { code: code(CODE), ordinal },
        kind: RecordKind::Dossier,
        version: 1,
        decisions: vec![FieldDecision { field: FieldName::Number, ruling: Ruling::Set(value.into()) }],
        saved_at: new_batch().started_at,
    }
}

fn a_draft_belongs_to_one_account_and_document_and_is_no_act(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    add(&repository, "hoa");
    add(&repository, "nam");
    let acts = catalog.act_head().unwrap();
    let (one, other) = (draft("hoa", 1, "15"), draft("hoa", 1, "16"));
    catalog.put_draft(&one).unwrap();
    catalog.put_draft(&other).unwrap();
    catalog.put_draft(&draft("hoa", 2, "17")).unwrap();
    assert_eq!(catalog.draft(&one.account, &one.document).unwrap(), Some(other));
    assert_eq!(catalog.draft(&"nam".parse().unwrap(), &one.document).unwrap(), None);
    assert_eq!(catalog.changed_rows("draft", 9).unwrap(), [""; 0]);
    catalog.drop_draft(&one.account, &one.document).unwrap();
    catalog.drop_draft(&one.account, &one.document).unwrap();
    catalog.drop_draft_if_same(&draft("hoa", 2, "18")).unwrap();
    assert_eq!(catalog.draft(&one.account, &one.document).unwrap(), None);
    assert!(catalog.draft(&one.account, &draft("hoa", 2, "").document).unwrap().is_some());
    let read = catalog.draft(&one.account, &draft("hoa", 2, "").document).unwrap().unwrap();
    catalog.drop_draft_if_same(&read).unwrap();
    assert_eq!(catalog.draft(&one.account, &read.document).unwrap(), None);
    assert_eq!(catalog.act_head().unwrap(), acts, "nothing was changed that the repository says");
    assert!(world.open(Mode::Read).catalog.put_draft(&one).is_err());
}

fn nobody_without_an_account_has_a_draft(world: &dyn World) {
    let repository = world.open(Mode::Create);
    assert!(repository.catalog.put_draft(&draft("hoa", 1, "15")).is_err());
}

fn to_take_over_is_an_act(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some("nam"), None);
    let (record, from) = (RecordId::V2([7; 32]), "hoa".parse().unwrap());
    repository.catalog.tell_taken_over(record, 2, &from, new_batch().started_at).unwrap();
    let rows = repository.catalog.acts_naming(&[record], 9).unwrap();
    let act: Act = serde_json::from_str(&rows[0].content).unwrap();
    assert_eq!(act.deed, Deed::TakenOver { record, ordinal: 2, from });
}
