//! Changes to who may ask for something, and to how far it has come on its way to a consumer.

use super::changes::Change;
use super::changes::Forged::Found;
use super::changes::{passing, sql};

const GIVEN: &[Change] = &[
    ("a token has another secret", |db, _| sql(db, "UPDATE api_token SET secret = randomblob(32) WHERE account = 'lan'"), Found),
    ("a token is another account's", |db, _| sql(db, "UPDATE api_token SET account = 'lan' WHERE account = 'cong'"), Found),
    ("an account has another name", |db, _| sql(db, "UPDATE account SET name = 'ban' WHERE name = 'lan'"), Found),
    ("a consumer is said to have what is yet to come", |db, _| sql(db, "UPDATE delivery SET up_to = up_to + 1"), Found),
    ("a consumer is said to have less than it has", |db, _| sql(db, "UPDATE delivery SET up_to = up_to - 1"), Found),
    ("a record is found among those taken", |db, _| sql(db, "UPDATE delivery_item SET state = 'accepted'"), Found),
    ("a record is found by another dossier", |db, _| sql(db, "UPDATE delivery_item SET code = code || '9'"), Found),
    (
        "what is said of a record on its way does not read",
        |db, _| sql(db, "UPDATE delivery_item SET content = substr(content, 2)"),
        Found,
    ),
];

#[test]
fn no_change_to_accounts_tokens_and_deliveries_passes() {
    assert_eq!(passing(GIVEN), [""; 0]);
}
