use time::macros::datetime;

use super::*;
use crate::model::act::{Chain, Deed};
use crate::model::failure::cause::StorageFault;
use crate::model::record::Record;
use crate::pipeline::export::export;
use crate::repository::Mode;
use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
use crate::settings::{ExportSettings, Settings};

const NOW: OffsetDateTime = datetime!(2026-03-02 19:00 +7);

/// A repository with three manifests of a record each.
fn exported() -> (tempfile::TempDir, Repository, Record) {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(&folder.path().join("kho"), Mode::Create).unwrap();
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let [_, _, record] = ["một", "hai", "ba"].map(|text| commit(&repository, batch, &code(CODE), recipe(1), &[text]));
    let settings =
        Settings { export: ExportSettings { records_per_manifest: 1, ..ExportSettings::default() }, ..Settings::default() };
    export(&repository, &settings, NOW).unwrap();
    (folder, repository, record)
}

fn order(to: &Path, form: BundleForm, part_bytes: Option<u64>) -> BundleOrder<'_> {
    BundleOrder { to, form, first: 1, last: None, part_bytes, file_bytes: None }
}

fn acts_of_bundles(repository: &Repository) -> usize {
    let mut chain = Chain::default();
    let acts = repository.catalog.acts_after(0, usize::MAX).unwrap();
    let deeds = acts.iter().map(|act| chain.follow(act.number, &act.content, act.digest).unwrap().deed);
    deeds.filter(|deed| matches!(deed, Deed::Bundled(_))).count()
}

/// Every file below a folder with its bytes.
fn all_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn a_bag_holds_each_file_once_under_its_hash() {
    let (folder, repository, _) = exported();
    let to = folder.path().join("gói");
    let made = bundle(&repository, &order(&to, BundleForm::Folder, None), NOW).unwrap();
    assert_eq!((made.parts.as_slice(), made.manifests, made.records), (&[to.clone()][..], 3, 3));
    let files = all_files(&to);
    let oxum: u64 = files.iter().filter(|(path, _)| path.starts_with("data")).map(|(_, bytes)| bytes.len() as u64).sum();
    let info = String::from_utf8(files[Path::new("bag-info.txt")].clone()).unwrap();
    assert!(info.contains(&format!("Payload-Oxum: {oxum}.{}\n", made.files + 3)) && info.contains("Bag-Count: 1 of 1"), "{info}");
    for line in String::from_utf8(files[Path::new("manifest-sha256.txt")].clone()).unwrap().lines() {
        let (sha256, path) = line.split_once("  ").unwrap();
        assert_eq!(Sha256::from_bytes(Hasher::digest(&files[Path::new(path)]).into()).to_string(), sha256);
        assert!(!path.contains("/files/") || path.contains(sha256), "{path}");
    }
    assert_eq!(acts_of_bundles(&repository), 1);
}

/// Whatever of a bundle is there when it is broken off, the same order makes the whole of it, and tells of it
/// once.
#[test]
fn a_bundle_that_was_broken_off_comes_out_as_if_it_had_not_been() {
    for form in [BundleForm::Folder, BundleForm::Zip] {
        let (folder, repository, _) = exported();
        let whole = folder.path().join("whole/b.zip");
        let parts = bundle(&repository, &order(&whole, form, Some(1000)), NOW).unwrap().parts.len();
        assert!(parts > 3, "{parts}");
        let expected = all_files(&folder.path().join("whole"));
        for kept in 0..parts {
            let place = folder.path().join(format!("{form:?}{kept}"));
            let order = BundleOrder { to: &place.join("b.zip"), ..order(&whole, form, Some(1000)) };
            let made = bundle(&repository, &order, NOW).unwrap();
            // As if it had died after this part got its name, before that was noted, and in the middle of the next.
            let mut list: List = serde_json::from_slice(&fs::read(&made.list).unwrap()).unwrap();
            list.parts.truncate(kept);
            fs::write(&made.list, serde_json::to_string_pretty(&list).unwrap()).unwrap();
            for (number, part) in made.parts.iter().enumerate().skip(kept) {
                match form {
                    BundleForm::Zip if number > kept => fs::remove_file(part).unwrap(),
                    BundleForm::Zip => {}
                    // It had its name.
                    BundleForm::Folder if number == kept && kept % 2 == 0 => {}
                    BundleForm::Folder if number == kept => {
                        let plan: String = list.plan.to_string().chars().take(16).collect();
                        let beside = part.with_file_name(format!(".{}.{plan}.part", plan::name_of(part)));
                        fs::rename(part, &beside).unwrap();
                        fs::write(beside.join("manifest-sha512.txt"), "cut").unwrap();
                        let mut payload = walkdir::WalkDir::new(beside.join("data")).into_iter().map(|entry| entry.unwrap());
                        let file = payload.find(|entry| entry.file_type().is_file()).unwrap();
                        fs::write(file.path(), "cut short").unwrap();
                    }
                    BundleForm::Folder => fs::remove_dir_all(part).unwrap(),
                }
            }
            bundle(&repository, &order, NOW).unwrap();
            assert_eq!(all_files(&place), expected, "{form:?} {kept}");
        }
        assert_eq!(acts_of_bundles(&repository), parts + 1);
    }
}

#[test]
fn what_is_damaged_or_in_the_way_is_told_and_nothing_is_overwritten() {
    let (folder, repository, record) = exported();
    let to = folder.path().join("b.zip");
    fs::write(&to, "somebody else's").unwrap();
    let failed = bundle(&repository, &order(&to, BundleForm::Zip, None), NOW).unwrap_err();
    assert_eq!((failed.code, failed.cause), (FailureCode::FileUnwritable, Some(Box::new(StorageFault::NameTaken.into()))));
    assert_eq!(fs::read(&to).unwrap(), b"somebody else's");
    let none = BundleOrder { first: 2, last: Some(9), ..order(&to, BundleForm::Zip, None) };
    assert_eq!(bundle(&repository, &none, NOW).unwrap_err().code, FailureCode::NotFound);
    fs::remove_file(&to).unwrap();
    bundle(&repository, &order(&to, BundleForm::Zip, None), NOW).unwrap();
    let another = BundleOrder { first: 2, ..order(&to, BundleForm::Zip, None) };
    assert_eq!(bundle(&repository, &another, NOW).unwrap_err().code, FailureCode::FileUnwritable, "another bundle");
    // A damaged part is made anew; a damaged source is not handed out.
    fs::write(&to, "flipped").unwrap();
    assert!(bundle(&repository, &order(&to, BundleForm::Zip, None), NOW).is_err(), "it stays for a person to look at");
    let place = repository.blobs.place_of(record.documents[0].file.blake3);
    fs::set_permissions(&place, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    fs::write(&place, "changed").unwrap();
    let other = folder.path().join("other");
    let failed = bundle(&repository, &order(&other, BundleForm::Folder, None), NOW).unwrap_err();
    assert_eq!(failed.code, FailureCode::RepositoryDamaged);
    assert!(!other.exists(), "a part has its name when all of it is there");
}

/// What is exported after a bundle was begun belongs to another one.
#[test]
fn a_bundle_that_was_broken_off_is_gone_on_with_after_a_new_export() {
    for form in [BundleForm::Folder, BundleForm::Zip] {
        let (folder, repository, _) = exported();
        let to = folder.path().join("b.zip");
        let order = order(&to, form, Some(1000));
        let made = bundle(&repository, &order, NOW).unwrap();
        let expected = all_files(folder.path()).into_iter().filter(|(path, _)| !path.starts_with("kho"));
        let expected: Vec<_> = expected.collect();
        let mut list: List = serde_json::from_slice(&fs::read(&made.list).unwrap()).unwrap();
        list.parts.pop();
        fs::write(&made.list, serde_json::to_string_pretty(&list).unwrap()).unwrap();
        let last = made.parts.last().unwrap();
        if form == BundleForm::Zip {
            fs::remove_file(last).unwrap()
        } else {
            fs::remove_dir_all(last).unwrap()
        }
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        commit(&repository, batch, &code(CODE), recipe(1), &["bốn"]);
        export(&repository, &Settings::default(), NOW).unwrap();
        assert_eq!(bundle(&repository, &order, NOW).unwrap().manifests, 3);
        let there: Vec<_> = all_files(folder.path()).into_iter().filter(|(path, _)| !path.starts_with("kho")).collect();
        assert_eq!(there, expected, "{form:?}");
        // It is whole now, and the newest manifest is not in it.
        assert_eq!(bundle(&repository, &order, NOW).unwrap_err().code, FailureCode::FileUnwritable);
    }
}

#[test]
fn a_folder_with_other_files_than_its_own_is_no_part_of_a_bundle() {
    let (folder, repository, _) = exported();
    let to = folder.path().join("g");
    let order = order(&to, BundleForm::Folder, None);
    bundle(&repository, &order, NOW).unwrap();
    bundle(&repository, &order, NOW).unwrap();
    fs::write(to.join("data/files-of-others.pdf"), "x").unwrap();
    assert_eq!(bundle(&repository, &order, NOW).unwrap_err().code, FailureCode::FileUnwritable);
    fs::remove_file(to.join("data/files-of-others.pdf")).unwrap();
    fs::write(to.join("manifest-sha256.txt"), "").unwrap();
    assert_eq!(bundle(&repository, &order, NOW).unwrap_err().code, FailureCode::FileUnwritable);
}

#[test]
fn receivers_can_read_what_lies_in_a_bundle() {
    let (folder, repository, _) = exported();
    let to = folder.path().join("b.zip");
    let made = bundle(&repository, &order(&to, BundleForm::Zip, None), NOW).unwrap();
    let expected = folder.path().join("any");
    fs::write(&expected, "x").unwrap();
    let mode = |path: &Path| std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions());
    assert_eq!((mode(&to), mode(&made.list)), (mode(&expected), mode(&expected)));
}
