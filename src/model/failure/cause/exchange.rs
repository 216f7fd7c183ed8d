//! What is in the way of an exchange with others.

use super::faults;

faults! {
    /// What is in the way of an exchange with others.
    ExchangeFault {
        NotEncrypted { url: String } = "'{url}' is neither https nor on this machine";
        NoPortal { name: String } = "consumer {name} has no portal in the settings";
        OtherFile { file: String, hash: String } = "the portal has got other bytes than those of {file} (hash {hash})";
        Contradiction = "the portal contradicts itself";
        NotLetIn = "the portal let us in and then did not take this message";
        SaidTwice { record: String } = "two different things are said of record {record}";
        NotGiven { record: String } = "record {record} was not given to this consumer";
        NoReason { record: String } = "record {record} is rejected without a reason";
        PasswordEmpty = "the first line is empty";
        KeyOpen { mode: String } = "others than its owner may use it (mode {mode})";
        OtherKey { key: String } = "it is not the private half of key {key}";
        NotPkcs12 = "it is no PKCS#12 file, or a damaged one";
        KeyCount { found: u64 } = "it holds {found} private keys in place of one";
        KeyDamaged = "the private key in it is damaged";
        KeyKind { found: String } = "it needs {found}, which is not supported";
        NoCertificate = "it holds no certificate of its private key";
        NotForSigning = "its certificate is not for signing";
        CertificateDates { from: String, until: String } = "it holds from {from} until {until}";
        NoVariable { name: String } = "the environment has no variable {name}";
    }
}
