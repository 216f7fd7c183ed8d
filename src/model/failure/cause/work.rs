//! What is wrong with settings, with what was typed, or with the work itself.

use super::{Names, faults};
use crate::model::codes::{CodeError, MAX_CODE_LENGTH};
use crate::model::reuse_lapse::ReuseLapse;

faults! {
    /// What is wrong with a setting.
    SettingFault {
        Between { least: String, most: String } = "must lie between {least} and {most}";
        AtLeast { least: String } = "must be at least {least}";
        AtMost { most: String } = "must be at most {most}";
        LessThan { other: String } = "must be less than {other}";
        NotAfter { other: String } = "must not be after {other}";
        KeyOfOne { other: String } = "must be the key of one of {other}";
        NoName = "is empty or begins or ends with a blank";
        NotFromTheRoot { path: String } = "'{path}' does not begin with /";
        FolderOfRoot { folder: String } = "{folder} belongs to root, and the account sohoa could not write what is made in it";
        NotAnAgencyCode { typed: String } = "'{typed}' is no agency code, such as H38.16";
        NotABaseAddress { address: String } = "'{address}' is no address of https, or of http on this machine, with a host and without a name, '?' or '#'";
        NotParted { version: u32 } = "version {version} of manifests tells everybody who somebody is: say 'included', or take version 6";
        Twice { name: String } = "'{name}' is there twice";
        NotFinite = "is not a finite number";
        NotLoopback { address: String } = "{address} can be reached from other machines; set console.tls_certificate or console.trusted_proxies, or listen on 127.0.0.1";
        TogetherWith { other: String } = "must be set where {other} is, and only there";
        VariableForm = "the form is SOHOA__SECTION__KEY";
        NotALanguageTag { tag: String } = "'{tag}' is not a BCP 47 language tag, such as vi-VN";
        NotABarcode { name: String } = "'{name}' is no kind of barcode that can be read";
        BadPattern { pattern: String, said: String } = "'{pattern}' is not a valid pattern: {said}";
        TooWidePattern { pattern: String } = "'{pattern}' would also be found where nothing is";
        NoCodePatterns = "it is empty: no dossier code could ever be found";
        NoSuchEngine { name: String, known: Names } = "'{name}' is not one of: {known}";
        RegisterUnreadable { path: String, said: String } = "{path}: {said}";
    }
}

faults! {
    /// Why it is not known which dossier a paper belongs to.
    SplitFault {
        CodeNowhere = "no code in barcode or names";
        CodeInText { dossier: String } = "no code in barcode or names; the text on the first page may say {dossier}";
        CodesDiffer { codes: Names } = "different codes: {codes}";
        UnknownSheet { page: u64 } = "page {page} is a cover sheet or separator that cannot be read, or its code is none of inbox.code_patterns";
        SignedStack = "a signed file with papers of several dossiers";
        NothingFollows { dossier: String, page: u64 } = "no paper follows the cover sheet of {dossier} (page {page})";
    }
}

faults! {
    /// What is wrong with what was typed, or with the work itself.
    WorkFault {
        CodeEmpty = "the code is empty";
        CodeTooLong { limit: u64 } = "the code is longer than {limit} characters";
        CodeCharacter { character: char } = "the code holds '{character}', which is neither a letter or digit of ASCII nor one of . - _";
        CodeOuterDot = "the code begins or ends with a dot";
        OptionMissing { options: Names } = "one of these is needed: {options}";
        SamePerson { who: String } = "{who} decided about its facts: another person has to check it";
        NotReusable { lapse: ReuseLapse } = "it cannot be reused: {lapse}";
        NotCertain { field: String } = "{field} was not certain when the document was drawn";
        PagesUpTo { last: u32 } = "its pages are 1 to {last}";
        WrittenPages { pages: u64, blank: u64 } = "{pages} pages, {blank} of them blank";
        OtherCode { found: String, wanted: String } = "the page bears {found}, not {wanted}";
        TookSeconds { seconds: u64 } = "after {seconds} s";
        TookMemory { mib: u64 } = "the limit is {mib} MiB";
        AccountNameForm { name: String } = "'{name}' is no user name: 1 to 64 of a-z, 0-9, dot, hyphen and underscore";
        PasswordShort { least: u64 } = "it has fewer than {least} characters";
        PasswordLong { most: u64 } = "it has more than {most} bytes";
        PasswordIsName = "it is the user name";
        NoPeriod = "it is no day, month, quarter or year, such as 2023, 07/2023 or 06/07/2023";
        NotMounted = "nothing is mounted there";
        OtherReply = "a reply to another question";
        EngineUnknown { name: String } = "there is no text engine named '{name}'";
        ModelLanguage { language: String } = "'{language}' is not a language code";
        ModelMissing { language: String } = "language data '{language}' were not found in any folder";
        ModelUnreadable { language: String, folder: String, said: String } = "language data '{language}' cannot be read in {folder}: {said}";
        FolderNotUtf8 { folder: String } = "the folder {folder} is not UTF-8";
        EngineNotStarted { said: String } = "the text engine did not start: {said}";
        EngineSaid { said: String } = "the text engine failed: {said}";
        EnginePicture = "the prepared page is not grey or too large";
        PagesLost { scanned: u64, sealed: u64, separators: u64, blank: u64, waiting: u64, refused: u64 } = "{scanned} pages scanned ≠ {sealed} sealed + {separators} separators + {blank} blank + {waiting} waiting + {refused} refused";
    }
}

impl From<CodeError> for WorkFault {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Empty => Self::CodeEmpty,
            CodeError::TooLong => Self::CodeTooLong { limit: MAX_CODE_LENGTH as u64 },
            CodeError::BadCharacter(character) => Self::CodeCharacter { character },
            CodeError::OuterDot => Self::CodeOuterDot,
        }
    }
}
