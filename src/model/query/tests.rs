use time::macros::date;

use super::*;

fn text(typed: &str) -> Condition {
    Condition::Text(Words { typed: typed.into(), form: WordsForm::Word })
}

fn phrase(typed: &str, gaps: u32) -> Condition {
    Condition::Text(Words { typed: typed.into(), form: WordsForm::Phrase { gaps } })
}

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

fn days(from: Date, to: Date) -> Span<Date> {
    Span { from: Some(from), to: Some(to) }
}

fn wrong(query: &str) -> QueryError {
    parse(query).unwrap_err()
}

#[test]
fn operators_bind_as_everywhere() {
    assert_eq!(parse("đất nhà").unwrap(), Condition::All(vec![text("đất"), text("nhà")]));
    for query in ["đất AND nhà", "đất VÀ nhà", "đất && nhà", "  đất   nhà "] {
        assert_eq!(parse(query).unwrap(), parse("đất nhà").unwrap(), "{query}");
    }
    let either = Condition::Any(vec![Condition::All(vec![text("a"), text("b")]), text("c")]);
    assert_eq!(parse("a b OR c").unwrap(), either);
    assert_eq!(parse("(a b) HOẶC c").unwrap(), either);
    let inner = Condition::Any(vec![text("b"), text("c")]);
    assert_eq!(parse("a (b OR c)").unwrap(), Condition::All(vec![text("a"), inner]));
    assert_eq!(parse("a b | c").unwrap(), either);
    for query in ["a NOT b", "a KHÔNG b", "a -b", "a AND NOT b"] {
        assert_eq!(parse(query).unwrap(), Condition::All(vec![text("a"), not(text("b"))]), "{query}");
    }
    assert_eq!(parse("-\"a b\"").unwrap(), not(phrase("a b", 0)));
    for query in ["a !b", "a ,b", "a,b", "a;b"] {
        let second = if query.contains('!') { not(text("b")) } else { text("b") };
        assert_eq!(parse(query).unwrap(), Condition::All(vec![text("a"), second]), "{query}");
    }
    assert_eq!(parse("108,5").unwrap(), text("108,5"));
    // In small letters they are words, and so is a hyphen in a word.
    assert_eq!(parse("và không or").unwrap(), Condition::All(vec![text("và"), text("không"), text("or")]));
    assert_eq!(parse("QĐ-UBND – về").unwrap(), Condition::All(vec![text("QĐ-UBND"), text("về")]));
    // Decomposed as Apple's keyboards give it.
    assert_eq!(parse("đất KHO\u{302}NG nhà").unwrap(), parse("đất KHÔNG nhà").unwrap());
}

#[test]
fn phrases_beginnings_and_fields() {
    assert_eq!(parse("\"giao đất\"~3").unwrap(), phrase("giao đất", 3));
    assert_eq!(parse("“giao đất”").unwrap(), phrase("giao đất", 0));
    assert_eq!(parse("quyết*").unwrap(), Condition::Text(Words { typed: "quyết".into(), form: WordsForm::Beginning }));
    let kind = |typed: &str, form| Condition::In(TextFact::DocumentType, Words { typed: typed.into(), form });
    assert_eq!(parse("loai:\"quyết định\"").unwrap(), kind("quyết định", WordsForm::Phrase { gaps: 0 }));
    for query in ["loai:quyết", "Loại: quyết", "type:quyết"] {
        assert_eq!(parse(query).unwrap(), kind("quyết", WordsForm::Word), "{query}");
    }
    let either = Condition::Any(vec![kind("đơn", WordsForm::Word), kind("giấy", WordsForm::Word)]);
    assert_eq!(parse("loai:(đơn OR giấy)").unwrap(), either);
    let number = Words { typed: "15/QĐ-UBND".into(), form: WordsForm::Word };
    let symbol = Words { typed: "QĐ-UBND".into(), form: WordsForm::Word };
    let apart = Words { typed: "15".into(), form: WordsForm::Word };
    let parts = vec![Condition::Code(CodeFact::Number, apart), Condition::In(TextFact::Symbol, symbol)];
    let either = Condition::Any(vec![Condition::Code(CodeFact::Number, number), Condition::All(parts)]);
    assert_eq!(parse("Số: 15/QĐ-UBND").unwrap(), either);
    assert!(matches!(parse("so:15QĐ").unwrap(), Condition::Any(ways) if ways.len() == 2));
    assert!(matches!(parse("so:15").unwrap(), Condition::Code(CodeFact::Number, _)));
    let numbers = Condition::Numbered(Span { from: Some(1000), to: Some(3000) });
    assert_eq!(parse("so:1000..3000").unwrap(), numbers);
    assert_eq!(parse("number: 1000 .. 3000").unwrap(), numbers);
    assert!(matches!(parse("so:15 đất").unwrap(), Condition::All(parts) if parts.len() == 2));
    assert_eq!(parse("trang:>=2").unwrap(), Condition::Page(Span { from: Some(2), to: None }));
    assert_eq!(parse("tincay:<80%").unwrap(), Condition::Confidence(Span { from: None, to: Some(799) }));
    assert_eq!(
        parse("cho:xacnhan loaihoso:\"kết quả\"").unwrap(),
        Condition::All(vec![Condition::Waits, Condition::Kind(RecordKind::Result)])
    );
    // Text that was pasted is no field.
    assert_eq!(parse("Điều 1: giao").unwrap(), Condition::All(vec![text("Điều"), text("1:"), text("giao")]));
    assert_eq!(parse("12:30").unwrap(), text("12:30"));
}

#[test]
fn dates_in_every_spelling() {
    let day = date!(2025 - 09 - 15);
    for typed in ["15/09/2025", "15/9/2025", "15-09-2025", "15.9.2025", "2025-09-15", "\"ngày 15 tháng 9 năm 2025\""] {
        assert_eq!(parse(&format!("ngay:{typed}")).unwrap(), Condition::Issued(days(day, day)), "{typed}");
    }
    let months = days(date!(2023 - 01 - 01), date!(2023 - 06 - 30));
    assert_eq!(parse("ngay:2023-01..2023-06").unwrap(), Condition::Issued(months));
    assert_eq!(parse("2023-01..06/2023").unwrap(), Condition::Dated(months));
    assert_eq!(parse("ngay:>=2024").unwrap(), Condition::Issued(Span { from: Some(date!(2024 - 01 - 01)), to: None }));
    assert_eq!(parse("ngay:<2024").unwrap(), Condition::Issued(Span { from: None, to: Some(date!(2023 - 12 - 31)) }));
    assert_eq!(parse("ngay:2024-02").unwrap(), Condition::Issued(days(date!(2024 - 02 - 01), date!(2024 - 02 - 29))));
    assert_eq!(parse("15/09/2025").unwrap(), Condition::Any(vec![Condition::Dated(days(day, day)), text("15/09/2025")]));
    let spoken = "ngày 15 tháng 9 năm 2025";
    let dated = Condition::Any(vec![Condition::Dated(days(day, day)), text(spoken)]);
    assert_eq!(parse(spoken).unwrap(), dated);
    assert_eq!(period_of("31/02/2025"), None);
}

#[test]
fn months_quarters_and_dates_with_blanks_in_them_are_understood() {
    let day = date!(2025 - 09 - 15);
    for typed in ["20250915", "15 / 9 / 2025", "15 tháng chín năm 2025", "ngày 15 thang 09 nam 2025", "mùng 15 tháng 9 2025"]
    {
        assert_eq!(period_of(typed), Some((day, day)), "{typed}");
    }
    assert_eq!(period_of("5 tháng năm năm 2020"), Some((date!(2020 - 05 - 05), date!(2020 - 05 - 05))));
    for typed in ["ngày mười lăm tháng chín năm 2025", "mùng mười lăm tháng 9 năm hai nghìn không trăm hai lăm"]
    {
        assert_eq!(period_of(typed), Some((day, day)), "{typed}");
    }
    let last = date!(2031 - 12 - 31);
    assert_eq!(period_of("ba mươi mốt tháng mười hai năm hai nghìn không trăm ba mốt"), Some((last, last)));
    assert_eq!(period_of("hai năm tháng chín năm 2025"), None, "a while, and a month");
    assert_eq!(period_of("tháng mười hai 2020"), Some((date!(2020 - 12 - 01), date!(2020 - 12 - 31))));
    assert_eq!(period_of("quý III/2025"), Some((date!(2025 - 07 - 01), date!(2025 - 09 - 30))));
    let months = days(date!(2025 - 01 - 01), date!(2025 - 06 - 30));
    for typed in [
        "ngay: 2025-01 .. 2025-06",
        "ngay:từ 2025-01 đến 2025-06",
        "ngay:từ ngày 1/1/2025 tới ngày 30/6/2025",
        "ngay:tháng 1 năm 2025 .. tháng 6 năm 2025",
        "date:\"01/2025..06/2025\"",
    ] {
        assert_eq!(parse(typed).unwrap(), Condition::Issued(months), "{typed}");
    }
    let from_to = parse("từ ngày 01/01/2025 đến ngày 30/06/2025, đất").unwrap();
    assert_eq!(from_to, Condition::All(vec![Condition::Dated(months), text("đất")]));
    assert!(
        format!("{:?}", parse("từ 30/06/2025 đến 01/01/2025").unwrap()).matches("Dated").count() == 2,
        "from later to earlier"
    );
    let late = Condition::Issued(Span { from: Some(date!(2025 - 01 - 01)), to: None });
    for typed in ["ngay:>=2025", "ngay: >= 2025", "ngay>=2025"] {
        assert_eq!(parse(typed).unwrap(), late, "{typed}");
    }
    assert_eq!(parse("ngay:2025 đất").unwrap(), Condition::All(vec![parse("ngay:2025").unwrap(), text("đất")]));
    for (query, value) in [
        ("trang:2, đất", "trang:2 đất"),
        ("ngay:2025-09-15, đất", "ngay:2025-09-15 đất"),
        ("ngay:2025-01 .. 2025-06; đất", "ngay:2025-01..2025-06 đất"),
        ("tincay:<0.8, đất", "tincay:<0.8 đất"),
        ("tincay:<0,8, đất", "tincay:<0.8 đất"),
        ("(trang:>= 2,)", "trang:>=2"),
        ("đất, nhà;", "đất nhà"),
    ] {
        assert_eq!(parse(query).unwrap(), parse(value).unwrap(), "{query}");
    }
    assert_eq!(parse("tincay<0.8").unwrap(), parse("tincay:<0.8").unwrap());
    let month = Condition::Dated(days(date!(2025 - 09 - 01), date!(2025 - 09 - 30)));
    for typed in ["tháng 9 năm 2025", "09/2025"] {
        assert_eq!(parse(typed).unwrap(), Condition::Any(vec![month.clone(), text(typed)]), "{typed}");
    }
    // Two numbers beside each other, a year and the number of a paper are no dates.
    assert_eq!(parse("9 2025").unwrap(), parse("(9 2025)").unwrap());
    assert!(!format!("{:?}", parse("điều 9 2025").unwrap()).contains("Dated"));
    assert_eq!(parse("2346/2024").unwrap(), text("2346/2024"));
    assert_eq!(parse("ngày 15/9/2025").unwrap(), parse("15/9/2025").unwrap());
}

#[test]
fn numbers_in_groups_are_one_number_too() {
    let code = Condition::Code(CodeFact::Any, Words { typed: "015072544472".into(), form: WordsForm::Word });
    // Scattered over a page its pieces say nothing.
    assert_eq!(parse("015 072 544 472").unwrap(), Condition::Any(vec![code, text("015 072 544 472")]));
    let begun = Words { typed: "0150725".into(), form: WordsForm::Beginning };
    assert_eq!(parse("015 0725*").unwrap(), Condition::Code(CodeFact::Any, begun));
    let pieces = Condition::All(vec![text("UBND"), text("2025")]);
    assert!(matches!(parse("UBND 2025").unwrap(), Condition::Any(ways) if ways.contains(&pieces)));
    assert!(matches!(parse("BX 460329").unwrap(), Condition::Any(_)));
    // A number beside a word is no code.
    assert_eq!(parse("số 15").unwrap(), Condition::All(vec![text("số"), text("15")]));
}

#[test]
fn what_cannot_be_obeyed_is_refused_where_it_stands() {
    use QueryErrorKind as Kind;
    let cases = [
        ("", Kind::Empty, 1),
        (" – / ", Kind::Empty, 1),
        ("\"giao đất", Kind::QuoteOpen, 1),
        ("\"\"", Kind::PhraseEmpty, 1),
        ("đất (nhà", Kind::BracketOpen, 5),
        ("đất ()", Kind::Empty, 5),
        ("đất) nhà", Kind::BracketClosed, 4),
        ("đất AND", Kind::OperandMissing, 5),
        ("đất -", Kind::OperandMissing, 5),
        ("đất | | nhà", Kind::OperandMissing, 7),
        ("loai:VÀ đất", Kind::ValueMissing, 1),
        ("31/02/2025", Kind::DateInvalid, 1),
        ("ngay:2025-06 .. 2025-01", Kind::RangeReversed, 6),
        ("OR đất", Kind::OperandMissing, 1),
        ("đất OR", Kind::OperandMissing, 5),
        ("đất AND OR nhà", Kind::OperandMissing, 5),
        ("đất NOT", Kind::OperandMissing, 5),
        ("abc:đất", Kind::FieldUnknown, 1),
        ("loai:", Kind::ValueMissing, 1),
        ("ngay:31/02/2025", Kind::DateInvalid, 6),
        ("ngay:hôm", Kind::DateInvalid, 6),
        ("ngay:2025..2024", Kind::RangeReversed, 6),
        ("trang:0", Kind::NumberInvalid, 7),
        ("tincay:<2", Kind::ShareInvalid, 8),
        ("loaihoso:gì", Kind::KindUnknown, 10),
        ("cho:ai", Kind::WaitsUnknown, 5),
        ("*", Kind::StarMisplaced, 1),
        ("đất ng?yễn", Kind::StarMisplaced, 5),
        ("\"thu * đất\"", Kind::StarMisplaced, 1),
        ("so:abc", Kind::NumberInvalid, 4),
        ("số:\"quyết định\"", Kind::NumberInvalid, 4),
        ("*đất", Kind::StarMisplaced, 1),
        ("q*", Kind::StarMisplaced, 1),
        ("đất~2", Kind::TildeMisplaced, 1),
        ("\"giao đất\"~x", Kind::TildeMisplaced, 11),
    ];
    for (query, kind, place) in cases {
        let error = wrong(query);
        assert_eq!((&error.kind, error.place), (&kind, place), "{query}");
    }
    assert_eq!(wrong(&"a ".repeat(65)).kind, Kind::TooLong);
    assert_eq!(wrong(&"(".repeat(30)).kind, Kind::TooDeep);
    assert_eq!(wrong(&format!("{}x", "NOT ".repeat(100_000))).kind, Kind::TooLong);
    assert_eq!(wrong("abc:x").to_string(), "field-unknown at character 1: 'abc:'");
}

#[test]
fn any_text_is_understood_or_refused_without_a_panic() {
    for query in [
        "\0",
        "\u{301}",
        "((((a))))",
        "a:\u{301}",
        "-",
        "--a",
        "\"a\"~",
        "so:\"",
        "\u{202e}đ:*",
        "ngay:..",
        "ngay:>",
        "..",
        "a..b",
        "loai:(a",
        "không: :",
    ] {
        let _ = parse(query);
    }
}

#[test]
fn a_sign_of_exclusion_apart_from_its_word_is_told() {
    for query in ["- đất", "(- đất)", "  - đất nhà"] {
        assert_eq!(wrong(query).kind, QueryErrorKind::OperandMissing, "{query}");
    }
    assert_eq!(parse("Độc lập - Tự do").unwrap(), parse("Độc lập Tự do").unwrap(), "a hyphen of a text");
}

#[test]
fn fields_are_named_with_blanks_too() {
    for (query, same) in [
        ("loại văn bản: đơn", "loai:đơn"),
        ("loai :đơn", "loai:đơn"),
        ("đất cơ quan ban hành:\"Sở Nội vụ\"", "đất coquan:\"Sở Nội vụ\""),
        ("năm:2023", "ngay:2023"),
        ("họ tên:\"Văn An\"", "nguoi:\"Văn An\""),
    ] {
        assert_eq!(parse(query).unwrap(), parse(same).unwrap(), "{query}");
    }
    // It stands on every letter.
    assert_eq!(parse("Nơi nhận: Sở").unwrap(), Condition::All(vec![text("Nơi"), text("nhận:"), text("Sở")]));
    assert_eq!(wrong("người ký:An").kind, QueryErrorKind::FieldUnknown);
    assert_eq!((wrong("cơ quan:").kind, wrong("cơ quan:").place), (QueryErrorKind::ValueMissing, 1));
}

#[test]
fn spoken_ranges_are_understood() {
    let year = |year| date!(2023 - 01 - 01).replace_year(year).unwrap();
    for (query, from, to) in [
        ("ngay:1/2/2023 - 28/2/2023", Some(date!(2023 - 02 - 01)), Some(date!(2023 - 02 - 28))),
        ("ngay:1/2/2023-28/2/2023", Some(date!(2023 - 02 - 01)), Some(date!(2023 - 02 - 28))),
        ("ngay:1/2/2023 đến hết tháng 2/2023", Some(date!(2023 - 02 - 01)), Some(date!(2023 - 02 - 28))),
        ("ngay:trong năm 2023", Some(year(2023)), Some(date!(2023 - 12 - 31))),
        ("ngay:trước 2023", None, Some(date!(2022 - 12 - 31))),
        ("ngay:sau năm 2022", Some(year(2023)), None),
        ("ngay:từ 2023 đến nay", Some(year(2023)), None),
        ("ngay:từ ngày 1/1/2023 trở đi", Some(year(2023)), None),
        ("ngay:đến hết năm 2022", None, Some(date!(2022 - 12 - 31))),
        ("ngay:6 tháng cuối năm 2023", Some(date!(2023 - 07 - 01)), Some(date!(2023 - 12 - 31))),
    ] {
        assert_eq!(parse(query).unwrap(), Condition::Issued(Span { from, to }), "{query}");
    }
    for query in ["ngay:trước đây", "ngay:sau hôm nay", "ngay:từ nay", "ngay:2025-01-2025-06", "ngay:9 tháng đầu năm 2023"]
    {
        assert_eq!(wrong(query).kind, QueryErrorKind::DateInvalid, "{query}");
    }
    assert_eq!(wrong("ngay:28/2/2023 - 1/2/2023").kind, QueryErrorKind::RangeReversed);
}

#[test]
fn a_year_and_a_quarter_are_named_before_their_figures() {
    for (query, from, to) in
        [("năm 2023", date!(2023 - 01 - 01), date!(2023 - 12 - 31)), ("quý 1/2024", date!(2024 - 01 - 01), date!(2024 - 03 - 31))]
    {
        let found = Condition::Any(vec![Condition::Dated(days(from, to)), text(query)]);
        assert_eq!(parse(query).unwrap(), found);
        assert_eq!(parse(&format!("đất {query}")).unwrap(), Condition::All(vec![text("đất"), found]), "{query}");
    }
    assert_eq!(parse("năm 9999x").unwrap(), Condition::All(vec![text("năm"), text("9999x")]));
}

#[test]
fn what_other_programs_write_is_refused_where_it_would_mean_another_thing() {
    for (query, kind, place) in [
        ("a NEAR b", QueryErrorKind::NearElsewhere, 3),
        ("a NEAR/3 b", QueryErrorKind::NearElsewhere, 3),
        ("so:15-20", QueryErrorKind::NumberInvalid, 4),
        ("so:15,16", QueryErrorKind::NumberInvalid, 4),
        ("loai:-đơn", QueryErrorKind::OperandMissing, 6),
    ] {
        assert_eq!((wrong(query).kind, wrong(query).place), (kind, place), "{query}");
    }
}

#[test]
fn numbers_are_guessed_by_how_they_begin() {
    for query in ["0150*", "đất 0150*", "sogiayto:0150*", "-0150*", "(a OR CCCD-01*)", "015 07*", "tieude:01*"] {
        assert!(parse(query).unwrap().guesses_numbers(), "{query}");
    }
    for query in ["quyết*", "so:30*", "mahoso:H38*", "015072544472", "nguoi:an*", "kyhieu:TT*"] {
        assert!(!parse(query).unwrap().guesses_numbers(), "{query}");
    }
}
