# SPDX-License-Identifier: Apache-2.0
"""A second reader of sealed objects and fields, written from docs/formats/sealed-object.md alone.

open_sealed.py object FILE SCALAR POINT TENANT FAX PAGE KIND   plain bytes on standard output
open_sealed.py chunk FILE SCALAR POINT TENANT FAX PAGE KIND N  chunk N alone
open_sealed.py field FILE KEY TENANT RECORD COLUMN             the value
open_sealed.py tag KEY SCOPE PURPOSE VALUE                     the tag in hexadecimal

Keys and points in hexadecimal, ids as UUIDs. What does not open: exit 1 and its name on standard error.
"""
import hashlib
import hmac
import sys
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEADER, FIXED, CHUNK, TAG = 221, 88, 65536, 16


class Refused(Exception):
    pass


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def expand(key, info):
    return mac(key, info + b"\x01")


def same(left, right):
    return hmac.compare_digest(left, right)


# RFC 9180 §4, §4.1, §5.1
def labeled_extract(suite, salt, label, ikm):
    return mac(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    text = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return expand(prk, text)[:length]


def hpke_open(scalar, point, enc, info, aad, wrapped):
    kem = b"KEM" + bytes([0, 0x10])
    suite = b"HPKE" + bytes([0, 0x10, 0, 1, 0, 2])
    curve = ec.SECP256R1()
    private = ec.derive_private_key(int.from_bytes(scalar, "big"), curve)
    dh = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, enc))
    shared = labeled_expand(kem, labeled_extract(kem, b"", b"eae_prk", dh), b"shared_secret", enc + point, 32)
    context = b"\0" + labeled_extract(suite, b"", b"psk_id_hash", b"") + labeled_extract(suite, b"", b"info_hash", info)
    secret = labeled_extract(suite, shared, b"secret", b"")
    key = labeled_expand(suite, secret, b"key", context, 32)
    nonce = labeled_expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, wrapped, aad)


class SealedObject:
    def __init__(self, data, scalar, point, binding):
        if data[:4] != b"HSLD":
            raise Refused("not sealed")
        if len(data) < HEADER:
            raise Refused("header truncated")
        if data[4:8] != bytes([1, 1, 0, 0]):
            raise Refused("unknown version")
        if data[88:104] != hashlib.sha256(b"hermetic key id 1" + point).digest()[:16]:
            raise Refused("wrong key")
        salt = data[8:24]
        try:
            key = hpke_open(scalar, point, data[108:173], b"hermetic sealed object 1" + data[:FIXED],
                            data[88:108], data[173:HEADER])
        except (InvalidTag, ValueError):
            raise Refused("header tampered")
        label = b"hermetic sealed object 1 "
        if not same(expand(key, label + b"commitment" + salt), data[24:56]):
            raise Refused("header tampered")
        self.tag = expand(key, label + b"binding" + salt + binding)
        if not same(self.tag, data[56:88]):
            raise Refused("wrong binding")
        self.aes = AESGCM(expand(key, label + b"payload" + salt))
        self.chunks = [data[at:at + CHUNK + TAG] for at in range(HEADER, len(data), CHUNK + TAG)] or [b""]

    def try_open(self, number, last):
        nonce = bytes(3) + number.to_bytes(8, "big") + bytes([last])
        try:
            return self.aes.decrypt(nonce, self.chunks[number], self.tag)
        except (InvalidTag, ValueError):
            return None

    def chunk(self, number):
        last = number == len(self.chunks) - 1
        plain = self.try_open(number, last)
        if plain is None:
            if self.try_open(number, not last) is not None:
                raise Refused("truncated" if last else "overlong")
            raise Refused("chunk %d tampered" % number)
        if not plain and number > 0:
            raise Refused("chunk %d tampered" % number)
        return plain

    def all(self):
        return b"".join(self.chunk(number) for number in range(len(self.chunks)))


def open_field(data, key, tenant, record, column):
    if len(data) < 53 or data[0] != 1:
        raise Refused("not sealed")
    salt = data[5:21]
    if not same(expand(key, b"hermetic sealed field 1 commitment" + salt)[:16], data[21:37]):
        raise Refused("field tampered")
    aad = data[:37] + len(column).to_bytes(2, "big") + tenant + record + column
    try:
        return AESGCM(expand(key, b"hermetic sealed field 1 key" + salt)).decrypt(bytes(12), data[37:], aad)
    except InvalidTag:
        raise Refused("field tampered")


def equality_tag(key, scope, purpose, value):
    text = b"hermetic equality tag 1" + scope + len(purpose).to_bytes(2, "big") + purpose + value
    return mac(key, text)


def main(command, *words):
    if command == "tag":
        key, scope, purpose, value = words
        return equality_tag(bytes.fromhex(key), uuid.UUID(scope).bytes, purpose.encode(), value.encode()).hex().encode()
    with open(words[0], "rb") as file:
        data = file.read()
    if command == "field":
        key, tenant, record, column = words[1:]
        return open_field(data, bytes.fromhex(key), uuid.UUID(tenant).bytes, uuid.UUID(record).bytes, column.encode())
    scalar, point, tenant, fax, page, kind = words[1:7]
    binding = uuid.UUID(tenant).bytes + uuid.UUID(fax).bytes + int(page).to_bytes(4, "big") + int(kind).to_bytes(2, "big")
    opened = SealedObject(data, bytes.fromhex(scalar), bytes.fromhex(point), binding)
    return opened.all() if command == "object" else opened.chunk(int(words[7]))


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(main(*sys.argv[1:]))
    except Refused as refusal:
        sys.stderr.write(str(refusal))
        sys.exit(1)
