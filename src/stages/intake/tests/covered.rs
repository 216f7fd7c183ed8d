//! Text that something else was drawn over.

use super::fixtures::{of_objects, stream};
use super::*;

/// The text of a page on which `first` was written, then `paint` drawn, then `then` written at the same place.
/// `objects` are those from 6 on.
fn read(first: &str, paint: &str, then: &str, resources: &str, objects: &[Vec<u8>]) -> String {
    let text = |words: &str| format!("BT /F 12 Tf 40 300 Td ({words}) Tj ET");
    let content = format!("BT /F 12 Tf 40 350 Td (So:) Tj ET {} q {paint} Q {}", text(first), text(then));
    let mut all = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>{resources}>>>>")
            .into_bytes(),
        stream("", content.as_bytes()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    all.extend_from_slice(objects);
    let scan = OpenScan::open(of_objects(&all), &IntakeLimits::default()).unwrap();
    let picture = scan.decode(0).unwrap().raster;
    let lines = scan.embedded_text(0, &picture).lines;
    let words: Vec<&str> = lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
    words.join(" ")
}

/// The number 45 under white paint of this kind, with 78 written over it.
fn corrected(paint: &str) -> String {
    read("45/QD-UBND", paint, "78/QD-UBND", "", &[])
}

#[test]
fn paint_of_any_shape_hides_what_lies_under_it() {
    let leaning = "1 g 30 292 m 150 298 l 152 318 l 32 312 l h f";
    let curved = "1 g 20 305 m 20 330 160 330 160 305 c 160 280 20 280 20 305 c f";
    let stroke = "1 G 22 w 1 J 35 304 m 130 306 l S";
    let clipped = "20 285 m 170 280 l 175 325 l 25 330 l h W n 1 g 0 0 300 400 re f";
    for paint in [leaning, curved, stroke, clipped] {
        assert_eq!(corrected(paint), "So: 78/QD-UBND", "{paint}");
    }
    let beside = "150 100 m 290 110 l 295 130 l 155 120 l h W n 1 g 0 0 300 400 re f";
    assert_eq!(read("45/QD-UBND", beside, "", "", &[]), "So: 45/QD-UBND", "a clip that leaves the text alone");
}

/// Whether paint of these kinds is whole cannot be told: then nothing that the file says counts, and the page is read.
#[test]
fn paint_that_may_hide_makes_the_text_of_a_page_count_for_nothing() {
    let tile = stream("/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>", b"1 g 0 0 9 9 re f");
    let pattern = "/Pattern cs /P scn 30 290 120 25 re f";
    let over = |paint: &str, resources: &str, objects: &[Vec<u8>]| read("45/QD-UBND", paint, "78/QD-UBND", resources, objects);
    assert_eq!(over(pattern, "/Pattern<</P 6 0 R>>", &[tile]), "");
    let group = "/Group<</S/Transparency/CS/DeviceGray>>";
    let full = stream(&format!("/Subtype/Form/BBox[0 0 300 400]{group}"), b"1 g 0 0 300 400 re f");
    let state = b"<</Type/ExtGState/SMask<</S/Luminosity/G 7 0 R>>>>".to_vec();
    assert_eq!(over("/S gs 1 g 30 290 120 25 re f", "/ExtGState<</S 6 0 R>>", &[state, full]), "");
    let stencil = stream("/Subtype/Image/ImageMask true/Width 8/Height 1/BitsPerComponent 1", &[0]);
    assert_eq!(over("1 g 120 0 0 25 30 290 cm /I Do", "/XObject<</I 6 0 R>>", &[stencil]), "");
    // White paint hides in these ways as well, of which the names do not tell it.
    for entry in ["BM/Screen", "BM/Lighten", "BM/ColorDodge", "BM/HardLight", "ca 0.99"] {
        let state = format!("<</Type/ExtGState/{entry}>>").into_bytes();
        let resources = "/ExtGState<</S 6 0 R>>";
        assert_eq!(over("/S gs 1 g 30 290 120 25 re f", resources, std::slice::from_ref(&state)), "", "{entry}");
        let resources = "/ExtGState<</S 6 0 R>>/XObject<</I 7 0 R>>";
        let form = stream(&format!("/Subtype/Form/BBox[0 0 300 400]{group}"), b"1 g 30 290 120 25 re f");
        assert_eq!(over("/S gs /I Do", resources, &[state.clone(), form]), "", "a group with {entry}");
        let white = stream("/Subtype/Image/ColorSpace/DeviceGray/Width 1/Height 1/BitsPerComponent 8", &[255]);
        assert_eq!(over("/S gs 120 0 0 25 30 290 cm /I Do", resources, &[state, white]), "", "an image with {entry}");
    }
    // What lies elsewhere is no doubt, nor is ink that is seen through.
    let aside = "/Pattern cs /P scn 30 90 120 25 re f";
    let tile = stream("/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>", b"1 g 0 0 9 9 re f");
    assert_eq!(read("45/QD-UBND", aside, "", "/Pattern<</P 6 0 R>>", &[tile]), "So: 45/QD-UBND");
    let marker = b"<</Type/ExtGState/BM/Multiply>>".to_vec();
    let marked = "/S gs 1 1 0 rg 30 290 120 25 re f";
    let thin = b"<</Type/ExtGState/ca 0.2>>".to_vec();
    for state in [marker, thin] {
        assert_eq!(read("45/QD-UBND", marked, "", "/ExtGState<</S 6 0 R>>", &[state]), "So: 45/QD-UBND");
    }
}
