//! A full redraw of the summary at 1920×1200, on the product's renderer and on the one that would draw on a graphics
//! processor: from asking for the other colours to seeing them as another X client.
//!
//! Needs `cargo build --release -p kakari-ui --features gpu --example redraw` first, as `make bench` does.
//! `KAKARI_BENCH_FRAMES` says how many of each.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

#[path = "../tap/figures.rs"]
mod figures;

use std::env;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use figures::Figures;
use kakari_tests::display::Display;

/// The page's ground, in a corner where nothing else is.
const GROUND: (i16, i16) = (1914, 1195);
/// A frame has long ended by then.
const QUIET: Duration = Duration::from_millis(300);

fn main() {
    let frames = env::var("KAKARI_BENCH_FRAMES").ok().and_then(|frames| frames.parse().ok()).unwrap_or(300);
    let display = Display::start();
    println!("== a full redraw of the summary, 1920×1200");
    for renderer in ["software", "femtovg"] {
        match Window::open(renderer, &display) {
            Ok(window) => redraws(window, &display, frames, renderer),
            Err(error) => println!("{renderer}: does not run here: {error}"),
        }
    }
    alone(&display, frames);
}

/// Asks for the other colours again and again.
fn redraws(mut window: Window, display: &Display, frames: usize, renderer: &str) {
    let colours = [0, 1].map(|_| {
        window.ask();
        thread::sleep(QUIET);
        display.pixel(GROUND.0, GROUND.1)
    });
    if colours[0] == colours[1] {
        println!("{renderer}: its window shows nothing here (one colour, #{:06X}, whatever is asked for)", colours[0]);
        return;
    }
    let took = (0..frames).map(|round| {
        // At another moment of any beat each time.
        thread::sleep(Duration::from_millis(40 + (round as u64 * 7) % 17));
        let asked = Instant::now();
        window.ask();
        display.wait_for_colour(GROUND, colours[round % 2]);
        asked.elapsed().as_nanos() as f64 / 1000.0
    });
    Figures::new(took.collect()).print_ms(&format!("{renderer}: asked → seen by another client"), "");
    println!("{:<58} {:.0} MB", format!("{renderer}: resident memory"), window.resident_mb());
}

/// The layout, and the software renderer into memory alone.
fn alone(display: &Display, frames: usize) {
    let mut window = Window::start("software", display, &["memory", &frames.to_string()]);
    let (mut laid, mut drawn) = (Vec::new(), Vec::new());
    for line in window.said.by_ref().map(Result::unwrap) {
        let (layout, frame) = line.split_once(' ').unwrap();
        laid.push(layout.parse().unwrap());
        drawn.push(frame.parse().unwrap());
    }
    Figures::new(laid).print_us("of it: the layout, and handing it over");
    Figures::new(drawn).print_ms("of it: drawn into memory and copied, software", "");
}

/// ui/examples/redraw.rs in a process of its own, which ends with this.
struct Window {
    program: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Window {
    fn start(renderer: &str, display: &Display, more: &[&str]) -> Self {
        let mut program = Command::new(example())
            .arg(renderer)
            .args(more)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("SLINT_SCALE_FACTOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(program.stdout.take().unwrap()).lines();
        Self { program, said }
    }

    /// Waits until it is on the display.
    fn open(renderer: &str, display: &Display) -> Result<Self, String> {
        let mut window = Self::start(renderer, display, &[]);
        match window.said.next() {
            Some(Ok(_)) => Ok(window),
            _ => Err(window.program.wait().unwrap().to_string()),
        }
    }

    /// Asks for the other colours.
    fn ask(&mut self) {
        writeln!(self.program.stdin.as_mut().unwrap()).unwrap();
    }

    fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn example() -> PathBuf {
    let bench = env::current_exe().unwrap();
    let example = bench.ancestors().nth(2).unwrap().join("examples/redraw");
    assert!(example.exists(), "cargo build --release -p kakari-ui --features gpu --example redraw first");
    example
}
