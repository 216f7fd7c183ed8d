//! What leaves of a stack: each document's own pages, and never the papers of another citizen.

use std::collections::BTreeSet;
use std::fs;

use image::GrayImage;
use serde_json::Value;
use sohoa::model::raster::Raster;
use sohoa::stages::intake::{IntakeLimits, OpenScan, Symbology, make_symbol};

use crate::support::{CODE_A, CODE_B, Place, exceptions, png_page, tiff_of};

fn open(bytes: Vec<u8>) -> OpenScan {
    OpenScan::open(bytes, &IntakeLimits::default()).unwrap()
}

fn pixels(scan: &OpenScan, ordinal: u32) -> Raster {
    scan.decode(ordinal).unwrap().raster
}

/// A sheet that says whose papers follow.
fn cover(code: &str) -> GrayImage {
    let mut page = image::load_from_memory(&png_page(0)).unwrap().into_luma8();
    let symbol = make_symbol(Symbology::QrCode, &format!("SOHOA1:D:{code}")).unwrap();
    for (place, sample) in (0..).zip(symbol.samples()) {
        let (column, row) = (place % symbol.width(), place / symbol.width());
        for (x, y) in (0..16).map(|pixel| (pixel % 4, pixel / 4)) {
            page.put_pixel(100 + column * 4 + x, 315 + row * 4 + y, image::Luma([*sample]));
        }
    }
    page
}

/// Papers of two citizens: pages 2, 3 and 5, the fourth being a cover sheet as the first.
fn stack() -> Vec<GrayImage> {
    let paper = |number| image::load_from_memory(&png_page(number)).unwrap().into_luma8();
    vec![cover(CODE_A), paper(61), paper(62), cover(CODE_B), paper(63)]
}

/// All sources that the manifests of a repository name.
fn exported_sources(place: &Place) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place.repository().join("exports")).unwrap() {
        let manifest: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for record in manifest["records"].as_array().unwrap() {
            for document in record["documents"].as_array().unwrap() {
                found.extend(
                    [&document["source"]].into_iter().chain(document["more_sources"].as_array().into_iter().flatten()).cloned(),
                );
            }
        }
    }
    found
}

fn blob(place: &Place, file: &Value) -> Vec<u8> {
    let id = file["blake3"].as_str().unwrap();
    fs::read(place.repository().join("blobs").join(&id[..2]).join(&id[2..4]).join(id)).unwrap()
}

#[test]
fn each_citizen_of_a_stack_has_a_source_with_no_other_papers() {
    let place = Place::with_engine("stub");
    let whole = tiff_of(&stack());
    place.put("stack.tif", &whole);
    place.put(&format!("{CODE_A}/alone.tif"), &tiff_of(&stack()[1..2]));
    place.run().expect_code(0);
    let stack = open(whole.clone());
    let mut seen = BTreeSet::new();
    for record in place.exported().values() {
        for document in record["documents"].as_array().unwrap() {
            let source = open(blob(&place, &document["source"]));
            let Some(pages) = document.get("source_pages") else {
                let name = format!("{CODE_A}.{:03}.goc.tif", document["ordinal"].as_u64().unwrap());
                assert_eq!((document["source"]["name"].as_str(), source.summary().pages), (Some(name.as_str()), 1));
                continue;
            };
            assert_eq!(pages, &document["pages"]);
            let pages: Vec<u32> = pages.as_array().unwrap().iter().map(|page| page["ordinal"].as_u64().unwrap() as u32).collect();
            assert_eq!(source.summary().pages as usize, pages.len());
            for (place, &ordinal) in (0..).zip(&pages) {
                assert_eq!(pixels(&source, place), pixels(&stack, ordinal));
            }
            seen.insert((record["dossier_code"].as_str().unwrap().to_owned(), pages));
        }
    }
    assert_eq!(seen, BTreeSet::from([(CODE_A.to_owned(), vec![1, 2]), (CODE_B.to_owned(), vec![4])]));
    assert!(exported_sources(&place).iter().all(|source| source["bytes"] != whole.len()), "the stack stays inside");
    // What is shown to be handed out is the cut too, and the sealed file tells of no other.
    let shown = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
    let path = shown["records"][0]["files"][0]["source_path"].as_str().unwrap();
    assert_eq!(open(fs::read(path).unwrap()).summary().pages, 1);
    let text = place.sohoa(&["show", CODE_B, "--lang", "en"]).expect_code(0).stdout;
    assert!(text.contains(&format!("{CODE_B}.001.goc.tif")) && !text.contains("stack.tif"), "{text}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_late_page_and_a_late_paper_leave_the_stack_inside() {
    let place = Place::with_engine("stub");
    let whole = tiff_of(&stack());
    place.put("stack.tif", &whole);
    place.run().expect_code(0);
    let late = place.path().join("late.png");
    fs::write(&late, png_page(71)).unwrap();
    let scan = late.to_str().unwrap();
    place.sohoa(&["page", "insert", CODE_A, "--document", "1", "--page", "2", "--scan", scan]).expect_code(0);
    place.put(&format!("{CODE_B}/late.png"), &png_page(72));
    place.run().expect_code(0);
    let versions: Vec<u64> = place.exported().values().map(|record| record["version"].as_u64().unwrap()).collect();
    assert_eq!(versions.iter().filter(|&&version| version == 2).count(), 2, "{versions:?}");
    assert!(exported_sources(&place).iter().all(|source| source["bytes"] != whole.len() && source["name"] != "stack.tif"));
    place.sohoa(&["verify"]).expect_code(0);
    let again = place.run().expect_code(0).json();
    assert_eq!(again["ledger"]["sealed"], 0, "{again:#}");
}

#[test]
fn a_cut_that_is_gone_or_changed_is_found() {
    let place = Place::with_engine("stub");
    place.put("stack.tif", &tiff_of(&stack()));
    place.run().expect_code(0);
    let source = exported_sources(&place).pop().unwrap();
    let id = source["blake3"].as_str().unwrap();
    let path = place.repository().join("blobs").join(&id[..2]).join(&id[2..4]).join(id);
    let whole = fs::read(&path).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let found = place.sohoa(&["verify", "--lang", "en"]);
    assert!(found.code == Some(5) && (found.stdout.contains(id) || found.stderr.contains(id)), "{found:?}");
}

/// Pages of flate images, with a field for a signature, which is none that could be trusted.
fn signed_pdf(pages: &[GrayImage]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[3 0 R]>>>>".to_vec(),
        Vec::new(),
        b"<</FT/Sig/T(s)/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange[0 10 20 30]/Contents<00>>>>>"
            .to_vec(),
    ];
    let mut kids = String::new();
    for page in pages {
        let (width, height, number) = (page.width(), page.height(), objects.len() + 1);
        kids += &format!("{number} 0 R ");
        let content = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {} 0 R/Resources<</XObject<</I {} 0 R>>>>>>",
                number + 1,
                number + 2
            )
            .into_bytes(),
        );
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()).into_bytes());
        let entries = format!("/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray");
        let head = format!("<<{entries}/Length {}>>stream\n", page.as_raw().len());
        objects.push([head.as_bytes(), page.as_raw(), b"\nendstream"].concat());
    }
    objects[1] = format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()).into_bytes();
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut lines = String::new();
    for (number, object) in (1..).zip(&objects) {
        lines += &format!("{:010} 00000 n \n", file.len());
        file.extend([format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (table, size) = (file.len(), objects.len() + 1);
    file.extend(
        format!("xref\n0 {size}\n0000000000 65535 f \n{lines}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n")
            .bytes(),
    );
    file
}

#[test]
fn a_signed_file_is_never_cut_and_with_papers_of_two_citizens_it_waits() {
    let place = Place::with_engine("stub");
    place.put("signed stack.pdf", &signed_pdf(&stack()));
    let own = signed_pdf(&stack()[..3]);
    place.put("signed.pdf", &own);
    let report = place.run().expect_code(3).json();
    assert_eq!(exceptions(&report).get("signed stack.pdf").map(String::as_str), Some("stack-unclear"), "{report:#}");
    let sources = exported_sources(&place);
    assert_eq!(sources.len(), 1, "{sources:#?}");
    assert_eq!(blob(&place, &sources[0]), own);
}
