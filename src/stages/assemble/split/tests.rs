use super::super::fields::testing::{page, page_with};
use super::super::settings::InboxSettings;
use super::*;
use crate::model::failure::{Failure, FailureCode};

const A: &str = "H38.16-230706-0012";
const B: &str = "H38.17-230706-0001";
const C: &str = "H38.18-230706-0002";

/// A part as text: its code, `+` for results, its pages and in brackets its blank ones.
fn told(split: Split) -> Vec<String> {
    let list = |pages: &[usize]| pages.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let mut told: Vec<String> = split
        .parts
        .iter()
        .map(|part| {
            let kind = if part.kind == RecordKind::Result { "+" } else { "" };
            let blank = if part.blank_pages.is_empty() { String::new() } else { format!(" ({})", list(&part.blank_pages)) };
            format!("{}{kind}: {}{blank}", part.assignment.code.as_str(), list(&part.pages))
        })
        .collect();
    if !split.separators.is_empty() {
        told.push(format!("left out: {}", list(&split.separators)));
    }
    told
}

fn split_by(settings: StackSettings, path: &str, pages: &[RecognisedPage]) -> Result<Vec<String>, AssignError> {
    let rules = InboxRules::new(&InboxSettings::default()).unwrap();
    let split = split(&rules.place(path), pages, &rules, &settings, &FieldSettings::default())?;
    // Whatever comes out: every page is somewhere, and once.
    let mut places: Vec<usize> = split.parts.iter().flat_map(|part| &part.pages).copied().collect();
    places.extend(split.separators.iter().chain(&split.blank));
    places.sort_unstable();
    assert_eq!(places, (0..pages.len()).collect::<Vec<_>>(), "{split:?}");
    assert!(split.parts.iter().all(|part| !part.pages.is_empty()), "{split:?}");
    assert!(split.parts.iter().flat_map(|part| &part.blank_pages).all(|place| split.blank.contains(place)), "{split:?}");
    Ok(told(split))
}

fn split_at(path: &str, pages: &[RecognisedPage]) -> Result<Vec<String>, AssignError> {
    split_by(StackSettings::default(), path, pages)
}

fn split_loose(pages: &[RecognisedPage]) -> Result<Vec<String>, AssignError> {
    split_at("stack.pdf", pages)
}

fn paper() -> RecognisedPage {
    page(&["một trang giấy"])
}

fn receipt(code: &str) -> RecognisedPage {
    page_with(&[code], &["Giấy tiếp nhận hồ sơ"])
}

fn cover(code: &str) -> RecognisedPage {
    page_with(&[&format!("SOHOA1:D:{code}")], &["TỜ BÌA HỒ SƠ", code])
}

fn result_cover(code: &str) -> RecognisedPage {
    page_with(&[&format!("SOHOA1:K:{code}")], &["TỜ BÌA KẾT QUẢ", code])
}

fn separator() -> RecognisedPage {
    page_with(&["SOHOA1:S"], &["TỜ NGĂN CÁCH TÀI LIỆU"])
}

fn patch(symbology: &str) -> RecognisedPage {
    let mut page = page_with(&[""], &[]);
    page.barcodes[0].symbology = symbology.into();
    page
}

fn blank() -> RecognisedPage {
    RecognisedPage { blank: true, ..page(&[]) }
}

fn conflict(codes: &[&str]) -> Result<Vec<String>, AssignError> {
    Err(AssignError::Conflict { codes: codes.iter().map(|code| code.parse().unwrap()).collect() })
}

fn unknown(code: Option<&str>) -> Result<Vec<String>, AssignError> {
    Err(AssignError::Unknown { suggestion: code.map(|code| code.parse().unwrap()) })
}

fn parts(told: &[&str]) -> Result<Vec<String>, AssignError> {
    Ok(told.iter().map(|part| part.replace('A', A).replace('B', B).replace('C', C)).collect())
}

#[test]
fn receipts_begin_dossiers_and_are_kept() {
    assert_eq!(split_loose(&[receipt(A), paper(), receipt(B), paper(), paper()]), parts(&["A: 0 1", "B: 2 3 4"]));
    assert_eq!(split_at("ket-qua/stack.pdf", &[receipt(A), receipt(B)]), parts(&["A+: 0", "B+: 1"]));
    let copies = [receipt(A), paper(), receipt(A), receipt(B), receipt(B)];
    assert_eq!(split_loose(&copies), parts(&["A: 0 1 2", "B: 3 4"]), "the same code again splits nothing");
}

#[test]
fn cover_sheets_begin_dossiers_and_are_left_out() {
    let stack = [cover(A), paper(), paper(), cover(B), paper(), result_cover(B), paper()];
    assert_eq!(split_loose(&stack), parts(&["A: 1 2", "B: 4", "B+: 6", "left out: 0 3 5"]));
    let again = [cover(A), paper(), cover(B), paper(), cover(A), paper()];
    assert_eq!(split_loose(&again), parts(&["A: 1", "B: 3", "A: 5", "left out: 0 2 4"]), "a cover sheet is explicit");
    let mixed = [receipt(A), paper(), cover(B), receipt(B), paper()];
    assert_eq!(split_loose(&mixed), parts(&["A: 0 1", "B: 3 4", "left out: 2"]));
    let own = page_with(&[A, ""], &[]);
    let mut office = own.clone();
    office.barcodes[1].symbology = Barcode::PATCH_T.into();
    assert_eq!(split_loose(&[office, paper()]), parts(&["A: 1", "left out: 0"]), "Patch T with a code is a cover sheet");
    let mut receipt =
        page_with(&[A, ""], &["Họ và tên người nộp hồ sơ, địa chỉ thường trú, số căn cước công dân, ngày hẹn trả"; 12]);
    receipt.barcodes[1].symbology = Barcode::PATCH_T.into();
    assert_eq!(split_loose(&[receipt, paper()]), parts(&["A: 0 1"]), "stripes on a receipt are no patch");
}

#[test]
fn separators_and_patches_part_documents_within_a_dossier() {
    let stack = [cover(A), paper(), separator(), paper(), paper(), patch("PatchT"), paper(), patch("Patch2"), paper()];
    assert_eq!(split_loose(&stack), parts(&["A: 1", "A: 3 4", "A: 6", "A: 7 8", "left out: 0 2 5"]));
    let folder = [paper(), separator(), paper(), separator(), separator()];
    assert_eq!(split_at(&format!("{A}/x.pdf"), &folder), parts(&["A: 0", "A: 2", "left out: 1 3 4"]));
    let file = StackSettings { documents: DocumentRule::File, ..StackSettings::default() };
    let one = ["A: 1 3 4 6 7 8", "left out: 0 2 5"];
    assert_eq!(split_by(file, "x.pdf", &stack), parts(&one), "one document, and the sheets still left out");
    assert_eq!(split_by(file, "x.pdf", &[receipt(A), receipt(B)]), parts(&["A: 0", "B: 1"]));
    assert_eq!(split_loose(&[patch("PatchT"), separator()]), parts(&["left out: 0 1"]));
}

#[test]
fn headers_begin_documents_where_that_is_asked_for() {
    let letter = || page(&["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]);
    let quoting = {
        let mut lines = vec!["văn bản trích"; 12];
        lines.push("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
        page(&lines)
    };
    let header = StackSettings { documents: DocumentRule::Header, ..StackSettings::default() };
    let stack = [receipt(A), letter(), paper(), quoting, letter(), receipt(B), letter()];
    assert_eq!(split_by(header, "x.pdf", &stack), parts(&["A: 0", "A: 1 2 3", "A: 4", "B: 5", "B: 6"]));
    assert_eq!(split_loose(&stack), parts(&["A: 0 1 2 3 4", "B: 5 6"]));
}

#[test]
fn blank_sides_go_with_their_sheets() {
    // Fed face up: the blank backs lie behind.
    let up = [cover(A), blank(), receipt(A), blank(), paper(), paper(), cover(B), blank(), paper(), blank()];
    assert_eq!(split_loose(&up), parts(&["A: 2 4 5 (3)", "B: 8 (9)", "left out: 0 6"]));
    // Fed face down: the blank fronts come first.
    let down = [blank(), receipt(A), blank(), paper(), blank(), receipt(B), blank(), cover(C), paper(), paper()];
    assert_eq!(split_loose(&down), parts(&["A: 1 3 (0 2)", "B: 5 (4)", "C: 8 9", "left out: 7"]));
    // The blank page before is the back of the paper before.
    let backs = [receipt(A), blank(), receipt(B), blank()];
    assert_eq!(split_loose(&backs), parts(&["A: 0 (1)", "B: 2 (3)"]));
    assert_eq!(split_loose(&[blank(), blank()]), parts(&[]));
    assert_eq!(split_at(&format!("{A}/x.pdf"), &[blank(), paper(), blank()]), parts(&["A: 1 (0 2)"]));
}

#[test]
fn a_paper_with_stripes_like_a_patch_is_no_separator() {
    let mut form = page(&["Họ và tên người đề nghị, địa chỉ thường trú, số căn cước công dân"; 4]);
    form.barcodes = patch("PatchT").barcodes;
    assert_eq!(split_loose(&[cover(A), paper(), form, paper()]), parts(&["A: 1 2 3", "left out: 0"]));
    let mut sheet = page(&["TỜ PHÂN CÁCH", "PATCH T"]);
    sheet.barcodes = patch("PatchT").barcodes;
    assert_eq!(split_loose(&[cover(A), paper(), sheet, paper()]), parts(&["A: 1", "A: 3", "left out: 0 2"]));
}

#[test]
fn papers_before_the_first_code_wait_with_the_whole_file() {
    assert_eq!(split_loose(&[paper(), receipt(A), paper()]), unknown(Some(A)));
    assert_eq!(split_loose(&[paper(), receipt(A), receipt(B)]), unknown(None));
    assert_eq!(split_loose(&[paper(), cover(A), paper()]), unknown(Some(A)));
    assert_eq!(split_loose(&[patch("Patch2"), paper()]), unknown(None));
    assert_eq!(split_loose(&[separator(), receipt(A)]), parts(&["A: 1", "left out: 0"]), "a separator is no paper");
}

#[test]
fn what_decodes_to_nothing_configured_splits_nothing() {
    let card = page_with(&["015072544472||Nguyễn A|26011995|Nữ|thôn B|"], &["Căn cước công dân"]);
    let link = page_with(&["https://example.vn/SOHOA1:S"], &[]);
    let other = page_with(&["000.00.00.G09-KQ002269"], &[]);
    let stack = [receipt(A), card, link, other, patch("Patch3"), receipt(B)];
    assert_eq!(split_loose(&stack), parts(&["A: 0 1 2 3 4", "B: 5"]));
}

#[test]
fn codes_that_contradict_one_another_make_the_file_wait() {
    let both = page_with(&[A, B], &[]);
    assert_eq!(split_loose(&[receipt(C), both]), conflict(&[A, B]), "two codes on one page");
    assert_eq!(split_loose(&[cover(A), paper(), receipt(B)]), conflict(&[A, B]), "another receipt under a cover sheet");
    assert_eq!(split_loose(&[receipt(A), receipt(B), receipt(A)]), conflict(&[B, A]), "a dossier that ended before");
    assert_eq!(split_at(&format!("{A}/x.pdf"), &[receipt(A), paper(), receipt(B)]), conflict(&[A, B]));
    assert_eq!(split_at(&format!("{A}/x.pdf"), &[cover(B), paper()]), conflict(&[B, A]));
    assert_eq!(
        split_at(&format!("{A}.001.pdf"), &[receipt(A), paper(), cover(A), paper()]),
        parts(&["A: 0 1", "A: 3", "left out: 2"])
    );
    assert_eq!(split_at(&format!("{A}/x.pdf"), &[result_cover(A), paper()]), parts(&["A+: 1", "left out: 0"]));
    let sheets = StackSettings { split: SplitRule::CoverSheets, ..StackSettings::default() };
    assert_eq!(split_by(sheets, "x.pdf", &[receipt(A), paper(), receipt(B)]), conflict(&[A, B]));
    assert_eq!(split_by(sheets, "x.pdf", &[cover(A), paper(), cover(B), paper()]), parts(&["A: 1", "B: 3", "left out: 0 2"]));
}

#[test]
fn sheets_that_say_nothing_certain_make_the_file_wait() {
    let sheet = |page| Err(AssignError::UnknownSheet { page });
    let unknown_code = page_with(&["SOHOA1:D:MA-KHAC"], &[]);
    assert_eq!(split_loose(&[receipt(A), unknown_code, paper()]), sheet(2));
    let newer = page_with(&["SOHOA1:X"], &[]);
    assert_eq!(split_loose(&[receipt(A), newer]), sheet(2));
    let torn = page(&["TỜ BÌA HỒ SƠ", "Tờ in từ phân mềm Sohoa, không lưu vào hồ so"]);
    assert_eq!(split_loose(&[cover(A), paper(), torn, paper()]), sheet(3), "known by its footer though no barcode was read");
    let mut both = cover(A);
    both.barcodes.extend(result_cover(A).barcodes);
    assert_eq!(split_loose(&[both, paper()]), sheet(1));
    // Printed on both sides, or a dossier without papers.
    let bare = |code: &str, page| Err(AssignError::NothingFollows { code: code.parse().unwrap(), page });
    assert_eq!(split_loose(&[cover(A), cover(B), paper()]), bare(A, 1));
    assert_eq!(split_loose(&[cover(A), paper(), cover(B), blank()]), bare(B, 3));
    assert_eq!(split_at(&format!("{A}/x.pdf"), &[cover(A)]), parts(&["left out: 0"]), "papers may lie in other files");
    assert_eq!(split_loose(&[cover(A), blank(), cover(A), paper()]), parts(&["A: 3", "left out: 0 2"]));
    assert_eq!(Failure::from(split_loose(&[cover(A)]).unwrap_err()).code, FailureCode::StackUnclear);
}

#[test]
fn nothing_is_split_where_that_is_asked_for() {
    let never = StackSettings { split: SplitRule::Never, ..StackSettings::default() };
    let stack = [receipt(A), patch("PatchT"), blank(), separator(), paper()];
    assert_eq!(split_by(never, "x.pdf", &stack), parts(&["A: 0 1 3 4 (2)"]));
    assert_eq!(split_by(never, "x.pdf", &[receipt(A), receipt(B)]), conflict(&[A, B]));
    assert_eq!(split_by(never, "x.pdf", &[paper(), receipt(A)]), unknown(Some(A)));
}
