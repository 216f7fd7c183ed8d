//! How long a search may take.

/// What a search may spend, asked now and then while it runs. The index knows no clock: whoever
/// searches does.
pub struct Budget<'a> {
    is_over: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl<'a> Budget<'a> {
    /// As long as it takes.
    pub const UNLIMITED: Budget<'static> = Budget { is_over: None };

    /// Until `is_over` says so.
    pub fn until(is_over: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { is_over: Some(is_over) }
    }

    /// Whether it is spent.
    pub fn is_over(&self) -> bool {
        self.is_over.is_some_and(|is_over| is_over())
    }
}
