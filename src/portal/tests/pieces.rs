//! Portals that take no file as large as some are.

use sha2::Digest;

use super::*;
use crate::model::ids::Sha256;
use crate::model::piece::{PageRange, Piece};
use crate::model::record::StoredFile;
use crate::portal::unit::Cut;

/// Gives any file in so many pieces, but those of one dossier, which have a page that is too large.
pub(super) struct Cutter {
    pub(super) pieces: Cell<u32>,
    pub(super) too_large: Option<DossierCode>,
}

impl Cut for Cutter {
    fn pieces(&self, file: &StoredFile, _: u64) -> Result<Vec<Piece>, Failure> {
        if self.too_large.as_ref().is_some_and(|code| file.name.starts_with(code.as_str())) {
            return Err(Failure::new(FailureCode::PageOverLimit).at_file(&file.name));
        }
        let piece = |page| {
            let pages = PageRange { from: page, to: page };
            let bytes = self.bytes(file, pages).unwrap();
            let sha256 = Sha256::from_bytes(sha2::Sha256::digest(&bytes).into());
            Piece { pages, name: pages.name_in(&file.name), bytes: bytes.len() as u64, sha256 }
        };
        Ok((1..=self.pieces.get()).map(piece).collect())
    }

    fn bytes(&self, file: &StoredFile, pages: PageRange) -> Result<Vec<u8>, Failure> {
        Ok(format!("{pages} of {} {}", file.name, file.sha256).into_bytes())
    }
}

impl World {
    /// One whose portal takes no file whole.
    fn of_pieces(numbers: std::ops::Range<u32>, kind: ConsumerKind) -> Self {
        let mut world = Self::with(numbers, kind);
        let portal = world.consumer.portal.as_mut().unwrap();
        (portal.file_mb, portal.files_url) = (0, "https://so.example/f".into());
        world
    }
}

/// Killed before and after every message, also between two pieces, the portal has each piece once.
#[test]
fn a_sender_that_is_killed_between_pieces_sends_none_twice_and_loses_none() {
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let undisturbed = World::of_pieces(0..3, kind);
        let pass = undisturbed.pass();
        assert_eq!((pass.accepted, undisturbed.count(ItemState::Accepted)), (3, 3), "{pass:?}");
        let expected = undisturbed.portal.state().essence();
        assert_eq!(expected.2.len(), if kind == ConsumerKind::Lgsp { 9 } else { 0 });
        for (at, after) in (0..undisturbed.portal.requests()).flat_map(|at| [(at, false), (at, true)]) {
            let world = World::of_pieces(0..3, kind);
            for (left, after) in [(at, after), (at / 2, !after)] {
                let http = world.http();
                let killer = Killer { wire: &http, left: Cell::new(left), after };
                let _ = catch_unwind(AssertUnwindSafe(|| world.pass_over(Some(&killer))));
            }
            world.pass();
            assert_eq!(world.count(ItemState::Accepted), 3, "{kind:?} {at} {after}");
            assert_eq!(world.portal.state().essence(), expected, "{kind:?} {at} {after}");
        }
    }
}

#[test]
fn pieces_that_are_taken_and_not_answered_or_refused_cost_nothing() {
    let undisturbed = World::of_pieces(0..2, ConsumerKind::Lgsp);
    undisturbed.pass();
    let expected = undisturbed.portal.state().essence();
    let late = Fault::Late(Duration::from_millis(700));
    for (at, fault) in
        (1..4).flat_map(|at| [Fault::DoneAndClosed, late.clone(), Fault::Broken, Fault::WrongHash].map(|fault| (at, fault)))
    {
        let world = World::of_pieces(0..2, ConsumerKind::Lgsp);
        world.portal.fail(at, fault.clone());
        let first = world.pass();
        assert!(first.stopped.is_none() && (first.failed.is_empty() || fault == Fault::WrongHash), "{fault:?} {at}: {first:?}");
        world.pass();
        let mut essence = world.portal.state().essence();
        if !first.failed.is_empty() {
            // The work for this one was told in a message of its own.
            essence.3 = expected.3;
        }
        assert_eq!((world.count(ItemState::Accepted), essence), (2, expected.clone()), "{fault:?} {at}");
    }
}

#[test]
fn a_page_that_is_larger_than_the_portal_takes_keeps_its_dossier_and_no_other_one() {
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let mut world = World::of_pieces(0..3, kind);
        world.cutter.too_large = Some(dossier(1));
        for shown in [world.pass_over(None), world.pass()] {
            assert_eq!(shown.failed.len(), 1, "{shown:?}");
            assert_eq!((&shown.failed[0].dossier_code, shown.failed[0].failure.code), (&dossier(1), FailureCode::PageOverLimit));
            assert!(shown.stopped.is_none());
        }
        assert_eq!((world.count(ItemState::Waiting), world.count(ItemState::Accepted)), (1, 2));
        assert!(!world.portal.state().dossiers.contains_key(dossier(1).as_str()));
        let files = world.portal.state().files.len();
        world.pass();
        assert_eq!(world.portal.state().files.len(), files, "nothing of it is sent, and nothing of others again");
        // A setting, or another scan, makes it small enough.
        world.cutter.too_large = None;
        world.pass();
        assert_eq!(world.count(ItemState::Accepted), 3);
    }
}

#[test]
fn a_portal_is_told_which_pages_of_what_a_piece_is() {
    let world = World::of_pieces(0..1, ConsumerKind::Lgsp);
    let record = world.seal(0, "một");
    world.pass();
    let papers = world.portal.state().dossiers[dossier(0).as_str()]["ThanhPhanHoSo"].clone();
    let files = papers[0]["GiayToDinhKem"].as_array().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file["TenGiayTo"].as_str().unwrap()).collect();
    let code = dossier(0);
    assert_eq!(names, [1, 2, 3].map(|page| format!("{code}.001.trang-{page}.pdf")));
    // What a table may ask for besides.
    let whole = &record.documents[0].file;
    let pages = PageRange { from: 2, to: 3 };
    let sent = |_: &StoredFile| {
        let uploaded = Some(facts::Uploaded { id: "t".into(), hash: "h".into() });
        vec![facts::SentFile {
            name: "x.trang-2-3.pdf".into(),
            sha256: Sha256::from_bytes([1; 32]),
            pages: Some(pages),
            uploaded,
        }]
    };
    let files = Files { sent: &sent, told: &|_| 1 };
    let settings = world.consumer.portal.clone().unwrap();
    let made = |table: &Table| {
        let facts = facts::of_dossier(std::slice::from_ref(&record), &registered(&code), &settings, table, &files);
        facts["components"][0]["document"].clone()
    };
    let told = json!({ "page_from": 2, "page_to": 3, "pages_of": whole.pages, "sealed_sha256": whole.sha256.to_string() });
    for facts in [made(&world.tables.lgsp)["files"][0].clone(), made(&world.tables.mc)] {
        told.as_object().unwrap().iter().for_each(|(name, value)| assert_eq!(&facts[name], value, "{name}"));
    }
}

/// Parts have names that stay, so that a version in other parts takes the place of the one before; what is left over
/// is taken back, also of a paper that is taken out, and after a death before the answer.
#[test]
fn a_later_version_in_fewer_files_takes_back_those_that_are_left_over() {
    let world = World::of_pieces(0..1, ConsumerKind::Mc);
    let told = || -> Vec<(String, String)> {
        let papers = world.portal.state().dossiers[dossier(0).as_str()]["TaiLieuNop"].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        papers.as_array().unwrap().iter().map(|one| (text(&one["TepDinhKemId"]), text(&one["IsDeleted"]))).collect()
    };
    let name = format!("{}.001", dossier(0));
    let entry = |part: u32, out: &str| (if part == 1 { name.clone() } else { format!("{name}.{part}") }, out.to_owned());
    let http = world.http();
    let killer = Killer { wire: &http, left: Cell::new(1), after: true };
    let _ = catch_unwind(AssertUnwindSafe(|| world.pass_over(Some(&killer))));
    assert_eq!(told(), [entry(1, "False"), entry(2, "False"), entry(3, "False")]);
    world.cutter.pieces.set(2);
    world.seal(0, "hai");
    world.deliver();
    world.pass();
    assert_eq!(told(), [entry(1, "False"), entry(2, "False"), entry(3, "True")]);
    let url = world.portal.state().dossiers[dossier(0).as_str()]["TaiLieuNop"][1]["DuongDanTaiTepTin"].clone();
    assert!(url.as_str().unwrap().starts_with("https://so.example/f/"), "{url}");
    world.seal(0, "ba");
    world.deliver();
    let whole = ConsumerSettings {
        portal: Some(PortalSettings { file_mb: 6, ..world.consumer.portal.clone().unwrap() }),
        ..world.consumer.clone()
    };
    let world = World { consumer: whole, ..world };
    world.pass();
    let papers = world.portal.state().dossiers[dossier(0).as_str()]["TaiLieuNop"].clone();
    let outs: Vec<&str> = papers.as_array().unwrap().iter().map(|one| one["IsDeleted"].as_str().unwrap()).collect();
    assert_eq!(outs, ["False", "True", "True"]);
}
