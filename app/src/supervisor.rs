//! What is told to whoever started this program as a service: systemd, by the protocol of sd_notify(3). Nobody's data.
//!
//! Started by hand there is nobody to tell, and all of this is silent.

mod pulse;

use std::env;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use sd_notify::NotifyState;

#[cfg(test)]
use self::pulse::Answer;
pub(crate) use self::pulse::Pulse;

/// Where the service's supervisor listens, and how often it wants a sign of life.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supervisor {
    socket: Option<PathBuf>,
    watchdog: Option<Duration>,
}

impl Supervisor {
    /// As the environment says it: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    pub(crate) fn of_environment() -> Self {
        let socket = env::var_os("NOTIFY_SOCKET").map(PathBuf::from).filter(|path| path.is_absolute());
        Self { socket, watchdog: sd_notify::watchdog_enabled() }
    }

    /// One that listens at `socket` and wants a sign within `watchdog`.
    #[cfg(test)]
    fn at(socket: PathBuf, watchdog: Duration) -> Self {
        Self { socket: Some(socket), watchdog: Some(watchdog) }
    }

    /// How often it wants a sign of life; none where nobody watches.
    pub(crate) fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// The service is up; what it does, in words without anybody's data.
    pub(crate) fn ready(&self, status: &str) {
        self.tell(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// A sign of life.
    pub(crate) fn alive(&self) {
        self.tell(&[NotifyState::Watchdog]);
    }

    /// The service ends by itself.
    pub(crate) fn stopping(&self) {
        self.tell(&[NotifyState::Stopping, NotifyState::Status("ending")]);
    }

    fn tell(&self, states: &[NotifyState<'_>]) {
        let Some(socket) = &self.socket else { return };
        let words: String = states.iter().map(|state| format!("{state}\n")).collect();
        let told = UnixDatagram::unbound().and_then(|from| {
            // Whoever tells this drives the tablet: nobody who does not listen may hold it up.
            from.set_nonblocking(true)?;
            from.send_to(words.as_bytes(), socket)
        });
        if let Err(error) = told {
            tracing::warn!(%error, "the supervisor of this service does not hear it");
        }
    }
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
