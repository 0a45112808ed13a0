//! The tablet as it ships: packages in a fresh Debian root, and that root booted in a virtual machine.
