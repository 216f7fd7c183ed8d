//! What a page says of itself, apart from its picture.

use crate::model::geometry::Turn;
use crate::model::text::Line;

/// The text that a page carries itself, as far as it can be seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CarriedText {
    /// Its words, in pixels of the stored image; lines in plain order.
    pub lines: Vec<Line>,
    /// How it stands. Letters that mean nothing say it as well as others: they are drawn all the same.
    pub standing: Option<Standing>,
}

/// How the visible text of a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The turn of the stored image that brings most of it upright.
    pub turn: Turn,
    /// So many letters stand upright then.
    pub letters: usize,
}

impl Standing {
    /// By the directions in which letters are read, one a letter, in quarter turns clockwise; `None`
    /// where no direction has more than half of them.
    pub(super) fn of(quarters: impl IntoIterator<Item = u8>) -> Option<Self> {
        let (mut all, mut found) = (0_usize, Turn::ALL.map(|turn| Self { turn, letters: 0 }));
        for quarter in quarters {
            all = all.saturating_add(1);
            let back = (4 - usize::from(quarter % 4)) % 4;
            if let Some(standing) = found.get_mut(back) {
                standing.letters = standing.letters.saturating_add(1);
            }
        }
        found.into_iter().find(|standing| standing.letters > all / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_letters_say_how_a_page_stands() {
        let standing = |turn, letters| Some(Standing { turn, letters });
        assert_eq!(Standing::of([0, 0, 1]), standing(Turn::None, 2));
        assert_eq!(Standing::of([1, 1, 1, 0]), standing(Turn::Left, 3), "what reads downwards is turned back");
        assert_eq!(Standing::of([2]), standing(Turn::Half, 1));
        assert_eq!(Standing::of([3, 3]), standing(Turn::Right, 2));
        assert_eq!(Standing::of([0, 0, 1, 3]), None, "half of them");
        assert_eq!(Standing::of([]), None);
    }
}
