//! Papers whose picture is too poor: which pages, why, and a small picture of each for the person
//! who decides.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Run;
use super::take_in::TakenScan;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::PageId;
use crate::model::page::RecognisedPage;
use crate::model::quality::PoorPage;
use crate::pipeline::pictures;
use crate::pipeline::step::{Drawing, PictureOrder};
use crate::repository::RepositoryError;
use crate::stages::assemble::{self, Acceptance};
use crate::stages::check;

impl Run<'_> {
    /// The pages of a scan that are below the floors of quality, each with its picture; none where
    /// a person accepted the scan as it is. Of an identity card no picture is drawn, nor of the pages
    /// beside one, which may be its other side and too poor to tell: whoever clears the exceptions need
    /// not see it.
    pub(super) fn poor_pages(&self, scan: &TakenScan, pages: &[(PageId, &RecognisedPage)]) -> Result<Vec<PoorPage>, Failure> {
        if scan.file.placement.acceptance == Acceptance::AsItIs {
            return Ok(Vec::new());
        }
        let near = near_cards(pages);
        let mut poor = Vec::new();
        for (id, page) in pages {
            let shortcomings = check::judge_quality(page, &self.settings.quality);
            if !shortcomings.is_empty() {
                let sensitive = near.contains(&id.ordinal);
                let picture = if sensitive { None } else { self.picture(scan, *id, page)? };
                let picture = picture.map(|path| path.display().to_string());
                poor.push(PoorPage { page: id.ordinal.saturating_add(1), shortcomings, picture, sensitive });
            }
        }
        Ok(poor)
    }

    /// Draws small pictures of those of a scan's `pages` that are set aside as blank, for whoever wants to
    /// make sure; none of what may be the back of an identity card.
    pub(super) fn draw_blank_pages(&self, scan: &TakenScan, pages: &[(PageId, &RecognisedPage)]) -> Result<(), Failure> {
        let near = near_cards(pages);
        for (id, page) in pages.iter().filter(|(id, page)| page.blank && !near.contains(&id.ordinal)) {
            self.picture(scan, *id, page)?;
        }
        Ok(())
    }

    /// Draws a small picture of a page, unless it lies there from an earlier run. None if that
    /// fails: a paper without its picture is still a paper that waits.
    fn picture(&self, scan: &TakenScan, id: PageId, page: &RecognisedPage) -> Result<Option<PathBuf>, Failure> {
        let path = pictures::path_of(self.repository, &scan.file.relative, id);
        if path.is_file() {
            return Ok(Some(path));
        }
        self.check_room()?;
        let unfinished = self.repository.scratch_dir()?.join(format!("{}-{}.jpg", id.scan, id.ordinal));
        let lent = self.repository.blobs.lend(id.scan)?;
        let order = PictureOrder {
            scan: lent.path().to_owned(),
            ordinal: id.ordinal,
            turn: page.turn,
            drawing: Drawing::Small,
            output: unfinished.clone(),
        };
        match self.pool.draw(order) {
            Ok(times) => self.meter.add(&times),
            Err(failure) if failure.code.effect().stops_the_run() => return Err(failure),
            Err(failure) => {
                tracing::warn!(file = scan.file.relative, %failure, "no picture of a poor page could be made");
                return Ok(None);
            }
        }
        publish(&unfinished, &path).map_err(|error| RepositoryError::io(&path, &error))?;
        Ok(Some(path))
    }
}

/// The pages, by their place in the scan, that show an identity card or lie next to one that does.
fn near_cards(pages: &[(PageId, &RecognisedPage)]) -> BTreeSet<u32> {
    let cards = pages.iter().filter(|(_, page)| assemble::shows_id_card(page)).map(|(id, _)| id.ordinal);
    cards.flat_map(|ordinal| [ordinal.checked_sub(1), Some(ordinal), ordinal.checked_add(1)]).flatten().collect()
}

/// What staff are told of a paper with poor pages.
pub(super) fn failure_of(relative: &str, poor: &[PoorPage]) -> Failure {
    let pages = poor.iter().map(|page| page.page.to_string()).collect::<Vec<_>>().join(", ");
    Failure::new(FailureCode::Rescan).at(format!("{relative}, page {pages}"))
}

fn publish(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Quad;
    use crate::model::ids::BlobId;
    use crate::model::page::Barcode;

    #[test]
    fn what_may_be_the_other_side_of_a_card_counts_as_one() {
        let code = "001099000001|012345678|Nguyễn Văn Thử|01021990|Nam|Thôn Mẫu, Xã Mẫu, Tỉnh Mẫu|15062021";
        let plain = RecognisedPage::upright((1654, 2339), vec![]);
        let barcode = Barcode { symbology: "QRCode".into(), text: code.into(), place: Quad::default() };
        let card = RecognisedPage { barcodes: vec![barcode], ..plain.clone() };
        let pages = [&card, &plain, &plain, &plain, &card];
        let scan = BlobId::of(b"scan");
        let numbered: Vec<_> = (0..).zip(pages).map(|(ordinal, page)| (PageId { scan, ordinal }, page)).collect();
        assert_eq!(near_cards(&numbered), BTreeSet::from([0, 1, 3, 4, 5]));
        assert_eq!(near_cards(&numbered[1..4]), BTreeSet::new());
    }

    #[test]
    fn the_failure_names_every_poor_page() {
        let page = |page| PoorPage { page, shortcomings: vec![], picture: None, sensitive: false };
        let failure = failure_of("a/b.pdf", &[page(2), page(5)]);
        assert_eq!((failure.code, failure.place.as_str()), (FailureCode::Rescan, "a/b.pdf, page 2, 5"));
    }
}
