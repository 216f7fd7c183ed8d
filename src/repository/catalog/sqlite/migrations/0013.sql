-- Lists of batches count dossiers and queues count facts without looking at any.
CREATE INDEX record_of_batch ON record (batch, code, kind);
CREATE INDEX open_field_by_status ON open_field (status);
