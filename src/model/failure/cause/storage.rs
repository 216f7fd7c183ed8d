//! What is wrong with the repository, or was in the way of a write to it.

use super::faults;

faults! {
    /// What is wrong with the repository, or was in the way of a write to it.
    StorageFault {
        NoMarker { marker: String } = "it holds no {marker}";
        OtherThings { marker: String, example: String } = "it holds no {marker} but other things, such as {example}";
        HeldBy { pid: u32, host: String, since: String } = "process {pid} on {host} has been using it since {since}";
        FormatNewer { found: i64, known: i64 } = "it has format {found}, and this program knows only {known}";
        MadeByOlder = "an older version of the program made it";
        CatalogMissing = "the catalog is missing";
        CatalogLost = "the catalog is missing, and there are files that it should know";
        CatalogRemade = "the catalog was made anew by another program just now";
        SymbolicLink = "a symbolic link is not followed; put the folder or file itself there";
        OpenForReading = "it is open for reading";
        BlobMissing = "the file is missing";
        BlobChanged { path: String } = "its bytes are not those that were stored: {path}";
        BlobAbsent { path: String } = "its file is missing: {path}";
        BlobUnreadable { path: String } = "its file cannot be read: {path}";
        ManifestUnknown = "the catalog does not know it";
        ManifestContent = "its content in the catalog is not what was prepared";
        ManifestDigest { sequence: u64 } = "manifest {sequence}: its digest or size is not that of its bytes";
        ManifestBeforeUnreleased { sequence: u64 } = "manifest {sequence} was not prepared: the one before it is not released";
        ManifestNumber { sequence: u64 } = "manifest {sequence} was not prepared: its number is not the next one";
        ManifestRecord { sequence: u64 } = "manifest {sequence} was not prepared: a record is missing or was exported before";
        ManifestReleased = "another manifest of this number was released before";
        VersionDoesNotFollow { version: u32, dossier: String } = "version {version} of {dossier} does not follow the newest one kept";
        IdNotMadeFrom { version: u32, dossier: String } = "the id of version {version} of {dossier} is not made from it";
        NumberGiven { number: u32, dossier: String } = "number {number} of {dossier} was given to another document";
        OtherNumber { number: u32, dossier: String } = "the document at {number} of {dossier} was given another number";
        ItemChanged { dossier: String } = "what is on its way of {dossier} was changed meanwhile";
        KeyActive = "another key signs already";
        Signed { sequence: u64 } = "manifest {sequence} has a signature";
        AccountTaken { name: String } = "there is an account '{name}'";
        AccountChanged { name: String } = "the account '{name}' was changed meanwhile";
        RecordAltered = "what the record says is not what was sealed";
        RecordWithoutAct = "there are records, and no act that sealed them";
        Column { column: String, value: i64 } = "column {column} holds {value}";
        UnpacksToMore { limit: u64 } = "it unpacks to more than {limit} bytes";
        IndexWithoutNumber = "an entry lacks a number";
        IndexWithoutText = "an entry lacks a text";
        IndexWithoutDigest = "an entry lacks its digest";
        IndexVersion = "its version is none that was";
        IndexFields = "its fields are not those of its version";
        IndexUntold = "it does not say what it holds";
        ScanNotNamed = "the record does not name the scan of its page";
        SearchTooLong { bytes: u64 } = "a saved search is not {bytes} bytes long";
        SearchVersion { version: u32 } = "this program does not know version {version} of saved searches";
        TableTooLong { rows: u64 } = "{rows} rows are too many for one sheet";
        TableNotWritten { said: String } = "the table cannot be written: {said}";
        TableName = "the name has to end with .csv or .xlsx";
        NotInCatalog { record: String, ordinal: u32 } = "the catalog has no record {record} with a document {ordinal}";
        IndexCorrupt = "the files of the index are damaged";
        ReadOtherwise = "what is read now is not what was read then";
        IndexAhead { change: i64, newest: i64 } = "it holds change {change}, and the catalog ends at {newest}";
        NameTaken = "another file of this name is there and is not overwritten";
        OtherList = "the row belongs to another list";
        LittleRoom { free_mib: u64, needed_mib: u64 } = "{free_mib} MiB free < general.min_free_mib = {needed_mib} MiB";
        InRepository = "it lies in the repository";
        LeadsOutside = "its path leads out of the repository";
        NotARecipient { text: String } = "'{text}' is no public key of age";
        NoIdentity = "it holds no private key of age";
        IdentityProtected = "it is protected by a password: write it out with 'age -d' first";
        BackupEncrypted = "it is encrypted, and backup.recipients is empty";
        BackupInClear = "it is not encrypted, and backup.recipients names a key";
        BackupNotEncrypted = "it is not encrypted, and a key was given to read it";
        CredentialsMissing = "there is no access key with a secret";
        CredentialsOpen = "every account of this machine can read it";
        CutOff = "the answer was cut off";
        SourceNotPlain = "no plain file";
        SourceChanged = "the file changed while it was read";
    }
}
