//! What a token says, and whether it is meant for this console, for this try and for now.

use serde_json::Value;

use super::{Identity, Refusal};
use crate::settings::OidcSettings;

/// Longest name that is taken over.
const LONGEST: usize = 200;

/// What a token has to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    /// What the settings say.
    pub settings: &'a OidcSettings,
    /// What this try was given.
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// Who somebody is, if the token is meant for this try.
pub(super) fn identity(claims: &Value, expected: &Expected<'_>) -> Result<Identity, Refusal> {
    let Expected { settings, nonce, now } = *expected;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let moment = |name: &str| claims.get(name).and_then(Value::as_f64).map(|seconds| seconds as i64);
    let skew = i64::from(settings.clock_skew_seconds);
    if text("iss") != Some(settings.issuer.as_str()) {
        return Err(Refusal::Issuer);
    }
    if !is_for(claims, &settings.client_id) {
        return Err(Refusal::Audience);
    }
    if moment("exp").is_none_or(|end| end.saturating_add(skew) <= now) {
        return Err(Refusal::Expired);
    }
    let is_early = |begin: i64| begin.saturating_sub(skew) > now;
    if moment("iat").is_none_or(is_early) || moment("nbf").is_some_and(is_early) {
        return Err(Refusal::Early);
    }
    if nonce.is_empty() || text("nonce") != Some(nonce) {
        return Err(Refusal::Nonce);
    }
    let subject = text("sub").filter(|subject| !subject.is_empty()).ok_or(Refusal::Subject)?;
    let short = |name: &str| text(name).map(|text| text.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>());
    Ok(Identity {
        issuer: settings.issuer.clone(),
        subject: subject.to_owned(),
        name: short(&settings.name_claim),
        full_name: short(&settings.full_name_claim).filter(|name| !name.trim().is_empty()),
        role: settings.roles.iter().find(|mapping| says(claims, &settings.role_claim, &mapping.value)).map(|found| found.role),
    })
}

/// Whether a token is for this console: alone, or among others with it named as the one that asked.
fn is_for(claims: &Value, client: &str) -> bool {
    let asked_by = claims.get("azp").map(|azp| azp.as_str() == Some(client));
    match claims.get("aud") {
        Some(Value::String(one)) => one == client && asked_by.unwrap_or(true),
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(client)) && asked_by.unwrap_or(many.len() == 1),
        _ => false,
    }
}

/// Whether a claim says this, alone or among other things.
fn says(claims: &Value, path: &str, wanted: &str) -> bool {
    // A claim may have dots in its own name, as those that are addresses.
    let inwards = || path.split('.').try_fold(claims, |inner, name| inner.get(name));
    match claims.get(path).or_else(inwards) {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::account::Role;
    use crate::settings::RoleMapping;

    const NOW: i64 = 1_800_000_000;

    fn settings() -> OidcSettings {
        let mapping = |value: &str, role| RoleMapping { value: value.into(), role };
        OidcSettings {
            issuer: "https://sso.example".into(),
            client_id: "kho".into(),
            role_claim: "realm_access.roles".into(),
            roles: vec![mapping("luu-tru", Role::Archivist), mapping("so-hoa", Role::Clerk)],
            ..OidcSettings::default()
        }
    }

    fn claims(more: Value) -> Value {
        let mut all = json!({
            "iss": "https://sso.example", "aud": "kho", "exp": NOW + 300, "iat": NOW, "nonce": "n", "sub": "17",
            "preferred_username": "lan@tinh.example", "name": "Nguyễn Thị Lan",
            "realm_access": { "roles": ["so-hoa", "luu-tru", "khác"] },
        });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        all
    }

    fn judged(more: Value) -> Result<Identity, Refusal> {
        identity(&claims(more), &Expected { settings: &settings(), nonce: "n", now: NOW })
    }

    #[test]
    fn a_token_that_is_meant_for_this_try_tells_who_somebody_is() {
        let found = judged(json!({})).unwrap();
        assert_eq!((found.subject.as_str(), found.full_name.as_deref()), ("17", Some("Nguyễn Thị Lan")));
        assert_eq!(found.role, Some(Role::Archivist), "the first that the settings name");
        for fine in [
            json!({ "aud": ["kho"] }),
            json!({ "aud": ["kho", "other"], "azp": "kho" }),
            json!({ "exp": NOW - 59 }),
            json!({ "iat": NOW + 60, "nbf": NOW + 60 }),
            json!({ "exp": 1e300, "iat": -1e300, "nbf": -1e300 }),
        ] {
            assert!(judged(fine.clone()).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_token_for_somebody_else_or_another_time_or_try_is_refused() {
        for (more, refusal) in [
            (json!({ "iss": "https://sso.example/" }), Refusal::Issuer),
            (json!({ "iss": null }), Refusal::Issuer),
            (json!({ "aud": "other" }), Refusal::Audience),
            (json!({ "aud": ["kho", "other"] }), Refusal::Audience),
            (json!({ "aud": ["kho"], "azp": "other" }), Refusal::Audience),
            (json!({ "azp": "other" }), Refusal::Audience),
            (json!({ "aud": null }), Refusal::Audience),
            (json!({ "exp": NOW - 60 }), Refusal::Expired),
            (json!({ "exp": null }), Refusal::Expired),
            (json!({ "exp": "never" }), Refusal::Expired),
            (json!({ "exp": -1e300 }), Refusal::Expired),
            (json!({ "iat": 1e300 }), Refusal::Early),
            (json!({ "nbf": 1e300 }), Refusal::Early),
            (json!({ "iat": NOW + 61 }), Refusal::Early),
            (json!({ "iat": null }), Refusal::Early),
            (json!({ "nbf": NOW + 61 }), Refusal::Early),
            (json!({ "nonce": "m" }), Refusal::Nonce),
            (json!({ "nonce": null }), Refusal::Nonce),
            (json!({ "sub": "" }), Refusal::Subject),
            (json!({ "sub": null }), Refusal::Subject),
        ] {
            assert_eq!(judged(more.clone()), Err(refusal), "{more}");
        }
        let nothing = Expected { settings: &settings(), nonce: "", now: NOW };
        assert_eq!(identity(&claims(json!({ "nonce": "" })), &nothing), Err(Refusal::Nonce));
    }

    #[test]
    fn a_role_comes_from_what_the_settings_name_and_from_nothing_else() {
        for roleless in [
            json!({ "realm_access": null }),
            json!({ "realm_access": { "roles": ["SO-HOA", "so-hoa "] } }),
            json!({ "realm_access": { "roles": [["so-hoa"]] } }),
            json!({ "realm_access": "so-hoa" }),
        ] {
            assert_eq!(judged(roleless).unwrap().role, None);
        }
        assert_eq!(judged(json!({ "realm_access": { "roles": "so-hoa" } })).unwrap().role, Some(Role::Clerk));
        let dotted = json!({ "realm_access.roles": ["so-hoa"] });
        assert_eq!(judged(dotted).unwrap().role, Some(Role::Clerk), "a name with dots of its own");
    }
}
