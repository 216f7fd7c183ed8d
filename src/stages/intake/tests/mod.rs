mod bounds;
mod cases;
mod covered;
mod cuts;
mod damage;
mod digital;
mod files;
mod fixtures;
mod forms;
mod found;
mod pdfs;
mod real;

use super::*;

fn open(file: &[u8]) -> OpenScan {
    OpenScan::open(file.to_vec(), &IntakeLimits::default()).unwrap()
}

/// Opens the first page both ways and checks that they agree.
fn first_page(file: &[u8]) -> (DecodedPage, EncodedPage) {
    let scan = open(file);
    let (decoded, encoded) = (scan.decode(0).unwrap(), scan.encode(0).unwrap());
    assert_eq!((decoded.raster.width(), decoded.raster.height()), (encoded.image.width, encoded.image.height));
    assert_eq!(decoded.geometry, encoded.geometry);
    (decoded, encoded)
}

fn code(outcome: Result<OpenScan, IntakeError>) -> &'static str {
    outcome.err().map_or("opened", |error| error.code().as_str())
}
