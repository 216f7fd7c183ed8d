use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::letters::with_tone;
use super::rhymes::{AFTER_QU, NAMES, NUCLEI, ONSETS, SHARED_I};
use super::*;

/// Words of administrative papers.
const COMMON: &str = "cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc ủy ban nhân dân tỉnh huyện phường thôn tổ \
    quyết định về việc thu hồi đất giao cho thuê chuyển mục đích sử dụng quyền sở hữu nhà ở tài sản khác gắn liền với \
    căn cứ luật nghị thông tư hướng dẫn thi hành số ngày tháng năm kính gửi nơi nhận lưu trữ văn phòng giám đốc phó \
    trưởng ký thay mặt chủ tịch đơn đề nghị cấp giấy phép xây dựng chứng nhận kết hôn khai sinh tử hộ tịch khẩu thường \
    trú tạm vắng căn cước công dân hồ sơ thành phần kết quả giải quyết tiếp nhận trả hẹn trung tâm phục vụ hành chính \
    bản sao y trích lục biên lai phí lệ thuế kê khai nghiệp doanh kinh tế hợp tác xã tổng hợp báo cáo tờ trình kế hoạch \
    chỉ thị chương mục điều khoản điểm phụ lục mẫu biểu bảng danh sách họ tên tuổi giới tính dân tộc quốc tịch nghề \
    quê quán chỗ hiện nay điện thoại thửa diện tích mét vuông ranh mốc bản đồ địa đo đạc quy hoạch khuyến nông \
    lâm nghiệp thủy lợi giống trồng rừng nuôi trâu bò lợn gà vịt cá quý quỹ quận quanh quyển quặng quốc quản quẩy quên \
    gì giếng giết gìn gia giá già giữa giường giúp giặc giờ giỏi giục giễu giẫm ghi ghế ghép gỗ gạo gửi góa goá \
    nghiêng nghe nghỉ ngành ngoài người nguồn nguyên nguyệt ngoan ngõ khuya khuỷu khoẻ khỏe khoắn khuếch khoán khoảng \
    thuở huơ hoẵng xoong boong coóng ngoằn ngoèo khúc khuỷu huýt buýt tuýp huynh đệ khuynh hoạch oách uể oải oanh uyên \
    uỷ yêu yến yết yểng ỉa ích inh ý y ỷ lại ông anh em ăn âm ấm ốm ở ạ à ừ ưa ướt ươm rượu hươu bướu cừu \
    luật sư lí lý mĩ mỹ kì kỳ sĩ sỹ tỉ tỷ hi hy vọng quí quít quýt quỵt quẹt quẻ quơ quới quầng quạu quào \
    noãn voan thùng phuy duyệt tuần tuất chuẩn luyện truyện xuyên suốt muỗi muốn buồm nhuộm thuốc thước đuốc trước \
    được đường chướng vướng nhường mượn lược phiếu chiếu diễn điều triển biển miễn viện kiện liên tiền nhiều hiểu";
/// Places of Lào Cai, with names from the languages of its people.
const PLACES: &str = "Lào Cai Yên Bái Sa Pa Bát Xát Bảo Thắng Bảo Yên Bắc Hà Mường Khương Si Ma Cai Văn Bàn Mù Cang Chải Trạm \
    Tấu Nghĩa Lộ Lục Yên Trấn Yên Văn Chấn Cam Đường Cốc Lếu Kim Tân Duyên Hải Phố Mới Pom Hán Bắc Lệnh Nam Cường Xuân Tăng \
    Bình Minh Vạn Hòa Đồng Tuyển Tả Phời Hợp Thành Cốc San Y Tý A Mú Sung Nậm Chạc Ngải Thầu A Lù Dền Sáng Sàng Ma Sáo Dền \
    Thàng Mường Hum Trung Lèng Hồ Pa Cheo Mường Vi Bản Xèo Bản Vược Bản Qua Cốc Mỳ Trịnh Tường Phìn Ngan Tòng Sành Quang Kim \
    Pha Long Tả Ngải Chồ Tung Chung Phố Dìn Chin Tả Gia Khâu Nấm Lư Lùng Khấu Nhin Thanh Bình Cao Sơn La Pan Tẩn Tả Thàng \
    Lùng Vai Bản Lầu Bản Sen Lùng Cải Bản Già Lùng Phình Tả Văn Chư Tả Củ Tỷ Thải Giàng Phố Hoàng Thu Phố Na Hối Cốc Ly Nậm \
    Mòn Nậm Đét Cốc Lầu Nậm Khánh Bảo Nhai Nậm Lúc Bản Liền Tả Van San Sả Hồ Lao Chải Tả Phìn Hầu Thào Sín Chéng Nàn Sán Thào \
    Chư Phìn Bản Mế Sán Chải Cán Cấu Lử Thẩn Quan Hồ Thẩn Nàn Sín Phố Lu Tằng Loỏng Bắc Ngầm Phong Hải Thái Niên Gia Phú Xuân \
    Giao Trì Quang Sơn Hải Phú Nhuận Bản Phiệt Bản Cầm Phố Ràng Cam Cọn Nghĩa Đô Thượng Hà Việt Tiến Long Khánh Điện Quan \
    Khánh Yên Võ Lao Nậm Xây Nậm Tha Chiềng Ken Hòa Mạc Dương Quỳ Nậm Dạng Liêm Phú Minh Lương Thẳm Dương Púng Luông Khao \
    Mang Chế Tạo Nậm Có Phình Hồ Tà Xi Láng Tú Lệ Cát Thịnh Mậu A Đông Cuông Châu Quế Lâm Giang Mỏ Vàng Phong Dụ Thác Bà Quy \
    Mông Hoàng Liên Bắc Kạn Đắk Lắk Kon Tum Sủng Sảo Séo Khuổi Giáy";
/// Family and given names.
const NAMES_OF_PEOPLE: &str = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương Đinh \
    Lâm Phùng Mai Tô Hà Tạ Quách Doãn Roãn Khuất Nông Triệu Lương Giàng Vàng Sùng Thào Cư Má Lù Lò Lừu Tẩn Phàn Chảo Vừ Hảng \
    Tráng Lồ Thền Sần Cháng Mùa Sình Pờ Ly Seo Páo Dế Mẩy Vy Thy My Ny Uyên Quỳnh Khuê Thuỷ Thúy Hòa Hoè Huệ Nhuyễn";
/// What engines make of print, and words of other languages.
const REFUSED: &str = "qưyết thừơc tlnh nghj bdnc ưy scan qyết quyêt nghiêp thuôc viêc đinhj hôf ngừời nguời ngươì đâtt cộg \
    Vlệt vlệc Độclập hànhchính iên iêu yêc ka ce ci ghà ngha ngê gê kuyên cuyên boàn moại phoà voàng bọach hÒa QUyết GIấy \
    nGuyễn hỏc tãp cảch tich tôt hop cac ơng êng ăi âi uơn ôa ưê ưâ aê eâ oô hóa\u{300} gìa qúy hòang ngúôn street Place of Date \
    name Full birth month year Nationality Personal w Zalo file format project world";

fn syllables(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// Every syllable that the grammar admits, in small letters and canonical form.
fn every_syllable() -> BTreeSet<String> {
    let mut bare = BTreeSet::new();
    for onset in ONSETS {
        for nucleus in NUCLEI.iter().chain(&AFTER_QU).chain(&SHARED_I) {
            for coda in nucleus.codas {
                let rhyme = format!("{}{coda}", nucleus.letters);
                let onset = onset.strip_suffix('i').filter(|_| rhyme.starts_with('i')).unwrap_or(onset);
                bare.insert(format!("{onset}{rhyme}"));
            }
        }
    }
    bare.extend(NAMES.iter().map(|(name, _)| (*name).to_owned()));
    let mut all = BTreeSet::new();
    for word in bare {
        for tone in Tone::ALL {
            for place in 0..word.chars().count() {
                let marked = |(i, c)| if i == place { with_tone(c, tone) } else { c };
                let marked: String = word.chars().enumerate().map(marked).collect();
                all.extend(Syllable::parse(&marked).map(|syllable| syllable.to_string()));
            }
        }
    }
    all
}

#[test]
fn real_syllables_are_accepted_however_they_are_written() {
    for list in [COMMON, PLACES, NAMES_OF_PEOPLE] {
        for word in syllables(list) {
            let decomposed: String = word.nfd().collect();
            for form in [word, &word.to_uppercase(), &word.to_lowercase(), &decomposed, &word.replace('Đ', "Ð")] {
                assert!(is_syllable(form), "{form}");
            }
        }
    }
    let count = [COMMON, PLACES, NAMES_OF_PEOPLE].into_iter().flat_map(syllables).collect::<BTreeSet<_>>().len();
    assert!(count > 500, "{count}");
}

#[test]
fn misreadings_and_foreign_words_are_refused() {
    for word in syllables(REFUSED) {
        assert!(!is_syllable(word), "{word}");
        assert!(!form_of(word).is_possible(), "{word} is {:?}", form_of(word));
    }
    // English and Vietnamese share some: `the` is a cloth, `an` peace, `to` big.
    for word in ["the", "an", "to", "in", "sang"] {
        assert!(is_syllable(word), "{word}");
    }
    assert!(!is_syllable("") && !is_syllable("đất.") && !is_syllable(&"a".repeat(1000)));
}

/// The language uses some 7,000 of them. A rule that goes missing shows as thousands more.
#[test]
fn the_grammar_is_tight() {
    let count = every_syllable().len();
    assert!((14_000..16_000).contains(&count), "{count}");
}

#[test]
fn both_places_of_the_tone_are_accepted_and_made_one() {
    for (new, old) in [("hoà", "hòa"), ("Thuỷ", "Thủy"), ("KHOẺ", "KHỎE"), ("Oà", "Òa"), ("uỷ", "ủy"), ("LOÃ", "LÕA")]
    {
        assert_eq!((canonical_tone(new), canonical_tone(old)), (old.into(), old.into()));
    }
    for same in ["quý", "Quà", "giá", "hoàng", "khuỷu", "của", "mía", "toàn", "quỳ", "hóă", "coà", "X/hoà", "goà.", ""]
    {
        assert_eq!(canonical_tone(same), same);
    }
    for syllable in every_syllable() {
        assert_eq!(canonical_tone(&syllable), syllable, "canonical stays canonical");
        let letters: Vec<char> = syllable.chars().collect();
        let [before @ .., glide, last] = letters.as_slice() else { continue };
        let (bare, tone) = letters::part(*glide).unwrap();
        if tone == Tone::Ngang || !matches!((bare, last), ('o', 'a' | 'e') | ('u', 'y')) {
            continue;
        }
        let moved: String = before.iter().copied().chain([bare, with_tone(*last, tone)]).collect();
        assert_eq!(canonical_tone(&moved), syllable, "{moved}");
        assert_eq!(fold(&moved), fold(&syllable));
    }
}

#[test]
fn equal_words_get_equal_letters() {
    let decomposed: String = "HOÀ".nfd().collect();
    for word in ["Hoà", "hòa", "HÒA", &decomposed] {
        assert_eq!((same_spelling(word), fold(word)), ("hòa".to_owned(), "hoa".to_owned()), "{word}");
    }
    assert_eq!(same_spelling("QÐ"), "qđ");
    assert_eq!(fold("QUYẾT ÐỊNH số 15/QĐ"), "quyet dinh so 15/qd");
    assert_ne!(same_spelling("má"), same_spelling("mà"));
    assert_ne!(same_spelling("quý"), same_spelling("qúy"), "what is no syllable is not judged");
}

#[test]
fn printed_words_are_told_apart() {
    use WordForm::*;
    for (form, words) in [
        (Syllable, "định, (Lào “Quyết Ủy y ở; tên:...... VI"),
        (Compound, "và/hoặc H'Mông UBND-xã Tự-do tên:Nguyễn Phường-TT đất,nhà TP.Lào Km/giờ"),
        (Abbreviation, "UBND HĐND. QĐ-UBND TTLT-BTC-BTP TTg 'TTr QyĐ V/v v/v Đ/c T/M TP. KT. PGS.TS Tp m² kg Ð BOT"),
        (Number, "15 1.234.567,89 918.750.000đ 50% -3 166,9 2021-2026 17h30 07:30 120m2 5.000đ 1,5 000"),
        (Date, "12/03/2024 01/7/2064; 2024-02-29 03/2024 12.03.2024, 1-1-1990"),
        (
            Code,
            "123/QĐ-UBND 12/2024/NĐ-CP H38.16-230706-0012 000.00.16.H38-230706-0012 0214.3840.888 QL4D Km15+200 A3, 24A-123.45 12a",
        ),
        (Code, "UBND:15 2023/NQ-HĐND 31/02/2024 BM01 IDVNM0725444721015072544472<<6"),
        (Address, "vanphong@laocai.gov.vn http://dichvucong.gov.vn/tra-cuu laocai.gov.vn"),
        (ListMark, "a) đ) 1. 2.1. II. IV) 1.2.3 III (1)"),
        (Punctuation, "- ...... “ ___ * …/…"),
        (Other, "6B6 l5 2O24 1O0 O12 15/qđ-ubnd ngày12 12tháng Mục1. NGHIỆPQ NGHIEP |Giấy ~ | ©"),
        (Other, "IIIIlIlI 4x6cm ƯN\u{302} 1..2 12:,3 a@b x.@.vn a.b.c f-j-w-z Aa BỊz: w q z ghj"),
    ] {
        for word in words.split(' ') {
            assert_eq!(form_of(word), form, "{word}");
        }
    }
    assert_eq!(form_of(""), Punctuation);
    assert_eq!(form_of(&"Quyết".nfd().collect::<String>()), Syllable);
}

#[test]
fn the_share_of_possible_words_tells_print_from_noise() {
    let share = |text: &str| possible_share(text.split_whitespace());
    assert_eq!(share(COMMON), Some(1.0));
    assert_eq!(share("12/03/2024 UBND 15 - a e o ....."), None, "no word says anything");
    assert_eq!(share("đất scan"), Some(3.0 / 7.0));
    assert!(share("All parties to this agreement shall keep their papers for ten years").unwrap() < 0.3);
    assert!(share("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM Quyết §éc lËp Tù do H¹nh phóc").unwrap() < 0.5, "an old code page");
    assert_eq!(share(""), None);
}
