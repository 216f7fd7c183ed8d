//! A backup in a bucket of an S3 service.

mod credentials;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusty_s3::actions::{CompleteMultipartUploadResponse, CreateMultipartUpload, ListObjectsV2};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::address::S3Options;
use super::error::BackupError;
use super::store::{Store, prove};
use crate::model::backup::Kept;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::repository::error::RepositoryError;
use wire::{Answer, Sent, Wire};

/// What is larger goes there, and is fetched, in pieces of this size: the least that such services take is 5 MiB.
const PIECE: u64 = 8 << 20;
/// The most pieces of an object.
const MOST_PIECES: u64 = 10_000;
/// Where it is noted what has begun.
const PARTIAL: &str = "partial";

/// What was begun, so that it can be taken back when it was broken off.
#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    /// With the prefix.
    object: String,
    /// An upload in pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upload: Option<String>,
    /// What is to lie there, of an object that was not read back yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    written: Option<Kept>,
}

/// The bucket. What was put there is there for all at once, or not at all.
#[derive(Debug)]
pub(super) struct S3Store {
    wire: Arc<Wire>,
    bucket: String,
    /// What all names begin with: empty, or with `/` at its end.
    prefix: String,
    /// Where unfinished files lie.
    scratch: Option<PathBuf>,
    /// The notes of what could be neither proven nor taken back.
    unproven: HashSet<String>,
}

impl S3Store {
    /// Makes ready to read; nothing is sent.
    pub(super) fn to_read(bucket: &str, prefix: &str, options: &S3Options) -> Result<Self, BackupError> {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let wire = Arc::new(Wire::new(bucket, options)?);
        Ok(Self { wire, bucket: bucket.to_owned(), prefix, scratch: None, unproven: HashSet::new() })
    }

    /// Makes ready to write, with unfinished files in `scratch`, and takes back what killed processes have begun.
    pub(super) fn writing(mut self, scratch: Option<&Path>) -> Result<Self, BackupError> {
        self.scratch = scratch.map(Path::to_owned);
        self.clear()?;
        Ok(self)
    }

    /// Takes back the uploads in pieces that killed processes have begun (nobody sees them, and they are paid for),
    /// and objects that they have put and not read back. What cannot be done now is left to the next time.
    fn clear(&mut self) -> Result<(), BackupError> {
        for (note, _) in self.list(PARTIAL)?.into_iter().filter(|(name, _)| is_note(name)) {
            let settled = match self.begun(&note) {
                Ok(None) => continue,
                Ok(Some(begun)) => self.settle(&begun).and_then(|()| self.remove(&note)),
                Err(error) => Err(error),
            };
            if let Err(error) = settled {
                tracing::warn!(note = %self.place_of(&note), %error, "what a killed backup left is not taken back");
                self.unproven.insert(note);
            }
        }
        Ok(())
    }

    fn settle(&self, begun: &Begun) -> Result<(), BackupError> {
        if let Some(upload) = &begun.upload {
            self.abort(&begun.object, upload)?;
        }
        let (Some(written), Some(name)) = (begun.written, begun.object.strip_prefix(&self.prefix)) else { return Ok(()) };
        match self.prove(name, written) {
            Err(BackupError::Damaged { .. }) => self.remove(name),
            proven => proven,
        }
    }

    fn prove(&self, name: &str, written: Kept) -> Result<(), BackupError> {
        let place = self.place_of(name);
        let missing = || BackupError::Damaged { place: place.clone(), cause: StorageFault::BlobMissing.into() };
        prove(&place, written, &mut self.read(name)?.ok_or_else(missing)?)
    }

    /// What a note tells; none if it is none of ours.
    fn begun(&self, note: &str) -> Result<Option<Begun>, BackupError> {
        let mut content = Vec::new();
        let Some(source) = self.read(note)? else { return Ok(None) };
        source.take(PIECE).read_to_end(&mut content).map_err(|error| self.read_failed(note, error))?;
        let begun: Option<Begun> = serde_json::from_slice(&content).ok();
        Ok(begun.filter(|begun| begun.object.starts_with(&self.prefix)))
    }

    fn put_note(&self, note: &str, begun: &Begun) -> Result<(), BackupError> {
        let content = serde_json::to_vec(begun).map_err(|error| self.wire.not_understood(&error.to_string()))?;
        self.put_whole(&self.key(note), &content)
    }

    fn read_failed(&self, name: &str, error: io::Error) -> BackupError {
        BackupError::of_io(&self.place_of(name), error)
    }

    fn abort(&self, object: &str, upload: &str) -> Result<(), BackupError> {
        let Wire { bucket, credentials, .. } = &*self.wire;
        let action = bucket.abort_multipart_upload(Some(credentials), object, upload);
        // One that is not known any more is done with.
        self.wire.ask(&action, Sent::default()).map(drop)
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn done(&self, answer: Answer) -> Result<Answer, BackupError> {
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(self.wire.refused(&answer)) }
    }

    fn put_whole(&self, key: &str, body: &[u8]) -> Result<(), BackupError> {
        let action = self.wire.bucket.put_object(Some(&self.wire.credentials), key);
        self.done(self.wire.ask(&action, Sent { body, range: None })?).map(drop)
    }

    fn put_once(&self, key: &str, file: &NamedTempFile) -> Result<(), BackupError> {
        let failed = |error| BackupError::from(RepositoryError::io(file.path(), &error));
        let mut source = file.as_file();
        let bytes = source.seek(SeekFrom::End(0)).and_then(|bytes| source.rewind().map(|()| bytes)).map_err(failed)?;
        if bytes > PIECE {
            return self.put_in_pieces(key, &mut source.try_clone().map_err(failed)?, bytes);
        }
        let mut content = Vec::new();
        source.read_to_end(&mut content).map_err(failed)?;
        self.put_whole(key, &content)
    }

    /// Puts an object and reads it back.
    fn put_proven(&self, name: &str, file: &NamedTempFile, written: Kept) -> Result<(), BackupError> {
        let put = || self.put_once(&self.key(name), file).and_then(|()| self.prove(name, written));
        match put() {
            // Another machine may have put its own there meanwhile, which is as good until it is taken away.
            Err(BackupError::Damaged { .. }) => put(),
            other => other,
        }
    }

    fn put_in_pieces(&self, key: &str, file: &mut File, bytes: u64) -> Result<(), BackupError> {
        let Wire { bucket, credentials, .. } = &*self.wire;
        let create = bucket.create_multipart_upload(Some(credentials), key);
        let created = self.done(self.wire.ask(&create, Sent::default())?)?;
        let created = CreateMultipartUpload::parse_response(&created.text());
        let upload = created.map_err(|error| self.wire.not_understood(&error.to_string()))?.upload_id().to_owned();
        let note = note_of(&upload);
        self.put_note(&note, &Begun { object: key.to_owned(), upload: Some(upload.clone()), written: None })?;
        let sent = self.send_pieces(key, &upload, file, bytes);
        if sent.is_err() && self.abort(key, &upload).is_err() {
            // What went wrong first is what counts; the note stays.
            return sent;
        }
        self.remove(&note)?;
        sent
    }

    fn send_pieces(&self, key: &str, upload: &str, file: &mut File, bytes: u64) -> Result<(), BackupError> {
        let Wire { bucket, credentials, .. } = &*self.wire;
        let size = PIECE.max(bytes.div_ceil(MOST_PIECES));
        let mut etags = Vec::new();
        for number in 1_u16.. {
            let mut piece = Vec::new();
            let read = file.by_ref().take(size).read_to_end(&mut piece);
            read.map_err(|error| BackupError::of_io(key, error))?;
            if piece.is_empty() {
                break;
            }
            let action = bucket.upload_part(Some(credentials), key, number, upload);
            etags.push(self.done(self.wire.ask(&action, Sent { body: &piece, range: None })?)?.etag);
        }
        let names = etags.iter().map(String::as_str);
        let action = bucket.complete_multipart_upload(Some(credentials), key, upload, names.clone());
        let body = bucket.complete_multipart_upload(Some(credentials), key, upload, names).body();
        let answer = self.wire.ask(&action, Sent { body: body.as_bytes(), range: None })?;
        // A try whose answer was lost has ended the upload; whether the object is as it should be is read anyway.
        if answer.status == 404 {
            return Ok(());
        }
        // The service may say only in its words that it failed.
        let answer = self.done(answer)?;
        CompleteMultipartUploadResponse::parse(&answer.text()).map(drop).map_err(|_| self.wire.refused(&answer))
    }

    fn page_of(&self, folder: &str, after: Option<String>) -> Result<Page, BackupError> {
        let mut action = self.wire.bucket.list_objects_v2(Some(&self.wire.credentials));
        action.with_prefix(self.key(folder));
        if let Some(after) = after {
            action.with_continuation_token(after);
        }
        let answer = self.wire.ask(&action, Sent::default())?;
        if answer.status == 404 {
            return Err(BackupError::Missing { place: format!("s3://{}", self.bucket) });
        }
        let answer = self.done(answer)?;
        let page = ListObjectsV2::parse_response(&answer.text());
        let page = page.map_err(|error| self.wire.not_understood(&error.to_string()))?;
        let name = |key: &str| key.strip_prefix(&self.prefix).map(str::to_owned);
        let names = page.contents.iter().filter_map(|one| Some((name(&one.key)?, one.size.unwrap_or_default()))).collect();
        Ok(Page { names, next: page.next_continuation_token })
    }
}

/// Where it is noted what becomes of an object or an upload.
fn note_of(what: &str) -> String {
    format!("{PARTIAL}/{}", blake3::hash(what.as_bytes()).to_hex())
}

/// Whether a note of ours can have this name.
fn is_note(name: &str) -> bool {
    name.strip_prefix(PARTIAL).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| rest.parse::<BlobId>().is_ok())
}

/// A part of a list.
struct Page {
    names: Vec<(String, u64)>,
    next: Option<String>,
}

impl Store for S3Store {
    fn new_file(&self) -> Result<NamedTempFile, BackupError> {
        super::scratch_file(self.scratch.as_deref())
    }

    fn put(&self, name: &str, file: NamedTempFile, written: Kept) -> Result<(), BackupError> {
        // What lies at the top is written in the place of what is good, and is read each time.
        if !name.contains('/') {
            return self.put_proven(name, &file, written);
        }
        let object = self.key(name);
        let note = note_of(&object);
        self.put_note(&note, &Begun { object, upload: None, written: Some(written) })?;
        let put = self.put_proven(name, &file, written);
        let is_settled = put.is_ok() || self.remove(name).is_ok();
        // What went wrong first is what counts; the note stays where more went wrong.
        if is_settled {
            let removed = self.remove(&note);
            return put.and(removed);
        }
        put
    }

    fn read(&self, name: &str) -> Result<Option<Box<dyn Read>>, BackupError> {
        let mut download =
            Download { wire: Arc::clone(&self.wire), key: self.key(name), at: 0, whole: None, piece: Vec::new(), given: 0 };
        Ok(download.fetch()?.then(|| Box::new(download) as Box<dyn Read>))
    }

    fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, BackupError> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = self.page_of(&format!("{folder}/"), after)?;
            let is_unproven = |name: &str| !self.unproven.is_empty() && self.unproven.contains(&note_of(&self.key(name)));
            names.extend(page.names.into_iter().filter(|(name, _)| !is_unproven(name)));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(names),
            }
        }
    }

    fn remove(&self, name: &str) -> Result<(), BackupError> {
        let key = self.key(name);
        let action = self.wire.bucket.delete_object(Some(&self.wire.credentials), &key);
        let answer = self.wire.ask(&action, Sent::default())?;
        if answer.status == 404 { Ok(()) } else { self.done(answer).map(drop) }
    }

    fn is_empty(&self) -> Result<bool, BackupError> {
        let mut after = None;
        loop {
            let page = self.page_of("", after)?;
            for (name, _) in page.names {
                // What a killed backup that was the first leaves.
                if !is_note(&name) || self.begun(&name)?.is_none() {
                    return Ok(false);
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(true),
            }
        }
    }

    fn place_of(&self, name: &str) -> String {
        format!("s3://{}/{}{name}", self.bucket, self.prefix)
    }

    fn is_local(&self) -> bool {
        false
    }
}

/// An object that is fetched piece by piece, so that a connection that breaks costs one piece.
struct Download {
    wire: Arc<Wire>,
    key: String,
    /// Where the next piece begins.
    at: u64,
    /// Size of the object, once it is known.
    whole: Option<u64>,
    piece: Vec<u8>,
    given: usize,
}

impl Download {
    /// Fetches the next piece; no if there is no such object.
    fn fetch(&mut self) -> Result<bool, BackupError> {
        (self.piece, self.given) = (Vec::new(), 0);
        if self.whole.is_some_and(|whole| self.at >= whole) {
            return Ok(true);
        }
        let action = self.wire.bucket.get_object(Some(&self.wire.credentials), &self.key);
        let sent = Sent { body: &[], range: Some((self.at, self.at + PIECE - 1)) };
        let answer = self.wire.ask(&action, sent)?;
        match answer.status {
            404 => return Ok(false),
            // Nothing lies there: the object is empty.
            416 => self.whole = Some(self.at),
            206 => self.whole = answer.whole.or(self.whole),
            // A service that knows no pieces gives all.
            200 if self.at == 0 => self.whole = Some(answer.body.len() as u64),
            _ => return Err(self.wire.refused(&answer)),
        }
        let is_over = answer.status == 416;
        self.piece = if is_over { Vec::new() } else { answer.body };
        self.at += self.piece.len() as u64;
        // Without an end it would be asked for ever.
        if self.whole.is_none() || self.piece.is_empty() && self.whole != Some(self.at) {
            return Err(self.wire.not_understood("a piece without an end"));
        }
        Ok(true)
    }
}

impl Read for Download {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.piece.len() && self.whole.is_none_or(|whole| self.at < whole) {
            let is_there = self.fetch().map_err(io::Error::other)?;
            if !is_there {
                return Err(io::ErrorKind::NotFound.into());
            }
        }
        let rest = self.piece.get(self.given..).unwrap_or_default();
        let count = rest.len().min(to.len());
        if let (Some(target), Some(source)) = (to.get_mut(..count), rest.get(..count)) {
            target.copy_from_slice(source);
        }
        self.given += count;
        Ok(count)
    }
}
