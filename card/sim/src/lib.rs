//! Virtual cards on the real pcscd, for training, demonstration and tests.
