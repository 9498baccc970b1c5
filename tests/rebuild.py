"""Rebuilds every version of a compact from its event stream alone: NDJSON in, {seq: [[provision, text], …]} out.

Each draft issued must be the text that it says it is, and the entries must come to the checkpoint in the file named, if one is.
Of an entry that was blanked only the hash is known; the entry that blanked it must tell the same, and what is left of it.
"""
import base64
import hashlib
import json
import re
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    """What a tree comes to: RFC 9162, section 2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + root(leaves[:left]) + root(leaves[left:]))


def canonical(text):
    faces = ([row["kind"], str(row["level"]), row["label"] or "", row["text"]] for row in text)
    return "".join("\x1f".join(face) + "\x1e" for face in faces)


HOLE = re.compile(rb'^{"redactedby":(\d+),"leafhash":"([^"]+)",')
leaves, text, versions, holes = [], [], {}, {}
for line in sys.stdin.buffer:
    stored = re.sub(rb'^{"position":\d+,', b"{", line.rstrip(b"\n"))
    event, hole = json.loads(stored), HOLE.match(stored)
    left = sha256(b"\x00" + HOLE.sub(b"{", stored))
    leaves.append(base64.b64decode(hole[2]) if hole else left)
    if hole:
        holes[int(hole[1])] = int(event["sequence"]), left.hex()
    if event["type"] == "travaux.entry-redacted.v1":
        told = event["data"]
        assert leaves[told["entry"] - 1].hex() == told["leaf"], "what was blanked is not what is said to have been"
        by_this = told["entry"], told["left"]
        assert holes.pop(int(event["sequence"]), by_this) == by_this, "what is left of an entry is not what is said to be"
    for change in event["data"].get("changes", []):
        places = {row["provision"]: i for i, row in enumerate(text)}
        if "splices" in change:
            row = text[places[change["provision"]]]
            for s in reversed(change["splices"]):
                assert row["text"][s["at"]:].startswith(s["struck"])
                row["text"] = row["text"][:s["at"]] + s["added"] + row["text"][s["at"] + len(s["struck"]):]
        elif "relabel" in change:
            text[places[change["relabel"]["provision"]]].update(change["relabel"])
        else:
            told = change.get("insert") or change.get("move") or change["strike"]
            old = text.pop(places[told["provision"]]) if told["provision"] in places else None
            if "after" in told:
                at = [row["provision"] for row in text].index(told["after"]) + 1 if told["after"] else 0
                text.insert(at, old or dict(told))
    if event["type"] == "travaux.draft-issued.v1" and "sha256" in event["data"]:
        assert sha256(canonical(text).encode()).hex() == event["data"]["sha256"], "a draft is not the text it says it is"
    versions[int(event["sequence"])] = [[row["provision"], row["text"]] for row in text]
if len(sys.argv) > 1:
    origin, size, told = open(sys.argv[1], encoding="utf-8").read().split("\n")[:3]
    assert len(leaves) >= int(size), "entries are missing"
    assert base64.b64encode(root(leaves[:int(size)])).decode() == told, "the entries are not those of the checkpoint"
assert not holes, "an entry is blanked, and no entry says so"
json.dump(versions, sys.stdout)
