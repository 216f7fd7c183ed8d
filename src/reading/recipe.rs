//! How pages are read: an explicit list of what can change the text.

use serde_json::{Value, json};

use super::ReadingSettings;
use crate::model::ids::RecipeId;
use crate::model::recipe::{EngineIdentity, Recipe};
use crate::stages::intake::BarcodeSettings;
use crate::stages::layout::LayoutSettings;
use crate::stages::prepare::PrepareSettings;
use crate::stages::recognise::{RecogniseSettings, SohoaEngine, TesseractEngine};

/// Version of our own code between a page's picture and its text: the stages `prepare`, `layout` and
/// `recognise`, and how they are put together here. Raise it whenever the same pixels would be read
/// differently: it is a part of the recipe. Since 7 each word names the engine that read it; since 8
/// each line and font of text that a file carries is judged by itself, and a page that makes no sense
/// either way stays as it was filed; since 11 the second reader is asked about those lines of a receipt
/// that facts may stand in.
pub const READER_VERSION: u32 = 11;

/// The last version of our code before our own reader: who named Tesseract after it chose it.
const LAST_WITHOUT_OURS: u32 = 5;

/// The recipe that these settings make with this engine.
///
/// It lists the engine with its version and the content of its model, the language, what is chosen
/// of barcodes, cleaning, line finding and reading, and the version of our own code, normalising
/// of text included. Where a model lies, how many work at once and what a page may cost change no
/// text and are no part of it. A new setting does not compile until it is told here which it is.
pub fn recipe_of(engine: &EngineIdentity, settings: &ReadingSettings) -> Recipe {
    let BarcodeSettings { formats, half_size_above, patch_codes } = &settings.barcodes;
    let LayoutSettings { line_finder } = &settings.layout;
    let PrepareSettings { target_dpi, border, background, contrast, grain, stamps, upright, skew, dot_leaders, blank_marks } =
        &settings.prepare;
    let RecogniseSettings { engine: name, second_reading, language, tessdata: _, page_segmentation, embedded_text } =
        &settings.recognise;
    let mut reading = json!({
        "barcodes": { "formats": formats, "half_size_above": half_size_above, "patch_codes": patch_codes },
        "layout": { "line_finder": line_finder },
        "prepare": {
            "target_dpi": target_dpi,
            "border": border,
            "background": background,
            "contrast": contrast,
            "grain": grain,
            // As the setting was called once: recipes keep their ids.
            "seals": stamps,
            "upright": upright,
            "skew": skew,
            "dot_leaders": dot_leaders,
            "blank_marks": blank_marks,
        },
        "recognise": {
            "engine": name,
            "language": language,
            // Once told where the model lies. It stays, so that recipes keep their ids.
            "tessdata": null,
            "page_segmentation": page_segmentation,
            "embedded_text": embedded_text,
        },
    });
    // No other engine goes by it, and what others have read is not read again for it.
    if name == SohoaEngine::NAME
        && let Some(recognise) = reading.get_mut("recognise")
        && let Some(place) = recognise.as_object_mut()
    {
        place.insert("second_reading".to_owned(), json!(second_reading));
    }
    Recipe { engine: engine.clone(), reader_version: READER_VERSION, settings: reading }
}

/// Those of `batches`, by recipe and engine, whose work stands although it would be done otherwise
/// today: they differ from today's recipe in nothing but what an older program did. Staff do not
/// choose that, and the papers of years are not read again because of it; `sohoa run --reread` does.
///
/// An older program is an older reader version, Tesseract where our own reader has followed it, an
/// older model of ours, or (up to version 0.1.0) a recipe with the folder of the model in it. Other
/// settings, and another Tesseract, are somebody's choice and read again.
pub fn earlier_recipes(
    engine: &EngineIdentity,
    settings: &ReadingSettings,
    batches: impl IntoIterator<Item = (RecipeId, EngineIdentity)>,
) -> Vec<RecipeId> {
    let today = recipe_of(engine, settings).id();
    let stands = |id: RecipeId, reader: &EngineIdentity| {
        follows(engine, reader) && older_forms(engine, reader, settings).iter().any(|recipe| recipe.id() == id)
    };
    let batches = batches.into_iter().filter(|(id, _)| *id != today);
    batches.filter(|(id, reader)| stands(*id, reader)).map(|(id, _)| id).collect()
}

/// Whether `engine` is what a newer program reads with where an older one read with `before`.
fn follows(engine: &EngineIdentity, before: &EngineIdentity) -> bool {
    let is_ours = engine.name == SohoaEngine::NAME;
    engine == before || is_ours && matches!(before.name.as_str(), SohoaEngine::NAME | TesseractEngine::NAME)
}

/// The recipes that programs up to this one made of `settings` with the engine of that time.
fn older_forms(engine: &EngineIdentity, then: &EngineIdentity, settings: &ReadingSettings) -> Vec<Recipe> {
    let mut settings = settings.clone();
    settings.recognise.engine.clone_from(&then.name);
    let newest = if then.name == engine.name { READER_VERSION } else { LAST_WITHOUT_OURS };
    let mut recipes = Vec::new();
    for reader_version in 1..=newest {
        let recipe = Recipe { reader_version, ..recipe_of(then, &settings) };
        if let Some(folder) = &settings.recognise.tessdata {
            let mut with_folder = recipe.clone();
            if let Some(place) = with_folder.settings.pointer_mut("/recognise/tessdata") {
                *place = serde_json::to_value(folder).unwrap_or(Value::Null);
            }
            recipes.push(with_folder);
        }
        recipes.push(recipe);
    }
    recipes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::prepare::Skew;

    fn engine() -> EngineIdentity {
        EngineIdentity { name: "tesseract".into(), version: "5.3.0".into(), language: "vie".into(), model: "00".repeat(32) }
    }

    /// Results of millions of pages are kept under such ids.
    #[test]
    fn the_recipe_of_tesseract_has_the_id_it_always_had() {
        let mut settings = ReadingSettings::default();
        settings.recognise.engine = "tesseract".into();
        let recipe = Recipe { reader_version: 5, ..recipe_of(&engine(), &settings) };
        assert_eq!(recipe.id().to_string(), "b91d046291f9dbc587b77faafc7a938514e1945baf4fc63192c77a29381636bf");
        // As it was made when the settings were taken as a whole, and nobody read a second time.
        let mut whole = json!({
            "prepare": settings.prepare,
            "layout": settings.layout,
            "recognise": settings.recognise,
            "barcodes": settings.barcodes,
        });
        whole["recognise"].as_object_mut().unwrap().remove("second_reading");
        let prepare = whole["prepare"].as_object_mut().unwrap();
        let stamps = prepare.remove("stamps").unwrap();
        prepare.insert("seals".to_owned(), stamps);
        assert_eq!(recipe.id(), Recipe { settings: whole, ..recipe }.id());
    }

    /// As of our own reader before words named their engines.
    #[test]
    fn the_recipe_of_our_reader_has_the_id_it_always_had() {
        let recipe = Recipe {
            reader_version: 6,
            ..recipe_of(&EngineIdentity { name: "sohoa".into(), ..engine() }, &ReadingSettings::default())
        };
        assert_eq!(recipe.id().to_string(), "f92a4951961cfd9955dc046fd069acf3a08bbdff6c40da79f628c3f08aaddfd6");
    }

    #[test]
    fn only_what_our_reader_has_read_depends_on_when_it_asks_tesseract() {
        let id = |name: &str, second_reading| {
            let mut settings = ReadingSettings::default();
            settings.recognise.engine = name.into();
            settings.recognise.second_reading = second_reading;
            recipe_of(&engine(), &settings).id()
        };
        assert_eq!(id("tesseract", 0.5), id("tesseract", 0.9));
        assert_ne!(id("sohoa", 0.5), id("sohoa", 0.9));
    }

    #[test]
    fn only_what_can_change_the_text_makes_another_recipe() {
        let id = |change: fn(&mut ReadingSettings)| {
            let mut settings = ReadingSettings::default();
            change(&mut settings);
            recipe_of(&engine(), &settings).id()
        };
        let default = id(|_| {});
        let elsewhere = id(|settings| settings.recognise.tessdata = Some("/opt/models".into()));
        assert_eq!(elsewhere, default);
        for other in [
            id(|settings| settings.recognise.language = "vie+eng".into()),
            id(|settings| settings.prepare.target_dpi = 300.0),
            id(|settings| settings.prepare.skew = Skew::Keep),
            id(|settings| settings.barcodes.formats.clear()),
        ] {
            assert_ne!(other, default);
        }
        let mut model = engine();
        model.model = "01".repeat(32);
        assert_ne!(recipe_of(&model, &ReadingSettings::default()).id(), default);
    }
}
