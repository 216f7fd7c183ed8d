//! What stands where on a sheet. Lengths are in millimetres from the top left corner.

use pdf_writer::{Content, Rect, Str};

use super::font::{self, SheetFont};
use super::{PatchPrint, SheetToPrint};
use crate::model::dossier::RecordKind;
use crate::model::raster::Raster;
use crate::model::sheet::Sheet;

/// Points in a millimetre.
const POINT: f32 = 72.0 / 25.4;
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
/// The page.
pub(super) const A4: Rect = Rect { x1: 0.0, y1: 0.0, x2: WIDTH * POINT, y2: HEIGHT * POINT };
/// Widest line or symbol: all printers leave a margin.
const LINE: f32 = 176.0;
/// Side of the QR code: its modules are over a millimetre, so that a fax shows them.
const SQUARE: f32 = 58.0;
/// Width of the thinnest bar; four pixels at 200 dpi.
const BAR: f32 = 0.5;
/// Bars of Patch T from the edge inwards, and their measures (Kodak A-61599).
const PATCH_T: [f32; 4] = [NARROW, 2.5 * NARROW, NARROW, 2.5 * NARROW];
const NARROW: f32 = 0.08 * 25.4;
const PATCH_LENGTH: f32 = 2.5 * 25.4;
/// From the edge of the sheet to the patch: printers and feeders need 6 mm.
const PATCH_EDGE: f32 = 12.0;

/// The words on a sheet.
struct Words {
    heading: &'static str,
    code: Option<String>,
    sheets: Option<u32>,
    advice: [&'static str; 2],
}

fn words(sheet: &Sheet) -> Words {
    const ONE_SIDE: &str = "Chỉ in một mặt. Không viết hay đóng dấu lên các mã, không gấp tờ này.";
    match sheet {
        Sheet::Cover { code, kind, sheets } => Words {
            heading: match kind {
                RecordKind::Dossier => "TỜ BÌA HỒ SƠ",
                RecordKind::Result => "TỜ BÌA KẾT QUẢ GIẢI QUYẾT",
            },
            code: Some(code.as_str().to_owned()),
            sheets: *sheets,
            advice: ["Đặt tờ này lên trên giấy tờ của hồ sơ rồi quét cùng nhau, theo chiều nào cũng được.", ONE_SIDE],
        },
        Sheet::Separator => Words {
            heading: "TỜ NGĂN CÁCH TÀI LIỆU",
            code: None,
            sheets: None,
            advice: ["Đặt tờ này giữa hai tài liệu của cùng một hồ sơ rồi quét cùng nhau.", ONE_SIDE],
        },
    }
}

/// The page's content stream.
pub(super) fn draw(sheet: &SheetToPrint, font: &SheetFont) -> Vec<u8> {
    let words = words(&sheet.sheet);
    let mut page = Drawing { content: Content::new(), font };
    page.text(words.heading, 58.0, 34.0);
    if let Some(code) = &words.code {
        page.text("Mã hồ sơ:", 74.0, 16.0);
        page.text(code, 90.0, 44.0);
    }
    let module = SQUARE / sheet.square.width() as f32;
    page.symbol(&sheet.square, (104.0, SQUARE), module);
    let bar = BAR.min(LINE / sheet.bars.width() as f32);
    page.symbol(&sheet.bars, (174.0, 22.0), bar);
    if let Some(sheets) = words.sheets {
        page.text(&format!("Số tờ giấy: {sheets}"), 204.0, 16.0);
    }
    for (line, text) in words.advice.iter().enumerate() {
        page.text(text, 212.0 + 9.0 * line as f32, 13.0);
    }
    page.text(Sheet::FOOTER, 240.0, 12.0);
    if sheet.patch == PatchPrint::PatchT {
        page.patch();
    }
    page.content.finish().to_vec()
}

struct Drawing<'a> {
    content: Content,
    font: &'a SheetFont,
}

impl Drawing<'_> {
    fn bar(&mut self, x: f32, top: f32, width: f32, height: f32) {
        self.content.rect(x * POINT, (HEIGHT - top - height) * POINT, width * POINT, height * POINT);
    }

    /// Centred text with its baseline at `y`, of `size` points or as large as the line allows.
    fn text(&mut self, text: &str, y: f32, size: f32) {
        let width = self.font.width(text);
        let size = size.min(LINE * POINT / width.max(0.1));
        let x = (WIDTH * POINT - width * size) / 2.0;
        self.content.begin_text().set_font(font::NAME, size).next_line(x, (HEIGHT - y) * POINT);
        self.content.show(Str(&self.font.encode(text))).end_text();
    }

    /// Draws the dark modules of a symbol, centred, in a band of the page.
    fn symbol(&mut self, symbol: &Raster, (top, height): (f32, f32), module: f32) {
        let left = (WIDTH - symbol.width() as f32 * module) / 2.0;
        // Code 128 means the same in every row.
        let rows = if symbol.width() == symbol.height() { symbol.height() } else { 1 };
        let row_height = height / rows as f32;
        for (row, line) in symbol.samples().chunks(symbol.width() as usize).take(rows as usize).enumerate() {
            let mut column = 0;
            for run in line.chunk_by(|one, next| (*one < 128) == (*next < 128)) {
                if run.first().is_some_and(|sample| *sample < 128) {
                    let (x, y) = (left + column as f32 * module, top + row as f32 * row_height);
                    self.bar(x, y, run.len() as f32 * module, row_height);
                }
                column += run.len();
            }
        }
        self.content.fill_nonzero();
    }

    /// Patch T at both ends, each to be read from its edge inwards.
    fn patch(&mut self) {
        let left = (WIDTH - PATCH_LENGTH) / 2.0;
        let mut inwards = PATCH_EDGE;
        for bar in PATCH_T {
            self.bar(left, inwards, PATCH_LENGTH, bar);
            self.bar(left, HEIGHT - inwards - bar, PATCH_LENGTH, bar);
            inwards += bar + NARROW;
        }
        self.content.fill_nonzero();
    }
}
