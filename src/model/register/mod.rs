//! The dossier register (sổ theo dõi hồ sơ): what the province's information system says of dossiers, as far
//! as it was imported, with the lists that its codes refer to.
//!
//! It is a copy of what another system answers for. Each list has rows with a key; a row that is imported
//! again takes the place of the one before.

mod comparison;
mod difference;
mod dossier;
mod figures;
mod known;
mod list;
mod receipt;
mod reference;
mod reused;
mod tally;

pub use comparison::{Disagreement, SaidToStand, Sides, disagreements, expects_papers, has_component};
pub use difference::{Difference, DossierDifferences};
pub use dossier::{
    Channel, ComponentForm, DossierStatus, Identity, IdentityKind, Payment, RegisterComponent, RegisterDossier, RegisterResult,
    Reuse, SubjectKind, Supplement,
};
pub use figures::{Figure, FigureKind, FigureName, Missing, MissingName, PeriodReport};
pub use known::{Known, accepted};
pub use list::{ImportCounts, ListState, RegisterList, RegisterRow};
pub use receipt::{ReceiptFacts, says_the_same};
pub use reference::{AgencyEntry, ComponentEntry, Procedure};
pub use reused::{Held, ReuseLapse, certain, is_numbered, may_be_of, number_of};
pub use tally::{FeeReduction, Rating, RatingGrade, Visits};
