//! The system's message bus (D-Bus): a Unix socket. Everything that is asked there has half a second to answer.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::proxy::{CacheProperties, MethodFlags};
use zbus::zvariant::{DynamicType, Type};

/// Nobody waits longer for an answer.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// Where the bus is.
#[derive(Clone, Debug)]
pub(super) enum Bus {
    /// The system's own.
    System,
    /// Another one, for tests.
    #[cfg(test)]
    At(String),
}

impl Bus {
    /// A connection; none on a machine without that bus.
    pub(super) fn connect(&self) -> Option<Connection> {
        let builder = match self {
            Self::System => Builder::system(),
            #[cfg(test)]
            Self::At(address) => Builder::address(address.as_str()),
        };
        match builder.and_then(|builder| builder.method_timeout(PATIENCE).build()) {
            Ok(connection) => Some(connection),
            Err(error) => {
                tracing::debug!(%error, "the system's message bus is not there");
                None
            }
        }
    }
}

/// Whether a program is started to answer, where none runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// It may be: it answers and ends again.
    May,
    /// What does not run has nothing to say.
    Never,
}

/// Who is asked: the bus name, the object's path, the interface, the method.
pub(super) type Asked<'a> = [&'a str; 4];

/// Asks a program on the bus.
pub(super) fn call<B, R>(connection: &Connection, asked: Asked<'_>, start: Start, body: &B) -> zbus::Result<R>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    let [name, path, interface, method] = asked;
    let builder: zbus::blocking::proxy::Builder<'_, Proxy<'_>> = zbus::blocking::proxy::Builder::new(connection);
    let proxy = builder.destination(name.to_owned())?.path(path.to_owned())?.interface(interface.to_owned())?;
    let proxy = proxy.cache_properties(CacheProperties::No).build()?;
    match start {
        Start::May => proxy.call(method, body),
        Start::Never => {
            let answer = proxy.call_with_flags(method, MethodFlags::NoAutoStart.into(), body)?;
            answer.ok_or(zbus::Error::InvalidReply)
        }
    }
}
