//! The fields of a page in the index.

use tantivy::Index;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;

use super::words::{Form, WordTokenizer};

/// One text, to be found with its marks and without.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) exact: Field,
    pub(super) folded: Field,
}

impl Pair {
    fn of(builder: &mut SchemaBuilder, name: &str) -> Self {
        Self::with(builder, name, IndexRecordOption::WithFreqsAndPositions)
    }

    fn with(builder: &mut SchemaBuilder, name: &str, option: IndexRecordOption) -> Self {
        let mut field = |form: Form| {
            let options = TextFieldIndexing::default().set_tokenizer(form.tokenizer());
            let options = options.set_index_option(option);
            builder.add_text_field(&format!("{name}_{}", form.name()), TextOptions::default().set_indexing_options(options))
        };
        Self { exact: field(Form::Exact), folded: field(Form::Folded) }
    }

    /// The field for this form.
    pub(super) fn of_form(self, form: Form) -> Field {
        match form {
            Form::Exact => self.exact,
            Form::Folded => self.folded,
        }
    }
}

/// One entry is one page of a version of a record, most often of the current one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// `code/kind`, by which all pages of a record are replaced.
    pub(super) key: Field,
    pub(super) record: Field,
    pub(super) code: Field,
    pub(super) kind: Field,
    pub(super) ordinal: Field,
    pub(super) page: Field,
    /// What the entry was made from, as a digest.
    pub(super) digest: Field,
    /// What became of a page that is not current.
    pub(super) state: Field,
    /// Code and file name; on a document's first page also type, number, symbol and title. Later
    /// pages do without, or one long document would fill the list of hits.
    pub(super) labels: Pair,
    /// The label and the text.
    pub(super) texts: Pair,
    /// What another reader read in place of words of the text.
    pub(super) others: Pair,
    /// Numbers and codes of text and label by their letters and digits alone, whole and in parts.
    pub(super) codes: Field,
    /// Dates in the text and the date of issue, as YYYYMMDD.
    pub(super) dates: Field,
    /// The date of issue, as YYYYMMDD.
    pub(super) issued: Field,
    /// The year of issue.
    pub(super) year: Field,
    /// How surely the page was read, in thousandths.
    pub(super) confidence: Field,
    /// 1 where a fact of the document waits for a person.
    pub(super) waits: Field,
    pub(super) document_type: Field,
    pub(super) issuing_body: Field,
    pub(super) types: Pair,
    pub(super) symbols: Pair,
    pub(super) bodies: Pair,
    pub(super) titles: Pair,
    pub(super) owners: Pair,
    /// Code and name of the place where the document was taken in.
    pub(super) sites: Pair,
    /// Its name.
    pub(super) site: Field,
    /// The document's number alone and with its symbol.
    pub(super) number: Field,
    /// The document's number, to compare with.
    pub(super) number_value: Field,
    pub(super) owner_number: Field,
    /// The dossier's code and all parts of it.
    pub(super) code_parts: Field,
}

/// A text that is found as a whole, on whatever pages: how long it is does not count.
fn whole() -> TextOptions {
    let options = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false);
    TextOptions::default().set_indexing_options(options.set_index_option(IndexRecordOption::Basic))
}

/// The schema. Change it or the cutting of words, and [`super::FORMAT`] has to grow.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_text_field("key", whole()),
        record: builder.add_text_field("record", STORED),
        code: builder.add_text_field("code", STORED | FAST),
        kind: builder.add_text_field("kind", whole() | STORED | FAST),
        ordinal: builder.add_u64_field("ordinal", STORED),
        page: builder.add_u64_field("page", INDEXED | STORED | FAST),
        digest: builder.add_bytes_field("digest", STORED),
        state: builder.add_u64_field("state", INDEXED | STORED),
        labels: Pair::of(&mut builder, "label"),
        texts: Pair::of(&mut builder, "text"),
        others: Pair::with(&mut builder, "other", IndexRecordOption::Basic),
        codes: builder.add_text_field("codes", whole()),
        dates: builder.add_u64_field("dates", FAST),
        issued: builder.add_u64_field("issued", FAST),
        year: builder.add_u64_field("year", FAST),
        confidence: builder.add_u64_field("confidence", FAST),
        waits: builder.add_u64_field("waits", INDEXED | FAST),
        document_type: builder.add_text_field("document_type", FAST),
        issuing_body: builder.add_text_field("issuing_body", FAST),
        types: Pair::of(&mut builder, "type"),
        symbols: Pair::of(&mut builder, "symbol"),
        bodies: Pair::of(&mut builder, "body"),
        titles: Pair::of(&mut builder, "titles"),
        owners: Pair::of(&mut builder, "owner"),
        number: builder.add_text_field("number", whole()),
        number_value: builder.add_u64_field("number_value", FAST),
        owner_number: builder.add_text_field("owner_number", whole()),
        code_parts: builder.add_text_field("code_parts", whole()),
        sites: Pair::of(&mut builder, "sites"),
        site: builder.add_text_field("site", FAST),
    };
    (builder.build(), fields)
}

/// Tells tantivy our ways of cutting words.
pub(super) fn register_tokenizers(index: &Index) {
    for form in [Form::Exact, Form::Folded] {
        index.tokenizers().register(form.tokenizer(), TextAnalyzer::from(WordTokenizer::new(form)));
    }
}
