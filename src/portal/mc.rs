//! Variant A: one address, a session, and services named in the message.

use serde_json::{Value, json};

use super::adapter::{Adapter, Outgoing, Presence};
use super::client::{Answer, Asked, Client, Proof};
use super::wire::{Body, Request};
use crate::model::failure::Failure;

/// A portal of variant A.
pub(super) struct Mc<'a> {
    client: Client<'a>,
    password: &'a str,
    session: Option<String>,
}

impl<'a> Mc<'a> {
    pub(super) fn new(client: Client<'a>, password: &'a str) -> Self {
        Self { client, password, session: None }
    }

    fn sign_in(&mut self) -> Result<String, Failure> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let body = json!({ "username": self.client.settings().username, "password": self.password });
        let request = Request { path: self.client.table().login.clone(), headers: Vec::new(), body: Body::Json(body) };
        let session = self.client.session(self.client.ask(request, &self.client.fresh_name(), Proof::Content))?;
        self.session = Some(session.clone());
        Ok(session)
    }

    /// Calls a service, in a new session if this one has ended.
    fn call(&mut self, service: &str, is_change: &str, data: &Value, message: &str, proof: Proof) -> Result<Asked, Failure> {
        let mut asked = Asked::Answered(Answer::Ended);
        for _ in 0..2 {
            let session = self.sign_in()?;
            let body = json!({
                "session": session,
                "madonvi": self.client.settings().agency,
                "service": service,
                "isUpdating": is_change,
                "data": data,
            });
            let request = Request { path: self.client.table().call.clone(), headers: Vec::new(), body: Body::Json(body) };
            asked = self.client.ask(request, message, proof);
            if asked != Asked::Answered(Answer::Ended) {
                break;
            }
            self.session = None;
        }
        Ok(asked)
    }
}

impl Adapter for Mc<'_> {
    fn takes_files(&self) -> bool {
        false
    }

    fn file(&mut self, _: &Outgoing, _: &str) -> Result<Asked, Failure> {
        // It fetches files from the addresses that it is told.
        Ok(Asked::Answered(Answer::Taken(Value::Null)))
    }

    fn dossier(&mut self, object: &Value, presence: Presence, message: &str) -> Result<Asked, Failure> {
        let (service, data) = (self.client.table().send.clone(), json!([object]));
        if presence == Presence::New {
            let asked = self.call(&service, "False", &data, message, Proof::New)?;
            if asked != Asked::Answered(Answer::Exists) {
                return Ok(asked);
            }
        }
        self.call(&service, "True", &data, &format!("{message}-u"), Proof::Code)
    }

    fn progress(&mut self, entries: &[Value], message: &str) -> Result<Asked, Failure> {
        let service = self.client.table().progress.clone();
        self.call(&service, "False", &Value::from(entries), message, Proof::Code)
    }
}
