//! Pages with the vocabulary of a repository: a few hundred words that are everywhere, some thousand
//! syllables, and a long tail of names, numbers, codes and misreadings.

use std::collections::BTreeMap;

use sohoa::model::codes::DossierCode;
use sohoa::model::confidence::Confidence;
use sohoa::model::dossier::RecordKind;
use sohoa::model::field::{Field, FieldName, FieldSource, FieldStatus};
use sohoa::model::ids::{BlobId, DocumentId, PageId, RecipeId, Sha256};
use sohoa::model::record::{Record, RecordDocument, StoredFile, sealed_file_name};
use sohoa::model::scan::MediaType;
use sohoa::model::text::TextSource;
use sohoa::repository::PageText;
use time::OffsetDateTime;

/// Words of the vocabulary.
const WORDS: usize = 168_000;
/// Pages of a document.
pub const PAGES: usize = 2;
/// One word in so many was read otherwise by another reader.
const OTHER_READINGS: u64 = 60;

/// What office papers are made of, the most common first.
const COMMON: &str = "của|và|quyết định|số|ngày|tháng|năm|đất|ủy ban nhân dân|cấp|giấy chứng nhận|quyền sử dụng đất|theo|có|được|\
các|tại|hồ sơ|xã|huyện|tỉnh|ông|bà|về việc|thủ tục|đăng ký|nhà|nhà ở|là|cho|không|trong|với|người|một|này|đã|đến|từ|khi|\
thực hiện|quy định|luật|nghị định|thông tư|cơ quan|tổ chức|cá nhân|địa chỉ|thửa|tờ bản đồ|diện tích|mục đích|thời hạn|\
chủ sở hữu|căn cứ|điều|khoản|ban hành|chủ tịch|phó chủ tịch|văn phòng|sở xây dựng|sở tài nguyên|môi trường|giao đất|\
thuê đất|thu hồi|bồi thường|giấy phép|xây dựng|kinh doanh|hộ kinh doanh|khai sinh|kết hôn|chứng thực|bản sao|bản chính|\
chữ ký|nộp|tiền|lệ phí|thuế|kho bạc|ngân hàng|công dân|căn cước|hộ khẩu|thường trú|tạm trú|nơi cấp|họ tên|giới tính";
const ONSETS: [&str; 25] = [
    "", "b", "c", "ch", "d", "đ", "g", "gi", "h", "k", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s", "t", "th", "tr",
    "v", "x",
];
const RIMES: &str = "a ai ao am an ang anh ap at ach ay au âm ân âng âp ât âu ây e eo em en eng ep et ê êm ên ênh êu i im in inh ip it iu ia \
iê iên iêng iêu o oa oan oang oi om on ong op ot ô ôi ôm ôn ông ôp ôt ơ ơi ơm ơn u ua uân ui um un ung uô uôi uôn uông uy ư ưa ưng ươ \
ươi ương ưu";
const TONES: [char; 6] = ['\0', '\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// A source of numbers that is the same on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The words, and how common each is.
pub struct Vocabulary {
    pub words: Vec<String>,
    sums: Vec<f64>,
}

impl Vocabulary {
    pub fn new() -> Self {
        use unicode_normalization::UnicodeNormalization;
        let mut chance = Chance::new(7);
        let mut words: Vec<String> = COMMON.split('|').map(str::to_owned).collect();
        let mut syllables = Vec::new();
        for onset in ONSETS {
            for rime in RIMES.split_whitespace() {
                for tone in TONES {
                    let mut syllable = format!("{onset}{rime}");
                    if tone != '\0' {
                        let at = syllable.find(|c: char| "aâeêioôơuưy".contains(c)).unwrap_or(0);
                        let end = at + syllable[at..].chars().next().unwrap().len_utf8();
                        syllable.insert(end, tone);
                    }
                    syllables.push(syllable.nfc().collect::<String>());
                }
            }
        }
        for at in (1..syllables.len()).rev() {
            syllables.swap(at, chance.below(at as u64 + 1) as usize);
        }
        words.extend(syllables.iter().cloned());
        while words.len() < WORDS {
            let syllable = |chance: &mut Chance| syllables[chance.below(syllables.len() as u64) as usize].clone();
            words.push(match chance.below(10) {
                0..=3 => format!("{}", chance.below(10u64.pow(2 + (words.len() % 6) as u32))),
                4 => format!("{:012}", 15_072_000_000 + chance.below(1_000_000_000)),
                5 => format!("{}{:06}", ["BX", "CD", "AA", "DK"][words.len() % 4], chance.below(1_000_000)),
                6 => format!("{}/QĐ-UBND", chance.below(9000)),
                7 => format!("{}{}", syllable(&mut chance), ["l", "i", "t", "rn"][words.len() % 4]),
                _ => format!("{}{}", syllable(&mut chance), syllable(&mut chance)),
            });
        }
        let mut sum = 0.0;
        let sums = (0..words.len()).map(|rank| {
            sum += 1.0 / (rank as f64 + 3.0).powf(1.02);
            sum
        });
        Self { sums: sums.collect(), words }
    }

    fn word(&self, chance: &mut Chance) -> &str {
        let wanted = chance.share() * self.sums[self.sums.len() - 1];
        &self.words[self.sums.partition_point(|sum| *sum < wanted).min(self.words.len() - 1)]
    }

    fn text(&self, chance: &mut Chance, words: u64) -> String {
        let mut text = String::new();
        for place in 0..words {
            text.push_str(self.word(chance));
            text.push(if place % 9 == 8 { '\n' } else { ' ' });
        }
        text
    }
}

/// What a document says of itself.
fn facts(vocabulary: &Vocabulary, chance: &mut Chance) -> BTreeMap<FieldName, Field> {
    let kinds = ["quyet_dinh", "to_trinh", "cong_van", "giay_chung_nhan", "don"];
    let bodies = ["Ủy ban nhân dân tỉnh Lào Cai", "Sở Xây dựng", "Sở Tài nguyên và Môi trường", "Ủy ban nhân dân xã Bản Qua"];
    let title = vocabulary.text(chance, 8).replace('\n', " ");
    let field = |value: String| Field {
        value,
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.7),
        status: FieldStatus::Accepted,
        raw: None,
        doubts: Vec::new(),
        others: Vec::new(),
        decision: None,
    };
    BTreeMap::from([
        (FieldName::Title, field(title.trim().to_owned())),
        (FieldName::DocumentType, field(kinds[chance.below(5) as usize].to_owned())),
        (FieldName::Number, field(format!("{}", chance.below(4000)))),
        (FieldName::Symbol, field("QĐ-UBND".into())),
        (FieldName::IssuingBody, field(bodies[chance.below(4) as usize].to_owned())),
        (
            FieldName::IssueDate,
            field(format!("20{}-{:02}-{:02}", 15 + chance.below(11), 1 + chance.below(12), 1 + chance.below(28))),
        ),
    ])
}

/// The record of this number, and what is read on its pages.
pub fn record(vocabulary: &Vocabulary, number: usize) -> (Record, Vec<Vec<PageText>>) {
    let mut chance = Chance::new(number as u64 * 7919 + 1);
    let code: DossierCode = format!("H38.{}-23{:04}-{:04}", number % 90 + 10, number / 10_000, number % 10_000).parse().unwrap();
    let blob = BlobId::of(code.as_str().as_bytes());
    let pages: Vec<PageId> = (0..PAGES as u32).map(|ordinal| PageId { scan: blob, ordinal }).collect();
    let fields = facts(vocabulary, &mut chance);
    let stored = |name: String, media_type| StoredFile {
        name,
        media_type,
        bytes: 1,
        pages: PAGES as u32,
        sha256: Sha256::from_bytes([0; 32]),
        blake3: blob,
        origin: None,
    };
    let document = RecordDocument {
        id: DocumentId::of_pages(&pages),
        ordinal: 1,
        file: stored(sealed_file_name(&code, 1), MediaType::Pdf),
        source: stored("1.png".into(), MediaType::Png),
        excerpt: None,
        text_confidence: Confidence::saturating(0.9),
        text_source: TextSource::Ocr,
        signatures: Vec::new(),
        sensitive_pages: Vec::new(),
        more_sources: Vec::new(),
        blank_pages: Vec::new(),
        text_digest: None,
        by_hand: None,
        fields,
        pages,
    };
    let texts = (0..PAGES).map(|_| {
        let words = 60 + chance.below(230);
        let text = vocabulary.text(&mut chance, words);
        let others = (0..words).filter(|_| chance.next().is_multiple_of(OTHER_READINGS)).count();
        let others = (0..others).map(|_| vocabulary.word(&mut chance).to_owned()).collect();
        PageText { text, confidence: Confidence::saturating(0.9), others, digest: None }
    });
    let texts = vec![texts.collect()];
    let recipe: RecipeId = RecipeId::from_bytes([1; 32]);
    (Record::new(code, RecordKind::Dossier, None, OffsetDateTime::UNIX_EPOCH, recipe, None, vec![document]), texts)
}
