//! What is wrong with a file of the register, or with a row of it.

use super::{Names, faults};

faults! {
    /// What is wrong with a file of the register, or with a row of it.
    RegisterFault {
        NotUtf8 = "the line is no text in UTF-8";
        NotAnObject = "the line is no JSON object";
        CellsNotClosed = "a quotation mark in it is wrong, so that cells or rows of it may be run together";
        CellCount { cells: u64, columns: u64 } = "it has {cells} cells, and there are {columns} columns";
        CellLines { limit: u64 } = "a cell has more than {limit} lines: a quotation mark may be missing";
        FileNotUtf8 = "its text is not in UTF-8 (perhaps UTF-16 or Windows-1258); save it as UTF-8";
        QuoteOpen { mib: u64 } = "a quotation mark is not closed before the end, or a cell has more than {mib} MiB";
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
        TitlesUnknown { columns: u64 } = "no layout has its columns; the first row with most cells has {columns}";
        LayoutForeign { layout: String, column: String } =
            "it is no file of layout '{layout}', for it has the column '{column}'; choose another with --layout";
        LayoutUnclear { layouts: Names } = "several layouts have its columns; choose with --layout: {layouts}";
        LayoutNotThere { layout: String, known: Names } = "there is no layout '{layout}', but: {known}";
        SheetNotThere { sheets: Names } = "there is no such sheet, but: {sheets}";
        OldWorkbook = "it is a workbook of the old kind; save it as .xlsx";
        FileTooLarge { mib: u64 } = "it has more than {mib} MiB";
        NotATable { said: String } = "it is no table: {said}";
        LayoutColumn { layout: String, column: String } = "layout '{layout}' names '{column}', which its list does not have";
    }
}
