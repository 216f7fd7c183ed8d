#!/usr/bin/env python3
"""Draws single-spaced pages with their truth: the print in which a tone mark is nearer to the line above than to its letter.

usage: make.py FOLDER
A page for each face and leading, three sizes on each, 200 dpi; made-up sentences, no real person or paper. The level of a page in
the tables is its leading, the distance of baselines in ems. Needs Pillow and Debian's fonts-croscore, fonts-noto-core, fonts-dejavu.
"""
import json
import pathlib
import random
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

DPI = 200
FONTS = "/usr/share/fonts/truetype/"
FACES = {
    "tinos": "croscore/Tinos-Regular.ttf",
    "tinos-bold": "croscore/Tinos-Bold.ttf",
    "tinos-italic": "croscore/Tinos-Italic.ttf",
    "arimo": "croscore/Arimo-Regular.ttf",
    "cousine": "croscore/Cousine-Regular.ttf",
    "noto-serif": "noto/NotoSerif-Regular.ttf",
    "dejavu-serif": "dejavu/DejaVuSerif.ttf",
}
LEADINGS = (1.0, 1.05, 1.1, 1.15)
SIZES = (11, 12, 14)
WHO = ["Ủy ban nhân dân xã", "Sở Kế hoạch và Đầu tư", "Trung tâm Phục vụ hành chính công", "Chủ tịch Hội đồng", "Bộ phận Một cửa", "người đề nghị cấp đổi"]
DOES = ["tổ chức kiểm tra hồ sơ về đất đai", "đề xuất sửa đổi, bổ sung quy định", "có ý kiến đối với kiến nghị của cử tri", "cấp lại giấy tờ đã mất",
        "chuyển kết quả giải quyết đến bộ phận trả", "thống kê số liệu tiếp nhận", "hướng dẫn thủ tục chuyển quyền sử dụng đất ở"]
HOW = ["theo quy định của pháp luật hiện hành", "trước ngày 5 tháng 4 năm 2026", "kể từ ngày ký và thay thế các văn bản trước đó", "tại Điều 7 Nghị định số 61/2018/NĐ-CP",
       "để bảo đảm quyền lợi của tổ chức, cá nhân", "ở những nơi có điều kiện đặc biệt khó khăn", "với tổng kinh phí không quá 4.500.000 đồng"]
HEADS = ["ĐỀ ÁN PHÁT TRIỂN KINH TẾ - XÃ HỘI", "TỔ CHỨC THỰC HIỆN VÀ KẾT QUẢ", "MỤC ĐÍCH, YÊU CẦU CỦA KẾ HOẠCH"]


def lines(font, width, dice):
    """Two sentences broken into lines as wide as the column."""
    words = " ".join(f"{dice.choice(WHO)} {dice.choice(DOES)} {dice.choice(HOW)}; {dice.choice(DOES)} {dice.choice(HOW)}." for _ in range(3)).split()
    line = []
    for word in words:
        if font.getlength(" ".join([*line, word])) > width:
            yield " ".join(line)
            line = []
        line.append(word)
    yield " ".join(line)


def page(face, leading, dice):
    image = Image.new("L", (1654, 2339), 252)
    draw = ImageDraw.Draw(image)
    truth, y = [], 260.0
    for size in SIZES:
        em = round(size * DPI / 72)  # Debian's Pillow takes whole pixels only
        font = ImageFont.truetype(FONTS + FACES[face], em)
        for text in [dice.choice(HEADS), *lines(font, 1230, dice)]:
            draw.text((236, y), text, font=font, fill=25, anchor="ls")
            left, top, right, bottom = draw.textbbox((236, y), text, font=font, anchor="ls")
            truth.append({"text": text, "kind": "print", "poly": [[left, top], [right, top], [right, bottom], [left, bottom]]})
            y += leading * em
        y += 1.5 * em
    return image.filter(ImageFilter.GaussianBlur(0.5)), {"level": f"{leading:.2f}", "dpi": DPI, "rotation": 0, "blank": False, "lines": truth}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for leading in LEADINGS:
        for face in FACES:
            name = f"{face}-{leading:.2f}"
            image, truth = page(face, leading, random.Random(name))
            image.save(folder / f"{name}.png", dpi=(DPI, DPI))
            (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
