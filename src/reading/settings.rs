//! What can be chosen about reading.

use crate::stages::intake::BarcodeSettings;
use crate::stages::layout::LayoutSettings;
use crate::stages::prepare::PrepareSettings;
use crate::stages::recognise::RecogniseSettings;

/// The settings of all stages between a page's picture and its text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadingSettings {
    /// Which barcodes are looked for.
    pub barcodes: BarcodeSettings,
    /// How a page is cleaned.
    pub prepare: PrepareSettings,
    /// How its lines are found.
    pub layout: LayoutSettings,
    /// What reads them.
    pub recognise: RecogniseSettings,
}
