//! [`Settlements`](crate::repository::Settlements).

use super::{World, in_both_worlds};
use crate::model::ids::BlobId;
use crate::model::settlement::{Picture, Settlement};
use crate::repository::Mode;
use crate::repository::tests::{CODE, code, new_batch, put};

in_both_worlds!(the_last_decision_about_a_scan_holds_and_each_is_an_act, a_scan_that_is_not_known_is_not_settled,);

fn the_last_decision_about_a_scan_holds_and_each_is_an_act(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let blob = put(&repository, b"scan");
    catalog.put_blob(&blob, None).unwrap();
    let scan = blob.id;
    let at = new_batch().started_at;
    assert_eq!(catalog.settlement(scan).unwrap(), None);
    let first = Settlement { code: Some(code(CODE)), ..Settlement::default() };
    let second = Settlement { picture: Picture::Accepted, ..first.clone() };
    assert!(catalog.put_settlement(scan, None, &first, at).unwrap());
    assert!(catalog.put_settlement(scan, Some(&first), &second, at).unwrap());
    for seen in [None, Some(&first)] {
        assert!(!catalog.put_settlement(scan, seen, &first, at).unwrap(), "another was decided meanwhile: {seen:?}");
    }
    assert_eq!(catalog.settlement(scan).unwrap(), Some(second.clone()));
    assert_eq!(catalog.settlements().unwrap(), [(scan, second)]);
    assert_eq!(catalog.act_head().unwrap().unwrap().count, 2);
    assert_eq!(catalog.changed_rows("settlement", 9).unwrap(), [""; 0]);
}

fn a_scan_that_is_not_known_is_not_settled(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let settled = repository.catalog.put_settlement(BlobId::of(b"x"), None, &Settlement::default(), new_batch().started_at);
    assert!(settled.is_err());
    assert_eq!(repository.catalog.act_head().unwrap(), None);
}
