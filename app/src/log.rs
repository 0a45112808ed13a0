//! The log: for technicians, on standard error, without anything of a patient or a key.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts the log. `RUST_LOG` chooses what is written; `json` makes each line a JSON object.
pub(crate) fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("kakari=info,warn,piv_authenticator=off,trussed=off"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Fails only when a log was started before.
    let _ = if json { builder.json().flatten_event(true).try_init() } else { builder.try_init() };
}
