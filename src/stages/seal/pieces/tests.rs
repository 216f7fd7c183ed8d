use std::path::Path;

use super::super::samples::{images, metadata, page_of, pages as sample_pages};
use super::super::signature::tests::order;
use super::super::{DocumentMetadata, SealPage, SealSettings, SealedDocument, page_count, seal, seal_for};
use super::*;
use crate::model::geometry::Turn;

const SHA256: Sha256 = Sha256::from_bytes([9; 32]);

fn sealed(pages: Vec<SealPage>) -> SealedDocument {
    seal(pages.into_iter().map(Ok::<_, SealError>), &metadata(), &SealSettings::default()).unwrap()
}

fn cut(sealed: &[u8], most: u64) -> Result<Vec<(PageRange, Vec<u8>)>, PieceError> {
    let mut made = Vec::new();
    pieces(sealed, SHA256, most, &mut |range, bytes| made.push((range, bytes))).map(|()| made)
}

/// The smallest limit that every page keeps.
fn smallest_limit(sealed: &[u8]) -> u64 {
    let mut most = 1;
    while let Err(error) = cut(sealed, most) {
        let PieceError::Page { bytes, .. } = error else { panic!("{error}") };
        assert!(bytes > most);
        most = bytes;
    }
    most
}

#[test]
fn pieces_of_every_encoding_hold_all_pages_in_order_and_keep_the_limit() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/verapdf-samples");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, image) in images() {
        let document = sealed(sample_pages(&image));
        let least = smallest_limit(&document.bytes);
        for most in [least, least + least / 2, document.bytes.len() as u64 * 2] {
            let made = cut(&document.bytes, most).unwrap();
            let mut next = 1;
            for (range, bytes) in &made {
                assert_eq!(range.from, next, "{name}");
                let proofs = &document.proofs[range.from as usize - 1..range.to as usize];
                read_back(bytes, proofs).unwrap_or_else(|error| panic!("{name} {range}: {error}"));
                assert!(bytes.len() as u64 <= most, "{name} {range}: {} > {most}", bytes.len());
                assert_eq!(&piece(&document.bytes, SHA256, *range).unwrap(), bytes, "made again it is the same");
                next = range.to + 1;
            }
            assert_eq!(next, 7, "{name}");
            assert!(most > least || made.len() > 1, "{name}");
            assert!(most < 2 * document.bytes.len() as u64 || made.len() == 1, "{name}");
            let (range, bytes) = &made[0];
            std::fs::write(folder.join(format!("piece-{name}-{range}.pdf")), bytes).unwrap();
        }
    }
}

#[test]
fn a_piece_says_which_pages_of_which_file_it_is() {
    let document = sealed(vec![page_of(Turn::None), page_of(Turn::Right), page_of(Turn::Half)]);
    let bytes = piece(&document.bytes, SHA256, PageRange { from: 2, to: 3 }).unwrap();
    assert_eq!(page_count(&bytes).unwrap(), 2);
    let text = String::from_utf8_lossy(&bytes);
    for said in ["2-3 of 3", &SHA256.to_string(), "H38.23-260412-1763.001.trang-2-3.pdf", "(trang 2-3/3)"] {
        assert!(text.contains(said), "{said}");
    }
    let other = piece(&document.bytes, Sha256::from_bytes([8; 32]), PageRange { from: 2, to: 3 }).unwrap();
    assert_ne!(bytes, other);
    for range in [PageRange { from: 0, to: 1 }, PageRange { from: 3, to: 2 }, PageRange { from: 3, to: 4 }] {
        assert!(piece(&document.bytes, SHA256, range).is_err(), "{range}");
    }
}

/// A signature is of the whole: the pieces are those of the file without it.
#[test]
fn a_signature_stays_behind() {
    let pages = || [Ok::<_, SealError>(page_of(Turn::None)), Ok(page_of(Turn::Right))];
    let signed = seal_for(pages(), &metadata(), &SealSettings::default(), Some(&order())).unwrap();
    let plain = seal_for(pages(), &metadata(), &SealSettings::default(), None).unwrap();
    let most = smallest_limit(&plain.bytes);
    let made = cut(&signed.bytes, most).unwrap();
    assert!(made.len() == 2 && made == cut(&plain.bytes, most).unwrap());
    for (_, bytes) in made {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(["/Annots", "/Sig", "AcroForm", "ByteRange"].iter().all(|left| !text.contains(left)));
    }
}

#[test]
fn a_page_that_is_larger_than_the_limit_is_named_and_nothing_is_made() {
    let small = SealPage { lines: Vec::new(), ..page_of(Turn::None) };
    let mut large = small.clone();
    // A tail of noise, which nothing makes smaller.
    large.image.bytes.extend((0_u32..1 << 12).flat_map(|n| blake3::hash(&n.to_be_bytes()).as_bytes().to_vec()));
    let document = sealed(vec![small.clone(), large, small]);
    let mut made = 0;
    let failed = pieces(&document.bytes, SHA256, 100_000, &mut |_, _| made += 1).unwrap_err();
    assert!(matches!(failed, PieceError::Page { page: 2, bytes, most: 100_000 } if bytes > 131_072), "{failed}");
    assert_eq!((made, Failure::from(failed).code), (0, FailureCode::PageOverLimit));
}

#[test]
fn what_is_no_sealed_file_is_refused() {
    let document = sealed(vec![page_of(Turn::None); 3]);
    let length = document.bytes.len();
    for end in (0..length - 6).step_by(length / 100) {
        assert!(cut(&document.bytes[..end], 1 << 20).is_err(), "{end}");
    }
    for at in (0..length).step_by(41) {
        let mut bytes = document.bytes.clone();
        bytes[at] ^= 0x15;
        drop(cut(&bytes, 1 << 20));
    }
    assert!(cut(b"%PDF-1.7", 1 << 20).is_err());
}

#[test]
fn hostile_titles_come_through() {
    let metadata = DocumentMetadata { title: "</dc:title><x>&amp;]]>".to_owned(), ..metadata() };
    let document = seal([Ok::<_, SealError>(page_of(Turn::None))], &metadata, &SealSettings::default()).unwrap();
    let bytes = piece(&document.bytes, SHA256, PageRange { from: 1, to: 1 }).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("&lt;/dc:title&gt;&lt;x&gt;&amp;amp;]]&gt; (trang 1/1)"));
}
