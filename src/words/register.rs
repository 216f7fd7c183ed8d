//! Words for the dossier register.

use super::texts;
use crate::model::register::RegisterList;

texts! {
    /// What a list of the register is called.
    pub(crate) list_name(RegisterList) {
        RegisterList::Agencies => "cơ quan", "agencies";
        RegisterList::Procedures => "thủ tục", "procedures";
        RegisterList::Components => "thành phần hồ sơ", "components";
        RegisterList::Dossiers => "hồ sơ", "dossiers";
        RegisterList::Ratings => "đánh giá", "ratings";
        RegisterList::FeeReductions => "giảm phí, lệ phí", "fee reductions";
        RegisterList::Visits => "lượt khách", "visits";
    }
}
