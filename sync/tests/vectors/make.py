#!/usr/bin/env python3
"""Writes feed-v1.json: every wire form as docs/formats/ describes it, made by other hands than Kakari's.

CBOR is cbor2's, signatures, HMAC and PBKDF2 are pyca/cryptography's, zstd is python-zstandard's, the frames are struct's.
Nothing is random, so a second run writes the same file:

    python3 -m venv venv && venv/bin/pip install --require-hashes -r sync/tests/vectors/requirements.txt
    venv/bin/python sync/tests/vectors/make.py > sync/tests/vectors/feed-v1.json
"""

import hashlib
import hmac
import json
import struct
import sys

import cbor2
import zstandard
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

FEED = bytes(range(16))
REGION_SEED, OFFICER_SEED, STRANGER_SEED = bytes([0x11] * 32), bytes([0x22] * 32), bytes([0x33] * 32)
T0 = 1_790_000_000


def private(seed):
    return Ed25519PrivateKey.from_private_bytes(seed)


def public(seed):
    return private(seed).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def sha256(data):
    return hashlib.sha256(data).digest()


def cbor(content, form=1):
    return cbor2.dumps([form, content])


def sign(context, data, seed=REGION_SEED):
    return private(seed).sign(context + data) + data


def ref(data):
    return {"sha256": sha256(data), "size": len(data)}


def filler(label, length):
    """Bytes that look like what is sealed and are the same in every run."""
    blocks = (hashlib.sha256(f"{label} {n}".encode()).digest() for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


# Frames and packs

def blob(data):
    return struct.pack(">I", len(data)) + data


def sealed_record(record, version, payload, feed=FEED):
    header = b"KKR1" + feed + record + struct.pack(">QII", version, 2, 1) + bytes(8) + struct.pack(">Q", T0)
    return header + filler(f"slot {version}", 60) + filler(f"payload {version}", payload)


def opener(number):
    return filler(f"card {number}", 8) + b"\x04" + filler(f"enc {number}", 64) + filler(f"wrap {number}", 48)


def put(sequence, record, version, cards=1, photo=False, tokens=2, feed=FEED):
    body = struct.pack(">BQ", 1, sequence) + blob(sealed_record(record, version, 80, feed))
    body += blob(b"KKP1" + filler("photo", 12_304) if photo else b"")
    body += filler("card token", 16) + bytes([cards]) + b"".join(opener(n) for n in range(cards))
    body += bytes([tokens]) + b"".join(filler(f"token {n}", 16) for n in range(tokens))
    return blob(body + struct.pack(">H", 1938) + blob(filler("directory", 90)))


def cards(sequence, record, version, count):
    body = struct.pack(">BQ", 2, sequence) + record + struct.pack(">Q", version) + filler("card token", 16)
    return blob(body + bytes([count]) + b"".join(opener(n) for n in range(count)))


def remove(sequence, record, reason):
    return blob(struct.pack(">BQ", 3, sequence) + record + bytes([reason]))


def unpacked_pack(kind, first, second, part, parts, frames, generation=3, feed=FEED, count=None):
    count = len(frames) if count is None else count
    header = b"KKF1" + feed + struct.pack(">QBQQIII", generation, kind, first, second, part, parts, count)
    assert len(header) == 57
    return header + b"".join(frames)


def zstd(data, **options):
    return zstandard.ZstdCompressor(level=3, **options).compress(data)


def skippable(data):
    return struct.pack("<II", 0x184D2A50, len(data)) + data


A, B, C = filler("a", 16), filler("b", 16), filler("c", 16)
DELTA_FRAMES = [put(41, A, 7, cards=2), cards(43, B, 4, 3), remove(44, C, 1), put(48, B, 5, cards=0, tokens=0)]
DELTA = unpacked_pack(1, 40, 50, 0, 1, DELTA_FRAMES)
PART_FRAMES = [put(12, B, 4, photo=True), put(11, A, 6)]
PART = unpacked_pack(2, 0, 40, 1, 3, PART_FRAMES)
DELTA_PACKED, PART_PACKED = zstd(DELTA), zstd(PART)


def bad_packs():
    """(why, packed, length that the reference names): all asked for as the delta above."""
    def packed(**changes):
        fields = {"kind": 1, "first": 40, "second": 50, "part": 0, "parts": 1, "frames": DELTA_FRAMES} | changes
        return unpacked_pack(**fields)
    for why, data in [
        ("another feed", packed(feed=bytes(16))),
        ("another generation", packed(generation=4)),
        ("another kind", packed(kind=2)),
        ("another beginning", packed(first=39)),
        ("another end", packed(second=51)),
        ("another part", packed(part=1)),
        ("more frames than there are", packed(count=5)),
        ("fewer frames than there are", packed(count=3)),
        ("more frames than any pack", packed(count=65_537)),
        ("half a header", DELTA[:56]),
        ("a frame that ends after the pack", DELTA[:-1]),
        ("bytes after the last frame", DELTA + b"\0\0"),
        ("a frame without a body", DELTA + b"\0\0\0\0"),
    ]:
        yield why, zstd(data), len(data)
    yield "shorter than it is named", DELTA_PACKED, len(DELTA) + 1
    yield "longer than it is named", DELTA_PACKED, len(DELTA) - 1
    yield "without its length", zstd(DELTA, write_content_size=False), len(DELTA)
    yield "after a skippable frame", skippable(b"x" * 9) + DELTA_PACKED, len(DELTA)
    yield "before a skippable frame", DELTA_PACKED + skippable(b""), len(DELTA)
    yield "in two zstd frames", zstd(DELTA[:100]) + zstd(DELTA[100:]), len(DELTA)
    yield "cut short", DELTA_PACKED[:-1], len(DELTA)
    yield "empty", b"", len(DELTA)
    yield "not packed", DELTA, len(DELTA)
    yield "a bomb", zstd(bytes(512 * 1024 * 1024)), len(DELTA)
    yield "a bomb that does not say its length", zstd(bytes(64 * 1024 * 1024), write_content_size=False), len(DELTA)
    yield "a bomb that is named as such", zstd(bytes(16 * 1024 * 1024)), 16 * 1024 * 1024


def bad_frames():
    """(why, frame, sequence, record): each stands in the delta after a good frame and before one."""
    good = put(42, B, 9)
    yield "a kind of another time", blob(struct.pack(">BQ", 9, 42) + bytes(40)), 42, None
    yield "a reason of another time", remove(42, B, 4), 42, B
    yield "another region's record", put(42, B, 9, feed=bytes(16)), 42, B
    yield "bytes after its end", blob(good[4:] + b"\0"), 42, B
    yield "cut short", blob(good[4:-1]), 42, B
    yield "no record in it", blob(struct.pack(">BQ", 1, 42) + blob(b"KKR2" + bytes(200)) + bytes(40)), 42, None
    yield "longer than any frame", blob(good[4:] + bytes(256 * 1024)), 42, B
    yield "a sequence before the pack", remove(40, B, 1), 40, B
    yield "a sequence after the pack", remove(51, B, 1), 51, B
    yield "a sequence for the second time", remove(41, B, 1), 41, B


# Statements

MANIFEST = {
    "feed": FEED, "generation": 3, "sequence": 40, "records": 2,
    "parts": [{"object": ref(PART_PACKED), "unpacked": len(PART), "rows": 2}],
}
MANIFEST_BYTES = cbor(MANIFEST)


def countersigned(order, seed):
    what = [FEED, order["nonce"], order["tablet"], order["kind"], order["issued_at"], order["expires_at"]]
    signature = private(seed).sign(b"kakari countersigned order v1\0" + cbor(what))
    return order | {"countersignature": [public(seed), signature]}


def wipe(number, at):
    return {"nonce": filler(f"nonce {number}", 16), "tablet": f"T-{number:04}", "kind": "wipe", "issued_at": T0 + at,
            "expires_at": T0 + at + 86_400, "countersignature": None}


def orders(listed):
    settings = {"lease_days": 30, "poll_seconds": 60, "metered_bytes_per_day": 20_000_000}
    return {"feed": FEED, "version": 9, "settings": settings, "orders": listed}


SINGLE = orders([wipe(1, 0), wipe(2, 600), wipe(3, 1200)])
MASS = orders([wipe(n, n * 600) for n in range(1, 5)] + [countersigned(wipe(5, 3000), OFFICER_SEED)]
              + [countersigned(wipe(6, 3100), STRANGER_SEED), wipe(7, 90_000)])
SINGLE_BYTES, MASS_BYTES = (sign(b"kakari orders v1\0", cbor(each)) for each in (SINGLE, MASS))

DIGEST_ROWS = [(A, 7), (B, 5), (bytes(16), 1), (b"\0\x01" + bytes(14), 2), (b"\0\x10" + bytes(14), 3), (b"\xff" * 16, 2**63)]


def digests(rows):
    buckets = [b""] * 4096
    for record, version in sorted(rows):
        buckets[record[0] << 4 | record[1] >> 4] += record + struct.pack(">Q", version)
    return b"".join(map(sha256, buckets))


DIGESTS = digests(DIGEST_ROWS)
ROSTER, DICTIONARY = filler("roster", 300), filler("dictionary", 500)
HEAD = {
    "feed": FEED, "generation": 3, "sequence": 50, "records": 3, "issued_at": T0, "expires_at": T0 + 3600,
    "minimum_app": "0.1.0",
    "roster": {"version": 12, "object": ref(ROSTER)},
    "dictionaries": [{"id": 1, "object": ref(DICTIONARY)}],
    "deltas": [{"from": 40, "to": 50, "object": ref(DELTA_PACKED), "unpacked": len(DELTA)}],
    "snapshot": {"sequence": 40, "records": 2, "size": len(PART_PACKED), "manifest": ref(MANIFEST_BYTES)},
    "digests": {"sequence": 50, "object": ref(DIGESTS)},
    "orders": ref(SINGLE_BYTES),
}
EMPTY_HEAD = HEAD | {"sequence": 0, "records": 0, "dictionaries": [], "deltas": [], "snapshot": None, "digests": None,
                     "orders": None}
HEAD_CONTEXT = b"kakari head v1\0"


# Releases of the tablet's program

PACKAGE = filler("package", 70_000)


def release(**changes):
    return {"version": "1.2.3", "architecture": "amd64", "package": ref(PACKAGE), "store_schema": 11, "oldest": "1.0.0",
            "made_at": T0} | changes


def signed_release(said, *seeds, context=b"kakari release v1\0", form=1):
    return cbor({"bytes": said, "signatures": [[public(seed), private(seed).sign(context + said)] for seed in seeds]}, form)


RELEASE = signed_release(cbor(release()), OFFICER_SEED, STRANGER_SEED)
RELEASES = [{"version": "1.2.3", "architecture": "amd64", "statement": ref(RELEASE), "package": ref(PACKAGE)}]
RELEASE_HEAD = HEAD | {"releases": RELEASES}


def bad_releases():
    """(why, bytes): refused by two of the officer's and the stranger's key, and so by anybody who asks for both."""
    said, both = cbor(release()), (OFFICER_SEED, STRANGER_SEED)
    yield "signed by nobody", signed_release(said)
    yield "signed by one", signed_release(said, OFFICER_SEED)
    yield "signed by one twice", signed_release(said, OFFICER_SEED, OFFICER_SEED)
    yield "signed by the region's key besides one", signed_release(said, OFFICER_SEED, REGION_SEED)
    yield "signed as a head", signed_release(said, *both, context=HEAD_CONTEXT)
    yield "signed without a context", signed_release(said, *both, context=b"")
    other = cbor2.loads(signed_release(cbor(release(version="1.2.4")), *both))[1]["signatures"]
    yield "signed for another version", cbor({"bytes": said, "signatures": other})
    yield "another form", signed_release(said, *both, form=2)
    yield "a release of another form", signed_release(cbor(release(), form=2), *both)
    yield "a field too many", signed_release(cbor(release(more=1)), *both)
    yield "a field too few", signed_release(cbor({name: value for name, value in release().items() if name != "oldest"}), *both)
    yield "fields in another order", signed_release(cbor(dict(reversed(release().items()))), *both)
    yield "more signatures than anybody reads", signed_release(said, *(bytes([seed] * 32) for seed in range(2, 17)), *both)
    yield "longer than anybody reads", signed_release(cbor(release(oldest="1" * 8192)), *both)
    yield "bytes after the end", RELEASE + b"\0"
    yield "cut short", RELEASE[:-1]
    yield "nothing", b""


def bad_heads():
    """(why, bytes, the region did sign exactly these)"""
    good = cbor(HEAD)
    deep = cbor2.dumps(1)
    for _ in range(30_000):
        deep = b"\x81" + deep
    for why, data in [
        ("another form", cbor(HEAD, form=2)),
        ("a field too many", cbor(HEAD | {"more": 1})),
        ("a field too few", cbor({name: value for name, value in HEAD.items() if name != "records"})),
        ("fields in another order", cbor(dict(reversed(HEAD.items())))),
        ("a field twice", b"\x82\x01\xae" + good[3:] + cbor2.dumps("orders") + b"\xf6"),
        ("bytes after the end", good + b"\0"),
        ("cut short", good[:-1]),
        ("a number in a longer form", good.replace(b"jgeneration\x03", b"jgeneration\x18\x03")),
        ("an array without its length", b"\x9f" + good[1:] + b"\xff"),
        ("a map without its length", b"\x82\x01\xbf" + good[3:] + b"\xff"),
        ("the feed as numbers", cbor(HEAD | {"feed": list(FEED)})),
        ("a feed of 15 bytes", cbor(HEAD | {"feed": FEED[:15]})),
        ("a number as a big one", good.replace(b"jgeneration\x03", b"jgeneration\xc2\x41\x03")),
        ("a negative sequence", cbor(HEAD | {"sequence": -1})),
        ("a time beyond any calendar", cbor(HEAD | {"issued_at": 2**62})),
        ("thirty thousand arrays in each other", b"\x82\x01" + deep),
        ("a map of four thousand million fields", b"\x82\x01\xba\xff\xff\xff\xff" + good[3:]),
        ("a text of four thousand million letters", b"\x82\x01\xad\x7a\xff\xff\xff\xff" + good[4:]),
        ("longer than any head", cbor(HEAD | {"minimum_app": "0" * 65_536})),
        ("nothing", b""),
        ("no array", cbor2.dumps(HEAD)),
        ("an array of three", cbor2.dumps([1, HEAD, 0])),
        ("releases, and none of them", cbor(HEAD | {"releases": []})),
        ("a release without its package", cbor(HEAD | {"releases": [{k: v for k, v in RELEASES[0].items() if k != "package"}]})),
        ("releases before their place", cbor({"releases": RELEASES} | HEAD)),
    ]:
        if why.startswith(("a number", "a field twice")):
            assert data != good, why
        yield why, sign(HEAD_CONTEXT, data), True
    yield "signed by a stranger", sign(HEAD_CONTEXT, good, STRANGER_SEED), False
    yield "signed as orders", sign(b"kakari orders v1\0", good), False
    yield "signed without a context", sign(b"", good), False
    yield "signed for other bytes", sign(HEAD_CONTEXT, good)[:64] + cbor(EMPTY_HEAD), False
    yield "half a signature", sign(HEAD_CONTEXT, good)[:40], False


# Receipts

EVENTS = [filler(f"event {n}", 100 + n) for n in range(3)]


def chain(first, previous, events):
    for sequence, event in enumerate(events, first):
        previous = sha256(b"kakari audit v1\0" + struct.pack(">Q", sequence) + previous + event)
        yield previous


def batch(**changes):
    fields = {"tablet": "T-0001", "first": 17, "previous": filler("row 16", 32), "events": EVENTS} | changes
    hashes = list(chain(fields["first"], fields["previous"], fields["events"]))
    return fields | {"head": changes.get("head", hashes[-1] if hashes else bytes(32))}


BATCH = batch()
RECEIPT = {"feed": FEED, "tablet": "T-0001", "last": 19, "head": BATCH["head"], "received_at": T0 * 1000 + 123}


def bad_batches():
    yield "another head", cbor(batch(head=bytes(32)))
    yield "another beginning", cbor(BATCH | {"previous": bytes(32)})
    yield "another sequence", cbor(BATCH | {"first": 18})
    yield "rows in another order", cbor(BATCH | {"events": EVENTS[::-1]})
    yield "a row before the first", cbor(batch(first=0))
    yield "rows after the last number", cbor(batch(first=2**63 - 2))
    yield "no rows", cbor(batch(events=[]))
    yield "more rows than a batch", cbor(batch(events=[b"x"] * 501))
    yield "longer than a batch", cbor(batch(events=[bytes(1024 * 1024)]))
    yield "another form", cbor(BATCH, form=0)


# Enrolment

CODE = "7K3M-QX9P-0ZAB"
DERIVED = PBKDF2HMAC(hashes.SHA256(), 48, b"kakari invitation v1", 100_000).derive(CODE.replace("-", "").encode())
INVITATION, KEY = DERIVED[:16], DERIVED[16:]
SERVER = filler("the server's certificate", 400)
REQUEST = {"invitation": INVITATION, "csr": filler("csr", 250), "tablet_key": public(STRANGER_SEED), "app": "0.1.0"}
ENROLMENT = {
    "tablet": "T-0001", "vehicle": "北救急1", "region": "訓練地域", "feed": FEED, "region_key": public(REGION_SEED),
    "card_authority": b"\x04" + filler("authority", 64), "officers": [public(OFFICER_SEED)],
    "tls_authority": filler("ca", 380), "feed_url": "https://region.example:8443/feed",
    "api_url": "https://region.example:8443", "enrol_url": "https://region.example:8444", "training": True,
    "certificates": [filler("certificate", 420)],
}


def mac(*parts):
    return hmac.digest(KEY, b"".join(parts), "sha256")


def sealed(request):
    request = cbor(request)
    return mac(b"kakari enrol request v1\0", sha256(SERVER), request) + request


def enrolment():
    request = sealed(REQUEST)
    by_device = sealed(REQUEST | {"tablet_key": b"\x04" + filler("a key in a device", 64)})
    bad = [(f"a tablet key of {length} bytes", sealed(REQUEST | {"tablet_key": b"\x04" * length}))
           for length in (0, 31, 33, 64, 66)]
    bad.append(("65 bytes that do not begin with 04", sealed(REQUEST | {"tablet_key": filler("compressed", 65)})))
    said = cbor(ENROLMENT)
    answer = cbor({"enrolment": said, "mac": mac(b"kakari enrol answer v1\0", sha256(request), sha256(SERVER), said)})
    bare = cbor(ENROLMENT | {"certificates": []})
    offline = cbor({"invitation": INVITATION, "expires_at": T0 + 900, "enrolment": bare,
                    "mac": mac(b"kakari enrol offline v1\0", struct.pack(">q", T0 + 900), bare)})
    pins = [sha256(ENROLMENT["tls_authority"]).hex(), sha256(ENROLMENT["region_key"]).hex()]
    typed = f"kakari-enrol:1 https://region.example:8444 {CODE}"
    return {"code": CODE, "id": INVITATION, "key": KEY, "server": SERVER, "request": request, "answer": answer,
            "request_by_device": by_device, "bad_requests": named(bad, "bytes"),
            "offline": offline, "offline_expires_at": T0 + 900, "qr": " ".join([typed, *pins]), "typed": typed}


def named(rows, *names):
    return [dict(zip(("why", *names), row)) for row in rows]


def main():
    vectors = {
        "feed": FEED, "region_key": public(REGION_SEED), "region_seed": REGION_SEED, "officer_key": public(OFFICER_SEED),
        "records": [A, B, C], "generation": 3,
        "head": sign(HEAD_CONTEXT, cbor(HEAD)), "empty_head": sign(HEAD_CONTEXT, cbor(EMPTY_HEAD)),
        "release_head": sign(HEAD_CONTEXT, cbor(RELEASE_HEAD)), "stranger_key": public(STRANGER_SEED),
        "package": PACKAGE, "release": RELEASE, "bad_releases": named(bad_releases(), "bytes"),
        "bad_heads": named(bad_heads(), "bytes", "signed"),
        "manifest": MANIFEST_BYTES,
        "delta": {"packed": DELTA_PACKED, "unpacked": DELTA}, "part": {"packed": PART_PACKED, "unpacked": PART},
        "bad_packs": named(bad_packs(), "packed", "length"),
        "bad_frames": named(bad_frames(), "frame", "sequence", "record"),
        "orders": SINGLE_BYTES, "mass_wipe": MASS_BYTES, "orders_at": T0 + 4000,
        "digest_rows": [{"record": record, "version": str(version)} for record, version in DIGEST_ROWS],
        "digests_sha256": sha256(DIGESTS),
        "batch": cbor(BATCH), "hashes": list(chain(17, BATCH["previous"], EVENTS)), "bad_batches": named(bad_batches(), "bytes"),
        "receipt": sign(b"kakari receipt v1\0", cbor(RECEIPT)),
        "enrolment": enrolment(),
    }
    json.dump(vectors, sys.stdout, indent=1, ensure_ascii=False, default=shorten)
    sys.stdout.write("\n")


def shorten(data):
    """Hexadecimal; of what is long, that of its zstd frame, so that the file stays small."""
    return data.hex() if len(data) < 4096 else "zstd:" + zstd(data).hex()


if __name__ == "__main__":
    main()
