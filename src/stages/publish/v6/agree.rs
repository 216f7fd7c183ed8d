//! Whether what a manifest says of a record is what the repository keeps.

use super::{Change, Document, Field, Personal, PersonalPart, Record};
use crate::model::mask::mask_secrets;
use crate::model::record;

impl Record {
    /// Whether the record that is kept is told here, in this version or an older one. Of what was left out or
    /// encrypted nothing can be said; what the register said at the time is not looked at.
    pub fn agrees_with(mut self, kept: record::Record) -> bool {
        let mut kept = Self::from(kept);
        // Older versions say no path.
        let is_older = self.documents.iter().all(|document| document.file.path.is_none());
        if is_older {
            [&mut self, &mut kept].into_iter().for_each(Self::forget_decisions_about_receipts);
        }
        let part = match self.personal.take() {
            Some(Personal::Open(part)) => Some(part),
            _ => None,
        };
        for (told, kept) in self.documents.iter_mut().zip(&mut kept.documents) {
            let is_parted = told.file.path.is_some();
            match &part {
                Some(part) => told.put_back(part),
                None if is_parted => kept.leave_out(told),
                None => {}
            }
            if !is_parted {
                kept.fields.values_mut().for_each(|field| field.replaces = None);
                kept.fields.retain(|name, _| !name.is_of_receipts());
            }
            // What was written before secrets were left out has them.
            told.fields.values_mut().for_each(Field::leave_out_secrets);
            told.forget_what_is_not_kept();
        }
        self.register = None;
        self.site = None;
        self == kept
    }
}

impl Record {
    /// Versions before the sixth tell nothing of receipts.
    fn forget_decisions_about_receipts(&mut self) {
        if let Some(Change::Fields(change)) = &mut self.change {
            change.fields.retain(|name, _| !name.is_of_receipts());
        }
    }
}

impl Field {
    fn leave_out_secrets(&mut self) {
        self.value = mask_secrets(&self.value).into_owned();
        if let Some(reading) = &mut self.replaces {
            reading.value = mask_secrets(&reading.value).into_owned();
        }
    }
}

impl Document {
    /// Puts its personal part back to where it was taken out.
    fn put_back(&mut self, part: &PersonalPart) {
        let Some(own) = part.documents.iter().find(|own| own.ordinal == self.ordinal) else { return };
        self.source.name.clone_from(&own.source_name);
        for (file, name) in self.more_sources.iter_mut().zip(&own.more_source_names) {
            file.name.clone_from(name);
        }
        for (signature, signer) in self.signatures.iter_mut().zip(&own.signers) {
            signature.signer.clone_from(signer);
        }
        self.fields.extend(own.fields.clone());
    }

    /// Leaves out what `told` does not tell because it is personal.
    fn leave_out(&mut self, told: &Self) {
        self.source.name.clone_from(&told.source.name);
        for (file, told) in self.more_sources.iter_mut().zip(&told.more_sources) {
            file.name.clone_from(&told.name);
        }
        for signature in &mut self.signatures {
            signature.signer = None;
        }
        self.fields.retain(|name, _| told.fields.contains_key(name));
    }

    fn forget_what_is_not_kept(&mut self) {
        self.site = None;
        self.sheets = None;
        self.type_code = None;
        self.language = None;
        self.component_code = None;
        self.result_code = None;
        let files = [&mut self.file, &mut self.source].into_iter().chain(&mut self.more_sources);
        for file in files {
            file.path = None;
            file.url = None;
        }
    }
}
