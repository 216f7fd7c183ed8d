//! The API as programs use it: what its document says is what the server does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Server, add_user, encoded};
use crate::pages::{CARD, page_with_code};
use crate::support::{CODE_A, Place, png_page, tiff_of};

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
        self.send("GET", path, "")
    }

    fn send(&self, method: &str, path: &str, body: &str) -> super::Answer {
        let bearer = format!("Bearer {}", self.secret);
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        self.server.browser().ask(method, path, &headers, body)
    }

    fn post(&self, path: &str, body: &Value) -> super::Answer {
        self.send("POST", path, &body.to_string())
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
    let read = paths.iter().filter(|(path, asked)| asked.get("get").is_some() && !path.contains("{scan}"));
    for (path, asked) in read {
        let mut address = path.clone();
        let mut query = Vec::new();
        for parameter in asked["get"]["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let value = match name {
                "code" => CODE_A,
                "q" => "quyết định",
                "sort" => "date",
                "after" if path.ends_with("/pending") => "2026-01-01T00:00:00Z||inbox|a.pdf",
                "after" if path.ends_with("/dossiers") => "H38.00-000000-0000/dossier",
                "after" => "A",
                "kind" => "doubtful",
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
fn what_the_document_bounds_is_refused_beyond() {
    let (place, tokens) = place();
    let server = Server::start(&place);
    let program = Program { server: &server, secret: &tokens[0].1 };
    let document = server.browser().get("/api/v1/openapi.json").json();
    let mut bounds = 0;
    for (path, asked) in document["paths"].as_object().unwrap() {
        let Some(parameters) = asked.get("get").map(|get| get["parameters"].as_array().unwrap()) else { continue };
        let address = path.replace("{batch}", "1").replace("{code}", CODE_A).replace("{ordinal}", "1").replace("{page}", "1");
        let needed = if path.ends_with("/search") { "q=a&" } else { "" };
        let ask = |query: String| program.get(&format!("{address}?{needed}{query}")).status;
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            if schema["type"] == "integer" {
                let (least, most) = (schema["minimum"].as_i64().unwrap(), schema["maximum"].as_i64().unwrap());
                assert_eq!((ask(format!("{name}={least}")), ask(format!("{name}={most}"))), (200, 200), "{path} {name}");
                let beyond = (ask(format!("{name}={}", least - 1)), ask(format!("{name}={}", most + 1)));
                assert_eq!(beyond, (400, 400), "{path} {name}");
                bounds += 1;
            } else if schema.get("$ref").is_some() || schema.get("enum").is_some() {
                assert_eq!(ask(format!("{name}=xyz")), 400, "{path} {name}");
                bounds += 1;
            }
        }
        if !path.contains("{scan}") && !parameters.is_empty() && path.ends_with('s') {
            assert_eq!(ask("is_no_parameter=1".to_owned()), 400, "{path}");
        }
    }
    assert!(bounds >= 8, "{bounds}");
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

/// A place where a paper waits for facts and a stack for a dossier, and tokens of a clerk, an archivist and a
/// program that only reads.
fn morning() -> (Place, Vec<String>) {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/cccd.png"), &page_with_code(2, CARD));
    let pages = [1, 2, 3].map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8());
    place.put(&format!("{CODE_A}/don.tif"), &tiff_of(&pages));
    let stack = [4, 5].map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8());
    place.put("stack.tif", &tiff_of(&stack));
    place.run().expect_code(3);
    let tokens = [("hoa", "clerk"), ("lan", "archivist"), ("cong", "integrator")].map(|(name, role)| {
        add_user(&place, name, role);
        let made = place.sohoa(&["token", "add", name, "thử", "--json"]).expect_code(0).json();
        made[0]["secret"].as_str().unwrap().to_owned()
    });
    (place, tokens.to_vec())
}

/// Checks a body and an answer against what the document says of an endpoint.
fn fits(document: &Value, (method, path): (&str, &str), part: &str, value: &Value) {
    let operation = &document["paths"][path][method];
    let content = match part {
        "body" => &operation["requestBody"]["content"],
        status => &operation["responses"][status]["content"],
    };
    let mut schema = content["application/json"]["schema"].clone();
    assert!(!schema.is_null(), "{method} {path} {part}");
    schema["components"] = document["components"].clone();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{method} {path} {part}: {errors:?} {value}");
}

#[test]
fn a_program_clears_a_morning_as_people_do_on_the_pages() {
    let (place, tokens) = morning();
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__UPLOAD_INBOX", place.inbox().to_str().unwrap())]);
    let hoa = Program { server: &server, secret: &tokens[0] };
    let document = server.browser().get("/api/v1/openapi.json").json();
    let does = |path: &str, address: &str, body: Value| {
        fits(&document, ("post", path), "body", &body);
        let answer = hoa.post(address, &body);
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        fits(&document, ("post", path), "200", &answer.json());
        answer.json()
    };
    let waits = hoa.get("/api/v1/pending?limit=200").json();
    // The batch tells the same, piece by piece.
    let told = |part: &str| hoa.get(&format!("/api/v1/batches/1{part}")).json();
    assert_eq!((&told("")["exceptions"], &told("")["dossiers"]), (&json!(1), &json!(1)));
    assert_eq!(told("/exceptions?limit=1")["exceptions"][0]["path"], "stack.tif");
    assert_eq!(told("/exceptions?skip=1"), json!({ "exceptions": [], "next": null }));
    assert_eq!(told("/dossiers")["dossiers"][0]["code"], CODE_A);
    assert!(!told("/dossiers")["open_facts"].as_array().unwrap().is_empty());
    assert_eq!(hoa.get("/api/v1/batches/9/dossiers").status, 404);
    assert_eq!(hoa.get("/api/v1/batches/1/dossiers?after=x").status, 400);
    let stack = waits["items"].as_array().unwrap().iter().find(|item| item["scan"].is_string()).unwrap().clone();
    let scan = stack["scan"].as_str().unwrap();
    let one = format!("/api/v1/records/{CODE_A}/documents/2");
    let fields = "/api/v1/records/{code}/documents/{ordinal}/fields";
    let decisions = json!([
        { "field": "document_type", "ruling": { "set": "Quyết định" } },
        { "field": "number", "ruling": { "set": "3034" } },
        { "field": "symbol", "ruling": "not_on_paper" },
    ]);
    let decided =
        does(fields, &format!("{one}/fields"), json!({ "version": 1, "decisions": decisions, "reason": "so với giấy" }));
    assert_eq!((&decided["version"], &decided["fields"]["number"]["value"]), (&json!(2), &json!("3034")));
    let stale = hoa.post(&format!("{one}/fields"), &json!({ "version": 1, "decisions": [] }));
    assert_eq!((stale.status, stale.json()["code"].clone()), (409, json!("conflict")));
    let changes = "/api/v1/records/{code}/documents/{ordinal}/changes";
    let split = does(changes, &format!("{one}/changes"), json!({ "version": 2, "work": { "document": { "split": [3] } } }));
    assert_eq!(split["documents"], json!([format!("{CODE_A}.003")]));
    does(changes, &format!("{one}/changes"), json!({ "version": 3, "work": { "turn": { "pages": [1], "by": 180 } } }));
    let text = "/api/v1/records/{code}/documents/{ordinal}/text";
    does(text, &format!("{one}/text"), json!({ "version": 4, "corrections": [{ "page": 1, "line": 1, "text": "QUYẾT ĐỊNH" }] }));
    let settlement = json!({ "settlement": { "code": CODE_A }, "reason": "hỏi người nộp" });
    does("/api/v1/pending/files/{scan}", &format!("/api/v1/pending/files/{scan}"), settlement);
    let image = hoa.get(&format!("/api/v1/pending/files/{scan}/pages/2/image"));
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/jpeg")));
    let brought = hoa.send("PUT", &format!("/api/v1/inbox/late.pdf?code={CODE_A}"), "%PDF-1.7 late");
    assert_eq!(
        (brought.status, brought.json()["path"].clone()),
        (201, json!(format!("{CODE_A}/late.pdf"))),
        "{}",
        brought.text()
    );
    fits(&document, ("put", "/api/v1/inbox/{name}"), "201", &brought.json());
    assert!(place.inbox().join(CODE_A).join("late.pdf").exists());
    let void = hoa.post(&format!("{one}/changes"), &json!({ "version": 5, "work": { "document": "void" } }));
    assert_eq!((void.status, void.json()["code"].clone()), (400, json!("document-invalid")), "what is taken out needs a reason");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn programs_that_read_change_nothing_and_see_personal_data_for_a_reason_alone() {
    let (place, tokens) = morning();
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__UPLOAD_INBOX", place.inbox().to_str().unwrap())]);
    let [hoa, lan, cong] = [0, 1, 2].map(|at| Program { server: &server, secret: &tokens[at] });
    let scan = "0".repeat(64);
    let one = format!("/api/v1/records/{CODE_A}/documents/1");
    let posts = [
        (format!("{one}/fields"), json!({ "version": 1, "decisions": [] })),
        (format!("{one}/text"), json!({ "version": 1, "corrections": [] })),
        (format!("{one}/changes"), json!({ "version": 1, "work": { "document": "void" }, "reason": "không cần" })),
        (format!("/api/v1/pending/files/{scan}"), json!({ "settlement": {} })),
    ];
    for (path, body) in &posts {
        for program in [&lan, &cong] {
            let answer = program.post(path, body);
            assert_eq!((answer.status, answer.json()["code"].clone()), (403, json!("not-permitted")), "{path}");
        }
        assert_eq!(server.browser().ask("POST", path, &[("Content-Type", "application/json")], "{}").status, 401, "{path}");
        for wrong in ["", "{", "{\"version\":\"x\"}", "[]"] {
            let answer = hoa.send("POST", path, wrong);
            assert!(answer.status / 100 == 4, "{path} {wrong}: {}", answer.status);
            assert_eq!(answer.json()["code"], "request-invalid", "{path} {wrong}");
        }
    }
    for program in [&lan, &cong] {
        assert_eq!(program.send("PUT", "/api/v1/inbox/a.pdf", "%PDF-").status, 403);
    }
    assert_eq!((lan.get("/api/v1/pending").status, hoa.get("/api/v1/pending?kind=x").status), (403, 400));
    // Personal data: masked, for a reason shown, to this token and for this dossier alone.
    let path = format!("/api/v1/records/{CODE_A}");
    let number = |program: &Program<'_>| {
        let record = program.get(&path).json()["records"][0]["documents"].clone();
        record
            .as_array()
            .unwrap()
            .iter()
            .find_map(|one| one["fields"]["owner_number"]["value"].as_str().map(str::to_owned))
            .unwrap()
    };
    assert_eq!(number(&lan), "•••••••••001");
    let unmask = format!("{path}/unmask");
    assert_eq!(lan.post(&unmask, &json!({ "reason": "vì" })).status, 400);
    assert_eq!(cong.post(&unmask, &json!({ "reason": "không cần" })).status, 403);
    assert_eq!(lan.post(&unmask, &json!({ "reason": "theo đề nghị của chủ hồ sơ" })).status, 200);
    assert_eq!(number(&lan), "999099000001");
    let made = place.sohoa(&["token", "add", "lan", "khác", "--json"]).expect_code(0).json();
    let secret = made.as_array().unwrap().iter().find_map(|one| one["secret"].as_str()).unwrap().to_owned();
    assert_eq!(number(&Program { server: &server, secret: &secret }), "•••••••••001", "another token gave no reason");
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).stdout;
    assert!(acts.contains("theo đề nghị của chủ hồ sơ"), "{acts}");
}
