//! The chapter, its claims and its figures.

mod chapter;
mod figures;
mod settings;
