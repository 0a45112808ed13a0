//! One open device: objects that are loaded for one piece of work, and removed after it whatever became of it.

use tss_esapi::Context;
use tss_esapi::handles::ObjectHandle;
use tss_esapi::interface_types::session_handles::AuthSession;

use crate::TpmError;

/// An open device.
pub(crate) struct Session {
    pub(crate) context: Context,
}

impl Session {
    pub(crate) fn new(context: Context) -> Self {
        Self { context }
    }

    /// Runs commands that want an authorization: the empty one.
    pub(crate) fn authorized<T>(
        &mut self,
        ask: impl FnOnce(&mut Context) -> tss_esapi::Result<T>,
    ) -> tss_esapi::Result<T> {
        self.context.execute_with_session(Some(AuthSession::Password), ask)
    }

    /// Does `work` with an object that was loaded, and removes the object from the TPM, also when the work failed.
    pub(crate) fn with_loaded<T>(
        &mut self,
        object: ObjectHandle,
        work: impl FnOnce(&mut Self) -> Result<T, TpmError>,
    ) -> Result<T, TpmError> {
        let done = work(self);
        if let Err(error) = self.context.flush_context(object) {
            // A device that was reset has nothing loaded any more; the work's own answer says whether it was done.
            tracing::debug!(%error, "an object was not removed from the TPM");
        }
        done
    }
}
