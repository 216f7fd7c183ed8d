//! Why a decision about a file that waits cannot be carried out.

use super::faults;

faults! {
    /// What is wrong with a decision about a file.
    SettleFault {
        SeveralOfName { other: String } = "there is another file of this name: {other}; name one by its whole path";
        NothingDecided = "nothing was decided about it";
        NotToDecide { waits: String } = "it waits as {waits}, which no decision mends";
        NoSuchPages { last: u64 } = "pages that begin documents lie between 1 and {last}, each named once and in order";
        NoDossierCode { dossier: String } = "{dossier} is no dossier code by inbox.code_patterns";
        DossierMissing = "it has to be told whose the first paper is";
    }
}
