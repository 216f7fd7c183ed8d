"""Measures on drawn lines how large the numbers get that the dense layers are given: ranges.json.

    python ranges.py weights/reader.onnx FOLDER_OF_FONTS

The runner keeps these numbers as integers of 14 bits with one step for each layer, and leaves twice
the room that is measured here. So the lines need not be many, only varied: fonts, sizes, weights of
ink, grain, grey paper, black and white."""

import glob
import json
import random
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import reference

TEXTS = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 1234/QĐ-UBND", "ỦY BAN NHÂN DÂN TỈNH LÀO CAI",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", "Họ và tên: NGUYỄN THỊ HẰNG", "Ngày sinh: 07/09/1986",
    "Số căn cước: 010345678912, cấp ngày 15/02/2021", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "H38.16-230706-0012",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.", "Diện tích: 1.234,5 m²; thửa đất số 45, tờ bản đồ số 12", "IDVNM0860123456", "- Lưu: VT, NC.",
)


def line(random_, fonts):
    """One drawn line as the reader is given it: (40, width), 1 is ink."""
    font = ImageFont.truetype(random_.choice(fonts), random_.choice((24, 30, 36)))
    text = random_.choice(TEXTS)
    left, top, right, bottom = font.getbbox(text)
    margin = random_.randint(1, 6)
    picture = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin))
    ImageDraw.Draw(picture).text((margin - left, margin - top), text, font=font, fill=255)
    width = max(16, round(picture.width * 40 / picture.height))
    picture = picture.resize((width, 40), Image.Resampling.BOX if picture.height > 40 else Image.Resampling.BILINEAR)
    picture = picture.filter(ImageFilter.GaussianBlur(random_.choice((0, 0.5, 1))))
    ink = np.asarray(picture, np.float32) / 255
    noise = np.random.default_rng(random_.getrandbits(32))
    ink = ink * random_.uniform(0.4, 1) + random_.choice((0, 0.05, 0.15)) * noise.standard_normal(ink.shape)
    if random_.random() < 0.3:
        ink = (ink > random_.uniform(0.2, 0.6)).astype(np.float32)
    padded = np.zeros((40, (width + 15) // 8 * 8), np.float32)
    padded[:, 4 : 4 + width] = np.clip(ink, 0, 1)
    return padded


def main():
    weights, folder = sys.argv[1:]
    net = reference.layers(weights)
    fonts = sorted(glob.glob(f"{folder}/**/*.ttf", recursive=True))
    random_ = random.Random(1)
    largest = {}

    def note(place, x):
        largest[place] = max(largest.get(place, 0.0), float(np.abs(x).max()))

    for _ in range(400):
        reference.logits(net, line(random_, fonts), note)
    with open("weights/ranges.json", "w", encoding="utf8") as file:
        json.dump({place: round(value, 4) for place, value in largest.items()}, file, indent=1)
        file.write("\n")
    print(largest)


if __name__ == "__main__":
    main()
