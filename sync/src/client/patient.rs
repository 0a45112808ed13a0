//! A device that hangs must not hang the tablet: its key is asked on a thread of its own, and waited for so long and no
//! longer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use kakari_record::device_key::{DeviceKey, DeviceKeyError};

/// Long enough for a slow TPM that is busy with another process, and makes its storage key anew for each signature.
const PATIENCE: Duration = Duration::from_secs(8);

/// The key, asked with patience. While a call hangs, every other one fails at once.
pub(super) struct Patient {
    key: Arc<dyn DeviceKey>,
    /// Whether the call that was given up last has come to its end since.
    given_up: Mutex<Option<Arc<AtomicBool>>>,
    patience: Duration,
}

impl Patient {
    pub(super) fn new(key: Arc<dyn DeviceKey>) -> Self {
        Self { key, given_up: Mutex::default(), patience: PATIENCE }
    }
}

impl Patient {
    fn hangs(&self) -> bool {
        self.given_up().as_ref().is_some_and(|ended| !ended.load(Ordering::SeqCst))
    }

    fn given_up(&self) -> MutexGuard<'_, Option<Arc<AtomicBool>>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeviceKey for Patient {
    fn public_point(&self) -> [u8; 65] {
        self.key.public_point()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], DeviceKeyError> {
        if self.hangs() {
            return Err(failed("it still has not answered to what was asked before"));
        }
        let (reply, answer) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let (key, message, ends) = (Arc::clone(&self.key), message.to_vec(), Arc::clone(&ended));
        let ask = move || {
            let _ = reply.send(key.sign(&message));
            ends.store(true, Ordering::SeqCst);
        };
        thread::Builder::new().name("device-key".to_owned()).spawn(ask).map_err(|error| failed(&error.to_string()))?;
        answer.recv_timeout(self.patience).unwrap_or_else(|_| {
            *self.given_up() = Some(ended);
            Err(failed("no answer in time"))
        })
    }
}

fn failed(why: &str) -> DeviceKeyError {
    DeviceKeyError::Device(why.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    struct Hanging(Duration);

    impl DeviceKey for Hanging {
        fn public_point(&self) -> [u8; 65] {
            [4; 65]
        }

        fn sign(&self, _message: &[u8]) -> Result<[u8; 64], DeviceKeyError> {
            thread::sleep(self.0);
            Ok([1; 64])
        }
    }

    #[test]
    fn a_device_that_hangs_is_given_up_in_time_and_asked_again_when_it_is_back() {
        let (hangs, patience) = (Duration::from_millis(400), Duration::from_millis(100));
        let key = Patient { patience, ..Patient::new(Arc::new(Hanging(hangs))) };
        let began = Instant::now();
        assert!(key.sign(b"").is_err());
        assert!(key.sign(b"").is_err(), "at once");
        assert!(began.elapsed() < hangs);
        thread::sleep(hangs * 2);
        let key = Patient { patience: hangs * 10, ..key };
        assert_eq!(key.sign(b""), Ok([1; 64]));
    }
}
