//! A root shell inside the machine, over a line of its own.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const NEXT_LOOK: Duration = Duration::from_millis(250);

/// The shell.
pub struct Guest(RefCell<Line>);

struct Line {
    writing: UnixStream,
    reading: BufReader<UnixStream>,
}

impl Guest {
    /// Connects at once; the first command waits until the machine is so far (`patience` at most).
    pub(crate) fn connect(socket: &Path, patience: Duration) -> Self {
        let writing = UnixStream::connect(socket).unwrap();
        writing.set_read_timeout(Some(patience)).unwrap();
        let reading = BufReader::new(writing.try_clone().unwrap());
        Self(RefCell::new(Line { writing, reading }))
    }

    /// Runs a script; its exit code, and what it said on both lines.
    ///
    /// # Panics
    /// When the machine does not answer.
    pub fn try_run(&self, script: &str) -> (i32, String) {
        let mut line = self.0.borrow_mut();
        writeln!(line.writing, "{}", STANDARD.encode(script)).unwrap();
        let mut answer = String::new();
        line.reading.read_line(&mut answer).unwrap_or_else(|error| panic!("no answer to {script:?}: {error}"));
        let said = String::from_utf8_lossy(&STANDARD.decode(answer.trim()).unwrap()).into_owned();
        let said = said.trim_end();
        let (said, code) = said.rsplit_once('\n').unwrap_or(("", said));
        (code.parse().unwrap_or_else(|_| panic!("{script:?} said {said:?}, {code:?}")), said.to_owned())
    }

    /// Runs a script that must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn run(&self, script: &str) -> String {
        let (code, said) = self.try_run(script);
        assert_eq!(code, 0, "{script}\n{said}");
        said
    }

    /// Runs a script until what it says is as wanted.
    ///
    /// # Panics
    /// When that takes longer than `patience`.
    pub fn wait_until(&self, script: &str, patience: Duration, is_so: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let (_, said) = self.try_run(script);
            if is_so(&said) {
                return said;
            }
            assert!(started.elapsed() < patience, "{script}: still after {patience:?}\n{said}");
            thread::sleep(NEXT_LOOK);
        }
    }
}
