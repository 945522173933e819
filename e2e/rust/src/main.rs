//! Drives the fake with the official Rust SDK. The argument names a module: the Go test runs each against its own
//! servers.

mod accounts;
mod events;
mod harness;
mod integrations;
mod token;
mod transport;

fn main() {
    let module = std::env::args().nth(1).unwrap_or_default();
    let good = match module.as_str() {
        "token" => token::run(),
        "accounts" => accounts::run(),
        "integrations" => integrations::run(),
        "events" => events::run(),
        _ => panic!("no module {module:?}"),
    };
    std::process::exit(if good { 0 } else { 1 });
}
