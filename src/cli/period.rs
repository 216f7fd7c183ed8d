//! `sohoa report --period`

use std::path::Path;

use super::args::Report;
use super::exit::Exit;
use super::output::{Output, columns, date_time, tell};
use crate::commands::access;
use crate::commands::period::{PeriodOrder, PeriodReport, days_of, report, table};
use crate::commands::table::{Cell, CsvSettings, Heading, TableFormat, write_table};
use crate::model::failure::{Failure, Language};
use crate::model::register::{Figure, FigureKind};
use crate::settings::Settings;
use crate::words::{figure_name, figure_rule, figure_value, missing};

/// Prints the figures of a period.
pub(super) fn period(
    (typed, arguments): (&str, &Report),
    root: &Path,
    settings: &Settings,
    output: &Output,
) -> Result<Exit, Failure> {
    let order = PeriodOrder { days: days_of(typed)?, site: arguments.site.clone() };
    let repository = access::to_read(root)?;
    let view = report(&repository, settings, &order, settings.general.now())?;
    let language = output.language();
    let as_table = |format: &TableFormat| table(&view.figures, &heading(language), &|figure| cells(figure, language), format);
    if let Some(path) = &arguments.xlsx {
        write_table(path, &as_table(&TableFormat::Xlsx)?)?;
    } else if arguments.csv {
        output.bytes(&as_table(&TableFormat::Csv(CsvSettings::default()))?)?;
    } else if output.json() {
        output.data(&view)?;
    } else {
        output.text(&told(&view, settings, language))?;
    }
    Ok(Exit::Success)
}

fn heading(language: Language) -> Heading {
    let columns = match language {
        Language::Vi => ["Chỉ tiêu", "Giá trị", "Tử số", "Mẫu số", "Cách tính", "Còn thiếu"],
        Language::En => ["Figure", "Value", "Numerator", "Denominator", "Rule", "Missing"],
    };
    Heading { name: tell!(language, "Báo cáo", "Report"), columns: columns.map(str::to_owned).to_vec() }
}

fn cells(figure: &Figure, language: Language) -> Vec<Cell> {
    let whole = |number: Option<i64>| number.map_or(Cell::Empty, Cell::Whole);
    vec![
        Cell::Text(figure_name(figure.name, language).to_owned()),
        match (figure.name.kind(), figure.numerator) {
            (FigureKind::Count, number) => whole(number),
            _ => Cell::Text(figure_value(figure, language)),
        },
        whole(figure.numerator),
        whole(figure.denominator.and_then(|number| i64::try_from(number).ok())),
        Cell::Text(figure_rule(figure.name, language).to_owned()),
        figure.missing.map_or(Cell::Empty, |what| Cell::Text(missing(what, language))),
    ]
}

fn told(view: &PeriodReport, settings: &Settings, language: Language) -> String {
    let (from, to) = (view.from, view.to);
    let day = |day: time::Date| format!("{:02}/{:02}/{}", day.day(), u8::from(day.month()), day.year());
    let (from, to, at) = (day(from), day(to), date_time(settings.general.local(view.counted_at)));
    let mut text = tell!(language, "Kỳ báo cáo: {from} – {to} (tính lúc {at})\n", "Period: {from} – {to} (counted at {at})\n");
    if let Some(site) = &view.site {
        text.push_str(&tell!(language, "Điểm tiếp nhận: {site}\n", "Site: {site}\n"));
    }
    let row = |figure: &Figure| {
        let of = match (figure.numerator, figure.denominator) {
            (Some(numerator), Some(denominator)) => format!("{numerator} / {denominator}"),
            _ => String::new(),
        };
        let lacks = figure.missing.map(|what| missing(what, language));
        let lacks = lacks.map(|lacks| tell!(language, "thiếu: {lacks}", "missing: {lacks}")).unwrap_or_default();
        vec![figure_name(figure.name, language).to_owned(), figure_value(figure, language), of, lacks]
    };
    text.push_str(&columns(&view.figures.iter().map(row).collect::<Vec<_>>()));
    text
}
