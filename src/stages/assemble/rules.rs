//! What names and payloads say: the rules of the inbox, compiled once.

use regex::{Regex, RegexBuilder};

use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::page::RecognisedPage;
use crate::model::vietnamese::fold;

use super::error::AssembleError;
use super::settings::InboxSettings;

/// Memory that one compiled pattern may take, in bytes: settings are trusted, slips are not.
const PATTERN_BYTES: usize = 4 << 20;

/// What the place of a file in the inbox says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The code that the outermost folder named by a code has.
    pub folder_code: Option<DossierCode>,
    /// The code in the file's own name.
    pub file_code: Option<DossierCode>,
    /// Further codes in the same path that differ from the two above; any of them is a conflict.
    pub other_codes: Vec<DossierCode>,
    /// The ordinal that follows the code in the file's name, as in `CODE.003.pdf`.
    pub wanted_ordinal: Option<u32>,
    /// Handed in, or given back according to a folder or the file's name.
    pub kind: RecordKind,
    /// Whether a person looked at the paper and takes it as it is, told by a folder.
    pub acceptance: Acceptance,
}

/// What a person said of a paper's picture by where they put the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// Nothing: it has to be good enough.
    Judged,
    /// It is to be taken as it is.
    AsItIs,
}

/// The rules of [`InboxSettings`], compiled.
#[derive(Debug, Clone)]
pub struct InboxRules {
    whole_code: Regex,
    code_in_name: Regex,
    result_folders: Vec<String>,
    accept_folders: Vec<String>,
    result_names: Vec<Regex>,
    ignore: Vec<Regex>,
}

/// The shape of dossier codes of one agency and of those below it, as a regular expression; `None` if
/// `code` is no agency code (QĐ 20/2020/QĐ-TTg, with or without the older prefix `nnn.nn.nn.`).
pub fn agency_pattern(code: &str) -> Option<String> {
    const PREFIX: &str = r"\d{3}\.\d{2}\.\d{2}\.";
    let shape = format!(r"^({PREFIX})?[A-Z]\d{{2}}(?:\.\d{{1,3}})*$");
    let shape = RegexBuilder::new(&shape).case_insensitive(true).build().ok()?;
    let has_prefix = shape.captures(code)?.get(1).is_some();
    let prefix = if has_prefix { String::new() } else { format!("(?:{PREFIX})?") };
    let code = regex::escape(&code.to_uppercase());
    Some(format!(r"{prefix}{code}(?:\.\d{{1,3}})*-(?:\d{{6}}|\d{{8}})-(?:\d{{4}}|\d{{5}}|\d{{7}})"))
}

impl Placement {
    /// The dossier that folders and file name give, as far as they agree.
    pub fn named_code(&self) -> Option<&DossierCode> {
        self.folder_code.as_ref().or(self.file_code.as_ref())
    }
}

impl InboxRules {
    /// Compiles `settings`.
    ///
    /// # Errors
    /// Names the settings key and the pattern that cannot be used.
    pub fn new(settings: &InboxSettings) -> Result<Self, AssembleError> {
        const CODES: &str = "inbox.code_patterns";
        if settings.code_patterns.is_empty() {
            return Err(AssembleError::NoCodePatterns);
        }
        for pattern in &settings.code_patterns {
            compile(CODES, pattern, pattern)?;
        }
        let any = settings.code_patterns.iter().map(|pattern| format!("(?:{pattern})")).collect::<Vec<_>>().join("|");
        // A dot before it is no boundary: a code must not lose its first levels.
        let in_name = format!(r"(?:^|[^0-9A-Za-z.])(?P<code>{any})(?P<rest>[^0-9A-Za-z].*)?$");
        let whole_code = compile(CODES, &any, &format!("^(?:{any})$"))?;
        if whole_code.is_match("") {
            return Err(AssembleError::TooWide { key: CODES, pattern: any });
        }
        Ok(Self {
            whole_code,
            code_in_name: compile(CODES, &any, &in_name)?,
            result_folders: settings.result_folders.iter().map(|name| fold(name.trim())).collect(),
            accept_folders: settings.accept_folders.iter().map(|name| fold(name.trim())).collect(),
            result_names: settings
                .result_names
                .iter()
                .map(|pattern| compile("inbox.result_names", pattern, pattern))
                .collect::<Result<_, _>>()?,
            ignore: settings
                .ignore
                .iter()
                .map(|glob| compile("inbox.ignore", glob, &glob_pattern(glob)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether a file or folder of this name is left alone.
    pub fn is_ignored(&self, file_name: &str) -> bool {
        self.ignore.iter().any(|pattern| pattern.is_match(file_name))
    }

    /// Reads the path of a file, relative to the inbox, with `/` (or `\`) between folders.
    pub fn place(&self, relative_path: &str) -> Placement {
        let mut parts: Vec<&str> = relative_path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
        let file_name = parts.pop().unwrap_or_default();

        let mut codes = parts.iter().flat_map(|folder| self.codes_in_name(folder)).map(|(code, _)| code);
        let folder_code = codes.next();
        let mut other_codes: Vec<DossierCode> = codes.collect();
        let mut in_file = self.codes_in_name(file_name).into_iter();
        let (file_code, rest) = in_file.next().unzip();
        other_codes.extend(in_file.map(|(code, _)| code));
        let known = [&folder_code, &file_code];
        other_codes.retain(|code| !known.contains(&&Some(code.clone())));

        let stem = stem_of(file_name);
        let in_folder_of = |names: &[String]| parts.iter().any(|folder| names.contains(&fold(folder.trim())));
        let in_result_folder = in_folder_of(&self.result_folders);
        let acceptance = if in_folder_of(&self.accept_folders) { Acceptance::AsItIs } else { Acceptance::Judged };
        let has_result_name = self.result_names.iter().any(|pattern| pattern.is_match(&fold(stem)));
        let kind = if in_result_folder || has_result_name { RecordKind::Result } else { RecordKind::Dossier };

        Placement { folder_code, file_code, other_codes, wanted_ordinal: rest.as_deref().and_then(ordinal_in), kind, acceptance }
    }

    /// The dossier codes that stand as whole words in `text`, in order, each once. Words end at
    /// every character that a code cannot hold, so the payload of a QR code that lists several
    /// things (TT 01/2023/TT-VPCP) or a web address works whatever parts its fields.
    pub fn codes_in(&self, text: &str) -> Vec<DossierCode> {
        let mut codes = Vec::new();
        for token in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_')) {
            let token = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if self.whole_code.is_match(token) {
                push_new(&mut codes, token.to_ascii_uppercase().parse().ok());
            }
        }
        codes
    }

    /// The dossier codes in the barcodes of `page`, each once.
    pub fn codes_on(&self, page: &RecognisedPage) -> Vec<DossierCode> {
        let mut codes = Vec::new();
        for code in page.barcodes.iter().flat_map(|barcode| self.codes_in(&barcode.text)) {
            push_new(&mut codes, Some(code));
        }
        codes
    }

    /// Takes all of `text` for a dossier code, if it fits the patterns.
    pub fn code(&self, text: &str) -> Option<DossierCode> {
        let text = text.trim();
        self.whole_code.is_match(text).then(|| text.to_ascii_uppercase().parse().ok()).flatten()
    }

    /// The codes in one name, each with what follows it.
    fn codes_in_name(&self, name: &str) -> Vec<(DossierCode, String)> {
        let mut found: Vec<(DossierCode, String)> = Vec::new();
        let mut remaining = name.to_owned();
        while let Some(captures) = self.code_in_name.captures(&remaining) {
            let rest = captures.name("rest").map_or(String::new(), |rest| rest.as_str().to_owned());
            let code = captures.name("code").and_then(|code| code.as_str().to_ascii_uppercase().parse().ok());
            if let Some(code) = code
                && !found.iter().any(|(known, _)| *known == code)
            {
                found.push((code, rest.clone()));
            }
            remaining = rest;
        }
        found
    }
}

fn push_new(codes: &mut Vec<DossierCode>, code: Option<DossierCode>) {
    if let Some(code) = code
        && !codes.contains(&code)
    {
        codes.push(code);
    }
}

/// Compiles `expression` without regard to case; an error names `pattern`, which is what the
/// person wrote.
fn compile(key: &'static str, pattern: &str, expression: &str) -> Result<Regex, AssembleError> {
    RegexBuilder::new(expression).case_insensitive(true).size_limit(PATTERN_BYTES).build().map_err(|error| {
        let said = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
        AssembleError::BadPattern { key, pattern: pattern.to_owned(), said }
    })
}

/// A regular expression for a name with `*` and `?`.
fn glob_pattern(glob: &str) -> String {
    let mut pattern = String::from("(?s)^");
    for c in glob.chars() {
        match c {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            other => pattern.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern.push('$');
    pattern
}

/// The name without its extension. What follows the last dot is an extension only if it begins
/// with a letter and is short: the tail of a code is not.
fn stem_of(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 5 && end.starts_with(|c: char| c.is_ascii_alphabetic()) => stem,
        _ => name,
    }
}

/// The first number of up to four digits between separators in what follows a code.
fn ordinal_in(rest: &str) -> Option<u32> {
    stem_of(rest)
        .split(['.', '-', '_'])
        .find(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .filter(|&ordinal| ordinal > 0)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    const CODE: &str = "H38.16-230706-0012";

    fn rules() -> InboxRules {
        InboxRules::new(&InboxSettings::default()).unwrap()
    }

    fn code(text: &str) -> Option<DossierCode> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn every_form_of_code_in_use_is_found_and_nothing_longer() {
        let rules = rules();
        for form in [CODE, "000.00.16.H38-230706-0012", "G09.20-20260609-0092637", "H63-230706-00123", "A12.001.02-20250101-0001"]
        {
            assert_eq!(rules.codes_in(form), [form.parse().unwrap()], "{form}");
        }
        for other in
            ["1.011443.000.00.00.H38", "000.00.00.G09-KQ002269", "H38.16-230706-001234", "015072544472", "xH38.16-230706-0012"]
        {
            assert_eq!(rules.codes_in(other), [], "{other}");
        }
    }

    #[test]
    fn the_code_of_an_agency_narrows_the_codes_of_dossiers() {
        let of = |agency: &str| {
            let code_patterns = vec![agency_pattern(agency).unwrap()];
            InboxRules::new(&InboxSettings { code_patterns, ..InboxSettings::default() }).unwrap()
        };
        for (agency, theirs) in [
            ("H38", [CODE, "000.18.07.H38-230222-8470"].as_slice()),
            ("h38.16", &[CODE, "000.36.22.H38.16-230814-0962", "H38.16.2-20250101-0001"]),
            ("000.36.22.H38", &["000.36.22.H38-230814-0962"]),
        ] {
            for code in theirs {
                assert_eq!(of(agency).codes_in(code), [code.parse().unwrap()], "{agency}: {code}");
            }
        }
        for (agency, others) in [("H38.1", CODE), ("H38", "H39-230706-0012"), ("000.36.22.H38", "000.36.23.H38-230814-0962")] {
            assert_eq!(of(agency).codes_in(others), [], "{agency}");
        }
        for wrong in ["", "38", "H3", "H38.", "H38.16-230706", "H38.*"] {
            assert_eq!(agency_pattern(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn codes_are_whole_words_of_a_payload() {
        let rules = rules();
        let payload = "H38.16-230706-0012|1.011443|https://x.vn/?ma=h38.16-230706-0012&b=H38.17-230706-0001.";
        let found: Vec<String> = rules.codes_in(payload).into_iter().map(String::from).collect();
        assert_eq!(found, [CODE, "H38.17-230706-0001"]);
    }

    #[test]
    fn folders_and_names_say_dossier_kind_and_ordinal() {
        let rules = rules();
        let decomposed: String = "Kết quả".nfd().collect();
        for (path, folder, file, ordinal, kind) in [
            ("x.pdf", None, None, None, RecordKind::Dossier),
            ("H38.16-230706-0012/x.pdf", Some(CODE), None, None, RecordKind::Dossier),
            ("H38.16-230706-0012/scan/2/x.pdf", Some(CODE), None, None, RecordKind::Dossier),
            ("H38.16-230706-0012 - Nguyễn A/x.pdf", Some(CODE), None, None, RecordKind::Dossier),
            ("Results/H38.16-230706-0012/x.pdf", Some(CODE), None, None, RecordKind::Result),
            ("H38.16-230706-0012/KET-QUA/x.pdf", Some(CODE), None, None, RecordKind::Result),
            (&format!("{CODE}/{decomposed}/x.pdf"), Some(CODE), None, None, RecordKind::Result),
            ("H38.16-230706-0012/KQ_1.pdf", Some(CODE), None, None, RecordKind::Result),
            ("H38.16-230706-0012.pdf", None, Some(CODE), None, RecordKind::Dossier),
            ("H38.16-230706-0012", None, Some(CODE), None, RecordKind::Dossier),
            ("h38.16-230706-0012.003.PDF", None, Some(CODE), Some(3), RecordKind::Dossier),
            ("H38.16-230706-0012.KQ.001.pdf", None, Some(CODE), Some(1), RecordKind::Result),
            ("kq-H38.16-230706-0012.pdf", None, Some(CODE), None, RecordKind::Result),
            ("H38.16-230706-0012 (2).jpg", None, Some(CODE), None, RecordKind::Dossier),
            ("H38.16-230706-0012.20230706.pdf", None, Some(CODE), None, RecordKind::Dossier),
            ("H38.16-230706-0012.999999999999.pdf", None, Some(CODE), None, RecordKind::Dossier),
            ("000.00.16.H38-230706-0012.002.tif", None, Some("000.00.16.H38-230706-0012"), Some(2), RecordKind::Dossier),
        ] {
            let expected = Placement {
                folder_code: folder.and_then(code),
                file_code: file.and_then(code),
                other_codes: vec![],
                wanted_ordinal: ordinal,
                kind,
                acceptance: Acceptance::Judged,
            };
            assert_eq!(rules.place(path), expected, "{path}");
        }
    }

    #[test]
    fn a_folder_says_that_a_person_takes_a_paper_as_it_is() {
        let rules = rules();
        let decomposed: String = "Chấp nhận".nfd().collect();
        for path in
            [format!("{CODE}/chap-nhan/x.pdf"), format!("{decomposed}/scan-1.pdf"), format!("ket-qua/{CODE}/ACCEPT/1/x.pdf")]
        {
            assert_eq!(rules.place(&path).acceptance, Acceptance::AsItIs, "{path}");
        }
        assert_eq!(rules.place(&format!("{CODE}/chap-nhan.pdf")).acceptance, Acceptance::Judged, "a name is no folder");
    }

    #[test]
    fn a_second_code_in_a_path_is_not_overlooked() {
        let rules = rules();
        let other = "H38.17-230706-0001";
        for path in [format!("{CODE}/{other}/x.pdf"), format!("{CODE}_{other}.pdf"), format!("{CODE} {other}/a.pdf")] {
            assert_eq!(rules.place(&path).other_codes, [other.parse().unwrap()], "{path}");
        }
        assert_eq!(rules.place(&format!("{CODE}/a/{CODE}.001.pdf")).other_codes, []);
    }

    #[test]
    fn temporary_and_hidden_files_are_left_alone() {
        let rules = rules();
        for name in [".scan.pdf", "a.PDF.tmp", "a.part", "~$a.docx", "THUMBS.DB", "a.crdownload", "desktop.ini", "a.pdf.filepart"]
        {
            assert!(rules.is_ignored(name), "{name}");
        }
        for name in ["a.pdf", "partial.pdf", "template.tif", "thumbsXdb", "H38.16-230706-0012.001.jpg"] {
            assert!(!rules.is_ignored(name), "{name}");
        }
    }

    #[test]
    fn a_bad_pattern_is_named() {
        let settings = InboxSettings { code_patterns: vec!["H(".into()], ..InboxSettings::default() };
        let error = InboxRules::new(&settings).unwrap_err();
        assert!(error.to_string().contains("inbox.code_patterns: 'H('"), "{error}");
        let settings = InboxSettings { result_names: vec!["[".into()], ..InboxSettings::default() };
        assert!(InboxRules::new(&settings).unwrap_err().to_string().contains("inbox.result_names"));
        let settings = InboxSettings { code_patterns: vec![], ..InboxSettings::default() };
        assert!(matches!(InboxRules::new(&settings), Err(AssembleError::NoCodePatterns)));
        let settings = InboxSettings { code_patterns: vec![r"(?:\w{900}){900}".into()], ..InboxSettings::default() };
        assert!(matches!(InboxRules::new(&settings), Err(AssembleError::BadPattern { .. })), "a pattern too large");
    }
}
