//! Findings in lines.

use super::output::columns;
use crate::model::failure::Language;
use crate::model::finding::{Finding, Remedy};
use crate::words::{damage_name, detail, item, repair, subject_name};

/// Findings as text for people: those with one remedy together, and the remedy below them.
pub(super) fn render(findings: &[Finding], language: Language) -> String {
    let mut remedies: Vec<Remedy> = findings.iter().map(|finding| finding.remedy).collect();
    remedies.sort();
    remedies.dedup();
    let mut text = String::new();
    for remedy in remedies {
        let rows: Vec<Vec<String>> = findings
            .iter()
            .filter(|finding| finding.remedy == remedy)
            .map(|finding| {
                vec![
                    damage_name(finding.damage, language).to_owned(),
                    subject_name(finding.subject, language).to_owned(),
                    item(&finding.item, language),
                    detail(&finding.detail, language),
                ]
            })
            .collect();
        text.push_str(&columns(&rows));
        text.push_str(&format!("    → {}\n", repair(remedy, language)));
    }
    text
}
