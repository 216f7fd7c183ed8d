//! Digital signatures that a file brought along.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What became of the bytes that a signature stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureIntegrity {
    /// They are those that were signed.
    Intact,
    /// They were changed after signing.
    Altered,
    /// Nobody can tell: the signature is damaged or of a kind that is not known.
    Unknown,
}

/// One signature as it was found in a file. Whether its certificate is to be trusted is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The signer's common name in the certificate; null if there is none.
    pub signer: Option<String>,
    /// When it was signed: by a time stamp, else by the signer's own word; null if neither says.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub signed_at: Option<OffsetDateTime>,
    /// Whether the signed bytes are those that were signed.
    pub integrity: SignatureIntegrity,
    /// Whether the signed bytes are the whole file; something was added after signing if not.
    pub covers_file: bool,
}

/// Where in a file the digits of a signature belong that it was made ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureSlot {
    /// So many bytes it has without anything of the signature: they are a whole file.
    pub unsigned: u64,
    /// Where the bracket before the digits stands.
    pub from: u64,
    /// Where the bracket behind them ends.
    pub to: u64,
}
