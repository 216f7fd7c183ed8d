//! The way a page is read: change any of it and pages are read anew.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::RecipeId;

/// Which engine reads, and with what data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EngineIdentity {
    /// Such as `tesseract`.
    pub name: String,
    /// Such as `5.3.0`.
    pub version: String,
    /// Language code of the model, such as `vie`.
    pub language: String,
    /// BLAKE3 of the model's file, as hexadecimal digits; empty if the engine has none.
    pub model: String,
}

/// Everything that decides what is read from the same pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The engine and its model.
    pub engine: EngineIdentity,
    /// Version of our own reading code: decoding, cleaning, joining of words.
    pub reader_version: u32,
    /// The settings of the stages that read, as they serialise.
    pub settings: serde_json::Value,
}

impl Recipe {
    /// The id under which results of this recipe are kept.
    ///
    /// `serde_json` writes the fields of a struct in the order of their declaration and the keys
    /// of a `Value` in alphabetical order, so equal recipes have equal bytes.
    pub fn id(&self) -> RecipeId {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 recipe");
        // A recipe holds only strings, numbers and JSON values: it always serialises.
        hasher.update(&serde_json::to_vec(self).unwrap_or_default());
        RecipeId::from_bytes(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_makes_another_recipe() {
        let engine = EngineIdentity { name: "tesseract".into(), version: "5".into(), language: "vie".into(), model: "00".into() };
        let recipe = Recipe { engine, reader_version: 1, settings: serde_json::json!({"dpi": 200}) };
        let mut other = recipe.clone();
        other.settings = serde_json::json!({"dpi": 201});
        assert_ne!(recipe.id(), other.id());
        other = recipe.clone();
        other.engine.model = "01".into();
        assert_ne!(recipe.id(), other.id());
        assert_eq!(recipe.id(), recipe.clone().id());
    }
}
