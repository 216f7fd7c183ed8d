//! Words for the figures of a period.

use super::{decimal, tell, texts};
use crate::model::failure::Language;
use crate::model::register::{Figure, FigureKind, FigureName, Missing, MissingName};

texts! {
    /// What a figure is called.
    pub(crate) figure_name(FigureName) {
        FigureName::Received => "Hồ sơ tiếp nhận mới", "Dossiers received";
        FigureName::ReceivedBefore => "Hồ sơ tiếp nhận cùng kỳ năm trước", "Dossiers received a year before";
        FigureName::Change => "Tăng, giảm so với cùng kỳ", "Change on the year before";
        FigureName::Processed => "Hồ sơ đã giải quyết", "Dossiers processed";
        FigureName::Late => "Hồ sơ trễ hạn (2.1)", "Late dossiers (2.1)";
        FigureName::OnTime => "Hồ sơ đúng hạn (2.1)", "Dossiers on time (2.1)";
        FigureName::MeanDays => "Số ngày giải quyết trung bình (2.2)", "Mean days until finished (2.2)";
        FigureName::Online => "Hồ sơ nộp trực tuyến", "Dossiers that came online";
        FigureName::OnlineWithResult => "Hồ sơ trực tuyến có kết quả điện tử (3.3)", "Online with an electronic result (3.3)";
        FigureName::OnlinePayment => "Thanh toán trực tuyến (3.6)", "Paid for online (3.6)";
        FigureName::ElectronicResult => "Cấp kết quả điện tử (4.1)", "Electronic results (4.1)";
        FigureName::Digitised => "Số hóa hồ sơ, kết quả (4.2)", "Digitised dossiers and results (4.2)";
        FigureName::Reused => "Tái sử dụng dữ liệu số hóa (4.3)", "Digitised data used again (4.3)";
        FigureName::Shared => "Chia sẻ dữ liệu để tái sử dụng (4.4)", "Data shared to be used again (4.4)";
        FigureName::PopulationData => "Dùng dữ liệu dân cư (4.5)", "Population data used (4.5)";
        FigureName::EssentialServices => "Dịch vụ công thiết yếu có hồ sơ", "Essential services with dossiers";
        FigureName::EssentialDossiers => "Hồ sơ dịch vụ công thiết yếu", "Dossiers of essential services";
        FigureName::FeeReductions => "Hồ sơ được giảm phí, lệ phí", "Dossiers with a reduced fee";
        FigureName::FeesReduced => "Số tiền được giảm (đồng)", "Fees reduced (VND)";
        FigureName::Satisfied => "Đánh giá hài lòng", "Good ratings";
        FigureName::Satisfaction => "Mức độ hài lòng (5.4)", "Satisfaction (5.4)";
        FigureName::Visits => "Lượt khách đến giao dịch", "Visits";
        FigureName::WithPapers => "Hồ sơ có giấy tờ trong kho", "Dossiers with papers in the repository";
        FigureName::PagesSealed => "Trang đã đóng gói", "Pages sealed";
        FigureName::Exceptions => "Trang chờ xử lý hoặc bị từ chối", "Pages waiting or refused";
        FigureName::ClerkMinutes => "Số phút cán bộ cho 100 trang", "Minutes of people for 100 pages";
        FigureName::ComponentsReused => "Thành phần dùng lại từ kho, không quét mới", "Components used again without a new scan";
        FigureName::SampleDrawn => "Tài liệu được rút để kiểm tra mẫu", "Documents drawn for sample checks";
        FigureName::SampleChecked => "Tài liệu đã kiểm tra trong số được rút", "Of these, documents checked";
        FigureName::SampleErrors => "Tài liệu có lỗi theo kiểm tra mẫu", "Documents with an error, by sample checks";
    }
}

texts! {
    /// The rule by which a figure is counted.
    pub(crate) figure_rule(FigureName) {
        FigureName::Received => "hồ sơ có ngày tiếp nhận trong kỳ", "dossiers whose day of intake lies in the period";
        FigureName::ReceivedBefore => "như trên, các ngày ấy của năm trước; trọn tháng thì trọn tháng", "the same in the same days of the year before; of whole months, whole months";
        FigureName::Change => "hồ sơ tiếp nhận trong kỳ trừ cùng kỳ năm trước", "received in the period less a year before";
        FigureName::Processed => "trạng thái 3, 7, 8, 9 hoặc 10 / hồ sơ tiếp nhận", "status 3, 7, 8, 9 or 10 / received";
        FigureName::Late => "kết thúc sau ngày hẹn trả, trừ thời gian bổ sung; bổ sung quá một lần là trễ; chưa kết thúc tính đến ngày cuối kỳ; không có ngày hẹn thì theo thời hạn của thủ tục, tính ngày thứ hai đến thứ sáu, chưa trừ ngày lễ / hồ sơ tiếp nhận", "ended after the appointment, less the time for more papers; asking twice is late; what has not ended counts to the last day of the period; without an appointment by the time limit of the procedure, in days from Monday to Friday, holidays among them / received";
        FigureName::OnTime => "không trễ theo quy tắc trên / hồ sơ tiếp nhận", "not late by the rule above / received";
        FigureName::MeanDays => "tổng số ngày từ tiếp nhận đến kết thúc / hồ sơ trạng thái 9, 10", "days from intake to end / dossiers of status 9 and 10";
        FigureName::Online => "kênh thực hiện trực tuyến / hồ sơ tiếp nhận", "came online / received";
        FigureName::OnlineWithResult => "trực tuyến, và có mã và tệp kết quả nếu thủ tục có kết quả giấy / hồ sơ tiếp nhận; chưa nhân tỷ lệ đồng bộ (1.4)", "came online, with code and file of the result where the procedure has a paper result / received; not multiplied by the rate of synchronised dossiers (1.4)";
        FigureName::OnlinePayment => "thanh toán qua cổng hoặc nền tảng của tỉnh / hồ sơ của thủ tục có phí, lệ phí mà sổ ghi cách thanh toán; chưa trừ hồ sơ có mọi mức thu bằng 0", "paid by portal or local gateway / dossiers of procedures with a fee of which it is told how they were paid for, those whose fees are all 0 among them";
        FigureName::ElectronicResult => "có tệp kết quả / hồ sơ của thủ tục có kết quả giấy", "with a file of the result / dossiers of procedures with a paper result";
        FigureName::Digitised => "có tệp thành phần (hoặc nơi gửi ghi đã số hóa mà không liệt kê thành phần; thành phần ghi đã số hóa mà không có tệp thì chưa rõ), và có tệp kết quả nếu thủ tục có kết quả giấy / hồ sơ biết được thành phần", "with files of components (or the sender says so and lists none; listed as digitised without a file is not known), and of the result where the procedure has a paper result / dossiers whose components are known";
        FigureName::Reused => "có thành phần đã số hóa hoặc dùng lại / hồ sơ tiếp nhận", "with a component digitised or used again / received";
        FigureName::Shared => "có thành phần lấy từ kho quốc gia hoặc có tệp kết quả / hồ sơ tiếp nhận", "with a component from the national repository or a file of the result / received";
        FigureName::PopulationData => "có VNeID, CSDL dân cư hoặc lấy từ kho / hồ sơ của công dân", "by VNeID, the population database or the repository / dossiers of citizens";
        FigureName::EssentialServices => "dịch vụ có hồ sơ tiếp nhận / danh sách trong register.toml", "services with dossiers received / the list in register.toml";
        FigureName::EssentialDossiers => "hồ sơ của các thủ tục trong danh sách", "dossiers of the procedures in the list";
        FigureName::FeeReductions => "hồ sơ (mỗi hồ sơ tính một lần) được giảm có ngày trong kỳ, hoặc không ghi ngày và tiếp nhận trong kỳ", "dossiers, each once, with a reduction dated in the period, or undated and of a dossier received in it";
        FigureName::FeesReduced => "tổng số tiền của các hồ sơ trên", "the sum of these";
        FigureName::Satisfied => "rất hài lòng hoặc hài lòng / hồ sơ tiếp nhận có đánh giá", "very satisfied or satisfied / received with a rating";
        FigureName::Satisfaction => "hồ sơ tiếp nhận trừ hồ sơ trễ hạn (2.1), trừ hồ sơ có phản ánh hoặc không hài lòng / hồ sơ tiếp nhận", "received less late ones (2.1), less those with a complaint or dislike / received";
        FigureName::Visits => "lượt khách từng ngày trong kỳ: số của cả trung tâm nếu có, không thì cộng các điểm", "visits of all days of the period: of the whole centre where told, else of all sites together";
        FigureName::WithPapers => "có bản ghi trong kho / hồ sơ tiếp nhận", "with a record in the repository / received";
        FigureName::PagesSealed => "trang của các lô bắt đầu trong kỳ", "pages of batches that began in the period";
        FigureName::Exceptions => "trang chờ hoặc bị từ chối / trang đã quét, các lô trong kỳ", "pages waiting or refused / pages scanned, of batches of the period";
        FigureName::ClerkMinutes => "thời gian giữa hai việc liền nhau của một người, mỗi lần tính tối đa 10 phút, nhân 100 / trang đã đóng gói", "time between two acts of one person that follow one another, at most 10 minutes each, times 100 / pages sealed";
        FigureName::ComponentsReused => "thành phần được ghi là dùng lại từ kho trong kỳ, mỗi thành phần của một hồ sơ tính một lần", "components told as used again in the period, each of a dossier once";
        FigureName::SampleDrawn => "tài liệu được rút hoặc kiểm tra trong kỳ, mỗi tài liệu tính một lần", "documents drawn or checked in the period, each once";
        FigureName::SampleChecked => "đã được người thứ hai kiểm tra trong kỳ / tài liệu trên", "checked by a second person in the period / these documents";
        FigureName::SampleErrors => "tài liệu có ít nhất một trường đã chấp nhận mà sai / tài liệu đã được người thứ hai kiểm tra trong kỳ; khoảng Wilson 95 %, trong đó tài liệu chưa kiểm tra có thể đều đúng hoặc đều sai", "documents with a fact that was certain and wrong / documents that a second person checked in the period; Wilson's interval of 95 %, in which those not checked may all be right or all wrong";
    }
}

texts! {
    /// What is missing for a figure.
    missing_name(MissingName) {
        MissingName::YearBefore => "chưa nhập sổ của năm trước", "the year before was not imported";
        MissingName::Appointment => "không có ngày hẹn trả và thời hạn giải quyết", "no appointment and no time limit";
        MissingName::End => "đã xong nhưng không ghi ngày kết thúc", "done without a day on which it ended";
        MissingName::Channel => "không ghi kênh thực hiện", "no channel is told";
        MissingName::Procedure => "không biết thủ tục có kết quả giấy hay không", "not known whether the procedure has a paper result";
        MissingName::Status => "không ghi trạng thái", "the status is not told";
        MissingName::Payment => "không ghi cách thanh toán", "not told how it was paid for";
        MissingName::Results => "sổ không ghi kết quả", "the register tells no results";
        MissingName::Databases => "không ghi VNeID, cơ sở dữ liệu, kho dữ liệu", "neither VNeID nor databases are told";
        MissingName::Fee => "không biết thủ tục có phí, lệ phí hay không", "not known whether the procedure has a fee";
        MissingName::Components => "sổ không ghi thành phần", "the register tells no components";
        MissingName::Subject => "không ghi loại đối tượng", "the kind of applicant is not told";
        MissingName::EssentialCodes => "register.toml chưa có mã thủ tục của dịch vụ thiết yếu", "register.toml has no codes of essential services";
        MissingName::FeeReductions => "chưa nhập danh sách giảm phí, lệ phí", "no fee reductions were imported";
        MissingName::Ratings => "chưa nhập đánh giá", "no ratings were imported";
        MissingName::Visits => "chưa nhập lượt khách", "no visits were imported";
        MissingName::Papers => "không có lô nào trong kỳ", "there was no batch in the period";
        MissingName::Unchecked => "tài liệu được rút mà chưa kiểm tra", "documents drawn and not checked";
        MissingName::Samples => "chưa kiểm tra mẫu", "no sample was checked";
        MissingName::NotBySite => "không tách được theo điểm tiếp nhận", "not told by site";
    }
}

/// What is missing, and for how many dossiers.
pub(crate) fn missing(missing: Missing, language: Language) -> String {
    let what = missing_name(missing.what, language);
    match missing.dossiers {
        Some(count) if missing.what == MissingName::Unchecked => format!("{what} ({count})"),
        Some(count) => tell!(language, "{what} ({count} hồ sơ)", "{what} ({count} dossiers)"),
        None => what.to_owned(),
    }
}

/// What a figure comes to: a share in per cent, a mean, or a number; nothing where it is not known.
pub(crate) fn figure_value(figure: &Figure, language: Language) -> String {
    let two = |hundredths: i64| {
        let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
        decimal(format!("{sign}{}.{:02}", size / 100, size % 100), language)
    };
    match (figure.name.kind(), figure.hundredths, figure.numerator) {
        (FigureKind::Share, Some(hundredths), _) => match figure.interval {
            Some([low, high]) => format!("{} % ({}–{} %)", two(hundredths), two(low), two(high)),
            None => format!("{} %", two(hundredths)),
        },
        (FigureKind::Mean, Some(hundredths), _) => two(hundredths),
        (FigureKind::Count, _, Some(number)) => number.to_string(),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_language_does() {
        let share = Figure::of(FigureName::Processed, Some(81_750), Some(83_786), None);
        assert_eq!(figure_value(&share, Language::Vi), "97,57 %");
        assert_eq!(figure_value(&share, Language::En), "97.57 %");
        let change = Figure::of(FigureName::Change, Some(-7), None, None);
        assert_eq!(figure_value(&change, Language::Vi), "-7");
        let sampled = Figure::of(FigureName::SampleErrors, Some(1), Some(29), None).of_sample(0);
        assert_eq!(figure_value(&sampled, Language::Vi), "3,45 % (0,61–17,18 %)");
        let unknown = Figure::of(FigureName::Satisfied, None, Some(0), None);
        assert_eq!(figure_value(&unknown, Language::Vi), "–");
        let late = Missing { what: MissingName::Channel, dossiers: Some(3) };
        assert_eq!(missing(late, Language::En), "no channel is told (3 dossiers)");
    }
}
