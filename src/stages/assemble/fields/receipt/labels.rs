//! What stands before the values of a receipt; all of it folded.

use crate::model::field::FieldName;

/// The facts that stand behind a label, in the order in which they are read.
pub(super) const NAMES: [FieldName; 7] = [
    FieldName::Applicant,
    FieldName::ApplicantNumber,
    FieldName::Procedure,
    FieldName::ProcedureField,
    FieldName::ReceivedAt,
    FieldName::DueAt,
    FieldName::ReceivingUnit,
];

/// Labels by fact and rank: of several, those of the first rank say what is meant, and later ones count only
/// where there is none.
const LABELS: &[(FieldName, usize, &[&str])] = &[
    (FieldName::Applicant, 0, &["chu ho so", "ten chu ho so", "ho ten chu ho so", "ho va ten chu ho so"]),
    (
        FieldName::Applicant,
        1,
        &[
            "tiep nhan ho so cua",
            "tiep nhan ho so cua ong ba",
            "tiep nhan ho so cua ong ba to chuc",
            "nhan ho so cua",
            "nhan cua ong ba",
            "ho so cua",
            "ho so cua ong ba",
            "nguoi nop ho so",
            "ho ten nguoi nop ho so",
            "ho va ten nguoi nop ho so",
            "ho ten nguoi nop",
            "ho va ten nguoi nop",
            "nguoi nop",
            "to chuc ca nhan nop ho so",
            "ca nhan to chuc nop ho so",
        ],
    ),
    (
        FieldName::ApplicantNumber,
        0,
        &[
            "so dinh danh ca nhan",
            "so dinh danh",
            "so dinh danh ca nhan cmnd",
            "so cccd",
            "cccd so",
            "cccd",
            "so cccd cmnd",
            "so cmnd cccd",
            "cmnd cccd",
            "so can cuoc",
            "so can cuoc cong dan",
            "can cuoc cong dan so",
            "so the can cuoc",
            "so giay to tuy than",
        ],
    ),
    (FieldName::Procedure, 0, &["ten thu tuc", "ten thu tuc hanh chinh", "thu tuc", "thu tuc hanh chinh", "ten tthc", "tthc"]),
    (FieldName::Procedure, 1, &["noi dung yeu cau giai quyet", "noi dung giai quyet", "yeu cau giai quyet", "loai ho so"]),
    (FieldName::ProcedureField, 0, &["linh vuc", "thuoc linh vuc", "linh vuc giai quyet"]),
    (
        FieldName::ReceivedAt,
        0,
        &[
            "thoi gian nhan ho so",
            "thoi gian tiep nhan ho so",
            "thoi gian tiep nhan",
            "thoi diem tiep nhan",
            "thoi diem tiep nhan ho so",
            "ngay tiep nhan",
            "ngay tiep nhan ho so",
            "ngay nhan",
            "ngay nhan ho so",
        ],
    ),
    (
        FieldName::DueAt,
        0,
        &[
            "thoi gian tra ket qua",
            "thoi gian tra ket qua giai quyet ho so",
            "thoi gian hen tra",
            "thoi gian hen tra ket qua",
            "thoi gian hen tra ket qua giai quyet ho so",
            "ngay hen tra",
            "ngay hen tra ket qua",
            "hen tra ket qua",
            "ngay tra ket qua",
        ],
    ),
    (
        FieldName::ReceivingUnit,
        0,
        &[
            "don vi tiep nhan",
            "don vi tiep nhan ho so",
            "noi tiep nhan",
            "noi tiep nhan ho so",
            "co quan tiep nhan",
            "bo phan tiep nhan",
        ],
    ),
];

/// Labels behind which a name stands that the form begins before: `Trung tâm … tiếp nhận hồ sơ của`.
const WITH_A_SENTENCE: &[&str] = &["tiep nhan ho so cua", "tiep nhan ho so cua ong ba"];

/// Ends of labels of what is no fact here, which may follow a value on its line.
const OTHERS: &[&str] = &[
    "ngay cap",
    "noi cap",
    "dien thoai",
    "so dien thoai",
    "dt",
    "sdt",
    "email",
    "thu dien tu",
    "fax",
    "dia chi",
    "ma so thue",
    "ngay sinh",
    "sinh ngay",
    "gioi tinh",
    "ma tra cuu",
    "ma bi mat",
    "ma bao mat",
    "mat khau",
    "mat khau tra cuu",
    "ma xac thuc",
];

/// Words in labels of people, and those that only begin one; folded.
const PEOPLE: &[&str] = &[
    "nguoi",
    "dai dien",
    "uy quyen",
    "can bo",
    "cong chuc",
    "vien chuc",
    "nhan vien",
    "ong ba",
    "chu ho so",
    "ho ten",
    "ho va ten",
    "nhan ho so cua",
    "ho so cua",
];
const RELATIVES: &[&str] = &["cha", "me", "vo", "chong", "con", "ong", "ba", "bo", "giam doc", "chu ho", "ben"];

/// Whether a label is one of a person, be it one that is known or not.
pub(super) fn names_person(folded: &str) -> bool {
    let bare = format!(" {} ", folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').trim_end());
    PEOPLE.iter().any(|label| bare.contains(&format!(" {label} ")))
        || RELATIVES.iter().any(|label| bare.starts_with(&format!(" {label} ")))
}

/// The fact that a label stands for, and its rank.
pub(super) fn fact_of(folded: &str) -> Option<(FieldName, usize)> {
    // Lines of lists have numbers.
    let bare = folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let is_it = |label: &&str| {
        let ends = |rest: &str| rest.ends_with(' ') && WITH_A_SENTENCE.contains(label);
        bare == *label || bare.strip_suffix(*label).is_some_and(ends)
    };
    let known = LABELS.iter().find(|(_, _, labels)| labels.iter().any(is_it));
    known.map(|(name, rank, _)| (*name, *rank))
}

/// How many words at the end of a piece, whose colon follows, are a label; none if that is not known.
pub(super) fn label_at_the_end(folded: &str) -> Option<usize> {
    let words: Vec<&str> = folded.split(' ').collect();
    let is_label = |from: &usize| {
        let tail = words.get(*from..).unwrap_or_default().join(" ");
        OTHERS.contains(&tail.as_str()) || LABELS.iter().any(|(_, _, labels)| labels.contains(&tail.as_str()))
    };
    (0..words.len()).find(is_label).map(|from| words.len() - from)
}
