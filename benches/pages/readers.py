#!/usr/bin/env python3
"""Prints the text that PDFium and MuPDF read in a PDF: {"pdfium": [page, ...], "mupdf": [page, ...]}.

usage: readers.py FILE.pdf
Needs pypdfium2 and PyMuPDF (AGPL: a tool of the bench, run as a program of its own).
"""
import json
import sys

import pymupdf
import pypdfium2

sealed = pypdfium2.PdfDocument(sys.argv[1])
# PDFium marks a hyphen at the end of a line by U+FFFE.
pdfium = [page.get_textpage().get_text_bounded().replace("\ufffe", "-") for page in sealed]
with pymupdf.open(sys.argv[1]) as sealed:
    mupdf = [page.get_text() for page in sealed]
json.dump({"pdfium": pdfium, "mupdf": mupdf}, sys.stdout)
