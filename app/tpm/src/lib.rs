//! The tablet's TPM 2.0: a signing key that cannot leave it, and a counter that cannot go back.
