//! QEMU's monitor: pictures of the display, a finger on it, and a USB stick.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::{Value, json};

/// Coordinates run from 0 to this on both axes, whatever the display's size.
const FULL: i64 = 32_767;
const STICK: &str = "stick";

pub(crate) struct Qmp {
    writing: UnixStream,
    reading: BufReader<UnixStream>,
}

impl Qmp {
    pub(crate) fn connect(socket: &Path) -> Self {
        let writing = UnixStream::connect(socket).unwrap();
        let reading = BufReader::new(writing.try_clone().unwrap());
        let mut qmp = Self { writing, reading };
        qmp.next();
        qmp.ask("qmp_capabilities", &json!({}));
        qmp
    }

    /// The answer to a command; events in between are dropped.
    pub(crate) fn ask(&mut self, command: &str, arguments: &Value) -> Value {
        let asked = json!({ "execute": command, "arguments": arguments });
        writeln!(self.writing, "{asked}").unwrap();
        loop {
            let said = self.next();
            assert!(said.get("error").is_none(), "{command}: {said}");
            if let Some(answer) = said.get("return") {
                return answer.clone();
            }
        }
    }

    pub(crate) fn screendump(&mut self, path: &Path) {
        self.ask("screendump", &json!({ "filename": path, "format": "png" }));
    }

    /// A USB stick with what is in this folder; QEMU makes partition and FAT file system of it.
    pub(crate) fn plug_in(&mut self, folder: &Path) {
        self.ask("blockdev-add", &json!({ "node-name": STICK, "driver": "vvfat", "dir": folder, "read-only": true }));
        self.ask("device_add", &json!({ "driver": "usb-storage", "drive": STICK, "id": STICK, "bus": "usb.0" }));
    }

    pub(crate) fn pull_out(&mut self) {
        self.ask("device_del", &json!({ "id": STICK }));
    }

    /// One touch at this pixel of a display of this size.
    pub(crate) fn touch(&mut self, (x, y): (i64, i64), (width, height): (i64, i64)) {
        let at = |axis: &str, value: i64| json!({ "type": "abs", "data": { "axis": axis, "value": value } });
        let place = [at("x", x * FULL / (width - 1)), at("y", y * FULL / (height - 1))];
        let button = |down: bool| json!({ "type": "btn", "data": { "down": down, "button": "left" } });
        self.input(&json!(place));
        self.input(&json!([button(true)]));
        std::thread::sleep(std::time::Duration::from_millis(200));
        self.input(&json!([button(false)]));
    }

    fn input(&mut self, events: &Value) {
        self.ask("input-send-event", &json!({ "events": events }));
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.reading.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("QEMU's monitor said {line:?}"))
    }
}
