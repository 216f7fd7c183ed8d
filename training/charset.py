"""The characters that the reader knows: Vietnamese letters in NFC, ASCII, some marks."""

import unicodedata

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES) + "đbcdghklmnpqrstvxfjwz"
MARKS = "0123456789" + " .,:;!?-–/()[]%&+*=@_\"'“”<>#$^~|{}\\²³°•…§×½"
# Sorted by code point: class i of the network is character i - 1.
CHARSET = "".join(sorted(set(LETTERS + LETTERS.upper() + MARKS)))
