//! Why a change to documents or their pages cannot be made.

use super::faults;

faults! {
    /// What is wrong with a change to documents.
    DocumentFault {
        ReasonMissing = "what is taken out needs a reason";
        OnlyPage = "it is the only page of the document; the document can be voided";
        NoSuchPage { page: u32, last: u32 } = "there is no page {page}; its pages are 1 to {last}";
        NoSuchLine { page: u32, line: u32 } = "page {page} has no line {line}, or the line has no such word";
        NothingChanged = "nothing would be changed by it";
        NotAnOrder { last: u32 } = "the new order has to name each page from 1 to {last} once";
        NoSplit { last: u32 } = "a document is split before pages from 2 to {last}, each named once and in order";
        ItIsThere { document: String } = "it is there already, as {document}";
        SameDocument = "it is the document itself";
        NotVoided = "it was not taken out";
        LivesOn { document: String } = "its pages are in {document} now; that one can be moved back or split";
        ReadDifferently { document: String } = "{document} was read by another version or other settings; 'sohoa run --reread' reads both alike";
        KeptByHand { document: String } = "{document} was read by another version or other settings, and one of the two was corrected or turned by hand and stays as it was read";
        ShowsOthers { name: String } = "{name} holds papers of others and cannot be cut apart";
        CodeUnknown { dossier: String } = "{dossier} is no dossier code by inbox.code_patterns";
    }
}
