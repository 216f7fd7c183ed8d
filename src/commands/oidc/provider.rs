//! The service: where it is talked to, its keys, and the code that it gives a token for.

use std::fmt;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ureq::Agent;

use super::claims::{Expected, identity};
use super::keys::{Key, keys_of, signed};
use super::{Identity, Refusal};
use crate::model::address::{self, encoded};
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::repository::https;
use crate::settings::{OidcSettings, secret};

/// The largest answer that is read.
const LARGEST: u64 = 1 << 20;
/// How long what a service tells of itself is believed.
const FRESH: Duration = Duration::from_secs(3600);
/// Pause between two looks for keys that are new.
const PAUSE: Duration = Duration::from_secs(30);
/// A service that did not answer is not asked again for so long: each question holds a thread.
const AWAY: Duration = Duration::from_secs(5);

/// What a service tells of itself.
#[derive(Debug)]
struct Known {
    authorize: String,
    token: String,
    /// Where a browser is sent to that signs out, if there is such a place.
    end: Option<String>,
    /// The secret is taken in the body of a message and not beside it.
    secret_in_body: bool,
    keys: Vec<Key>,
    since: Instant,
}

/// What somebody brings back from the service, and what the try was given.
pub(crate) struct Returned {
    /// What the service gives a token for.
    pub code: String,
    /// What only whoever began the try knows.
    pub verifier: String,
    /// What the token has to name.
    pub nonce: String,
    /// Seconds since 1970.
    pub now: i64,
}

/// When a service was last asked for nothing.
#[derive(Debug, Default)]
struct InVain {
    /// It did not answer.
    away: Option<Instant>,
    /// A token named a key that was not known.
    key: Option<Instant>,
}

/// A service.
pub(crate) struct Provider {
    settings: OidcSettings,
    secret: String,
    agent: Agent,
    known: Mutex<Option<Arc<Known>>>,
    /// Held by whoever asks what the service tells of itself, so that the others take what they learn.
    asking: Mutex<InVain>,
}

/// The secret stands in no log.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

impl Provider {
    /// Gets ready; nothing is asked yet. None where the settings name no service.
    ///
    /// # Errors
    /// [`FailureCode::SettingsInvalid`] if an address is not encrypted or a file cannot be read.
    pub(crate) fn new(settings: &OidcSettings) -> Result<Option<Self>, Failure> {
        if !settings.is_set() {
            return Ok(None);
        }
        for (key, url) in [("oidc.issuer", &settings.issuer), ("oidc.address", &settings.address)] {
            if !address::is_safe(url) {
                let failure = Failure::new(FailureCode::SettingsInvalid).at(Place::setting(key));
                return Err(failure.because(ExchangeFault::NotEncrypted { url: address::shown(url) }));
            }
        }
        let file = &settings.client_secret_file;
        let secret = if file.as_os_str().is_empty() {
            String::new()
        } else {
            let unreadable =
                |error| Failure::new(FailureCode::SettingsInvalid).at_file(file.display()).because(Cause::from(&error));
            // Whoever names a file does not mean a console without a secret.
            let empty = || {
                let failure = Failure::new(FailureCode::SettingsInvalid).at(Place::setting("oidc.client_secret_file"));
                failure.because(ExchangeFault::PasswordEmpty)
            };
            secret::password(file).map_err(unreadable)?.ok_or_else(empty)?
        };
        let agent = https::agent_by_settings(&settings.ca_file, settings.timeout_seconds)?;
        Ok(Some(Self { settings: settings.clone(), secret, agent, known: Mutex::default(), asking: Mutex::default() }))
    }

    /// Where somebody comes back to.
    fn back(&self) -> String {
        format!("{}/login/oidc/back", self.settings.address.trim_end_matches('/'))
    }

    /// What the service calls itself.
    pub(crate) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where a browser is sent to for a try with these secrets.
    ///
    /// # Errors
    /// [`FailureCode::SignInServiceUnavailable`].
    pub(crate) fn address(&self, state: &str, nonce: &str, verifier: &str) -> Result<String, Failure> {
        let known = self.known()?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let (scope, back) = (self.settings.scopes.join(" "), self.back());
        let asked = [
            ("response_type", "code"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", back.as_str()),
            ("scope", scope.as_str()),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Ok(asking(&known.authorize, &asked))
    }

    /// Where a browser is sent to that signs out there too ([RP-initiated logout]); none where the service has no such
    /// place. `token` is the one by which the service vouched, empty if it was not kept.
    ///
    /// # Errors
    /// [`FailureCode::SignInServiceUnavailable`].
    ///
    /// [RP-initiated logout]: https://openid.net/specs/openid-connect-rpinitiated-1_0.html
    pub(crate) fn sign_out(&self, token: &str) -> Result<Option<String>, Failure> {
        let known = self.known()?;
        let Some(end) = &known.end else { return Ok(None) };
        let out = format!("{}/login/oidc/out", self.settings.address.trim_end_matches('/'));
        let mut told = vec![("client_id", self.settings.client_id.as_str())];
        told.extend((!token.is_empty()).then_some(("id_token_hint", token)));
        // A service refuses addresses that it was not told of, and ends nothing then.
        told.extend(self.settings.sign_out_returns.then_some(("post_logout_redirect_uri", out.as_str())));
        Ok(Some(asking(end, &told)))
    }

    /// Who it is that brings a code, and the token that says so.
    ///
    /// # Errors
    /// [`FailureCode::SignInServiceUnavailable`], or a [`Refusal`].
    pub(crate) fn identity(&self, returned: &Returned) -> Result<(Identity, String), Failure> {
        let token = self.token(&returned.code, &returned.verifier)?;
        let known = self.known()?;
        let claims = match signed(&token, &known.keys) {
            Err(Refusal::Key) => signed(&token, &self.with_new_keys(&known)?.keys)?,
            claims => claims?,
        };
        let expected = Expected { settings: &self.settings, nonce: &returned.nonce, now: returned.now };
        Ok((identity(&claims, &expected)?, token))
    }

    /// The ID token that the service gives for a code.
    fn token(&self, code: &str, verifier: &str) -> Result<String, Failure> {
        let known = self.known()?;
        let (client, back) = (self.settings.client_id.as_str(), self.back());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back.as_str()),
            ("code_verifier", verifier),
        ];
        let mut request = self.agent.post(&known.token).header("Accept", "application/json");
        match (self.secret.is_empty(), known.secret_in_body) {
            (true, _) => form.push(("client_id", client)),
            (false, true) => form.extend([("client_id", client), ("client_secret", self.secret.as_str())]),
            (false, false) => {
                let both = format!("{}:{}", encoded(client), encoded(&self.secret));
                request = request.header("Authorization", format!("Basic {}", STANDARD.encode(both)));
            }
        }
        let mut answer = request.send_form(form).map_err(|error| away(&known.token, Cause::said(error)))?;
        let status = answer.status().as_u16();
        let body = json_of(answer.body_mut(), &known.token)?;
        match status {
            200 => body.get("id_token").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| Refusal::Form.into()),
            400..=499 => Err(Refusal::Code.into()),
            _ => Err(away(&known.token, Cause::said(status))),
        }
    }

    /// What the service tells of itself, asked anew where that is old.
    fn known(&self) -> Result<Arc<Known>, Failure> {
        if let Some(known) = self.fresh() {
            return Ok(known);
        }
        let mut vain = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have asked meanwhile.
        self.fresh().map_or_else(|| self.asked(&mut vain), Ok)
    }

    /// The same, asked anew for a key that is not among those known: the service may have got others since.
    fn with_new_keys(&self, old: &Arc<Known>) -> Result<Arc<Known>, Failure> {
        let mut vain = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newer) = self.fresh().filter(|known| !Arc::ptr_eq(known, old)) {
            return Ok(newer);
        }
        if is_within(vain.key, PAUSE) {
            return Err(Refusal::Key.into());
        }
        vain.key = Some(Instant::now());
        self.asked(&mut vain)
    }

    fn fresh(&self) -> Option<Arc<Known>> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        kept.filter(|known| is_within(Some(known.since), FRESH))
    }

    fn asked(&self, vain: &mut InVain) -> Result<Arc<Known>, Failure> {
        if is_within(vain.away, AWAY) {
            return Err(away(&self.settings.issuer, Cause::said("it did not answer just now")));
        }
        let told = self.discover();
        vain.away = told.is_err().then(Instant::now);
        let known = Arc::new(told?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn discover(&self) -> Result<Known, Failure> {
        let issuer = &self.settings.issuer;
        let at = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let told = self.get(&at)?;
        // One service could else send people to another and speak for it.
        if told.get("issuer").and_then(Value::as_str) != Some(issuer.as_str()) {
            return Err(away(&at, Cause::said("another issuer answers")));
        }
        let address = |name: &str| {
            let found = told.get(name).and_then(Value::as_str).filter(|url| address::is_safe(url));
            found.map(str::to_owned).ok_or_else(|| away(&at, Cause::said(name)))
        };
        let keys_at = address("jwks_uri")?;
        let ways = told.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
        let takes = |wanted: &str| ways.is_some_and(|ways| ways.iter().any(|way| way.as_str() == Some(wanted)));
        Ok(Known {
            authorize: address("authorization_endpoint")?,
            token: address("token_endpoint")?,
            end: address("end_session_endpoint").ok(),
            // Where nothing else was agreed on, it goes beside the message (OpenID Connect Registration, section 2).
            secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
            keys: keys_of(&self.get(&keys_at)?),
            since: Instant::now(),
        })
    }

    fn get(&self, url: &str) -> Result<Value, Failure> {
        let asked = self.agent.get(url).header("Accept", "application/json").call();
        let mut answer = asked.map_err(|error| away(url, Cause::said(error)))?;
        match answer.status().as_u16() {
            200 => json_of(answer.body_mut(), url),
            status => Err(away(url, Cause::said(status))),
        }
    }
}

/// An address with a query that says this.
fn asking(address: &str, said: &[(&str, &str)]) -> String {
    let query: Vec<String> = said.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}", query.join("&"))
}

fn is_within(moment: Option<Instant>, span: Duration) -> bool {
    moment.is_some_and(|moment| moment.elapsed() < span)
}

fn json_of(body: &mut ureq::Body, url: &str) -> Result<Value, Failure> {
    let mut content = Vec::new();
    let read = body.as_reader().take(LARGEST).read_to_end(&mut content);
    read.map_err(|error| away(url, Cause::from(error)))?;
    Ok(serde_json::from_slice(&content).unwrap_or(Value::Null))
}

fn away(url: &str, cause: Cause) -> Failure {
    Failure::new(FailureCode::SignInServiceUnavailable).at(Place::Typed { text: url.to_owned() }).because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_is_told_in_a_log_keeps_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "bi-mat\n").unwrap();
        let settings = |issuer: &str| OidcSettings {
            issuer: issuer.into(),
            client_secret_file: file.clone(),
            address: "https://kho.example".into(),
            ca_file: folder.path().join("none.pem"),
            ..OidcSettings::default()
        };
        let provider = Provider::new(&settings("https://sso.example")).unwrap().unwrap();
        assert_eq!(provider.secret, "bi-mat");
        let told = format!("{provider:?}");
        assert!(told.contains("https://sso.example") && !told.contains("bi-mat"), "{told}");
        assert!(Provider::new(&settings("")).unwrap().is_none());
        assert!(Provider::new(&settings("http://sso.example")).is_err());
    }
}
