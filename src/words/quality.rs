//! Words for what a page falls short in.

use super::{decimal, tell, texts};
use crate::model::failure::Language;
use crate::model::quality::{Good, Measure, Shortcoming, rounded};

texts! {
    /// What was measured.
    pub(crate) measure(Measure) {
        Measure::Resolution => "độ phân giải (dpi)", "resolution (dpi)";
        Measure::LetterHeight => "chiều cao chữ (điểm ảnh)", "letter height (pixels)";
        Measure::Blur => "độ nhòe (mm)", "blur (mm)";
        Measure::Contrast => "độ tương phản", "contrast";
        Measure::Skew => "độ nghiêng còn lại (độ)", "skew left over (degrees)";
        Measure::ClippedEdge => "số chữ bị cắt ở mép ảnh", "letters cut off at the image's edge";
        Measure::Darkness => "tỷ lệ vùng tối", "share of darkness";
        Measure::Grain => "số đốm nhiễu trên 1 cm²", "specks per cm²";
        Measure::Confidence => "độ tin cậy chữ đọc được", "confidence of the text";
        Measure::Letters => "số chữ cái đọc được", "letters read";
    }
}

/// One reason why a page is not good enough, such as `contrast 0.08 (at least 0.15)`.
fn shortcoming(reason: &Shortcoming, language: Language) -> String {
    let name = measure(reason.measure, language);
    let [value, limit] = [reason.value, reason.limit].map(|number| decimal(rounded(number), language));
    match reason.measure.good() {
        Good::AtLeast => tell!(language, "{name} {value} (tối thiểu {limit})", "{name} {value} (at least {limit})"),
        Good::AtMost => tell!(language, "{name} {value} (tối đa {limit})", "{name} {value} (at most {limit})"),
    }
}

/// All reasons in one line.
pub(crate) fn shortcomings(reasons: &[Shortcoming], language: Language) -> String {
    reasons.iter().map(|reason| shortcoming(reason, language)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_measure_value_and_limit_in_both_languages() {
        let faint = Shortcoming { measure: Measure::Contrast, value: 0.08, limit: 0.2 };
        let cut = Shortcoming { measure: Measure::ClippedEdge, value: 30.0, limit: 8.0 };
        let told = |language| shortcomings(&[faint, cut], language);
        assert_eq!(told(Language::Vi), "độ tương phản 0,08 (tối thiểu 0,2), số chữ bị cắt ở mép ảnh 30 (tối đa 8)");
        assert_eq!(told(Language::En), "contrast 0.08 (at least 0.2), letters cut off at the image's edge 30 (at most 8)");
    }
}
