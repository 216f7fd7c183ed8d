# Everything a fresh Debian 12 machine needs is installed by the first target that needs it.
# The two commands of the README are `make run` and `make test`.

SHELL := /bin/bash
CARGO ?= cargo
INBOX ?= samples/inbox
FOLDER ?=
SEARCH ?= quyet dinh

# Debian packages: engine and Vietnamese model, libraries with headers, compilers for the C and
# C++ that some crates bring.
PACKAGES := tesseract-ocr tesseract-ocr-vie libtesseract-dev libleptonica-dev \
            build-essential pkg-config cmake clang libclang-dev
# Only the tests need these: independent readers of the files we write.
TEST_PACKAGES := poppler-utils qpdf

.PHONY: run test bench build packages test-packages lint licences pdfa clean help

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## Install what is missing, build, run the nightly batch on samples/ and show the result
	@./.ci/demo "$(INBOX)" "$(SEARCH)"

test: packages test-packages ## Install what is missing and run all tests
	$(CARGO) test --release --no-fail-fast

bench: build ## Measure cost and accuracy on benches/scans, or on the pages in FOLDER=...
	$(CARGO) bench --bench pages -- $(FOLDER)

build: packages ## Build the program in release mode
	$(CARGO) build --release

lint: packages ## Check format and lints; warnings are errors
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets --release -- -D warnings

licences: ## Check licences, bans and sources of all dependencies
	@command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked --version 0.20.2
	$(CARGO) deny check licenses bans sources

pdfa: test ## Validate the sealed files that the tests wrote with veraPDF
	./.ci/verapdf/validate target/verapdf-samples/*.pdf

packages:
	@./.ci/install $(PACKAGES)

test-packages:
	@./.ci/install $(TEST_PACKAGES)

clean: ## Remove everything built
	$(CARGO) clean
