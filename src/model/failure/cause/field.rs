//! Why what a person decided about a fact cannot be so.

use super::faults;

faults! {
    /// What is wrong with a decision about a fact.
    FieldFault {
        NothingKeyed = "no value was given";
        CodeNotKeyed = "the dossier's code is not keyed: the document is moved to its dossier";
        UnknownType { typed: String } = "'{typed}' is none of fields.document_types";
        NotDigits { typed: String } = "'{typed}' is not digits alone; what follows the slash is the symbol, a fact of its own";
        NotADay { typed: String } = "'{typed}' is no day of the calendar; a day is written 15/09/2025";
        BeforeYear { typed: String, year: i64 } = "'{typed}' lies before {year}";
        AfterToday { typed: String } = "'{typed}' lies in the future";
        NotAnOwner { typed: String } = "'{typed}' is no number of a person: 12 digits of which the first three are a province, or 9 of an older card";
        NotOfItsForm { typed: String } = "'{typed}' has not the form of this fact";
        NothingToConfirm = "there is no value to confirm";
        NothingToWithdraw = "nobody has decided about it";
        VersionIsNow { seen: u32, now: u32 } = "version {seen} was looked at, and the newest is {now}";
    }
}
