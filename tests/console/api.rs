//! The API as programs use it: what its document says is what the server does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Server, add_user, encoded};
use crate::pages::{CARD, page_with_code};
use crate::support::{CODE_A, Place};

/// A place with a sealed identity card, and a token of each role.
fn place() -> (Place, Vec<(&'static str, String)>) {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/cccd.png"), &page_with_code(2, CARD));
    place.run().expect_code(0);
    let tokens = [("cong", "integrator"), ("lan", "archivist")].map(|(name, role)| {
        add_user(&place, name, role);
        let made = place.sohoa(&["token", "add", name, "máy chủ", "--json"]).expect_code(0).json();
        (name, made[0]["secret"].as_str().unwrap().to_owned())
    });
    (place, tokens.to_vec())
}

struct Program<'a> {
    server: &'a Server,
    secret: &'a str,
}

impl Program<'_> {
    fn get(&self, path: &str) -> super::Answer {
        let bearer = format!("Bearer {}", self.secret);
        self.server.browser().ask("GET", path, &[("Authorization", &bearer)], "")
    }
}

#[test]
fn every_endpoint_of_the_document_answers_as_it_says() {
    let (place, tokens) = place();
    let server = Server::start(&place);
    let program = Program { server: &server, secret: &tokens[0].1 };
    let document = server.browser().get("/api/v1/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 9, "{paths:?}");
    for (path, asked) in paths {
        let mut address = path.clone();
        let mut query = Vec::new();
        for parameter in asked["get"]["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let value = match name {
                "code" => CODE_A,
                "q" => "quyết định",
                "sort" => "date",
                "after" => "A",
                "size" => "160",
                _ => "1",
            };
            if parameter["in"] == "path" {
                assert_eq!(parameter["required"], true);
                address = address.replace(&format!("{{{name}}}"), value);
            } else {
                query.push(format!("{name}={}", encoded(value)));
            }
        }
        let answer = program.get(&format!("{address}?{}", query.join("&")));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let kind = answer.header("content-type").unwrap().to_owned();
        let content = &asked["get"]["responses"]["200"]["content"];
        assert!(content.get(&kind).is_some(), "{path}: {kind}");
        let schema = &content[&kind]["schema"];
        if !schema.is_null() {
            let mut whole = schema.clone();
            whole["components"] = document["components"].clone();
            let validator = jsonschema::validator_for(&whole).unwrap();
            let errors: Vec<String> = validator.iter_errors(&answer.json()).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{path}: {errors:?} {}", answer.text());
        }
    }
}

#[test]
fn what_is_not_done_is_told_as_problem_details_with_a_code() {
    let (place, tokens) = place();
    let server = Server::start(&place);
    let program = Program { server: &server, secret: &tokens[0].1 };
    let nobody = Program { server: &server, secret: "sohoa_0000" };
    let cases = [
        (nobody.get("/api/v1/batches"), 401, "sign-in-required"),
        (server.browser().get("/api/v1/records"), 401, "sign-in-required"),
        (program.get("/api/v1/records/H38.16-999999-9999"), 404, "not-found"),
        (program.get("/api/v1/nowhere"), 404, "not-found"),
        (program.get("/api/v1/search?q=%28a"), 400, "query-invalid"),
        (program.get("/api/v1/search"), 400, "request-invalid"),
        (program.get("/api/v1/batches/x"), 400, "request-invalid"),
        (Program { server: &server, secret: &tokens[1].1 }.get("/api/v1/batches"), 403, "not-permitted"),
    ];
    for (answer, status, code) in cases {
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some("application/problem+json")),
            "{}",
            answer.text()
        );
        let problem = answer.json();
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)));
        assert_eq!(problem["type"], format!("urn:sohoa:failure:{code}"));
        let members: BTreeSet<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, BTreeSet::from(["code", "detail", "remedy", "status", "title", "type"]));
    }
    // A program does not sign in on the pages, and a cookie does not open the API.
    assert_eq!(server.browser().sign_in("cong", super::PASSWORD).status, 401);
    assert_eq!(server.signed_in("lan").get("/api/v1/records").status, 401);
}

#[test]
fn a_token_sees_what_its_account_may_and_ends_when_it_is_taken_back() {
    let (place, tokens) = place();
    let server = Server::start(&place);
    let [program, archivist] = [&tokens[0], &tokens[1]].map(|(_, secret)| Program { server: &server, secret });
    let number = |answer: &Value| answer["records"][0]["documents"][0]["fields"]["owner_number"]["value"].clone();
    let path = format!("/api/v1/records/{CODE_A}");
    let (whole, masked) = (program.get(&path).json(), archivist.get(&path).json());
    assert_eq!((&whole["masked"], number(&whole)), (&json!(false), json!("999099000001")));
    assert_eq!((&masked["masked"], number(&masked)), (&json!(true), json!("•••••••••001")));
    let file = whole["records"][0]["documents"][0]["file"].clone();
    let sealed = program.get(file["href"].as_str().unwrap());
    assert_eq!(sealed.body.len() as u64, file["bytes"].as_u64().unwrap());
    assert_eq!(archivist.get(file["href"].as_str().unwrap()).status, 403);
    let page = archivist.get(&format!("{path}/documents/1/pages/1")).json();
    assert_eq!((&page["sensitive"], &page["text"]), (&json!(true), &json!("")));
    let image = format!("{path}/documents/1/pages/1/image");
    let (seen, covered) = (program.get(&image), archivist.get(&image));
    assert_eq!((seen.status, covered.status), (200, 200));
    assert!(seen.body.starts_with(b"\xff\xd8") && covered.body.starts_with(b"\xff\xd8") && seen.body != covered.body);
    // All of it stands in the acts, and no secret does.
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).stdout;
    assert!(acts.contains("\"viewed_unmasked\"") && acts.contains("\"sealed_file\"") && acts.contains("\"token_set\""), "{acts}");
    assert!(!acts.contains(&tokens[0].1));
    let listed = place.sohoa(&["token", "list", "--json"]).expect_code(0).stdout;
    assert!(!listed.contains("sohoa_"), "{listed}");
    place.sohoa(&["token", "revoke", "cong", "máy chủ"]).expect_code(0);
    place.sohoa(&["user", "disable", "lan"]).expect_code(0);
    assert_eq!([program.get(&path).status, archivist.get(&path).status], [401, 401]);
    place.sohoa(&["verify"]).expect_code(0);
}
