//! What the API can be asked, as an OpenAPI document. A test asks each of it of a running server.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::acts::{Change, Corrections, Decided, Decisions, Made, Reason, Settle, Settled, Unmasked};
use super::{ApiDossier, ApiPage, BatchList, RecordList, Sort};
use crate::commands::batches::{BatchHead, DossierList, ExceptionList};
use crate::commands::pending::{PendingKind, PendingView};
use crate::commands::search::Found;
use crate::commands::upload::Uploaded;
use crate::web::refused::Problem;

/// Something that can be asked.
struct Endpoint {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    body: Option<Content>,
    answer: Content,
}

/// A part of the path or of the query. What is in a path is needed, what is in a query only where it says so.
struct Parameter {
    name: &'static str,
    place: &'static str,
    shape: Shape,
    needed: bool,
}

/// What a parameter may be.
enum Shape {
    Text,
    /// Of so many characters at least.
    Words(usize),
    /// The SHA-256 of a file.
    Digest,
    /// A whole number between two.
    Whole(u64, u64),
    OneOf(&'static [&'static str]),
    Of(fn(&mut SchemaGenerator) -> Value),
}

impl Shape {
    fn schema(&self, generator: &mut SchemaGenerator) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Words(least) => json!({ "type": "string", "minLength": least }),
            Self::Digest => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
            Self::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Self::OneOf(names) => json!({ "type": "string", "enum": names }),
            Self::Of(schema) => schema(generator),
        }
    }
}

const fn path(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, place: "path", shape, needed: true }
}

const fn query(name: &'static str, shape: Shape) -> Parameter {
    Parameter { name, place: "query", shape, needed: false }
}

/// What is sent or comes back.
enum Content {
    Json(fn(&mut SchemaGenerator) -> Value),
    Bytes(&'static [&'static str]),
}

const CODE: Parameter = path("code", Shape::Words(1));
const ORDINAL: Parameter = path("ordinal", Shape::Whole(0, u32::MAX as u64));
const PAGE: Parameter = path("page", Shape::Whole(0, u32::MAX as u64));
const SCAN: Parameter = path("scan", Shape::Digest);
const BATCH: Parameter = path("batch", Shape::Whole(0, i64::MAX as u64));
const LIMIT: Parameter = query("limit", Shape::Whole(1, super::MOST as u64));
const AFTER: Parameter = query("after", Shape::Text);

const ENDPOINTS: [Endpoint; 19] = [
    Endpoint {
        method: "get",
        path: "/search",
        summary: "Pages that a query of docs/search.md finds.",
        parameters: &[
            Parameter { needed: true, ..query("q", Shape::Words(1)) },
            LIMIT,
            query("page", Shape::Whole(1, super::LAST_LIST as u64)),
            query("sort", Shape::Of(schema::<Sort>)),
        ],
        body: None,
        answer: Content::Json(schema::<Found>),
    },
    Endpoint {
        method: "get",
        path: "/records",
        summary: "The newest version of every record, by code; `next` leads on.",
        parameters: &[AFTER, LIMIT],
        body: None,
        answer: Content::Json(schema::<RecordList>),
    },
    Endpoint {
        method: "get",
        path: "/records/{code}",
        summary: "A dossier: its documents with facts, files and signatures. An act tells of it.",
        parameters: &[CODE],
        body: None,
        answer: Content::Json(schema::<ApiDossier>),
    },
    Endpoint {
        method: "get",
        path: "/records/{code}/documents/{ordinal}/file",
        summary: "The sealed PDF/A, proven. An act tells of it.",
        parameters: &[CODE, ORDINAL],
        body: None,
        answer: Content::Bytes(&["application/pdf"]),
    },
    Endpoint {
        method: "get",
        path: "/records/{code}/documents/{ordinal}/original",
        summary: "The scan as it came, proven. An act tells of it.",
        parameters: &[CODE, ORDINAL],
        body: None,
        answer: Content::Bytes(&["application/pdf", "image/tiff", "image/jpeg", "image/png"]),
    },
    Endpoint {
        method: "get",
        path: "/records/{code}/documents/{ordinal}/pages/{page}",
        summary: "What was read on a page. An act tells of it.",
        parameters: &[CODE, ORDINAL, PAGE],
        body: None,
        answer: Content::Json(schema::<ApiPage>),
    },
    Endpoint {
        method: "get",
        path: "/records/{code}/documents/{ordinal}/pages/{page}/image",
        summary: "The picture of a page: `size` is 160, 1240 or full.",
        parameters: &[CODE, ORDINAL, PAGE, query("size", Shape::OneOf(&["160", "1240", "full"]))],
        body: None,
        answer: Content::Bytes(&["image/jpeg"]),
    },
    Endpoint {
        method: "get",
        path: "/batches",
        summary: "Batches, the newest first.",
        parameters: &[],
        body: None,
        answer: Content::Json(schema::<BatchList>),
    },
    Endpoint {
        method: "get",
        path: "/batches/{batch}",
        summary: "A batch: its ledger, how much waits, what it cost.",
        parameters: &[BATCH],
        body: None,
        answer: Content::Json(schema::<BatchHead>),
    },
    Endpoint {
        method: "get",
        path: "/batches/{batch}/exceptions",
        summary: "Files of a batch that wait or were refused, by path; `next` is the `skip` that leads on.",
        parameters: &[BATCH, query("skip", Shape::Whole(0, u32::MAX as u64)), LIMIT],
        body: None,
        answer: Content::Json(schema::<ExceptionList>),
    },
    Endpoint {
        method: "get",
        path: "/batches/{batch}/dossiers",
        summary: "Dossiers of a batch as it and decisions since have left them, with their facts that wait; `next` leads on.",
        parameters: &[BATCH, AFTER, LIMIT],
        body: None,
        answer: Content::Json(schema::<DossierList>),
    },
    Endpoint {
        method: "post",
        path: "/records/{code}/unmask",
        summary: "Shows the personal data of a dossier to this token for a while. An act tells why.",
        parameters: &[CODE],
        body: Some(Content::Json(schema::<Reason>)),
        answer: Content::Json(schema::<Unmasked>),
    },
    Endpoint {
        method: "post",
        path: "/records/{code}/documents/{ordinal}/fields",
        summary: "Decides about facts: an act for each, and one version.",
        parameters: &[CODE, ORDINAL],
        body: Some(Content::Json(schema::<Decisions>)),
        answer: Content::Json(schema::<Decided>),
    },
    Endpoint {
        method: "post",
        path: "/records/{code}/documents/{ordinal}/text",
        summary: "Corrects lines or words, in one act.",
        parameters: &[CODE, ORDINAL],
        body: Some(Content::Json(schema::<Corrections>)),
        answer: Content::Json(schema::<Made>),
    },
    Endpoint {
        method: "post",
        path: "/records/{code}/documents/{ordinal}/changes",
        summary: "Moves, voids, splits, merges or orders a document, or turns, moves or leaves out its pages, in one act.",
        parameters: &[CODE, ORDINAL],
        body: Some(Content::Json(schema::<Change>)),
        answer: Content::Json(schema::<Made>),
    },
    Endpoint {
        method: "get",
        path: "/pending",
        summary: "What waits for a person, those first that have waited longest; `next` leads on.",
        parameters: &[query("kind", Shape::Of(schema::<PendingKind>)), AFTER, LIMIT],
        body: None,
        answer: Content::Json(schema::<PendingView>),
    },
    Endpoint {
        method: "post",
        path: "/pending/files/{scan}",
        summary: "Decides about a file that waits, for the next run to go by.",
        parameters: &[SCAN],
        body: Some(Content::Json(schema::<Settle>)),
        answer: Content::Json(schema::<Settled>),
    },
    Endpoint {
        method: "get",
        path: "/pending/files/{scan}/pages/{page}/image",
        summary: "The picture of a page of a file that waits.",
        parameters: &[SCAN, PAGE],
        body: None,
        answer: Content::Bytes(&["image/jpeg"]),
    },
    Endpoint {
        method: "put",
        path: "/inbox/{name}",
        summary: "Brings a file into the inbox; `code` names its dossier.",
        parameters: &[path("name", Shape::Words(1)), query("code", Shape::Text)],
        body: Some(Content::Bytes(&["application/pdf", "image/tiff", "image/jpeg", "image/png"])),
        answer: Content::Json(schema::<Uploaded>),
    },
];

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().into()
}

fn generator(settings: SchemaSettings) -> SchemaGenerator {
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

fn content(content: &Content, generator: &mut SchemaGenerator) -> Value {
    match content {
        Content::Json(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        Content::Bytes(kinds) => {
            kinds.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect::<serde_json::Map<_, _>>().into()
        }
    }
}

/// The document (OpenAPI 3.1).
pub(super) fn document() -> Value {
    // What is sent may leave out what has a default; what comes back is all there.
    let mut sent = generator(SchemaSettings::draft2020_12().for_deserialize());
    let mut back = generator(SchemaSettings::draft2020_12().for_serialize());
    let problem = schema::<Problem>(&mut back);
    let mut paths = serde_json::Map::new();
    for endpoint in &ENDPOINTS {
        let parameters: Vec<Value> = endpoint
            .parameters
            .iter()
            .map(|Parameter { name, place, shape, needed }| {
                json!({ "name": name, "in": place, "required": needed, "schema": shape.schema(&mut sent) })
            })
            .collect();
        let status = if endpoint.method == "put" { "201" } else { "200" };
        let mut operation = json!({
            "summary": endpoint.summary,
            "parameters": parameters,
            "security": [{ "token": [] }],
            "responses": {
                status: { "description": "As asked.", "content": content(&endpoint.answer, &mut back) },
                "default": {
                    "description": "Why not, as problem details (RFC 9457).",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
        });
        if let (Some(body), Some(operation)) = (&endpoint.body, operation.as_object_mut()) {
            let body = json!({ "required": true, "content": content(body, &mut sent) });
            operation.insert("requestBody".to_owned(), body);
        }
        paths.insert(format!("/api/v1{}", endpoint.path), json!({ endpoint.method: operation }));
    }
    let mut schemas = sent.take_definitions(true);
    schemas.append(&mut back.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Sohoa", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "Apache-2.0" } },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}
