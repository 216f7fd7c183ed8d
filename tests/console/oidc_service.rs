//! A sign-in service that says whatever a test wants: what a service that is broken, taken over or played by
//! somebody else says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub struct Service {
    pub address: String,
    key: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
    told: Arc<Mutex<Told>>,
}

#[derive(Default)]
struct Told {
    /// What it says of itself and its keys.
    configuration: String,
    keys: String,
    /// What it gives for a code: a status and a text.
    token: (u16, String),
    /// What it was asked to give tokens for.
    asked: Vec<String>,
    /// How often it was asked for what it says of itself, and for its keys.
    looked: (usize, usize),
}

/// A key as services tell it.
fn told_of(key: &EcdsaKeyPair, id: &str) -> Value {
    let point = key.public_key().as_ref();
    let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
    json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id, "x": x, "y": y })
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (key, stranger) = (key(), key());
        let keys = json!({ "keys": [told_of(&key, "1")] });
        let told = Arc::new(Mutex::new(Told { keys: keys.to_string(), ..Told::default() }));
        let service = Self { address, key, stranger, told: Arc::clone(&told) };
        service.says_of_itself(json!({}));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                thread::spawn(move || answer(stream, &told));
            }
        });
        service
    }

    /// Changes what it says of itself.
    pub fn says_of_itself(&self, more: Value) {
        let address = &self.address;
        let mut all = json!({
            "issuer": address, "authorization_endpoint": format!("{address}/auth"),
            "token_endpoint": format!("{address}/token"), "jwks_uri": format!("{address}/jwks"),
        });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.told.lock().unwrap().configuration = all.to_string();
    }

    /// Its keys are others from now on: what was the stranger's is called 2.
    pub fn changes_keys(&self) {
        self.told.lock().unwrap().keys = json!({ "keys": [told_of(&self.stranger, "2")] }).to_string();
    }

    /// How often it was asked for what it says of itself, and for its keys.
    pub fn looked(&self) -> (usize, usize) {
        self.told.lock().unwrap().looked
    }

    /// What it gives for the next codes.
    pub fn gives(&self, status: u16, token: &str) {
        self.told.lock().unwrap().token =
            (status, json!({ "access_token": "x", "token_type": "Bearer", "id_token": token }).to_string());
    }

    /// How often it was asked for a token.
    pub fn times_asked(&self) -> usize {
        self.told.lock().unwrap().asked.len()
    }

    /// What it was asked last.
    pub fn asked(&self) -> String {
        self.told.lock().unwrap().asked.last().cloned().unwrap_or_default()
    }

    pub fn signed(&self, head: &Value, claims: &Value) -> String {
        signed(&self.key, head, claims)
    }

    /// Signed by somebody else.
    pub fn forged(&self, head: &Value, claims: &Value) -> String {
        signed(&self.stranger, head, claims)
    }
}

pub fn unsigned(head: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn signed(key: &EcdsaKeyPair, head: &Value, claims: &Value) -> String {
    let said = unsigned(head, claims);
    let signature = key.sign(&SystemRandom::new(), said.as_bytes()).unwrap();
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn answer(mut stream: TcpStream, told: &Mutex<Told>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if first.is_empty() {
            first.clone_from(&line);
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = first.split(' ').nth(1).unwrap_or_default();
    let mut told = told.lock().unwrap();
    let (status, text) = match path {
        "/.well-known/openid-configuration" => {
            told.looked.0 += 1;
            (200, told.configuration.clone())
        }
        "/jwks" => {
            told.looked.1 += 1;
            (200, told.keys.clone())
        }
        "/token" => {
            told.asked.push(String::from_utf8(body).unwrap());
            told.token.clone()
        }
        _ => (404, "{}".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        text.len()
    );
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}
