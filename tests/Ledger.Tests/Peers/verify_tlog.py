#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies a C2SP tlog-tiles folder: verify_tlog.py FOLDER VERIFIER_KEY [OLDER_CHECKPOINT].

Written from the specifications alone, in another language and another shape than Hermetic's own verifier: standard
library only, Ed25519 by `openssl pkeyutl`. Prints `ok SIZE ROOT` and exits 0, or `bad PLACE: REASON` and exits 1.
"""
import base64
import hashlib
import os
import subprocess
import sys
import tempfile


class Bad(Exception):
    def __init__(self, place, reason):
        super().__init__(f"{place}: {reason}")


def sha(data):
    return hashlib.sha256(data).digest()


def b64(text):
    return base64.b64decode(text.encode("ascii"), validate=True)


def ed25519(public, message, signature):
    spki = bytes.fromhex("302a300506032b6570032100") + public
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(spki) + b"\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for name, data in (("key", pem), ("message", message), ("signature", signature)):
            names[name] = os.path.join(folder, name)
            with open(names[name], "wb") as file:
                file.write(data)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", names["key"], "-rawin",
             "-in", names["message"], "-sigfile", names["signature"]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def open_checkpoint(data, vkey, place):
    name, key_id, key = vkey.split("+", 2)
    key = b64(key)
    if key[:1] != b"\x01" or sha(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Bad("key", "not an Ed25519 verifier key")
    try:
        text, lines = data.decode("utf-8").rsplit("\n\n", 1)
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        found = False
        for line in lines.rstrip("\n").split("\n"):
            dash, signer, blob = line.split(" ")
            blob = b64(blob)
            if dash == "\u2014" and signer == name and blob[:4].hex() == key_id:
                if not ed25519(key[1:], text.encode(), blob[4:]):
                    raise Bad(place, "the signature does not verify")
                found = True
        if not found:
            raise Bad(place, "not signed by this key")
        if origin != name or str(int(size)) != size or len(b64(root)) != 32:
            raise Bad(place, "not a checkpoint of this log")
        return int(size), b64(root)
    except (ValueError, IndexError) as error:
        raise Bad(place, f"malformed: {error}") from error


def tile_path(level, index, width):
    text = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        text = f"x{index % 1000:03d}/{text}"
    return f"tile/{level}/{text}" + ("" if width == 256 else f".p/{width}")


def read(folder, path):
    try:
        with open(os.path.join(folder, path), "rb") as file:
            return file.read()
    except OSError as error:
        raise Bad(path, "missing") from error


def tree_root(hashes):
    """RFC 6962, 2.1, by its recursive definition over a list of leaf hashes."""
    if not hashes:
        return sha(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha(b"\x01" + tree_root(hashes[:k]) + tree_root(hashes[k:]))


def leaves(folder, size):
    result = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        path = tile_path("entries", index, width)
        data, at, count = read(folder, path), 0, 0
        while at < len(data):
            length = int.from_bytes(data[at:at + 2], "big")
            if at + 2 + length > len(data):
                raise Bad(path, f"ends in entry {index * 256 + count}")
            result.append(sha(b"\x00" + data[at + 2:at + 2 + length]))
            at, count = at + 2 + length, count + 1
        if count != width:
            raise Bad(path, f"{count} entries in place of {width}")
    return result


def check_tiles(folder, level_hashes):
    level = 0
    while level_hashes:
        above = []
        for index in range((len(level_hashes) + 255) // 256):
            part = level_hashes[index * 256:index * 256 + 256]
            path = tile_path(level, index, len(part))
            if read(folder, path) != b"".join(part):
                raise Bad(path, "not the hashes of the tree")
            if len(part) == 256:
                above.append(tree_root(part))
        level_hashes = above
        level += 1


def main(folder, vkey, older=None):
    size, root = open_checkpoint(read(folder, "checkpoint"), vkey, "checkpoint")
    hashes = leaves(folder, size)
    if tree_root(hashes) != root:
        raise Bad("checkpoint", "its root is not that of the entries")
    check_tiles(folder, hashes)
    if older is not None:
        with open(older, "rb") as file:
            old_size, old_root = open_checkpoint(file.read(), vkey, "older checkpoint")
        if old_size > size or tree_root(hashes[:old_size]) != old_root:
            raise Bad("older checkpoint", "the tree does not continue it")
    print(f"ok {size} {base64.b64encode(root).decode()}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Bad as bad:
        print(f"bad {bad}")
        sys.exit(1)
