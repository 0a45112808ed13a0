//! A reader driver (IFD handler, API version 3) for pcscd whose cards live at the other end of a Unix socket.
//!
//! pcscd loads this library for a reader.conf entry like
//!
//! ```text
//! FRIENDLYNAME "Kakari Virtual Reader"
//! DEVICENAME   /run/somewhere/reader0
//! LIBPATH      /usr/lib/kakari/libkakari_virtual_reader.so
//! CHANNELID    0
//! ```
//!
//! pcscd refuses a DEVICENAME that does not exist: create an empty file there. The driver replaces it by the socket
//! it listens on. One **card holder** at a time connects; a newer connection
//! replaces an older one; a closed connection takes the card away. The reader is one slot, contactless in manner
//! (T=1), and hands every APDU through untouched.
//!
//! # Protocol
//!
//! Frames in both directions: length (u32, big-endian, of what follows), kind (one byte), body.
//!
//! | from | kind | body | meaning |
//! |---|---|---|---|
//! | holder | `I` | ATR, 2 to 33 bytes | a card is laid on the reader; one that lies there is replaced |
//! | holder | `R` | – | the card is taken away; an exchange under way fails |
//! | holder | `A` | number u32, bytes | the answer to command `number`; any other number is dropped |
//! | holder | `G` | – | the reader is gone: the driver answers 617 (no such device) to everything |
//! | holder | `B` | – | the reader is back |
//! | holder | `M` | number u32, value | what PC/SC answers to SCardGetAttrib of this number from now on; without a value: nothing |
//! | driver | `M` | number u32 | the attribute is known |
//! | driver | `C` | number u32, bytes | an APDU for the card |
//! | driver | `P` | 1 = on or reset, 0 = off | the card's power; after it the card is as fresh as after insertion |
//!
//! Faults are the holder's to make: a hanging card does not answer, a torn one sends `R` instead of an answer, a
//! truncated answer is a short `A`.
//!
//! Vendor name (`SCARD_ATTR_VENDOR_NAME` 0x10100), type (0x10101), version (0x10102, four bytes in the machine's order:
//! major and minor above the build number) and serial number (0x10103) are thus the holder's to say, as a real
//! reader's are its firmware's.
//!
//! # Swapped cards
//!
//! Each `I` is a new generation. A generation must be powered up through pcscd before it gets an APDU, and between
//! two generations pcscd is shown an empty reader at least once, however fast the swap was. So no handle opened on
//! one card ever speaks to the next.

mod ffi;
mod frame;
mod reader;
