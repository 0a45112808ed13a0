#!/usr/bin/env python3
"""Writes copy-v1.bin: a copy on a card as docs/formats/card-copy-v1.md describes it, made by other hands than Kakari's.

Curve, AES-GCM, HMAC and signature are pyca/cryptography's; the schedule of RFC 9180, the CBOR and the zstd frame (of raw
blocks, RFC 8878) are written out here. Nothing is random, so a second run writes the same file:

    python3 record/tests/copies/make.py > record/tests/copies/copy-v1.bin
"""

import hashlib
import hmac
import struct
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VAULT, EPOCH = bytes([9] * 32), 5
REGION_SEED = bytes([3] * 32)
CARD, EPHEMERAL = bytes([1] * 32), bytes([2] * 32)
CONTENT_KEY = bytes([4] * 32)
FEED, RECORD = bytes([7] * 16), bytes([6] * 16)
VERSION, DICTIONARY, SEALED_AT = 3, 1, 1_795_000_001


def mac(key, data):
    return hmac.new(key or bytes(32), data, hashlib.sha256).digest()


def expand(prk, info, length):
    out, block = b"", b""
    for n in range(1, length // 32 + 2):
        block = mac(prk, block + info + bytes([n]))
        out += block
    return out[:length]


def scalar(secret):
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def point(secret):
    form = serialization.PublicFormat.UncompressedPoint
    return scalar(secret).public_key().public_bytes(serialization.Encoding.X962, form)


def hpke_psk(recipient, enc, dh, psk, psk_id, info):
    """Key and nonce: RFC 9180, mode 0x01, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM."""
    kem, suite = b"KEM\x00\x10", b"HPKE\x00\x10\x00\x01\x00\x02"

    def extract(of, salt, label, ikm):
        return mac(salt, b"HPKE-v1" + of + label + ikm)

    def widen(of, prk, label, context, length):
        return expand(prk, struct.pack(">H", length) + b"HPKE-v1" + of + label + context, length)

    shared = widen(kem, extract(kem, b"", b"eae_prk", dh), b"shared_secret", enc + recipient, 32)
    hashes = extract(suite, b"", b"psk_id_hash", psk_id) + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", psk)
    return widen(suite, secret, b"key", b"\x01" + hashes, 32), widen(suite, secret, b"base_nonce", b"\x01" + hashes, 12)


def cbor(value):
    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        for size, code, form in [(1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I")]:
            if n < size:
                return bytes([major << 5 | code]) + struct.pack(form, n)
        return bytes([major << 5 | 27]) + struct.pack(">Q", n)

    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())


def zstd_of_raw_blocks(data):
    """One frame of one raw block: single segment, content size in two bytes, no dictionary named."""
    assert 256 <= len(data) < 65_536 + 256
    return b"\x28\xb5\x2f\xfd\x60" + struct.pack("<H", len(data) - 256) + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def padded(data):
    body = struct.pack(">I", len(data)) + data
    return body + bytes(-len(body) % 64)


SUMMARY = {
    "identity": {"number": "1234567890123456", "name": "山田 花子", "kana": "ヤマダ ハナコ", "sex": "female", "birth_date": "1940-03-05"},
    "as_of": 1_795_000_000,
    "source": "さくら医院",
    "allergies": {"block": {"known": [{"substance": {"text": "ペニシリン系抗菌薬"}, "category": "medication",
                                       "verification": "confirmed", "origin": {"facility": "さくら医院", "recorded": "2026-04-12"}}]}},
    "contraindications": "not_recorded",
    "medicines": "not_recorded",
    "conditions": {"known": [{"name": {"text": "胃癌"}, "status": "active", "origin": {"untold": True}}]},
    "procedures": "not_recorded",
    "devices": "not_recorded",
    "infections": "not_recorded",
    "labs": {"unavailable": "not_on_card"},
    "pregnancy": "not_recorded",
    "dialysis": "not_recorded",
    "baseline": "not_recorded",
    "communication": "not_recorded",
    "directives": "not_recorded",
    "doctors": "not_recorded",
    "contacts": "not_recorded",
    "consent": {"given": {"on": "2026-04-01", "by": "本人"}},
}


def main():
    card = point(CARD)
    key_id = hashlib.sha256(card).digest()[:8]
    header = b"KKC1" + FEED + RECORD + struct.pack(">QII", VERSION, EPOCH, DICTIONARY) + key_id + struct.pack(">Q", SEALED_AT)
    assert len(header) == 68
    copy_key = expand(mac(b"kakari vault v1", VAULT), b"card copy", 32)
    dh = scalar(EPHEMERAL).exchange(ec.ECDH(), scalar(CARD).public_key())
    key, nonce = hpke_psk(card, point(EPHEMERAL), dh, copy_key, struct.pack(">I", EPOCH), b"kakari card copy wrap v1\0" + header)
    wrapped = AESGCM(key).encrypt(nonce, CONTENT_KEY, b"")
    payload = AESGCM(CONTENT_KEY).encrypt(bytes(12), padded(zstd_of_raw_blocks(cbor([2, SUMMARY]))), header)
    body = header + point(EPHEMERAL) + wrapped + payload
    signature = Ed25519PrivateKey.from_private_bytes(REGION_SEED).sign(b"kakari card copy v1\0" + body)
    sys.stdout.buffer.write(body + signature)


main()
