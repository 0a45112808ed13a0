//! Where the TPM is, and one visit to it.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tss_esapi::Context;
use tss_esapi::constants::CapabilityType;
use tss_esapi::constants::tss::TPM2_PT_FIXED;
use tss_esapi::tcti_ldr::TctiNameConf;

use crate::TpmError;
use crate::session::Session;

/// How often, and how long apart, a TPM is asked whose places others have.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// The way to a TPM 2.0. Cheap to clone; clones take turns.
#[derive(Clone, Debug)]
pub struct Tpm {
    name: String,
    place: TctiNameConf,
    turn: Arc<Mutex<()>>,
}

impl Tpm {
    /// The TPM that `tcti` names, asked once whether it is there: `device:/dev/tpmrm0` for the kernel's, with its resource
    /// manager, or `swtpm:host=127.0.0.1,port=2321` for an emulator.
    ///
    /// # Errors
    ///
    /// [`TpmError::Name`] when the words name nothing, [`TpmError::Away`] when nobody answers.
    pub fn open(tcti: &str) -> Result<Self, TpmError> {
        let tpm = Self::at(tcti)?;
        tpm.visit(Session::greet)?;
        Ok(tpm)
    }

    /// The same without asking: the TPM may be away now and back later.
    pub fn at(tcti: &str) -> Result<Self, TpmError> {
        let place = TctiNameConf::from_str(tcti).map_err(|_| TpmError::Name(tcti.to_owned()))?;
        Ok(Self { name: tcti.to_owned(), place, turn: Arc::default() })
    }

    /// Whether it answers now.
    pub fn is_here(&self) -> bool {
        self.visit(Session::greet).is_ok()
    }

    /// As the configuration names it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens the device, does `work`, and closes it. While others have all places of a TPM without a resource manager, it
    /// waits for its turn and does the whole work anew.
    pub(crate) fn visit<T>(&self, work: impl Fn(&mut Session) -> Result<T, TpmError>) -> Result<T, TpmError> {
        // Nothing is guarded but the turn itself.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 1..TRIES {
            match self.visit_once(&work) {
                Err(TpmError::Busy) => thread::sleep(PAUSE),
                done => return done,
            }
        }
        self.visit_once(&work)
    }

    fn visit_once<T>(&self, work: impl Fn(&mut Session) -> Result<T, TpmError>) -> Result<T, TpmError> {
        let context = Context::new(self.place.clone()).map_err(|error| self.away(&error))?;
        let mut session = Session::new(context);
        session.greet().map_err(|error| self.away(&error))?;
        work(&mut session)
    }

    fn away(&self, error: &dyn std::fmt::Display) -> TpmError {
        TpmError::Away { place: self.name.clone(), reason: error.to_string() }
    }
}

impl Session {
    /// One question that every TPM answers.
    pub(crate) fn greet(&mut self) -> Result<(), TpmError> {
        let asked = self.context.get_capability(CapabilityType::TpmProperties, TPM2_PT_FIXED, 1);
        asked.map(drop).map_err(crate::error::refused("answer"))
    }
}
