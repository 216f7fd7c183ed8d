//! Parts of addresses.

pub(super) use crate::model::address::encoded;

/// Where to go on after signing in: only to a page of ours, whatever the address says.
pub(super) fn within(next: &str) -> &str {
    let leads_out = next.starts_with("//") || next.contains(|c: char| c == '\\' || c.is_control());
    if next.starts_with('/') && !leads_out { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out() {
        for out in ["", "https://a.b", "//a.b", "/\\a.b", "\\\\a.b", "javascript:alert(1)", "/a\r\nb", "/\t/a.b"] {
            assert_eq!(within(out), "/", "{out:?}");
        }
        assert_eq!(within("/search?q=a//b"), "/search?q=a//b");
        assert_eq!(encoded("/a?b=ế&c"), "%2Fa%3Fb%3D%E1%BA%BF%26c");
    }
}
