//! Words for what is exchanged with others.

use super::texts;
use crate::model::signing::KeyState;

texts! {
    /// Whether a key signs.
    pub(crate) key_state(KeyState) {
        KeyState::Active => "đang dùng", "active";
        KeyState::Retired => "đã thay", "retired";
    }
}
