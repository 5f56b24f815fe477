//! kofn
fn main() {}
