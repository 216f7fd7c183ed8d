//! What somebody with the right to write could do to a repository: nothing of it passes `verify`.
//!
//! One small repository is made by the program, and each change is planted in a copy of it. Most are
//! planted twice: as they are, and by somebody who also makes the digests of rows anew.

mod changes;
mod flips;
mod forger;
mod given;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sohoa::pipeline::progress::Silent;
use sohoa::pipeline::verify::{Finding, verify};
use sohoa::repository::{Mode, Repository};
use tempfile::TempDir;

use crate::console::add_user;
use crate::support::{CODE_A, CODE_B, Place, png_page, tiff_of};

/// A repository with two dossiers, one of them changed by hand three times, two manifests, a file that waits
/// and was decided about, one that was refused, blank pages, two tokens, and a consumer that was given all.
fn original() -> &'static Path {
    static PLACE: OnceLock<Place> = OnceLock::new();
    let place = PLACE.get_or_init(|| {
        let place = Place::with_engine("stub");
        let page = image::load_from_memory(&png_page(1)).unwrap().to_luma8();
        let blank = image::GrayImage::from_pixel(330, 466, image::Luma([250]));
        place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&[page, blank]));
        place.put(&format!("{CODE_A}/2.png"), &png_page(2));
        place.put(&format!("{CODE_B}/1.png"), &png_page(3));
        place.put(&format!("{CODE_A}/3.png"), &png_page(6));
        place.put("nobody.png", &png_page(4));
        place.put(&format!("{CODE_B}/empty.png"), b"");
        place.run().expect_code(3);
        let document = format!("{CODE_A}.002");
        place.sohoa(&["field", "set", &document, "symbol", "QĐ-UBND", "--by", "Văn thư"]).expect_code(0);
        place.sohoa(&["document", "void", &format!("{CODE_A}.003"), "--reason", "nhầm hồ sơ"]).expect_code(0);
        let nobody = place.inbox().join("nobody.png");
        place.sohoa(&["settle", nobody.to_str().unwrap(), "--dossier", CODE_B]).expect_code(0);
        let late = place.path().join("late.png");
        std::fs::write(&late, png_page(9)).unwrap();
        let late = late.to_str().unwrap();
        place.sohoa(&["page", "insert", CODE_A, "--document", "1", "--page", "2", "--scan", late]).expect_code(0);
        place.sohoa(&["export", "--by", "Văn thư", "--reason", "bổ sung"]).expect_code(0);
        for (name, role) in [("lan", "clerk"), ("cong", "integrator")] {
            add_user(&place, name, role);
            place.sohoa(&["token", "add", name, "máy chủ"]).expect_code(0);
        }
        let settings = place.path().join("consumers.toml");
        std::fs::write(&settings, "[[consumers]]\nname = \"kho\"\n").unwrap();
        place.sohoa(&["--config", settings.to_str().unwrap(), "export"]).expect_code(0);
        place.sohoa(&["verify"]).expect_code(0);
        // All of it lies in one file now, so that copies are whole.
        let catalog = rusqlite::Connection::open(place.repository().join("catalog.sqlite")).unwrap();
        catalog.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(())).unwrap();
        catalog.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).unwrap();
        place
    });
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| place.repository())
}

/// A copy of it: what is not to be changed is linked.
fn copy() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("kho");
    for entry in walkdir::WalkDir::new(original()) {
        let entry = entry.unwrap();
        let target = root.join(entry.path().strip_prefix(original()).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
        } else if entry.path().starts_with(original().join("blobs")) {
            std::fs::hard_link(entry.path(), &target).unwrap();
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
    (folder, root)
}

/// What a verification finds; or why the repository does not open, which is told just as clearly.
fn findings(root: &Path) -> Result<Vec<Finding>, String> {
    let repository = Repository::open(root, Mode::Read).map_err(|error| error.to_string())?;
    let verification = verify(&repository, None, &Silent);
    Ok(verification.findings)
}

#[test]
fn the_original_and_its_copies_are_sound() {
    let (_folder, root) = copy();
    assert_eq!(findings(&root), Ok(vec![]));
}

/// Pages of the version before it, of the index and of manifests were called damaged too, and the index could
/// not be brought up to date.
#[test]
fn a_version_that_does_not_read_is_told_once_and_is_in_nobodys_way() {
    use sohoa::model::finding::{Seen, Subject};
    let versions = |root: &Path| -> i64 {
        let db = forger::open(root);
        db.query_row("SELECT max(version) FROM record WHERE code = ?1", [CODE_A], |row| row.get(0)).unwrap()
    };
    for version in 1..=versions(original()) {
        let (_folder, root) = copy();
        let db = forger::open(&root);
        db.execute("UPDATE record SET content = '{' WHERE code = ?1 AND version = ?2", (CODE_A, version)).unwrap();
        forger::digest_rows(&db);
        drop(db);
        for made_anew in [false, true] {
            if made_anew {
                let repository = Repository::open(&root, Mode::Write).unwrap();
                repository.search.rebuild(repository.catalog.as_ref()).unwrap();
            }
            let found = findings(&root).unwrap();
            let does_not_read =
                |one: &&Finding| matches!(&one.detail, sohoa::pipeline::verify::Detail::Seen(Seen::DoesNotRead { .. }));
            assert_eq!(found.iter().filter(does_not_read).count(), 1, "{version}: {found:#?}");
            let others = |one: &&Finding| {
                matches!(one.subject, Subject::IndexEntry | Subject::Manifest) || one.item.to_string().starts_with("issuing_body")
            };
            assert_eq!(found.iter().filter(others).collect::<Vec<_>>(), [] as [&Finding; 0], "{version}, {made_anew}");
        }
    }
}
