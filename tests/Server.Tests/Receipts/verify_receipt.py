#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies transmission receipts.

    verify_receipt.py RECEIPTS_KEY LEDGER_KEY RAW_PAGES|- FILE...

Written from docs/formats/receipt.md, docs/formats/ledger-entry.md and the C2SP specifications, in another language than
Hermetic's own verifier: standard library only, Ed25519 by openssl (see verify_tlog.py beside it). RAW_PAGES is a folder
with a file for each page, N.raw: packed rows, 1 is black. Prints one line for each FILE, `ok ...` or `bad PLACE: REASON`,
and exits 0 if all are ok, else 1.
"""
import base64
import hashlib
import hmac
import json
import os
import sys

from verify_tlog import Bad, b64, ed25519, open_checkpoint, open_key, root_from_inclusion, sha, signatures


def need(truth, place, reason):
    if not truth:
        raise Bad(place, reason)


def parts_of(data):
    lines = data.split(b"\n", 4)
    need(len(lines) == 5, "file", "not a receipt")
    proof, _, _ = lines[4].rpartition(b"\n\n")
    return lines[0], lines[1], lines[2], lines[3], proof + b"\n"


def check_signature(data, vkey, place):
    name, key_id, public = open_key(vkey, b"\x01")
    text, found = signatures(data, place)
    need(len(found) == 1 and found[0][:2] == (name, key_id), place, "not by this key alone")
    need(ed25519(public, text.encode(), found[0][2]), place, "does not verify")


def check_proof(proof, vkey):
    head, note = proof.split(b"\n\n", 1)
    lines = head.decode("ascii").split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("extra "), "proof", "not a tlog-proof")
    leaf, index = b64(lines[1][6:]), lines[2].split(" ")
    need(index[0] == "index" and str(int(index[1])) == index[1], "proof", "no index")
    size, root = open_checkpoint(note, vkey, "proof")
    path = [b64(line) for line in lines[3:]]
    need(root_from_inclusion(sha(b"\x00" + leaf), int(index[1]), size, path) == root, "proof", "not in the tree")
    return leaf, int(index[1])


def check_pages(receipt, folder):
    for page in receipt["pages"]:
        with open(os.path.join(folder, f"{page['number']}.raw"), "rb") as file:
            rows = file.read()
        place = f"page {page['number']}"
        need(len(rows) == page["rows"] * page["widthPels"] // 8, place, "another size")
        need(sha(page["widthPels"].to_bytes(4, "big") + rows) == b64(page["sha256"]), place, "other pels")


def check(receipts_key, ledger_key, raw_pages, path):
    with open(path, "rb") as file:
        data = file.read()
    header, content, entry, salt, proof = parts_of(data)
    need(header == b"hermetic.receipt/v1", "header", "not a receipt")
    need(receipts_key.split("+")[0] == ledger_key.split("+")[0] + "/receipts", "key", "not a pair")
    try:
        leaf, index = check_proof(proof, ledger_key)
    except (ValueError, IndexError) as error:
        raise Bad("proof", error) from error
    try:
        commitment = hmac.new(b64(salt.decode("ascii")), leaf[:21] + entry, hashlib.sha256).digest()
        need(leaf[0] == 1 and commitment == leaf[21:53], "entry", "not what the leaf commits to")
        body = json.loads(entry)
    except ValueError as error:
        raise Bad("entry", error) from error
    name = "receipt sha256 " + base64.b64encode(sha(content)).decode()
    need(body["what"]["shown"] == [name], "content", "not what the entry names")
    receipt = json.loads(content)
    need(body["act"] == "Sent" and body["what"]["fax"] == receipt["fax"], "entry", "of another fax")
    check_signature(data, receipts_key, "signature")
    if raw_pages != "-":
        check_pages(receipt, raw_pages)
    return f"{receipt['fax']} {len(receipt['pages'])} of {receipt['pageCount']}, entry {index}"


def main(receipts_key, ledger_key, raw_pages, *files):
    failed = 0
    for path in files:
        try:
            print(f"ok {check(receipts_key, ledger_key, raw_pages, path)}")
        except (Bad, UnicodeDecodeError) as bad:
            print(f"bad {bad}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
