"""Joins the subsets of open font families into fonts that have every letter the reader knows.

    npm pack @fontsource/FAMILY for each family of families.txt, unpacked into FOLDER/FAMILY, then
    python fonts.py FOLDER fonts

Families of handwriting are named `H_…`, those of print `P_…`."""

import glob
import os
import sys

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

HANDWRITING = set(
    """babylonica bad-script ballet birthstone bonheur-royale carattere charm charmonman comforter corinthia dancing-script
    ephesis estonia explora fuzzy-bubbles great-vibes grechen-fuemen gwendolyn inspiration italianno itim kablammo
    kolker-brush licorice lobster love-light luxurious-script mali meow-script moon-dance mynerve oooh-baby pacifico pangolin
    patrick-hand puppies-play sassy-frass sedgwick-ave sedgwick-ave-display send-flowers shantell-sans square-peg sriracha
    the-nautigal water-brush waterfall whisper grandstander""".split()
)
# Both weights in italics only where papers are set in them.
FULL = {"tinos", "arimo"}
# Tables that subsets disagree on and that drawing lines needs not.
DROPPED = "GSUB GPOS GDEF kern DSIG STAT fpgm prep cvt gasp MATH meta VDMX hdmx LTSH".split()
NEEDED = "ăâđêôơưẮẰẲẴẶấầẩẫậếềểễệốồổỗộớờởỡợứừửữựỳỷỹỵĐƯƠABCZabcz0123456789.,:;/()-"


def cuts(family):
    for weight in (400, 700):
        for style in ("normal", "italic"):
            if family in HANDWRITING and (weight, style) != (400, "normal"):
                continue
            if weight == 700 and style == "italic" and family not in FULL:
                continue
            yield weight, style


def subsets(folder, family, weight, style, output):
    for subset in ("latin", "latin-ext", "vietnamese"):
        path = f"{folder}/{family}/files/{family}-{subset}-{weight}-{style}.woff2"
        if not os.path.exists(path):
            continue
        font = TTFont(path)
        for table in DROPPED:
            tag = table.ljust(4)
            if tag in font:
                del font[tag]
        if "glyf" in font:
            for name in font["glyf"].keys():
                if hasattr(font["glyf"][name], "program"):
                    font["glyf"][name].program.fromBytecode(b"")
        font.flavor = None
        part = f"{output}/.{family}-{subset}.ttf"
        font.save(part)
        yield part


def main():
    folder, output = sys.argv[1:]
    os.makedirs(output, exist_ok=True)
    made = 0
    for family in sorted(os.listdir(folder)):
        for weight, style in cuts(family):
            try:
                parts = list(subsets(folder, family, weight, style, output))
                if len(parts) < 2 or not any("vietnamese" in part for part in parts):
                    continue
                font = Merger().merge(parts)
                known = font.getBestCmap()
                missing = [letter for letter in NEEDED if ord(letter) not in known]
                if missing:
                    print(f"{family} {weight} {style} lacks {''.join(missing)}")
                    continue
                kind = "H" if family in HANDWRITING else "P"
                font.save(f"{output}/{kind}_{family}-{weight}-{style}.ttf")
                made += 1
            except Exception as error:  # A family that cannot be joined is left out.
                print(f"{family} {weight} {style}: {error}")
            finally:
                for part in glob.glob(f"{output}/.*.ttf"):
                    os.remove(part)
    print(f"{made} fonts")


if __name__ == "__main__":
    main()
