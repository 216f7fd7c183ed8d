"""What administrative papers say again and again."""

PROVINCES = (
    "Lào Cai", "Yên Bái", "Hà Nội", "Hà Giang", "Tuyên Quang", "Lai Châu", "Điện Biên", "Sơn La", "Phú Thọ",
    "Thái Nguyên", "Lạng Sơn", "Cao Bằng", "Bắc Ninh", "Hải Phòng", "Hưng Yên", "Ninh Bình", "Thanh Hóa", "Nghệ An",
    "Hà Tĩnh", "Quảng Trị", "Huế", "Đà Nẵng", "Quảng Ngãi", "Gia Lai", "Đắk Lắk", "Khánh Hòa", "Lâm Đồng", "Đồng Nai",
    "Tây Ninh", "Thành phố Hồ Chí Minh", "Vĩnh Long", "Đồng Tháp", "An Giang", "Cần Thơ", "Cà Mau",
)
PRINTED = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "Độc lập – Tự do – Hạnh phúc", "ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "QUYẾT ĐỊNH",
    "QUYẾT ĐỊNH:", "QUYẾT NGHỊ:", "THÔNG BÁO", "TỜ TRÌNH", "BÁO CÁO", "KẾ HOẠCH", "CÔNG VĂN", "GIẤY MỜI", "BIÊN BẢN",
    "GIẤY CHỨNG NHẬN", "GIẤY KHAI SINH", "GIẤY ỦY QUYỀN", "HỢP ĐỒNG", "ĐƠN ĐỀ NGHỊ", "TỜ KHAI",
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Nơi nhận:",
    "- Như Điều 3;", "- Lưu: VT, NC.", "Kính gửi:", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "CHỦ TỊCH",
    "GIÁM ĐỐC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "(Đã ký)", "(Ký, ghi rõ họ tên)",
    "NGƯỜI LÀM ĐƠN", "CÁN BỘ TIẾP NHẬN", "Số:", "Ngày", "tháng", "năm", "Họ và tên:", "Ngày sinh:", "Giới tính:",
    "Địa chỉ thường trú:", "Số điện thoại:", "Căn cước công dân số:", "cấp ngày", "nơi cấp",
    "Cục Cảnh sát QLHC về TTXH", "Dân tộc:", "Quốc tịch: Việt Nam", "STT", "Ghi chú", "Tên hồ sơ", "Số lượng",
    "Đơn vị tính", "Thành tiền", "Tổng cộng", "Điều 1.", "Điều 2.", "Điều 3.", "Chương I", "Mục 2", "Phụ lục",
    "Mẫu số 01", "Đã kiểm tra", "BẢN SAO", "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
)
ENGLISH = (
    "Full name", "Date of birth", "Sex", "Nationality", "Place of origin", "Place of residence", "Date of expiry",
    "Personal identification", "Independence - Freedom - Happiness", "SOCIALIST REPUBLIC OF VIET NAM",
    "IDENTITY CARD", "Citizen Identity Card", "Date, month, year", "Place of birth", "No.", "Email", "Website", "Fax",
    "Tel", "Male", "Female", "Signature",
    "Director General of the Police Department for Administrative Management of Social Order",
    "MINISTRY OF PUBLIC SECURITY", "Certificate", "Birth certificate", "Passport", "Type", "Code",
    "Surname and given names", "Authority", "Issued by", "Date of issue", "Valid until", "Page", "Total", "Name",
    "Address", "Company", "Co., Ltd", "Joint Stock Company", "Bank", "Account", "Invoice", "Amount", "VAT",
    "Quantity", "Unit price",
)
BILINGUAL = (
    "Họ và tên", "Ngày sinh", "Giới tính", "Quốc tịch", "Quê quán", "Nơi thường trú", "Có giá trị đến",
    "Đặc điểm nhân dạng", "Số", "Nơi cư trú", "Nơi đăng ký khai sinh", "Ngày, tháng, năm", "Nơi sinh", "Ngày cấp",
    "Nơi cấp", "Số định danh cá nhân", "Loại", "Mã số", "Chữ ký",
)
# Abbreviations of offices and of types of documents, as symbols have them.
OFFICES = (
    "UBND HĐND BNV BTC BTP CP TTg VPCP SNV STC STP SXD SYT STNMT SNNMT SGDĐT SCT SKHCN SVHTTDL CAT TTPVHCC VP TTr KT "
    "TCKT CCT CCATVSTP BQLDA LĐTBXH QLĐT TNMT KHĐT CNTT NV TH PC NC KTTH CCHC "
).split()
TYPES = (
    "NQ QĐ CT QC TB HD KH PA ĐA DA BC BB TTr HĐ CĐ GM GGT NĐ TT GUQ PC CV "
).split()
SURNAMES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Lương Mai Tô Tạ Chu Hà "
    "Cao Lưu Thái Tăng Vương Quách La Lục Nông Triệu Vi Ma Lò Cầm Tòng Quàng Giàng Sùng Thào Vàng Mùa Lầu Cứ Hạng "
    "Tráng Ly Chảo Phàn Tẩn Lồ Pờ Lỳ Khoàng "
).split()
LABELS = tuple(text for text in PRINTED if text.endswith(":")) + (
    "Tôi tên là:", "Sinh ngày:", "Nơi sinh:", "Chỗ ở hiện nay:", "Đề nghị:", "Thửa đất số:", "tờ bản đồ số:", "Diện tích:",
    "Lý do:", "Số định danh:", "Mã hồ sơ:", "Người nhận:", "Ngày hẹn trả:",
)
