//! The Rust of the guide, as tests.

#[doc = include_str!("../../../docs/cookbook.md")]
struct Cookbook;
