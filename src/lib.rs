pub mod model;
pub mod repository;
pub mod stages;
