//! The one place that prints: results on standard output, everything else on standard error.

use std::io::{self, ErrorKind, Write};

/// Prints a result. A reader that went away (`| head`) is no error.
///
/// # Errors
///
/// One line, when standard output takes nothing more: a full disk, say.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("cannot write the result: {error}")),
        _ => Ok(()),
    }
}

/// One line about what went wrong, or how far the work is. Nowhere to say it is no reason to stop.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "kakari-region: {text}");
}
