"""Holds the running fake against the official description with schemathesis.

    check.py DESCRIPTION URL SEED

What the fake may answer beyond the description (the table in docs/errors.md) is added to a copy of
it first. Nothing is excluded: every operation, with data that fits the description and data that does not.
Left out are checks of what the description does not promise: that unknown fields are refused
(negative_data_rejection: they are ignored, as newer SDKs send them), that every valid body is accepted
(positive_data_acceptance: an import onto a connection is 409), and that lists of methods are whole.
"""

import json
import os
import subprocess
import sys
import tempfile

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ERROR = {
    "description": "An error.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {"code": {"type": "string", "minLength": 1}, "message": {"type": "string", "minLength": 1}, "error": False},
            }
        }
    },
}


def with_additions(description):
    for operations in description["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            extra = ["401", "403", "405", "413", "501"]
            if "400" not in responses and "422" not in responses:
                extra.append("400")
            for status in extra:
                if not responses.get(status, {}).get("content"):
                    responses[status] = ERROR
    return description


def main(path, url, seed):
    with open(path) as file:
        description = with_additions(json.load(file))
    with tempfile.TemporaryDirectory() as folder:
        augmented = os.path.join(folder, "description.json")
        with open(augmented, "w") as file:
            json.dump(description, file)
        command = [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", augmented, "--url", url, "--checks", CHECKS]
        command += ["--header", "Authorization: Bearer sk_fake_schemathesis", "--seed", seed, "--max-examples", "50"]
        # A filter that finds little is slow, not wrong; every run is bounded anyhow.
        command += ["--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--warnings", "off", "--no-color"]
        return subprocess.run(command, cwd=folder).returncode


sys.exit(main(*sys.argv[1:]))
