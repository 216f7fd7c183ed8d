//! The keys of a service (JWK, RFC 7517), and whether a token (JWS, RFC 7515) was signed by one of them.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

use super::Refusal;

/// Longest token that is looked at.
const LONGEST: usize = 64 * 1024;
/// Most keys of a service.
const MOST: usize = 100;
/// Bytes of a modulus: shorter ones are broken, longer ones cost whoever verifies.
const MODULUS: RangeInclusive<usize> = 256..=1024;
/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: Option<String>,
    public: Public,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Public {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point of P-256, not compressed.
    P256(Vec<u8>),
}

/// How a token is signed. There is no third: `none` and those with a shared secret are no signatures of the
/// service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// The keys of a set that tokens can be signed with; others are left out.
pub(super) fn keys_of(set: &Value) -> Vec<Key> {
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    keys.iter().take(MOST).filter_map(key_of).collect()
}

fn key_of(key: &Value) -> Option<Key> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let bytes = |name: &str| text(name).and_then(decoded);
    let verifies = |uses: &Value| uses.as_array().is_some_and(|uses| uses.iter().any(|one| one.as_str() == Some("verify")));
    if key.get("use").is_some_and(|used| used.as_str() != Some("sig")) || key.get("key_ops").is_some_and(|uses| !verifies(uses)) {
        return None;
    }
    let (algorithm, public) = match text("kty")? {
        "RSA" => {
            let n = bytes("n").filter(|n| MODULUS.contains(&n.len()) && n.first() != Some(&0))?;
            (Algorithm::Rs256, Public::Rsa(n, bytes("e")?))
        }
        "EC" if text("crv") == Some("P-256") => {
            let coordinate = |name| bytes(name).filter(|bytes| bytes.len() == COORDINATE);
            let (x, y) = (coordinate("x")?, coordinate("y")?);
            (Algorithm::Es256, Public::P256([&[4], x.as_slice(), y.as_slice()].concat()))
        }
        _ => return None,
    };
    if key.get("alg").is_some_and(|named| named.as_str().and_then(Algorithm::of) != Some(algorithm)) {
        return None;
    }
    Some(Key { id: text("kid").map(str::to_owned), public })
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// What a token says, if one of these keys has signed it.
///
/// # Errors
/// [`Refusal::Key`] if it names none of them, which others may be by now; or that it does not hold.
pub(super) fn signed(token: &str, keys: &[Key]) -> Result<Value, Refusal> {
    if token.len() > LONGEST {
        return Err(Refusal::Form);
    }
    let (said, signature) = token.rsplit_once('.').ok_or(Refusal::Form)?;
    let (head, body) = said.split_once('.').filter(|(_, body)| !body.contains('.')).ok_or(Refusal::Form)?;
    let json = |part: &str| decoded(part).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let head = json(head).ok_or(Refusal::Form)?;
    let text = |name: &str| head.get(name).and_then(Value::as_str);
    let algorithm = text("alg").and_then(Algorithm::of).ok_or(Refusal::Algorithm)?;
    // What has to be understood and is not known here.
    if head.get("crit").is_some() {
        return Err(Refusal::Form);
    }
    let signature = decoded(signature).ok_or(Refusal::Form)?;
    let id = text("kid");
    let fits = |key: &&Key| match (&key.public, algorithm) {
        (Public::Rsa(..), Algorithm::Rs256) | (Public::P256(_), Algorithm::Es256) => id.is_none() || key.id.as_deref() == id,
        _ => false,
    };
    let mut fitting = keys.iter().filter(fits);
    // Where there are several, a token has to name its own.
    let key = fitting.next().filter(|_| fitting.next().is_none()).ok_or(Refusal::Key)?;
    if !has_signed(&key.public, said.as_bytes(), &signature) {
        return Err(Refusal::Signature);
    }
    json(body).filter(Value::is_object).ok_or(Refusal::Form)
}

fn has_signed(key: &Public, said: &[u8], signature: &[u8]) -> bool {
    match key {
        Public::Rsa(n, e) => RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, said, signature).is_ok(),
        Public::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(said, signature).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendix A.2.
    fn of_the_standard() -> (Value, String) {
        let key = json!({ "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" });
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        (key, token.to_owned())
    }

    #[test]
    fn the_example_of_the_standard_holds_and_holds_no_more_once_a_letter_is_another() {
        let (key, token) = of_the_standard();
        let keys = keys_of(&json!({ "keys": [key] }));
        assert_eq!(signed(&token, &keys).unwrap()["iss"], "joe");
        for at in [30, 60, token.len() - 9] {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            assert!(signed(&String::from_utf8(other).unwrap(), &keys).is_err(), "{at}");
        }
    }

    #[test]
    fn a_token_that_is_signed_by_nobody_or_by_a_secret_is_none() {
        let (key, token) = of_the_standard();
        let keys = keys_of(&json!({ "keys": [key] }));
        let body = token.split('.').nth(1).unwrap();
        let signature = token.rsplit('.').next().unwrap();
        for (head, refusal) in [
            (json!({ "alg": "none" }), Refusal::Algorithm),
            (json!({ "alg": "None" }), Refusal::Algorithm),
            (json!({ "alg": "HS256" }), Refusal::Algorithm),
            (json!({ "typ": "JWT" }), Refusal::Algorithm),
            (json!({ "alg": "ES256" }), Refusal::Key),
            (json!({ "alg": "RS256", "kid": "another" }), Refusal::Key),
            (json!({ "alg": "RS256", "crit": ["exp"] }), Refusal::Form),
        ] {
            let head = URL_SAFE_NO_PAD.encode(head.to_string());
            for signature in [signature, ""] {
                assert_eq!(signed(&format!("{head}.{body}.{signature}"), &keys), Err(refusal), "{head}");
            }
        }
        for wrong in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", &"a".repeat(LONGEST + 1)] {
            assert_eq!(signed(wrong, &keys), Err(Refusal::Form), "{wrong:.9}");
        }
    }

    #[test]
    fn keys_for_other_uses_are_left_out_and_two_without_a_name_are_not_guessed_between() {
        let (key, token) = of_the_standard();
        let with = |more: Value| {
            let mut key = key.clone();
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            key
        };
        let of = |bytes: usize| URL_SAFE_NO_PAD.encode(vec![0xc3; bytes]);
        for unfit in [
            json!({ "use": "enc" }),
            json!({ "use": ["sig"] }),
            json!({ "key_ops": ["encrypt"] }),
            json!({ "key_ops": "verify" }),
            json!({ "alg": "PS256" }),
            json!({ "alg": "ES256" }),
            json!({ "kty": "oct" }),
            json!({ "n": "!" }),
            // 1024 bits, and more than anybody has to work through.
            json!({ "n": of(128) }),
            json!({ "n": of(1025) }),
            json!({ "kty": "EC", "crv": "P-256", "x": of(31), "y": of(33) }),
            json!({ "kty": "EC", "crv": "P-384", "x": of(32), "y": of(32) }),
        ] {
            assert_eq!(keys_of(&json!({ "keys": [with(unfit.clone())] })), [], "{unfit}");
        }
        for fit in [json!({ "use": "sig", "key_ops": ["verify"], "alg": "RS256" }), json!({ "n": of(256) })] {
            assert_eq!(keys_of(&json!({ "keys": [with(fit.clone())] })).len(), 1, "{fit}");
        }
        assert_eq!(keys_of(&json!({ "keys": vec![key.clone(); 2 * MOST] })).len(), MOST);
        let two = keys_of(&json!({ "keys": [with(json!({ "kid": "1" })), with(json!({ "kid": "2" }))] }));
        assert_eq!(signed(&token, &two), Err(Refusal::Key));
        assert_eq!(keys_of(&json!({ "keys": "none" })), []);
    }
}
