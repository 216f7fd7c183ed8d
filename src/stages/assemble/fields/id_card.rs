//! Identity cards (thẻ căn cước): whose they are, from their QR code, and whether a page shows one.
//!
//! The code on the card's face (TT 06/2021/TT-BCA and after) lists, parted by `|`: number, number
//! of the older card, name, birth date, sex, address, date of issue; later cards add more, such as
//! the names of the parents. A printed code says what the paper says, letter for letter, so what
//! is taken from it is certain, and what has not that shape is left alone.

use time::{Date, Month};
use unicode_normalization::UnicodeNormalization;

use super::super::fold::{fold_words, similarity};
use crate::model::confidence::Confidence;
use crate::model::field::{FieldName, FieldReading, FieldSource};
use crate::model::page::RecognisedPage;
use crate::model::text::Line;

/// Fields that every card has.
const FEWEST_FIELDS: usize = 7;
/// Digits of the personal number (số định danh cá nhân).
const NUMBER_DIGITS: usize = 12;
/// Digits of the number on the card before (chứng minh nhân dân).
const OLD_NUMBER_DIGITS: usize = 9;
/// Letters that come up where the bytes of UTF-8 were taken for Latin-1 or Windows-1252, and in no
/// name.
const MISREAD_LETTERS: &str = "ªµºƒŠšŒœŽžŸˆ";

/// What a card says of its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
struct IdCard {
    number: String,
    name: String,
    /// As `YYYY-MM-DD`.
    birth_date: String,
}

/// Labels that stand on cards in two languages, and on no form; folded.
const ENGLISH_LABELS: [&str; 9] = [
    "full name",
    "date of birth",
    "place of origin",
    "place of residence",
    "date of expiry",
    "nationality",
    "citizen identity card",
    "identity card",
    "personal identification",
];
/// Labels of the cards without English; forms have them too, but with more text around.
const LABELS: [&str; 7] =
    ["ho va ten", "ho ten", "sinh ngay", "nguyen quan", "noi dkhk thuong tru", "dau vet rieng", "ho chu dem va ten khai sinh"];
/// So many labels make a card.
const FEWEST_LABELS: usize = 3;
/// A card has no more words than this, even where both its sides are on the page.
const MOST_WORDS: usize = 220;
/// Names of the cards, each on a line of its own; folded.
const NAMES: [&str; 5] = ["can cuoc cong dan", "the can cuoc", "can cuoc", "giay chung minh nhan dan", "chung minh nhan dan"];
/// Sides of a card in inches (85.6 × 54 mm), and how far a picture cut to one may be off.
const CARD_INCHES: (f32, f32) = (3.37, 2.125);
const CARD_TOLERANCE: f32 = 0.06;
/// Digits of a printed number that may have been read as others.
const MISREAD_DIGITS: usize = 2;
/// How like a name a line must be: these lines are printed over coloured patterns.
const LIKE_A_NAME: f64 = 0.82;

/// Whether an identity card is on the page: its code, be it one that can be used or not, its name on
/// a line of its own, its line for machines, or its labels.
pub fn shows_id_card(page: &RecognisedPage) -> bool {
    if page.barcodes.iter().any(|barcode| fields_of(&barcode.text).is_some()) || is_card_sized(page) {
        return true;
    }
    let lines: Vec<String> = page.lines.iter().map(Line::text).collect();
    if lines.iter().any(|line| is_for_machines(line)) {
        return true;
    }
    let words: usize = page.lines.iter().map(|line| line.words.len()).sum();
    if words > MOST_WORDS {
        return false;
    }
    let folded: Vec<String> = lines.iter().map(|line| fold_words(line)).collect();
    let named = folded.iter().zip(&lines).any(|(folded, line)| is_name_of_card(folded) && is_mostly_capitals(line));
    let bears = |labels: &[&str]| labels.iter().filter(|label| folded.iter().any(|line| line.contains(*label))).count();
    let numbered = folded
        .iter()
        .any(|line| line.split(' ').any(|word| is_number(word, NUMBER_DIGITS) || is_number(word, OLD_NUMBER_DIGITS)));
    named || bears(&ENGLISH_LABELS) >= FEWEST_LABELS || (numbered && words < MOST_WORDS / 3 && bears(&LABELS) >= FEWEST_LABELS)
}

/// The numbers of the cards on these pages, as their codes give them or, where no code was read, their
/// print; each once. Print that differs from another number in a digit or two was misread.
pub fn card_owners(pages: &[&RecognisedPage]) -> Vec<String> {
    let of_codes = |page: &RecognisedPage| -> Vec<String> {
        page.barcodes.iter().filter_map(|barcode| Some(IdCard::of(&barcode.text)?.number)).collect()
    };
    let mut owners: Vec<String> = pages.iter().flat_map(|page| of_codes(page)).collect();
    owners.sort();
    owners.dedup();
    let uncoded = pages.iter().filter(|page| of_codes(page).is_empty() && shows_id_card(page));
    for word in uncoded.flat_map(|page| &page.lines).flat_map(|line| &line.words) {
        let number = word.text.trim_matches(|c: char| !c.is_alphanumeric());
        if is_number(number, NUMBER_DIGITS) && !owners.iter().any(|owner| other_digits(owner, number) <= MISREAD_DIGITS) {
            owners.push(number.to_owned());
        }
    }
    owners
}

/// In how many places two numbers of one length differ.
fn other_digits(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count() + one.len().abs_diff(other.len())
}

/// Whether the page is as large as a card (ISO/IEC 7810, ID-1), upright or not: whatever card it is,
/// it is somebody's own.
fn is_card_sized(page: &RecognisedPage) -> bool {
    let Some(dpi) = page.quality.map(|quality| quality.resolution_dpi).filter(|dpi| *dpi > 0.0) else { return false };
    let (longer, shorter) = (page.width.max(page.height) as f32 / dpi, page.width.min(page.height) as f32 / dpi);
    let near = |side: f32, card: f32| (side / card - 1.0).abs() < CARD_TOLERANCE;
    near(longer, CARD_INCHES.0) && near(shorter, CARD_INCHES.1)
}

fn is_name_of_card(folded: &str) -> bool {
    NAMES.iter().any(|name| similarity(folded, name) >= LIKE_A_NAME)
}

fn is_mostly_capitals(line: &str) -> bool {
    let letters: Vec<char> = line.chars().filter(|c| c.is_alphabetic()).collect();
    letters.iter().filter(|c| c.is_uppercase()).count() * 4 >= letters.len() * 3
}

/// Whether a line is the first of those that a card has for machines (ICAO 9303, TD1).
fn is_for_machines(line: &str) -> bool {
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain.chars().skip(5).take(9).filter(char::is_ascii_digit).count();
    plain.len() >= 24 && ["IDVNM", "I<VNM", "IDVN"].iter().any(|head| plain.starts_with(head)) && digits >= 6
}

/// The number, name and birth date of the first card on these pages. They always come from one
/// card: a number with somebody else's name would be believed.
pub(super) fn read_owner(pages: &[&RecognisedPage]) -> Vec<FieldReading> {
    let card = pages.iter().flat_map(|page| &page.barcodes).find_map(|barcode| IdCard::of(&barcode.text));
    let Some(IdCard { number, name, birth_date }) = card else { return Vec::new() };
    [(FieldName::OwnerNumber, number), (FieldName::OwnerName, name), (FieldName::OwnerBirthDate, birth_date)]
        .map(|(name, value)| FieldReading::new(name, value, FieldSource::Barcode, Confidence::CERTAIN))
        .into()
}

/// The fields of a payload that begins like a card's. Cards that no value is taken from are cards
/// too, and to be kept from strangers.
fn fields_of(payload: &str) -> Option<Vec<&str>> {
    let fields: Vec<&str> = payload.trim().split('|').map(str::trim).collect();
    let begins_with_number = fields.first().is_some_and(|number| is_number(number, NUMBER_DIGITS));
    (fields.len() >= FEWEST_FIELDS && begins_with_number).then_some(fields)
}

impl IdCard {
    fn of(payload: &str) -> Option<Self> {
        let fields = fields_of(payload)?;
        let [number, old_number, name, birth_date, _sex, _address, issue_date, ..] = fields.as_slice() else { return None };
        let old_number_fits = old_number.is_empty() || is_number(old_number, OLD_NUMBER_DIGITS);
        let issue_date_fits = issue_date.is_empty() || date_of(issue_date).is_some();
        if !old_number_fits || !issue_date_fits {
            return None;
        }
        Some(Self { number: (*number).to_owned(), name: name_of(name)?, birth_date: date_of(birth_date)? })
    }
}

fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name in NFC with single spaces; none if something in it cannot stand in a name.
fn name_of(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
    let fits = |c: char| (c.is_alphabetic() && !MISREAD_LETTERS.contains(c)) || matches!(c, ' ' | '-' | '\'' | '.');
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 2 && name.chars().all(fits)).then_some(name)
}

/// `ddmmyyyy` as `YYYY-MM-DD`; none if there is no such day.
fn date_of(text: &str) -> Option<String> {
    if !is_number(text, 8) {
        return None;
    }
    let (day, rest) = text.split_at_checked(2)?;
    let (month, year) = rest.split_at_checked(2)?;
    let number: u8 = month.parse().ok()?;
    Date::from_calendar_date(year.parse().ok()?, Month::try_from(number).ok()?, day.parse().ok()?).ok()?;
    Some(format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::page_with;
    use super::*;
    use crate::stages::assemble::{InboxRules, InboxSettings};

    const CARD: &str = "001099000001|012345678|Nguyễn Văn Thử|01021990|Nam|Thôn Mẫu, Xã Mẫu, Tỉnh Mẫu|15062021";

    fn card(payload: &str) -> Option<[String; 3]> {
        IdCard::of(payload).map(|card| [card.number, card.name, card.birth_date])
    }

    #[test]
    fn cards_old_and_new_are_read() {
        let expected = ["001099000001", "Nguyễn Văn Thử", "1990-02-01"].map(str::to_owned);
        let decomposed: String = CARD.nfd().collect();
        for payload in [
            CARD,
            &decomposed,
            &format!("{CARD}||Nguyễn Văn Cha|Trần Thị Mẹ|"),
            &CARD.replace("|012345678|", "||"),
            &CARD.replace("|15062021", "|"),
            &format!(" {} \r\n", CARD.replace(" Văn ", "  Văn ")),
        ] {
            assert_eq!(card(payload), Some(expected.clone()), "{payload}");
        }
        assert_eq!(card(&CARD.replace("Nguyễn Văn Thử", "H'Thử Niê K.Đăm")).unwrap()[1], "H'Thử Niê K.Đăm");
    }

    #[test]
    fn what_has_not_the_shape_of_a_card_says_nothing() {
        let misread: String = CARD.bytes().map(char::from).collect();
        for payload in [
            "",
            "H38.16-230706-0012|1.011443|a|b|c|d|e",
            &CARD.replace("|15062021", ""),
            &CARD.replace("001099000001", "00109900000l"),
            &CARD.replace("001099000001", "0010990000012"),
            &CARD.replace("|012345678|", "|01234567|"),
            &CARD.replace("01021990", "31021990"),
            &CARD.replace("01021990", "1990"),
            &CARD.replace("15062021", "15132021"),
            &CARD.replace("Nguyễn Văn Thử", ""),
            &CARD.replace("Nguyễn", "Nguy\u{fffd}n"),
            &CARD.replace("Nguyễn", "Nguyen1"),
            &CARD.replace("Nguyễn Văn Thử", "LÃŠ"),
            &CARD.replace('|', ";"),
            &misread,
        ] {
            assert_eq!(card(payload), None, "{payload}");
        }
    }

    #[test]
    fn a_card_that_says_nothing_is_sensitive_all_the_same() {
        let unusable = CARD.replace("01021990", "00001990");
        assert!(shows_id_card(&page_with(&[&unusable], &[])) && shows_id_card(&page_with(&["x", CARD], &[])));
        assert!(!shows_id_card(&page_with(&["H38.16-230706-0012", "001099000001"], &["001099000001|||||||"])));
    }

    #[test]
    fn a_card_without_a_readable_code_is_known_by_what_is_printed_on_it() {
        for lines in [
            &["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CĂN CƯỚC CÔNG DÂN", "Số 001099000001"][..],
            &["CÀN CƯỚC CÔNG DÀN"],
            &["GIẤY CHỨNG MINH NHÂN DÂN", "SỐ 012345678"],
            &["IDVNM0990000012001099000001<<8", "9002017M4002014VNM<<<<<<<<<<<6"],
            &[
                "Họ và tên / Full name: NGUYỄN VĂN THỬ",
                "Ngày sinh / Date of birth: 01/02/1990",
                "Quê quán / Place of origin: Mẫu",
            ],
            &["SỐ 012345678", "Họ tên NGUYỄN VĂN THỬ", "Sinh ngày 01-02-1990", "Nguyên quán Mẫu"],
        ] {
            assert!(shows_id_card(&page_with(&[], lines)), "{lines:?}");
        }
    }

    #[test]
    fn a_picture_of_the_size_of_a_card_shows_one_whichever_way_it_lies() {
        let sized = |width, height, dpi| {
            let quality = crate::model::quality::PageQuality {
                resolution_dpi: dpi,
                letter_pixels: None,
                blur_mm: None,
                contrast: None,
                skew_left_degrees: None,
                clipped_letters: None,
                dark_share: 0.0,
                specks_per_cm2: 0.0,
            };
            shows_id_card(&RecognisedPage { quality: Some(quality), ..RecognisedPage::upright((width, height), vec![]) })
        };
        assert!(sized(1011, 638, 300.0) && sized(638, 1011, 300.0) && sized(690, 430, 200.0));
        assert!(!sized(1011, 638, 200.0) && !sized(2480, 3508, 300.0) && !sized(0, 0, 0.0));
    }

    #[test]
    fn a_form_that_names_a_card_shows_none() {
        for lines in [
            &["TỜ KHAI CĂN CƯỚC CÔNG DÂN", "Họ và tên: Nguyễn Văn Thử", "Số căn cước công dân: 001099000001"][..],
            &["Căn cước công dân số 001099000001 cấp ngày 15/06/2021"],
            &["căn cước công dân"],
            &["Họ và tên: Nguyễn Văn Thử", "Sinh ngày 01-02-1990", "Số định danh 001099000001"],
        ] {
            assert!(!shows_id_card(&page_with(&[], lines)), "{lines:?}");
        }
    }

    #[test]
    fn owners_of_cards_without_a_code_are_counted_by_their_print() {
        let card =
            |number: &str| page_with(&[], &["CĂN CƯỚC CÔNG DÂN", &format!("Số / No.: {number}"), "Họ và tên / Full name:"]);
        let count = |numbers: &[&str]| {
            let pages: Vec<RecognisedPage> = numbers.iter().map(|number| card(number)).collect();
            card_owners(&pages.iter().collect::<Vec<_>>()).len()
        };
        assert_eq!(count(&["010090000017", "010188000025"]), 2);
        assert_eq!(count(&["010090000017", "010090000077"]), 1, "misread");
        assert_eq!(count(&["010090000017", "012345678"]), 1, "an old card may be of the same owner");
    }

    #[test]
    fn owners_are_counted_once_each() {
        let wife = "001199000002||Trần Thị Mẫu|02031991|Nữ|Thôn Mẫu|15062021";
        let pages = [page_with(&[CARD], &[]), page_with(&[wife], &[]), page_with(&[CARD], &[])];
        assert_eq!(card_owners(&pages.iter().collect::<Vec<_>>()), ["001099000001", "001199000002"]);
    }

    #[test]
    fn the_facts_of_two_people_never_mix() {
        let wife = "001199000002||Trần Thị Mẫu|02031991|Nữ|Thôn Mẫu|15062021";
        let half = CARD.replace("01021990", "99999999");
        let pages = [page_with(&[&half], &[]), page_with(&["x", wife], &[]), page_with(&[CARD], &[])];
        let read = read_owner(&pages.iter().collect::<Vec<_>>());
        let values: Vec<&str> = read.iter().map(|reading| reading.value.as_str()).collect();
        assert_eq!(values, ["001199000002", "Trần Thị Mẫu", "1991-03-02"]);
        assert!(read.iter().all(|reading| reading.source == FieldSource::Barcode && reading.confidence == Confidence::CERTAIN));
        assert_eq!(read_owner(&[&page_with(&[&half], &[])]), []);
    }

    #[test]
    fn a_card_bears_no_dossier_code() {
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        for payload in [CARD, &CARD.replace("Thôn Mẫu", "H38-12, số 12-230706-0012"), "001099000001"] {
            assert_eq!(rules.codes_in(payload), [], "{payload}");
        }
    }
}
