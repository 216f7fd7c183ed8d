"""Draws lines of text as ink: uint8, 0 is paper, 255 is full ink."""

import glob
import os
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Rows of a drawn line, before scanning brings it to the height of the reader.
ROWS = 56
SIZES = (30, 34, 38, 42, 46)
# Ends a text whose blank goes on as dots or a rule, which are no text.
LEADERS = "\x01"
SEAL_WORDS = "ỦY BAN NHÂN DÂN TỈNH LÀO CAI SỞ TƯ PHÁP VĂN PHÒNG CHỨNG THỰC BẢN SAO ĐẾN NGÀY".split()


class Drawing:
    def __init__(self, fonts, seed):
        self.random = random.Random(seed)
        files = sorted(glob.glob(f"{fonts}/*.ttf"))
        name = os.path.basename
        self.times = [file for file in files if "P_tinos" in file]
        self.arial = [file for file in files if "P_arimo" in file]
        self.mono = [file for file in files if any(kind in file for kind in ("cousine", "inconsolata", "mono"))]
        self.hand = [file for file in files if name(file).startswith("H_")]
        self.other = [file for file in files if name(file).startswith("P_") and file not in self.times + self.mono]
        self.loaded = {}

    def font(self, file, size):
        if (file, size) not in self.loaded:
            if len(self.loaded) > 700:
                self.loaded.clear()
            self.loaded[file, size] = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
        return self.loaded[file, size]

    def pick(self):
        """Papers are set in Times, by rule; the rest is for all others."""
        draw = self.random.random()
        if draw < 0.46:
            return self.random.choice(self.times)
        if draw < 0.56:
            return self.random.choice(self.arial)
        if draw < 0.82:
            return self.random.choice(self.other)
        return self.random.choice(self.hand if draw < 0.94 else self.mono)

    def line(self, text):
        """One line, ROWS high and cut to its ink with some room; None if it cannot be drawn."""
        rand = self.random
        leaders, text = text.endswith(LEADERS), text.rstrip(LEADERS)
        size = rand.choice(SIZES)
        font = self.font(rand.choice(self.mono) if "<<" in text else self.pick(), size)
        pieces = [(text, font)]
        if ": " in text and (rand.random() < 0.8 if leaders else rand.random() < 0.3):
            label, value = text.split(": ", 1)
            by_hand = self.font(rand.choice(self.hand if rand.random() < 0.6 else self.times), size)
            pieces = [(label + ": ", font), (value, by_hand)]
        spread = rand.uniform(-0.02, 0.12) * size if rand.random() < 0.08 else 0
        width = sum(font.getlength(piece) for piece, font in pieces) + max(spread, 0) * len(text)
        if not 3 <= width <= 2600:
            return None

        left, base, height = 40, int(1.7 * size), int(2.6 * size)
        image = Image.new("L", (int(width) + (440 if leaders else 120) + size, height))
        pen = ImageDraw.Draw(image)
        x = left
        for piece, piece_font in pieces:
            lifted = rand.randint(-2, 2) if piece_font is not font else 0
            x = self.piece(pen, x, base + lifted, piece, piece_font, spread)
        box = image.getbbox()
        if box is None:
            return None
        start = left + pieces[0][1].getlength(pieces[0][0]) if len(pieces) > 1 else left
        right = self.rules(pen, image, box, (text, font, size), (leaders, start), (left, base))
        return self.cut(image, (box[0], box[1], right, box[3]), base, size)

    def piece(self, pen, x, base, text, font, spread):
        for part in [text] if spread == 0 else text:
            pen.text((x, base), part, font=font, fill=255, anchor="ls")
            x += font.getlength(part) + spread
        return x

    def rules(self, pen, image, box, drawn, blank, origin):
        """Draws what is no text: underlines, leaders, neighbours, rules. Gives where the line ends."""
        rand = self.random
        (left, top, right, bottom), (text, font, size), (leaders, start), (x, base) = box, drawn, blank, origin
        end = image.width - 4
        dark = lambda low: rand.randint(low, 255)
        draw = rand.random()
        if draw < 0.06:
            y = base + int(0.14 * size)
            pen.line((left, y, right, y), fill=dark(150), width=rand.choice((1, 2, 3)))
        elif leaders or (draw < 0.12 and start > x) or draw > 0.98:
            y, step, dot, ink = base + rand.randint(-2, 3), rand.choice((5, 6, 7, 8, 9)), rand.choice((1, 1, 2, 2, 3)), dark(110)
            to = min(end, right + rand.choice((rand.randint(0, 30), rand.randint(0, 300))))
            if rand.random() < 0.85:
                for place in range(int(start), int(to), step):
                    pen.ellipse((place, y - dot // 2, place + dot, y + (dot + 1) // 2), fill=ink)
            else:
                pen.line((start, y + 2, to, y + 2), fill=ink, width=rand.choice((1, 2)))
            right = max(right, to if rand.random() < 0.7 else right)
        if rand.random() < 0.1:
            gap = int(rand.uniform(1.12, 1.6) * size) * rand.choice((-1, 1))
            pen.text((x + rand.randint(-30, 30), base + gap), text[::-1], font=font, fill=255, anchor="ls")
        for place in (left - rand.randint(4, 14), right + rand.randint(4, 14)):
            if rand.random() < 0.05:
                pen.line((place, 0, place + rand.randint(-1, 1), image.height), fill=dark(120), width=rand.choice((1, 2, 3)))
        if rand.random() < 0.04:
            y = rand.choice((top - rand.randint(3, 8), bottom + rand.randint(3, 8)))
            pen.line((0, y, image.width, y + rand.randint(-1, 1)), fill=dark(120), width=rand.choice((1, 2, 3)))
        return right

    def cut(self, image, box, base, size):
        rand = self.random
        left, top, right, bottom = box
        if rand.random() < 0.75:
            room = rand.uniform(0.08, 0.3) * size
            top, bottom = top - room, bottom + room
        else:
            top = min(base - rand.uniform(1.0, 1.3) * size, top - 1)
            bottom = max(base + rand.uniform(0.28, 0.5) * size, bottom + 1)
        top, bottom = max(0, int(top)), min(image.height, int(bottom) + 1)
        left, right = max(0, left - rand.randint(2, 22)), min(image.width, right + rand.randint(2, 22))
        scale = ROWS / (bottom - top)
        width = max(8, round((right - left) * scale))
        how = Image.Resampling.BILINEAR if scale > 0.8 else Image.Resampling.BOX
        return np.asarray(image.resize((width, ROWS), how, box=(left, top, right, bottom)))


def seals(count, font, seed, size=256):
    """Round and boxed stamps as ink, to lay over lines: (count, size, size)."""
    rand = random.Random(seed)
    out = np.zeros((count, size, size), np.uint8)
    for number in range(count):
        image = Image.new("L", (size, size))
        (round_seal if rand.random() < 0.8 else boxed_seal)(rand, image, font)
        out[number] = np.asarray(image)
    return out


def round_seal(rand, image, font):
    pen, middle = ImageDraw.Draw(image), image.width // 2
    rings = ((middle - 6, rand.choice((3, 5, 7))), (middle - rand.randint(14, 20), 2), (rand.randint(50, 75), 2))
    for radius, width in rings:
        pen.ellipse((middle - radius, middle - radius, middle + radius, middle + radius), outline=255, width=width)
    letters = ImageFont.truetype(font, rand.randint(18, 26))
    around = " ".join(rand.choice(SEAL_WORDS) for _ in range(9))[:40]
    for place, letter in enumerate(around):
        tile, angle, radius = Image.new("L", (40, 40)), place * 9.0, middle - 36
        ImageDraw.Draw(tile).text((20, 20), letter, font=letters, fill=255, anchor="mm")
        tile = tile.rotate(-angle, resample=Image.Resampling.BILINEAR)
        x, y = radius * np.sin(np.radians(angle)), radius * np.cos(np.radians(angle))
        image.paste(255, (int(middle + x) - 20, int(middle - y) - 20), tile)
    for y in (middle - 24, middle, middle + 24):
        words = f"{rand.choice(SEAL_WORDS)} {rand.choice(SEAL_WORDS)}"
        pen.text((middle, y), words, font=ImageFont.truetype(font, rand.randint(14, 24)), fill=255, anchor="mm")
    if rand.random() < 0.4:
        corners = [np.radians(90 + corner * 144) for corner in range(5)]
        pen.polygon([(middle + 30 * np.cos(angle), middle - 30 * np.sin(angle)) for angle in corners], fill=255)


def boxed_seal(rand, image, font):
    pen, size = ImageDraw.Draw(image), image.width
    pen.rectangle((20, 70, size - 20, size - 70), outline=255, width=4)
    for y in (100, 128, 156):
        words = " ".join(rand.choice(SEAL_WORDS) for _ in range(3))
        pen.text((size // 2, y), words, font=ImageFont.truetype(font, 20), fill=255, anchor="mm")
