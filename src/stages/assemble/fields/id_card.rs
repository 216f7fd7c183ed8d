//! Whose paper it is, from the QR code of an identity card (thẻ căn cước).
//!
//! The code on the card's face (TT 06/2021/TT-BCA and after) lists, parted by `|`: number, number
//! of the older card, name, birth date, sex, address, date of issue; later cards add more, such as
//! the names of the parents. A printed code says what the paper says, letter for letter, so what
//! is taken from it is certain, and what has not that shape is left alone.

use time::{Date, Month};
use unicode_normalization::UnicodeNormalization;

use crate::model::confidence::Confidence;
use crate::model::field::{FieldName, FieldReading, FieldSource};
use crate::model::page::RecognisedPage;

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

/// Whether the code of an identity card is on the page, be it one that can be used or not.
pub fn shows_id_card(page: &RecognisedPage) -> bool {
    page.barcodes.iter().any(|barcode| fields_of(&barcode.text).is_some())
}

/// The number, name and birth date of the first card on these pages. They always come from one
/// card: a number with somebody else's name would be believed.
pub(super) fn read_owner(pages: &[&RecognisedPage]) -> Vec<FieldReading> {
    let card = pages.iter().flat_map(|page| &page.barcodes).find_map(|barcode| IdCard::of(&barcode.text));
    let Some(IdCard { number, name, birth_date }) = card else { return Vec::new() };
    [(FieldName::OwnerNumber, number), (FieldName::OwnerName, name), (FieldName::OwnerBirthDate, birth_date)]
        .map(|(name, value)| FieldReading {
            name,
            value,
            source: FieldSource::Barcode,
            confidence: Confidence::CERTAIN,
            raw: None,
        })
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

/// The name in NFC with single spaces; none if something in it can not stand in a name.
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
