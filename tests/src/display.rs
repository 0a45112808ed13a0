//! A display nobody sees, a finger, and eyes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, MOTION_NOTIFY_EVENT, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Pixels across.
pub const WIDTH: u16 = 1920;
/// Pixels down.
pub const HEIGHT: u16 = 1200;

/// An X server of our own; ends when it is dropped.
pub struct Display {
    server: Child,
    /// Value of `DISPLAY`.
    pub name: String,
    connection: RustConnection,
    root: Window,
}

impl Display {
    /// Starts a server on a free display.
    pub fn start() -> Self {
        let screen = format!("{WIDTH}x{HEIGHT}x24");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (Debian: apt-get install xvfb)");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let (connection, screen) = x11rb::connect(Some(&name)).unwrap();
        let root = connection.setup().roots[screen].root;
        connection.damage_query_version(1, 1).unwrap().reply().unwrap();
        let damage = connection.generate_id().unwrap();
        connection.damage_create(damage, root, ReportLevel::RAW_RECTANGLES).unwrap().check().unwrap();
        Self { server, name, connection, root }
    }

    /// A finger lays itself on the glass and leaves it.
    pub fn tap(&self, x: i16, y: i16) {
        self.press(x, y);
        self.release();
        thread::sleep(Duration::from_millis(30));
    }

    /// The finger comes down.
    pub fn press(&self, x: i16, y: i16) {
        for (kind, detail) in [(MOTION_NOTIFY_EVENT, 0), (BUTTON_PRESS_EVENT, 1)] {
            self.connection.xtest_fake_input(kind, detail, 0, self.root, x, y, 0).unwrap();
            self.connection.flush().unwrap();
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// The finger leaves the glass.
    pub fn release(&self) {
        self.connection.xtest_fake_input(BUTTON_RELEASE_EVENT, 1, 0, self.root, 0, 0, 0).unwrap();
        self.connection.flush().unwrap();
    }

    /// One pixel as `0xRRGGBB`.
    pub fn pixel(&self, x: i16, y: i16) -> u32 {
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, 1, 1, !0).unwrap().reply().unwrap();
        u32::from_le_bytes([image.data[0], image.data[1], image.data[2], 0])
    }

    /// Waits until nothing was drawn for a moment; three seconds at most, for what never rests.
    pub fn rest(&self) {
        let until = Instant::now() + Duration::from_secs(3);
        let mut drawn = Instant::now();
        while drawn.elapsed() < Duration::from_millis(250) && Instant::now() < until {
            if std::iter::from_fn(|| self.connection.poll_for_event().unwrap()).count() > 0 {
                drawn = Instant::now();
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Writes what is on the glass as a PNG.
    pub fn picture(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.seen().save(path).unwrap();
    }

    /// What is on the glass.
    pub fn seen(&self) -> image::RgbImage {
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, WIDTH, HEIGHT, !0)
            .unwrap()
            .reply()
            .unwrap();
        let rgb = image.data.chunks_exact(4).flat_map(|bgrx| [bgrx[2], bgrx[1], bgrx[0]]).collect();
        image::RgbImage::from_raw(WIDTH.into(), HEIGHT.into(), rgb).unwrap()
    }

    /// Waits until the pixel is of another colour than `before`; a minute at most.
    pub fn wait_for_change(&self, (x, y): (i16, i16), before: u32) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.pixel(x, y) == before {
            assert!(Instant::now() < until, "nothing changed at {x},{y}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until the pixel has this colour, looking only when the server says that something was drawn, so that
    /// waiting takes no time from who draws; a minute at most.
    pub fn wait_for_colour(&self, (x, y): (i16, i16), colour: u32) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.pixel(x, y) != colour {
            assert!(Instant::now() < until, "the colour never came at {x},{y}");
            let drawn = std::iter::from_fn(|| self.connection.poll_for_event().unwrap()).count();
            if drawn == 0 {
                thread::sleep(Duration::from_micros(300));
            }
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
