//! A reader driver (IFD handler) for pcscd whose cards live at the other end of a Unix socket.
