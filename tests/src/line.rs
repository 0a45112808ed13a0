//! The line between a tablet and its server: slow when that is asked for, and cut.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A line to a port of this machine.
pub struct Line {
    /// Where tablets connect.
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cut: AtomicBool,
    slow: AtomicBool,
    down: AtomicU64,
}

impl Line {
    /// A line that is clear.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, state) = (listener.local_addr().unwrap().port(), Arc::<State>::default());
        let shared = state.clone();
        thread::spawn(move || {
            for tablet in listener.incoming().map_while(Result::ok) {
                if !shared.cut.load(Ordering::Relaxed) {
                    carry(&tablet, server, &shared);
                }
            }
        });
        Self { port, state }
    }

    /// About 40 kB a second from now on, or as fast as it goes.
    pub fn set_slow(&self, slow: bool) {
        self.state.slow.store(slow, Ordering::Relaxed);
    }

    /// Nothing comes through any more, or everything again. What was connected stays broken.
    pub fn set_cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::Relaxed);
    }

    /// Bytes that came from the server so far.
    pub fn down(&self) -> u64 {
        self.state.down.load(Ordering::Relaxed)
    }
}

fn carry(tablet: &TcpStream, server: u16, state: &Arc<State>) {
    // Nobody listens there yet: the tablet sees a line that breaks off.
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { return };
    let up = (tablet.try_clone().unwrap(), server.try_clone().unwrap());
    let down = (server, tablet.try_clone().unwrap());
    let shared = state.clone();
    thread::spawn(move || pass(up.0, up.1, &shared, false));
    let shared = state.clone();
    thread::spawn(move || pass(down.0, down.1, &shared, true));
}

fn pass(mut from: TcpStream, mut to: TcpStream, state: &State, down: bool) {
    let mut piece = [0; 2048];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        if state.cut.load(Ordering::Relaxed) || to.write_all(&piece[..length]).is_err() {
            break;
        }
        if down {
            state.down.fetch_add(length as u64, Ordering::Relaxed);
            if state.slow.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
