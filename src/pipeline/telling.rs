//! How manifests are told to one who gets them, by the settings.

use std::collections::BTreeMap;
use std::io::Read;

use time::OffsetDateTime;

use crate::model::act::ActHead;
use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::model::record::Record;
use crate::model::register::Known;
use crate::model::telling::{PersonalMode, Recipient};
use crate::repository::Repository;
use crate::repository::sealed_box::Recipients;
use crate::settings::{ConsumerSettings, Settings};
use crate::stages::publish::{Edition, Frame, Heading, PublishError, Telling};

/// What the repository's own series is called.
pub(crate) const OWN: &str = "export";

/// The series that go on in version 5 because nobody has said otherwise: [`OWN`], and names of consumers.
pub(crate) fn of_version_5(repository: &Repository, settings: &Settings) -> Result<Vec<String>, Failure> {
    let catalog = &repository.catalog;
    let mut series = Vec::new();
    if let Some(last) = catalog.last_manifest()?
        && Teller::of_all(settings).goes_on_by_itself(catalog.manifest_reader(last.sequence)?)?
    {
        series.push(OWN.to_owned());
    }
    for consumer in &settings.consumers {
        if let Some(last) = catalog.deliveries(&consumer.name)?.pop() {
            let last = catalog.delivery_reader(&consumer.name, last.manifest.sequence)?;
            if Teller::of(settings, consumer).goes_on_by_itself(last)? {
                series.push(consumer.name.to_string());
            }
        }
    }
    Ok(series)
}

/// How one who gets manifests is told things.
pub(super) struct Teller<'a> {
    settings: &'a Settings,
    edition: Option<Edition>,
    personal: Option<PersonalMode>,
    recipients: &'a [Recipient],
    type_codes: BTreeMap<String, String>,
}

impl<'a> Teller<'a> {
    /// Those who read the repository's own manifests.
    pub(super) fn of_all(settings: &'a Settings) -> Self {
        let export = &settings.export;
        let kinds = settings.fields.document_types.iter();
        Self {
            settings,
            edition: export.version.and_then(Edition::of),
            personal: export.personal,
            recipients: &export.recipients,
            type_codes: kinds.map(|kind| (kind.key.clone(), kind.archive_code.clone())).collect(),
        }
    }

    /// A consumer, by what its own section says and else as all.
    pub(super) fn of(settings: &'a Settings, consumer: &'a ConsumerSettings) -> Self {
        let all = Self::of_all(settings);
        Self {
            edition: consumer.version.and_then(Edition::of).or(all.edition),
            personal: consumer.personal.or(all.personal),
            recipients: if consumer.recipients.is_empty() { all.recipients } else { &consumer.recipients },
            ..all
        }
    }

    /// Goes on in the version before the newest if the series was begun in none later, and nobody has said yet
    /// what is to become of it: who reads it would find names and facts gone from one day to the next.
    pub(super) fn after(self, last: Option<impl Read>) -> Result<Self, Failure> {
        let edition = match last.filter(|_| !self.is_said()) {
            Some(last) => Some(Edition::going_on(last)?),
            None => self.edition,
        };
        Ok(Self { edition, ..self })
    }

    /// Whether somebody has said what is to become of it.
    fn is_said(&self) -> bool {
        self.edition.is_some() || self.personal.is_some()
    }

    fn goes_on_by_itself(self, last: Option<impl Read>) -> Result<bool, Failure> {
        Ok(!self.is_said() && self.after(last)?.edition == Some(Edition::V5))
    }

    /// The frame of the manifest after `last`.
    pub(super) fn frame(
        &self,
        sequence: u64,
        previous: Option<Sha256>,
        acts: ActHead,
        created_at: OffsetDateTime,
    ) -> Result<Frame, Failure> {
        let edition = self.edition.unwrap_or_default();
        let personal = self.personal.unwrap_or_default();
        Ok(Frame::new(Heading { edition, sequence, previous, acts, created_at, personal })?)
    }

    /// The bytes of a record in this frame.
    pub(super) fn record(&self, frame: &Frame, record: Record, known: &Known) -> Result<Vec<u8>, Failure> {
        let export = &self.settings.export;
        let seal = |plain: &[u8]| {
            let texts: Vec<String> = self.recipients.iter().map(Recipient::to_string).collect();
            let recipients = Recipients::parse(&texts).map_err(|fault| PublishError::Encrypt(fault.to_string()))?;
            recipients.armoured(plain).map_err(|error| PublishError::Encrypt(error.to_string()))
        };
        let telling = Telling {
            personal: self.personal.unwrap_or_default(),
            seal: &seal,
            base_url: export.base_url.trim_end_matches('/'),
            type_codes: &self.type_codes,
            language: &export.language,
            pages_per_sheet: export.pages_per_sheet,
        };
        Ok(frame.record(record, known, &telling)?)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use crate::model::ids::Sha256;
    use crate::model::register::{Identity, IdentityKind, RegisterDossier, RegisterList, RegisterRow};
    use crate::pipeline::export::export;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
    use crate::repository::{Mode, RegisterImport, Repository};
    use crate::settings::{Layers, Settings};
    use crate::stages::publish;

    const KEY: &str = "age14py2355nhkjy0py48nesqnd3nj3ktyje49eu37u9kagpku7x3yrs9mw82y";

    fn seal(repository: &Repository) {
        let dossier = RegisterDossier {
            applicant: Some("Nguyễn Thị Mẫu".into()),
            identity: Some(Identity { kind: IdentityKind::Citizen, number: "010196000001".into() }),
            ..RegisterDossier::new(code(CODE))
        };
        let (sha256, at) = (Sha256::from_bytes([1; 32]), datetime!(2026-03-01 19:00 UTC));
        let import = RegisterImport { list: RegisterList::Dossiers, told: None, file: "x", sha256, at };
        let mut rows = [Ok(RegisterRow::Dossier(Box::new(dossier)))].into_iter();
        repository.catalog.import_register(&import, &mut rows).unwrap();
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        commit(repository, batch, &code(CODE), recipe(1), &["một"]);
    }

    #[test]
    fn each_is_told_in_the_version_and_as_much_as_its_section_says() {
        let text = format!(
            "[[consumers]]\nname = \"cu\"\nversion = 5\n[[consumers]]\nname = \"mo\"\npersonal = \"included\"\n\
             [[consumers]]\nname = \"kin\"\npersonal = \"encrypted\"\nrecipients = [\"{KEY}\"]\n"
        );
        let settings: Settings = Layers::default().text("test", &text).and_then(Layers::finish).unwrap();
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        seal(&repository);
        export(&repository, &settings, datetime!(2026-03-02 19:00 UTC)).unwrap();
        let manifest = |path: &str| {
            let bytes = std::fs::read(repository.root().join(path)).unwrap();
            publish::validate(&bytes).unwrap();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
        };
        for (path, version, personal, is_told) in [
            ("exports/000001.json", 6, "omitted", false),
            ("outbox/cu/000001.json", 5, "null", false),
            ("outbox/mo/000001.json", 6, "included", true),
            ("outbox/kin/000001.json", 6, "encrypted", false),
        ] {
            let told = manifest(path);
            assert_eq!(told["schema_version"], version, "{path}");
            assert_eq!(told["personal"].as_str().unwrap_or("null"), personal, "{path}");
            let text = told.to_string();
            assert_eq!((text.contains("Mẫu"), text.contains("010196000001")), (is_told, is_told), "{path}");
        }
        let sealed = manifest("outbox/kin/000001.json")["records"][0]["personal"]["age"].to_string();
        assert!(sealed.contains("BEGIN AGE ENCRYPTED FILE"), "{sealed}");
    }

    #[test]
    fn a_series_goes_on_in_version_5_until_somebody_says_what_is_to_become_of_it() {
        let settings = |text: &str| -> Settings {
            let consumer = "[[consumers]]\nname = \"kho\"\n";
            Layers::default().text("test", &format!("{text}{consumer}")).and_then(Layers::finish).unwrap()
        };
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let steps = [("[export]\nversion = 5\n", 5), ("", 5), ("", 5), ("[export]\npersonal = \"included\"\n", 6), ("", 6)];
        for (number, (text, version)) in (1..).zip(steps) {
            commit(&repository, batch, &code(CODE), recipe(1), &[&number.to_string()]);
            export(&repository, &settings(text), datetime!(2026-03-02 19:00 UTC)).unwrap();
            for folder in ["exports", "outbox/kho"] {
                let bytes = std::fs::read(repository.root().join(folder).join(format!("{number:06}.json"))).unwrap();
                let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(told["schema_version"], version, "{folder} {number}");
            }
            // Who has not said anything is asked to.
            let asked: &[&str] = if version == 5 && text.is_empty() { &["export", "kho"] } else { &[] };
            assert_eq!(super::of_version_5(&repository, &settings(text)).unwrap(), asked);
        }
    }
}
