//! What can be asked of the program, one file a verb: a typed order in, a view that serialises out. No
//! words, no exit codes; those are for the faces above.

pub mod doctor;
pub mod document;
pub mod field;
pub mod pending;
pub mod search;
pub mod settle;
