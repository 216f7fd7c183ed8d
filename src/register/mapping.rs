//! Rows of a file, made into rows of the register.

use time::UtcOffset;

use super::cells::{CellFault, Cells};
use super::layout::Matched;
use super::moment::Edge;
use crate::model::failure::cause::RegisterFault;
use crate::model::register::{
    AgencyEntry, ComponentEntry, FeeReduction, Identity, Procedure, Rating, RegisterComponent, RegisterDossier, RegisterList,
    RegisterResult, RegisterRow, Supplement, Visits,
};

/// The row of the register that these cells make.
pub(super) fn row(matched: &Matched<'_>, cells: &Cells<'_>, offset: UtcOffset) -> Result<RegisterRow, CellFault> {
    Ok(match matched.layout.list {
        RegisterList::Agencies => RegisterRow::Agency(AgencyEntry {
            code: code(cells, "code")?,
            name: cells.required("name", cells.text("name")?)?,
            site: cells.text("site")?,
        }),
        RegisterList::Procedures => RegisterRow::Procedure(procedure(cells)?),
        RegisterList::Components => RegisterRow::Component(ComponentEntry {
            procedure: cells.required("procedure", cells.procedure("procedure")?)?,
            code: code(cells, "code")?,
            name: cells.required("name", cells.text("name")?)?,
            required: cells.flag("required")?.unwrap_or(false),
            copies: cells.small_count("copies")?,
            document_type: cells.text("document_type")?,
            result_code: cells.text("result_code")?,
        }),
        RegisterList::Ratings => RegisterRow::Rating(Rating {
            dossier: cells.required("dossier", cells.code("dossier")?)?,
            at: cells.moment("at", Edge::Begin, offset)?,
            grade: cells.required("grade", cells.value("grade")?)?,
            complaint: cells.flag("complaint")?.unwrap_or(false),
        }),
        RegisterList::FeeReductions => RegisterRow::FeeReduction(FeeReduction {
            dossier: cells.required("dossier", cells.code("dossier")?)?,
            at: cells.moment("at", Edge::Begin, offset)?,
            amount: cells.count("amount")?,
            basis: cells.text("basis")?,
        }),
        RegisterList::Visits => RegisterRow::Visits(Visits {
            begins_at: cells.required("day", cells.moment("day", Edge::Begin, offset)?)?,
            site: cells.text("site")?,
            count: cells.required("count", cells.count("count")?)?,
        }),
        RegisterList::Dossiers => RegisterRow::Dossier(Box::new(dossier(matched, cells, offset)?)),
    })
}

/// A code that no type of its own stands for; it is a key, so it has one form.
fn code(cells: &Cells<'_>, target: &str) -> Result<String, CellFault> {
    let code = cells.required(target, cells.text(target)?)?;
    if code.len() > 100 || code.contains(' ') {
        return Err(cells.fault(target, RegisterFault::NotACode));
    }
    Ok(code)
}

fn procedure(cells: &Cells<'_>) -> Result<Procedure, CellFault> {
    Ok(Procedure {
        code: cells.required("code", cells.procedure("code")?)?,
        name: cells.required("name", cells.text("name")?)?,
        field: cells.text("field")?,
        field_name: cells.text("field_name")?,
        paper_result: cells.flag("paper_result")?,
        result_code: cells.text("result_code")?,
        days: cells.small_count("days")?,
        retention: cells.digits("retention")?,
        has_fee: cells.flag("has_fee")?,
    })
}

fn dossier(matched: &Matched<'_>, cells: &Cells<'_>, offset: UtcOffset) -> Result<RegisterDossier, CellFault> {
    let moment = |target| cells.moment(target, Edge::Begin, offset);
    let dossier = RegisterDossier {
        code: cells.required("code", cells.code("code")?)?,
        procedure: cells.procedure("procedure")?,
        procedure_name: cells.text("procedure_name")?,
        field: cells.text("field")?,
        field_name: cells.text("field_name")?,
        agency: cells.text("agency")?,
        agency_name: cells.text("agency_name")?,
        site: cells.text("site")?,
        channel: cells.value("channel")?,
        subject: cells.value("subject")?,
        applicant: cells.text("applicant")?,
        identity: identity(matched, cells)?,
        summary: cells.text("summary")?,
        submitted_at: moment("submitted_at")?,
        received_at: moment("received_at")?,
        due_at: cells.moment("due_at", Edge::End, offset)?,
        finished_at: moment("finished_at")?,
        returned_at: moment("returned_at")?,
        refused_at: moment("refused_at")?,
        status: cells.value("status")?,
        payment: cells.value("payment")?,
        digitised: cells.flag("digitised")?,
        vneid: cells.flag("vneid")?,
        databases: databases(matched, cells)?,
        supplements: supplements(matched, cells, offset)?,
        components: components(matched, cells)?,
        results: results(matched, cells, offset)?,
    };
    for (target, end) in
        [("finished_at", dossier.finished_at), ("returned_at", dossier.returned_at), ("refused_at", dossier.refused_at)]
    {
        // By days: one of the two may have no time of day.
        if end.zip(dossier.received_at).is_some_and(|(end, received)| end.date() < received.date()) {
            return Err(cells.fault(target, RegisterFault::EndsBeforeBegin));
        }
    }
    Ok(dossier)
}

fn identity(matched: &Matched<'_>, cells: &Cells<'_>) -> Result<Option<Identity>, CellFault> {
    match cells.rows("identity").first() {
        Some(row) => matched.inner_cells("identity", row).identity("number", "kind"),
        None => cells.identity("identity", "identity_kind"),
    }
}

fn databases(matched: &Matched<'_>, cells: &Cells<'_>) -> Result<Vec<String>, CellFault> {
    let mut all = Vec::new();
    for row in cells.rows("databases") {
        all.extend(matched.inner_cells("databases", row).text("code")?);
    }
    let flat = cells.text("databases")?.unwrap_or_default();
    all.extend(flat.split([';', ',', '#']).map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned));
    Ok(all)
}

fn supplements(matched: &Matched<'_>, cells: &Cells<'_>, offset: UtcOffset) -> Result<Vec<Supplement>, CellFault> {
    let of = |cells: &Cells<'_>, asked: &str, answered: &str| -> Result<Option<Supplement>, CellFault> {
        let Some(asked_at) = cells.moment(asked, Edge::Begin, offset)? else { return Ok(None) };
        Ok(Some(Supplement { asked_at, answered_at: cells.moment(answered, Edge::Begin, offset)? }))
    };
    let mut all = Vec::new();
    for row in cells.rows("supplements") {
        all.extend(of(&matched.inner_cells("supplements", row), "asked_at", "answered_at")?);
    }
    all.extend(of(cells, "supplement_asked_at", "supplement_answered_at")?);
    Ok(all)
}

fn components(matched: &Matched<'_>, cells: &Cells<'_>) -> Result<Vec<RegisterComponent>, CellFault> {
    let mut all = Vec::new();
    for row in cells.rows("components") {
        let cells = matched.inner_cells("components", row);
        all.push(RegisterComponent {
            code: cells.text("code")?,
            name: cells.text("name")?,
            copies: cells.small_count("copies")?,
            form: cells.value("form")?,
            digitised: cells.flag("digitised")?,
            reuse: cells.value("reuse")?,
            from_repository: cells.flag("from_repository")?,
            result_code: cells.text("result_code")?,
            file: cells.text("file")?,
        });
    }
    let flat = RegisterComponent {
        code: cells.text("component_code")?,
        name: cells.text("component_name")?,
        copies: cells.small_count("component_copies")?,
        file: cells.text("component_file")?,
        ..RegisterComponent::default()
    };
    all.extend(Some(flat).filter(|flat| *flat != RegisterComponent::default()));
    Ok(all)
}

fn results(matched: &Matched<'_>, cells: &Cells<'_>, offset: UtcOffset) -> Result<Vec<RegisterResult>, CellFault> {
    let of = |cells: &Cells<'_>, prefix: &str| -> Result<RegisterResult, CellFault> {
        let target = |name: &str| format!("{prefix}{name}");
        Ok(RegisterResult {
            code: cells.text(&target("code"))?,
            name: cells.text(&target("name"))?,
            number: cells.text(&target("number"))?,
            issued_at: cells.moment(&target("issued_at"), Edge::Begin, offset)?,
            valid_until: cells.moment(&target("valid_until"), Edge::End, offset)?,
            scope: cells.text(&target("scope"))?,
            file: cells.text(&target("file"))?,
        })
    };
    let mut all = Vec::new();
    for row in cells.rows("results") {
        all.push(of(&matched.inner_cells("results", row), "")?);
    }
    all.extend(Some(of(cells, "result_")?).filter(|flat| *flat != RegisterResult::default()));
    Ok(all)
}
