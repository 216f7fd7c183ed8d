//! What all requests share.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::leases::Leases;
use super::metrics::Metrics;
use super::pool::Pool;
use super::session::Sessions;
use super::throttle::Throttle;
use super::tries::Tries;
use super::unmasked::UnmaskedRecords;
use crate::commands::chance;
use crate::commands::oidc::Provider;
use crate::commands::page_image::PageImages;
use crate::commands::status::Delivered;
use crate::model::failure::Failure;
use crate::settings::Settings;

/// Passwords that are looked at at once: each takes 19 MiB and a core.
const PASSWORDS_AT_ONCE: usize = 2;

/// Questions to the service that signs people in, at once: each waits for its answer on a thread.
const ASKED_AT_ONCE: usize = 4;

/// Pictures that are drawn at once, each by a worker.
const DRAWN_AT_ONCE: usize = 2;

/// Files that are brought at once: each holds a thread.
const UPLOADS_AT_ONCE: usize = 4;

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    /// All settings.
    pub settings: Settings,
    /// The repository.
    pub pool: Pool,
    /// The same for those who draw pictures, so that nobody who searches has to wait for them.
    pub drawing: Pool,
    /// The same for what takes its time to be written: files are sealed, pages are read.
    pub deciding: Pool,
    /// Turns of those who bring files.
    pub uploads: Arc<Semaphore>,
    /// Who is working on which document.
    pub leases: Leases,
    /// Pictures of pages.
    pub images: PageImages,
    /// The turn of what is drawn before anybody asks for it.
    pub ahead: Arc<Semaphore>,
    /// What programs see for a reason they gave.
    pub unmasked: UnmaskedRecords,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Requests that were answered.
    pub metrics: Metrics,
    /// How far what goes to consumers had come after so many acts: to look at it reads all of it.
    pub delivered: Mutex<(u64, Vec<Delivered>)>,
    /// Tries to sign in.
    pub throttle: Throttle,
    /// Turns of those whose password is looked at.
    pub passwords: Arc<Semaphore>,
    /// The service that signs people in, if there is one.
    pub provider: Option<Arc<Provider>>,
    /// Those who are on their way there and back.
    pub tries: Tries,
    /// Turns of those for whom it is asked.
    pub asking: Arc<Semaphore>,
    /// Binds the form that signs somebody in to the browser it was sent to.
    pub key: [u8; 32],
}

/// The same for every handler.
pub(super) type App = Arc<Shared>;

impl Shared {
    /// Makes it for the repository at `root`.
    ///
    /// # Errors
    /// When the system has no random bytes, or the settings of the sign-in service cannot be meant.
    pub(super) fn new(root: &std::path::Path, settings: &Settings) -> Result<App, Failure> {
        let console = &settings.console;
        let minutes = |minutes: f64| Duration::from_secs_f64(minutes * 60.0);
        Ok(Arc::new(Self {
            pool: Pool::new(root.to_owned(), console.readers),
            drawing: Pool::new(root.to_owned(), DRAWN_AT_ONCE),
            deciding: Pool::new(root.to_owned(), 1).patient(),
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
            leases: Leases::default(),
            images: PageImages::new(settings)?,
            ahead: Arc::new(Semaphore::new(1)),
            unmasked: UnmaskedRecords::default(),
            sessions: Sessions::new(minutes(console.idle_minutes), minutes(console.session_hours * 60.0)),
            metrics: Metrics::default(),
            delivered: Mutex::default(),
            throttle: Throttle::default(),
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            provider: Provider::new(&settings.oidc)?.map(Arc::new),
            tries: Tries::default(),
            asking: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
            key: chance::bytes()?,
            settings: settings.clone(),
        }))
    }

    /// Whether what `peer` tells of a request is believed.
    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.settings.console.trusted_proxies.iter().any(|proxy| proxy.to_canonical() == peer)
    }
}
