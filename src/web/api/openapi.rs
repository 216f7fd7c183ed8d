//! What the API can be asked, as an OpenAPI document. A test asks each of it of a running server.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{ApiDossier, ApiPage, BatchList, RecordList};
use crate::commands::search::Found;
use crate::model::batch::BatchReport;
use crate::web::refused::Problem;

/// Something that can be asked.
struct Endpoint {
    path: &'static str,
    summary: &'static str,
    /// Name, where it stands, its type, whether it is needed.
    parameters: &'static [(&'static str, &'static str, &'static str, Need)],
    answer: Answer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Must,
    May,
}

/// What comes back.
enum Answer {
    Json(fn(&mut SchemaGenerator) -> Value),
    Bytes(&'static [&'static str]),
}

const CODE: (&str, &str, &str, Need) = ("code", "path", "string", Need::Must);
const ORDINAL: (&str, &str, &str, Need) = ("ordinal", "path", "integer", Need::Must);
const PAGE: (&str, &str, &str, Need) = ("page", "path", "integer", Need::Must);
const LIMIT: (&str, &str, &str, Need) = ("limit", "query", "integer", Need::May);

const ENDPOINTS: [Endpoint; 9] = [
    Endpoint {
        path: "/search",
        summary: "Pages that a query of docs/search.md finds.",
        parameters: &[
            ("q", "query", "string", Need::Must),
            LIMIT,
            ("page", "query", "integer", Need::May),
            ("sort", "query", "string", Need::May),
        ],
        answer: Answer::Json(schema::<Found>),
    },
    Endpoint {
        path: "/records",
        summary: "The newest version of every record, by code; `next` leads on.",
        parameters: &[("after", "query", "string", Need::May), LIMIT],
        answer: Answer::Json(schema::<RecordList>),
    },
    Endpoint {
        path: "/records/{code}",
        summary: "A dossier: its documents with facts, files and signatures. An act tells of it.",
        parameters: &[CODE],
        answer: Answer::Json(schema::<ApiDossier>),
    },
    Endpoint {
        path: "/records/{code}/documents/{ordinal}/file",
        summary: "The sealed PDF/A, proven. An act tells of it.",
        parameters: &[CODE, ORDINAL],
        answer: Answer::Bytes(&["application/pdf"]),
    },
    Endpoint {
        path: "/records/{code}/documents/{ordinal}/original",
        summary: "The scan as it came, proven. An act tells of it.",
        parameters: &[CODE, ORDINAL],
        answer: Answer::Bytes(&["application/pdf", "image/tiff", "image/jpeg", "image/png"]),
    },
    Endpoint {
        path: "/records/{code}/documents/{ordinal}/pages/{page}",
        summary: "What was read on a page. An act tells of it.",
        parameters: &[CODE, ORDINAL, PAGE],
        answer: Answer::Json(schema::<ApiPage>),
    },
    Endpoint {
        path: "/records/{code}/documents/{ordinal}/pages/{page}/image",
        summary: "The picture of a page: `size` is 160, 1240 or full.",
        parameters: &[CODE, ORDINAL, PAGE, ("size", "query", "string", Need::May)],
        answer: Answer::Bytes(&["image/jpeg"]),
    },
    Endpoint {
        path: "/batches",
        summary: "Batches, the newest first.",
        parameters: &[],
        answer: Answer::Json(schema::<BatchList>),
    },
    Endpoint {
        path: "/batches/{batch}",
        summary: "The report of a batch: ledger, what waits, what was refused.",
        parameters: &[("batch", "path", "integer", Need::Must)],
        answer: Answer::Json(schema::<BatchReport>),
    },
];

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().into()
}

/// The document (OpenAPI 3.1).
pub(super) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let problem = schema::<Problem>(&mut generator);
    let mut paths = serde_json::Map::new();
    for endpoint in &ENDPOINTS {
        let content = match &endpoint.answer {
            Answer::Json(schema) => json!({ "application/json": { "schema": schema(&mut generator) } }),
            Answer::Bytes(kinds) => {
                kinds.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect::<serde_json::Map<_, _>>().into()
            }
        };
        let parameters: Vec<Value> = endpoint
            .parameters
            .iter()
            .map(|(name, place, kind, need)| json!({ "name": name, "in": place, "required": *need == Need::Must, "schema": { "type": kind } }))
            .collect();
        let operation = json!({
            "summary": endpoint.summary,
            "parameters": parameters,
            "security": [{ "token": [] }],
            "responses": {
                "200": { "description": "As asked.", "content": content },
                "default": {
                    "description": "Why not, as problem details (RFC 9457).",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
        });
        paths.insert(format!("/api/v1{}", endpoint.path), json!({ "get": operation }));
    }
    let schemas = generator.take_definitions(true);
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
