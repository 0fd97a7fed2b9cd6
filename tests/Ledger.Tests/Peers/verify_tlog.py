#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies C2SP transparency logs, cosignatures and proofs.

    verify_tlog.py folder KEY OLDER_CHECKPOINT|- FOLDER...      tlog-tiles folders
    verify_tlog.py proof KEY ENTRY WITNESS_KEY|- FILE...        tlog-proof files
    verify_tlog.py growth KEY OLD_CHECKPOINT FILE...            add-checkpoint bodies (consistency proofs)

Written from the specifications alone, in another language and another shape than Hermetic's own verifier: standard
library only, Ed25519 by `openssl pkeyutl`. Prints one line for each, `ok ...` or `bad PLACE: REASON`, and exits 0 if
all are ok, else 1.
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


def open_key(vkey, kind):
    name, key_id, key = vkey.split("+", 2)
    key = b64(key)
    if key[:1] != kind or len(key) != 33 or sha(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Bad("key", "not a verifier key of this type")
    return name, key_id, key[1:]


def signatures(data, place):
    """The text of a note, and its lines as (name, key ID in hex, what follows)."""
    try:
        text, lines = data.decode("utf-8").rsplit("\n\n", 1)
        if not lines.endswith("\n"):
            raise ValueError("no newline at the end")
        found = []
        for line in lines[:-1].split("\n"):
            dash, signer, blob = line.split(" ")
            if dash != "\u2014" or base64.b64encode(b64(blob)).decode() != blob:
                raise ValueError("not a signature line")
            found.append((signer, b64(blob)[:4].hex(), b64(blob)[4:]))
        return text + "\n", found
    except (ValueError, IndexError) as error:
        raise Bad(place, f"malformed: {error}") from error


def open_checkpoint(data, vkey, place):
    name, key_id, public = open_key(vkey, b"\x01")
    text, found = signatures(data, place)
    ours = [blob for signer, identifier, blob in found if (signer, identifier) == (name, key_id)]
    if not ours:
        raise Bad(place, "not signed by this key")
    if not all(ed25519(public, text.encode(), blob) for blob in ours):
        raise Bad(place, "the signature does not verify")
    try:
        origin, size, root = text.split("\n")[:3]
        if origin != name or str(int(size)) != size or len(b64(root)) != 32:
            raise ValueError("not of this log")
        return int(size), b64(root)
    except (ValueError, IndexError) as error:
        raise Bad(place, f"no checkpoint: {error}") from error


def check_cosignature(data, vkey, place):
    """tlog-cosignature: eight bytes of time, then Ed25519 over a header, the time and the checkpoint's text."""
    name, key_id, public = open_key(vkey, b"\x04")
    text, found = signatures(data, place)
    ours = [blob for signer, identifier, blob in found if (signer, identifier) == (name, key_id)]
    if not ours:
        raise Bad(place, "not cosigned by the witness")
    for blob in ours:
        message = f"cosignature/v1\ntime {int.from_bytes(blob[:8], 'big')}\n{text}".encode()
        if not ed25519(public, message, blob[8:]):
            raise Bad(place, "the cosignature does not verify")


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


def root_from_inclusion(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        raise ValueError("the index is outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise ValueError("the path is too long")
        if fn & 1 or fn == sn:
            r = sha(b"\x01" + p + r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha(b"\x01" + r + p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ValueError("the path is too short")
    return r


def roots_from_consistency(first, second, first_root, path):
    """RFC 9162, 2.1.4.2; gives both roots."""
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ValueError("the path is too long")
        if fn & 1 or fn == sn:
            fr, sr = sha(b"\x01" + c + fr), sha(b"\x01" + c + sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha(b"\x01" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ValueError("the path is too short")
    return fr, sr


def check_folder(vkey, older, folder):
    size, root = open_checkpoint(read(folder, "checkpoint"), vkey, "checkpoint")
    hashes = leaves(folder, size)
    if tree_root(hashes) != root:
        raise Bad("checkpoint", "its root is not that of the entries")
    check_tiles(folder, hashes)
    if older != "-":
        with open(older, "rb") as file:
            old_size, old_root = open_checkpoint(file.read(), vkey, "older checkpoint")
        if old_size > size or tree_root(hashes[:old_size]) != old_root:
            raise Bad("older checkpoint", "the tree does not continue it")
    return f"{size} {base64.b64encode(root).decode()}"


def check_proof(vkey, entry, witness, path):
    with open(entry, "rb") as file:
        leaf = sha(b"\x00" + file.read())
    with open(path, "rb") as file:
        head, note = file.read().split(b"\n\n", 1)
    try:
        lines = head.decode("ascii").split("\n")
        if lines.pop(0) != "c2sp.org/tlog-proof@v1":
            raise ValueError("not a tlog-proof")
        if lines[0].startswith("extra "):
            lines.pop(0)
        word, index = lines.pop(0).split(" ")
        if word != "index" or str(int(index)) != index:
            raise ValueError("no index")
        size, root = open_checkpoint(note, vkey, "checkpoint")
        if root_from_inclusion(leaf, int(index), size, [b64(line) for line in lines]) != root:
            raise ValueError("the entry is not there")
    except (ValueError, IndexError) as error:
        raise Bad("proof", error) from error
    if witness != "-":
        check_cosignature(note, witness, "checkpoint")
    return f"{index} of {size}"


def check_growth(vkey, old, path):
    with open(old, "rb") as file:
        old_size, old_root = open_checkpoint(file.read(), vkey, "old checkpoint")
    with open(path, "rb") as file:
        head, note = file.read().split(b"\n\n", 1)
    try:
        lines = head.decode("ascii").split("\n")
        if lines.pop(0) != f"old {old_size}":
            raise ValueError("not from the old size")
        size, root = open_checkpoint(note, vkey, "checkpoint")
        proof = [b64(line) for line in lines]
        if old_size in (0, size):
            fits = not proof and (old_size == 0 or old_root == root)
        else:
            fits = roots_from_consistency(old_size, size, old_root, proof) == (old_root, root)
        if not fits:
            raise ValueError("the new tree does not continue the old one")
    except (ValueError, IndexError) as error:
        raise Bad("growth", error) from error
    return f"{old_size} to {size}"


def main(mode, *arguments):
    check, count = {"folder": (check_folder, 2), "proof": (check_proof, 3), "growth": (check_growth, 2)}[mode]
    failed = 0
    for item in arguments[count:]:
        try:
            print(f"ok {check(*arguments[:count], item)}")
        except (Bad, UnicodeDecodeError) as bad:
            print(f"bad {bad}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
