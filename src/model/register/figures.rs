//! Figures of a period, as the centre reports them.

use serde::{Serialize, Serializer};
use time::{Date, OffsetDateTime};

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeriodReport {
    /// Its first day.
    #[serde(serialize_with = "iso_day")]
    pub from: Date,
    /// Its last day.
    #[serde(serialize_with = "iso_day")]
    pub to: Date,
    /// Where; none for all sites.
    pub site: Option<String>,
    /// When it was counted.
    #[serde(with = "time::serde::rfc3339")]
    pub counted_at: OffsetDateTime,
    /// In the order of the printed report.
    pub figures: Vec<Figure>,
}

/// `YYYY-MM-DD`.
fn iso_day<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// Which.
    pub name: FigureName,
    /// What was counted, summed up or compared; none if nothing is known of it.
    pub numerator: Option<i64>,
    /// Of how many; none where it is a count alone.
    pub denominator: Option<u64>,
    /// What the two make: a share in hundredths of a per cent, or a mean in hundredths. None where nothing can
    /// be divided.
    pub hundredths: Option<i64>,
    /// Between which shares the true one lies with 95 % certainty, for a share that a sample tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[i64; 2]>,
    /// What the register lacks, and for how many dossiers.
    pub missing: Option<Missing>,
}

/// What is missing for a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What.
    pub what: MissingName,
    /// For so many dossiers; none where all of it is missing.
    pub dossiers: Option<u64>,
}

/// How a figure is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// A number.
    Count,
    /// So many of so many.
    Share,
    /// A sum over so many.
    Mean,
}

/// Declares the figures, each with how it is read.
macro_rules! figures {
    ($($(#[$about:meta])* $name:ident: $kind:ident;)+) => {
        /// A figure of the report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FigureName { $($(#[$about])* $name,)+ }

        impl FigureName {
            /// All of them, as they are printed.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// How it is read.
            pub fn kind(self) -> FigureKind {
                match self { $(Self::$name => FigureKind::$kind,)+ }
            }
        }
    };
}

figures! {
    /// Dossiers received.
    Received: Count;
    /// Dossiers received in the same days of the year before.
    ReceivedBefore: Count;
    /// How many more.
    Change: Count;
    /// Dossiers that are done.
    Processed: Share;
    /// Dossiers that were late (indicator 2.1).
    Late: Share;
    /// Dossiers that were not (indicator 2.1).
    OnTime: Share;
    /// Days that finished ones took (indicator 2.2).
    MeanDays: Mean;
    /// Dossiers that came online.
    Online: Share;
    /// Of these, with an electronic result where one is due (indicator 3.3).
    OnlineWithResult: Share;
    /// Dossiers paid for online (indicator 3.6).
    OnlinePayment: Share;
    /// Electronic results (indicator 4.1).
    ElectronicResult: Share;
    /// Digitised dossiers (indicator 4.2).
    Digitised: Share;
    /// Dossiers with a component that is used again (indicator 4.3).
    Reused: Share;
    /// Dossiers with data that are shared (indicator 4.4).
    Shared: Share;
    /// Dossiers of people known by the population database (indicator 4.5).
    PopulationData: Share;
    /// Essential services that there were dossiers of.
    EssentialServices: Share;
    /// Dossiers of essential services.
    EssentialDossiers: Count;
    /// Dossiers for which less was paid.
    FeeReductions: Count;
    /// By how much, in VND.
    FeesReduced: Count;
    /// Ratings that are good.
    Satisfied: Share;
    /// What remains of all dossiers without late ones and without those with a complaint or dislike (indicator 5.4).
    Satisfaction: Share;
    /// Visits.
    Visits: Count;
    /// Dossiers that papers are here of.
    WithPapers: Share;
    /// Pages sealed by batches of these days.
    PagesSealed: Count;
    /// Pages that waited or were refused.
    Exceptions: Share;
    /// Minutes of people for 100 sealed pages.
    ClerkMinutes: Mean;
    /// Components that needed no new scan, because what stands for them was held already.
    ComponentsReused: Count;
    /// Documents that were drawn for a second person.
    SampleDrawn: Count;
    /// Of these, those that a second person has checked.
    SampleChecked: Share;
    /// Documents with an error, of those that a second person checked.
    SampleErrors: Share;
}

/// What the register, or the catalog, does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingName {
    /// The year before was not imported.
    YearBefore,
    /// There is neither an appointment nor a time limit of the procedure.
    Appointment,
    /// It is done, and nothing tells when.
    End,
    /// How it came.
    Channel,
    /// Whether the procedure's result is a paper.
    Procedure,
    /// How far it has come.
    Status,
    /// Whether a fee is due.
    Fee,
    /// How it was paid for, though a fee is due.
    Payment,
    /// What was given back.
    Results,
    /// Components: nothing tells whether they were digitised.
    Components,
    /// What whoever applies is.
    Subject,
    /// By which data a citizen is known.
    Databases,
    /// No code is set for any essential service.
    EssentialCodes,
    /// No fee reductions were imported.
    FeeReductions,
    /// No ratings were imported.
    Ratings,
    /// No visits were imported.
    Visits,
    /// Nothing was sealed.
    Papers,
    /// It is not told by site.
    NotBySite,
    /// Nobody checked a sample.
    Samples,
    /// Documents were drawn and not checked.
    Unchecked,
}

impl Figure {
    /// A figure of these numbers.
    pub fn of(name: FigureName, numerator: Option<i64>, denominator: Option<u64>, missing: Option<Missing>) -> Self {
        let scale = match name.kind() {
            FigureKind::Count => None,
            FigureKind::Share => Some(10_000i128),
            FigureKind::Mean => Some(100),
        };
        let divided = scale.zip(numerator).zip(denominator.filter(|count| *count > 0));
        let hundredths = divided.and_then(|((scale, numerator), denominator)| {
            let (twice, denominator) = (2 * scale * i128::from(numerator), i128::from(denominator));
            // Halves are rounded up, as people round them.
            i64::try_from((twice + denominator).div_euclid(2 * denominator)).ok()
        });
        Self { name, numerator, denominator, hundredths, interval: None, missing }
    }

    /// The same with the interval that a sample leaves of which so many were not looked at: it holds whatever is wrong
    /// with those.
    #[must_use]
    pub fn of_sample(self, unseen: u64) -> Self {
        let counts = self.numerator.zip(self.denominator).and_then(|(of, all)| Some((u64::try_from(of).ok()?, all)));
        let interval = counts.and_then(|(of, all)| {
            let drawn = all.saturating_add(unseen);
            Some([wilson(of, drawn)?.first().copied()?, wilson(of.saturating_add(unseen), drawn)?.last().copied()?])
        });
        Self { interval, ..self }
    }
}

/// Wilson's interval of 95 % for so many of so many, in hundredths of a per cent; none of none. It never leaves 0 to
/// 100 %, and none wrong of few is no proof of none wrong at all.
fn wilson(of: u64, all: u64) -> Option<[i64; 2]> {
    const Z: f64 = 1.959_963_984_540_054;
    if all == 0 || of > all {
        return None;
    }
    let (count, share) = (all as f64, of as f64 / all as f64);
    let scale = 1.0 + Z * Z / count;
    let centre = (share + Z * Z / (2.0 * count)) / scale;
    let half = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt() / scale;
    let hundredths = |share: f64| (share.clamp(0.0, 1.0) * 10_000.0).round() as i64;
    Some([hundredths(centre - half), hundredths(centre + half)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson (1927); the values are those of Newcombe (1998), table I.
    #[test]
    fn a_sample_leaves_an_interval() {
        assert_eq!(wilson(81, 263), Some([25_53, 36_62]));
        assert_eq!(wilson(15, 148), Some([6_24, 16_05]));
        assert_eq!(wilson(0, 20), Some([0, 16_11]));
        assert_eq!(wilson(1, 29), Some([61, 17_18]));
        assert_eq!((wilson(0, 0), wilson(2, 1)), (None, None));
        let figure = Figure::of(FigureName::SampleErrors, Some(0), Some(20), None).of_sample(0);
        assert_eq!((figure.hundredths, figure.interval), (Some(0), Some([0, 16_11])));
        let partly = Figure::of(FigureName::SampleErrors, Some(5), Some(138), None).of_sample(10);
        let (least, most) = (wilson(5, 148).unwrap()[0], wilson(15, 148).unwrap()[1]);
        assert_eq!(partly.interval, Some([least, most]), "all ten may be right, or all wrong");
        let nothing = Figure::of(FigureName::SampleErrors, None, Some(0), None).of_sample(3);
        assert_eq!(nothing.interval, None, "nobody looked at any");
    }

    #[test]
    fn shares_are_rounded_as_people_round_them() {
        let share = |of, all| Figure::of(FigureName::Online, Some(of), Some(all), None).hundredths;
        assert_eq!(share(45_881, 83_786), Some(5476));
        assert_eq!(share(1, 3), Some(3333));
        assert_eq!(share(1, 800), Some(13), "0.125 %");
        assert_eq!(share(0, 0), None, "nothing to divide by");
        assert_eq!(Figure::of(FigureName::Received, Some(7), None, None).hundredths, None);
        assert_eq!(Figure::of(FigureName::MeanDays, Some(7), Some(2), None).hundredths, Some(350));
    }
}
