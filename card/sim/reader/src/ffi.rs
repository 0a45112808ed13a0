//! What pcscd calls. All unsafe code of the project is in this file: reading and filling pcscd's C buffers.

use std::collections::BTreeMap;
use std::ffi::{CStr, OsStr, c_char, c_int, c_long, c_ulong};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::slice;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::reader::{Failure, Reader};

type Dword = c_ulong;
type ResponseCode = c_long;

const SUCCESS: ResponseCode = 0;
const ERROR_TAG: ResponseCode = 600;
const ERROR_POWER_ACTION: ResponseCode = 608;
const ERROR_NOT_SUPPORTED: ResponseCode = 606;
const COMMUNICATION_ERROR: ResponseCode = 612;
const ICC_PRESENT: ResponseCode = 615;
const ICC_NOT_PRESENT: ResponseCode = 616;
const NO_SUCH_DEVICE: ResponseCode = 617;
const INSUFFICIENT_BUFFER: ResponseCode = 618;

const TAG_ATR: Dword = 0x0303;
const TAG_SLOT_THREAD_SAFE: Dword = 0x0FAC;
const TAG_THREAD_SAFE: Dword = 0x0FAD;
const TAG_SLOTS_NUMBER: Dword = 0x0FAE;
const TAG_SIMULTANEOUS_ACCESS: Dword = 0x0FAF;
const TAG_POLLING_THREAD_KILLABLE: Dword = 0x0FB1;
const TAG_STOP_POLLING_THREAD: Dword = 0x0FB2;
const TAG_POLLING_THREAD_WITH_TIMEOUT: Dword = 0x0FB3;

const POWER_UP: Dword = 500;
const POWER_DOWN: Dword = 501;
const RESET: Dword = 502;
const LARGEST_ATR: usize = 33;

/// `SCARD_IO_HEADER`, passed by value.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct IoHeader {
    protocol: Dword,
    length: Dword,
}

static READERS: Mutex<BTreeMap<Dword, Arc<Reader>>> = Mutex::new(BTreeMap::new());

fn find(lun: Dword) -> Option<Arc<Reader>> {
    READERS.lock().unwrap_or_else(PoisonError::into_inner).get(&lun).cloned()
}

fn code(failure: Failure) -> ResponseCode {
    match failure {
        Failure::NoCard => ICC_NOT_PRESENT,
        Failure::ReaderGone => NO_SUCH_DEVICE,
        Failure::Communication => COMMUNICATION_ERROR,
    }
}

/// Copies into a buffer of pcscd's and sets its length.
///
/// # Safety
/// `length` points to the capacity of the buffer at `to`, as in every call of the IFD API.
unsafe fn fill(to: *mut u8, length: *mut Dword, from: &[u8]) -> ResponseCode {
    // SAFETY: by the contract above.
    let room = usize::try_from(unsafe { *length }).unwrap_or(0);
    let Ok(new_length) = Dword::try_from(from.len()) else {
        return INSUFFICIENT_BUFFER;
    };
    if from.len() > room || to.is_null() {
        return INSUFFICIENT_BUFFER;
    }
    // SAFETY: `from` fits, and the two cannot overlap: ours was allocated here.
    unsafe {
        to.copy_from_nonoverlapping(from.as_ptr(), from.len());
        *length = new_length;
    }
    SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn IFDHCreateChannelByName(lun: Dword, device_name: *const c_char) -> ResponseCode {
    if device_name.is_null() {
        return COMMUNICATION_ERROR;
    }
    // SAFETY: pcscd passes the zero-terminated DEVICENAME of its configuration.
    let name = unsafe { CStr::from_ptr(device_name) };
    match Reader::open(Path::new(OsStr::from_bytes(name.to_bytes()))) {
        Ok(reader) => {
            READERS.lock().unwrap_or_else(PoisonError::into_inner).insert(lun, Arc::new(reader));
            SUCCESS
        }
        Err(_) => COMMUNICATION_ERROR,
    }
}

/// A channel number alone names no socket.
#[unsafe(no_mangle)]
extern "C" fn IFDHCreateChannel(_lun: Dword, _channel: Dword) -> ResponseCode {
    COMMUNICATION_ERROR
}

#[unsafe(no_mangle)]
extern "C" fn IFDHCloseChannel(lun: Dword) -> ResponseCode {
    let reader = READERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&lun);
    if let Some(reader) = reader {
        reader.close();
    }
    SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn IFDHGetCapabilities(lun: Dword, tag: Dword, length: *mut Dword, value: *mut u8) -> ResponseCode {
    let answer = match tag {
        TAG_ATR => find(lun).and_then(|reader| reader.atr()).unwrap_or_default(),
        TAG_SIMULTANEOUS_ACCESS => vec![16],
        TAG_SLOTS_NUMBER | TAG_THREAD_SAFE => vec![1],
        TAG_SLOT_THREAD_SAFE | TAG_POLLING_THREAD_KILLABLE => vec![0],
        TAG_POLLING_THREAD_WITH_TIMEOUT => {
            let function: extern "C" fn(Dword, c_int) -> ResponseCode = wait_for_event;
            (function as usize).to_ne_bytes().to_vec()
        }
        TAG_STOP_POLLING_THREAD => {
            let function: extern "C" fn(Dword) -> ResponseCode = stop_waiting;
            (function as usize).to_ne_bytes().to_vec()
        }
        _ => match find(lun).and_then(|reader| reader.attribute(u32::try_from(tag).ok()?)) {
            Some(value) => value,
            None => return ERROR_TAG,
        },
    };
    // SAFETY: pcscd's buffer and its capacity.
    unsafe { fill(value, length, &answer) }
}

#[unsafe(no_mangle)]
extern "C" fn IFDHSetCapabilities(_lun: Dword, _tag: Dword, _length: Dword, _value: *const u8) -> ResponseCode {
    ERROR_TAG
}

#[unsafe(no_mangle)]
extern "C" fn IFDHSetProtocolParameters(
    _lun: Dword,
    _protocol: Dword,
    _flags: u8,
    _pts1: u8,
    _pts2: u8,
    _pts3: u8,
) -> ResponseCode {
    SUCCESS
}

#[unsafe(no_mangle)]
unsafe extern "C" fn IFDHPowerICC(lun: Dword, action: Dword, atr: *mut u8, atr_length: *mut Dword) -> ResponseCode {
    let Some(reader) = find(lun) else {
        return NO_SUCH_DEVICE;
    };
    match action {
        POWER_UP | RESET => match reader.power_up() {
            Ok(bytes) => {
                // SAFETY: pcscd's ATR buffer holds MAX_ATR_SIZE (33) bytes, whatever the length says on entry.
                unsafe {
                    *atr_length = LARGEST_ATR as Dword;
                    fill(atr, atr_length, &bytes)
                }
            }
            Err(Failure::ReaderGone) => NO_SUCH_DEVICE,
            Err(_) => ERROR_POWER_ACTION,
        },
        POWER_DOWN => {
            // A card that is gone needs no power-down.
            let _ = reader.power_down();
            SUCCESS
        }
        _ => ERROR_NOT_SUPPORTED,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn IFDHTransmitToICC(
    lun: Dword,
    send_pci: IoHeader,
    command: *const u8,
    command_length: Dword,
    answer: *mut u8,
    answer_length: *mut Dword,
    receive_pci: *mut IoHeader,
) -> ResponseCode {
    let Some(reader) = find(lun) else {
        return NO_SUCH_DEVICE;
    };
    // SAFETY: pcscd's command buffer.
    let command = unsafe { slice::from_raw_parts(command, usize::try_from(command_length).unwrap_or(0)) };
    let result = reader.transmit(command);
    if !receive_pci.is_null() {
        // SAFETY: not null, and pcscd's.
        unsafe { (*receive_pci).protocol = send_pci.protocol };
    }
    match result {
        // SAFETY: pcscd's answer buffer and its capacity.
        Ok(bytes) => unsafe { fill(answer, answer_length, &bytes) },
        Err(failure) => {
            // SAFETY: the length is pcscd's.
            unsafe { *answer_length = 0 };
            code(failure)
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn IFDHICCPresence(lun: Dword) -> ResponseCode {
    match find(lun).map(|reader| reader.is_present()) {
        None => NO_SUCH_DEVICE,
        Some(Ok(true)) => ICC_PRESENT,
        Some(Ok(false)) => ICC_NOT_PRESENT,
        Some(Err(failure)) => code(failure),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn IFDHControl(
    _lun: Dword,
    _code: Dword,
    _command: *const u8,
    _command_length: Dword,
    _answer: *mut u8,
    _answer_room: Dword,
    answer_length: *mut Dword,
) -> ResponseCode {
    if !answer_length.is_null() {
        // SAFETY: not null, and pcscd's.
        unsafe { *answer_length = 0 };
    }
    ERROR_NOT_SUPPORTED
}

/// pcscd's event thread waits here instead of polling.
extern "C" fn wait_for_event(lun: Dword, timeout_millis: c_int) -> ResponseCode {
    let timeout = u64::try_from(timeout_millis).map_or(Duration::from_secs(1), Duration::from_millis);
    match find(lun) {
        Some(reader) => reader.wait_for_event(timeout),
        None => std::thread::sleep(timeout),
    }
    SUCCESS
}

extern "C" fn stop_waiting(lun: Dword) -> ResponseCode {
    if let Some(reader) = find(lun) {
        reader.stop_waiting();
    }
    SUCCESS
}
