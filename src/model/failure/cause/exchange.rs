//! What is in the way of an exchange with others.

use super::faults;

faults! {
    /// What is in the way of an exchange with others.
    ExchangeFault {
        PasswordEmpty = "the first line is empty";
        KeyOpen { mode: String } = "others than its owner may use it (mode {mode})";
        OtherKey { key: String } = "it is not the private half of key {key}";
    }
}
