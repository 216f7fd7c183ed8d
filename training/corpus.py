"""Collects Vietnamese sentences from folders of open texts: corpus.txt, one a line.

    python corpus.py corpus.txt FOLDER...

Takes .txt, .md, .tsv, .conllu, .json, .jsonl and .bz2 of these. Leave out whatever anything is
measured on."""

import bz2
import json
import os
import random
import re
import sys
import unicodedata

MARKED = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I)
CODE = re.compile(r"[{}<>\\|_]|http|\bdef\b|\breturn\b")


def sentences(text):
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    for part in re.split(r"(?<=[.;:!?])\s+", text):
        if 12 <= len(part) <= 600 and len(MARKED.findall(part)) >= 3 and not CODE.search(part):
            yield part


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from strings(item)


def texts(path):
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".bz2"):
        data, path = bz2.decompress(data), path[: -len(".bz2")]
    lines = data.decode("utf8", "ignore").split("\n")
    if path.endswith(".conllu"):
        yield from (line.removeprefix("# text = ") for line in lines if line.startswith("# text = "))
    elif path.endswith((".json", ".jsonl")):
        for piece in lines if path.endswith("l") else ["\n".join(lines)]:
            try:
                yield from strings(json.loads(piece))
            except ValueError:
                continue
    else:
        yield from (cell for line in lines for cell in line.split("\t"))


def main():
    output, *folders = sys.argv[1:]
    found = {}
    for folder in folders:
        for root, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                if name.endswith((".txt", ".md", ".tsv", ".conllu", ".json", ".jsonl", ".bz2")):
                    for text in texts(os.path.join(root, name)):
                        found.update(dict.fromkeys(sentences(text)))
    kept = list(found)
    random.Random(1).shuffle(kept)
    with open(output, "w", encoding="utf8") as file:
        file.write("\n".join(kept))
    print(f"{len(kept)} sentences, {sum(map(len, kept))} characters")


if __name__ == "__main__":
    main()
