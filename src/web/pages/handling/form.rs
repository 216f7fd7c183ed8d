//! What forms say of changes.

use crate::commands::change::Work;
use crate::commands::document::DocumentWork;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::geometry::Turn;
use crate::model::settlement::{Picture, Settlement, Start};
use crate::web::refused::Refused;
use crate::web::signed::Fields;

/// Shortest reason that is one.
const REASON: usize = 5;
/// Longest reason that is kept.
const LONGEST_REASON: usize = 500;

fn invalid(text: &str) -> Refused {
    let text: String = text.chars().take(100).collect();
    Failure::new(FailureCode::RequestInvalid).at(Place::Typed { text }).into()
}

/// Numbers parted by blanks or commas.
pub(super) fn numbers(text: &str) -> Result<Vec<u32>, Refused> {
    let parts = text.split([' ', ',', ';']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| invalid(text))).collect()
}

fn number(text: &str) -> Result<u32, Refused> {
    text.parse().map_err(|_| invalid(text))
}

/// A code as people type it: they are kept in capitals.
fn code(text: &str) -> Result<DossierCode, Refused> {
    let wrong = || Failure::new(FailureCode::CodeInvalid).at(Place::Dossier { code: text.chars().take(100).collect() });
    text.to_ascii_uppercase().parse().map_err(|_| wrong().into())
}

fn kind(text: &str) -> Option<RecordKind> {
    [RecordKind::Dossier, RecordKind::Result].into_iter().find(|kind| kind.as_str() == text)
}

/// The reason that a form gives, if it is one.
pub(super) fn reason(form: &Fields) -> Option<String> {
    let reason: String = form.get("reason").chars().take(LONGEST_REASON).collect();
    (reason.chars().count() >= REASON).then_some(reason)
}

/// Whether a change takes something out, which needs a reason.
pub(super) fn takes_out(work: &Work) -> bool {
    matches!(work, Work::Document(DocumentWork::Void | DocumentWork::RemovePage(_)))
}

/// What is to be done to a document.
pub(super) fn work(form: &Fields) -> Result<Work, Refused> {
    let document = match form.get("work") {
        "reorder" => DocumentWork::Reorder(numbers(form.get("order"))?),
        "split" => DocumentWork::Split(numbers(form.get("starts"))?),
        "out" => DocumentWork::RemovePage(number(form.get("out"))?),
        "move_page" => DocumentWork::MovePage { page: number(form.get("moved"))?, to: number(form.get("to"))?, before: None },
        "merge" => DocumentWork::Merge(numbers(form.get("merge"))?),
        "move" => DocumentWork::Move { to: code(form.get("code"))?, kind: kind(form.get("as")) },
        "void" => DocumentWork::Void,
        "turn" => {
            let degrees: u16 = form.get("by").parse().map_err(|_| invalid(form.get("by")))?;
            let by = Turn::try_from(degrees).map_err(|_| invalid(form.get("by")))?;
            return Ok(Work::Turn { pages: numbers(form.get("turned"))?, by });
        }
        other => return Err(invalid(other)),
    };
    Ok(Work::Document(document))
}

/// What was decided about a file that waits.
pub(super) fn settlement(form: &Fields) -> Result<Settlement, Refused> {
    let typed = form.get("code");
    let mut starts = Vec::new();
    for part in form.get("starts").split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let (page, whose) = match part.split_once('=') {
            Some((page, whose)) => (page.trim(), Some(code(whose.trim())?)),
            None => (part, None),
        };
        starts.push(Start { page: number(page)?, code: whose });
    }
    Ok(Settlement {
        code: if typed.is_empty() { None } else { Some(code(typed)?) },
        kind: kind(form.get("as")),
        picture: if form.get("accept").is_empty() { Picture::Judged } else { Picture::Accepted },
        starts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        Fields::from_pairs(pairs)
    }

    #[test]
    fn what_is_typed_becomes_a_change_or_is_refused() {
        let order = work(&form(&[("work", "reorder"), ("order", "3, 1 2")])).unwrap();
        assert_eq!(order, Work::Document(DocumentWork::Reorder(vec![3, 1, 2])));
        let turned = work(&form(&[("work", "turn"), ("turned", "2"), ("by", "270")])).unwrap();
        assert_eq!(turned, Work::Turn { pages: vec![2], by: Turn::Left });
        for wrong in [
            vec![("work", "")],
            vec![("work", "reorder"), ("order", "a")],
            vec![("work", "out"), ("out", "-1")],
            vec![("work", "turn"), ("turned", "1"), ("by", "45")],
            vec![("work", "move"), ("code", "../etc")],
        ] {
            assert!(work(&form(&wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_typed_of_a_stack_tells_whose_each_paper_is() {
        let told = settlement(&form(&[("code", "h38.16-230706-0012"), ("starts", "2, 4 = H38.16-230706-0013")])).unwrap();
        let (one, other) = ("H38.16-230706-0012".parse().unwrap(), "H38.16-230706-0013".parse().unwrap());
        assert_eq!(told.code, Some(one));
        assert_eq!(told.starts, [Start { page: 2, code: None }, Start { page: 4, code: Some(other) }]);
        assert!(settlement(&form(&[("starts", "x")])).is_err());
        assert!(settlement(&form(&[("accept", "1")])).unwrap().picture == Picture::Accepted);
    }
}
