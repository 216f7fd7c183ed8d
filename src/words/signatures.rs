//! What people are told about the signatures of a file.

use time::macros::format_description;

use super::tell;
use crate::model::failure::Language;
use crate::model::signature::{Signature, SignatureIntegrity};
use crate::settings::GeneralSettings;

/// One line for each signature: who signed, when, and what became of the bytes since. That the
/// certificate was not judged is said with them, so that nobody takes "intact" for "trusted".
pub(crate) fn signature_lines(signatures: &[Signature], general: &GeneralSettings, language: Language) -> String {
    let mut text = String::new();
    for signature in signatures {
        let nameless = tell!(language, "không rõ người ký", "signer not known");
        let signer = signature.signer.as_deref().unwrap_or(&nameless);
        let time = time_of(signature, general, language);
        let state = state_of(signature, language);
        text.push_str(&tell!(
            language,
            "    chữ ký số: {signer}, {time}: {state}\n",
            "    digital signature: {signer}, {time}: {state}\n"
        ));
    }
    if !signatures.is_empty() {
        text.push_str(&tell!(
            language,
            "    (chứng thư số của người ký chưa được xác minh; bản có chữ ký là bản quét gốc)\n",
            "    (the signers' certificates were not verified; it is the original that bears the signatures)\n"
        ));
    }
    text
}

fn time_of(signature: &Signature, general: &GeneralSettings, language: Language) -> String {
    let format = format_description!("[day]/[month]/[year] [hour]:[minute]");
    let time = signature.signed_at.and_then(|time| general.local(time).format(format).ok());
    time.unwrap_or_else(|| tell!(language, "không rõ thời điểm", "time not known"))
}

fn state_of(signature: &Signature, language: Language) -> String {
    match (signature.integrity, signature.covers_file) {
        (SignatureIntegrity::Intact, true) => {
            tell!(language, "còn nguyên vẹn từ khi ký", "unchanged since it was signed")
        }
        (SignatureIntegrity::Intact, false) => {
            tell!(
                language,
                "phần đã ký còn nguyên vẹn; sau đó tệp được ghi thêm",
                "the signed part is unchanged; something was added to the file later"
            )
        }
        (SignatureIntegrity::Altered, _) => {
            tell!(language, "NỘI DUNG ĐÃ BỊ SỬA sau khi ký", "CHANGED after it was signed")
        }
        (SignatureIntegrity::Unknown, _) => {
            tell!(language, "không kiểm tra được", "cannot be checked")
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_state_is_told_apart_in_both_languages() {
        let signature = |integrity, covers_file| Signature {
            signer: Some("Văn thư".into()),
            signed_at: Some(datetime!(2026-03-05 02:30 UTC)),
            integrity,
            covers_file,
        };
        let all = [
            signature(SignatureIntegrity::Intact, true),
            signature(SignatureIntegrity::Intact, false),
            signature(SignatureIntegrity::Altered, true),
            Signature { signer: None, signed_at: None, ..signature(SignatureIntegrity::Unknown, true) },
        ];
        let general = GeneralSettings::default();
        for (language, time, unknown) in [
            (Language::Vi, "Văn thư, 05/03/2026 09:30", "không rõ người ký"),
            (Language::En, "Văn thư, 05/03/2026 09:30", "signer not known"),
        ] {
            let text = signature_lines(&all, &general, language);
            let lines: std::collections::BTreeSet<&str> = text.lines().collect();
            assert_eq!(lines.len(), 5, "{text}");
            assert!(text.contains(time) && text.contains(unknown), "{text}");
        }
        assert_eq!(signature_lines(&[], &general, Language::Vi), "");
    }
}
