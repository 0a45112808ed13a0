//! How often one may be wrong.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::http::shaking::network;

const MINUTE: Duration = Duration::from_secs(60);
/// From one address in a minute.
const OF_ONE: usize = 10;
/// From all addresses in a minute. A code has 60 random bits and lives for minutes, so this is no protection of the
/// code; it keeps the database from being asked without end.
const OF_ALL: usize = 600;

/// Wrong attempts of the last minute. Each address is counted by itself, so that nobody locks a station out; of IPv6 each
/// network, for whoever has one address of it has all.
#[derive(Default)]
pub(crate) struct Pace {
    wrong: Mutex<HashMap<IpAddr, Vec<Instant>>>,
}

impl Pace {
    /// Whether this address may try now.
    pub(crate) fn may_try(&self, address: IpAddr) -> bool {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|_, times| {
            times.retain(|at| at.elapsed() < MINUTE);
            !times.is_empty()
        });
        let of_one = wrong.get(&network(address)).map_or(0, Vec::len);
        of_one < OF_ONE && wrong.values().map(Vec::len).sum::<usize>() < OF_ALL
    }

    /// It tried and was wrong.
    pub(crate) fn note_wrong(&self, address: IpAddr) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.entry(network(address)).or_default().push(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::{OF_ALL, OF_ONE, Pace};

    #[test]
    fn who_has_a_whole_network_of_addresses_locks_nobody_else_out() {
        let pace = Pace::default();
        let tries = |address: Ipv6Addr| {
            let may = pace.may_try(address.into());
            if may {
                pace.note_wrong(address.into());
            }
            may
        };
        let mine = (0..u16::MAX).take(OF_ALL).map(|last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last));
        assert_eq!(mine.filter(|address| tries(*address)).count(), OF_ONE);
        let station = Ipv4Addr::new(192, 0, 2, 1);
        for other in [IpAddr::from(station), Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1).into()] {
            assert!(pace.may_try(other), "{other}");
        }
        (0..OF_ONE).for_each(|_| pace.note_wrong(station.to_ipv6_mapped().into()));
        assert!(!pace.may_try(station.into()));
    }
}
