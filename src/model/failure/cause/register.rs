//! What is wrong with a file of the register, or with a row of it.

use super::{Names, faults};

faults! {
    /// What is wrong with a file of the register, or with a row of it.
    RegisterFault {
        NotUtf8 = "the line is no text in UTF-8";
        NotAnObject = "the line is no JSON object";
        ColumnEmpty = "it is empty";
        NotACode = "it is no code: letters and digits of ASCII, dots, hyphens and underscores";
        NotAMoment = "it is no date or time that is understood, such as 06/07/2023 08:30";
        NotACount = "it is no whole number";
        NotOneOf { known: Names } = "it is none of: {known}";
        NotSoManyDigits { digits: u64 } = "it has not {digits} digits";
        ZerosLost = "it stands in the table as a number, so that zeros in front of it are lost; make the column one of texts";
        TextTooLong { limit: u64 } = "it has more than {limit} characters";
        ValueWrong = "the cell holds an error or a value that is none of the register";
        EndsBeforeBegin = "it lies before the day on which the dossier was received";
        SameCode { line: u64 } = "line {line} has the same code and says something else";
        OtherLineRefused { line: u64 } = "it belongs to line {line}, which cannot be taken";
        LayoutUnknown { columns: Names } = "no layout has its columns: {columns}";
        LayoutUnclear { layouts: Names } = "several layouts have its columns; choose with --layout: {layouts}";
        LayoutNotThere { layout: String, known: Names } = "there is no layout '{layout}', but: {known}";
        SheetNotThere { sheets: Names } = "there is no such sheet, but: {sheets}";
        OldWorkbook = "it is a workbook of the old kind; save it as .xlsx";
        FileTooLarge { mib: u64 } = "it has more than {mib} MiB";
        NotATable { said: String } = "it is no table: {said}";
        LayoutColumn { layout: String, column: String } = "layout '{layout}' names '{column}', which its list does not have";
    }
}
