-- A tablet's key is of Ed25519 (32 bytes) where it lies in a file, and of P-256 (65 bytes) where it lies in a TPM.
ALTER TABLE tablet DROP CONSTRAINT tablet_tablet_key_check;
ALTER TABLE tablet ADD CONSTRAINT tablet_tablet_key_check CHECK (length(tablet_key) IN (32, 65));
