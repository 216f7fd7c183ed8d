-- Pages of a waiting file that have to be scanned again, with reasons and pictures: JSON.
ALTER TABLE entry ADD COLUMN poor_pages TEXT;
