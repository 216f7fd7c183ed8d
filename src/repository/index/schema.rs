//! The fields of a page in the index.

use tantivy::Index;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;

use super::words::{Form, WordTokenizer};

/// One entry is one page of the current version of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// `code/kind`, by which all pages of a record are replaced.
    pub(super) key: Field,
    pub(super) record: Field,
    pub(super) code: Field,
    pub(super) kind: Field,
    pub(super) ordinal: Field,
    pub(super) page: Field,
    pub(super) file_name: Field,
    pub(super) title: Field,
    /// Code and file name; on a document's first page also type, number, symbol and title. Later
    /// pages do without, or one long document would fill the list of hits.
    pub(super) label: Field,
    pub(super) label_exact: Field,
    pub(super) label_folded: Field,
    pub(super) text: Field,
    pub(super) text_exact: Field,
    pub(super) text_folded: Field,
}

/// The schema. Change it or the cutting of words, and [`super::FORMAT`] has to grow.
pub(super) fn schema() -> (Schema, Fields) {
    let indexed = |form: Form| {
        let options = TextFieldIndexing::default().set_tokenizer(form.tokenizer());
        TextOptions::default().set_indexing_options(options.set_index_option(IndexRecordOption::WithFreqsAndPositions))
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_text_field("key", STRING),
        record: builder.add_text_field("record", STRING | STORED),
        code: builder.add_text_field("code", STRING | STORED),
        kind: builder.add_text_field("kind", STRING | STORED),
        ordinal: builder.add_u64_field("ordinal", STORED | FAST),
        page: builder.add_u64_field("page", STORED | FAST),
        file_name: builder.add_text_field("file_name", STORED),
        title: builder.add_text_field("title", STORED),
        label: builder.add_text_field("label", STORED),
        label_exact: builder.add_text_field("label_exact", indexed(Form::Exact)),
        label_folded: builder.add_text_field("label_folded", indexed(Form::Folded)),
        text: builder.add_text_field("text", STORED),
        text_exact: builder.add_text_field("text_exact", indexed(Form::Exact)),
        text_folded: builder.add_text_field("text_folded", indexed(Form::Folded)),
    };
    (builder.build(), fields)
}

/// Tells tantivy our ways of cutting words.
pub(super) fn register_tokenizers(index: &Index) {
    for form in [Form::Exact, Form::Folded] {
        index.tokenizers().register(form.tokenizer(), TextAnalyzer::from(WordTokenizer(form)));
    }
}
