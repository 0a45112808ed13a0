//! The tablet's TPM 2.0: a signing key that cannot leave it, and a counter that cannot go back.
//!
//! A [`Tpm`] is a way to the device, not a connection: each call opens the device, does its work, removes every object
//! that it loaded, and closes it. So two processes share `/dev/tpmrm0` without knowing of each other, a device that was
//! reset, restarted or away for a while is simply there again at the next call, and a TPM without a resource manager keeps
//! its few places for objects. Every call blocks: some milliseconds on an emulator, some hundred on hardware.
//!
//! Nothing here is protected by the TPM's dictionary-attack counter (`noDA` everywhere), and nothing has an authorization
//! value: power cuts in a vehicle count as failed tries, and a TPM that is locked out would stand between a crew and a
//! patient (docs/adr/0019-keys-in-the-tpm.md).

mod blob;
mod counter;
mod device;
mod error;
mod key;
mod session;
mod storage;

pub use counter::Counter;
pub use device::Tpm;
pub use error::TpmError;
pub use key::SigningKey;
