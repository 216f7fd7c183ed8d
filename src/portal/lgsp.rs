//! Variant B: a token, an address for each thing, and files before the dossier that names them.

use serde_json::{Value, json};

use super::adapter::{Adapter, Outgoing, Presence};
use super::client::{Answer, Asked, Client, Proof};
use super::wire::{Body, Request};
use crate::model::failure::Failure;

/// A portal of variant B.
pub(super) struct Lgsp<'a> {
    client: Client<'a>,
    secret: &'a str,
    token: Option<String>,
}

impl<'a> Lgsp<'a> {
    pub(super) fn new(client: Client<'a>, secret: &'a str) -> Self {
        Self { client, secret, token: None }
    }

    fn sign_in(&mut self) -> Result<String, Failure> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.client.settings().username,
            "client_secret": self.secret,
        });
        let request = Request { path: self.client.table().token.clone(), headers: Vec::new(), body: Body::Json(body) };
        let token = self.client.session(self.client.ask(request, &self.client.fresh_name(), Proof::Content))?;
        self.token = Some(token.clone());
        Ok(token)
    }

    /// Sends something with a token, a new one if it has ended.
    fn call(&mut self, path: &str, body: &Body, message: &str, proof: Proof) -> Result<Asked, Failure> {
        let mut asked = Asked::Answered(Answer::Ended);
        for _ in 0..2 {
            let token = self.sign_in()?;
            let headers = vec![("Authorization".to_owned(), format!("Bearer {token}"))];
            asked = self.client.ask(Request { path: path.to_owned(), headers, body: body.clone() }, message, proof);
            if asked != Asked::Answered(Answer::Ended) {
                break;
            }
            self.token = None;
        }
        Ok(asked)
    }
}

impl Adapter for Lgsp<'_> {
    fn takes_files(&self) -> bool {
        true
    }

    fn file(&mut self, file: &Outgoing, message: &str) -> Result<Asked, Failure> {
        let path = self.client.table().upload.clone();
        let Outgoing { name, media_type, bytes } = file.clone();
        self.call(&path, &Body::File { name, media_type, bytes }, message, Proof::Content)
    }

    fn dossier(&mut self, object: &Value, presence: Presence, message: &str) -> Result<Asked, Failure> {
        let table = self.client.table();
        let (send, update) = (table.send.clone(), table.update.clone());
        let body = Body::Json(object.clone());
        if presence == Presence::New {
            let asked = self.call(&send, &body, message, Proof::New)?;
            if asked != Asked::Answered(Answer::Exists) {
                return Ok(asked);
            }
        }
        self.call(&update, &body, &format!("{message}-u"), Proof::Code)
    }

    fn progress(&mut self, entries: &[Value], message: &str) -> Result<Asked, Failure> {
        let path = self.client.table().progress.clone();
        self.call(&path, &Body::Json(Value::from(entries)), message, Proof::Code)
    }
}
