"""Texts of lines: real sentences, and what administrative papers say, drawn at random."""

import random
import re
import string
import unicodedata

from charset import CHARSET
from drawing import LEADERS
from phrases import BILINGUAL, ENGLISH, LABELS, OFFICES, PRINTED, PROVINCES, SURNAMES, TYPES

LONGEST = 110
CAPITALS = "ABCDEFGHIKLMNOPQRSTUVXYĐ"
BULLETS = ("- ", "+ ", "a) ", "b) ", "đ) ", "1. ", "2. ", "II. ", "1.1. ", "• ", "* ", "(1) ")
ENDS = (";", ".", ":", ",", "./.", " ...")


def read_lines(path):
    with open(path, encoding="utf8") as file:
        return [line for line in file.read().split("\n") if line]


class Lines:
    """`sentences` are Vietnamese, `english` is any English text."""

    def __init__(self, sentences, english, seed):
        self.random = random.Random(seed)
        self.sentences = sentences
        self.english_words = [word for line in english for word in re.findall(r"[A-Za-z][a-z']+|[a-z]+", line) if len(word) < 15]
        found = dict.fromkeys(word for line in sentences[:40000] for word in re.findall(r"\w+", line))
        self.words = [word for word in found if not word.isdigit()]
        self.given_names = [word for word in self.words if word[0].isupper() and 1 < len(word) < 8]

    def line(self):
        """One text in the reader's characters; with LEADERS after it where its blank goes on."""
        while True:
            text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", self.decorated())).strip()
            leaders = LEADERS if text.endswith(LEADERS) else ""
            text = text.rstrip(LEADERS)[:LONGEST].strip().replace("’", "'").replace("‘", "'")
            if text and all(letter in CHARSET for letter in text):
                return text + leaders

    def decorated(self):
        rand = self.random
        text = self.plain()
        if text.endswith(LEADERS):
            return text
        if rand.random() < 0.08:
            text = text.upper()
        if rand.random() < 0.06:
            text = rand.choice(BULLETS) + text
        if rand.random() < 0.05:
            text += rand.choice(ENDS)
        return text

    def plain(self):
        rand = self.random
        length = rand.choice((rand.randint(5, 30), rand.randint(30, 70), rand.randint(50, 100)))
        kinds = (
            (0.095, self.english), (0.08, self.fact), (0.08, lambda: self.form() + LEADERS),
            (0.26, lambda: self.sentence(length)), (0.06, lambda: rand.choice(PRINTED)), (0.07, self.number_line),
            (0.06, lambda: rand.choice(("", rand.choice(PROVINCES) + ", ", "Ngày ", "Hà Nội, ")) + self.date()),
            (0.06, lambda: rand.choice(("", "Ông ", "Bà ", "ông/bà ", "Họ và tên: ", "- ")) + self.name()),
            (0.05, lambda: rand.choice(("", "Mã hồ sơ: ", "CCCD: ", "ĐT: ", "Mã số: ")) + self.code()),
            (0.04, self.row), (0.06, self.form), (0.04, lambda: " ".join(rand.choices(self.words, k=rand.randint(1, 12)))),
            (0.005, lambda: "".join(rand.choices(CHARSET.replace(" ", ""), k=rand.randint(1, 12)))),
            (0.04, lambda: f"{self.sentence(length // 2)} {self.aside()}"),
        )
        return rand.choices([make for _, make in kinds], [share for share, _ in kinds])[0]()

    def aside(self):
        more = (self.number, self.date, self.code, self.money, lambda: f"({self.sentence(15)})", lambda: f"“{self.sentence(20)}”")
        return self.random.choice(more)()

    def fact(self):
        return self.random.choice((self.number, self.date, self.code, self.money, lambda: str(self.random.randint(0, 9999))))()

    def number_line(self):
        rand = self.random
        label = rand.choice(("Số: ", "Số ", "số ", "", "Căn cứ Quyết định số ", "tại Công văn số "))
        return label + self.number() + rand.choice(("", f" {self.date()}", ";", f" ngày {self.date()}"))

    def digits(self, count):
        return "".join(self.random.choices(string.digits, k=count))

    def date(self):
        rand = self.random
        day, month = rand.randint(1, 31), rand.randint(1, 12)
        year = rand.choice((rand.randint(1990, 2027), rand.randint(1930, 2010), rand.randint(2018, 2026)))
        forms = (
            (0.35, f"{day:02d}/{month:02d}/{year}"), (0.15, f"{day}/{month}/{year}"),
            (0.21, f"ngày {day:02d} tháng {month:02d} năm {year}"), (0.14, f"ngày {day} tháng {month} năm {year}"),
            (0.05, f"{day:02d}-{month:02d}-{year}"), (0.05, f"{day:02d}.{month:02d}.{year}"),
            (0.05, f"{year}-{month:02d}-{day:02d}"),
        )
        return rand.choices([form for _, form in forms], [share for share, _ in forms])[0]

    def number(self):
        """Of a document, as in 1234/QĐ-UBND or 12/2024/NQ-HĐND."""
        rand = self.random
        number = str(rand.choice((rand.randint(1, 99), rand.randint(1, 999), rand.randint(100, 9999))))
        if rand.random() < 0.3:
            number = number.zfill(2)
        offices = "-".join(rand.choices(OFFICES, k=rand.choice((1, 1, 2, 2, 3))))
        blank, form = rand.choice(("", "", "", " ")), rand.random()
        if form < 0.5:
            return f"{number}{blank}/{rand.choice(TYPES)}-{offices}"
        if form < 0.7:
            return f"{number}{blank}/{rand.randint(1998, 2026)}/{rand.choice(TYPES)}-{offices}"
        return f"{number}{blank}/{offices}"

    def name(self):
        rand = self.random
        name = " ".join([rand.choice(SURNAMES)] + rand.choices(self.given_names, k=rand.choice((1, 2, 2, 2, 3))))
        return name.upper() if rand.random() < 0.4 else name

    def code(self):
        """Of a dossier, a procedure, a person, a telephone, a mailbox; none of them is anybody's."""
        rand = self.random
        day = f"{rand.randint(15, 27):02d}{rand.randint(1, 12):02d}{rand.randint(1, 28):02d}"
        province = f"H{rand.randint(1, 63):02d}"
        codes = (
            (0.30, f"{province}.{rand.randint(1, 60)}-{day}-{rand.randint(1, 9999):04d}"),
            (0.20, f"000.{rand.randint(0, 60):02d}.{rand.randint(0, 60):02d}.{province}-{day}-{rand.randint(1, 9999):04d}"),
            (0.10, f"{rand.randint(1, 2)}.{rand.randint(0, 15000):06d}"),
            (0.20, self.digits(rand.choice((9, 10, 12, 12, 12, 13)))), (0.08, "0" + self.digits(9)),
            (0.06, "".join(rand.choices(CAPITALS + string.digits, k=rand.randint(4, 12)))),
            (0.06, rand.choice(("info", "vanthu", "hoso", "ubnd", "a", "tran.van")) + "@"
             + rand.choice(("laocai", "yenbai", "gmail", "moha", "mail")) + "." + rand.choice(("gov.vn", "com", "vn"))),
        )
        return rand.choices([code for _, code in codes], [share for share, _ in codes])[0]

    def money(self):
        rand = self.random
        amount = f"{rand.randint(1, 10 ** rand.randint(3, 10)):,}"
        if rand.random() < 0.8:
            amount = amount.replace(",", ".")
        return amount + rand.choice(("", " đồng", " đ", "đ", " VNĐ", ",00", " m²", " m2", "%", " ha", " kg"))

    def row(self):
        rand = self.random
        cell = lambda: rand.choice((
            lambda: str(rand.randint(1, 99)), self.money, self.date, lambda: rand.choice(self.words), lambda: "x", lambda: "-", self.code,
        ))()
        return " ".join(cell() for _ in range(rand.randint(1, 6)))

    def form(self):
        values = (self.name, self.date, self.code, self.number, lambda: self.random.choice(PROVINCES), lambda: self.sentence(40), self.money)
        return f"{self.random.choice(LABELS)} {self.random.choice(values)()}"

    def sentence(self, length):
        """Some words in a row of a sentence."""
        text = self.random.choice(self.sentences)
        if len(text) <= length:
            return text
        words = text.split(" ")
        taken = ""
        for word in words[self.random.randint(0, max(0, len(words) - 4)) :]:
            if len(taken) + 1 + len(word) > length:
                break
            taken = f"{taken} {word}".strip()
        return taken or text[:length]

    def english(self):
        rand = self.random
        draw, more = rand.random(), rand.choice((self.date, self.name, self.code))
        if draw < 0.35:
            mark = rand.choice(("/", "/", "|", "-"))
            end = rand.choice((":", ":", "", f": {more()}", f" No.: {self.code()}"))
            return f"{rand.choice(BILINGUAL)} {mark} {rand.choice(ENGLISH)}{end}"
        if draw < 0.55:
            return rand.choice(ENGLISH) + rand.choice(("", ":", f": {more()}"))
        if draw < 0.8:
            return " ".join(rand.choices(self.english_words, k=rand.randint(1, 10)))
        return self.card_code()

    def card_code(self):
        """A line of the code on the back of an identity card (ICAO 9303, three lines of 30)."""
        rand = self.random
        letters = lambda: "".join(rand.choices(string.ascii_uppercase, k=rand.randint(2, 6)))
        form = rand.randrange(3)
        if form == 0:
            return f"IDVNM{self.digits(10)}{self.digits(12)}<<{self.digits(1)}"
        if form == 1:
            return f"{self.digits(7)}{rand.choice('MF')}{self.digits(7)}VNM{'<' * 11}{self.digits(1)}"
        names = f"{letters()}<<{'<'.join(letters() for _ in range(rand.randint(1, 3)))}"
        return names.ljust(30, "<")[:30]
