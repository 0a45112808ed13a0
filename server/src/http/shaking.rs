//! Handshakes under way: whoever begins one is a stranger until it is done, and may not have all of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One caller's part of the handshakes at a time.
const SHARE: usize = 4;

/// How many handshakes are under way, and whose.
#[derive(Clone)]
pub(crate) struct Shaking {
    places: Arc<Semaphore>,
    of_one: usize,
    by: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One handshake, until it is dropped.
pub(crate) struct Shake {
    _place: OwnedSemaphorePermit,
    _one: One,
}

/// What counts among its caller's, from the moment it waits for a place.
struct One {
    of: IpAddr,
    by: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Shaking {
    /// So many at a time; a quarter of them for one caller.
    pub(crate) fn at_most(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), of_one: places.div_ceil(SHARE), by: Arc::default() }
    }

    /// A place for this caller's handshake, waited for; `None` when it has its part already.
    pub(crate) async fn begin(&self, address: SocketAddr) -> Option<Shake> {
        let one = self.count(network(address.ip()))?;
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(Shake { _place: place, _one: one })
    }

    fn count(&self, of: IpAddr) -> Option<One> {
        let mut by = self.by.lock().unwrap_or_else(PoisonError::into_inner);
        let count = by.entry(of).or_default();
        if *count >= self.of_one {
            return None;
        }
        *count += 1;
        Some(One { of, by: Arc::clone(&self.by) })
    }
}

impl Drop for One {
    fn drop(&mut self) {
        let mut by = self.by.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                by.remove(&self.of);
            }
        }
    }
}

/// What one caller has: an IPv4 address, or the 64 bits before an IPv6 address's own.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}
