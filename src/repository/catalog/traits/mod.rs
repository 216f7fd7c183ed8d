//! The catalog's traits, and what goes in and out of them.

mod accounts;
mod acts;
mod batches;
mod deliveries;
mod differences;
mod drafts;
mod manifests;
mod pages;
mod pending;
mod records;
mod register;
mod restore;
mod settlements;
mod sightings;
mod signing;
mod survey;

pub use accounts::Accounts;
pub use acts::{ActRow, Acts};
pub use batches::{Assignment, BatchEnd, BatchSummary, Batches, Entry, NewBatch};
pub use deliveries::{Deliveries, DeliveryOrder, DeliveryRow, DeliveryTimes};
pub use differences::{DifferenceFilter, Differences, SaidReuse, standing};
pub use drafts::Drafts;
pub use manifests::{ManifestOrder, ManifestPacker, ManifestRow, ManifestState, Manifests, copy_settled};
pub use pages::Pages;
pub use pending::{OpenField, OpenFilter, Pending, WaitingFile};
pub use records::{ReadAlike, Records, Sealing};
pub use register::{MOST_COMPONENTS, Register, RegisterImport, RegisterRows};
pub use restore::{Restore, RestoreProof};
pub use settlements::Settlements;
pub use sightings::{FileStamp, KnownFiles, Part, Placement, Sighting, Sightings};
pub use signing::Signing;
pub use survey::{BatchRow, DocumentRow, RecordRow, Survey};
