//! The kinds of printed words.

/// What a printed word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordForm {
    /// One syllable: `định,`.
    Syllable,
    /// Several things in one, at least one of them a syllable: `và/hoặc`, `H'Mông`, `đất:15`.
    Compound,
    /// Initials and units: `UBND`, `QĐ-UBND`, `TTLT-BTC-BTP`, `TTg`, `V/v`, `m²`.
    Abbreviation,
    /// A number, also with a sign, unit or percent, a range or a time: `1.234.567,89`, `17h30`.
    Number,
    /// A date that is in the calendar, or a month: `12/03/2024`, `03/2024`.
    Date,
    /// Numbers and capitals joined: a document's number, a dossier's code, a telephone number, a
    /// line for machines on an identity card.
    Code,
    /// An address in the net: `vanphong@laocai.gov.vn`.
    Address,
    /// The mark of a list or heading: `a)`, `1.`, `2.1.`, `II.`.
    ListMark,
    /// Nothing but punctuation.
    Punctuation,
    /// None of these: another language, or misread.
    Other,
}

impl WordForm {
    /// Whether it is something that a Vietnamese paper can be printed with.
    pub fn is_possible(self) -> bool {
        self != Self::Other
    }
}
