# Everything a fresh Debian 12 machine needs is installed by the first target that needs it.
# The two commands of the README are `make run` and `make test`.

SHELL := /bin/bash
CARGO ?= cargo
INBOX ?= samples/inbox
FOLDER ?=
DIR ?=
DUMP ?=
N ?=
SEARCH ?= quyet dinh

# Debian packages: engine and Vietnamese model, libraries with headers, fonts that stand in for those that
# PDFs do not hold, compilers for the C and C++ that some crates bring.
PACKAGES := tesseract-ocr tesseract-ocr-vie libtesseract-dev libleptonica-dev \
            fonts-croscore build-essential pkg-config cmake clang libclang-dev
# Only the tests need these: independent readers of the files we write, a strict one of JPEG, one of signatures,
# one of what is encrypted, and others who speak TLS.
TEST_PACKAGES := poppler-utils qpdf libjpeg-turbo-progs minisign age openssl curl
# Only the look at the console in a browser needs these.
BROWSER_PACKAGES := chromium chromium-driver
AXE := target/axe
# Only the tests of backups to buckets need this: an S3 server, moto (Apache-2.0, a tool of the tests and no part of
# the program), in an environment of its own.
S3 := target/s3
OIDC := target/oidc
# Only the comparison needs these: OCRmyPDF (MPL-2.0, a tool of the bench and no part of the program)
# in an environment of its own.
PEER_PACKAGES := python3-venv ghostscript tesseract-ocr-osd
PEERS := target/peers
# Only the comparison of readers needs these: PDFium (pypdfium2) and MuPDF (PyMuPDF, AGPL: run as
# programs of their own, no part of the program), in an environment of their own.
READER_PACKAGES := python3-venv poppler-utils
READERS := target/readers
# Only the look at bags needs this: bagit (public domain), in an environment of its own.
BAGIT := target/bagit
# Only the look at signatures needs this: pyHanko (MIT), in an environment of its own.
PYHANKO := target/pyhanko
# Only the Debian package needs these: to make it, to judge it, and to try it in a fresh system.
DEB_PACKAGES := dpkg-dev binutils
DEB_TEST_PACKAGES := lintian mmdebstrap systemd python3-venv curl
DEB := target/debian
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
# Only the drawn pages need these.
DRAWING_PACKAGES := python3-pil fonts-croscore fonts-noto-core fonts-dejavu-core

.PHONY: run test portal test-bags test-console test-s3 test-signed reproducible deb deb-root test-deb bench bench-ablation bench-console bench-peers bench-queries bench-readers bench-robust bench-scale bench-search bench-single build packages deb-packages deb-test-packages test-packages peer-packages reader-packages drawing-packages lint licences fuzz pdfa clean help

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: build ## Install what is missing, build, run the nightly batch on samples/ and show the result
	@./.ci/demo "$(INBOX)" "$(SEARCH)"

# Unit tests are built for themselves alone, so they are optimised a little and not much: building them takes
# longer than running them. What is run as a whole program is optimised as it is delivered.
test: packages test-packages ## Install what is missing and run all tests
	failed=0; \
	$(CARGO) test --release --no-fail-fast --package sohoa --lib --config 'profile.release.package.sohoa.opt-level=1' || failed=1; \
	$(CARGO) build --release --examples --bins --test main || exit 1; \
	$(CARGO) test --release --no-fail-fast --package sohoa --test main || failed=1; \
	$(CARGO) test --release --no-fail-fast --package sohoa-reader || failed=1; \
	exit $$failed

portal: ## Run a portal that stands in for the real ones (variants A and B) on 127.0.0.1:7290, for integrators
	$(CARGO) run --release --example stand_in_portal

test-console: packages $(AXE)/node_modules/axe-core $(OIDC)/node_modules/oidc-provider ## Look at the console in Chromium: keyboard, accessibility, pictures in target/console
	@./.ci/install $(BROWSER_PACKAGES)
	$(CARGO) test --release --test main -- --ignored --nocapture console::browser

$(AXE)/node_modules/axe-core:
	@command -v npm >/dev/null || ./.ci/install npm
	npm install --silent --no-audit --no-fund --prefix $(AXE) axe-core@4

test-s3: packages test-packages $(S3)/complete ## Try backups to a bucket against a real S3 server on this machine, with faults
	$(CARGO) build --release --bins --examples
	./.ci/s3 $(S3) $(CARGO) test --release --package sohoa --lib --config 'profile.release.package.sohoa.opt-level=1' -- --ignored s3::
	./.ci/s3 $(S3) $(CARGO) test --release --package sohoa --test main -- --ignored backup_s3::

$(S3)/complete: | reader-packages
	/usr/bin/python3 -m venv $(S3)
	$(S3)/bin/pip install --quiet 'moto[server]==5.*'
	touch $@

$(OIDC)/node_modules/oidc-provider:
	@command -v npm >/dev/null || ./.ci/install npm
	npm install --silent --no-audit --no-fund --prefix $(OIDC) oidc-provider@9

bench: build ## Measure cost and accuracy on benches/scans, or on the pages in FOLDER=...; DUMP=... keeps texts and words
	$(CARGO) bench --bench pages -- $(if $(DUMP),--dump $(DUMP)) $(FOLDER)

bench-ablation: build ## Measure what each step of reading brings, by leaving it out
	$(CARGO) bench --bench pages -- --table ablation $(FOLDER)

bench-peers: build $(PEERS)/bin/ocrmypdf ## Compare with OCRmyPDF on the same PDFs, those in FOLDER=... too
	$(CARGO) bench --bench pages -- --table peers --ocrmypdf $(PEERS)/bin/ocrmypdf $(FOLDER)

bench-queries: build ## Ask what archivists type of the truth of benches/scans, and judge the answers
	$(CARGO) bench --bench queries

bench-readers: build $(READERS)/complete ## Compare what poppler, PDFium and MuPDF read in the sealed files with what the program holds, FOLDER=... too
	$(CARGO) bench --bench pages -- --table readers --python $(READERS)/bin/python $(FOLDER)

bench-robust: build ## Run every file of DIR=... (the fixtures of intake if none) through the workers; fail if one crashes or hangs
	$(CARGO) bench --bench robust -- $(if $(DIR),"$(DIR)")

bench-scale: build ## Measure how cost and memory grow up to a repository of N=... records (10,000 if none is given)
	$(CARGO) bench --bench scale -- $(N)

bench-console: build ## Measure how quickly the console answers over repositories of up to N=... records, alone and beside a batch
	$(CARGO) bench --bench scale -- --part console $(N)

bench-search: build ## Measure searching repositories of N="..." pages (10,000 and 140,000 if none are given), beside SQLite FTS5
	$(CARGO) bench --bench search -- $(N)

bench-single: build drawing-packages ## Draw single-spaced pages in several faces and sizes, and measure accuracy on them
	/usr/bin/python3 benches/single/make.py target/single
	$(CARGO) bench --bench pages -- --table quality target/single

$(PEERS)/bin/ocrmypdf: | peer-packages
	/usr/bin/python3 -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet 'ocrmypdf==17.*' img2pdf

$(READERS)/complete: | reader-packages
	/usr/bin/python3 -m venv $(READERS)
	$(READERS)/bin/pip install --quiet 'pypdfium2==5.*' PyMuPDF
	touch $@

$(BAGIT)/complete: | reader-packages
	/usr/bin/python3 -m venv $(BAGIT)
	$(BAGIT)/bin/pip install --quiet 'bagit==1.*'
	touch $@

$(PYHANKO)/complete: | reader-packages
	/usr/bin/python3 -m venv $(PYHANKO)
	$(PYHANKO)/bin/pip install --quiet 'pyhanko==0.38.*'
	touch $@

test-signed: $(PYHANKO)/complete ## Have pyHanko judge the signed files that `make test` wrote
	$(PYHANKO)/bin/python .ci/signed.py tests/fixtures/signing/ca.pem target/verapdf-samples/signed-*.pdf

test-bags: build $(BAGIT)/complete ## Bundle the repository that `make run` makes as a folder and as ZIP files, and have bagit judge them
	rm -rf target/bags && mkdir -p target/bags
	target/release/sohoa --config /dev/null --repository target/demo/repository export --bundle target/bags/folder
	target/release/sohoa --config /dev/null --repository target/demo/repository export --bundle target/bags/parts.zip --part-mb 1
	cd target/bags && for zip in *.zip; do /usr/bin/python3 -m zipfile -e $$zip . || exit 1; done
	test $$(ls -d target/bags/*/ | wc -l) -eq $$(( 1 + $$(ls target/bags/*.zip | wc -l) ))
	for bag in target/bags/*/; do $(BAGIT)/bin/python -m bagit --quiet --validate $$bag || exit 1; done

build: packages ## Build the program in release mode
	$(CARGO) build --release

# The time of the package is not told to cargo: libraries of C would be built anew for it.
deb: build deb-packages ## Make the Debian packages in target/debian
	rm -rf $(DEB)/*.deb $(DEB)/files
	$(CARGO) build --release --example package_files
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} target/release/examples/package_files $(DEB)/files
	./packaging/debian/build target/release/sohoa $(DEB)/files $(DEB)

reproducible: deb-packages ## Build the commit twice in different folders, from nothing, and compare the packages (an hour)
	./packaging/debian/reproducible

deb-root: deb-test-packages ## Make the fresh Debian 12 that the package is tried in, if it is not there yet
	$(AS_ROOT) ./packaging/debian/root $(DEB)/bookworm.tar

lint-deb: deb deb-test-packages $(DEB)/schemas/complete ## Judge the Debian package by lintian, and its list of parts by its schema
	lintian --fail-on error $(DEB)/*.deb
	./packaging/debian/same target/release/sohoa target/release/examples/package_files $(DEB)
	$(DEB)/schemas/bin/python packaging/debian/check_sbom.py $(DEB)/files/sbom.cdx.json

test-deb: lint-deb deb-root ## Try the Debian package in a fresh Debian 12
	$(AS_ROOT) ./packaging/debian/test $(DEB)/sohoa_*.deb $(DEB)/bookworm.tar

$(DEB)/schemas/complete: | deb-test-packages
	/usr/bin/python3 -m venv $(DEB)/schemas
	$(DEB)/schemas/bin/pip install --quiet 'cyclonedx-python-lib[json-validation]==11.*'
	touch $@

lint: packages ## Check format, lints and that the lock files are up to date; warnings are errors
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --all-targets --release -- -D warnings
	cd fuzz && $(CARGO) fmt --check && $(CARGO) metadata --locked --format-version 1 >/dev/null

# Tools that run for seconds are not optimised: that takes minutes.
licences: ## Check licences, bans and sources of all dependencies
	@command -v cargo-deny >/dev/null || $(CARGO) install --debug cargo-deny --locked --version 0.20.2
	$(CARGO) deny check licenses bans sources

fuzz: packages ## Run every fuzz target for a minute; fuzz/long does it for hours
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --debug cargo-fuzz --locked --version 0.13.2
	./fuzz/run 60

pdfa: test ## Validate the sealed files that the tests wrote with veraPDF
	./.ci/verapdf/validate target/verapdf-samples/*.pdf

packages:
	@./.ci/install $(PACKAGES)

test-packages:
	@./.ci/install $(TEST_PACKAGES)

deb-packages:
	@./.ci/install $(DEB_PACKAGES)

deb-test-packages:
	@./.ci/install $(DEB_TEST_PACKAGES)

peer-packages:
	@./.ci/install $(PEER_PACKAGES)

reader-packages:
	@./.ci/install $(READER_PACKAGES)

drawing-packages:
	@./.ci/install $(DRAWING_PACKAGES)

clean: ## Remove everything built
	$(CARGO) clean
