#!/usr/bin/env python3
"""Keeps Schemas/protocol.schema.json and the daemon's readers one thing.

usage: check_protocol_schema.py SCCD

Every built-in file and every example is valid; every key of the schema stands in one of them; and a
key that nobody knows, in each kind of mapping of the file with every key, is refused by both.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "Schemas/protocol.schema.json").read_text())
EVERY_KEY = ROOT / "Tests/CareProtocolsTests/Resources/every-key.yaml"
BUILT_IN = sorted((ROOT / "Sources/CareProtocols/BuiltIn").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "docs/protocols").glob("*.yaml"))
UNKNOWN = "zzUnknownKey"


class Loader(yaml.SafeLoader):
    """YAML 1.2 as far as these files go: a date and 08:00 are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mappings(node, path=()):
    """Every mapping with the path that leads to it, places of lists left out for the shape."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from mappings(value, path + (key,))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from mappings(value, path + (index,))


def shape(path, node):
    """Mappings of one shape are read by the same lines: one of each is enough."""
    names = tuple("*" if isinstance(part, int) else part for part in path)
    return names, tuple(sorted(node))


def schema_keys(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties":
                yield from value
            yield from schema_keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from schema_keys(value)


def faults(sccd, directory):
    run = subprocess.run([sccd, "protocol", "lint", directory], capture_output=True, text=True)
    if run.returncode not in (0, 65):
        sys.exit(f"sccd protocol lint ended with {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)["faults"]


def main():
    sccd = sys.argv[1]
    passed, failed = 0, []

    def check(right, what):
        nonlocal passed
        if right:
            passed += 1
        else:
            failed.append(what)

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    keys = set()
    for file in BUILT_IN + EXAMPLES + [EVERY_KEY]:
        document = yaml.load(file.read_text(), Loader)
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        check(error is None, f"{file.name}: {error and error.json_path}: {error and error.message}")
        for _, mapping in mappings(document):
            keys.update(mapping)
    for key in sorted(set(schema_keys(SCHEMA)) - keys):
        check(False, f"{key} is in the schema, but in none of the files: does anybody read it?")

    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory) / "50-every-key.yaml"
        place.write_text(EVERY_KEY.read_text())
        found = faults(sccd, directory)
        check(not found, f"{EVERY_KEY.name} is refused: {found[:3]}")

        sound = yaml.load(EVERY_KEY.read_text(), Loader)
        seen = set()
        for path, mapping in list(mappings(sound)):
            # The keys of `records` are names of fields, so any key is one.
            if shape(path, mapping) in seen or path[-1:] == ("records",):
                continue
            seen.add(shape(path, mapping))
            spoilt = copy.deepcopy(sound)
            target = spoilt
            for part in path:
                target = target[part]
            target[UNKNOWN] = 1
            where = "/".join(str(part) for part in path) or "the file"
            check(not validator.is_valid(spoilt), f"{where}: the schema takes any key")
            place.write_text(yaml.safe_dump(spoilt, sort_keys=False))
            told = any(UNKNOWN in fault["problem"] or "several keys" in fault["problem"]
                       for fault in faults(sccd, directory))
            check(told, f"{where}: the loader takes any key")

    for what in failed:
        print(f"failed: {what}")
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
