//! Work that reads or writes the repository: on threads of its own, so many at once and no more, for it
//! blocks. Readers keep their handles; whoever writes opens one for as long as the write takes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::commands::access::{InNameOf, Repository, to_read, to_write};
use crate::model::failure::{Cause, Failure, FailureCode};

/// Longest that a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest that one waits whose kind takes its time: others may be before it.
const LONG_PATIENCE: Duration = Duration::from_secs(600);

/// Hands out the repository.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    root: PathBuf,
    readers: Arc<Semaphore>,
    /// One after the other: each write is short, and they would wait for one another anyway.
    writer: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Repository>>>,
    patience: Duration,
}

impl Pool {
    /// A pool over the repository at `root` with so many readers.
    pub(super) fn new(root: PathBuf, readers: usize) -> Self {
        let (readers, writer) = (Arc::new(Semaphore::new(readers)), Arc::new(Semaphore::new(1)));
        Self { root, readers, writer, idle: Arc::default(), patience: PATIENCE }
    }

    /// The same for work that takes its time, so that whoever comes next has to wait.
    pub(super) fn patient(self) -> Self {
        Self { patience: LONG_PATIENCE, ..self }
    }

    /// Reads.
    ///
    /// # Errors
    /// What `work` says; [`FailureCode::ServerBusy`] if its turn does not come.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Repository) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let pool = self.clone();
        waiting(self.patience, &self.readers, move || {
            let repository = match pool.take() {
                Some(repository) => repository,
                None => to_read(&pool.root)?,
            };
            let done = work(&repository);
            if done.as_ref().err().is_none_or(|failure| is_of_the_question(failure.code)) {
                pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(repository);
            }
            done
        })
        .await
    }

    /// Writes in the name of a person and for a reason.
    ///
    /// # Errors
    /// What `work` says; [`FailureCode::ServerBusy`] if its turn does not come.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        by: String,
        reason: Option<String>,
        work: impl FnOnce(&Repository) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let root = self.root.clone();
        waiting(self.patience, &self.writer, move || work(&to_write(&root, &InNameOf { by: Some(by), reason })?)).await
    }

    fn take(&self) -> Option<Repository> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// Does `work` on a thread of its own once one of `turns` is free. The turn is held until it is done, also
/// if whoever asked has gone away.
///
/// # Errors
/// What `work` says; [`FailureCode::ServerBusy`] if no turn gets free.
pub(super) async fn blocking<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    waiting(PATIENCE, turns, work).await
}

/// The same, waiting so long for a turn.
async fn waiting<T: Send + 'static>(
    patience: Duration,
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let busy = || Failure::new(FailureCode::ServerBusy);
    let turn = timeout(patience, Arc::clone(turns).acquire_owned()).await.map_err(|_| busy())?.map_err(|_| busy())?;
    let done = spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.map_err(|error| busy().because(Cause::said(error)))?
}

/// Whether a failure lies in what was asked, so that the handle is as good as before.
fn is_of_the_question(code: FailureCode) -> bool {
    matches!(
        code,
        FailureCode::NotFound
            | FailureCode::QueryInvalid
            | FailureCode::PageSensitive
            | FailureCode::NotPermitted
            | FailureCode::AccountNameInvalid
            | FailureCode::SignInRefused
    )
}
