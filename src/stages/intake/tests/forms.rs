//! Fields and notes that would not be seen, and letters of fonts that nobody has.

use super::fixtures::{of_objects, stream};
use super::*;

/// A page with this annotation, under a form with these entries. Object 6 is an appearance that shows
/// `shown`.
fn page_with(annotation: &str, form: &str, shown: &str) -> Vec<u8> {
    of_objects(&[
        format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]{form}>>>>").into_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Annots[5 0 R]/Resources<<>>>>".to_vec(),
        stream("", b"0 0 30 40 re f"),
        format!("<</Type/Annot/F 4/Rect[50 50 150 70]{annotation}>>").into_bytes(),
        stream("/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 7 0 R>>>>", shown.as_bytes()),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ])
}

fn outcome(file: &[u8]) -> &'static str {
    let fonts = SubstituteFonts::new(|name| std::fs::read(format!("/usr/share/fonts/truetype/croscore/{name}")).ok());
    let read = OpenScan::open(file.to_vec(), &IntakeLimits::default()).and_then(|scan| scan.with_fonts(fonts).decode(0));
    read.err().map_or("good", |error| error.code().as_str())
}

const LOST: &str = "pdf-no-appearance";
const TEXT: &str = "/Subtype/Widget/FT/Tx/T(a)";
const SHOWS: &str = "BT /F 12 Tf 2 4 Td (Nguyen Van A) Tj ET";
const STALE: &str = "/NeedAppearances true";

#[test]
fn a_value_that_no_appearance_shows_is_lost() {
    let value = format!("{TEXT}/V(Nguyen Van A)");
    let with = |rest: &str| format!("{value}{rest}");
    assert_eq!(outcome(&page_with(&value, "", "")), LOST);
    assert_eq!(outcome(&page_with(&with("/AP<</N 6 0 R>>"), "", "/Tx BMC EMC")), LOST, "left empty by who filled it in");
    assert_eq!(outcome(&page_with(&with("/AP<</N 6 0 R>>"), "", SHOWS)), "good");
    assert_eq!(outcome(&page_with(&with("/AP<</N<</X 6 0 R>>>>"), "", SHOWS)), LOST, "no state says which");
    assert_eq!(outcome(&page_with(&format!("{TEXT}/RV(<p>rich</p>)"), "", "")), LOST);
    assert_eq!(outcome(&page_with(TEXT, "", "")), "good", "an empty field");
}

#[test]
fn an_appearance_out_of_date_is_held_against_the_value() {
    let with = |value: &str| format!("{TEXT}/V{value}/AP<</N 6 0 R>>");
    assert_eq!(outcome(&page_with(&with("(Tran Thi B)"), STALE, SHOWS)), LOST);
    assert_eq!(outcome(&page_with(&with("(Tran Thi B)"), "", SHOWS)), "good", "nobody calls it out of date");
    assert_eq!(outcome(&page_with(&with("(nguyen  van a)"), STALE, SHOWS)), "good");
    // The same in UTF-16, with a mark over a letter that one byte cannot say.
    assert_eq!(outcome(&page_with(&with("<FEFF004E00670075007901AF>"), STALE, SHOWS)), "good");
    let glyphs = "BT /F 12 Tf 2 4 Td <00120034> Tj ET";
    assert_eq!(outcome(&page_with(&with("(Tran Thi B)"), STALE, glyphs)), "good", "numbers of glyphs say nothing");
}

#[test]
fn a_tick_that_no_state_shows_is_lost() {
    let button = |rest: &str| format!("/Subtype/Widget/FT/Btn/T(a){rest}");
    let states = "/AP<</N<</Yes 6 0 R/Off 6 0 R>>>>";
    assert_eq!(outcome(&page_with(&button(&format!("/V/Yes{states}")), "", "")), LOST, "on, and no state drawn");
    assert_eq!(outcome(&page_with(&button(&format!("/V/Yes/AS/Yes{states}")), "", "")), "good");
    assert_eq!(outcome(&page_with(&button(&format!("/V/Off{states}")), "", "")), "good");
    assert_eq!(outcome(&page_with(&button(&format!("/V/Other{states}")), "", "")), "good", "another of its group is on");
    assert_eq!(outcome(&page_with(&button("/V/Yes"), "", "")), LOST);
}

#[test]
fn signs_and_bars_of_fonts_that_are_not_there_are_not_drawn_as_letters() {
    let page = |font: &str| {
        of_objects(&[
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<</Font<</F {font}>>>>>>")
                .into_bytes(),
            stream("", b"BT /F 20 Tf 50 50 Td (J8) Tj ET"),
        ])
    };
    let simple = |name: &str, rest: &str| format!("<</Type/Font/Subtype/TrueType/BaseFont/{name}{rest}>>");
    let flags = |flags: u32| format!("/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags {flags}>>");
    let encoded = "/Encoding/WinAnsiEncoding";
    assert_eq!(outcome(&page(&simple("Wingdings-Regular", &flags(4)))), "pdf-fonts-missing");
    assert_eq!(outcome(&page(&simple("Wingdings2", encoded))), "pdf-fonts-missing");
    assert_eq!(outcome(&page(&simple("IDAutomationHC39M", encoded))), "pdf-fonts-missing");
    assert_eq!(outcome(&page(&simple("CompanySigns", &flags(4)))), "pdf-fonts-missing", "signs of its own");
    assert_eq!(outcome(&page(&simple("Arial", &format!("{encoded}{}", flags(32))))), "good");
    assert_eq!(outcome(&page("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>")), "good", "the renderer has it");
}

#[test]
fn what_notes_say_is_named_and_is_no_text_of_the_page() {
    let said = |annotation: &str| -> Vec<String> {
        let scan = open(&page_with(annotation, "", ""));
        let page = scan.decode(0).unwrap();
        assert_eq!(scan.embedded_text(0, &page.raster).lines, []);
        scan.summary().notes.into_iter().map(|note| format!("{} {}", note.page, note.text)).collect()
    };
    assert_eq!(said("/Subtype/Text/Contents(xem lai\nso thua)"), ["1 xem lai so thua"]);
    assert_eq!(said("/Subtype/Text/Contents<FEFF0074006800691EBF0075>"), ["1 thiếu"]);
    assert_eq!(said("/Subtype/Text/Contents()/RC(<body><p>ban <b>sao</b></p></body>)"), ["1 ban sao"]);
    assert_eq!(said("/Subtype/Highlight/Contents(sai ten)/AP<</N 6 0 R>>"), ["1 sai ten"]);
    for silent in ["/Subtype/Text", "/Subtype/Link/Contents(lien ket)", "/Subtype/Popup/Contents(xem)"] {
        assert_eq!(said(silent), [""; 0], "{silent}");
    }
    let hidden = page_with("/Subtype/Text/Contents(an)", "", "");
    let hidden = String::from_utf8_lossy(&hidden).replace("/F 4/", "/F 2/").into_bytes();
    assert_eq!(open(&hidden).summary().notes, []);
}

#[test]
fn what_follows_a_reference_to_nothing_is_seen_all_the_same() {
    let file = page_with("/Subtype/Text/Contents(xem lai)", "", "");
    let with = |from: &str, to: &str| String::from_utf8_lossy(&file).replace(from, to).into_bytes();
    assert_eq!(open(&with("/Annots[5 0 R]", "/Annots[99 0 R 5 0 R]")).summary().notes.len(), 1);
    assert_eq!(outcome(&with("/Contents 4 0 R", "/Contents[4 0 R]")), "good");
    assert_eq!(outcome(&with("/Contents 4 0 R", "/Contents[null 4 0 R]")), "good", "the null object is nothing that is gone");
    assert_eq!(outcome(&with("/Contents 4 0 R", "/Contents[99 0 R 4 0 R]")), "page-damaged", "a part of the page is gone");
    assert_eq!(outcome(&with("/Contents 4 0 R", "/Contents[99 0 R]")), "page-damaged", "all of it is: it is not blank");
    let field = page_with(&format!("{TEXT}/V(Nguyen Van A)"), "", "");
    let field = String::from_utf8_lossy(&field).replace("/Annots[5 0 R]", "/Annots[99 0 R 5 0 R]");
    assert_eq!(outcome(field.as_bytes()), LOST);
}

#[test]
fn a_page_cut_out_of_nothing_is_not_blank() {
    let file = page_with("/Subtype/Text", "", "");
    let cropped = |crop: &str| String::from_utf8_lossy(&file).replace("/Contents 4", &format!("{crop}/Contents 4")).into_bytes();
    assert_eq!(outcome(&cropped("/CropBox[900 900 950 950]")), "page-damaged");
    assert_eq!(outcome(&cropped("/CropBox[0 0 100 100]")), "good");
    assert_eq!(outcome(&cropped("/CropBox[0 0 0 0]")), "page-damaged", "it would be drawn blank");
}

/// The page of such a form asks to wait until Adobe's program has drawn it.
#[test]
fn a_form_of_xml_is_seen_by_what_can_be_seen_of_its_fields() {
    let opened =
        |annotation: &str, form: &str| code(OpenScan::open(page_with(annotation, form, SHOWS), &IntakeLimits::default()));
    let shown = format!("{TEXT}/V(Nguyen Van A)/AP<</N 6 0 R>>");
    assert_eq!(opened(&shown, "/XFA(x)"), "opened", "it is drawn beside its XML");
    assert_eq!(opened("/Subtype/Text", "/XFA(x)"), "pdf-xfa");
    assert_eq!(opened("/Subtype/Text", "/XFA[(template) 6 0 R]"), "pdf-xfa");
    let signature = "/Subtype/Widget/FT/Sig/T(s)";
    let invisible =
        String::from_utf8(page_with(signature, "/XFA(x)", "")).unwrap().replace("/Rect[50 50 150 70]", "/Rect[0 0 0 0]     ");
    assert_eq!(
        code(OpenScan::open(invisible.into_bytes(), &IntakeLimits::default())),
        "pdf-xfa",
        "a signature that is not there yet"
    );
    let hidden = String::from_utf8(page_with(TEXT, "/XFA(x)", "")).unwrap().replace("/F 4/", "/F 2/");
    assert_eq!(code(OpenScan::open(hidden.into_bytes(), &IntakeLimits::default())), "pdf-xfa");
}

/// However the file is hung on, it is named.
#[test]
fn attached_files_are_named_wherever_they_hang() {
    let file = |hung: &str| {
        let objects = [
            format!("<</Type/Catalog/Pages 2 0 R{hung}>>").into_bytes(),
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R/Resources<<>>>>".to_vec(),
            stream("", b"0 0 30 40 re f"),
            b"<</Type/Filespec/UF<FEFF007000681EE5>/F(phu)/EF<</F 6 0 R>>>>".to_vec(),
            stream("/Type/EmbeddedFile", b"%PDF-1.4 and so on"),
        ];
        of_objects(&objects)
    };
    for hung in [
        "/Names<</EmbeddedFiles<</Names[(a) 5 0 R]>>>>",
        "/Names<</EmbeddedFiles<</Kids[<</Kids[<</Names[(a) 5 0 R]>>]>>]>>>>",
        "/AF[5 0 R]",
    ] {
        assert_eq!(open(&file(hung)).summary().attachments, ["phụ"], "{hung}");
    }
    let portfolio = file("/Collection<</View/D>>/Names<</EmbeddedFiles<</Names[(a) 5 0 R]>>>>");
    assert_eq!(code(OpenScan::open(portfolio, &IntakeLimits::default())), "pdf-portfolio");
}

#[test]
fn files_behind_symbols_and_sounds_are_named() {
    let attached = |annotation: &str| open(&page_with(annotation, "", "")).summary().attachments;
    assert_eq!(attached("/Subtype/FileAttachment/FS<</F(phu-luc.xlsx)>>"), ["phu-luc.xlsx"]);
    assert_eq!(attached("/Subtype/FileAttachment"), ["?"]);
    assert_eq!(attached("/Subtype/Sound/Sound 6 0 R"), ["Sound"]);
}
