//! The closed list of codes: the one table that says of each what follows.
//!
//! Faces find the words, in `words/codes.rs`. `docs/failure-codes.md` lists the same codes, and a test
//! compares the two.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ExitClass, Retry};

/// Declares the closed list: variant, code (with the one that data of old may have in its place),
/// retry and effect.
macro_rules! failure_codes {
    ($($(#[$about:meta])* $variant:ident = $code:literal $((once $old:literal))?, $retry:ident, $effect:ident $(($exit:ident))?;)*) => {
        /// A reason code. It never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum FailureCode {
            $(
                $(#[$about])*
                #[serde(rename = $code $(, alias = $old)?)]
                $variant,
            )*
        }

        impl FailureCode {
            /// The whole list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as people see it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// When trying again can help.
            pub fn retry(self) -> Retry {
                match self { $(Self::$variant => Retry::$retry),* }
            }

            /// What becomes of the file, the run and the program.
            pub fn effect(self) -> Effect {
                match self { $(Self::$variant => Effect::$effect $((ExitClass::$exit))?),* }
            }
        }
    };
}

failure_codes! {
    /// The file is empty (0 bytes).
    FileEmpty = "file-empty", Never, Refuses;
    /// The file cannot be read.
    FileUnreadable = "file-unreadable", AfterOperator, Waits;
    /// The folder cannot be opened.
    FolderUnreadable = "folder-unreadable", AfterOperator, Waits;
    /// This is not a regular file (a pipe, socket or device).
    FileNotRegular = "file-not-regular", Never, Refuses;
    /// The link leads out of the inbox; Sohoa does not follow it.
    LinkOutside = "link-outside", Never, Refuses;
    /// The file name cannot be used.
    NameInvalid = "name-invalid", Never, Refuses;
    /// The content is not PDF, TIFF, JPEG or PNG, whatever the name says.
    FileUnknownType = "file-unknown-type", Never, Refuses;
    /// The file is an image of a kind that is not taken in (HEIC, AVIF, WebP, BMP, GIF …).
    FileForeignImage = "file-foreign-image", Never, Refuses;
    /// The file is an office document (Word, Excel …) and no scan.
    FileOfficeDocument = "file-office-document", Never, Refuses;
    /// The file is an archive (ZIP, RAR, 7z …).
    FileArchive = "file-archive", Never, Refuses;
    /// The file is larger than limits.file_mib.
    FileTooLarge = "file-too-large", AfterOperator, Refuses;
    /// The PDF is protected by a password.
    PdfEncrypted = "pdf-encrypted", Never, Refuses;
    /// The file holds several PDFs one after the other, of which readers see the last one only.
    PdfSeveral = "pdf-several", Never, Refuses;
    /// The file is a PDF portfolio: the papers are attached files, and its page is a placeholder only.
    PdfPortfolio = "pdf-portfolio", Never, Refuses;
    /// The file is an XFA form, whose pages are made only while Adobe Reader shows it.
    PdfXfa = "pdf-xfa", Never, Refuses;
    /// A page has a filled field or a note of which the file does not say how it looks; it would be lost.
    PdfNoAppearance = "pdf-no-appearance", AfterOperator, Waits;
    /// A page uses fonts that are not embedded in the file, and letters of it cannot be drawn with other fonts.
    PdfFontsMissing = "pdf-fonts-missing", AfterOperator, Waits;
    /// The file is damaged or cut short.
    FileDamaged = "file-damaged", Never, Refuses;
    /// The file has no pages.
    NoPages = "no-pages", Never, Refuses;
    /// The file has more pages than limits.pages_per_file.
    TooManyPages = "too-many-pages", AfterOperator, Refuses;
    /// A page has more pixels than limits.page_megapixels, limits.side_pixels or limits.jpeg2000_megapixels.
    ImageTooLarge = "image-too-large", AfterOperator, Refuses;
    /// The compressed data of a page unfold to more than limits.decoded_mib or limits.contents_mib.
    DecodedTooLarge = "decoded-too-large", AfterOperator, Refuses;
    /// The objects of a PDF page lie within each other deeper than limits.nesting.
    NestingTooDeep = "nesting-too-deep", AfterOperator, Refuses;
    /// A PDF page draws more images and forms than limits.objects_per_page.
    TooManyObjects = "too-many-objects", AfterOperator, Refuses;
    /// The image's compression or colour type is not supported.
    ImageUnsupported = "image-unsupported", Never, Refuses;
    /// A page of the file is damaged.
    PageDamaged = "page-damaged", Never, Refuses;
    /// A page took longer than workers.page_seconds and was stopped.
    PageDeadline = "page-deadline", AfterOperator, Refuses;
    /// A page needed more memory than workers.memory_mib.
    PageOutOfMemory = "page-out-of-memory", AfterOperator, Refuses;
    /// The process that worked on the page crashed twice.
    WorkerCrashed = "worker-crashed", AfterOperator, Refuses;
    /// No worker process could be started; the run stopped.
    WorkerMissing = "worker-missing", Later, Pauses(Environment);
    /// This kernel cannot confine the worker processes, which workers.confinement requires; the run did not start.
    WorkerUnconfined = "worker-unconfined", AfterOperator, Ends(Environment);
    /// The text engine reported an error on a page.
    EngineFailed = "engine-failed", AfterOperator, Refuses;
    /// No dossier code was found in a barcode, a folder's name or the file's name.
    DossierUnknown = "dossier-unknown", AfterOperator, Waits;
    /// Barcode, folder and file name give different dossier codes.
    DossierConflict = "dossier-conflict", AfterOperator, Waits;
    /// The stack cannot be split with certainty by its cover sheets.
    StackUnclear = "stack-unclear", AfterOperator, Waits;
    /// The scan is too poor to stand for the paper; it has to be scanned again.
    Rescan = "rescan", AfterOperator, Waits;
    /// A fact was not found that documents of this type must bear.
    FactMissing = "fact-missing", AfterOperator, Waits;
    /// A fact was read that may be wrong.
    FactDoubtful = "fact-doubtful", AfterOperator, Waits;
    /// The decision about this fact cannot be right; nothing was written.
    FieldInvalid = "field-invalid", AfterOperator, Ends(Usage);
    /// The document cannot be changed in this way; nothing was written.
    DocumentInvalid = "document-invalid", AfterOperator, Ends(Usage);
    /// The decision cannot be carried out for this file; nothing was written.
    SettleInvalid = "settle-invalid", AfterOperator, Ends(Usage);
    /// The page is in the document already.
    PageAlreadyPresent = "page-already-present" (once "page-there"), Never, Ends(Failed);
    /// The scan has not the number of written pages that this change needs.
    PageCount = "page-count", AfterOperator, Ends(Failed);
    /// The PDF/A could not be written.
    SealFailed = "seal-failed", AfterOperator, Refuses;
    /// The PDF/A just written did not read back as it should, and was not kept.
    SealUnproven = "seal-unproven", AfterOperator, Refuses;
    /// The disk is full.
    DiskFull = "disk-full", AfterOperator, Pauses(Storage);
    /// The repository could not be read or written.
    StorageFailed = "storage-failed", AfterOperator, Pauses(Storage);
    /// Another run is using this inbox or repository.
    RepositoryLocked = "repository-locked", Later, Pauses(Locked);
    /// Somebody else, or another run, has just changed the same item; nothing was written.
    Conflict = "conflict", Later, Pauses(Locked);
    /// The folder is not a Sohoa repository.
    RepositoryMissing = "repository-missing", AfterOperator, Pauses(NotFound);
    /// The repository was made by a newer Sohoa.
    RepositoryNewer = "repository-newer", AfterOperator, Ends(Failed);
    /// Data in the repository is missing or was changed.
    RepositoryDamaged = "repository-damaged", AfterOperator, Ends(Damaged);
    /// The folder is not a backup by Sohoa.
    BackupMissing = "backup-missing", AfterOperator, Ends(NotFound);
    /// The backup holds no such snapshot.
    SnapshotMissing = "snapshot-missing", Never, Ends(NotFound);
    /// Data in the backup is missing or was changed.
    BackupDamaged = "backup-damaged", AfterOperator, Ends(Damaged);
    /// The backup is encrypted, and its private key was not given or cannot be used.
    BackupKeyMissing = "backup-key-missing", AfterOperator, Ends(Usage);
    /// The backup is encrypted for another key.
    BackupKeyWrong = "backup-key-wrong", AfterOperator, Ends(Usage);
    /// The backup was begun with encryption and is to go on without, or the other way round.
    BackupEncryption = "backup-encryption", AfterOperator, Ends(Usage);
    /// The place of the backup does not answer.
    BackupUnreachable = "backup-unreachable", Later, Ends(Storage);
    /// The place of the backup does not let us in.
    BackupRefused = "backup-refused", AfterOperator, Ends(Storage);
    /// The address of a backup has to be a folder, or s3://BUCKET/PREFIX.
    BackupAddress = "backup-address", Never, Ends(Usage);
    /// The folder to restore into is not empty.
    RestoreNotEmpty = "restore-not-empty", AfterOperator, Ends(Usage);
    /// Another version of Sohoa made the search index.
    IndexOutdated = "index-outdated", AfterOperator, Ends(Failed);
    /// There is no such inbox folder.
    InboxMissing = "inbox-missing", AfterOperator, Pauses(NotFound);
    /// The inbox is the repository or lies in it.
    InboxInRepository = "inbox-in-repository", AfterOperator, Ends(Usage);
    /// The settings are not valid.
    SettingsInvalid = "settings-invalid", AfterOperator, Ends(Usage);
    /// The settings file sets something already; nothing was written.
    SettingsPresent = "settings-present", AfterOperator, Ends(Usage);
    /// Tesseract cannot start with the configured language data.
    EngineMissing = "engine-missing", AfterOperator, Ends(Environment);
    /// The export manifest does not fit its published schema and was not released.
    ManifestInvalid = "manifest-invalid", AfterOperator, Ends(Failed);
    /// A key signs manifests already.
    KeyPresent = "key-present", AfterOperator, Ends(Usage);
    /// The private key that signs manifests is not there.
    KeyMissing = "key-missing", AfterOperator, Pauses(Failed);
    /// The private key that signs manifests cannot be used.
    KeyUnusable = "key-unusable", AfterOperator, Pauses(Failed);
    /// The key that signs sealed files is not there.
    PdfKeyMissing = "pdf-key-missing", AfterOperator, Pauses(Failed);
    /// The password of the key that signs sealed files is not there, or is another one.
    PdfKeyPassword = "pdf-key-password", AfterOperator, Pauses(Failed);
    /// The key that signs sealed files cannot be used.
    PdfKeyUnusable = "pdf-key-unusable", AfterOperator, Pauses(Failed);
    /// The certificate of the key that signs sealed files holds no more, or not yet.
    PdfCertificateDates = "pdf-certificate-dates", AfterOperator, Pauses(Failed);
    /// The portal cannot be reached, or has trouble of its own.
    PortalUnreachable = "portal-unreachable", Later, Pauses(Failed);
    /// The portal does not let us in.
    PortalLogin = "portal-login", AfterOperator, Ends(Failed);
    /// A page alone is larger than the files that are taken there; the rest goes on, and this waits.
    PageOverLimit = "page-over-limit", AfterOperator, Waits;
    /// The file of acknowledgements is not understood; nothing of it was taken.
    AckInvalid = "ack-invalid", AfterOperator, Ends(Usage);
    /// The file is no table that can be imported into the register; nothing was written.
    RegisterUnreadable = "register-unreadable", AfterOperator, Ends(Usage);
    /// The query cannot be understood and was not searched for.
    QueryInvalid = "query-invalid", AfterOperator, Ends(Usage);
    /// This is no dossier code by inbox.code_patterns; a cover sheet with it would not part dossiers.
    CodeInvalid = "code-invalid", AfterOperator, Ends(Usage);
    /// The output file cannot be written.
    FileUnwritable = "file-unwritable", AfterOperator, Ends(Storage);
    /// The page shows an identity card: its picture is drawn only where that is asked for.
    PageSensitive = "page-sensitive", AfterOperator, Ends(Usage);
    /// The repository holds no such item.
    NotFound = "not-found", Never, Ends(NotFound);
    /// There is an account of this name already.
    AccountExists = "account-exists", AfterOperator, Ends(Usage);
    /// The user name is not valid.
    AccountNameInvalid = "account-name-invalid", AfterOperator, Ends(Usage);
    /// The password cannot be used.
    PasswordUnfit = "password-unfit", AfterOperator, Ends(Usage);
    /// The address for the console cannot be opened.
    AddressUnavailable = "address-unavailable", AfterOperator, Ends(Environment);
    /// The certificate of the console cannot be used.
    CertificateUnusable = "certificate-unusable", AfterOperator, Ends(Environment);
    /// The letter was not sent.
    MailNotSent = "mail-not-sent", Later, Ends(Environment);
    /// It takes signing in.
    SignInRequired = "sign-in-required", AfterOperator, Ends(Usage);
    /// The account has not this right.
    NotPermitted = "not-permitted", AfterOperator, Ends(Usage);
    /// The request is not valid.
    RequestInvalid = "request-invalid", Never, Ends(Usage);
    /// Signing in failed too often; it takes a while before the next try.
    TooManyAttempts = "too-many-attempts", Later, Ends(Failed);
    /// What the sign-in service says of somebody does not hold, or gives no role here.
    SignInRefused = "sign-in-refused", AfterOperator, Ends(Usage);
    /// The sign-in service does not answer.
    SignInServiceUnavailable = "sign-in-service-unavailable", Later, Ends(Failed);
    /// The answer took too long.
    AnswerLate = "answer-late", AfterOperator, Pauses(Failed);
    /// The server is busy.
    ServerBusy = "server-busy", Later, Pauses(Failed);
    /// The ledger does not balance: some pages have no known outcome.
    LedgerUnbalanced = "ledger-unbalanced", AfterOperator, Ends(Unbalanced);
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_was_renamed_is_read_under_its_old_name() {
        let code: FailureCode = serde_json::from_str("\"page-there\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"page-already-present\"");
    }
}
