//! How pages are read: an explicit list of what can change the text.

use serde_json::{Value, json};

use crate::model::failure::Failure;
use crate::model::ids::RecipeId;
use crate::model::recipe::{EngineIdentity, Recipe};
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::intake::BarcodeSettings;
use crate::stages::layout::LayoutSettings;
use crate::stages::prepare::PrepareSettings;
use crate::stages::recognise::{READER_VERSION, RecogniseSettings};

/// The recipe that these settings make with this engine.
///
/// It lists the engine with its version and the content of its model, the language, what is chosen
/// of barcodes, cleaning, line finding and reading, and the version of our own code, normalising
/// of text included. Where a model lies, how many work at once and what a page may cost change no
/// text and are no part of it. A new setting does not compile until it is told here which it is.
pub fn recipe_of(engine: &EngineIdentity, settings: &Settings) -> Recipe {
    let BarcodeSettings { formats, half_size_above, patch_codes } = &settings.barcodes;
    let LayoutSettings { line_finder } = &settings.layout;
    let PrepareSettings { target_dpi, border, background, contrast, grain, seals, upright, skew, dot_leaders, blank_marks } =
        &settings.prepare;
    let RecogniseSettings { engine: name, language, tessdata: _, page_segmentation, embedded_text } = &settings.recognise;
    let reading = json!({
        "barcodes": { "formats": formats, "half_size_above": half_size_above, "patch_codes": patch_codes },
        "layout": { "line_finder": line_finder },
        "prepare": {
            "target_dpi": target_dpi,
            "border": border,
            "background": background,
            "contrast": contrast,
            "grain": grain,
            "seals": seals,
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
    Recipe { engine: engine.clone(), reader_version: READER_VERSION, settings: reading }
}

/// The id under which results of this recipe are kept in this repository.
///
/// Up to version 0.1.0 the folder of the model was part of a recipe. A repository that has always
/// been used with one folder set goes on with the id that it knows: its pages are not read again.
///
/// # Errors
/// When the catalog can not be read.
pub fn recipe_in(repository: &Repository, engine: &EngineIdentity, settings: &Settings) -> Result<RecipeId, Failure> {
    let recipe = recipe_of(engine, settings);
    let id = recipe.id();
    let Some(folder) = &settings.recognise.tessdata else { return Ok(id) };
    let mut old = recipe;
    if let Some(place) = old.settings.pointer_mut("/recognise/tessdata") {
        *place = serde_json::to_value(folder).unwrap_or(Value::Null);
    }
    Ok(repository.catalog.latest_recipe(id, old.id())?.unwrap_or(id))
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
    fn the_default_recipe_has_the_id_it_always_had() {
        let settings = Settings::default();
        let recipe = Recipe { reader_version: 5, ..recipe_of(&engine(), &settings) };
        assert_eq!(recipe.id().to_string(), "b91d046291f9dbc587b77faafc7a938514e1945baf4fc63192c77a29381636bf");
        // As it was made when the settings were taken as a whole.
        let whole = json!({
            "prepare": settings.prepare,
            "layout": settings.layout,
            "recognise": settings.recognise,
            "barcodes": settings.barcodes,
        });
        assert_eq!(recipe.id(), Recipe { settings: whole, ..recipe }.id());
    }

    #[test]
    fn only_what_can_change_the_text_makes_another_recipe() {
        let id = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            recipe_of(&engine(), &settings).id()
        };
        let default = id(|_| {});
        for same in [
            id(|settings| settings.recognise.tessdata = Some("/opt/models".into())),
            id(|settings| settings.workers.jobs = 7),
            id(|settings| settings.workers.page_seconds = 1.0),
            id(|settings| settings.limits.file_mib = 1),
        ] {
            assert_eq!(same, default);
        }
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
        assert_ne!(recipe_of(&model, &Settings::default()).id(), default);
    }
}
