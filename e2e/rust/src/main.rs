//! Drives the fake with the official Rust SDK: makes the calls of the shared cases, or, with the argument own, plays
//! what only this SDK has.

mod own;
mod runner;
mod transport;

fn main() {
    match std::env::args().nth(1).as_deref() {
        None => runner::run(),
        Some("own") => own::run(),
        Some(other) => panic!("no module {other:?}"),
    }
}
