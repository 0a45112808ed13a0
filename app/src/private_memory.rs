//! Keeps this process's memory from other programs of the same user, and off the disk.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// From here on no other process of this user may look into this one's memory (`/proc/PID/mem`, ptrace(2)), and no core
/// file is written of it (prctl(2), PR_SET_DUMPABLE; setrlimit(2), RLIMIT_CORE). Only root still may. To be called before
/// any key is read; a program that it starts begins anew.
pub(crate) fn keep() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let kept = set_dumpable_behavior(DumpableBehavior::NotDumpable).and_then(|()| setrlimit(Resource::Core, none));
    if let Err(error) = kept {
        tracing::error!(%error, "other programs of this user can look into this one's memory");
    }
}
