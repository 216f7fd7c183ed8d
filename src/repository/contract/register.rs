//! [`Register`](crate::repository::Register).

use time::OffsetDateTime;
use time::macros::datetime;

use super::{World, in_both_worlds};
use crate::model::act::{Act, Chain, Deed};
use crate::model::ids::Sha256;
use crate::model::register::{
    AgencyEntry, Channel, Identity, IdentityKind, ImportCounts, Procedure, RegisterDossier, RegisterList, RegisterRow,
};
use crate::repository::tests::{commit, new_batch, recipe};
use crate::repository::{Mode, RegisterImport, Repository, RepositoryError};

in_both_worlds!(
    rows_take_the_place_of_those_with_their_key,
    one_act_tells_of_an_import_and_none_where_nothing_changed,
    an_import_that_fails_puts_nothing,
    rows_are_found_by_key_owner_and_time,
    dossiers_are_told_apart_by_whether_papers_are_kept,
    a_digest_covers_every_row_of_its_list,
    a_reader_imports_nothing,
);

const AT: OffsetDateTime = datetime!(2024-01-05 9:00 +7);

fn import(list: RegisterList) -> RegisterImport<'static> {
    RegisterImport { list, told: None, file: "so-2023.csv", sha256: Sha256::from_bytes([3; 32]), at: AT }
}

fn dossier(ordinal: u32, received_at: OffsetDateTime) -> RegisterDossier {
    let code = format!("H38.16-230706-{ordinal:04}").parse().unwrap();
    let identity = Some(Identity { kind: IdentityKind::Citizen, number: format!("01020000000{}", ordinal % 2) });
    RegisterDossier { received_at: Some(received_at), identity, ..RegisterDossier::new(code) }
}

fn rows(dossiers: &[RegisterDossier]) -> Vec<RegisterRow> {
    dossiers.iter().map(|dossier| RegisterRow::Dossier(Box::new(dossier.clone()))).collect()
}

fn put(repository: &Repository, list: RegisterList, rows: Vec<RegisterRow>) -> Result<ImportCounts, RepositoryError> {
    repository.catalog.import_register(&import(list), &mut rows.into_iter().map(Ok))
}

fn deeds(repository: &Repository) -> Vec<Deed> {
    let mut chain = Chain::default();
    let rows = repository.catalog.acts_after(0, usize::MAX).unwrap();
    let act = |row: &crate::repository::ActRow| -> Act { chain.follow(row.number, &row.content, row.digest).unwrap() };
    rows.iter().map(act).map(|act| act.deed).collect()
}

fn rows_take_the_place_of_those_with_their_key(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let first = dossier(1, datetime!(2023-07-06 8:00 +7));
    let counts = put(&repository, RegisterList::Dossiers, rows(std::slice::from_ref(&first))).unwrap();
    assert_eq!(counts, ImportCounts { added: 1, ..ImportCounts::default() });
    let changed = RegisterDossier { channel: Some(Channel::Online), ..first.clone() };
    let more = [changed.clone(), dossier(2, datetime!(2023-07-06 8:01 +7))];
    let counts = put(&repository, RegisterList::Dossiers, rows(&more)).unwrap();
    assert_eq!(counts, ImportCounts { added: 1, changed: 1, unchanged: 0 });
    assert_eq!(repository.catalog.register_dossier(&first.code).unwrap(), Some(changed));
    assert_eq!(
        put(&repository, RegisterList::Dossiers, rows(&more)).unwrap(),
        ImportCounts { unchanged: 2, ..Default::default() }
    );
    let code = "1.011441.000.00.00.H38".parse().unwrap();
    let procedure = Procedure {
        code,
        name: "Đăng ký khai sinh".into(),
        field: None,
        field_name: None,
        paper_result: Some(true),
        result_code: None,
        days: None,
        retention: None,
        has_fee: None,
    };
    put(&repository, RegisterList::Procedures, vec![RegisterRow::Procedure(procedure.clone())]).unwrap();
    assert_eq!(repository.catalog.register_procedure(&"1.011441".parse().unwrap()).unwrap(), Some(procedure));
}

fn one_act_tells_of_an_import_and_none_where_nothing_changed(world: &dyn World) {
    let repository = world.open(Mode::Create).in_name_of(Some("Chị Hoa"), Some("sổ năm 2023"));
    let dossiers = [dossier(1, AT), dossier(2, AT), dossier(3, AT)];
    put(&repository, RegisterList::Dossiers, rows(&dossiers)).unwrap();
    put(&repository, RegisterList::Dossiers, rows(&dossiers)).unwrap();
    let told = deeds(&repository);
    let [Deed::RegisterImported { list, file, added: 3, changed: 0, rows: 3, digest, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*list, file.as_str()), (RegisterList::Dossiers, "so-2023.csv"));
    let states = repository.catalog.register_states().unwrap();
    assert_eq!(states.iter().map(|state| (state.list, state.rows, state.digest)).collect::<Vec<_>>(), [(*list, 3, *digest)]);
}

fn an_import_that_fails_puts_nothing(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let broken = || RepositoryError::Damaged { place: "row 2".into(), cause: crate::model::failure::Cause::said("broken") };
    let row = rows(&[dossier(1, AT)]).remove(0);
    let import = import(RegisterList::Dossiers);
    let failed = repository.catalog.import_register(&import, &mut [Ok(row.clone()), Err(broken())].into_iter());
    assert!(matches!(failed, Err(RepositoryError::Damaged { .. })), "{failed:?}");
    let agency = RegisterRow::Agency(AgencyEntry { code: "H38.16".into(), name: "Sở Nội vụ".into(), site: None });
    let failed = repository.catalog.import_register(&import, &mut [Ok(row), Ok(agency)].into_iter());
    assert!(matches!(failed, Err(RepositoryError::Storage { .. })), "{failed:?}");
    assert_eq!(repository.catalog.register_states().unwrap(), []);
    assert_eq!(deeds(&repository), []);
}

fn rows_are_found_by_key_owner_and_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let days = [datetime!(2022-12-31 23:59:59 +7), datetime!(2023-01-01 0:00 +7), datetime!(2023-12-31 23:59:59 +7)];
    let dossiers: Vec<RegisterDossier> = (1..).zip(days).map(|(ordinal, day)| dossier(ordinal, day)).collect();
    let undated = RegisterDossier { received_at: None, ..dossier(4, AT) };
    put(&repository, RegisterList::Dossiers, rows(&[dossiers.clone(), vec![undated]].concat())).unwrap();
    let year = (datetime!(2023-01-01 0:00 +7), datetime!(2024-01-01 0:00 +7));
    let mut seen = Vec::new();
    let mut see = |row: RegisterRow| {
        seen.push(row.key());
        Ok(())
    };
    catalog.register_between(RegisterList::Dossiers, year, &mut see).unwrap();
    assert_eq!(seen, ["H38.16-230706-0002", "H38.16-230706-0003"]);
    assert_eq!(catalog.count_register(RegisterList::Dossiers, year).unwrap(), 2);
    let next = catalog.register_rows_after(RegisterList::Dossiers, "H38.16-230706-0002", 1).unwrap();
    assert_eq!(next, rows(&dossiers[2..3]));
    let of_owner = catalog.register_of_owner("010200000001", 9).unwrap();
    assert_eq!(of_owner, [dossiers[0].clone(), dossiers[2].clone()]);
    assert_eq!(catalog.register_of_owner("01020000000", 9).unwrap(), []);
    assert_eq!(catalog.register_row(RegisterList::Ratings, "H38.16-230706-0002").unwrap(), None);
}

fn dossiers_are_told_apart_by_whether_papers_are_kept(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    put(&repository, RegisterList::Dossiers, rows(&[dossier(1, AT), dossier(2, AT), dossier(3, AT)])).unwrap();
    for ordinal in [3, 1, 4] {
        commit(&repository, batch, &dossier(ordinal, AT).code, recipe(1), &[&format!("{ordinal}")]);
    }
    let told = |between| repository.catalog.dossiers_with_papers(between).unwrap();
    assert_eq!(told((AT, AT + time::Duration::SECOND)), ["H38.16-230706-0001", "H38.16-230706-0003"]);
    assert!(told((AT + time::Duration::SECOND, AT + time::Duration::DAY)).is_empty());
}

fn a_digest_covers_every_row_of_its_list(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let state = || repository.catalog.register_states().unwrap();
    put(&repository, RegisterList::Dossiers, rows(&[dossier(1, AT)])).unwrap();
    let one = state();
    put(&repository, RegisterList::Dossiers, rows(&[dossier(2, AT)])).unwrap();
    let two = state();
    let agency = RegisterRow::Agency(AgencyEntry { code: "H38.16".into(), name: "Sở Nội vụ".into(), site: None });
    put(&repository, RegisterList::Agencies, vec![agency]).unwrap();
    assert_ne!(one[0].digest, two[0].digest);
    assert_eq!(state()[1..], two[..], "another list");
}

fn a_reader_imports_nothing(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let reader = world.open(Mode::Read);
    let refused = put(&reader, RegisterList::Dossiers, rows(&[dossier(1, AT)]));
    assert!(matches!(refused, Err(RepositoryError::ReadOnly { .. })), "{refused:?}");
    assert_eq!(writer.catalog.act_head().unwrap(), None);
}
