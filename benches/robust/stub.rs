//! An engine that reads one word on every page: for measuring all that lies around the engine.

use sohoa::model::geometry::Rect;
use sohoa::model::page::{PageLayout, PreparedPage};
use sohoa::model::recipe::EngineIdentity;
use sohoa::model::text::SecondReading;
use sohoa::stages::recognise::{Engine, EngineLine, EngineWord, RecogniseError, RecogniseSettings};

pub const NAME: &str = "stub";

struct Stub(EngineIdentity);

/// Starts it.
#[expect(clippy::unnecessary_wraps, reason = "the signature of all engines")]
pub fn start(settings: &RecogniseSettings) -> Result<Box<dyn Engine>, RecogniseError> {
    let language = settings.language.clone();
    Ok(Box::new(Stub(EngineIdentity { name: NAME.into(), version: "1".into(), language, model: String::new() })))
}

impl Engine for Stub {
    fn identity(&self) -> &EngineIdentity {
        &self.0
    }

    fn recognise(&mut self, page: &PreparedPage, _: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
        let (width, height) = (page.image.width() as f32, page.image.height() as f32);
        let place = Rect { x: width / 4.0, y: height / 4.0, width: width / 2.0, height: height / 8.0 };
        let word = EngineWord { text: "chữ".into(), confidence: 90.0, place, engine: NAME, second: SecondReading::None };
        Ok(vec![EngineLine { words: vec![word], begins_block: true }])
    }
}
