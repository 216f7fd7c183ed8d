//! Which pages of one scan belong to which dossier and document.
//!
//! A scan may hold the papers of many dossiers. Cover sheets and the dossiers' own receipts tell
//! where one ends and the next begins; separators and patch codes part documents within one. What
//! does not fit together is an error, and the whole file waits: a paper under the wrong dossier is
//! worse than one that waits.

use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::FieldSource;
use crate::model::page::{Barcode, RecognisedPage};
use crate::model::sheet::Sheet;

use super::assign::{AssignError, Assignment, assign, only};
use super::fields::begins_document;
use super::fold::{fold_words, similarity};
use super::rules::{InboxRules, Placement};
use super::settings::{DocumentRule, FieldSettings, SplitRule, StackSettings};

/// How like [`Sheet::FOOTER`] a line must be to betray a sheet whose barcodes were not read.
const FOOTER_SIMILARITY: f64 = 0.75;

/// Letters on a separator sheet: what it is, how it is used, whose it is.
const SHEET_LETTERS: usize = 160;
/// The same on an office's own cover sheet, which may list what follows.
const COVER_LETTERS: usize = 600;

/// One document of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its dossier, and why.
    pub assignment: Assignment,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its pages by their place in the scan, from 0; never empty.
    pub pages: Vec<usize>,
    /// Pages among them with nothing on them.
    pub blank_pages: Vec<usize>,
}

/// How a scan falls apart. Every page is in one part, or a separator, or blank.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Split {
    /// The documents, in the order of the scan.
    pub parts: Vec<Part>,
    /// Sheets that only parted papers, by their place in the scan.
    pub separators: Vec<usize>,
    /// All pages with nothing on them, those of the parts too.
    pub blank: Vec<usize>,
}

/// Splits `pages`, all those of one scan, into documents of dossiers.
///
/// Where folder or file name give a code, all pages belong to it, and another code anywhere is a
/// conflict. Otherwise each paper belongs to the dossier of the last cover sheet, or page with a
/// dossier's barcode, before it.
///
/// # Errors
/// When one page cannot be assigned with certainty; nothing of the scan may be sealed then.
pub fn split(
    placement: &Placement,
    pages: &[RecognisedPage],
    rules: &InboxRules,
    settings: &StackSettings,
    fields: &FieldSettings,
) -> Result<Split, AssignError> {
    let blank: Vec<usize> = (0..).zip(pages).filter(|(_, page)| page.blank).map(|(place, _)| place).collect();
    let printed: Vec<&RecognisedPage> = pages.iter().filter(|page| !page.blank).collect();
    let done = Split { blank, ..Split::default() };
    if printed.is_empty() {
        return Ok(done);
    }
    let whole = |assignment| InForce { assignment, kind: placement.kind, begun_by: BegunBy::Name };
    let named = placement.named_code().is_some() || settings.split == SplitRule::Never;
    let mut splitter = Splitter {
        rule: settings.split,
        documents: settings.documents,
        kind: placement.kind,
        in_force: if named { Some(whole(assign(placement, &printed, rules)?)) } else { None },
        suggestion: suggest(&printed, rules),
        seen: Vec::new(),
        begins: false,
        after_sheet: false,
        waiting_blank: Vec::new(),
        done,
    };
    for (place, page) in pages.iter().enumerate() {
        let role = match settings.split {
            SplitRule::Never => Role::of_whole_file(page),
            _ => role_of(place, page, placement.kind, rules)?,
        };
        match role {
            Role::Blank => splitter.waiting_blank.push(place),
            Role::Cover { code, kind } => splitter.cover(place, code, kind)?,
            Role::Separator => splitter.separator(place),
            Role::Paper { code, begins } => {
                let begins = match settings.documents {
                    DocumentRule::File => false,
                    DocumentRule::Separator => begins,
                    DocumentRule::Header => begins || begins_document(page, fields),
                };
                splitter.paper(place, code, begins)?;
            }
        }
    }
    splitter.finish()
}

/// The code that a person may want to confirm where the first papers have none: the only one in
/// barcodes, else the only one in the text of the first page.
fn suggest(printed: &[&RecognisedPage], rules: &InboxRules) -> Option<DossierCode> {
    let mut codes: Vec<DossierCode> = printed.iter().flat_map(|page| rules.codes_on(page)).collect();
    codes.sort();
    codes.dedup();
    if codes.is_empty() {
        codes = printed.first().map(|page| rules.codes_in(&page.text())).unwrap_or_default();
    }
    only(codes)
}

/// What a page is to the papers around it.
pub(super) enum Role {
    /// Nothing is on it.
    Blank,
    /// Begins a dossier and is left out.
    Cover { code: DossierCode, kind: RecordKind },
    /// Begins a document and is left out.
    Separator,
    /// Is kept; it may show its dossier's code or begin a document.
    Paper { code: Option<DossierCode>, begins: bool },
}

impl Role {
    /// The role where nothing is split: barcodes were judged over all pages together.
    fn of_whole_file(page: &RecognisedPage) -> Self {
        if page.blank { Self::Blank } else { Self::Paper { code: None, begins: false } }
    }
}

pub(super) fn role_of(place: usize, page: &RecognisedPage, kind: RecordKind, rules: &InboxRules) -> Result<Role, AssignError> {
    if page.blank {
        return Ok(Role::Blank);
    }
    let unknown = AssignError::UnknownSheet { page: place.saturating_add(1) };
    let mut codes = rules.codes_on(page);
    if codes.len() > 1 {
        return Err(AssignError::Conflict { codes });
    }
    let code = codes.pop();
    let sheets: Vec<_> = page.barcodes.iter().filter_map(|barcode| Sheet::parse(&barcode.text)).collect();
    let shows = |symbology: &str| page.barcodes.iter().any(|barcode| barcode.symbology == symbology);
    match sheets.first() {
        Some(Ok(Sheet::Cover { code: told, kind, .. })) => {
            // The patterns decide what a code is, for sheets too.
            let known = rules.code(told.as_str()).filter(|known| code.as_ref() == Some(known));
            let agree = sheets.iter().all(|sheet| sheets.first() == Some(sheet));
            known.filter(|_| agree).map(|code| Role::Cover { code, kind: *kind }).ok_or(unknown)
        }
        Some(Ok(Sheet::Separator)) if code.is_none() => Ok(Role::Separator),
        Some(_) => Err(unknown),
        // An office's own cover sheet: the patch says that it parts, the barcode what follows.
        None if shows(Barcode::PATCH_T) && code.is_some() && letters_on(page) <= COVER_LETTERS => {
            Ok(code.map_or(Role::Separator, |code| Role::Cover { code, kind }))
        }
        None if shows(Barcode::PATCH_T) && looks_like_separator(page) => Ok(Role::Separator),
        None if bears_footer(page) => Err(unknown),
        None => Ok(Role::Paper { code, begins: shows(Barcode::PATCH_2) }),
    }
}

/// Whether nothing of weight stands on a page besides its patch. Tables, rulers and stripes of a form can
/// look like one, and a paper must not be left out for that.
fn looks_like_separator(page: &RecognisedPage) -> bool {
    letters_on(page) <= SHEET_LETTERS
}

fn letters_on(page: &RecognisedPage) -> usize {
    let letters = page.lines.iter().flat_map(|line| &line.words).flat_map(|word| word.text.chars());
    letters.filter(|c| c.is_alphanumeric()).count()
}

/// Whether a line of the page is the one printed on every sheet.
fn bears_footer(page: &RecognisedPage) -> bool {
    let footer = fold_words(Sheet::FOOTER);
    let length = footer.chars().count();
    page.lines.iter().any(|line| {
        let text = line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let folded = fold_words(&text);
        folded.chars().count() < 2 * length && similarity(&folded, &footer) > FOOTER_SIMILARITY
    })
}

/// What said whose the papers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BegunBy {
    /// Folder or file name: it holds for the whole scan.
    Name,
    /// A page of the dossier itself.
    Receipt,
    /// A cover sheet at this place, behind which no paper has come yet.
    BareCover(usize),
    /// A cover sheet.
    Cover,
}

/// The dossier that papers belong to until further notice.
#[derive(Debug, Clone)]
struct InForce {
    assignment: Assignment,
    kind: RecordKind,
    begun_by: BegunBy,
}

struct Splitter {
    rule: SplitRule,
    documents: DocumentRule,
    /// The kind of papers that come without a cover sheet.
    kind: RecordKind,
    in_force: Option<InForce>,
    suggestion: Option<DossierCode>,
    /// Codes that were in force.
    seen: Vec<DossierCode>,
    /// Whether the next paper begins a document.
    begins: bool,
    /// Whether a sheet was the last thing before the blank pages that wait.
    after_sheet: bool,
    /// Blank pages since the last printed one.
    waiting_blank: Vec<usize>,
    done: Split,
}

impl Splitter {
    fn cover(&mut self, place: usize, code: DossierCode, kind: RecordKind) -> Result<(), AssignError> {
        let same = self.in_force.as_ref().is_some_and(|now| now.assignment.code == code && now.kind == kind);
        if !same {
            self.expect_papers()?;
        }
        self.sheet(place);
        self.begins |= !same || self.documents != DocumentRule::File;
        match &mut self.in_force {
            // `assign` has made sure that it is the same code.
            Some(now) if now.begun_by == BegunBy::Name => now.kind = kind,
            _ => self.put_in_force(code, kind, BegunBy::BareCover(place)),
        }
        Ok(())
    }

    fn separator(&mut self, place: usize) {
        self.sheet(place);
        self.begins |= self.documents != DocumentRule::File;
    }

    fn paper(&mut self, place: usize, code: Option<DossierCode>, begins: bool) -> Result<(), AssignError> {
        match (&mut self.in_force, code) {
            (None, None) => return Err(AssignError::Unknown { suggestion: self.suggestion.clone() }),
            (None, Some(code)) => self.receipt(code),
            (Some(now), Some(code)) if now.assignment.code != code => {
                // Under a cover sheet another dossier's barcode is a paper that was quoted or went
                // astray; so is the receipt of a dossier that ended before.
                let next = self.rule == SplitRule::Barcodes && now.begun_by == BegunBy::Receipt && !self.seen.contains(&code);
                if !next {
                    return Err(AssignError::Conflict { codes: vec![now.assignment.code.clone(), code] });
                }
                self.receipt(code);
            }
            (Some(now), _) => {
                if matches!(now.begun_by, BegunBy::BareCover(_)) {
                    now.begun_by = BegunBy::Cover;
                }
            }
        }
        self.keep(place, begins);
        Ok(())
    }

    fn receipt(&mut self, code: DossierCode) {
        self.put_in_force(code, self.kind, BegunBy::Receipt);
        self.begins = true;
    }

    fn put_in_force(&mut self, code: DossierCode, kind: RecordKind, begun_by: BegunBy) {
        self.seen.push(code.clone());
        let assignment = Assignment { code, source: FieldSource::Barcode, confidence: Confidence::CERTAIN };
        self.in_force = Some(InForce { assignment, kind, begun_by });
    }

    /// Adds a paper to the document it continues or begins.
    fn keep(&mut self, place: usize, begins: bool) {
        let Some(now) = &self.in_force else { return };
        let mut blank = std::mem::take(&mut self.waiting_blank);
        if std::mem::take(&mut self.after_sheet) {
            // The back of the sheet.
            blank.clear();
        }
        match self.done.parts.last_mut().filter(|_| !(begins || self.begins)) {
            Some(part) => {
                part.blank_pages.append(&mut blank);
                part.pages.push(place);
            }
            None => {
                let own = self.front_of(place, &mut blank);
                match self.done.parts.last_mut() {
                    Some(before) => before.blank_pages.append(&mut blank),
                    None => blank.extend(own),
                }
                let blank_pages = if self.done.parts.is_empty() { blank } else { own.into_iter().collect() };
                let (assignment, kind) = (now.assignment.clone(), now.kind);
                self.done.parts.push(Part { assignment, kind, pages: vec![place], blank_pages });
            }
        }
        self.begins = false;
    }

    /// Leaves out a sheet, and with it the blank sides that are its own.
    fn sheet(&mut self, place: usize) {
        let mut blank = std::mem::take(&mut self.waiting_blank);
        self.front_of(place, &mut blank);
        if !self.after_sheet
            && let Some(before) = self.done.parts.last_mut()
        {
            before.blank_pages.append(&mut blank);
        }
        self.after_sheet = true;
        self.done.separators.push(place);
    }

    /// Takes out of `blank` the page before `place` where the two are front and back of one sheet
    /// that was fed face down: scanners give sides in pairs.
    fn front_of(&self, place: usize, blank: &mut Vec<usize>) -> Option<usize> {
        let is_back = place % 2 == 1;
        if is_back && blank.last().is_some_and(|&before| before + 1 == place) { blank.pop() } else { None }
    }

    /// Makes sure that a cover sheet has papers behind it.
    fn expect_papers(&self) -> Result<(), AssignError> {
        match &self.in_force {
            Some(InForce { assignment, begun_by: BegunBy::BareCover(place), .. }) => {
                Err(AssignError::NothingFollows { code: assignment.code.clone(), page: place.saturating_add(1) })
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Split, AssignError> {
        self.expect_papers()?;
        if !self.after_sheet
            && let Some(last) = self.done.parts.last_mut()
        {
            last.blank_pages.append(&mut self.waiting_blank);
        }
        Ok(self.done)
    }
}

#[cfg(test)]
mod tests;
